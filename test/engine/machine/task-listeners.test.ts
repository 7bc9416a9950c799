import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobResult, UserTaskCorrections } from '../../../src/connector/job-results.ts';
import type { Variables } from '../../../src/engine/machine/types.ts';
import {
  boundary,
  chain,
  end,
  eventSubProcess,
  executionListeners,
  file,
  taskListeners as listeners,
  other,
  type Part,
  path,
  processPart,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rejected, rigWith } from './support.ts';

const task = (extensions: string, options: Parameters<typeof other>[2] = {}): Part =>
  other('userTask', 'u', { extensions: `<zeebe:userTask/>${extensions}`, ...options });

const around = (extensions: string, ...more: readonly Part[]): string =>
  p(...chain(start(), task(extensions), end()), ...more);

const assignment = '<zeebe:assignmentDefinition assignee="joe"/>';

const only = (rig: Rig) => {
  const tasks = rig.machine.userTasks();
  assert.equal(tasks.length, 1);
  return tasks[0]!;
};

const open = (rig: Rig): readonly string[] => rig.machine.jobs().map(({ type }) => type);

const result = (decision: {
  denied?: boolean;
  deniedReason?: string;
  corrections?: UserTaskCorrections;
}): JobResult => ({
  type: 'userTask',
  denied: false,
  ...decision,
});

const correct = (corrections: UserTaskCorrections): JobResult => result({ corrections });

/** Completes the only job of a type with a decision. */
const decide = (rig: Rig, type: string, decision?: JobResult, variables: Variables = {}): void =>
  rig.machine.completeJob(rig.job(type).key, variables, decision);

const header = (name: string): string => `io.camunda.zeebe:${name}`;

const kinds = (rig: Rig): readonly string[] =>
  rig.events.map(({ kind }) => kind).filter((kind) => kind.startsWith('userTask:'));

