/** Instructions that the numbered cases do not have, and connectors beside mocks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineOutbound } from 'camunda-connectors';
import { testCases } from 'camunda-connectors/testing';
import * as v from 'valibot';
import type { Instruction, TestCasesOptions } from '../../../src/testing/cases/types.ts';
import { decision, dmn, table } from '../../engine/support/dmn.ts';
import { models } from '../support/models.ts';
import * as say from './support/instructions.ts';
import { caseModels } from './support/models.ts';

const { create, isIn, element, elements, mock, complete, resolve } = say;

const rates = {
  name: 'discount.dmn',
  content: dmn(decision('discount', table({ inputs: ['total'], outputs: ['rate'], rules: [['> 100', '0.1']] }))),
};

const resources = [...Object.values(models), ...Object.values(caseModels), rates];

const run = (instructions: readonly Instruction[], options: TestCasesOptions = {}) =>
  say.run(instructions, { resources, ...options });

const passes = async (instructions: readonly Instruction[], options?: TestCasesOptions): Promise<void> => {
  const { failure } = await run(instructions, options);
  assert.equal(failure?.message, undefined);
};

const fails = async (
  number: number,
  text: RegExp,
  instructions: readonly Instruction[],
  options?: TestCasesOptions,
): Promise<void> => {
  const { failure } = await run(instructions, options);
  assert.ok(failure, 'the case fails');
  assert.match(failure.message, text);
  assert.equal(failure.number, number);
};

const chargeBy = (runs: string[], work: () => Promise<void> = async () => {}) =>
  defineOutbound({
    name: 'Charge',
    type: 'charge',
    input: v.object({}),
    output: v.object({}),
    run: async () => {
      runs.push('charge');
      await work();
      return {};
    },
  });

test('a connector takes its jobs, unless the case mocks their type', async () => {
  const runs: string[] = [];
  const connectors = { outbound: [chargeBy(runs)] };
  await passes([create('order', { total: 1 }), isIn('order', 'IS_COMPLETED')], { connectors });
  assert.deepEqual(runs, ['charge']);
  await passes([create('order', { total: 1 }), mock('charge'), isIn('order', 'IS_COMPLETED')], { connectors });
  const behavior: Instruction = {
    type: 'CONDITIONAL_BEHAVIOR',
    conditions: [element('order', 'Charge', 'IS_ACTIVE')],
    actions: [mock('charge')],
  };
  await passes([behavior, create('order', { total: 1 }), isIn('order', 'IS_COMPLETED')], { connectors });
  assert.deepEqual(runs, ['charge']);
});

test('case 20: a job that a connector holds', async () => {
  let end = (): void => {};
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const connectors = { outbound: [chargeBy([], () => held)] };
  const instructions = [create('order', { total: 1 }), complete({ jobType: 'charge' })];
  await fails(2, /the job "charge" of Charge, which the worker "process test" has/, instructions, {
    connectors,
    timeLimit: 0.2,
  });
  end();
});

test('the job of an ad-hoc subprocess', async () => {
  const jobSelector = { jobType: 'agent' };
  const type = 'COMPLETE_JOB_AD_HOC_SUB_PROCESS';
  await passes([
    create('desk'),
    { type, jobSelector, activateElements: [{ elementId: 'Call', variables: { number: 7 } }] },
    element('desk', 'Call', 'IS_ACTIVE'),
    say.variables('desk', { elementSelector: { elementId: 'Call' }, variables: { dialled: 7 } }),
    complete({ elementId: 'Call' }),
    { type, jobSelector, completionConditionFulfilled: true, variables: { done: true } },
    isIn('desk', 'IS_COMPLETED'),
  ]);
  await fails(2, /No job of the kind AD_HOC_SUB_PROCESS is available/, [
    create('order', { total: 1 }),
    { type, jobSelector: { jobType: 'charge' } },
  ]);
});

test('the job of a user task listener corrects or denies a change', async () => {
  const listener = { type: 'COMPLETE_JOB_USER_TASK_LISTENER', jobSelector: { jobType: 'review' } };
  const completeTask = { type: 'COMPLETE_USER_TASK', userTaskSelector: { elementId: 'Sign' } };
  const sign = { elementId: 'Sign' };
  await passes([
    ...[create('sign'), completeTask, { ...listener, denied: true, deniedReason: 'no' }],
    ...[say.userTask({ state: 'IS_CREATED' }, sign), isIn('sign', 'IS_ACTIVE')],
    ...[completeTask, { ...listener, corrections: { priority: 80, candidateGroups: ['b', 'a'] } }],
    say.userTask({ state: 'IS_COMPLETED', priority: 80, candidateGroups: ['a', 'b'] }, sign),
    isIn('sign', 'IS_COMPLETED'),
  ]);
});

test('a conditional start event', async () => {
  const evaluate = (stock: number): Instruction => ({
    type: 'EVALUATE_CONDITIONAL_START_EVENT',
    variables: { stock },
  });
  await passes([evaluate(1), isIn('refill', 'IS_COMPLETED'), say.variables('refill', { variables: { stock: 1 } })]);
  await fails(2, /An instance of the process refill was not created/, [evaluate(9), isIn('refill', 'IS_CREATED')]);
});

test('a decision that is unknown, and one that nobody has evaluated', async () => {
  const evaluate = (decisionDefinitionId: string): Instruction => ({
    type: 'EVALUATE_DECISION',
    decisionDefinitionSelector: { decisionDefinitionId },
    variables: { total: 1 },
  });
  await fails(1, /NOT_FOUND|discont/, [evaluate('discont')]);
  await fails(1, /Expected the decision "discount" to be evaluated, but none was/, [say.decision({})]);
  const named = { decisionSelector: { decisionDefinitionName: 'Decision discount' } };
  await passes([evaluate('discount'), { ...say.decision({ output: null, noMatchedRules: true }), ...named }]);
  await fails(2, /to match the rules 1, but it matched no rule/, [
    evaluate('discount'),
    say.decision({ matchedRules: [1] }),
  ]);
});

test('mocked processes with and without a version tag', async () => {
  const mockProcess = { type: 'MOCK_CHILD_PROCESS', processDefinitionId: 'ship' };
  await passes([
    { ...mockProcess, versionTag: 'v1', variables: { by: 'tag' } },
    { ...mockProcess, variables: { by: 'id' } },
    ...[create('tagged'), create('parent'), isIn('tagged', 'IS_COMPLETED')],
    say.variables('tagged', { variables: { by: 'tag' } }),
    say.variables('parent', { variables: { by: 'id' } }),
  ]);
});

test('a failure names what fits the selector as well', async () => {
  await fails(3, /The selector means the oldest user task\. There are others: Approve \(CREATED\) of Ann/, [
    ...[create('approve', { boss: 'Zee' }), create('approve', { boss: 'Ann' })],
    say.userTask({ assignee: 'Ann' }),
  ]);
  const evaluate = (total: number): Instruction => ({
    type: 'EVALUATE_DECISION',
    decisionDefinitionSelector: { decisionDefinitionId: 'discount' },
    variables: { total },
  });
  await fails(3, /it matched no rule \(this is the first of 2 evaluations\)/, [
    ...[evaluate(1), evaluate(500)],
    say.decision({ matchedRules: [1] }),
  ]);
});

test('a subprocess is active around its elements', async () => {
  await passes([create('box'), elements('box', ['Box', 'Inner'], 'IS_ACTIVE_EXACTLY')]);
  await fails(2, /is also active at Box/, [create('box'), elements('box', ['Inner'], 'IS_ACTIVE_EXACTLY')]);
});

test('a multi-instance activity counts once more, for its body', async () => {
  await passes([create('each', { items: [1, 2] }), element('each', 'Pack', 'IS_ACTIVE', 3)]);
});

test('an assertion without a check is noted', async () => {
  const { warnings } = await run([create('par'), say.instance('par', {})]);
  assert.match(warnings.join('\n'), /ASSERT_PROCESS_INSTANCE checks nothing\. Fix: add state or hasActiveIncidents/);
});

test('a job that fails waits for the end of its back-off', async () => {
  const { jobError } = await import('camunda-connectors');
  const mocks = { jobs: { charge: jobError('busy', { retries: 2, backoff: 60 }) } };
  await fails(
    2,
    /"type":"INCREASE_TIME","duration":"PT1M"/,
    [create('order', { total: 1 }), isIn('order', 'IS_COMPLETED')],
    { mocks },
  );
  await fails(
    2,
    /There are: "charge" at Charge of order, which has failed and waits until 2030-01-31T09:01:00\.000Z/,
    [create('order', { total: 1 }), complete({ jobType: 'charge' })],
    { mocks, now: '2030-01-31T09:00:00Z' },
  );
});

test('an incident of the whole process is resolved by the process', async () => {
  await fails(2, /There is no incident that fits \{"processDefinitionId":"bad"\}\. There are no active incidents/, [
    create('par'),
    resolve({ processDefinitionId: 'bad' }),
  ]);
});

test('testCases registers each case, and a failure is an AssertionError with the number of the instruction', async () => {
  const registered: { readonly name: string; readonly run: () => Promise<void> }[] = [];
  const register = (name: string, run: () => Promise<void>): void => {
    registered.push({ name, run });
  };
  testCases(register, 'examples/cases/remind.json', { resources: 'examples/bpmn/remind.bpmn' });
  testCases(register, ['examples/cases/lend-book.json'], { resources: 'examples/bpmn/remind.bpmn' });
  assert.deepEqual(
    registered.map(({ name }) => name),
    ['two reminders, one a day', 'a reader gets a book', 'nobody knows the book'],
  );
  await assert.rejects(registered[1]!.run(), {
    name: 'AssertionError',
    message: /^Instruction 1\/5 failed: [\s\S]*There is no process with the id "lend-book"/,
  });
  await assert.rejects(registered[0]!.run(), /Instruction 4\/6 failed: [\s\S]*job type "log"/);
  assert.throws(
    () => testCases(register, 'examples/bpmn'),
    /There is no file of test cases in examples\/bpmn\.\nFix: /,
  );
});
