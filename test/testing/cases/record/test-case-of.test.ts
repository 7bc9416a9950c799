/** Recordings of what was done by hand, as test cases that pass again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bpmnError, jobError } from 'camunda-connectors';
import { createEngine, createTestClock, type Engine, type TestClock } from 'camunda-connectors/engine';
import { createConnection } from '../../../../src/connection/index.ts';
import type { Connection } from '../../../../src/connection/port.ts';
import { adHocResult, userTaskResult } from '../../../../src/connector/make-job-results.ts';
import type { Variables } from '../../../../src/engine/machine/types.ts';
import { commandOf } from '../../../../src/runtime/send/command.ts';
import { conditionalStartsOf } from '../../../../src/testing/cases/record/conditional-starts.ts';
import { recordSteps } from '../../../../src/testing/cases/record/steps.ts';
import { testCaseOf } from '../../../../src/testing/cases/record/test-case-of.ts';
import type { RecordedCase } from '../../../../src/testing/cases/record/types.ts';
import type { Instruction } from '../../../../src/testing/cases/types.ts';
import { toOutcome } from '../../../../src/testing/fixture/job-mocks.ts';
import type { JobOutcome } from '../../../../src/testing/outcomes.ts';
import {
  chain,
  end,
  other,
  process as processFile,
  receiveTask,
  serviceTask,
  start,
} from '../../../engine/support/bpmn.ts';
import { models } from '../../support/models.ts';
import { run as runAgain } from '../support/instructions.ts';
import { caseModels } from '../support/models.ts';

/** What a person can do. Each function is a step of its own. */
interface Hands {
  readonly engine: Engine;
  readonly clock: TestClock;
  create(id: string, variables?: object, more?: object): Promise<string>;
  publish(name: string, correlationKey: string, variables?: object, timeToLive?: number): Promise<void>;
  /** Ends the oldest job of a type, or the one of an instance. */
  end(type: string, outcome: JobOutcome, instance?: string): Promise<void>;
  complete(elementId: string, variables?: object): Promise<void>;
  act(command: () => unknown): Promise<void>;
}

const files = [
  ...Object.values(models),
  ...Object.values(caseModels),
  {
    name: 'told.bpmn',
    content: processFile(
      'told',
      ...chain(
        start('Start', { message: { name: 'tell' } }),
        receiveTask('Paid', { message: { name: 'paid', correlationKey: '=id' } }),
        end('End'),
      ),
    ),
  },
  {
    name: 'long.bpmn',
    content: processFile(
      'long',
      ...chain(
        start('Start'),
        other('intermediateCatchEvent', 'First', {
          content:
            '<bpmn:timerEventDefinition><bpmn:timeDuration>PT10S</bpmn:timeDuration></bpmn:timerEventDefinition>',
        }),
        serviceTask('Work', { type: 'work' }),
        end('End'),
      ),
    ),
  },
];

/** One turn of the event loop: what the commands of one turn cause is one step. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const handsOf = (engine: Engine, clock: TestClock, connection: Connection): Hands => {
  const act: Hands['act'] = async (command) => {
    await command();
    await nextTurn();
  };
  return {
    engine,
    clock,
    act,
    create: async (bpmnProcessId, variables = {}, more = {}) => {
      let key = '';
      await act(() => {
        const request = { bpmnProcessId, variables: variables as Variables, ...more };
        key = engine.createInstance(request).processInstanceKey;
      });
      return key;
    },
    publish: (name, correlationKey, variables = {}, timeToLive = 60_000) =>
      act(() => engine.publishMessage({ name, correlationKey, variables: variables as Variables, timeToLive })),
    end: (type, outcome, instance) =>
      act(async () => {
        const job = engine.jobs(instance).find((each) => each.type === type && each.state === 'ACTIVATABLE')!;
        await connection.send(commandOf(job, toOutcome(job, outcome)));
      }),
    complete: (elementId, variables = {}) =>
      act(() => {
        const task = engine.userTasks().find((each) => each.elementId === elementId && each.state === 'CREATED')!;
        void engine.completeUserTask(task.key, variables as Variables).catch(() => {});
      }),
  };
};

/** Records what hands do. */
const record = async (by: (hands: Hands) => Promise<void>): Promise<RecordedCase> => {
  const clock = createTestClock(Date.parse('2030-01-01T09:00:00Z'));
  const engine = await createEngine({ clock });
  const recorder = recordSteps(engine);
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port });
  try {
    await engine.deploy(files);
    await nextTurn();
    await by(handsOf(engine, clock, connection));
    recorder.stop();
    return testCaseOf(recorder.steps(), 'recorded', await conditionalStartsOf(engine));
  } finally {
    await connection.close();
    await engine.stop();
  }
};

