import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import type { HmacAuth, RawRequest, WebhookAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import { parseBody } from '../../../../src/runtime/inbound/bodies/parse-body.ts';
import { signText } from '../../../../src/runtime/inbound/verify/signatures/scheme.ts';
import { addressVariants } from '../../../../src/runtime/inbound/verify/signatures/twilio.ts';
import { BODY, outcome, post, T, type VerifyOptions, verifyOnce } from '../support/requests.ts';

const v = {
  1: 'b7bca0509538e1702571b8b3d6c47df9f663689ebf72318da02d8c148458ff5c',
  2: 'a09dd40ddfcc5d8e82305942e05c261411ea86a4',
  3: '3693dba790330a9789dee3e02ee17b1d459f11991c99e248dd7e675dc6c6c3d3',
  4: 'd7e75c0795c54a34e56a77173abce165cd3d2f656972bcbc29dd981722ea8200',
  5: '847e7046207403a644fdf8e5fcdd3b738402acbf01aaaee59cdf015dee91fd55',
  6: '4e0d7d2594457cffb8b041f6cbd4c2757af2942707e3e6f1c6179a32d80ffb1c',
  7: 'f20d9c90cf619e31d3b62406bbe6686dd3a11c152f23eff5626c16352755973b',
  8: 'e72c69e407dc0209a6974cd6dc27ebf86a0dabb18cd44d36bcdb6ebdb21e22c2',
  9: 'a1c624faa042aba863e66cce4da5b29678043069e685c1499552f153faefe37dee6de30b0738de28f32db5bd015bbf8c5221bd1f0b5d1ac2792b92abca4c2b94',
  10: '022780b5808c189b7a8a962a2f93ff6e3c71920e114f32b8a1d999e011497b8a',
  11: '946fc100c03636f46a92e737a3c4ab0d77635e37aabc3d74833c3a0ee81a8ee0',
  13: '4a4a8c587a77aef0d355575082c5a72c66505ee1e796c0b73668abd07d853656',
  14: 'd4191214b940ba7eb6b3e086d4883dc19c0dfee2422797f8e90904d7794b6853',
  15: '6d52d77cf757a09fefdc98551cfb98a6597a8bfaa24eea9864bce3ed5eca3d80',
  16: '2kb7rb3crI1E/kaIDqy5lRZqG+F9L7e6nfNOGYZMPAs=',
  17: 'Or+PyQfkIysaPPm/8e7pvHSlv3OM3hLRkobQOfhSZ0g=',
  18: '7VvDy4HeBidq64URoh7gra1fS9M6srlvZ31+lQ8Ze1Q=',
  19: 'l/O+RVxDO65CCuRB+v8HDv5sMiLO12x95S5W9SdJcuc=',
  20: 'GSQsPmgb3jJGDy7GOrYQ2gkf2TRaBUy5XNQ1NrbncaaUKn4kiSjLK7m+LXCatZj76lGWM41tDm9op486+Fp2DA==',
  21: 'vHv5lBWkKQ9+EKtbHr8z7kYo8LKsdPaE4noIhLSrq60=',
  22: '2bCWT7CZhKHh+0Y+C2XaeShDHk4=',
  23: 'ougCvMH1TDjJWZmV/4R933qrOrk=',
  24: 'HZt/JIvuHDfvGIUiBRJA6RkuMvE=',
  25: 'cyLbnClq5titjkZaKeyRrlFmmcs=',
  26: 'VfUfrYd7FASbjFE68MA4PbnbdoA=',
  27: 'oCcKDHh34qzsGYrRrkEdvyScrmHIDXhPj2fCvbrSGTw=',
  28: '5edea2bf0528da57c9b1d813d36c0e3f0c26da611c26719a2bdaf10a156b6221',
  29: 'e3bb3b6fc60c8b0da832dd82043c8e3b05a8dd9104153d5182e7767cde4b882f',
  31: 'Gji6h79+QpZ3JhtKG7ROWq7gZ37zigFSILaFoTlOlhw=',
  32: '9e0963b09d438b2a6c1052f64aa720be472ab8093ce5e0ac0fa90e6c1ba9d762',
} as const;

const github: WebhookAuth = { type: 'github', secret: 'hook-secret-1' };
const stripe: WebhookAuth = { type: 'stripe', secret: 'whsec_test_secret_1' };
const slack: WebhookAuth = { type: 'slack', secret: 'slack-signing-secret-1' };
const standardSecret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1u';
const standard: WebhookAuth = { type: 'standard', secret: standardSecret };
const publicKey = 'whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=';
const twilio: WebhookAuth = { type: 'twilio', secret: 'twilio_auth_token_1' };
const zoom: WebhookAuth = { type: 'zoom', secret: 'zoom_secret_token_1' };
const hmac = (settings: Partial<HmacAuth> = {}): HmacAuth => ({
  type: 'hmac',
  secret: 'hook-secret-1',
  header: 'X-Signature',
  ...settings,
});

const hub = (signature: string) => ({ 'X-Hub-Signature-256': `sha256=${signature}` });
const stripeHeader = (value: string) => ({ 'Stripe-Signature': value });
const timed = (prefix: string, signature: string, timestamp: string | number = T) =>
  prefix === 'slack'
    ? { 'X-Slack-Signature': `v0=${signature}`, 'X-Slack-Request-Timestamp': String(timestamp) }
    : { 'x-zm-signature': `v0=${signature}`, 'x-zm-request-timestamp': String(timestamp) };
const standardHeaders = (signature: string, id = 'msg_01J', timestamp: string | number = T) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signature,
});

