import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { fault, isFault } from '../../../src/common/fault.ts';
import { bpmnError, isBpmnError } from '../../../src/connector/errors.ts';
import { createMasker } from '../../../src/runtime/secrets/masking/mask.ts';
import { createRedactor } from '../../../src/runtime/secrets/redactor.ts';

const masked: readonly [what: string, secrets: readonly string[], text: string, expected: string][] = [
  ['every occurrence', ['bar'], 'bar and rebar', '*** and re***'],
  ['the longer of two', ['bar', 'barrier'], 'a barrier, a bar', 'a ***, a ***'],
  ['two that overlap', ['abcd', 'cdef'], 'xabcdefx', 'x***x'],
  ['one that overlaps itself', ['aba'], 'ababa', '***'],
  ['two that touch', ['1', '2'], '12', '******'],
  ['no empty one', [''], 'text', 'text'],
  ['none that the mask is made of', ['*', '***'], 'a*b ***', 'a*b ***'],
  ['special characters', ['a.b$(c'], 'axb$(c a.b$(c', 'axb$(c ***'],
  ['a trimmed one', [' key-1\n'], 'key-1 is wrong', '*** is wrong'],
  ['in JSON text', ['say "hi"\nbye'], JSON.stringify({ k: 'say "hi"\nbye' }), '{"k":"***"}'],
  ['in JSON text in JSON text', ['a"b'], JSON.stringify(JSON.stringify('a"b')), '"\\"***\\""'],
  ['in a URL', ['p@ss w/rd'], `https://x/?k=${encodeURIComponent('p@ss w/rd')}`, 'https://x/?k=***'],
  ['in a URL of small letters', ['p@ss w/rd'], 'k=p%40ss%20w%2frd', 'k=***'],
  ['in a form', ['p@ss w/rd'], new URLSearchParams({ k: 'p@ss w/rd' }).toString(), 'k=***'],
  ['in an address', ['pass word'], encodeURI('https://x/pass word/y'), 'https://x/***/y'],
  [
    'in JSON text of letters that are ASCII',
    ['pässword ☂'],
    'p\\u00e4ssword \\u2602 p\\u00E4ssword \\u2602',
    '*** ***',
  ],
  ['in JSON text with escaped slashes', ['a/b"c'], '{"k":"a\\/b\\"c"}', '{"k":"***"}'],
  ['in hexadecimal digits', ['pass word'], '7061737320776f7264 7061737320776F7264', '*** ***'],
  ['in HTML', [`a<b>&"c'`], 'a&lt;b&gt;&amp;&quot;c&#39; a&lt;b&gt;&amp;"c\'', '*** ***'],
  ['in XML', [`a<b>&"c'`], 'a&lt;b&gt;&amp;&#34;c&#39; a&lt;b&gt;&amp;&quot;c&apos;', '*** ***'],
  [
    'as Node quotes it',
    ["it's\ttoo"],
    `got ${inspect("it's\ttoo")}, [ ${inspect("it's\ttoo")} ]`,
    'got "***", [ "***" ]',
  ],
  [
    'by its lines, but for what frames them',
    ['-----BEGIN KEY-----\nMIIEvQIBADANBg\r\nkqhkiG9w0BAQ==\nshort\n-----END KEY-----\n'],
    'line 2: MIIEvQIBADANBg; kqhkiG9w0BAQ==; short; -----BEGIN KEY-----',
    'line 2: ***; ***; short; -----BEGIN KEY-----',
  ],
  ['in half a surrogate pair', ['a\ud800b'], 'a\ud800b a\ufffdb', '*** ***'],
];

for (const [what, secrets, text, expected] of masked) {
  test(`masks ${what}`, () => assert.equal(createMasker(secrets)(text), expected));
}

test('masks the base64 digits of the secret, wherever it is in the encoded text', () => {
  const secret = 'correct horse';
  for (const user of ['', 'a', 'ab', 'abc']) {
    const header = `Basic ${Buffer.from(`${user}:${secret}?>`).toString('base64')}`;
    const text = createMasker([secret])(header);
    const digits = /[A-Za-z0-9+/]{4,}/g;
    const left = (text.slice('Basic '.length).match(digits) ?? []).map((part) =>
      Buffer.from(part, 'base64').toString(),
    );
    assert.ok(text.includes('***') && left.every((part) => !part.includes('rrect') && !part.includes('hors')), text);
  }
});

test('masks the beginning of a secret at the end of a cut message', () => {
  const secret = 'correct-horse-battery';
  const cut = `${'x'.repeat(5_990)}${secret}`.slice(0, 6_000);
  assert.equal(createMasker([secret])(cut), `${'x'.repeat(5_990)}***`);
  assert.equal(createMasker([secret])('ends with correct-ho'), 'ends with correct-ho');
});

const refusal = (text: string): string => {
  try {
    return String(JSON.parse(text));
  } catch (error) {
    return (error as Error).message;
  }
};

