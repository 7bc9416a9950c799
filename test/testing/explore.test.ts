import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bpmnError, jobError } from 'camunda-connectors';
import { explore, type WalkOptions, walk } from 'camunda-connectors/testing';
import fc from 'fast-check';
import { catchEvent, end, eventBasedGateway, path, process, serviceTask, start } from '../engine/support/bpmn.ts';
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

/** Waits for a message, a signal or a day, and reads a variable of its tenant. */
const call = {
  name: 'call.bpmn',
  content: process(
    'call',
    start('Start'),
    serviceTask('Ask', { type: 'ask' }),
    eventBasedGateway('First'),
    catchEvent('Answer', { message: { name: 'answer', correlationKey: '=camunda.vars.tenant.place' } }),
    catchEvent('Closing', { signal: 'closing' }),
    catchEvent('TooLate', { duration: 'P1D' }),
    end('EndAnswer'),
    end('EndClosed'),
    end('EndLate'),
    ...path('Start', 'Ask', 'First', 'Answer', 'EndAnswer'),
    ...path('First', 'Closing', 'EndClosed'),
    ...path('First', 'TooLate', 'EndLate'),
  ),
};

const places = { north: { place: 'Oslo' }, south: { place: 'Rome' } };

test('walks in a tenant: by default the first one, with its jobs, messages, signals and variables', async () => {
  const options: WalkOptions = {
    resources: call,
    process: 'call',
    engine: { tenants: ['north', 'south'], tenantVariables: places },
  };
  for (const [tenantId, place] of [
    [undefined, 'Oslo'],
    ['south', 'Rome'],
  ] as const) {
    const { ends, problems, unreached, counts } = await explore({
      ...options,
      runs: 20,
      ...(tenantId && { tenantId }),
    });
    assert.deepEqual([ends.completed, problems, unreached], [20, [], []]);
    assert.deepEqual(
      counts.processes.map(({ process: { tenantId: tenant }, elements }) => [tenant, elements.Start?.entered]),
      [
        ['north', tenantId === undefined ? 20 : 0],
        ['south', tenantId === undefined ? 0 : 20],
      ],
    );
    const { steps } = await walk({ ...options, ...(tenantId && { tenantId }) }, [0]);
    assert.deepEqual(steps, ['job "ask" of Ask: {}', `message "answer" with the key "${place}": {}`]);
  }
});

test('walks in the default tenant of an engine with tenants', async () => {
  const options = { resources: models.race, process: 'race', starts: [{ key: '1' }] };
  const { ends, unreached } = await explore({ ...options, engine: { tenants: ['<default>', 'north'] }, runs: 10 });
  assert.deepEqual([ends.completed, unreached], [10, []]);
});

test('a tenant that the engine does not have is refused with its name', async () => {
  const options = { resources: models.wait, process: 'wait', engine: { tenants: ['north'] } };
  await assert.rejects(
    walk({ ...options, tenantId: 'nort' }, []),
    /The engine of this test has no tenant "nort"\. Did you mean north\?/,
  );
});

test('misspelt and malformed options of walks are refused', async () => {
  const refused: readonly (readonly [options: object, text: RegExp])[] = [
    [{ start: [{}] }, /- start: unknown option\. Did you mean starts\?/],
    [{ starts: [] }, /- starts: expected a list of variables/],
    [{ jobs: { charge: {} } }, /- jobs\.charge: expected a list of outcomes/],
    [{ process: undefined }, /- process: is missing/],
    [{ maxSteps: 0 }, /- maxSteps: expected a positive number of steps/],
    [{ jobs: { charge: [() => ({})] } }, /- jobs\.charge\[0\]: expected variables, bpmnError\(…\) or jobError\(…\)/],
    [{ userTasks: { Approve: ['x'] } }, /- userTasks\.Approve\[0\]: expected an object of variables, but got text/],
    [{ runs: 0 }, /- runs: expected/],
    [{ seed: 'x' }, /- seed: expected a whole number, but got text[\s\S]*Where: explore\(options\)/],
    [{ userTasks: { Aprove: [{}] } }, /No process has a user task with the id "Aprove"\. Did you mean Approve\?/],
    [{ userTasks: { Start: [{}] } }, /No process has a user task with the id "Start"\. Known: Approve\./],
  ];
  for (const [wrong, text] of refused) {
    const options = { resources: models.approve, process: 'approve', ...wrong } as WalkOptions;
    await assert.rejects(explore({ runs: 1, ...options }), text);
  }
  await assert.rejects(explore(undefined as never), /expected an object of options.*, but got undefined/);
  await assert.rejects(walk(order, [-1]), /- choices\[0\]: expected .*, but got -1/);
  await assert.rejects(walk(order, undefined as never), /- choices: expected a list of whole numbers/);
});

test('job types and messages that no process has, and jobs that a mock answers, are refused', async () => {
  const refused: readonly (readonly [options: object, text: RegExp])[] = [
    [
      { jobs: { chargee: [{}] } },
      /No process has a job of the type "chargee"\. Did you mean charge\?[\s\S]*Where: jobs\nFix: /,
    ],
    [{ jobs: { zzz: [{}] } }, /No process has a job of the type "zzz"\. Known: charge, review\./],
    [{ messages: { payd: [{}] } }, /No process has a message with the name "payd"\. Did you mean paid\?/],
    [{ mocks: { jobs: { charge: {} } }, jobs: { charge: [{}] } }, /The job type "charge" has a connector or a mock/],
  ];
  for (const [wrong, text] of refused) {
    const options = { resources: [models.order, models.wait], process: 'order', ...wrong } as WalkOptions;
    await assert.rejects(walk(options, []), text);
  }
  const content = models.order.content.replace('type="review"', 'type="=kind"');
  const open = await explore({
    resources: { name: 'order.bpmn', content },
    process: 'order',
    starts: [{ total: 1 }],
    jobs: { any: [{}] },
    runs: 1,
  });
  assert.equal(open.ends.completed, 1, 'an expression can yield any job type');
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
