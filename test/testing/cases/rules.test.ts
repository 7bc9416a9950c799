/** What files of test cases are refused for, before anything runs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringifyValue } from '../../../src/connector/values/json-text.ts';
import { jsonPointer, readTestCases } from '../../../src/testing/cases/read/read-files.ts';
import * as say from './support/instructions.ts';

const read = (...instructions: readonly unknown[]) =>
  readTestCases(stringifyValue({ testCases: [{ name: 'x', instructions }] }), 'x.json');

const assertion = say.isIn('order', 'IS_ACTIVE');
const behavior = { type: 'CONDITIONAL_BEHAVIOR', conditions: [assertion], actions: [say.elapse('PT1S')] };
const approve = { elementId: 'Approve' };

for (const [title, instruction, problem] of [
  [
    'case 16: a selector without a field',
    say.complete({}),
    /0\/jobSelector: expected one of the fields jobType, elementId/,
  ],
  ['case 23: an amount of 0', say.element('order', 'A', 'IS_ACTIVE', 0), /0\/amount: expected a positive whole number/],
  ['case 51: a text that is not a duration', say.elapse('1 hour'), /0\/duration: expected an ISO 8601 duration/],
  ['case 52: a duration of months', say.elapse('P1M'), /0\/duration: expected an ISO 8601 duration of days/],
  [
    'case 71: what needs a language model',
    say.variable('order', 'text', { satisfiesJudge: { expectation: 'is polite' } }),
    /0\/satisfiesJudge: needs a language model/,
  ],
  [
    'case 71: similarity',
    say.variable('order', 'text', { similarTo: { expectedValue: 'a' } }),
    /0\/similarTo: needs a language model/,
  ],
  [
    'case 84: a behavior inside another',
    { ...behavior, actions: [behavior] },
    /0\/actions\/0\/type: "CONDITIONAL_BEHAVIOR" is not an instruction that a behavior can carry out/,
  ],
  [
    'a condition that is not an assertion',
    { ...behavior, conditions: [say.elapse('PT1S')] },
    /"INCREASE_TIME" is not an assertion/,
  ],
  [
    'a behavior without actions',
    { ...behavior, actions: [] },
    /0\/actions: expected a list of at least one instruction/,
  ],
  [
    'case 85: an unknown type',
    { type: 'COMPLETE_JOBS' },
    /0\/type: "COMPLETE_JOBS" is not a type .*Did you mean COMPLETE_JOB\?/,
  ],
  ['case 86: an unknown field', { ...assertion, stat: 1 }, /0\/stat: unknown field\. Did you mean state\?/],
  [
    'an unknown field of a selector',
    say.userTask({}, { ...approve, name: 'x' }),
    /0\/userTaskSelector\/name: unknown field/,
  ],
  ['an unknown state', say.isIn('order', 'IS_DONE'), /0\/state: must be one of "IS_ACTIVE"/],
  [
    'a time without an offset',
    say.setTime('2030-01-31T09:00:00'),
    /0\/time: expected an ISO 8601 date and time with an offset/,
  ],
  ['a required field', { type: 'BROADCAST_SIGNAL' }, /0\/signalName: is missing/],
  ['an instruction that is a text', 'COMPLETE_JOB', /0: must be an object with a type/],
  ['reserved jobs', say.create('order', {}, { reserveJobs: true }), /0\/reserveJobs: .*jobs are not reserved here/],
  ['stubs', say.create('order', {}, { stubCallActivities: true }), /0\/stubCallActivities: .*use MOCK_CHILD_PROCESS/],
  ['a job that is released', { type: 'RELEASE_JOB', jobSelector: approve }, /0\/type: RELEASE_JOB is not supported/],
  ['a called process that is run', { type: 'RUN_CALLED_PROCESS' }, /0\/type: RUN_CALLED_PROCESS is not supported/],
  ['a list of variables', say.create('order', [] as never), /0\/variables: expected an object of variables by name/],
] as const) {
  test(`refused: ${title}`, () => {
    assert.throws(
      () => read(instruction),
      (error: Error) => {
        assert.match(error.message, problem);
        assert.match(error.message, /^- x\.json#\/testCases\/0\/instructions\/0/m);
        assert.match(error.message, /Fix: correct what is listed above\. Nothing was run\./);
        return true;
      },
    );
  });
}

test('case 84 to 88: what is accepted', () => {
  const file = {
    $schema: 'https://example.com/schema.json',
    testCases: [
      { name: 'behavior', instructions: [behavior] },
      { name: 'play', processId: 'order', metadata: { processInstanceId: '1' }, description: '', instructions: [] },
      { name: 'false', instructions: [say.create('order', {}, { reserveJobs: false, stubCallActivities: false })] },
    ],
  };
  const { testCases } = readTestCases(JSON.stringify(file), 'x.json');
  assert.deepEqual(
    testCases.map(({ name }) => name),
    ['behavior', 'play', 'false'],
  );
});

test('a file without cases, and one that is not JSON', () => {
  assert.throws(() => readTestCases('{}', 'x.json'), /- x\.json#\/testCases: is missing/);
  assert.throws(
    () => readTestCases('{ "testCases": [{}] }', 'x.json'),
    /0\/name: is missing[\s\S]*0\/instructions: is missing/,
  );
  assert.throws(() => readTestCases('[', 'x.json'), /x\.json does not contain a JSON object/);
});

test('a JSON pointer escapes what has a meaning in it', () => {
  assert.equal(jsonPointer(['a/b', 0, 'c~d']), '/a~1b/0/c~0d');
});
