import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bpmnError, jobError } from 'camunda-connectors';
import { explore, type WalkOptions, walk } from 'camunda-connectors/testing';
import fc from 'fast-check';
import { models } from './support/models.ts';

const order: WalkOptions = {
  resources: models.order,
  process: 'order',
  starts: [{ total: 1 }, { total: 500 }],
  jobs: { charge: [{}, bpmnError('DECLINED'), jobError('busy', { backoff: 60 })] },
};

test('a process without mistakes: every walk ends, and every element is reached', async () => {
  const { ends, problems, unreached } = await explore({
    ...order,
    jobs: { charge: [{}, bpmnError('DECLINED')] },
    runs: 30,
  });
  assert.deepEqual(ends, { completed: 30, terminated: 0, incident: 0, stuck: 0, endless: 0 });
  assert.deepEqual(problems, []);
  assert.deepEqual(unreached, []);
});

test('an incident is reported with the shortest walk that leads to it, which can be walked again', async () => {
  const jobs = { charge: [{}, bpmnError('OTHER'), jobError('closed', { retries: 0 })] };
  const { problems } = await explore({ ...order, jobs, runs: 30 });
  assert.deepEqual(problems.map(({ incident }) => incident?.type).sort(), ['JOB_NO_RETRIES', 'UNHANDLED_ERROR_EVENT']);
  const other = problems.find(({ incident }) => incident?.type === 'UNHANDLED_ERROR_EVENT');
  assert.equal(other?.steps.length, 2);
  assert.match(other?.steps[1] ?? '', /^job "charge" of Charge: BPMN error OTHER$/);
  const again = await walk({ ...order, jobs }, other?.choices ?? []);
  assert.deepEqual(again.steps, other?.steps);
  assert.match(again.description, /Charge the card has an incident/);
});

test('an element that no walk reaches is named', async () => {
  const { unreached } = await explore({ ...order, starts: [{ total: 1 }], jobs: { charge: [{}] }, runs: 3 });
  assert.deepEqual([...unreached].sort(), ['Declined', 'EndDeclined', 'EndReviewed', 'Review']);
});

test('a process that never ends, and one that nothing lets continue', async () => {
  const endless = await explore({ resources: models.loop, process: 'loop', starts: [{ n: 0 }], maxSteps: 10, runs: 2 });
  assert.deepEqual([endless.ends.endless, endless.problems[0]?.steps.length], [2, 10]);
  const content = models.pause.content.replace(
    /<bpmn:timerEventDefinition>.*<\/bpmn:timerEventDefinition>/,
    '<bpmn:conditionalEventDefinition><bpmn:condition xsi:type="bpmn:tFormalExpression">=never</bpmn:condition></bpmn:conditionalEventDefinition>',
  );
  const stuck = await explore({ resources: { name: 'pause.bpmn', content }, process: 'pause', runs: 1 });
  assert.equal(stuck.ends.stuck, 1);
  assert.match(stuck.problems[0]?.description ?? '', /Pause waits until the condition/);
});

test('user tasks, messages, timers and called processes are parts of walks', async () => {
  const approve = await explore({ resources: models.approve, process: 'approve', starts: [{ boss: 'Zee' }], runs: 10 });
  assert.deepEqual([approve.ends.completed, approve.unreached], [10, []]);
  const race = await explore({ resources: models.race, process: 'race', starts: [{ key: '1' }], runs: 10 });
  assert.deepEqual([race.ends.completed, race.unreached], [10, []]);
  const parent = await explore({
    resources: [models.parent, { name: 'ship.bpmn', content: models.wait.content.replaceAll('"wait"', '"ship"') }],
    process: 'parent',
    starts: [{ orderId: '1' }],
    runs: 2,
  });
  assert.equal(parent.ends.completed, 2);
});

test('the same choices lead to the same walk, so that fast-check can make a failure smaller', async () => {
  const jobs = { charge: [{}, {}, jobError('closed', { retries: 0 })] };
  const options = { ...order, jobs, starts: [{ total: 1 }] };
  const found = await fc.check(
    fc.asyncProperty(fc.array(fc.nat(2), { maxLength: 4 }), async (choices) => {
      assert.equal((await walk(options, choices)).end, 'completed');
    }),
    { seed: 7, numRuns: 20 },
  );
  assert.equal(found.failed, true);
  assert.deepEqual(found.counterexample, [[2]]);
});