const acting = ({ testCase }: RecordedCase): readonly Instruction[] =>
  testCase.instructions.filter(({ type }) => !type.startsWith('ASSERT_'));

const started = (id: string, more: object = {}): Instruction => ({
  ...{ type: 'CREATE_PROCESS_INSTANCE', processDefinitionSelector: { processDefinitionId: id } },
  ...more,
});
const jobOf = (processDefinitionId: string, elementId: string, jobType: string) => ({
  jobSelector: { processDefinitionId, elementId, jobType },
});
const completed = (id: string, elementId: string, type: string, more: object = {}): Instruction => ({
  ...{ type: 'COMPLETE_JOB', ...jobOf(id, elementId, type) },
  ...more,
});
const passes = (duration: string): Instruction => ({ type: 'INCREASE_TIME', duration });
const published = (name: string, correlationKey: string, timeToLive: number, more: object = {}): Instruction => ({
  ...{ type: 'PUBLISH_MESSAGE', name, correlationKey, timeToLive },
  ...more,
});

interface Row {
  readonly title: string;
  readonly by: (hands: Hands) => Promise<void>;
  readonly instructions: readonly Instruction[];
  readonly notes?: readonly RegExp[];
  /** The recording cannot pass again; the notes say why. */
  readonly fails?: true;
}

