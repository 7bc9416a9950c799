import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { RawRequest, SchemeAuth, WebhookAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import { isSignable, signRequest } from '../../../../src/runtime/inbound/samples/sign.ts';
import { createVerifier } from '../../../../src/runtime/inbound/verify/verifier.ts';
import { codePoint } from '../../../support/code-points.ts';
import { BODY, noFetch, outcome, post, T } from '../support/requests.ts';

const key = (first: number): string => Buffer.alloc(32, first).toString('base64');
const secret = ['new secret', 'old secret'];
const apiKey = { type: 'apiKey', key: ['Zü', 'old'] } as const;
const address = 'https://example.com/hooks/x';
const form = 'application/x-www-form-urlencoded';

/** Every authentication that we can sign for. */
const all: readonly WebhookAuth[] = [
  { type: 'github', secret },
  { type: 'bitbucket', secret },
  { type: 'shopify', secret },
  { type: 'stripe', secret },
  { type: 'slack', secret },
  { type: 'zoom', secret, window: 300 },
  { type: 'meta', secret },
  { type: 'gitlab', secret },
  { type: 'gitlab', signed: true, secret: [key(1), key(2)] },
  { type: 'standard', secret: [`whsec_${key(1)}`, key(2)] },
  { type: 'twilio', secret },
  { type: 'twilio', secret, algorithm: 'sha256' },
  { type: 'hmac', secret, header: 'X-Sig', encoding: 'base64url' },
  {
    type: 'hmac',
    secret,
    header: 'X-Sig',
    algorithm: 'sha512',
    prefix: 'v9=',
    signedText: '{timestamp}.{method}.{url}.{path}.{header:content-type}.{body}',
    timestampHeader: 'X-Time',
  },
  { type: 'basic', username: 'Ada', password: ['pä:ss', 'old'] },
  apiKey,
  { ...apiKey, header: 'Authorization', prefix: 'Bearer ' },
  { ...apiKey, query: 'access key' },
  { type: 'eventGrid', auth: apiKey },
  { type: 'cloudEvents', auth: apiKey, origins: ['a'] },
];

const titleOf = (auth: WebhookAuth): string => JSON.stringify(auth).replaceAll(/"secret":\[[^\]]*\],?/g, '');
const nameOf = (auth: WebhookAuth): string => (auth === 'none' ? auth : auth.type);
const stored = (auth: WebhookAuth): RawRequest =>
  nameOf(auth) === 'twilio'
    ? post({ 'content-type': form }, 'From=%2B1&Body=Z%C3%BCrich&To=', { query: 'a=%20b' })
    : post({ 'content-type': 'application/json' }, BODY, { query: 'a=%20b' });

describe('requests that are signed anew', () => {
  for (const auth of all) {
    test(`135: an hour later, a request is verified again: ${titleOf(auth)}`, async () => {
      const first = signRequest(stored(auth), { auth, address, now: T * 1000 });
      assert.equal(await outcome(auth, stored(auth), { address }), '401');
      assert.equal(await outcome(auth, first, { address }), 'verified');
      const again = signRequest(first, { auth, address, now: (T + 3600) * 1000 });
      assert.equal(await outcome(auth, again, { address, at: T + 3600 }), 'verified');
      assert.equal(again.body, first.body);
      const names = again.headers.map(([name]) => name.toLowerCase());
      assert.equal(new Set(names).size, names.length, 'no header occurs twice');
    });
  }

  test('the id of a delivery stays, and there is one', () => {
    const auth: WebhookAuth = { type: 'standard', secret: key(1) };
    const idOf = ({ headers }: RawRequest) => headers.find(([name]) => name === 'webhook-id')?.[1];
    const first = signRequest(post({}), { auth, now: T * 1000 });
    assert.match(idOf(first)!, /^msg_[0-9a-f-]{36}$/);
    assert.equal(idOf(signRequest(first, { auth, now: T * 2000 })), idOf(first));
  });

  test('what only its sender can sign comes back unchanged', () => {
    const request = post({ authorization: 'Bearer a.b.c' });
    const publicKey = 'whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=';
    for (const auth of [
      'none',
      { type: 'jwt', jwks: 'https://a/keys' },
      { type: 'sns', topics: ['t'] },
      { type: 'graph', clientState: 's' },
      { type: 'standard', secret: publicKey },
    ] as const) {
      assert.deepEqual(signRequest(request, { auth, now: 0 }), request);
    }
  });

  for (const [auth, isSigned] of [
    ...all.map((auth) => [auth as SchemeAuth, true] as const),
    [{ type: 'graph', clientState: 's' }, true],
    [{ type: 'jwt', jwks: 'https://a/keys' }, false],
    [{ type: 'sns', topics: ['t'] }, false],
    [{ type: 'eventGrid', auth: { type: 'jwt', jwks: 'https://a/keys' } }, false],
    [{ type: 'standard', secret: 'whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=' }, false],
  ] as readonly (readonly [SchemeAuth, boolean])[]) {
    test(`${isSigned ? 'anyone with the secret' : 'only its sender'} can make a request: ${titleOf(auth)}`, () =>
      assert.equal(isSignable(auth), isSigned));
  }
});

