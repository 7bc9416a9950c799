import assert from 'node:assert/strict';
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import type { JwtAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import type { FetchText } from '../../../../src/runtime/inbound/types.ts';
import { createVerifier } from '../../../../src/runtime/inbound/verify/verifier.ts';
import { newKey } from '../../../connection/support/keys.ts';
import { outcome, post, T, verifyOnce } from '../support/requests.ts';

const rsaPair = () => {
  const privateKey = createPrivateKey(newKey());
  return { privateKey, publicKey: createPublicKey(privateKey) };
};
const rsa = rsaPair();
const other = rsaPair();
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const jwkOf = (key: KeyObject, names: object = {}) => ({ ...key.export({ format: 'jwk' }), ...names });
const keySet = JSON.stringify({
  keys: [jwkOf(rsa.publicKey, { kid: 'r1', alg: 'RS256' }), jwkOf(curve.publicKey, { kid: 'e1', alg: 'ES256' })],
});
const answering =
  (body: string, status = 200): FetchText =>
  async () => ({ status, body });

const auth: JwtAuth = {
  type: 'jwt',
  jwks: 'https://issuer.example.com/keys',
  issuer: 'https://issuer.example.com',
  audience: ['webhooks', 'others'],
};
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { iss: auth.issuer, aud: 'webhooks', sub: 'sender', exp: T + 60 };

type Signer = (content: string) => Buffer;
const withRsa =
  (key: KeyObject = rsa.privateKey): Signer =>
  (content) =>
    sign('sha256', Buffer.from(content), key);
const withCurve: Signer = (content) =>
  sign('sha256', Buffer.from(content), { key: curve.privateKey, dsaEncoding: 'ieee-p1363' });

const token = (
  payload: object = claims,
  head: object = { alg: 'RS256', kid: 'r1' },
  by: Signer = withRsa(),
): string => {
  const content = `${encode(head)}.${encode(payload)}`;
  return `${content}.${by(content).toString('base64url')}`;
};
const request = (jwt: string) => post({ Authorization: `Bearer ${jwt}` });
const without = (name: keyof typeof claims) =>
  Object.fromEntries(Object.entries(claims).filter(([one]) => one !== name));

const fetchText = answering(keySet);
const good = token();

const rows: readonly (readonly [title: string, auth: JwtAuth, jwt: string, expected: string])[] = [
  ['a token', auth, good, 'verified'],
  ['a token with an elliptic curve', auth, token(claims, { alg: 'ES256', kid: 'e1' }, withCurve), 'verified'],
  ['73: no algorithm', auth, `${encode({ alg: 'none' })}.${encode(claims)}.AA`, '401'],
  [
    '73: HS256 with the public key',
    auth,
    token(claims, { alg: 'HS256', kid: 'r1' }, (content) =>
      createHmac('sha256', rsa.publicKey.export({ type: 'spki', format: 'pem' }))
        .update(content)
        .digest(),
    ),
    '401',
  ],
  ['73: an algorithm that is not allowed', { ...auth, algorithms: ['ES256'] }, good, '401'],
  ['73: no `exp`', auth, token(without('exp')), '401'],
  ['73: another audience', auth, token({ ...claims, aud: 'x' }), '401'],
  ['73: no audience', auth, token(without('aud')), '401'],
  ['73: another issuer', auth, token({ ...claims, iss: 'https://evil.example.com' }), '401'],
  ['73: expired by 61 s', auth, token({ ...claims, exp: T - 61 }), '401'],
  ['73: expired within the tolerance', auth, token({ ...claims, exp: T - 29 }), 'verified'],
  ['73: expired, with no tolerance', { ...auth, clockTolerance: 0 }, token({ ...claims, exp: T - 1 }), '401'],
  ['73: not valid yet', auth, token({ ...claims, nbf: T + 61 }), '401'],
  ['73: an unknown key', auth, token(claims, { alg: 'RS256', kid: 'x' }), '401'],
  [
    '73: the signature of another key',
    auth,
    token(claims, { alg: 'RS256', kid: 'r1' }, withRsa(other.privateKey)),
    '401',
  ],
  ['73: changed claims', auth, good.replace(/\..*\./, `.${encode({ ...claims, sub: 'eve' })}.`), '401'],
  [
    '73: an extension that must be understood',
    auth,
    token(claims, { alg: 'RS256', kid: 'r1', crit: ['x'], x: 1 }),
    '401',
  ],
  [
    '73: a payload that is not encoded',
    auth,
    token(claims, { alg: 'RS256', kid: 'r1', crit: ['b64'], b64: false }),
    '401',
  ],
  [
    '73: a key of its own',
    auth,
    token(claims, { alg: 'RS256', jwk: jwkOf(other.publicKey), kid: 'r1' }, withRsa(other.privateKey)),
    '401',
  ],
  [
    '73: an address of other keys',
    auth,
    token(
      claims,
      { alg: 'RS256', kid: 'r1', jku: 'https://evil.example.com/keys', x5u: 'https://evil.example.com/x' },
      withRsa(other.privateKey),
    ),
    '401',
  ],
  ['73: a key id that is not text', auth, token(claims, { alg: 'RS256', kid: { $ne: null } }), '401'],
  ['73: the key id of a path', auth, token(claims, { alg: 'RS256', kid: '../../dev/null' }), '401'],
  ['73: the key id of a prototype', auth, token(claims, { alg: 'RS256', kid: '__proto__' }), '401'],
  ['73: the algorithm in other letters', auth, token(claims, { alg: 'nOnE', kid: 'r1' }, () => Buffer.alloc(0)), '401'],
  ['73: the key of another algorithm', auth, token(claims, { alg: 'PS256', kid: 'r1' }), '401'],
  ['73: one of several audiences', auth, token({ ...claims, aud: ['x', 'webhooks'] }), 'verified'],
  ['73: several other audiences', auth, token({ ...claims, aud: ['x', 'y'] }), '401'],
  ['73: an audience that is an object', auth, token({ ...claims, aud: { webhooks: true } }), '401'],
  ['73: an issuer in a list', auth, token({ ...claims, iss: [auth.issuer] }), '401'],
  ['73: a time that is text', auth, token({ ...claims, exp: String(T + 60) }), '401'],
  ['73: a time without a value', auth, token({ ...claims, exp: null }), '401'],
  ['73: claims that are a list', auth, token([claims]), '401'],
  ['73: padding', auth, `${good}==`, '401'],
  ['73: not a token', auth, 'a.b', '401'],
  ['73: a token of rubbish', auth, 'a.b.c', '401'],
  [
    '74: a role in a list',
    { ...auth, requiredClaims: { roles: 'write' } },
    token({ ...claims, roles: ['write'] }),
    'verified',
  ],
  [
    '74: a word of a scope',
    { ...auth, requiredClaims: { scope: ['a', 'b'] } },
    token({ ...claims, scope: 'b c a' }),
    'verified',
  ],
  ['74: a part of a word', { ...auth, requiredClaims: { scope: 'a' } }, token({ ...claims, scope: 'ab' }), '403'],
  [
    '74: one of two roles',
    { ...auth, requiredClaims: { roles: ['a', 'b'] } },
    token({ ...claims, roles: ['a'] }),
    '403',
  ],
  ['74: no role', { ...auth, requiredClaims: { roles: 'write' } }, good, '403'],
  ['74: an inherited name', { ...auth, requiredClaims: { constructor: 'x' } }, good, '403'],
];

describe('JWTs', () => {
  for (const [title, settings, jwt, expected] of rows) {
    test(`${title}: ${expected}`, async () => {
      assert.equal(await outcome(settings, request(jwt), { fetchText }), expected);
    });
  }

  test('the claims of a token are known', async () => {
    assert.deepEqual(await verifyOnce(auth, request(good), { fetchText }), { kind: 'verified', claims });
  });

  test('without issuer and audience, any token of the key set counts', async () => {
    const open: JwtAuth = { type: 'jwt', jwks: auth.jwks };
    assert.equal(await outcome(open, request(token({ exp: T + 1 })), { fetchText }), 'verified');
  });

  test('without a key id, each key that fits is tried', async () => {
    const two = JSON.stringify({ keys: [jwkOf(other.publicKey), jwkOf(rsa.publicKey)] });
    const nameless = token(claims, { alg: 'RS256' });
    assert.equal(await outcome(auth, request(nameless), { fetchText: answering(two) }), 'verified');
    const foreign = JSON.stringify({ keys: [jwkOf(other.publicKey), jwkOf(other.publicKey)] });
    assert.equal(await outcome(auth, request(nameless), { fetchText: answering(foreign) }), '401');
  });

  test('a request without a token fetches nothing', async () => {
    assert.equal(await outcome(auth, post({})), '401');
    assert.equal(await outcome(auth, post({ authorization: 'Basic QWRhOmE=' })), '401');
    const result = await verifyOnce(auth, post({}));
    assert.deepEqual(result.kind === 'refused' && result.headers, { 'www-authenticate': 'Bearer' });
  });

  for (const [title, fetching] of [
    ['is down', async () => Promise.reject(new TypeError('fetch failed'))],
    ['answers with HTML', answering('<html>')],
    ['answers with something else', answering('{"keys":1}')],
    ['redirects', answering('', 302)],
    ['answers with an error', answering('', 500)],
  ] as const satisfies readonly (readonly [string, FetchText])[]) {
    test(`75: an issuer that ${title} makes a request repeatable`, async () => {
      const result = await verifyOnce(auth, request(good), { fetchText: fetching });
      assert.deepEqual(result.kind === 'refused' && [result.status, result.headers], [503, { 'retry-after': '5' }]);
    });
  }

  test('75: an issuer that hangs makes a request repeatable when the time is over', async (t) => {
    const abort = new AbortController();
    // The only timer of the verification: the library's limit for the answer.
    t.mock.method(AbortSignal, 'timeout', () => abort.signal);
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const hanging: FetchText = (_url, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        asked();
      });
    const verifying = outcome(auth, request(good), { fetchText: hanging });
    await isAsked;
    abort.abort(new DOMException('late', 'TimeoutError'));
    assert.equal(await verifying, '503');
  });

  test('75: a hundred requests fetch the keys once, and again only after a failure', async () => {
    let fetches = 0;
    let answer: FetchText = async () => Promise.reject(new Error('down'));
    const { verify } = createVerifier({
      webhook: 'x',
      auth,
      now: () => T * 1000,
      fetchText: (url, signal) => {
        fetches++;
        return answer(url, signal);
      },
    });
    const verifyAll = async () =>
      new Set((await Promise.all(Array.from({ length: 100 }, () => verify(request(good))))).map(({ kind }) => kind));
    assert.deepEqual([await verifyAll(), fetches], [new Set(['refused']), 1]);
    answer = fetchText;
    assert.deepEqual([await verifyAll(), fetches], [new Set(['verified']), 2]);
    assert.deepEqual([await verifyAll(), fetches], [new Set(['verified']), 2]);
  });

  test('140: tokens with ever new key ids fetch nothing for a while, and leave nothing behind', async () => {
    let fetches = 0;
    const { verify } = createVerifier({
      webhook: 'x',
      auth,
      now: () => T * 1000,
      fetchText: async () => {
        fetches++;
        return { status: 200, body: keySet };
      },
    });
    for (let index = 0; index < 20; index++) {
      const { kind } = await verify(request(token(claims, { alg: 'RS256', kid: `k${index}` })));
      assert.equal(kind, 'refused');
    }
    assert.equal(fetches, 1);
  });

  test('75: a key that the issuer has added a moment ago makes a request repeatable, until the keys are fetched again', async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: T * 1000 });
    let fetches = 0;
    let keys: readonly object[] = [jwkOf(rsa.publicKey, { kid: 'r1', alg: 'RS256' })];
    const { verify } = createVerifier({
      webhook: 'x',
      auth,
      fetchText: async () => {
        fetches++;
        return { status: 200, body: JSON.stringify({ keys }) };
      },
    });
    const outcomeOf = async (jwt: string) => {
      const result = await verify(request(jwt));
      return [result.kind === 'refused' ? [result.status, result.headers] : result.kind, fetches];
    };
    const repeatable = [503, { 'retry-after': '30' }];
    const unknown = [401, { 'www-authenticate': 'Bearer' }];
    const added = token(claims, { alg: 'RS256', kid: 'r2' }, withRsa(other.privateKey));
    assert.deepEqual(await outcomeOf(added), [unknown, 1], 'the keys were fetched for this request');
    keys = [...keys, jwkOf(other.publicKey, { kid: 'r2', alg: 'RS256' })];
    assert.deepEqual(await outcomeOf(added), [repeatable, 1]);
    assert.deepEqual(await outcomeOf(good), ['verified', 1]);
    t.mock.timers.tick(31_000);
    assert.deepEqual(await outcomeOf(added), ['verified', 2]);
    const never = token(claims, { alg: 'RS256', kid: 'r3' }, withRsa(other.privateKey));
    t.mock.timers.tick(31_000);
    assert.deepEqual(await outcomeOf(never), [unknown, 3], 'the keys were fetched for this request');
  });
});
