import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CliContext } from '../../../../src/cli/command.ts';
import type { DevRequest } from '../../../../src/cli/dev/options.ts';
import { createJsonWriter, noSecrets } from '../../../../src/cli/dev/page/json.ts';
import { startEngine } from '../../../../src/cli/dev/start-engine.ts';

test('whole numbers beyond 2^53 are texts, and nothing is null', () => {
  const json = createJsonWriter(noSecrets);
  assert.equal(json({ big: 2n ** 60n, text: 'hunter2' }), '{"big":"1152921504606846976","text":"hunter2"}');
  assert.equal(json(undefined), 'null');
});

test('secrets are masked in every text, and only in texts', () => {
  const secrets = ['hunter2', 'at'];
  const json = createJsonWriter(() => secrets);
  const written = json({ deep: [{ text: 'it is hunter2!' }], at: 'at' });
  assert.doesNotMatch(written, /hunter2/);
  assert.deepEqual((JSON.parse(written) as { at: string }).at, 'at');
});

test('secrets of a changed .env are masked as well, and those of the start remain so', async (t) => {
  const request = { tenants: [], hasTestClock: false, port: 0 } as unknown as DevRequest;
  const context = { printError: (text: string) => assert.fail(text) } as unknown as CliContext;
  const { engine, updateSecrets, secretValues } = await startEngine(request, { SECRET_TOKEN: 'hunter2' }, context);
  t.after(() => engine.stop());
  const json = createJsonWriter(secretValues);
  const text = 'hunter2, correct-horse and open-sesame';
  assert.equal(json(text), '"***, correct-horse and open-sesame"');
  updateSecrets({ SECRET_TOKEN: 'correct-horse', SECRET_OTHER: 'open-sesame' });
  assert.equal(json(text), '"***, *** and ***"');
});

const begun = ['sesame-open-up', 'hunter2', 'sesasesame', 'no "quotes" here', 'abababac', 'later…now'];

for (const [text, written] of [
  ['the word is sesame-op…', 'the word is ***…'],
  ['hunte…, before sesam…"', '***…, before ***…"'],
  ['sesame-open-up…', '***…'],
  ['hun… is too little to tell', 'hun… is too little to tell'],
  ['Set …', 'Set …'],
  ['sesasesa… and sesame-o…', '***… and ***…'],
  ['sesasesam…', '***…'],
  ['sesasesamhunt…', 'sesasesam***…'],
  ['sesase-sesame-o…', 'sesase-***…'],
  ['abababab… and abababababa…', 'ab***… and abab***…'],
  ['{"text":"no \\"quot…', '{"text":"***…'],
  ['later… and later…no…', '***… and ***…'],
  ['Wait …'.repeat(3), 'Wait …'.repeat(3)],
] as const) {
  test(`a text that is cut within a secret does not begin it: ${text}`, () => {
    const write = createJsonWriter(() => begun);
    assert.equal(JSON.parse(write({ text })).text, written);
  });
}

test('each of many signs in a long text hides what begins before it', () => {
  const secrets = [...Array.from({ length: 9 }, (_, index) => `secret-${index}-of-many`), 'k'.repeat(3_200)];
  const write = createJsonWriter(() => secrets);
  const read = (text: string): string => (JSON.parse(write({ text })) as { text: string }).text;
  assert.equal(read('Wait …'.repeat(50_000)), 'Wait …'.repeat(50_000));
  assert.equal(read('secret-7-of…'.repeat(5_000)), '***…'.repeat(5_000));
  assert.equal(read(`${'k'.repeat(3_000)}…`.repeat(100)), '***…'.repeat(100));
});