test('masks the parts of a secret that an error message quotes', () => {
  const secret = '{"type":"account","private":"key-71c0a4-9d3f-very-long" oops, "more":"and-more-of-it"}';
  const mask = createMasker([secret, 'key-71c0a4-9d3f-very-long']);
  for (const text of [refusal(secret), refusal('key-71c0a4-9d3f-very-long')]) {
    for (const piece of ['71c0', 'vate', 'long', 'oops']) assert.doesNotMatch(mask(text), new RegExp(piece), text);
  }
  assert.equal(mask("Received type string ('key-71c0a4-9d3f-very-l...')"), "Received type string ('***...')");
  assert.equal(mask('got …9d3f-very-long-and so on'), 'got …***-and so on');
  assert.equal(mask('a key... and the other one'), 'a key... and the other one');
});

/** Long enough not to occur by chance, with characters that JSON, URLs and base64 change. */
const secretText = fc.array(fc.constantFrom('a', 'Z', '7', '"', '\\', '/', ' ', '\n', 'é', '{', '+', '%'), {
  minLength: 10,
  maxLength: 20,
});
const secret = secretText.map((letters) => `§${letters.join('')}§`);

test('a percent sign in JSON, and a backslash in a URL, belong to the secret', () => {
  for (const secret of ['§\\/a\\\\\\/%aa§', 'pass%41word"x"', 'a&lt;b\\nc%41de', 'key\\%5Cu0041&amp;z']) {
    const mask = createMasker([secret]);
    const json = JSON.stringify({ text: secret });
    for (const text of [
      json,
      encodeURIComponent(json),
      JSON.stringify({ json }),
      JSON.stringify(encodeURIComponent(json)),
    ])
      assert.doesNotMatch(mask(text), /%41|%aa|%5C|lt;|amp;/, text);
  }
});

test('no form of a secret remains, whatever the surrounding text is', () => {
  const around = fc.string({ maxLength: 20 });
  const form = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => JSON.stringify({ text }),
    (text) => encodeURIComponent(text),
    (text) => `${new URLSearchParams({ text })}`,
  );
  fc.assert(
    fc.property(secret, secret, form, around, around, (one, two, write, before, after) => {
      const mask = createMasker([one, two]);
      const text = mask(before + write(one) + after + write(two + one));
      for (const value of [one, two]) {
        for (const left of [value, write(value), JSON.stringify(value).slice(1, -1)]) {
          assert.ok(!text.includes(left), `${inspect(left)} in ${inspect(text)}`);
        }
      }
    }),
    { numRuns: 500 },
  );
});

const redactor = createRedactor(['hunter2', '4711', 'key'], true);

test('in results, short secrets are kept, because any word could contain them, and the others are masked', () => {
  assert.deepEqual(
    redactor.result({ a: ['x hunter2'], 'hunter2 name': 4711, key: 'key', n: 47110, b: 4711n, t: true }),
    {
      a: ['x ***'],
      '*** name': '***',
      key: 'key',
      n: 47110,
      b: '***',
      t: true,
    },
  );
});

test('two fields whose names are secrets stay two fields', () => {
  const two = createRedactor(['alpha', 'bravo'], true);
  assert.deepEqual(two.result({ alpha: 1, bravo: 2 }), { '***': 1, '*** (2)': 2 });
});

test('results are not masked with redactResults: false', () => {
  const lax = createRedactor(['hunter2'], false);
  assert.deepEqual(lax.result({ a: 'hunter2' }), { a: 'hunter2' });
  assert.equal(lax.text('hunter2'), '***');
});

test('an error keeps its type, and none of its properties contains the secret', () => {
  const cause = new RangeError('cause hunter2');
  const thrown = Object.assign(new TypeError('outer hunter2', { cause }), {
    code: 'E_hunter2',
    status: 401,
    config: { headers: { authorization: 'Bearer hunter2' }, agent: new Map([['hunter2', new Set(['hunter2'])]]) },
    body: Buffer.from('hunter2'),
    send: () => 'hunter2',
  });
  const copy = redactor.error(thrown) as typeof thrown;
  assert.ok(copy instanceof TypeError && copy !== thrown);
  assert.equal(copy.message, 'outer ***');
  assert.ok((copy.cause as Error) instanceof RangeError);
  assert.equal((copy.cause as Error).message, 'cause ***');
  assert.match(copy.stack ?? '', /TypeError: outer \*\*\*\n\s+at /);
  assert.equal(copy.code, 'E_hunter2');
  assert.equal(copy.status, 401);
  assert.doesNotMatch(inspect({ ...copy, code: '' }, { depth: 20 }), /hunter2|68 75 6e/);
  assert.equal(thrown.message, 'outer hunter2');
});

