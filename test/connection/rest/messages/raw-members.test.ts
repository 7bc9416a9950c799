import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutMembers, jsonWith } from '../../../../src/connection/rest/messages/raw-members.ts';
import { readJobs } from '../../../../src/connection/rest/messages/read-answers.ts';
import { randomNumbers } from '../../../support/random.ts';

const cut = (value: string): readonly string[] | undefined =>
  cutMembers(`{"jobs":[{"variables":${value},"x":1}]}`, 3, ['variables'])?.cuts;

describe('109, 110. cutting members out of JSON text', () => {
  const values: readonly (readonly [string, string])[] = [
    ['every digit of a number', '{"a":9007199254740993,"b":1.10,"c":1e400}'],
    ['an empty object', '{}'],
    ['an escaped quote', '{"a":"\\""}'],
    ['a backslash before the end of a text', '{"a":"\\\\"}'],
    ['an escaped backslash before an escaped quote', '{"a":"\\\\\\""}'],
    ['brackets inside a text', '{"a":"}]{["}'],
    ['the same name inside', '{"variables":{"variables":1}}'],
    ['white space', '{ "a" :\n[ 1 , 2 ]\t}'],
    ['emoji and umlauts', '{"ä":"😀"}'],
    ['lists in lists', '{"a":[[[{"b":[]}]]]}'],
    ['null', 'null'],
    ['a number', '12'],
    ['a text', '"a,b}"'],
  ];
  for (const [what, value] of values) test(`keeps ${what}`, () => assert.deepEqual(cut(value), [value]));

  test('leaves members of other depths and other names alone', () => {
    const text = '{"variables":{"a":1},"jobs":[{"x":{"variables":2},"variables":3}],"z":[["variables"]]}';
    const { rest, cuts } = cutMembers(text, 3, ['variables'])!;
    assert.deepEqual(cuts, ['3']);
    assert.deepEqual(JSON.parse(rest), {
      variables: { a: 1 },
      jobs: [{ x: { variables: 2 }, variables: 0 }],
      z: [['variables']],
    });
  });

  test('finds a name that is written with escapes, and the last of equal names counts', () => {
    const text = '{"\\u0076ariables":{"a":1},"variables":{"b":2}}';
    const { rest, cuts } = cutMembers(text, 1, ['variables'])!;
    assert.equal(cuts[(JSON.parse(rest) as { variables: number }).variables], '{"b":2}');
  });

  test('gives nothing for text that ends too early, at every character', () => {
    const text = '{"jobs":[{"variables":{"a":"\\"b"},"customHeaders":{}}]}';
    for (let end = 1; end < text.length; end += 1) {
      assert.equal(cutMembers(text.slice(0, end), 3, ['variables', 'customHeaders']), undefined, text.slice(0, end));
    }
  });

  const random = randomNumbers(109);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  const anyText = (): string =>
    Array.from({ length: Math.floor(random() * 6) }, () =>
      pick(['a', '"', '\\', '{', '}', '[', ']', ',', ':', 'variables', '😀', '\n', ' ']),
    ).join('');
  const anyValue = (depth: number): unknown => {
    const kind = random();
    if (depth === 0 || kind < 0.4) return pick([null, true, 0, -1.5, 1e21, anyText(), anyText()]);
    const size = Math.floor(random() * 4);
    if (kind < 0.6) return Array.from({ length: size }, () => anyValue(depth - 1));
    return Object.fromEntries(Array.from({ length: size }, () => [anyText(), anyValue(depth - 1)]));
  };

  test('agrees with JSON.parse on random documents', () => {
    for (let round = 0; round < 2_000; round += 1) {
      const jobs = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
        [anyText()]: anyValue(3),
        variables: anyValue(4),
        customHeaders: anyValue(2),
        [`${anyText()}x`]: anyValue(3),
      }));
      const text = JSON.stringify({ [anyText()]: anyValue(3), jobs }, null, pick([0, 1, 2]));
      const { rest, cuts } = cutMembers(text, 3, ['variables', 'customHeaders'])!;
      const parsed = (JSON.parse(rest) as { jobs: { variables: number; customHeaders: number }[] }).jobs;
      assert.deepEqual(
        parsed.map(({ variables, customHeaders }) => [variables, customHeaders].map((at) => JSON.parse(cuts[at]!))),
        (JSON.parse(text) as { jobs: typeof jobs }).jobs.map(({ variables, customHeaders }) => [
          variables,
          customHeaders,
        ]),
        text,
      );
    }
  });

  test('122. a reader of damaged answers gives jobs or a TypeError, and never anything else', () => {
    const answer =
      '{"jobs":[{"jobKey":"1","type":"t","processInstanceKey":"2","processDefinitionId":"p","processDefinitionVersion":1,"processDefinitionKey":"3","elementId":"e","elementInstanceKey":"4","customHeaders":{"h":"\\"x\\\\"},"worker":"w","retries":1,"deadline":5,"variables":{"n":[1,{"b":"}"}]},"tenantId":"t","kind":"TASK_LISTENER","listenerEventType":"NEW","userTask":{"candidateUsers":["a"]},"tags":["a"]}]}';
    assert.equal(readJobs(answer)[0]?.variables, '{"n":[1,{"b":"}"}]}');
    for (let round = 0; round < 20_000; round += 1) {
      const at = Math.floor(random() * answer.length);
      const damage = pick(['', '"', '{', '}', '[', ']', ',', ':', '\\', '0', 'null', '\u0000', '😀', ' ']);
      const damaged = answer.slice(0, at) + damage + answer.slice(at + Math.floor(random() * 4));
      try {
        for (const job of readJobs(damaged)) assert.ok(job.variables.startsWith('{'), damaged);
      } catch (error) {
        assert.ok(error instanceof TypeError, `${String(error)} for ${damaged}`);
      }
    }
  });
});

describe('writing JSON with raw members', () => {
  for (const [fields, raw, text] of [
    [{}, {}, '{}'],
    [{}, { variables: '{"a":1e400}' }, '{"variables":{"a":1e400}}'],
    [{ retries: 0, left: undefined }, { variables: '{}' }, '{"retries":0,"variables":{}}'],
    [{ a: '"' }, { b: '[]', c: '{}' }, '{"a":"\\"","b":[],"c":{}}'],
  ] as const) {
    test(text, () => assert.equal(jsonWith(fields, raw), text));
  }
});