const slackBody = 'token=x&team_id=T1&command=%2Fweather&text=94070+%C3%BC';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const twilioForm = 'To=%2B15550002&From=%2B15550001&Body=Hallo+Z%C3%BCrich&CallSid=CA1&To2=';
const twilioAddress = { address: 'https://example.com/hooks/sms' };
const twilioPost = (signature: string, body = twilioForm, query = 'tenant=a%20b'): RawRequest =>
  post({ ...form, Host: '10.0.0.5:8080', 'X-Twilio-Signature': signature }, body, { query });
const jsonHash = '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862';

type Row = readonly [
  title: string,
  auth: WebhookAuth,
  request: RawRequest,
  expected: 'verified' | '401',
  options?: VerifyOptions,
];

const bom = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a":1}')]);
const notUtf8 = Buffer.from([0xff, 0xfe, 0x00, 0x41]);
const metaBody = '{"object":"page","entry":[{"id":"1","text":"Z\\u00fcrich"}]}';

const rows: readonly Row[] = [
  ['1, V1: GitHub', github, post(hub(v[1])), 'verified'],
  ['2: the header in upper case', github, post({ 'X-HUB-SIGNATURE-256': `sha256=${v[1]}` }), 'verified'],
  ['3: hexadecimal digits in upper case', github, post(hub(v[1].toUpperCase())), '401'],
  ['4, V2: only the old header', github, post({ 'X-Hub-Signature': `sha1=${v[2]}` }), '401'],
  ['5: without the prefix', github, post({ 'X-Hub-Signature-256': v[1] }), '401'],
  ['6: the prefix of another algorithm', github, post({ 'X-Hub-Signature-256': `sha1=${v[1]}` }), '401'],
  ['7, V7: the signature of the body as it was written again', github, post(hub(v[7])), '401'],
  [
    '8: two headers, the first right',
    github,
    post([...Object.entries(hub(v[1])), ...Object.entries(hub(v[7]))]),
    '401',
  ],
  ['8: two headers, joined', github, post(hub(`${v[1]}, sha256=${v[7]}`)), '401'],
  ['9: no header', github, post({}), '401'],
  ['9: an empty header', github, post({ 'X-Hub-Signature-256': '' }), '401'],
  ['9: a long header', github, post(hub('a'.repeat(10_000))), '401'],
  ['10, V3: an empty body', github, post({ ...hub(v[3]), 'content-length': '0' }, ''), 'verified'],
  ['11, V4: a form', github, post({ ...form, ...hub(v[4]) }, `payload=${encodeURIComponent(BODY)}`), 'verified'],
  ['12, V5: bytes that are not UTF-8', github, post(hub(v[5]), notUtf8), 'verified'],
  [
    '12, V5: the signature of the bytes as text',
    github,
    post(hub('8ff007ac785334cbb90b02298a7b62fe886fcad232271187ade44f009d768b87'), notUtf8),
    '401',
  ],
  ['13, V6: a byte order mark', github, post(hub(v[6]), bom), 'verified'],
  ['14: the newer of two secrets', { type: 'github', secret: ['hook-secret-1', 'old'] }, post(hub(v[1])), 'verified'],
  ['14: the older of two secrets', { type: 'github', secret: ['new', 'hook-secret-1'] }, post(hub(v[1])), 'verified'],
  ['16, V8: a signature with a line break in the secret', github, post(hub(v[8])), '401'],
  ['17, V10: Stripe', stripe, post(stripeHeader(`t=${T},v1=${v[10]}`)), 'verified'],
  ['17, V11: with the second secret', stripe, post(stripeHeader(`t=${T},v1=${v[11]}`)), '401'],
  [
    '17, V11: with both secrets',
    { type: 'stripe', secret: ['whsec_test_secret_1', 'whsec_test_secret_2'] },
    post(stripeHeader(`t=${T},v1=${v[11]}`)),
    'verified',
  ],
  ['18: 300 s old', stripe, post(stripeHeader(`t=${T},v1=${v[10]}`)), 'verified', { at: T + 300 }],
  ['18: 301 s old', stripe, post(stripeHeader(`t=${T},v1=${v[10]}`)), '401', { at: T + 301 }],
  ['18, V13: signed 301 s ago', stripe, post(stripeHeader(`t=${T - 301},v1=${v[13]}`)), '401'],
  [
    '18, V13: signed 301 s ago, with a longer window',
    { ...stripe, window: 400 },
    post(stripeHeader(`t=${T - 301},v1=${v[13]}`)),
    'verified',
  ],
  [
    '18: no window',
    { ...stripe, window: false },
    post(stripeHeader(`t=${T},v1=${v[10]}`)),
    'verified',
    { at: T + 1e6 },
  ],
  ['18: a window of 0', { ...stripe, window: 0 }, post(stripeHeader(`t=${T},v1=${v[10]}`)), '401', { at: T + 1 }],
  ['19: 301 s in the future', stripe, post(stripeHeader(`t=${T},v1=${v[10]}`)), '401', { at: T - 301 }],
  ['20: the second of two signatures', stripe, post(stripeHeader(`t=${T},v1=00,v1=${v[10]}`)), 'verified'],
  ['21: only v0', stripe, post(stripeHeader(`t=${T},v0=${v[10]}`)), '401'],
  ...['', `t=${T},t=${T},`, 't=abc,', 't=1e9,', `t=-${T},`].map(
    (time): Row => [`22: the timestamp "${time}"`, stripe, post(stripeHeader(`${time}v1=${v[10]}`)), '401'],
  ),
  ['23: another timestamp', stripe, post(stripeHeader(`t=${T + 1},v1=${v[10]}`)), '401'],
  [
    '24, V12: the secret without its prefix',
    { type: 'stripe', secret: 'test_secret_1' },
    post(stripeHeader(`t=${T},v1=${v[10]}`)),
    '401',
  ],
  [
    '26: 200 signatures, one of them right',
    stripe,
    post(stripeHeader(`t=${T}${`,v1=${'0'.repeat(64)}`.repeat(199)},v1=${v[10]}`)),
    '401',
  ],
  ['27, V14: Slack', slack, post(timed('slack', v[14]), slackBody), 'verified'],
  ['28: Slack, 301 s old', slack, post(timed('slack', v[14]), slackBody), '401', { at: T + 301 }],
  ['29, V15: the text of the timestamp', slack, post(timed('slack', v[15], `0${T}`), slackBody), 'verified'],
  ['29, V14: the number of the timestamp', slack, post(timed('slack', v[14], `0${T}`), slackBody), '401'],
  ['34, V16: Standard Webhooks', standard, post(standardHeaders(`v1,${v[16]}`)), 'verified'],
  ['35: the second of two signatures', standard, post(standardHeaders(`v1,AAAA v1,${v[16]}`)), 'verified'],
  ['V17: another secret', standard, post(standardHeaders(`v1,${v[17]}`)), '401'],
  [
    'V17: one of two secrets',
    { type: 'standard', secret: [standardSecret, 'whsec_bm1sa2ppaGdmZWRjYmE5ODc2NTQzMjEw'] },
    post(standardHeaders(`v1,${v[17]}`)),
    'verified',
  ],
  ['V18: the secret as text', standard, post(standardHeaders(`v1,${v[18]}`)), '401'],
  [
    '36, V20: ed25519, with the public key only',
    { type: 'standard', secret: publicKey },
    post(standardHeaders(`v1,${v[16]} v1a,${v[20]}`)),
    'verified',
  ],
  [
    '36: an HMAC, with the public key only',
    { type: 'standard', secret: publicKey },
    post(standardHeaders(`v1,${v[16]}`)),
    '401',
  ],
  [
    '37, V20: ed25519, with another public key',
    { type: 'standard', secret: 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' },
    post(standardHeaders(`v1a,${v[20]}`)),
    '401',
  ],
  [
    '37, V20: another spelling of the signature',
    { type: 'standard', secret: publicKey },
    post(standardHeaders(`v1a,${v[20].slice(0, -2)}!`)),
    '401',
  ],
  [
    '38: a secret without its prefix',
    { type: 'standard', secret: standardSecret.slice(6) },
    post(standardHeaders(`v1,${v[16]}`)),
    'verified',
  ],
  ['40: an id with a dot', standard, post(standardHeaders(`v1,${v[16]}`, 'a.1')), '401'],
  ...[`${T}abc`, ` ${T}`, `+${T}`].map(
    (time): Row => [
      `41: the timestamp "${time}"`,
      standard,
      post(standardHeaders(`v1,${v[16]}`, 'msg_01J', time)),
      '401',
    ],
  ),
  ['42, V19: an empty body', standard, post(standardHeaders(`v1,${v[19]}`, 'msg_02'), ''), 'verified'],
  ['43: only v2', standard, post(standardHeaders(`v2,${v[16]}`)), '401'],
  ['Standard Webhooks, 301 s old', standard, post(standardHeaders(`v1,${v[16]}`)), '401', { at: T + 301 }],
  [
    'Standard Webhooks, more than 8 signatures',
    standard,
    post(standardHeaders(`${'v1,AAAA '.repeat(8)}v1,${v[16]}`)),
    '401',
  ],
  [
    '44, V21: Shopify',
    { type: 'shopify', secret: 'shpss_client_secret_1' },
    post({ 'X-Shopify-Hmac-SHA256': v[21] }),
    'verified',
  ],
  [
    '44, V21: in hexadecimal digits',
    { type: 'shopify', secret: 'shpss_client_secret_1' },
    post({ 'X-Shopify-Hmac-SHA256': Buffer.from(v[21], 'base64').toString('hex') }),
    '401',
  ],
  [
    '44, V21: without =',
    { type: 'shopify', secret: 'shpss_client_secret_1' },
    post({ 'X-Shopify-Hmac-SHA256': v[21].slice(0, -1) }),
    '401',
  ],
  ['45, V22: Twilio behind a proxy', twilio, twilioPost(v[22]), 'verified', twilioAddress],
  ['45, V22: another public address', twilio, twilioPost(v[22]), '401', { address: 'https://example.org/hooks/sms' }],
  ['47, V23: signed with the port', twilio, twilioPost(v[23]), 'verified', twilioAddress],
  [
    '47, V22: signed without the port, which is configured',
    twilio,
    twilioPost(v[22]),
    'verified',
    { address: 'https://example.com:443/hooks/sms' },
  ],
  [
    '48, V24: a field three times, with two values',
    twilio,
    twilioPost(v[24], 'MediaUrl=b&MediaUrl=a&MediaUrl=a', ''),
    'verified',
    twilioAddress,
  ],
  [
    '48, V24: signed in order and with repetitions',
    twilio,
    twilioPost('Og3v3Jcvzw9T2OV1f89x3lWy6dk=', 'MediaUrl=b&MediaUrl=a&MediaUrl=a', ''),
    '401',
    twilioAddress,
  ],
  ...(
    [
      ['{"a":1}', 'verified'],
      ['{"a":2}', '401'],
    ] as const
  ).map(
    ([body, expected]): Row => [
      `49, V25: the body ${body}`,
      twilio,
      post({ 'content-type': 'application/json', 'X-Twilio-Signature': v[25] }, body, {
        query: `bodySHA256=${jsonHash}`,
      }),
      expected,
      { address: 'https://example.com/hooks/json' },
    ],
  ),
  [
    '49: JSON without its hash in the address',
    twilio,
    post({ 'content-type': 'application/json', 'X-Twilio-Signature': v[26] }, '{"a":1}', {
      query: 'From=%2B15550001&Body=Hi',
    }),
    '401',
    twilioAddress,
  ],
  [
    '50, V26: GET',
    twilio,
    post({ 'X-Twilio-Signature': v[26] }, '', { method: 'GET', query: 'From=%2B15550001&Body=Hi' }),
    'verified',
    twilioAddress,
  ],
  [
    '51: one more field that is signed',
    twilio,
    twilioPost(
      createHmac('sha1', 'twilio_auth_token_1').update('https://example.com/hooks/smsBodyHiNewField1').digest('base64'),
      'Body=Hi&NewField=1',
      '',
    ),
    'verified',
    twilioAddress,
  ],
  ['51: one more field that is not signed', twilio, twilioPost(v[22], `${twilioForm}&New=1`), '401', twilioAddress],
  [
    'V27: Twilio with SHA-256',
    { type: 'twilio', secret: 'twilio_shared_key_1', algorithm: 'sha256' },
    twilioPost(v[27]),
    'verified',
    twilioAddress,
  ],
  ['55, V28: Meta', { type: 'meta', secret: 'meta_app_secret_1' }, post(hub(v[28]), metaBody), 'verified'],
  [
    '55, V28: the signature without escapes',
    { type: 'meta', secret: 'meta_app_secret_1' },
    post(hub('e4cf1829250f249a708f82725384468c61216c045dce6111bdd3971c93da07bc'), metaBody),
    '401',
  ],
  ['V29: Zoom', zoom, post(timed('zoom', v[29])), 'verified'],
  ['V29: Zoom, an hour later: it prescribes no window', zoom, post(timed('zoom', v[29])), 'verified', { at: T + 3600 }],
  ['V29: Zoom with a window', { ...zoom, window: 300 }, post(timed('zoom', v[29])), '401', { at: T + 3600 }],
  [
    '58, V32: Bitbucket as GitHub',
    { type: 'github', secret: 'bb-secret-1' },
    post({ 'X-Hub-Signature': `sha256=${v[32]}` }),
    '401',
  ],
  [
    '58, V32: Bitbucket',
    { type: 'bitbucket', secret: 'bb-secret-1' },
    post({ 'X-Hub-Signature': `sha256=${v[32]}` }),
    'verified',
  ],
  ['59: the token of GitLab', { type: 'gitlab', secret: 'token-1' }, post({ 'X-Gitlab-Token': 'token-1' }), 'verified'],
  ['59: a longer token', { type: 'gitlab', secret: 'token-1' }, post({ 'X-Gitlab-Token': 'token-12' }), '401'],
  ['59: no token', { type: 'gitlab', secret: 'token-1' }, post({}), '401'],
  [
    '60, V31: GitLab, signed',
    { type: 'gitlab', signed: true, secret: standardSecret },
    post(standardHeaders(`v1,${v[31]}`, '4f2c6e1a-0000-4000-8000-000000000001')),
    'verified',
  ],
  [
    '60, V31: GitLab, by the rules of Standard Webhooks',
    standard,
    post(standardHeaders(`v1,${v[31]}`, '4f2c6e1a-0000-4000-8000-000000000001')),
    'verified',
  ],
  ['V1: configured', hmac({ prefix: 'sha256=' }), post({ 'x-signature': `sha256=${v[1]}` }), 'verified'],
  ['V1: configured, upper case', hmac(), post({ 'x-signature': v[1].toUpperCase() }), 'verified'],
  ['V2: configured', hmac({ algorithm: 'sha1' }), post({ 'x-signature': v[2] }), 'verified'],
  ['V9: configured', hmac({ algorithm: 'sha512' }), post({ 'x-signature': v[9] }), 'verified'],
  [
    'V14: configured',
    hmac({
      secret: 'slack-signing-secret-1',
      prefix: 'v0=',
      signedText: 'v0:{timestamp}:{body}',
      timestampHeader: 'X-Time',
    }),
    post({ 'x-signature': `v0=${v[14]}`, 'x-time': String(T) }, slackBody),
    'verified',
  ],
  [
    'V14: configured, 301 s old',
    hmac({
      secret: 'slack-signing-secret-1',
      prefix: 'v0=',
      signedText: 'v0:{timestamp}:{body}',
      timestampHeader: 'X-Time',
    }),
    post({ 'x-signature': `v0=${v[14]}`, 'x-time': String(T) }, slackBody),
    '401',
    { at: T + 301 },
  ],
  [
    'V21: configured',
    hmac({ secret: 'shpss_client_secret_1', encoding: 'base64' }),
    post({ 'x-signature': v[21] }),
    'verified',
  ],
  [
    'configured: everything that can be signed',
    hmac({ encoding: 'base64url', signedText: '{method} {path} {url} {header:X-Id} {other} {body}' }),
    post(
      {
        'x-id': '7',
        'x-signature': createHmac('sha256', 'hook-secret-1')
          .update('POST /hooks/x https://example.com/hooks/x?a=%20 7 {other} {}')
          .digest('base64url'),
      },
      '{}',
      { query: 'a=%20' },
    ),
    'verified',
    { address: 'https://example.com/hooks/x' },
  ],
  [
    'configured: a signed header that is missing',
    hmac({ signedText: '{header:X-Id}{body}' }),
    post({ 'x-signature': v[1] }),
    '401',
  ],
];

describe('signatures', () => {
  for (const [title, auth, request, expected, options] of rows) {
    test(`${title}: ${expected}`, async () => {
      assert.equal(await outcome(auth, request, options), expected);
    });
  }

  // Published by GitHub, Slack, Twilio and the authors of Standard Webhooks.
  test('examples of the providers are verified', async () => {
    const hello = post(hub('757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'), 'Hello, World!');
    assert.equal(await outcome({ type: 'github', secret: "It's a Secret to Everybody" }, hello), 'verified');
    const sms = post(
      { 'x-twilio-signature': '0/KCTR6DLpKmkAf8muzZqo1nDgQ=', ...form },
      'CallSid=CA1234567890ABCDE&Caller=%2B12349013030&Digits=1234&From=%2B12349013030&To=%2B18005551212',
      { query: 'foo=1&bar=2' },
    );
    const at = { address: 'https://mycompany.com/myapp.php' };
    assert.equal(await outcome({ type: 'twilio', secret: '12345' }, sms, at), 'verified');
    const svix = standardHeaders(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
    );
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    assert.equal(
      await outcome({ type: 'standard', secret }, post(svix, '{"test": 2432232314}'), { at: 1614265330 }),
      'verified',
    );
  });

  test('1, 11 and 27: what was verified is read from the same bytes', () => {
    const read = (type: string, body: string, payloadField = false) => {
      const parsed = parseBody(type, Buffer.from(body), { payloadField });
      return parsed.ok ? parsed.body : parsed.reason;
    };
    const event = { id: 'evt_1', amount: 1250, note: 'Zürich ✓' };
    assert.deepEqual(read('application/json', BODY), event);
    assert.deepEqual(read(form['content-type'], `payload=${encodeURIComponent(BODY)}`, true), event);
    const command = read(form['content-type'], slackBody) as Record<string, string>;
    assert.deepEqual([command.command, command.text], ['/weather', '94070 ü']);
  });

  test('9: all refusals of a scheme are the same', async () => {
    const refusals = await Promise.all(
      [post({}), post({ 'X-Hub-Signature-256': 'x' }), post(hub(v[7]))].map((request) => verifyOnce(github, request)),
    );
    const answers = refusals.map((one) => (one.kind === 'refused' ? [one.status, one.headers] : one));
    assert.deepEqual(answers, Array(3).fill([401, {}]));
  });

  test('33, 66: the reasons of refusals contain nothing of the request', async () => {
    const request = post({ 'X-Hub-Signature-256': 'sha256=marker', 'x-gitlab-token': 'marker' }, 'marker');
    for (const auth of [github, slack, standard, stripe, { type: 'gitlab', secret: 'a' }] as const) {
      const result = await verifyOnce(auth, request);
      assert.equal(JSON.stringify(result).includes('marker'), false, JSON.stringify(result));
    }
  });

  test('V30, V33: the answers to challenges have the keys and encodings of their senders', () => {
    const hex = { algorithm: 'sha256', encoding: 'hex' } as const;
    assert.equal(
      signText(hex, 'zoom_secret_token_1', ['qgg8vlvZRS6UYooatFL8Aw']),
      '504e95aaca33e16e0fe5485a60837ebba7da27a63fdea2e27f34344c4f92821c',
    );
    assert.equal(
      signText({ ...hex, encoding: 'base64' }, 'consumer_secret_1', ['crc-abc']),
      'iYXJK9vKJPssuzxiHN5NHDdapTEWWHIefTa65Jh2K78=',
    );
  });

  test('an address has two spellings if its port is the default one', () => {
    assert.deepEqual(addressVariants('http://a.b/c?d'), ['http://a.b/c?d', 'http://a.b:80/c?d']);
    assert.deepEqual(addressVariants('https://[::1]:443/c'), ['https://[::1]:443/c', 'https://[::1]/c']);
    assert.deepEqual(addressVariants('https://a.b:8443/c'), ['https://a.b:8443/c']);
    assert.deepEqual(addressVariants('not an address'), ['not an address']);
  });

  test('the test data is that of the signatures', () => {
    assert.equal(Buffer.byteLength(BODY), 52);
    assert.equal(
      createHash('sha256').update(BODY).digest('hex'),
      'd516d9e7f2b294e70031b19212cbe7c8dc000a9491a22a9e8a88c8b98c882f95',
    );
  });
});