describe('a listener to the completion of a user task', () => {
  test('is called before the task completes (case 234)', async () => {
    const rig = await rigWith(around(listeners(['completing', 'a'])));
    const instance = rig.create();
    const { key } = only(rig);
    rig.machine.completeUserTask(key, { x: 1 });
    assert.equal(only(rig).state, 'COMPLETING');
    const job = rig.job('a');
    assert.deepEqual([job.kind, job.listenerEvent, job.elementId], ['TASK_LISTENER', 'COMPLETING', 'u']);
    assert.deepEqual(job.headers, {
      [header('action')]: 'complete',
      [header('userTaskKey')]: key,
      [header('changedAttributes')]: '[]',
      [header('priority')]: '50',
    });
    assert.deepEqual(job.userTask, {
      action: 'complete',
      candidateGroups: [],
      candidateUsers: [],
      changedAttributes: [],
      priority: 50,
      userTaskKey: key,
    });
    assert.deepEqual(job.variables, { x: 1 });
    const { code, reason } = rejected(() => rig.machine.completeUserTask(key, {}));
    assert.equal(code, 'INVALID_STATE');
    assert.match(reason, /in state 'COMPLETING'/);
    rig.machine.completeJob(job.key, {});
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { x: 1 });
    assert.deepEqual(kinds(rig), ['userTask:created', 'userTask:completed']);
  });

  test('can deny it, and is called again for the next attempt (case 235)', async () => {
    const rig = await rigWith(around(listeners(['completing', 'a'])));
    rig.create();
    const { key } = only(rig);
    rig.machine.completeUserTask(key, { x: 1 });
    decide(rig, 'a', result({ denied: true, deniedReason: 'no' }));
    const denied = rig.events.find((event) => event.kind === 'userTask:denied');
    assert.deepEqual([denied?.event, denied?.reason, denied?.userTask.key], ['COMPLETING', 'no', key]);
    assert.equal(only(rig).state, 'CREATED');
    assert.deepEqual(open(rig), []);
    rig.machine.completeUserTask(key, {});
    decide(rig, 'a');
    assert.deepEqual(rig.machine.userTasks(), []);
  });

  test('can correct the task, which the next listener sees (case 236)', async () => {
    const rig = await rigWith(around(listeners(['completing', 'a'], ['completing', 'b'])));
    rig.create();
    rig.machine.completeUserTask(only(rig).key, {});
    decide(rig, 'a', correct({ priority: 90, candidateGroups: ['x'], dueDate: '2030-01-01T00:00:00Z' }));
    const job = rig.job('b');
    assert.equal(job.headers[header('priority')], '90');
    assert.equal(job.headers[header('candidateGroups')], '["x"]');
    assert.equal(job.headers[header('changedAttributes')], '["candidateGroups","dueDate","priority"]');
    assert.deepEqual(job.userTask?.changedAttributes, ['candidateGroups', 'dueDate', 'priority']);
    rig.machine.completeJob(job.key, {}, correct({ priority: 50 }));
    const completed = rig.events.find((event) => event.kind === 'userTask:completed');
    assert.deepEqual(
      [completed?.userTask.priority, completed?.userTask.candidateGroups, completed?.userTask.state],
      [50, ['x'], 'COMPLETED'],
    );
  });

  test('undoes the corrections of earlier ones by denying (case 237)', async () => {
    const rig = await rigWith(around(listeners(['completing', 'a'], ['completing', 'b'])));
    rig.create();
    rig.machine.completeUserTask(only(rig).key, {});
    decide(rig, 'a', correct({ priority: 90 }));
    decide(rig, 'b', result({ denied: true }));
    assert.equal(only(rig).priority, 50);
  });

  const refused: readonly (readonly [title: string, JobResult | undefined, Variables, RegExp])[] = [
    ['with variables (case 238)', undefined, { v: 1 }, /without variables/],
    ['with corrections that it denies', result({ denied: true, corrections: { priority: 1 } }), {}, /not both/],
    ['with an invalid priority', correct({ priority: 101 }), {}, /priority to be a whole number from 0 to 100/],
    ['with an invalid date', correct({ dueDate: 'soon' }), {}, /dueDate to be an ISO 8601/],
    [
      'with the result of another kind of job',
      {
        type: 'adHocSubProcess',
        activateElements: [],
        completionConditionFulfilled: false,
        cancelRemainingInstances: false,
      },
      {},
      /of the type 'userTask'/,
    ],
  ];
  for (const [title, decision, variables, reason] of refused) {
    test(`cannot complete its job ${title}`, async () => {
      const rig = await rigWith(around(listeners(['completing', 'a'])));
      rig.create();
      rig.machine.completeUserTask(only(rig).key, {});
      const rejection = rejected(() => decide(rig, 'a', decision, variables));
      assert.equal(rejection.code, 'INVALID_ARGUMENT');
      assert.match(rejection.reason, reason);
      assert.equal(rig.machine.jobs()[0]?.state, 'ACTIVATED');
      assert.equal(only(rig).state, 'COMPLETING');
    });
  }

  test('cannot throw an error (case 239)', async () => {
    const rig = await rigWith(
      around(listeners(['completing', 'a']), boundary('b', 'u', { error: 'E' }), ...path('b', 'end')),
    );
    rig.create();
    rig.machine.completeUserTask(only(rig).key, {});
    const { key } = rig.job('a');
    const error = { code: 'E', errorMessage: '', variables: {} };
    assert.match(rejected(() => rig.machine.throwError(key, error)).reason, /'TASK_LISTENER'/);
    assert.deepEqual(open(rig), ['a']);
  });

  test('is called alone again after its incident (case 244)', async () => {
    const rig = await rigWith(around(listeners(['completing', 'a'], ['completing', 'b'])));
    rig.create();
    rig.machine.completeUserTask(only(rig).key, {});
    decide(rig, 'a', correct({ priority: 90 }));
    const { key } = rig.job('b');
    rig.machine.failJob(key, { retries: 0, errorMessage: 'x', backoff: 0, variables: {} });
    assert.deepEqual([rig.incident().type, rig.incident().jobKey], ['TASK_LISTENER_NO_RETRIES', key]);
    rig.machine.updateJobRetries(key, 1);
    rig.machine.resolveIncident(rig.incident().key);
    assert.equal(rig.job('b').headers[header('priority')], '90');
  });

  test('is called again from the first one on, without corrections, if an expression of a later one fails', async () => {
    const rig = await rigWith(around(listeners(['completing', 'a'], ['completing', '=t'])));
    const instance = rig.create();
    rig.machine.completeUserTask(only(rig).key, {});
    decide(rig, 'a', correct({ priority: 90 }));
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
    rig.machine.setVariables(instance, { t: 'late' }, false);
    rig.machine.resolveIncident(rig.incident().key);
    decide(rig, 'a');
    assert.equal(rig.job('late').headers[header('priority')], '50');
  });

  test('can have the name of Camunda 8.7 (case 245)', async () => {
    const rig = await rigWith(around(listeners(['complete', 'a'])));
    rig.create();
    rig.machine.completeUserTask(only(rig).key, {});
    assert.equal(rig.job('a').listenerEvent, 'COMPLETING');
  });
});