const rows: readonly Row[] = [
  {
    title: 'an instance and the results of its jobs',
    by: async ({ create, end: endJob }) => {
      await create('order', { total: 1 });
      await endJob('charge', { total: 500 });
      await endJob('review', {});
    },
    instructions: [
      started('order', { variables: { total: 1 } }),
      completed('order', 'Charge', 'charge', { variables: { total: 500 } }),
      completed('order', 'Review', 'review'),
    ],
  },
  {
    title: 'a BPMN error',
    by: async ({ create, end: endJob }) => {
      await create('order', { total: 1 });
      await endJob('charge', bpmnError('DECLINED', 'no funds', { why: 'x' }));
    },
    instructions: [
      started('order', { variables: { total: 1 } }),
      {
        ...{ type: 'THROW_BPMN_ERROR_FROM_JOB', ...jobOf('order', 'Charge', 'charge') },
        ...{ errorCode: 'DECLINED', errorMessage: 'no funds', variables: { why: 'x' } },
      },
    ],
  },
  {
    title: 'a message, and integers beyond 2^53',
    by: async ({ create, publish }) => {
      await create('wait', { orderId: '1', big: 9007199254740993n });
      await publish('paid', '1', { by: 'bank' });
    },
    instructions: [
      started('wait', { variables: { orderId: '1', big: 9007199254740993n } }),
      published('paid', '1', 60_000, { variables: { by: 'bank' } }),
    ],
  },
  {
    title: 'a message that starts an instance',
    by: async ({ publish }) => {
      await publish('tell', '', { id: '7' }, 0);
      await publish('paid', '7');
    },
    instructions: [published('tell', '', 0, { variables: { id: '7' } }), published('paid', '7', 60_000)],
  },
  {
    title: 'a message that expires before something waits for it',
    by: async ({ create, publish, act, clock }) => {
      await publish('paid', '1', {}, 60_000);
      await act(() => clock.advance(90_000));
      await create('wait', { orderId: '1' });
    },
    instructions: [published('paid', '1', 60_000), passes('PT1M'), started('wait', { variables: { orderId: '1' } })],
  },
  {
    title: 'time passes up to the timer, whatever has passed by hand',
    by: async ({ create, act, clock }) => {
      await act(() => clock.advance(5_000));
      await create('pause');
      await act(() => clock.advance(4_000_000));
    },
    instructions: [started('pause'), passes('PT1H')],
  },
  {
    title: 'a timer that repeats',
    by: async ({ create, act, clock, end: endJob }) => {
      await create('reminders');
      await act(() => clock.advance(35_000));
      await endJob('work', {});
    },
    instructions: [
      ...[started('reminders'), passes('PT10S'), passes('PT10S'), passes('PT10S')],
      completed('reminders', 'Work', 'work'),
    ],
  },
  {
    title: 'timers fire in the order in which they have fired',
    by: async ({ create, act, clock }) => {
      await create('long');
      await act(() => clock.advance(8_000));
      await create('reminders');
      await act(() => clock.advance(3_000));
      await act(() => clock.advance(10_000));
    },
    instructions: [started('long'), passes('PT8S'), started('reminders'), passes('PT2S'), passes('PT8S')],
  },
  {
    title: 'a timer that begins after a long pause begins at once',
    by: async ({ create, act, clock, end: endJob }) => {
      await create('long');
      await act(() => clock.advance(40_000_000));
      await endJob('work', {});
      await create('pause');
      await act(() => clock.advance(40_000_000));
    },
    instructions: [
      ...[started('long'), passes('PT10S'), completed('long', 'Work', 'work')],
      ...[started('pause'), passes('PT1H')],
    ],
  },
  {
    title: 'a timer that does not fire needs no time',
    by: async ({ create, act, clock, complete }) => {
      await create('approve', { boss: 'Zee' });
      await act(() => clock.advance(5_000));
      await complete('Approve', { ok: true });
    },
    instructions: [
      started('approve', { variables: { boss: 'Zee' } }),
      {
        type: 'COMPLETE_USER_TASK',
        userTaskSelector: { processDefinitionId: 'approve', elementId: 'Approve' },
        variables: { ok: true },
      },
    ],
  },
  {
    title: 'variables and a resolved incident',
    by: async ({ create, act, engine }) => {
      const key = await create('bad');
      await act(() => engine.setVariables(key, { missing: 2 } as Variables, false));
      await act(() => engine.resolveIncident(engine.incidents()[0]!.key));
    },
    instructions: [
      started('bad'),
      {
        type: 'UPDATE_VARIABLES',
        processInstanceSelector: { processDefinitionId: 'bad' },
        variables: { missing: 2 },
      },
      { type: 'RESOLVE_INCIDENT', incidentSelector: { processDefinitionId: 'bad', elementId: 'Big' } },
    ],
  },
  {
    title: 'variables of an element',
    by: async ({ create, act, engine }) => {
      const key = await create('box');
      const { key: scope } = engine.elements(key).find(({ elementId }) => elementId === 'Box')!;
      await act(() => engine.setVariables(scope, { x: 2 } as Variables, true));
    },
    instructions: [
      started('box'),
      {
        ...{ type: 'UPDATE_VARIABLES', processInstanceSelector: { processDefinitionId: 'box' }, variables: { x: 2 } },
        ...{ elementSelector: { elementId: 'Box' }, createLocalVariables: true },
      },
    ],
  },
  {
    title: 'a signal',
    by: ({ act, engine }) => act(() => engine.broadcastSignal('closing', { at: 5 } as Variables)),
    instructions: [{ type: 'BROADCAST_SIGNAL', signalName: 'closing', variables: { at: 5 } }],
  },
  {
    title: 'a condition that starts an instance',
    by: ({ act, engine }) => act(() => engine.evaluateConditional({ variables: { stock: 1 } as Variables })),
    instructions: [{ type: 'EVALUATE_CONDITIONAL_START_EVENT', variables: { stock: 1 } }],
  },
  {
    title: 'a start before an element',
    by: async ({ create, end: endJob }) => {
      await create('order', { total: 500 }, { startInstructions: [{ elementId: 'Review' }] });
      await endJob('review', {});
    },
    instructions: [
      started('order', { variables: { total: 500 }, startInstructions: [{ elementId: 'Review' }] }),
      completed('order', 'Review', 'review'),
    ],
  },
  {
    title: 'an ad-hoc subprocess',
    by: async ({ create, end: endJob }) => {
      await create('desk');
      await endJob('agent', adHocResult({ activateElements: [{ elementId: 'Call', variables: { number: 1 } }] }));
      await endJob('call', {});
      await endJob('agent', adHocResult({ completionConditionFulfilled: true, variables: { done: true } }));
    },
    instructions: [
      started('desk'),
      {
        ...{ type: 'COMPLETE_JOB_AD_HOC_SUB_PROCESS', ...jobOf('desk', 'Desk', 'agent') },
        activateElements: [{ elementId: 'Call', variables: { number: 1 } }],
      },
      completed('desk', 'Call', 'call'),
      {
        ...{ type: 'COMPLETE_JOB_AD_HOC_SUB_PROCESS', ...jobOf('desk', 'Desk', 'agent') },
        ...{ variables: { done: true }, completionConditionFulfilled: true },
      },
    ],
  },
  {
    title: 'a user task with a listener, which denies the first completion',
    by: async ({ create, complete, end: endJob }) => {
      await create('sign');
      await complete('Sign', { ok: 1 });
      await endJob('review', userTaskResult({ denied: 'too early' }));
      await complete('Sign', { ok: 2 });
      await endJob('review', {});
    },
    instructions: [
      started('sign'),
      { type: 'COMPLETE_USER_TASK', userTaskSelector: { processDefinitionId: 'sign', elementId: 'Sign' } },
      {
        ...{ type: 'COMPLETE_JOB_USER_TASK_LISTENER', ...jobOf('sign', 'Sign', 'review') },
        ...{ denied: true, deniedReason: 'too early' },
      },
      {
        type: 'COMPLETE_USER_TASK',
        userTaskSelector: { processDefinitionId: 'sign', elementId: 'Sign' },
        variables: { ok: 2 },
      },
      { type: 'COMPLETE_JOB_USER_TASK_LISTENER', ...jobOf('sign', 'Sign', 'review') },
    ],
  },
  {
    title: 'failed attempts are left out, and so are their incidents',
    by: async ({ create, end: endJob, act, engine }) => {
      await create('order', { total: 1 });
      await endJob('charge', jobError('busy', { retries: 2 }));
      await endJob('charge', jobError('busy', { retries: 0 }));
      const { key, jobKey } = engine.incidents()[0]!;
      await act(() => engine.updateJobRetries(jobKey, 1));
      await act(() => engine.resolveIncident(key));
      await endJob('charge', {});
    },
    instructions: [started('order', { variables: { total: 1 } }), completed('order', 'Charge', 'charge')],
    notes: [/The job "charge" at Charge has failed, for which the format has no instruction/],
  },
  {
    title: 'the variables of failed attempts are left out, also those of a second instance',
    by: async ({ create, end: endJob, act, engine }) => {
      const first = await create('order', { total: 1 });
      await endJob('charge', { total: 1 }, first);
      const second = await create('order', { total: 2 });
      await endJob('charge', jobError('busy', { retries: 1, variables: { error: { type: 'Busy' } } }), second);
      await endJob('charge', jobError('busy', { retries: 0, variables: { error: { type: 'Busy' } } }), second);
      const { key, jobKey } = engine.incidents()[0]!;
      await act(() => engine.updateJobRetries(jobKey, 1));
      await act(() => engine.resolveIncident(key));
      await endJob('charge', { total: 2 }, second);
    },
    instructions: [
      started('order', { variables: { total: 1 } }),
      completed('order', 'Charge', 'charge', { variables: { total: 1 } }),
      started('order', { variables: { total: 2 } }),
      completed('order', 'Charge', 'charge', { variables: { total: 2 } }),
    ],
    notes: [/The job "charge" at Charge has failed, for which the format has no instruction/],
  },
  {
    title: 'an instance that is still active',
    by: async ({ create }) => void (await create('par')),
    instructions: [started('par')],
  },
  {
    title: 'an incident that is not resolved',
    by: async ({ create }) => void (await create('bad')),
    instructions: [started('bad')],
  },
  {
    title: 'a cancelled instance is noted, and nothing is expected of it',
    by: async ({ create, act, engine }) => {
      const key = await create('par');
      await act(() => engine.cancelInstance(key));
    },
    instructions: [started('par')],
    notes: [/The instance \d+ of par was cancelled, for which the format has no instruction/],
  },
  {
    title: 'a job that is not the oldest is noted',
    by: async ({ create, end: endJob }) => {
      await create('order', { total: 1 });
      const second = await create('order', { total: 1 });
      await endJob('charge', { by: 2 }, second);
    },
    instructions: [
      ...[started('order', { variables: { total: 1 } }), started('order', { variables: { total: 1 } })],
      completed('order', 'Charge', 'charge', { variables: { by: 2 } }),
    ],
    notes: [/A job "charge" at Charge was not the oldest one, but a selector means the oldest/],
    fails: true,
  },
];

