import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RawRequest, WebhookAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import { signRequest } from '../../../../src/runtime/inbound/samples/sign.ts';
import { createVerifier } from '../../../../src/runtime/inbound/verify/verifier.ts';
import { outcome, post, T, verifyOnce } from '../support/requests.ts';

const slack: WebhookAuth = { type: 'slack', secret: 's' };
const zoom: WebhookAuth = { type: 'zoom', secret: 'zoom_secret_token_1' };
const meta: WebhookAuth = { type: 'meta', secret: 's', verifyToken: ['new', 'old'] };
const cloudEvents: WebhookAuth = {
  type: 'cloudEvents',
  auth: { type: 'apiKey', query: 'code', key: 'k' },
  origins: ['events.example.com'],
};
const eventGrid: WebhookAuth = { type: 'eventGrid', auth: { type: 'apiKey', query: 'code', key: 'k' }, rate: 100 };
const graph: WebhookAuth = { type: 'graph', clientState: 's' };

const json = { 'content-type': 'application/json' };
const signed = (auth: WebhookAuth, body: unknown): RawRequest =>
  signRequest(post(json, typeof body === 'string' ? body : JSON.stringify(body)), { auth, now: T * 1000 });
const get = (query: string): RawRequest => post({}, '', { method: 'GET', query });
const options = (headers: Readonly<Record<string, string>>): RawRequest => post(headers, '', { method: 'OPTIONS' });