describe('a listener to the assignment of a user task', () => {
  test('is called for the assignee of the process (case 240)', async () => {
    const rig = await rigWith(around(assignment + listeners(['assigning', 'a'])));
    rig.create();
    assert.deepEqual([only(rig).state, only(rig).assignee], ['ASSIGNING', null]);
    const job = rig.job('a');
    assert.equal(job.headers[header('action')], 'assign');
    assert.equal(job.headers[header('assignee')], 'joe');
    assert.equal(job.headers[header('changedAttributes')], '["assignee"]');
    rig.machine.completeJob(job.key, {}, correct({ assignee: 'bob' }));
    assert.deepEqual([only(rig).state, only(rig).assignee], ['CREATED', 'bob']);
    assert.deepEqual(kinds(rig), ['userTask:created', 'userTask:assigned']);
  });

  test('tells a claim from an assignment and its removal', async () => {
    const rig = await rigWith(around(listeners(['assigning', 'a'])));
    rig.create();
    const { key } = only(rig);
    const actions: unknown[] = [];
    const attempt = (command: () => void, decision?: JobResult): void => {
      command();
      const job = rig.job('a');
      actions.push([job.headers[header('action')], job.headers[header('assignee')]]);
      rig.machine.completeJob(job.key, {}, decision);
    };
    attempt(() => rig.machine.assignUserTask(key, 'ann', true));
    attempt(() => rig.machine.assignUserTask(key, 'ann', false));
    attempt(() => rig.machine.unassignUserTask(key), result({ denied: true }));
    assert.equal(only(rig).assignee, 'ann');
    attempt(() => rig.machine.unassignUserTask(key));
    assert.equal(only(rig).assignee, null);
    assert.deepEqual(actions, [
      ['assign', 'ann'],
      ['claim', 'ann'],
      ['unassign', undefined],
      ['unassign', undefined],
    ]);
  });
});

describe('a listener to the creation of a user task', () => {
  test('cannot deny it, and can correct it (case 241)', async () => {
    const rig = await rigWith(around(listeners(['creating', 'c'])));
    rig.create();
    const { key, state } = only(rig);
    assert.equal(state, 'CREATING');
    assert.match(rejected(() => rig.machine.completeUserTask(key, {})).reason, /in state 'CREATING'/);
    const denial = rejected(() => decide(rig, 'c', result({ denied: true })));
    assert.equal(denial.code, 'INVALID_ARGUMENT');
    const [job] = rig.machine.jobs();
    rig.machine.completeJob(job!.key, {}, correct({ assignee: 'ann', priority: 7 }));
    assert.deepEqual([only(rig).state, only(rig).assignee, only(rig).priority], ['CREATED', 'ann', 7]);
    assert.deepEqual(kinds(rig), ['userTask:created', 'userTask:assigned']);
  });

  test('cannot correct an assignee that the process sets (case 241)', async () => {
    const rig = await rigWith(around(assignment + listeners(['creating', 'c'])));
    rig.create();
    assert.equal(rig.job('c').headers[header('assignee')], 'joe');
    const { key } = rig.machine.jobs()[0]!;
    const rejection = rejected(() => rig.machine.completeJob(key, {}, correct({ assignee: 'ann' })));
    assert.match(rejection.reason, /correct it when it is assigned/);
    rig.machine.completeJob(key, {}, correct({ priority: 1 }));
    assert.deepEqual([only(rig).assignee, only(rig).priority], ['joe', 1]);
  });
});