for (const { title, by, instructions, notes = [], fails } of rows) {
  test(`a recording: ${title}`, async () => {
    const recorded = await record(by);
    assert.deepEqual(acting(recorded), instructions);
    assert.equal(recorded.notes.length, notes.length, recorded.notes.join('\n'));
    for (const [index, note] of notes.entries()) assert.match(recorded.notes[index]!, note);
    const { failure } = await runAgain(recorded.testCase.instructions, { resources: files });
    if (fails === undefined) assert.equal(failure?.message, undefined);
    else assert.ok(failure, 'the test case fails');
  });
}

test('the moments between a step and its record do not shorten a timer', () => {
  const timer = {
    ...{ key: '1', due: 3_600_000, repetitions: 1, elementId: 'Pause', elementName: 'Pause', bpmnProcessId: 'p' },
    ...{ processInstanceKey: '2', processDefinitionKey: '3' },
  };
  const place = { elementId: 'Pause', processInstanceKey: '2', bpmnProcessId: 'p' };
  const { testCase } = testCaseOf(
    [
      { at: 30, events: [{ kind: 'timer:scheduled', timer }] },
      { at: 3_600_040, events: [{ kind: 'timer:triggered', timer, ...place }] },
    ],
    'recorded',
    new Set(),
  );
  assert.deepEqual(testCase.instructions, [passes('PT1H')]);
});