test('an error with its own way of displaying itself is displayed like any other', () => {
  const prototype = Object.create(Error.prototype, {
    toJSON: { value: () => ({ key: 'hunter2' }) },
    [inspect.custom]: { value: () => 'shown hunter2' },
  });
  const thrown = Object.setPrototypeOf(new Error('refused hunter2'), prototype) as Error;
  const copy = redactor.report(thrown);
  assert.match(inspect(copy), /refused \*\*\*/);
  assert.doesNotMatch(`${inspect(copy)} ${JSON.stringify(copy)}`, /hunter2/);
});

test('extra properties of a date and symbols with a secret are dropped', () => {
  const thrown = Object.assign(new Error('x'), {
    at: Object.assign(new Date(0), { note: 'hunter2' }),
    [Symbol('hunter2')]: 1,
    [Symbol.for('kept')]: 'hunter2',
  });
  const copy = redactor.report(thrown) as typeof thrown & { readonly [name: symbol]: unknown };
  assert.deepEqual(copy.at, new Date(0));
  assert.equal(copy[Symbol.for('kept')], '***');
  assert.doesNotMatch(inspect(copy, { showHidden: true }), /hunter2/);
});

test('errors of the library keep their kind', () => {
  const error = redactor.error(bpmnError('CODE', 'hunter2', { deep: { hunter2: 'hunter2' } }));
  assert.ok(isBpmnError(error));
  assert.deepEqual(error.variables, { deep: { '***': '***' } });
  assert.ok(isFault(redactor.error(fault('input', { what: 'hunter2' })), 'input'));
});

test('the variables of an error are never cut', () => {
  const deep = (levels: number): object => (levels === 0 ? { end: 'hunter2' } : { in: deep(levels - 1) });
  const { variables } = redactor.error(bpmnError('CODE', '', { deep: deep(50) })) as { variables: object };
  assert.match(JSON.stringify(variables), /"end":"\*\*\*"/);
});

const ofOddType: unknown = Object.create({
  get message(): string {
    return 'odd hunter2';
  },
});

const cyclic: Record<string, unknown> = { text: 'hunter2' };
cyclic.self = cyclic;
const { proxy, revoke } = Proxy.revocable({}, {});
revoke();
const endless = (): object =>
  new Proxy(
    {},
    {
      ownKeys: () => ['a'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
      get: (_, key) => (key === 'a' ? endless() : undefined),
    },
  );

const odd: readonly [what: string, thrown: unknown, expected: RegExp][] = [
  ['a text', 'hunter2!', /^\*\*\*!$/],
  ['a frozen error', Object.freeze(new Error('hunter2')), /\*\*\*/],
  ['an abort', new DOMException('hunter2', 'AbortError'), /AbortError: \*\*\*/],
  ['an object with a message of its type', ofOddType, /odd \*\*\*/],
  ['a list of errors', new AggregateError([new Error('hunter2')], 'all'), /\*\*\*/],
  ['a cycle', cyclic, /\*\*\*/],
  ['a revoked proxy', proxy, /unreadable/],
  ['an object without an end', endless(), /deeper/],
  [
    'a getter that throws',
    {
      get bad(): string {
        throw new Error('hunter2');
      },
    },
    /bad: undefined/,
  ],
  ['a URL', new URL('https://x/?k=hunter2'), /k=\*\*\*/],
  ['a symbol', Symbol('hunter2'), /\*\*\*/],
  ['nothing', undefined, /undefined/],
];

for (const [what, thrown, expected] of odd) {
  test(`any thrown value can be redacted: ${what}`, () => {
    const text = inspect(redactor.error(thrown), { depth: 20, showHidden: true });
    const shown = typeof thrown === 'string' ? String(redactor.error(thrown)) : text;
    assert.match(shown, expected);
    assert.doesNotMatch(shown, /hunter2/);
  });
}

test('a very large value is cut', () => {
  const list = redactor.error({ list: Array.from({ length: 100_000 }, () => 'x') }) as { list: unknown[] };
  assert.ok(list.list.length > 1_000 && list.list.length < 10_000);
});

test('a logger receives neither a message nor details with a secret', () => {
  const calls: unknown[][] = [];
  const note = (...call: unknown[]): void => void calls.push(call);
  const logger = redactor.logger({ debug: note, info: note, warn: note, error: note });
  logger.info('is hunter2', { deep: ['hunter2'] }, new Error('hunter2'), 4711, 12);
  logger.error({ hunter2: 1 } as never);
  assert.equal(calls.length, 2);
  assert.equal(calls[0]![0], 'is ***');
  assert.deepEqual(calls[0]![1], { deep: ['***'] });
  assert.deepEqual(calls[0]!.slice(3), ['***', 12]);
  assert.deepEqual(calls[1], [{ '***': 1 }]);
  assert.doesNotMatch(inspect(calls, { depth: 20 }), /hunter2/);
});

test('a job without secrets costs nothing: values are returned unchanged', () => {
  const none = createRedactor([], true);
  const error = new Error('x');
  const outcome = { kind: 'complete', variables: {} } as const;
  assert.equal(none.error(error), error);
  assert.equal(none.outcome(outcome), outcome);
});