const challenge = { type: 'url_verification', challenge: '3eZbrw1aB', token: 't' };
const validation = { event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' } };
const gridEvent = [
  {
    id: '1',
    eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
    data: { validationCode: '512d38b6', validationUrl: 'http://169.254.169.254/' },
  },
];
const grid = (headers: Readonly<Record<string, string>>, query = 'code=k', body: unknown = gridEvent) =>
  post({ ...json, ...headers }, JSON.stringify(body), { query });
const isValidation = { 'aeg-event-type': 'SubscriptionValidation' };

const encryptedToken = '504e95aaca33e16e0fe5485a60837ebba7da27a63fdea2e27f34344c4f92821c';

const rows: readonly (readonly [title: string, auth: WebhookAuth, request: RawRequest, expected: string])[] = [
  ['30: the challenge of Slack, signed', slack, signed(slack, challenge), 'answered 200 3eZbrw1aB'],
  [
    '30: with an escaped type',
    slack,
    signed(slack, '{"type":"url\\u005fverification","challenge":"c"}'),
    'answered 200 c',
  ],
  ['31: the challenge of Slack, unsigned', slack, post(json, JSON.stringify(challenge)), '401'],
  ['31: with a wrong signature', slack, signed({ ...slack, secret: 'x' }, challenge), '401'],
  ['31: an event of Slack that mentions the type', slack, signed(slack, { text: 'url_verification' }), 'verified'],
  [
    '52: the registration of Meta',
    meta,
    get('hub.mode=subscribe&hub.challenge=115&hub.verify_token=old'),
    'answered 200 115',
  ],
  ['53: a wrong token', meta, get('hub.mode=subscribe&hub.challenge=115&hub.verify_token=x'), '403'],
  ['53: no token', meta, get('hub.mode=subscribe&hub.challenge=115'), '403'],
  ['53: two tokens', meta, get('hub.mode=subscribe&hub.challenge=1&hub.verify_token=x&hub.verify_token=old'), '403'],
  ['53: another mode', meta, get('hub.mode=a&hub.challenge=115&hub.verify_token=old'), '403'],
  ['53: no challenge', meta, get('hub.mode=subscribe&hub.verify_token=old'), '403'],
  [
    '54: a challenge of HTML',
    meta,
    get('hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=new'),
    'answered 200 <script>',
  ],
  ['52: GET without a verify token in the settings', { type: 'meta', secret: 's' }, get('hub.mode=subscribe'), '401'],
  [
    '56, V30: the validation of Zoom, signed',
    zoom,
    signed(zoom, validation),
    `answered 200 {"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"${encryptedToken}"}`,
  ],
  ...(['zoom_secret_token_1', 'x'] as const).map(
    (first) =>
      [
        `56: while the secret of Zoom changes, the validation signed with the ${first === 'x' ? 'second' : 'first'} one`,
        { type: 'zoom', secret: first === 'x' ? ['x', 'zoom_secret_token_1'] : ['zoom_secret_token_1', 'x'] },
        signed(zoom, validation),
        `answered 200 {"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"${encryptedToken}"}`,
      ] as const,
  ),
  ['57: the validation of Zoom, unsigned', zoom, post(json, JSON.stringify(validation)), '401'],
  [
    '57: a token that could be the text of a request',
    zoom,
    signed(zoom, { ...validation, payload: { plainToken: 'v0:1767225600:{}' } }),
    'verified',
  ],
  ['62: OPTIONS without an origin', cloudEvents, options({}), 'answered 405 '],
  ['64: the validation of Event Grid', eventGrid, grid(isValidation), 'answered 200 {"validationResponse":"512d38b6"}'],
  ['64: with a wrong key', eventGrid, grid(isValidation, 'code=x'), '401'],
  ['64: an event of Event Grid', eventGrid, grid({ 'aeg-event-type': 'Notification' }), 'verified'],
  ['64: a validation without a code', eventGrid, grid(isValidation, 'code=k', [{ data: {} }]), 'verified'],
  [
    '65: the validation of Graph',
    graph,
    post({}, '', { query: 'validationToken=a%20b%3Cx%3E' }),
    'answered 200 a b<x>',
  ],
  ['65: a validation that is too long', graph, post({}, '', { query: `validationToken=${'a'.repeat(3000)}` }), '401'],
];

describe('handshakes', () => {
  for (const [title, auth, request, expected] of rows) {
    test(`${title}: ${expected}`, async () => {
      assert.equal(await outcome(auth, request), expected);
    });
  }

  test('30, 54, 65: a text of the caller comes back as plain text that no browser takes for a page', async () => {
    for (const [auth, request] of [
      [slack, signed(slack, challenge)],
      [meta, get('hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=new')],
      [graph, post({}, '', { query: 'validationToken=%3Cscript%3E' })],
    ] as const) {
      const result = await verifyOnce(auth, request);
      assert.deepEqual(result.kind === 'handshake' && result.answer.headers, {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    }
  });

  for (const [title, auth, headers, expected] of [
    [
      '61: an allowed origin that asks for a rate',
      cloudEvents,
      { 'WebHook-Request-Origin': 'Events.example.com', 'WebHook-Request-Rate': '120' },
      { 'webhook-allowed-origin': 'events.example.com', 'webhook-allowed-rate': '120' },
    ],
    [
      '61: an allowed origin that asks for no rate',
      cloudEvents,
      { 'WebHook-Request-Origin': 'events.example.com' },
      { 'webhook-allowed-origin': 'events.example.com' },
    ],
    [
      '61: a rate that is not a number',
      cloudEvents,
      { 'WebHook-Request-Origin': 'events.example.com', 'WebHook-Request-Rate': '1e9' },
      { 'webhook-allowed-origin': 'events.example.com', 'webhook-allowed-rate': '*' },
    ],
    [
      '61: Event Grid, with a limit',
      eventGrid,
      { 'WebHook-Request-Origin': 'eventgrid.azure.net', 'WebHook-Request-Rate': '120' },
      { 'webhook-allowed-origin': 'eventgrid.azure.net', 'webhook-allowed-rate': '100' },
    ],
    ['62: a foreign origin', cloudEvents, { 'WebHook-Request-Origin': 'evil.example.com' }, {}],
    // A verification that fetched anything would be refused with 503: `noFetch` rejects.
    [
      '63: an address to call back is not called',
      cloudEvents,
      { 'WebHook-Request-Origin': 'events.example.com', 'WebHook-Request-Callback': 'http://169.254.169.254/' },
      { 'webhook-allowed-origin': 'events.example.com' },
    ],
  ] as const) {
    test(title, async () => {
      const result = await verifyOnce(auth, options(headers));
      assert.equal(result.kind, 'handshake');
      assert.deepEqual(result.kind === 'handshake' && result.answer.headers, { allow: 'POST', ...expected });
    });
  }

  test('a webhook lets the methods of its handshakes through', () => {
    const methodsOf = (auth: WebhookAuth) => createVerifier({ webhook: 'x', auth }).handshakeMethods;
    assert.deepEqual(
      [meta, { type: 'meta', secret: 's' }, cloudEvents, eventGrid, slack, 'none'].map((one) =>
        methodsOf(one as WebhookAuth),
      ),
      [['GET'], [], ['OPTIONS'], ['OPTIONS'], [], []],
    );
  });
});
