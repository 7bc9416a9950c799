import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { MachineJob } from '../../../src/engine/machine/types.ts';
import { describeWait } from '../../../src/engine/waits/describe.ts';
import { explainWaits } from '../../../src/engine/waits/explain.ts';
import type { KnownWorker, WaitFacts } from '../../../src/engine/waits/types.ts';
import { noon, p, type Rig, rigWith, wish } from '../machine/support.ts';
import {
  boundary,
  callActivity,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  eventSubProcess,
  file,
  other,
  parallelGateway,
  path,
  processPart,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { job, noFacts, waitsOf, worker } from './support.ts';

/** The lines of what an instance or element waits for. */
const linesOf = (rig: Rig, key: string, workers?: readonly KnownWorker[]): readonly string[] =>
  waitsOf(rig, key, workers).map((wait) => describeWait(wait, rig.now()));

describe('a job', () => {
  const cases: readonly (readonly [string, Partial<MachineJob>, readonly KnownWorker[] | undefined, string])[] = [
    ['without known workers', {}, undefined, 'Charge waits for a worker with the job type "charge".'],
    [
      'without a worker',
      {},
      [],
      'Charge waits for a worker with the job type "charge", but no worker has asked for this type.',
    ],
    [
      'with a worker of almost the same type',
      {},
      [worker('Charge'), worker('refund')],
      'Charge waits for a worker with the job type "charge", but no worker has asked for this type. A worker asks for "Charge", which differs only in capital letters.',
    ],
    [
      'with a worker that asks',
      {},
      [worker('charge')],
      'Charge waits for a worker with the job type "charge"; the worker "w" can activate the job.',
    ],
    [
      'with a worker that asked before',
      {},
      [worker('charge', false)],
      'Charge waits for a worker with the job type "charge"; the worker "w" has asked for this type before, but does not at the moment.',
    ],
    [
      'that a worker has',
      { state: 'ACTIVATED', worker: 'w', deadline: noon + 5000 },
      [worker('charge')],
      'Charge waits for a worker with the job type "charge": the worker "w" has the job, and its timeout ends in 5 s.',
    ],
    [
      'that has failed and waits',
      { state: 'FAILED', backoffUntil: noon + 90_000, retries: 1, errorMessage: 'no money' },
      [],
      'Charge waits for a worker with the job type "charge": the job is activatable again in 1 min 30 s, and 1 attempt is left. The last attempt failed: no money',
    ],
    [
      'of a listener',
      { kind: 'EXECUTION_LISTENER', listenerEvent: 'START' },
      undefined,
      'Charge waits for the worker of a listener with the job type "charge".',
    ],
  ];
  for (const [title, more, workers, expected] of cases) {
    test(title, () => {
      const waits = explainWaits({ ...noFacts, jobs: [{ ...job, ...more }], workers }, '1');
      assert.deepEqual(
        waits.map((wait) => describeWait(wait, noon)),
        [expected],
      );
    });
  }
});

describe('an instance waits', () => {
  test('for a message, with the name of its element', async () => {
    const rig = await rigWith(
      p(...chain(start(), catchEvent('wait', { message: 'paid', name: 'Wait for the money' }), end())),
    );
    const instance = rig.create({ key: 'A-7' });
    rig.publish('paid', 'A-8', { timeToLive: 1000 });
    assert.deepEqual(linesOf(rig, instance), [
      'Wait for the money waits for the message "paid" with the key "A-7". The message "paid" with the key "A-8" is buffered.',
    ]);
    rig.publish('paid', 'A-7');
    assert.deepEqual(linesOf(rig, instance), []);
  });

  test('for a timer, once or repeatedly', async () => {
    const rig = await rigWith(p(...chain(start(), catchEvent('pause', { duration: 'P1DT2H' }), end())));
    const instance = rig.create();
    rig.pass(500);
    assert.deepEqual(linesOf(rig, instance), ['pause waits for a timer, which fires in 1 d 1 h.']);
    const [wait] = waitsOf(rig, instance);
    assert.equal(wait?.kind === 'timer' && wait.due, noon + 26 * 3_600_000);
  });

  test('for one of the events after an event-based gateway', async () => {
    const rig = await rigWith(
      p(
        start(),
        eventBasedGateway('which'),
        catchEvent('told', { message: 'm' }),
        catchEvent('rung', { signal: 's' }),
        end(),
        ...path('start', 'which', 'told', 'end'),
        ...path('which', 'rung', 'end'),
      ),
    );
    assert.deepEqual(linesOf(rig, rig.create({ key: 1 })), [
      'which (told) waits for the message "m" with the key "1".',
      'which (rung) waits for the signal "s".',
    ]);
  });

  test('for a job, while a boundary event and an event subprocess wait too', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), serviceTask('task', { type: 't' }), end()),
        boundary('Reminder', 'task', { cycle: 'R3/PT1H', interrupting: false }),
        end('reminded'),
        ...path('Reminder', 'reminded'),
        eventSubProcess('stop', {}, ...chain(start('stopped', { signal: 'halt' }), end('e'))),
      ),
    );
    assert.deepEqual(linesOf(rig, rig.create()), [
      'task waits for a worker with the job type "t", but no worker has asked for this type.',
      'Meanwhile, stopped at p waits for the signal "halt".',
      'Meanwhile, Reminder at task waits for a timer, which fires in 1 h, and 2 more times.',
    ]);
  });

  test('for an incident to be resolved, and says nothing else about the element', async () => {
    const rig = await rigWith(p(...chain(start(), serviceTask('task', { type: 't' }), end())));
    const instance = rig.create();
    rig.machine.failJob(rig.job('t').key, { retries: 0, errorMessage: 'broken', backoff: 0, variables: {} });
    assert.deepEqual(linesOf(rig, instance), ['task has an incident (JOB_NO_RETRIES): broken']);
  });

  test('for somebody to complete a user task', async () => {
    const task = other('userTask', 'Approve', {
      extensions:
        '<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="=[&quot;a&quot;]" candidateUsers="=[&quot;u&quot;]"/>',
    });
    const rig = await rigWith(p(...chain(start(), task, end())));
    const instance = rig.create();
    assert.deepEqual(linesOf(rig, instance), [
      'Approve waits for the user task to be completed, and it is not assigned. Candidates: user "u", group "a".',
    ]);
    rig.machine.assignUserTask(rig.machine.userTasks()[0]!.key, 'ada', true);
    assert.deepEqual(linesOf(rig, instance), ['Approve waits for "ada" to complete the user task.']);
  });

  test('for a called instance, and what that waits for', async () => {
    const rig = await rigWith(
      file(
        processPart('p', {}, ...chain(start(), callActivity('Ship', { processId: 'q' }), end())),
        processPart('q', {}, ...chain(start('s'), catchEvent('Sent', { message: 'sent' }), end('e'))),
      ),
    );
    const instance = rig.create({ key: 'k' });
    const [, called] = rig.created();
    assert.deepEqual(linesOf(rig, instance), [
      `Ship waits for the called process instance ${called} to complete. There, Sent waits for the message "sent" with the key "k".`,
    ]);
    assert.deepEqual(linesOf(rig, called!), ['Sent waits for the message "sent" with the key "k".']);
  });

  test('for the other tokens of a join (process-testing case 27)', async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        serviceTask('A', { type: 'a' }),
        serviceTask('B', { type: 'b' }),
        parallelGateway('join'),
        end(),
        ...path('start', 'fork', 'A', 'join', 'end'),
        ...path('fork', 'B', 'join'),
      ),
    );
    const instance = rig.create();
    rig.complete('a');
    assert.deepEqual(linesOf(rig, instance), [
      'B waits for a worker with the job type "b", but no worker has asked for this type.',
      'join waits for the tokens of the flow "B-join".',
    ]);
  });

  test('with each of its elements on its own', async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        subProcess(
          'sub',
          {},
          ...chain(
            start('s'),
            subProcess('deep', {}, ...chain(start('d'), serviceTask('A', { type: 'a' }), end('x'))),
            end('e'),
          ),
        ),
        serviceTask('B', { type: 'b' }),
        end(),
        ...path('start', 'fork', 'sub', 'end'),
        ...path('fork', 'B', 'end'),
      ),
    );
    const instance = rig.create();
    const elements = (key: string) => waitsOf(rig, key).map(({ elementId }) => elementId);
    assert.deepEqual(elements(instance).sort(), ['A', 'B']);
    assert.deepEqual(elements(rig.key(instance, 'sub')), ['A']);
    assert.deepEqual(elements(rig.key(instance, 'A')), ['A']);
    assert.deepEqual(elements(rig.key(instance, 'B')), ['B']);
  });

  test('for nothing if it has ended or does not exist', async () => {
    const rig = await rigWith(p(...chain(start(), end())));
    assert.deepEqual(linesOf(rig, rig.create()), []);
    assert.deepEqual(linesOf(rig, '1'), []);
    assert.deepEqual(linesOf(rig, 'nonsense'), []);
  });

  test('for somebody to activate an element of an ad-hoc subprocess in which nothing runs', async () => {
    const rig = await rigWith(
      p(...chain(start(), other('adHocSubProcess', 'hoc', { content: serviceTask('task', { type: 't' }).xml }), end())),
    );
    const instance = rig.create();
    assert.deepEqual(linesOf(rig, instance), [
      'hoc waits for one of its elements to be activated, and nothing runs in it.',
    ]);
    rig.machine.activateAdHocActivities(rig.key(instance, 'hoc'), [{ elementId: 'task', variables: {} }], false);
    assert.deepEqual(
      waitsOf(rig, instance).map(({ elementId, kind }) => [elementId, kind]),
      [['task', 'job']],
    );
    assert.deepEqual(
      rig.machine.processes()[0]?.elements.map(({ id }) => id),
      ['start', 'hoc', 'end', 'task'],
    );
  });

  test('for a listener of a user task, not for the task itself', async () => {
    const task = other('userTask', 'Approve', {
      extensions:
        '<zeebe:userTask/><zeebe:taskListeners><zeebe:taskListener eventType="creating" type="audit"/></zeebe:taskListeners>',
    });
    const rig = await rigWith(p(...chain(start(), task, end())));
    assert.deepEqual(linesOf(rig, rig.create()), [
      'Approve waits for the worker of a listener with the job type "audit", but no worker has asked for this type.',
    ]);
  });

  test('for another worker after a job timeout', async () => {
    const rig = await rigWith(p(...chain(start(), serviceTask('task', { type: 't' }), end())));
    const instance = rig.create();
    rig.machine.activateJobs({ ...wish, type: 't', maxJobs: 1 });
    assert.match(linesOf(rig, instance)[0] ?? '', /the worker "w" has the job, and its timeout ends in 1 min\.$/);
    rig.pass(wish.timeout);
    assert.match(linesOf(rig, instance, [worker('t')])[0] ?? '', /the worker "w" can activate the job\.$/);
  });
});

