/** Secrets in the spellings of many programs, also one spelling inside another. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { createMasker } from '../../../src/runtime/secrets/masking/mask.ts';
import { createRedactor } from '../../../src/runtime/secrets/redactor.ts';
import { codePoint } from '../../support/code-points.ts';

type Encoder = (text: string) => string;

const json: Encoder = (text) => JSON.stringify(text).slice(1, -1);

const unit = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const percent = (text: string, kept: RegExp): string =>
  [...text]
    .map((one) =>
      kept.test(one)
        ? one
        : Buffer.from(one)
            .toString('hex')
            .replace(/../g, (byte) => `%${byte.toUpperCase()}`),
    )
    .join('');

const encoders: Readonly<Record<string, Encoder>> = {
  'as it is': (text) => text,
  'JSON of Node': json,
  'JSON of Gson': (text) => json(text).replace(/[<>&='\u2028\u2029]/g, unit),
  'JSON of .NET': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll('\\"', '\\u0022')
      .replace(/[<>&'+`]|[^\0-\x7f]/g, (one) => unit(one).toUpperCase().replace('\\U', '\\u')),
  'JSON of Go': (text) => json(text).replace(/[<>&\u2028\u2029]/g, unit),
  'JSON of PHP': (text) =>
    json(text)
      .replaceAll('/', '\\/')
      .replace(/[^\0-\x7f]/g, unit),
  'JSON of Python': (text) => json(text).replace(/[^\0-\x7e]/g, unit),
  'the percent-encoding of Python': (text) => percent(text, /[A-Za-z0-9_.~/-]/),
  'the percent-encoding of RFC 3986': (text) => percent(text, /[A-Za-z0-9_.~-]/),
  encodeURIComponent,
  'small percent-encoding': (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  'a form': (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'new URL': (text) => new URL(`https://x/?k=.${text}.`).href.slice('https://x/?k=.'.length, -1),
  'HTML of Python': (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#x27;'),
  'HTML of PHP': (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#039;'),
  XML: (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&#34;').replaceAll("'", '&apos;'),
  'numeric references': (text) => [...text].map((one) => `&#${one.codePointAt(0)};`).join(''),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 in lines': (text) =>
    Buffer.from(text)
      .toString('base64')
      .replace(/.{16}(?!$)/g, '$&\r\n'),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'hexadecimal with colons': (text) =>
    Buffer.from(text)
      .toString('hex')
      .replace(/..(?!$)/g, '$&:'),
  'bytes of Node': (text) =>
    Buffer.from(text)
      .toString('hex')
      .replace(/..(?!$)/g, '$& '),
  'quotes of Node': (text) => inspect(text, { breakLength: Number.POSITIVE_INFINITY }).slice(1, -1),
};

const name = fc.constantFrom(...Object.keys(encoders));

/** What a person could read of the secret. */
const leftOf = (encoded: string, masked: string): string | undefined => {
  const least = 8;
  for (let start = 0; start + least <= encoded.length; start++) {
    const part = encoded.slice(start, start + least);
    if (masked.includes(part)) return part;
  }
  return undefined;
};

const spelled: readonly [what: string, secret: string, text: string, expected: string][] = [
  ['Gson', 'c2VjcmV0LWtleQ==', '{"key":"c2VjcmV0LWtleQ\\u003d\\u003d"}', '{"key":"***"}'],
  ['.NET', 'a+b&c<d', '{"key":"a\\u002Bb\\u0026c\\u003Cd"}', '{"key":"***"}'],
  ['Python and RFC 3986', "it's(me)*!", 'k=it%27s%28me%29%2A%21&x', 'k=***&x'],
  ['new URL', `a'b"c d`, 'https://x/?k=a%27b%22c%20d', 'https://x/?k=***'],
  ['HTML', `it's me`, 'it&#x27;s me, it&#039;s me, it&apos;s me', '***, ***, ***'],
  [
    'HTML in JSON in a URL',
    'a"b<c>d',
    encodeURIComponent(JSON.stringify({ k: 'a&quot;b&lt;c&gt;d' })),
    '%7B%22k%22%3A%22***%22%7D',
  ],
  ['hexadecimal digits with colons', 'pass word', '70:61:73:73:20:77:6f:72:64', '***'],
  ['bytes as Node shows them', 'pass word', inspect(Buffer.from('the pass word')), '<Buffer 74 68 65 20 ***>'],
  [
    'a list of bytes',
    'pass word',
    inspect(new Uint8Array(Buffer.from('pass word'))).replace(/\n/g, ' '),
    'Uint8Array(9) [   *** ]',
  ],
  ['base64 in lines', 'a long secret of many words', 'YSBsb25nIHNlY3JldCBv\r\nZiBtYW55IHdvcmRz!', '***!'],
  [
    'base64 of JSON of it',
    'say "hello"',
    `x ${Buffer.from('{"k":"say \\"hello\\""}').toString('base64')} y`,
    'x *** y',
  ],
  // The digits of both texts are the same up to the first half of the last character.
  [
    'base64 of XML of it, which begins like base64 of it',
    'kaaaéa☂aaaaaaaa☂&k',
    `x ${Buffer.from('kaaaéa☂aaaaaaaa☂&amp;k').toString('base64')} y`,
    'x *** y',
  ],
];

