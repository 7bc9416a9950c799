import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { check } from '../../../src/connector/rules/rule-engine.ts';
import { webhookAuthRule } from '../../../src/connector/rules/webhook-auth.ts';
import type { WebhookAuth } from '../../../src/connector/webhooks/auth-types.ts';

const apiKey = { type: 'apiKey', key: 'k' } as const;
const topics = ['arn:aws:sns:eu-west-1:123456789012:orders.fifo'];

const good: readonly WebhookAuth[] = [
  'none',
  { type: 'github', secret: '{{secrets.A}}' },
  { type: 'github', secret: ['a', 'b'] },
  { type: 'bitbucket', secret: 'a' },
  { type: 'shopify', secret: 'a' },
  { type: 'stripe', secret: 'a', window: false },
  { type: 'slack', secret: 'a', window: 0 },
  { type: 'zoom', secret: 'a', window: 300 },
  { type: 'standard', secret: 'a' },
  { type: 'gitlab', secret: 'a' },
  { type: 'gitlab', secret: 'a', signed: true, window: 60 },
  { type: 'meta', secret: 'a', verifyToken: 'b' },
  { type: 'twilio', secret: 'a', algorithm: 'sha256' },
  { type: 'sns', topics },
  { type: 'graph', clientState: 'a' },
  { type: 'hmac', secret: 'a', header: 'x-signature' },
  {
    type: 'hmac',
    secret: 'a',
    header: 'x-signature',
    algorithm: 'sha512',
    encoding: 'base64url',
    prefix: '',
    signedText: '{timestamp}.{url}.{body}',
    timestampHeader: 'x-time',
    window: 10,
  },
  { type: 'basic', username: 'a', password: ['b', 'c'] },
  { ...apiKey, header: 'authorization', prefix: 'Bearer ' },
  { ...apiKey, query: 'code' },
  { type: 'jwt', jwks: 'https://issuer.example.com/keys', algorithms: ['RS256'], requiredClaims: { roles: ['a'] } },
  { type: 'jwt', jwks: 'http://127.0.0.1:8080/keys', issuer: 'a', audience: ['b', 'c'], clockTolerance: 60 },
  { type: 'eventGrid', auth: apiKey },
  { type: 'cloudEvents', auth: apiKey, origins: ['a.example.com'], rate: 120 },
];

const bad: readonly (readonly [auth: unknown, problem: RegExp])[] = [
  [undefined, /^expected "none", or an object such as \{ type: "github", secret: … \}, but got undefined$/],
  ['github', /^expected "none", or an object .* but got text$/],
  [{ secret: 'a' }, /^type: is missing$/],
  [{ type: 'git-hub', secret: 'a' }, /^type: must be one of "github", /],
  [{ type: 'constructor' }, /^type: must be one of /],
  [{ type: 'github' }, /^secret: is missing$/],
  [{ type: 'github', secret: '' }, /^secret: expected a secret as text, or a list of them, but got empty text$/],
  [{ type: 'github', secret: [] }, /^secret: expected a list of secrets, but got an empty list$/],
  [{ type: 'github', secret: ['a', ''] }, /^secret\[1\]: expected text that is not empty/],
  [{ type: 'github', secret: Array(9).fill('a') }, /^secret: expected at most 8 secrets, but got 9$/],
  [
    { type: 'github', secert: 'a', secret: 'a' },
    /^secert: unknown property of \{ type: "github" \}\. Did you mean secret\?$/,
  ],
  [{ type: 'github', secret: 'a', window: 3 }, /^window: unknown property/],
  [
    { type: 'stripe', secret: 'a', window: -1 },
    /^window: expected a number of seconds, 0 or more, or false, but got -1$/,
  ],
  [{ type: 'gitlab', secret: 'a', window: 3 }, /^window: has no effect without `signed: true`; remove it$/],
  [{ type: 'hmac', secret: 'a', header: 'a b' }, /^header: expected the name of a header/],
  [
    { type: 'hmac', secret: 'a', header: 'a', signedText: '{timestamp}', timestampHeader: 't' },
    /^signedText: must contain \{body\}/,
  ],
  [{ type: 'hmac', secret: 'a', header: 'a', signedText: '{timestamp}.{body}' }, /^timestampHeader: is missing/],
  [{ type: 'hmac', secret: 'a', header: 'a', timestampHeader: 't' }, /^signedText: must contain \{timestamp\}/],
  [{ type: 'hmac', secret: 'a', header: 'a', window: 3 }, /^window: has no effect without timestampHeader/],
  [{ type: 'sns', topics: [] }, /^topics: expected a list of topics, but got an empty list$/],
  [{ type: 'sns', topics: ['orders'] }, /^topics\[0\]: expected the ARN of a topic/],
  [{ type: 'jwt', jwks: 'http://issuer.example.com/keys' }, /^jwks: expected an address that starts with https:\/\//],
  [{ type: 'jwt', jwks: 'https://a@b/keys' }, /^jwks: expected an address/],
  [{ type: 'jwt', jwks: 'https://b/keys', algorithms: ['HS256'] }, /^algorithms\[0\]: must be one of "RS256"/],
  [
    { type: 'jwt', jwks: 'https://b/keys', clockTolerance: 61 },
    /^clockTolerance: expected a number of seconds from 0 to 60/,
  ],
  [{ type: 'cloudEvents', auth: apiKey }, /^origins: is missing$/],
  [
    { type: 'cloudEvents', auth: { type: 'github', secret: 'a' }, origins: ['a'] },
    /^auth\.type: must be one of "basic", "apiKey", "jwt"$/,
  ],
  [{ type: 'eventGrid', auth: { type: 'apiKey' } }, /^auth\.key: is missing$/],
  [{ type: 'eventGrid', auth: 'none' }, /^auth: expected an object such as/],
];

describe('how the requests of a webhook prove who sent them', () => {
  for (const auth of good) {
    test(`is accepted: ${JSON.stringify(auth)}`, () => {
      assert.deepEqual(check(webhookAuthRule, auth), []);
    });
  }
  for (const [auth, problem] of bad) {
    test(`is refused: ${JSON.stringify(auth) ?? 'nothing'}`, () => {
      const found = check(webhookAuthRule, auth);
      assert.equal(found.length, 1, found.join('; '));
      assert.match(found[0]!, problem);
    });
  }
});