const headerName = fc.constantFrom(
  ...['x-hub-signature-256', 'x-hub-signature', 'x-shopify-hmac-sha256', 'stripe-signature', 'x-slack-signature'],
  ...['x-slack-request-timestamp', 'webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-twilio-signature'],
  ...['x-gitlab-token', 'x-sig', 'x-time', 'authorization', 'x-api-key', 'content-type', '__proto__', 'constructor'],
);
const headerValue = fc.oneof(
  fc.string({ unit: codePoint, maxLength: 80 }),
  fc.constantFrom(
    form,
    `t=${T},v1=`,
    'v1,',
    'v0=',
    'sha256=',
    String(T),
    'Basic QTpi',
    'Bearer a.b.c',
    `t=${T},v1=x`.repeat(50),
  ),
);
const anyRequest: fc.Arbitrary<RawRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'OPTIONS', ''),
  path: fc.string(),
  query: fc.oneof(fc.string(), fc.constantFrom('validationToken=a', 'hub.mode=subscribe', '%zz', 'bodySHA256=a')),
  headers: fc.array(fc.tuple(headerName, headerValue), { maxLength: 8 }),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map((text) => Buffer.from(text)),
  ),
});

describe('requests of strangers', () => {
  const foreign: readonly WebhookAuth[] = [
    ...all,
    { type: 'jwt', jwks: 'https://a/keys' },
    { type: 'sns', topics: ['t'] },
    { type: 'graph', clientState: 's' },
    { type: 'standard', secret: 'whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=' },
  ];
  for (const auth of foreign) {
    test(`any request is refused or answered, and never an error: ${titleOf(auth)}`, async () => {
      const verifier = createVerifier({ webhook: 'x', auth, address, now: () => T * 1000, fetchText: noFetch });
      await fc.assert(
        fc.asyncProperty(anyRequest, async (request) => {
          const result = await verifier.verify(request);
          assert.notEqual(result.kind, 'verified');
          // A JWT makes the verifier fetch keys, and nothing else may be undecided.
          if (result.kind === 'refused' && nameOf(auth) !== 'jwt') assert.notEqual(result.status, 503, result.reason);
        }),
        { numRuns: 100 },
      );
    });
  }

  for (const auth of all) {
    const { headers: credentials, query } = signRequest(post({}, ''), { auth, address, now: T * 1000 });
    const signsBody =
      query === '' && !credentials.some(([name]) => ['authorization', 'x-api-key', 'x-gitlab-token'].includes(name));
    if (!signsBody) continue;
    test(`no changed request is accepted: ${titleOf(auth)}`, async () => {
      const good = signRequest(stored(auth), { auth, address, now: T * 1000 });
      const isSignature = ([name]: readonly [string, string]): boolean => !['content-type', 'x-time'].includes(name);
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, change, inBody) => {
          const body = good.body.map((byte, index) => (index === at % good.body.length ? byte ^ change : byte));
          const flip = (text: string): string => {
            const position = at % text.length;
            const code = text.charCodeAt(position) ^ (change % 32 || 1);
            return text.slice(0, position) + String.fromCharCode(code) + text.slice(position + 1);
          };
          const headers = good.headers.map((one): readonly [string, string] =>
            isSignature(one) ? [one[0], flip(one[1])] : one,
          );
          const changed = inBody ? { ...good, body } : { ...good, headers };
          // `+` and `%20`, or the case of an escape, are the same field of a form.
          if (inBody && nameOf(auth) === 'twilio') return;
          assert.notEqual(await outcome(auth, changed, { address }), 'verified', JSON.stringify(changed.headers));
        }),
        { numRuns: 100 },
      );
    });
  }
});