/** Any facts of the right types, with keys that refer to each other at random, even in circles. */
const anyFacts = (): fc.Arbitrary<WaitFacts> => {
  const key = fc.constantFrom('1', '2', '3', '4', '');
  const text = fc.oneof(fc.string(), fc.constantFrom('a', 'A', ' a', '7', '"7"', '7.0', 'order', 'orders'));
  const time = fc.oneof(fc.double(), fc.integer(), fc.constant(noon));
  const owned = {
    elementId: text,
    elementName: text,
    elementInstanceKey: key,
    processInstanceKey: key,
    bpmnProcessId: text,
  };
  const optional = { requiredKeys: [] };
  const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 4 });
  const texts = list(text);
  const variables = fc.constant({});
  return fc.record({
    now: time,
    elements: list(
      fc
        .record({
          ...owned,
          key,
          name: text,
          kind: fc.oneof(text, fc.constant('adHocSubProcess')),
          state: fc.constant('ACTIVE' as const),
          scopeKey: key,
          variables,
        })
        .chain((element) =>
          fc.record({ calledProcessInstanceKey: key }, optional).map((called) => ({ ...element, ...called })),
        ),
    ),
    jobs: list(
      fc
        .record({
          state: fc.constantFrom('ACTIVATABLE' as const, 'ACTIVATED' as const, 'FAILED' as const),
          type: text,
          worker: text,
          errorMessage: text,
          retries: fc.integer(),
          deadline: time,
          elementInstanceKey: key,
          processInstanceKey: key,
        })
        .chain((some) => fc.record({ backoffUntil: time }, optional).map((until) => ({ ...job, ...some, ...until }))),
    ),
    userTasks: list(
      fc.record({
        ...owned,
        key,
        name: text,
        state: fc.constant('CREATED' as const),
        processDefinitionKey: key,
        assignee: fc.option(text),
        candidateGroups: texts,
        candidateUsers: texts,
        dueDate: fc.constant(null),
        followUpDate: fc.constant(null),
        priority: fc.integer(),
        formKey: fc.constant(null),
        externalFormReference: fc.constant(null),
        headers: fc.constant({}),
      }),
    ),
    incidents: list(fc.record({ ...owned, key, type: fc.constant('UNKNOWN' as const), message: text, jobKey: key })),
    subscriptions: list(
      fc
        .record({
          kind: fc.constantFrom('message' as const, 'signal' as const, 'condition' as const),
          name: text,
          elementId: text,
          elementName: text,
          bpmnProcessId: text,
          processDefinitionKey: key,
        })
        .chain((some) =>
          fc
            .record({ key, correlationKey: text, elementInstanceKey: key, processInstanceKey: key }, optional)
            .map((more) => ({ ...some, ...more })),
        ),
    ),
    timers: list(
      fc
        .record({
          key,
          due: time,
          repetitions: fc.integer(),
          elementId: text,
          elementName: text,
          bpmnProcessId: text,
          processDefinitionKey: key,
        })
        .chain((some) =>
          fc
            .record({ elementInstanceKey: key, processInstanceKey: key }, optional)
            .map((more) => ({ ...some, ...more })),
        ),
    ),
    joins: list(
      fc.record({
        elementId: text,
        elementName: text,
        scopeKey: key,
        processInstanceKey: key,
        bpmnProcessId: text,
        arrived: texts,
        missing: texts,
      }),
    ),
    messages: list(
      fc.record({
        key,
        name: text,
        correlationKey: text,
        messageId: text,
        publishedAt: time,
        deadline: time,
        correlatedTo: texts,
        variables,
      }),
    ),
    lostMessages: list(fc.record({ key, name: text, correlationKey: text, publishedAt: time, expiredAt: time })),
    workers: fc.option(list(fc.record({ type: text, worker: text, connected: fc.boolean() })), { nil: undefined }),
  });
};

test('any facts are explained without an error, in lines that are complete', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyFacts(), fc.constantFrom('1', '2', '3', ''), (facts, key) => {
      for (const wait of explainWaits(facts, key)) {
        seen.add(wait.kind);
        const text = describeWait(wait, facts.now);
        assert.ok(text.length > 10, 'a line has a text');
        assert.doesNotMatch(text.replaceAll(/"[\s\S]*"/g, ''), /\bundefined\b|\bNaN\b|\[object/);
      }
    }),
    { numRuns: 500 },
  );
  const kinds = [
    'activation',
    'condition',
    'incident',
    'instance',
    'job',
    'join',
    'message',
    'signal',
    'timer',
    'userTask',
  ];
  assert.deepEqual([...seen].sort(), kinds);
});