describe('a listener to updates of a user task', () => {
  test('is called for the command, and sees what it changes', async () => {
    const rig = await rigWith(around(listeners(['updating', 'u1'])));
    rig.create();
    const { key } = only(rig);
    rig.machine.updateUserTask(key, { priority: 80, candidateUsers: [], followUpDate: '2030-01-01T00:00:00Z' });
    assert.deepEqual([only(rig).state, only(rig).priority], ['UPDATING', 50]);
    assert.deepEqual(rig.job('u1').userTask?.changedAttributes, ['followUpDate', 'priority']);
    rig.machine.completeJob(rig.machine.jobs()[0]!.key, {}, correct({ priority: 50, followUpDate: '' }));
    assert.deepEqual([only(rig).state, only(rig).priority, only(rig).followUpDate], ['CREATED', 50, null]);
    assert.deepEqual(kinds(rig), ['userTask:created', 'userTask:updated']);
  });

  test('is called for variables of the task, and can refuse them (case 243)', async () => {
    const rig = await rigWith(around(listeners(['updating', 'u1'])));
    const instance = rig.create();
    const element = rig.key(instance, 'u');
    rig.machine.setVariables(element, { v: 1 }, true);
    assert.equal(rig.machine.isUpdating(element), true);
    const job = rig.job('u1');
    assert.equal(job.headers[header('changedAttributes')], '["variables"]');
    assert.deepEqual(job.variables, { v: 1 });
    assert.match(rejected(() => rig.machine.setVariables(element, { v: 2 }, true)).reason, /in state 'UPDATING'/);
    rig.machine.completeJob(job.key, {}, result({ denied: true, deniedReason: 'no' }));
    assert.equal(rig.machine.isUpdating(element), false);
    const variables = () => rig.machine.elements(instance).find(({ key }) => key === element)?.variables;
    assert.deepEqual(variables(), {});
    rig.machine.setVariables(element, { v: 1 }, true);
    decide(rig, 'u1');
    assert.deepEqual(variables(), { v: 1 });
    rig.machine.setVariables(element, { w: 2 }, false);
    decide(rig, 'u1');
    assert.deepEqual(rig.root(instance), { w: 2 });
  });

  test('is not called for variables of the process instance', async () => {
    const rig = await rigWith(around(listeners(['updating', 'u1'])));
    const instance = rig.create();
    rig.machine.setVariables(instance, { v: 1 }, true);
    assert.deepEqual(open(rig), []);
    assert.deepEqual(rig.root(instance), { v: 1 });
  });
});

