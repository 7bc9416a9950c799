import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isFault } from '../../../../src/common/fault.ts';
import type { WebhookAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import { isOneOf, isSame } from '../../../../src/runtime/inbound/verify/compare.ts';
import { createVerifier } from '../../../../src/runtime/inbound/verify/verifier.ts';

const base64 = (bytes: number): string => Buffer.alloc(bytes, 7).toString('base64');
const standard = (secret: string): WebhookAuth => ({ type: 'standard', secret });
const apiKey = { type: 'apiKey', key: '' } as const;

const rows: readonly (readonly [title: string, auth: unknown, problem: RegExp])[] = [
  ['15: an empty secret', { type: 'github', secret: '' }, /^- secret: is empty$/m],
  ['15: no secret', { type: 'github' }, /^- secret: is missing$/m],
  ['15: an empty list', { type: 'github', secret: [] }, /^- secret: is an empty list$/m],
  ['15: one of two', { type: 'github', secret: ['a', ''] }, /^- secret\[1\]: is empty$/m],
  ['15: something else', { type: 'github', secret: [7] }, /^- secret\[0\]: is missing$/m],
  ['15: a blank secret', { type: 'github', secret: ' ' }, /^- secret: is blank$/m],
  ['15: an empty key', apiKey, /^- key: is empty$/m],
  ['15: an empty password', { type: 'basic', username: 'a', password: '' }, /^- password: is empty$/m],
  ['15: an empty state', { type: 'graph', clientState: '' }, /^- clientState: is empty$/m],
  ['15: an empty verify token', { type: 'meta', secret: 'a', verifyToken: '' }, /^- verifyToken: is empty$/m],
  ['15: an empty key inside', { type: 'eventGrid', auth: apiKey }, /^- auth\.key: is empty$/m],
  ['a secret that was not resolved', { type: 'github', secret: '{{secrets.A}}' }, /^- secret: is a reference/m],
  ['16: a line break at the end', { type: 'github', secret: 'hook-secret-1\n' }, /^- secret: ends with a line break/m],
  ['a blank at the end', { type: 'github', secret: 'hook-secret-1 ' }, /^- secret: begins or ends with a blank$/m],
  ['9 secrets', { type: 'github', secret: Array(9).fill('a') }, /^- secret: has more than 8 secrets$/m],
  ['39: a key of 16 bytes', standard(base64(16)), /^- secret: must be a key of 24 to 64 bytes, but has 16$/m],
  ['39: a key of 65 bytes', standard(`whsec_${base64(65)}`), /must be a key of 24 to 64 bytes, but has 65$/m],
  ['39: not base64', standard('whsec_a-b'), /^- secret: must be base64, after whsec_ or whpk_$/m],
  ['39: a private key', standard(`whsk_${base64(32)}`), /^- secret: is a private key/m],
  [
    '39: a short public key',
    standard(`whpk_${base64(31)}`),
    /^- secret: must be a public key of 32 bytes, but has 31$/m,
  ],
  ['39: GitLab, signed', { type: 'gitlab', signed: true, secret: base64(16) }, /^- secret: must be a key of 24 to 64/m],
  [
    '46: Twilio',
    { type: 'twilio', secret: 'a' },
    /^- it signs the public address, which is not known$[\s\S]*CAMUNDA_CONNECTORS_PUBLIC_URL/m,
  ],
  [
    '46: a configured scheme that signs the address',
    { type: 'hmac', secret: 'a', header: 'a', signedText: '{url}{body}' },
    /^- it signs the public address/m,
  ],
];

describe('settings that cannot work', () => {
  for (const [title, auth, problem] of rows) {
    test(title, () => {
      assert.throws(
        () => createVerifier({ webhook: 'payments', auth: auth as WebhookAuth }),
        (error) =>
          isFault(error, 'configuration') &&
          error.message.startsWith('The webhook "payments" cannot verify its requests:\n- ') &&
          problem.test(error.message) &&
          /\nWhere: auth\nFix: correct what is named above/.test(error.message) &&
          !error.message.includes('hook-secret-1'),
      );
    });
  }

  test('a webhook without authentication, and one with good settings, work', () => {
    for (const auth of ['none', { type: 'github', secret: 'a' }, standard(base64(24))] as const) {
      assert.equal(typeof createVerifier({ webhook: 'x', auth }).verify, 'function');
    }
  });
});

describe('comparisons of secrets', () => {
  test('tell only whether they are equal', () => {
    assert.deepEqual(
      [isSame('a', 'a'), isSame('a', 'b'), isSame('a', 'aa'), isSame('', '')],
      [true, false, false, true],
    );
    assert.ok(isSame('ü', Buffer.from('ü')), 'text and its bytes');
    assert.deepEqual([isOneOf('a', ['b', 'a']), isOneOf('a', ['b']), isOneOf('a', [])], [true, false, false]);
  });

  // `===` would stop at the first difference, and so would the functions of texts.
  test('are made with timingSafeEqual only', () => {
    const folder = 'src/runtime/inbound/verify';
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const secret =
      '(?<!typeof )\\b(?:secrets?|keys?|password|username|given|expected|signatures?|mac|tokens?|states?)\\b';
    const compared = new RegExp(
      `${secret} [!=]==? (?!undefined|'')|[!=]==? ${secret}(?!\\.length)|${secret}\\.(?:equals|startsWith|endsWith|includes|localeCompare)\\(`,
    );
    const suspicious = (line: string): boolean => !/^\s*(?:\/\/|\*|\/\*)/.test(line) && compared.test(line);
    for (const line of ['if (signature === mine)', 'mine !== secret', 'secrets.includes(mine)']) {
      assert.ok(suspicious(line), `the check sees ${line}`);
    }
    const found = files.flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .flatMap((line, index) => (suspicious(line) ? [`${name}:${index + 1} ${line.trim()}`] : [])),
    );
    assert.ok(files.length > 12, 'the room has files');
    assert.deepEqual(found, []);
    const using = files.filter((name) => readFileSync(join(folder, name), 'utf8').includes('timingSafeEqual'));
    assert.deepEqual(using, ['compare.ts']);
  });
});