test('messages of the runtime to its own processes are left out', () => {
  const bpmnProcessId = '_inbound_subscription_1';
  const definition = { bpmnProcessId, processDefinitionKey: '1' };
  const message = {
    ...{ key: '3', name: bpmnProcessId, correlationKey: 'k', messageId: 'm', variables: {}, correlatedTo: [] },
    ...{ publishedAt: 1, deadline: 1 },
  };
  const { testCase } = testCaseOf(
    [
      {
        at: 1,
        events: [
          {
            kind: 'process:deployed',
            process: { ...definition, version: 1, resourceName: 'own.bpmn', internal: true },
          },
          {
            kind: 'subscription:opened',
            subscription: { ...definition, kind: 'message', name: bpmnProcessId, elementId: 'S', elementName: 'S' },
          },
        ],
      },
      { at: 1, events: [{ kind: 'message:published', message }] },
    ],
    'recorded',
    new Set(),
  );
  assert.deepEqual(testCase.instructions, []);
});

const orderOf = ({ testCase }: RecordedCase): readonly Instruction[] =>
  testCase.instructions.filter(({ type }) => type.startsWith('ASSERT_'));

test('what came of it is expected: the state, the elements in their order, and the variables', async () => {
  const recorded = await record(async ({ create, end: endJob }) => {
    await create('order', { total: 1 });
    await endJob('charge', {});
  });
  const processInstanceSelector = { processDefinitionId: 'order' };
  assert.deepEqual(orderOf(recorded), [
    { type: 'ASSERT_PROCESS_INSTANCE', processInstanceSelector, state: 'IS_COMPLETED', hasActiveIncidents: false },
    {
      ...{ type: 'ASSERT_ELEMENT_INSTANCES', processInstanceSelector, state: 'IS_COMPLETED_IN_ORDER' },
      elementSelectors: ['Start', 'Charge', 'Big', 'EndPlain'].map((elementId) => ({ elementId })),
    },
    { type: 'ASSERT_VARIABLES', processInstanceSelector, variables: { total: 1 } },
  ]);
});

const replaced = (name: string, from: string, to: string) =>
  files.map((file) => {
    if (file.name !== `${name}.bpmn`) return file;
    assert.ok(file.content.includes(from), `${name} has ${from}`);
    return { ...file, content: file.content.replaceAll(from, to) };
  });

test('a different model makes the test case fail', async () => {
  const recorded = await record(async ({ create, end: endJob }) => {
    await create('order', { total: 1 });
    await endJob('charge', { total: 50 });
  });
  const changed = replaced('order', 'total &gt; 100', 'total &gt; 10');
  const { failure } = await runAgain(recorded.testCase.instructions, { resources: changed });
  assert.match(failure?.message ?? '', /Expected order \d+ to have completed, but it is active/);
});
