import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { insertSecrets, requestedSecrets } from '../../../src/runtime/secrets/insert-secrets.ts';
import { findReferences, replaceReferences } from '../../../src/runtime/secrets/references.ts';

const secrets = new Map([
  ['FOO', 'bar'],
  ['A', '1'],
  ['B', '2'],
]);

/** Section 3.1 of the runtime's reference. `<name>` stands for the value of a secret that the table does not have. */
const texts: readonly [text: string, asked: readonly string[], replaced: string][] = [
  ['{{secrets.FOO}}', ['FOO'], 'bar'],
  ['{{ secrets.FOO }}', ['FOO'], 'bar'],
  ['{{secrets.FOO }}', ['FOO'], 'bar'],
  ['{{   secrets.FOO   }}', ['FOO'], 'bar'],
  ['secrets.FOO', ['FOO'], 'bar'],
  ['{secrets.FOO}', ['FOO'], '{bar}'],
  ['{{{secrets.FOO}}}', ['FOO'], '{bar}'],
  ['https://x/{{secrets.FOO}}/y?z=secrets.A', ['FOO', 'A'], 'https://x/bar/y?z=1'],
  ['{{secrets.A}}{{secrets.B}}', ['A', 'B'], '12'],
  ['secrets.FOO_', ['FOO'], 'bar_'],
  ['secrets.FOO.', ['FOO'], 'bar.'],
  ['secrets.FOO__X', ['FOO'], 'bar__X'],
  ['mysecrets.FOO', ['FOO'], 'mybar'],
  ['{{secrets.FOO BAR}}', ['FOO'], '{{bar BAR}}'],
  ['{{secrets.FOO$X}}', ['FOO$X'], '<FOO$X>'],
  ['secrets.FOO,secrets.A', ['FOO', 'A'], 'bar,1'],
  ['{{secrets.FOO,secrets.A}}', ['FOO,secrets.A'], '<FOO,secrets.A>'],
  ['{{\tsecrets.FOO}}', ['FOO'], '{{\tbar}}'],
  ['{{secrets.FOO\n}}', ['FOO'], '{{bar\n}}'],
  ['secrets.FOO$X', ['FOO'], 'bar$X'],
  ['{{ secrets. FOO}}', [], '{{ secrets. FOO}}'],
  ['{{secrets .FOO}}', [], '{{secrets .FOO}}'],
  ['{{secrets.}}', [], '{{secrets.}}'],
  ['{{SECRETS.FOO}}', [], '{{SECRETS.FOO}}'],
  ['secrets._X', [], 'secrets._X'],
  ['secrets.-X', [], 'secrets.-X'],
  ['secrets..X', [], 'secrets..X'],
  ['secrets.', [], 'secrets.'],
  ['secrets.?', [], 'secrets.?'],
  ['{{secrets._X}}', ['_X'], '<_X>'],
  ['trade secrets.Inc', ['Inc'], 'trade <Inc>'],
  ['{{secrets.}}}', ['}'], '<}>'],
  ['{{secrets.{{secrets.A}}', ['{{secrets.A'], '<{{secrets.A>'],
  ['{{secrets.FOO} }}', ['FOO}'], '<FOO}>'],
  ['secrets.{{secrets.A}}', ['A'], 'secrets.1'],
  // Case 111 of templates-8.10: the cluster resolves its own references, and a worker leaves them whole.
  ['camunda.secrets.FOO', [], 'camunda.secrets.FOO'],
  ['Bearer camunda.secrets.FOO', [], 'Bearer camunda.secrets.FOO'],
  ['{{camunda.secrets.FOO}}', [], '{{camunda.secrets.FOO}}'],
  // Case 112: only the runtime's own are replaced.
  ['camunda.secrets.FOO {{secrets.A}} secrets.B', ['A', 'B'], 'camunda.secrets.FOO 1 2'],
  ['{{secrets.camunda.secrets.A}}', ['camunda.secrets.A'], '<camunda.secrets.A>'],
  ['camundasecrets.A', ['A'], 'camunda1'],
];

for (const [text, asked, replaced] of texts) {
  test(`${JSON.stringify(text)} refers to ${asked.length === 0 ? 'nothing' : asked.join(' and ')}`, () => {
    assert.deepEqual(
      findReferences(text).map(({ name }) => name),
      asked,
    );
    assert.equal(
      replaceReferences(text, (name) => secrets.get(name) ?? `<${name}>`),
      replaced,
    );
  });
}

test('a secret that looks like a reference is not resolved', () => {
  const values = new Map([
    ['A', '{{secrets.B}} secrets.B'],
    ['B', 'never'],
  ]);
  assert.equal(
    replaceReferences('{{secrets.A}} and secrets.A', (name) => values.get(name)),
    '{{secrets.B}} secrets.B and {{secrets.B}} secrets.B',
  );
});

test('a reference that is not resolved stays in the text', () => {
  assert.equal(
    replaceReferences('{{secrets.A}} secrets.B', (name) => (name === 'B' ? 'b' : undefined)),
    '{{secrets.A}} b',
  );
});

/** The same grammar as patterns, which are too slow for hostile text. */
const byPattern = (text: string): readonly string[] => {
  const names: string[] = [];
  const bare = (part: string): void => {
    for (const [, name] of part.matchAll(/secrets\.([A-Za-z0-9]+(?:[/._-][A-Za-z0-9]+)*)/g)) names.push(name!);
  };
  let position = 0;
  for (const match of text.matchAll(/\{\{ *secrets\.(\S+?) *\}\}/g)) {
    bare(text.slice(position, match.index));
    names.push(match[1]!);
    position = match.index + match[0].length;
  }
  bare(text.slice(position));
  return names;
};

const pieces = fc.constantFrom(
  '{',
  '}',
  '{{',
  '}}',
  ' ',
  'secrets',
  '.',
  'secrets.',
  'A',
  'B1',
  '_',
  '-',
  '/',
  '\t',
  '$',
);

test('references are found by the grammar in any text', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      assert.deepEqual(
        findReferences(text).map(({ name }) => name),
        byPattern(text),
      );
    }),
    { numRuns: 2000 },
  );
});

test('a long text without closing braces is searched quickly', () => {
  // Quadratic work would exceed the time limit of the tests.
  const text = '{{secrets.'.repeat(400_000);
  assert.deepEqual(findReferences(text), []);
  assert.deepEqual(
    findReferences(`${text}A}}`).map(({ start }) => start),
    [0],
  );
});

test('variables and their names are searched; each secret is listed once, braced references first', () => {
  const variables = { a: 'secrets.A', b: [{ '{{secrets.B}}': 'x {{secrets.A}}' }], c: 'secrets.C', d: 7, e: null };
  assert.deepEqual(requestedSecrets(variables), [
    { name: 'B', path: 'b[0]' },
    { name: 'A', path: 'b[0]["{{secrets.B}}"]' },
    { name: 'C', path: 'c' },
  ]);
  assert.deepEqual(requestedSecrets(variables, ['c', 'missing']), [{ name: 'C', path: 'c' }]);
});

test('secrets are inserted into a copy; values that are not text stay the same', () => {
  const date = new Date(0);
  const variables = Object.freeze({ a: ['secrets.A', 1n, null], b: date, other: 'secrets.A' });
  assert.deepEqual(insertSecrets(variables, secrets, ['a', 'b']), { a: ['1', 1n, null], b: date, other: 'secrets.A' });
  const risky = JSON.parse('{"__proto__":"{{secrets.A}}"}') as Record<string, unknown>;
  assert.deepEqual(Object.entries(insertSecrets(risky, secrets)), [['__proto__', '1']]);
});