describe('a secret is masked in the spelling of', () => {
  for (const [what, secret, text, expected] of spelled) {
    test(what, () => assert.equal(createMasker([secret])(text), expected));
  }
});

test('a key that a service echoes as escaped JSON cannot be read from the incident', () => {
  const key = Buffer.from('0123456789abcdef+/').toString('base64');
  const body = JSON.stringify({ key }).replaceAll('=', '\\u003d').replaceAll('+', '\\u002b');
  const masked = createMasker([key])(`HTTP 400: ${body}`);
  assert.deepEqual(JSON.parse(masked.slice('HTTP 400: '.length)), { key: '***' });
});

const letters = fc.array(
  fc.constantFrom(
    'a',
    'Z',
    '7',
    '"',
    "'",
    '\\',
    '/',
    ' ',
    'é',
    '{',
    '+',
    '%',
    '&',
    '<',
    '=',
    '☂',
    '-',
    '_',
    '#',
    ';',
    'x',
    '4',
    '1',
  ),
  { minLength: 12, maxLength: 24 },
);
// Ends that no encoder trims and that cannot belong to a spelling around them.
const secretText = letters.map((all) => `k${all.join('')}k`);

test('no part of a secret remains, in any spelling inside any other', () => {
  fc.assert(
    fc.property(secretText, name, name, fc.string({ maxLength: 10 }), (secret, inner, outer, around) => {
      const encoded = encoders[outer]!(encoders[inner]!(secret));
      const masked = createMasker([secret])(`${around} "${encoded}" ${around}`);
      const left = leftOf(encoded, masked);
      assert.equal(left, undefined, `${inner} in ${outer} of ${JSON.stringify(secret)}: ${masked}`);
      assert.ok(masked.startsWith(around) && masked.endsWith(around), `${inner} in ${outer}: ${masked}`);
    }),
    { numRuns: 2_000 },
  );
});

test('what does not mean a secret is left as it is', () => {
  const mask = createMasker(['correct horse battery']);
  fc.assert(
    fc.property(fc.string({ unit: codePoint, maxLength: 200 }), name, (text, encoder) => {
      const encoded = encoders[encoder]!(Buffer.from(text).toString());
      assert.equal(mask(encoded), encoded);
    }),
  );
});

const long: readonly [what: string, secret: string, text: string][] = [
  ['one letter', 'b'.repeat(40), 'a'.repeat(1_000_000)],
  ['one letter that is the secret', 'a'.repeat(40), 'a'.repeat(1_000_000)],
  ['one letter, and a long secret', 'a'.repeat(4_000), 'a'.repeat(1_000_000)],
  ['a repeated part of the secret', `${'ab'.repeat(2_000)}c`, 'ab'.repeat(500_000)],
  ['backslashes', 'say "hello"', '\\'.repeat(1_000_000)],
  ['percent signs', 'say "hello"', '%25'.repeat(300_000)],
  ['ampersands', 'say "hello"', '&amp;'.repeat(200_000)],
  ['digits', 'say "hello"', '0'.repeat(1_000_000)],
  ['line breaks', 'say "hello"', '\n'.repeat(1_000_000)],
];

describe('1 MB is masked in a time that is linear in it:', () => {
  for (const [what, secret, text] of long) {
    test(what, () => {
      const mask = createMasker([secret]);
      const before = process.cpuUsage();
      mask(text);
      const { user, system } = process.cpuUsage(before);
      assert.ok(user + system < 4_000_000, `${(user + system) / 1e6} s`);
    });
  }
});

test('a secret that is short once it is trimmed does not garble a result', () => {
  const { result } = createRedactor(['   a   ', '  7 ', '0007', 'x\n\n\n'], true);
  const value = { a: 'banana at 7', n: 7, text: 'axe' };
  assert.deepEqual(result(value), value);
  assert.equal(createRedactor(['   a   '], true).text('a'), '***');
});

test('a short secret does not garble base64 text that contains it', () => {
  const { result } = createRedactor(['test'], true);
  const document = Buffer.from('This is a test of a long document.').toString('base64');
  assert.equal(result(document), document);
});
