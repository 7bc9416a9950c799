import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RawRequest, WebhookAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import { outcome, post, verifyOnce } from '../support/requests.ts';

const basic: WebhookAuth = { type: 'basic', username: 'Ada', password: 'pä:ss' };
const key: WebhookAuth = { type: 'apiKey', key: 'Zü' };
const graph: WebhookAuth = { type: 'graph', clientState: ['new', 'old'] };

const encoded = Buffer.from('Ada:pä:ss').toString('base64');
const authorization = (value: string) => ({ Authorization: value });
/** As Node.js reads the bytes of UTF-8. */
const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
const notifications = (...states: readonly unknown[]): string =>
  JSON.stringify({ value: states.map((clientState) => ({ subscriptionId: 's', clientState })) });

const rows: readonly (readonly [title: string, auth: WebhookAuth, request: RawRequest, expected: string])[] = [
  ['71: user and password, with a colon and UTF-8', basic, post(authorization(`Basic ${encoded}`)), 'verified'],
  ['71: a scheme in lower case', basic, post(authorization(`basic ${encoded}`)), 'verified'],
  ['71: two blanks', basic, post(authorization(`Basic  ${encoded}`)), 'verified'],
  ['71: broken base64', basic, post(authorization(`Basic ${encoded}!`)), '401'],
  ['71: base64 without padding', basic, post(authorization('Basic QWRh')), '401'],
  ['71: no colon', basic, post(authorization(`Basic ${Buffer.from('Ada').toString('base64')}`)), '401'],
  ['71: another user', basic, post(authorization(`Basic ${Buffer.from('Eve:pä:ss').toString('base64')}`)), '401'],
  ['71: another password', basic, post(authorization(`Basic ${Buffer.from('Ada:p').toString('base64')}`)), '401'],
  ['71: another scheme', basic, post(authorization(`Bearer ${encoded}`)), '401'],
  ['71: nothing', basic, post({}), '401'],
  [
    '71: two headers',
    basic,
    post([
      ['authorization', `Basic ${encoded}`],
      ['authorization', `Basic ${encoded}`],
    ]),
    '401',
  ],
  [
    'the older of two passwords',
    { type: 'basic', username: 'Ada', password: ['new', 'old'] },
    post(authorization(`Basic ${Buffer.from('Ada:old').toString('base64')}`)),
    'verified',
  ],
  ['an API key, not ASCII', key, post({ 'X-Api-Key': latin1('Zü') }), 'verified'],
  ['an API key that is longer', key, post({ 'X-Api-Key': latin1('Züü') }), '401'],
  ['no API key', key, post({}), '401'],
  [
    '72: a right API key in the query, 8 times',
    { type: 'apiKey', key: 'k', query: 'key' },
    post({}, '', { query: Array(8).fill('key=k').join('&') }),
    'verified',
  ],
  [
    '72: more often, as nobody does but to make work',
    { type: 'apiKey', key: 'k', query: 'key' },
    post({}, '', { query: Array(9).fill('key=k').join('&') }),
    '401',
  ],
  ['an API key in the query, where none is expected', key, post({}, '', { query: 'x-api-key=Z%C3%BC' }), '401'],
  [
    '72: an API key twice, equal',
    key,
    post([
      ['x-api-key', latin1('Zü')],
      ['X-API-KEY', latin1('Zü')],
    ]),
    'verified',
  ],
  [
    '72: an API key twice, different',
    key,
    post([
      ['x-api-key', latin1('Zü')],
      ['x-api-key', 'other'],
    ]),
    '401',
  ],
  [
    'an API key after a prefix',
    { ...key, header: 'Authorization', prefix: 'Bearer ' },
    post(authorization(`bearer ${latin1('Zü')}`)),
    'verified',
  ],
  [
    'an API key without its prefix',
    { ...key, header: 'Authorization', prefix: 'Bearer ' },
    post(authorization(latin1('Zü'))),
    '401',
  ],
  ['an API key in the query', { ...key, query: 'code' }, post({}, '', { query: 'a=b&code=Z%C3%BC' }), 'verified'],
  ['a wrong API key in the query', { ...key, query: 'code' }, post({}, '', { query: 'code=Z' }), '401'],
  ['66: notifications of Graph', graph, post({}, notifications('new', 'old')), 'verified'],
  ['66: one of two notifications with another state', graph, post({}, notifications('new', 'evil')), '401'],
  ['66: a notification without a state', graph, post({}, notifications('new', undefined)), '401'],
  ['66: a state that is no text', graph, post({}, notifications(['new'])), '401'],
  ['66: no notification', graph, post({}, notifications()), '401'],
  ['66: a body that is not JSON', graph, post({}, 'value'), '401'],
  ['none', 'none', post({}), 'verified'],
];

describe('credentials', () => {
  for (const [title, auth, request, expected] of rows) {
    test(`${title}: ${expected}`, async () => {
      assert.equal(await outcome(auth, request), expected);
    });
  }

  test('71: the answer asks for a user name and a password', async () => {
    const result = await verifyOnce(basic, post({}));
    assert.deepEqual(result.kind === 'refused' && result.headers, {
      'www-authenticate': 'Basic realm="webhook", charset="UTF-8"',
    });
  });
});