describe('a listener to the cancellation of a user task', () => {
  test('is called before the instance ends (case 242)', async () => {
    const rig = await rigWith(around(listeners(['canceling', 'c1'], ['canceling', 'c2'])));
    const instance = rig.create();
    const { key } = only(rig);
    rig.machine.cancelInstance(instance);
    assert.equal(rig.state(instance), 'ACTIVE');
    assert.deepEqual([only(rig).state, only(rig).key], ['CANCELING', key]);
    assert.equal(rejected(() => rig.machine.cancelInstance(instance)).code, 'NOT_FOUND');
    assert.match(rejected(() => rig.machine.completeUserTask(key, {})).reason, /in state 'CANCELING'/);
    assert.equal(rejected(() => decide(rig, 'c1', result({ denied: true }))).code, 'INVALID_ARGUMENT');
    rig.machine.completeJob(rig.machine.jobs()[0]!.key, {});
    assert.equal(rig.job('c2').headers[header('action')], 'cancel');
    rig.machine.completeJob(rig.machine.jobs()[0]!.key, {});
    assert.equal(rig.state(instance), 'TERMINATED');
    assert.deepEqual([rig.machine.userTasks(), open(rig)], [[], []]);
    assert.deepEqual(kinds(rig), ['userTask:created', 'userTask:cancelled']);
  });

  test('is not called for a modification (case 242)', async () => {
    const rig = await rigWith(around(listeners(['canceling', 'c']), serviceTask('t', { type: 't' })));
    const instance = rig.create();
    const terminate = [{ elementInstanceKey: rig.key(instance, 'u') }];
    rig.machine.modifyInstance(instance, { activate: [{ elementId: 't' }], terminate });
    assert.deepEqual([open(rig), rig.at(instance)], [['t'], ['t']]);
    assert.deepEqual(kinds(rig), ['userTask:created', 'userTask:cancelled']);
  });

  test('is called before an interrupting boundary event continues', async () => {
    const rig = await rigWith(
      around(
        listeners(['canceling', 'c']),
        boundary('b', 'u', { message: { name: 'm', correlationKey: '="1"' }, outputs: { got: '=x' } }),
        serviceTask('late', { type: 'late' }),
        ...path('b', 'late', 'end'),
      ),
    );
    const instance = rig.create();
    rig.publish('m', '1', { variables: { x: 1 } });
    assert.deepEqual(rig.at(instance), ['u']);
    assert.equal(rig.machine.elements(instance)[0]?.state, 'TERMINATING');
    decide(rig, 'c');
    assert.deepEqual(rig.at(instance), ['late']);
    rig.complete('late');
    assert.deepEqual(rig.root(instance), { got: 1 });
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('replaces the listeners to the creation, if a condition ends the task at once', async () => {
    const rig = await rigWith(
      around(
        assignment + listeners(['creating', 'a'], ['assigning', 'a'], ['canceling', 'c']),
        boundary('b', 'u', { condition: '=x > 1' }),
        ...path('b', 'end'),
      ),
    );
    const instance = rig.create({ x: 2 });
    assert.deepEqual(open(rig), ['c']);
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('replaces the listeners of another change', async () => {
    const rig = await rigWith(around(listeners(['completing', 'a'], ['canceling', 'c'])));
    const instance = rig.create();
    rig.machine.completeUserTask(only(rig).key, { x: 1 });
    assert.deepEqual(open(rig), ['a']);
    rig.machine.cancelInstance(instance);
    assert.deepEqual(open(rig), ['c']);
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'TERMINATED');
    assert.deepEqual(rig.root(instance), {});
  });

  test('is called before an event subprocess, a terminate end event or the next scope continues', async () => {
    const inner = [task(listeners(['canceling', 'c'])), start('i'), end('o'), ...path('i', 'u', 'o')];
    const esp = eventSubProcess(
      'esp',
      {},
      ...chain(
        start('es', { message: { name: 'm', correlationKey: '="1"' } }),
        serviceTask('t', { type: 't' }),
        end('ee'),
      ),
    );
    const rig = await rigWith(p(...chain(start(), subProcess('s', {}, ...inner), end()), esp));
    const instance = rig.create();
    rig.publish('m', '1');
    assert.deepEqual(rig.at(instance), ['s', 'u']);
    decide(rig, 'c');
    assert.deepEqual(rig.at(instance), ['esp', 't']);
    rig.complete('t');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('is called before a scope completes by a terminate end event', async () => {
    const rig = await rigWith(
      p(
        start(),
        subProcess(
          's',
          { outputs: { y: '=1' } },
          start('i'),
          other('parallelGateway', 'f'),
          task(listeners(['canceling', 'c'])),
          serviceTask('t', { type: 't' }),
          end('all', { terminate: true }),
          ...path('i', 'f', 'u'),
          ...path('f', 't', 'all'),
        ),
        end(),
        ...path('start', 's', 'end'),
      ),
    );
    const instance = rig.create();
    rig.complete('t');
    assert.deepEqual(rig.at(instance), ['s', 'u']);
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { y: 1 });
  });

  test('is called for each instance of a multi-instance task, and for one in a called process', async () => {
    const loop =
      '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2,3]"/></bpmn:extensionElements><bpmn:completionCondition>=numberOfCompletedInstances = 1</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>';
    const called = processPart(
      'child',
      {},
      ...chain(start('cs'), task(listeners(['canceling', 'c']), { content: loop }), end('ce')),
    );
    const caller = processPart(
      'p',
      {},
      ...chain(
        start(),
        other('callActivity', 'call', { extensions: '<zeebe:calledElement processId="child"/>' }),
        end(),
      ),
    );
    const rig = await rigWith(file(caller, called));
    const instance = rig.create();
    const [first] = rig.machine.userTasks();
    rig.machine.completeUserTask(first!.key, {});
    assert.deepEqual(open(rig), ['c', 'c']);
    rig.machine.cancelInstance(instance);
    assert.deepEqual(open(rig), ['c', 'c']);
    assert.deepEqual(rig.at(instance), ['call']);
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'ACTIVE');
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'TERMINATED');
    assert.deepEqual(
      rig.machine.instances().map(({ state }) => state),
      ['TERMINATED', 'TERMINATED'],
    );
  });

  test('lets a multi-instance activity complete when its remaining instances have ended', async () => {
    const loop =
      '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2,3]"/></bpmn:extensionElements><bpmn:completionCondition>=numberOfCompletedInstances = 1</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics>';
    const rig = await rigWith(p(...chain(start(), task(listeners(['canceling', 'c']), { content: loop }), end())));
    const instance = rig.create();
    rig.machine.completeUserTask(rig.machine.userTasks()[0]!.key, {});
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'ACTIVE');
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('has an incident that its instance waits for', async () => {
    const rig = await rigWith(around(listeners(['canceling', '=t'])));
    const instance = rig.create();
    rig.machine.cancelInstance(instance);
    const { key, type } = rig.incident();
    assert.equal(type, 'EXTRACT_VALUE_ERROR');
    rig.machine.setVariables(instance, { t: 'c' }, false);
    rig.machine.resolveIncident(key);
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'TERMINATED');
  });

  test('is called instead of those to the creation of a task that a condition ends at once', async () => {
    const rig = await rigWith(
      around(
        listeners(['creating', 'new'], ['canceling', 'c']),
        boundary('b', 'u', { condition: '=x' }),
        end('late'),
        ...path('b', 'late'),
      ),
    );
    const instance = rig.create({ x: true });
    assert.deepEqual(open(rig), ['c']);
    decide(rig, 'c');
    assert.equal(rig.count('late'), 1);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('keeps an instance that is cancelled from being modified', async () => {
    const rig = await rigWith(around(listeners(['canceling', 'c'])));
    const instance = rig.create();
    rig.machine.cancelInstance(instance);
    const rejection = rejected(() => rig.machine.modifyInstance(instance, { activate: [{ elementId: 'u' }] }));
    assert.equal(rejection.code, 'NOT_FOUND');
    decide(rig, 'c');
    assert.equal(rig.state(instance), 'TERMINATED');
  });
});

describe('a listener to the cancellation of a process', () => {
  const listened = executionListeners(['cancel', 'c']);

  test('is called when everything inside has ended (case 256)', async () => {
    const xml = file(
      processPart('p', { extensions: listened }, ...chain(start(), serviceTask('t', { type: 'a' }), end())),
    );
    const rig = await rigWith(xml);
    const instance = rig.create({ n: 1 });
    rig.machine.cancelInstance(instance);
    assert.deepEqual([open(rig), rig.at(instance), rig.state(instance)], [['c'], [], 'ACTIVE']);
    const job = rig.job('c');
    assert.deepEqual(
      [job.kind, job.listenerEvent, job.elementInstanceKey, job.variables],
      ['EXECUTION_LISTENER', 'CANCEL', instance, { n: 1 }],
    );
    rig.machine.completeJob(job.key, { m: 2 });
    assert.equal(rig.state(instance), 'TERMINATED');
    assert.deepEqual(rig.root(instance), { n: 1, m: 2 });
  });

  test('delays the call activity that started it', async () => {
    const rig = await rigWith(
      file(
        processPart(
          'child',
          { extensions: listened },
          ...chain(start('cs'), serviceTask('t', { type: 'a' }), end('ce')),
        ),
        processPart(
          'p',
          {},
          ...chain(
            start(),
            other('callActivity', 'call', { extensions: '<zeebe:calledElement processId="child"/>' }),
            end(),
          ),
          boundary('b', 'call', { duration: 'PT1S' }),
          end('late'),
          ...path('b', 'late'),
        ),
      ),
    );
    const instance = rig.create();
    rig.pass(1000);
    assert.deepEqual(rig.at(instance), ['call']);
    rig.complete('c');
    assert.equal(rig.count('late'), 1);
    assert.equal(rig.state(instance), 'COMPLETED');
  });
});

test('a snapshot keeps changes of user tasks and delayed ends', async () => {
  const xml = around(
    listeners(['completing', 'a'], ['completing', 'b'], ['canceling', 'c']),
    boundary('x', 'u', { duration: 'PT1H', outputs: { late: '=true' } }),
    ...path('x', 'end'),
  );
  const rig = await rigWith(xml);
  const changing = rig.create();
  rig.machine.completeUserTask(only(rig).key, { v: 1 });
  decide(rig, 'a', correct({ priority: 90 }));
  const again = async (from: Rig): Promise<Rig> =>
    createRig({ snapshot: structuredClone(from.machine.snapshot()), resources: [await compile(xml)] }, from.now());
  const restored = await again(rig);
  assert.deepEqual(restored.machine.userTasks(), rig.machine.userTasks());
  assert.equal(restored.job('b').headers[header('priority')], '90');
  restored.machine.completeJob(restored.machine.jobs()[0]!.key, {});
  assert.deepEqual(restored.root(changing), { v: 1 });

  rig.pass(3_600_000);
  const ending = await again(rig);
  decide(ending, 'c');
  assert.equal(ending.state(changing), 'COMPLETED');
  assert.deepEqual(ending.root(changing), { late: true });
});
