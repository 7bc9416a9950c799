import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMachine } from '../../../src/engine/machine/index.ts';
import type { EngineEvent } from '../../../src/engine/machine/types.ts';
import {
  boundary,
  callActivity,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  eventSubProcess,
  file,
  inclusiveGateway,
  parallelGateway,
  path,
  processPart,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, noon, p, type Rig, rejectionOf, rigWith, wish } from './support.ts';

const minutes = 60_000;

type EventOf<Kind extends EngineEvent['kind']> = Extract<EngineEvent, { readonly kind: Kind }>;

/** The events of some kinds since the last call. */
const taken = <Kind extends EngineEvent['kind']>(rig: Rig, ...kinds: readonly Kind[]): readonly EventOf<Kind>[] => {
  const events = rig.events.filter((event): event is EventOf<Kind> =>
    (kinds as readonly string[]).includes(event.kind),
  );
  rig.events.length = 0;
  return events;
};

describe('subscriptions', () => {
  const everything = file(
    processPart(
      'p',
      { name: 'Order' },
      start(),
      parallelGateway('fork'),
      catchEvent('wait', { message: 'a', name: 'Wait for a' }),
      serviceTask('task', { type: 't' }),
      boundary('bound', 'task', { message: 'b' }),
      eventBasedGateway('which'),
      catchEvent('told', { message: 'c' }),
      catchEvent('rung', { signal: 's' }),
      eventSubProcess(
        'inside',
        {},
        ...chain(start('called', { message: { name: 'd', correlationKey: '=key' } }), end('x')),
      ),
      end(),
      ...path('start', 'fork', 'wait', 'end'),
      ...path('fork', 'task', 'end'),
      ...path('fork', 'which', 'told', 'end'),
      ...path('which', 'rung', 'end'),
      ...path('bound', 'end'),
    ),
    processPart('q', {}, ...chain(start('byMessage', { message: 'e' }), end('y'))),
    processPart('r', {}, ...chain(start('bySignal', { signal: 'f' }), end('z'))),
  );

  test('are listed with the event, the element that waits, and the process', async () => {
    const rig = await rigWith(everything);
    const instance = rig.create({ key: 7 });
    const listed = rig.machine.subscriptions();
    assert.deepEqual(
      listed.map(({ kind, name, correlationKey, elementId, bpmnProcessId }) => [
        kind,
        name,
        correlationKey,
        elementId,
        bpmnProcessId,
      ]),
      [
        ['message', 'e', undefined, 'byMessage', 'q'],
        ['signal', 'f', undefined, 'bySignal', 'r'],
        ['message', 'd', '7', 'called', 'p'],
        ['message', 'a', '7', 'wait', 'p'],
        ['message', 'b', '7', 'bound', 'p'],
        ['message', 'c', '7', 'told', 'p'],
        ['signal', 's', undefined, 'rung', 'p'],
      ],
    );
    const holder = (event: string) => listed.find(({ elementId }) => elementId === event)?.elementInstanceKey;
    assert.equal(holder('called'), instance);
    assert.equal(holder('wait'), rig.key(instance, 'wait'));
    assert.equal(holder('bound'), rig.key(instance, 'task'));
    assert.equal(holder('told'), rig.key(instance, 'which'));
    assert.equal(listed.find(({ elementId }) => elementId === 'wait')?.elementName, 'Wait for a');
    assert.deepEqual(
      listed.slice(0, 2).map((start) => ['key' in start, 'processInstanceKey' in start]),
      [
        [false, false],
        [false, false],
      ],
    );
  });

  test('of one instance are listed alone', async () => {
    const rig = await rigWith(everything);
    const first = rig.create({ key: 1 });
    const second = rig.create({ key: 2 });
    const keys = (instance: string) => rig.machine.subscriptions(instance).map(({ correlationKey }) => correlationKey);
    assert.deepEqual(keys(first), ['1', '1', '1', '1', undefined]);
    assert.deepEqual(keys(second), ['2', '2', '2', '2', undefined]);
    assert.deepEqual(keys('1'), []);
  });

  test('open and close with events', async () => {
    const rig = await rigWith(p(...chain(start(), catchEvent('wait', { message: 'a' }), end())));
    rig.events.length = 0;
    rig.create({ key: 'k' });
    const [subscription] = rig.machine.subscriptions();
    assert.deepEqual(taken(rig, 'subscription:opened', 'subscription:closed'), [
      { kind: 'subscription:opened', subscription },
    ]);
    rig.publish('a', 'k');
    assert.deepEqual(
      taken(rig, 'message:correlated', 'subscription:opened', 'subscription:closed').map(({ kind }) => kind),
      ['message:correlated', 'subscription:closed'],
    );
    assert.deepEqual(rig.machine.subscriptions(), []);
  });

  test('of start events are replaced by those of the next version', async () => {
    const rig = await rigWith(p(...chain(start('start', { message: 'a' }), end())));
    const [before] = rig.machine.subscriptions();
    assert.deepEqual(
      taken(rig, 'subscription:opened').map(({ subscription }) => subscription),
      [before],
    );
    await rig.deploy(p(...chain(start('start', { message: 'b' }), end())));
    const [after] = rig.machine.subscriptions();
    assert.deepEqual(taken(rig, 'subscription:opened', 'subscription:closed'), [
      { kind: 'subscription:closed', subscription: before },
      { kind: 'subscription:opened', subscription: after },
    ]);
    assert.notEqual(before?.processDefinitionKey, after?.processDefinitionKey);
  });
});

describe('timers', () => {
  test('are listed in the order in which they fire, also those of start events', async () => {
    const rig = await rigWith(
      file(
        processPart('p', {}, ...chain(start(), catchEvent('pause', { duration: 'PT2M', name: 'Pause' }), end())),
        processPart('q', {}, ...chain(start('each', { cycle: 'R3/PT3M' }), end('x'))),
      ),
    );
    const instance = rig.create();
    assert.deepEqual(
      rig.machine
        .timers()
        .map(({ elementId, elementName, due, repetitions, processInstanceKey, bpmnProcessId }) => [
          elementId,
          elementName,
          due - noon,
          repetitions,
          processInstanceKey,
          bpmnProcessId,
        ]),
      [
        ['pause', 'Pause', 2 * minutes, 1, instance, 'p'],
        ['each', 'each', 3 * minutes, 3, undefined, 'q'],
      ],
    );
    assert.deepEqual(rig.machine.timers(instance).length, 1);
  });

  const cycle = p(
    ...chain(start(), serviceTask('task', { type: 't' }), end()),
    boundary('tick', 'task', { cycle: 'R2/PT1M', interrupting: false }),
    end('ticked'),
    ...path('tick', 'ticked'),
  );

  test('are scheduled, trigger, are scheduled again, and are cancelled, with events', async () => {
    const rig = await rigWith(cycle);
    rig.create();
    const [first] = rig.machine.timers();
    const kinds = ['timer:scheduled', 'timer:triggered', 'timer:cancelled'] as const;
    assert.deepEqual(taken(rig, ...kinds), [{ kind: 'timer:scheduled', timer: first }]);
    rig.pass(minutes);
    const [second] = rig.machine.timers();
    assert.deepEqual(
      taken(rig, ...kinds).map(({ kind, timer }) => [kind, timer]),
      [
        ['timer:triggered', first],
        ['timer:scheduled', second],
      ],
    );
    assert.equal(second?.repetitions, 1);
    rig.complete('t');
    assert.deepEqual(taken(rig, ...kinds), [{ kind: 'timer:cancelled', timer: second }]);
    assert.deepEqual(rig.machine.timers(), []);
  });

  test('that fire for the last time are not cancelled as well', async () => {
    const rig = await rigWith(p(...chain(start(), catchEvent('pause', { duration: 'PT1M' }), end())));
    rig.create();
    rig.pass(minutes);
    assert.deepEqual(
      taken(rig, 'timer:triggered', 'timer:cancelled').map(({ kind }) => kind),
      ['timer:triggered'],
    );
  });

  test('of start events are cancelled by the next version', async () => {
    const timed = (cycle: string) => p(...chain(start('start', { cycle }), end()));
    const rig = await rigWith(timed('R/PT1H'));
    rig.events.length = 0;
    await rig.deploy(timed('R/PT2H'));
    assert.deepEqual(
      taken(rig, 'timer:cancelled', 'timer:scheduled').map(({ kind, timer }) => [kind, timer.due - noon]),
      [
        ['timer:cancelled', 60 * minutes],
        ['timer:scheduled', 120 * minutes],
      ],
    );
  });

  test('can fire before they are due, and keep the times of their repetitions', async () => {
    const rig = await rigWith(cycle);
    const instance = rig.create();
    rig.pass(10_000);
    const [timer] = rig.machine.timers();
    rig.machine.fireTimer(timer!.key);
    assert.equal(rig.count('ticked'), 1);
    assert.deepEqual(
      rig.machine.timers().map(({ due }) => due - noon),
      [2 * minutes],
    );
    rig.machine.fireTimer(timer!.key);
    assert.equal(rig.count('ticked'), 2);
    assert.deepEqual([rig.machine.timers(), rig.at(instance)], [[], ['task']]);
    assert.equal(rig.now(), noon + 10_000);
  });

  test('of start events can fire before they are due', async () => {
    const rig = await rigWith(
      p(...chain(start('start', { date: '2030-01-01T00:00:00Z' }), serviceTask('t', { type: 't' }), end())),
    );
    rig.machine.fireTimer(rig.machine.timers()[0]!.key);
    assert.equal(rig.machine.jobs().length, 1);
    assert.deepEqual(rig.machine.timers(), []);
  });

  test('that do not exist cannot fire, nor can jobs', async () => {
    const rig = await rigWith(cycle);
    rig.create();
    assert.equal(
      rejectionOf(() => rig.machine.fireTimer('1')),
      'NOT_FOUND',
    );
    assert.equal(
      rejectionOf(() => rig.machine.fireTimer(rig.job('t').key)),
      'NOT_FOUND',
    );
  });
});

describe('what is due next', () => {
  test('is a timer, the timeout or back-off of a job, or the expiry of a message', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), serviceTask('task', { type: 't' }), end()),
        boundary('late', 'task', { duration: 'PT10M' }),
        ...path('late', 'end'),
      ),
    );
    assert.equal(rig.machine.nextDueItem(), undefined);
    const instance = rig.create();
    const next = () => {
      const item = rig.machine.nextDueItem();
      return item && [item.kind, item.name, item.due - noon, item.processInstanceKey];
    };
    assert.deepEqual(next(), ['timer', 'late', 10 * minutes, instance]);
    const { key } = rig.job('t');
    assert.deepEqual(next(), ['jobTimeout', 't', wish.timeout, instance]);
    rig.machine.failJob(key, { retries: 2, errorMessage: '', backoff: 30_000, variables: {} });
    assert.deepEqual(next(), ['jobBackoff', 't', 30_000, instance]);
    assert.equal(rig.machine.jobs()[0]?.backoffUntil, noon + 30_000);
    rig.publish('other', 'k', { timeToLive: 5000 });
    assert.deepEqual(next(), ['messageExpiry', 'other', 5000, undefined]);
    const found = rig.machine.nextDueItem(({ kind }) => kind === 'timer' || kind === 'jobBackoff');
    assert.deepEqual([found?.kind, found?.key], ['jobBackoff', key]);
    assert.equal(
      rig.machine.nextDueItem(() => false),
      undefined,
    );
  });
});

describe('variables', () => {
  test('are created and updated with events that name the scope, and only if they change', async () => {
    const rig = await rigWith(
      p(
        ...chain(
          start(),
          serviceTask('task', { type: 't', inputs: { local: '=a' }, outputs: { b: '=result' } }),
          end(),
        ),
      ),
    );
    rig.events.length = 0;
    const instance = rig.create({ a: 1 });
    const shown = () =>
      taken(rig, 'variable:created', 'variable:updated').map(({ kind, variable, ...rest }) => [
        kind,
        variable.name,
        variable.value,
        variable.elementId,
        ...('previous' in rest ? [rest.previous] : []),
      ]);
    assert.deepEqual(shown(), [
      ['variable:created', 'a', 1, 'p'],
      ['variable:created', 'local', 1, 'task'],
    ]);
    rig.machine.setVariables(instance, { a: { list: [1] }, c: null }, false);
    rig.machine.setVariables(instance, { a: { list: [1] } }, false);
    rig.machine.setVariables(instance, { c: 2 }, false);
    assert.deepEqual(shown(), [
      ['variable:updated', 'a', { list: [1] }, 'p', 1],
      ['variable:created', 'c', null, 'p'],
      ['variable:updated', 'c', 2, 'p', null],
    ]);
    const key = rig.key(instance, 'task');
    rig.complete('t', { result: true });
    const events = taken(rig, 'variable:created').map(({ variable }) => variable);
    assert.deepEqual(events, [
      {
        name: 'result',
        value: true,
        scopeKey: key,
        elementId: 'task',
        processInstanceKey: instance,
        bpmnProcessId: 'p',
      },
      { name: 'b', value: true, scopeKey: instance, elementId: 'p', processInstanceKey: instance, bpmnProcessId: 'p' },
    ]);
  });

  test('of a new instance follow its creation', async () => {
    const rig = await rigWith(p(...chain(start(), end())));
    rig.events.length = 0;
    rig.create({ a: 1 });
    assert.deepEqual(
      rig.events.slice(0, 2).map(({ kind }) => kind),
      ['instance:created', 'variable:created'],
    );
  });
});

describe('jobs', () => {
  test('report their input and their results', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), serviceTask('task', { type: 't' }), end()),
        boundary('caught', 'task', { error: 'E' }),
        ...path('caught', 'end'),
      ),
    );
    const kinds = ['job:activated', 'job:completed', 'job:failed', 'job:errorThrown'] as const;
    const shown = () => taken(rig, ...kinds).map(({ kind, variables }) => [kind, variables]);
    rig.create({ a: 1, b: 2 });
    const [job] = rig.machine.activateJobs({ ...wish, type: 't', maxJobs: 1, fetchVariables: ['b', 'missing'] });
    rig.machine.failJob(job!.key, { retries: 1, errorMessage: 'no', backoff: 0, variables: { why: 'x' } });
    rig.machine.completeJob(job!.key, { c: 3 });
    assert.deepEqual(shown(), [
      ['job:activated', { b: 2 }],
      ['job:failed', { why: 'x' }],
      ['job:completed', { c: 3 }],
    ]);
    rig.create({});
    rig.machine.throwError(rig.job('t').key, { code: 'E', errorMessage: '', variables: { d: 4 } });
    assert.deepEqual(shown(), [
      ['job:activated', {}],
      ['job:errorThrown', { d: 4 }],
    ]);
  });

  test('user tasks and incidents of one instance are listed alone', async () => {
    const failing = serviceTask('task', { type: 't' });
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        failing,
        {
          ...serviceTask('human'),
          xml: '<bpmn:userTask id="human"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>',
        },
        end(),
        ...path('start', 'fork', 'task', 'end'),
        ...path('fork', 'human', 'end'),
      ),
    );
    const first = rig.create();
    rig.create();
    rig.machine.failJob(rig.job('t').key, { retries: 0, errorMessage: '', backoff: 0, variables: {} });
    const { machine } = rig;
    assert.deepEqual([machine.jobs().length, machine.userTasks().length, machine.incidents().length], [2, 2, 1]);
    const keys = [...machine.jobs(first), ...machine.userTasks(first), ...machine.incidents(first)];
    assert.deepEqual(
      keys.map(({ processInstanceKey }) => processInstanceKey),
      [first, first, first],
    );
  });
});

test('every event names its process, and flows and elements their scope', async () => {
  const rig = await rigWith(
    p(
      ...chain(
        start(),
        subProcess(
          'sub',
          { name: 'Inner' },
          ...chain(start('s'), serviceTask('task', { type: 't', retries: '=null' }), end('e')),
        ),
        end(),
      ),
    ),
  );
  rig.events.length = 0;
  const instance = rig.create();
  const sub = rig.key(instance, 'sub');
  const flows = rig.events.flatMap((event) => (event.kind === 'flow:taken' ? [event] : []));
  assert.deepEqual(
    flows.map(({ flowId, scopeKey, bpmnProcessId }) => [flowId, scopeKey, bpmnProcessId]),
    [
      ['start-sub', instance, 'p'],
      ['s-task', sub, 'p'],
    ],
  );
  const elements = rig.events.flatMap((event) => (event.kind === 'element:activated' ? [event.element] : []));
  assert.deepEqual(
    elements.map(({ elementId, name, scopeKey, bpmnProcessId }) => [elementId, name, scopeKey, bpmnProcessId]),
    [
      ['start', 'start', instance, 'p'],
      ['sub', 'Inner', instance, 'p'],
      ['s', 's', sub, 'p'],
    ],
  );
  assert.equal(rig.incident().bpmnProcessId, 'p');
});

test('a call activity names the instance that it waits for', async () => {
  const rig = await rigWith(
    file(
      processPart('p', {}, ...chain(start(), callActivity('call', { processId: 'q' }), end())),
      processPart('q', {}, ...chain(start('s'), serviceTask('task', { type: 't' }), end('e'))),
    ),
  );
  const instance = rig.create();
  const [, called] = rig.created();
  assert.deepEqual(
    rig.machine.elements(instance).map((element) => element.calledProcessInstanceKey),
    [called],
  );
});

test('joins name the flows that are missing', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('fork'),
      serviceTask('a', { type: 'a' }),
      serviceTask('b', { type: 'b' }),
      inclusiveGateway('join', { name: 'Both' }),
      end(),
      ...path('start', 'fork', 'a', 'join', 'end'),
      ...path('fork', 'b', 'join'),
    ),
  );
  const instance = rig.create();
  assert.deepEqual(rig.machine.joins(instance), []);
  rig.complete('a');
  assert.deepEqual(rig.machine.joins(instance), [
    {
      elementId: 'join',
      elementName: 'Both',
      scopeKey: instance,
      processInstanceKey: instance,
      bpmnProcessId: 'p',
      arrived: ['a-join'],
      missing: ['b-join'],
    },
  ]);
  rig.complete('b');
  assert.deepEqual(rig.machine.joins(instance), []);
});

describe('messages that correlate with nothing', () => {
  test('are kept: without a time to live at once, others when they expire', async () => {
    const rig = await rigWith(p(...chain(start(), catchEvent('wait', { message: 'a' }), end())));
    rig.publish('a', '1');
    rig.publish('a', '2', { timeToLive: 5000 });
    rig.create({ key: '3' });
    rig.publish('a', '3');
    rig.pass(10_000);
    assert.deepEqual(
      rig.machine
        .lostMessages()
        .map(({ name, correlationKey, publishedAt, expiredAt }) => [
          name,
          correlationKey,
          publishedAt - noon,
          expiredAt - noon,
        ]),
      [
        ['a', '1', 0, 0],
        ['a', '2', 0, 5000],
      ],
    );
  });

  test('are forgotten beyond the latest 100', async () => {
    const rig = await rigWith(p(...chain(start(), end())));
    for (let count = 0; count < 120; count++) rig.publish('a', `${count}`);
    const keys = rig.machine.lostMessages().map(({ correlationKey }) => correlationKey);
    assert.deepEqual([keys.length, keys[0], keys.at(-1)], [100, '20', '119']);
  });
});

test('processes are listed with their elements and flows, and their files can be read', async () => {
  const xml = p(...chain(start(), subProcess('sub', { name: 'Inner' }, ...chain(start('s'), end('e'))), end()));
  const rig = await rigWith(xml);
  const [process] = rig.machine.processes();
  assert.deepEqual([process?.bpmnProcessId, process?.name, process?.version], ['p', 'p', 1]);
  assert.deepEqual(
    process?.elements.map(({ id, name, kind, scope }) => [id, name, kind, scope]),
    [
      ['start', 'start', 'startEvent', 'p'],
      ['sub', 'Inner', 'subProcess', 'p'],
      ['end', 'end', 'endEvent', 'p'],
      ['s', 's', 'startEvent', 'sub'],
      ['e', 'e', 'endEvent', 'sub'],
    ],
  );
  assert.deepEqual(process?.flows.map(({ id }) => id).sort(), ['s-e', 'start-sub', 'sub-end']);
  const resource = rig.machine.resource(process!.processDefinitionKey);
  assert.deepEqual([resource?.name, new TextDecoder().decode(resource?.content)], ['p.bpmn', xml]);
  assert.equal(rig.machine.resource('1'), undefined);
});

test('processes of the runtime and their instances are marked', async () => {
  const xml = (id: string) => file(processPart(id, {}, ...chain(start(), serviceTask('t', { type: 't' }), end())));
  const rig = await rigWith(xml('_inbound_subscription_1'), xml('_inbound_subscription_x'), xml('p'));
  rig.create({}, '_inbound_subscription_1');
  rig.create({}, 'p');
  assert.deepEqual(
    rig.machine.processes().map(({ internal }) => internal),
    [true, undefined, undefined],
  );
  assert.deepEqual(
    rig.machine.instances().map(({ internal }) => internal),
    [true, undefined],
  );
});

test('while nobody listens, only the events that the gateway needs are created', async () => {
  const kinds: string[] = [];
  let listening = false;
  const machine = createMachine({
    now: () => noon,
    onEvent: ({ kind }) => void kinds.push(kind),
    isListening: () => listening,
  });
  machine.deploy([await compile(p(...chain(start(), serviceTask('t', { type: 't' }), end())))]);
  machine.createInstance({ bpmnProcessId: 'p' });
  const [job] = machine.activateJobs({ ...wish, type: 't', maxJobs: 1 });
  machine.completeJob(job!.key, {});
  assert.deepEqual(kinds, ['job:activatable', 'instance:completed']);
  listening = true;
  machine.createInstance({ bpmnProcessId: 'p', variables: { a: 1 } });
  assert.deepEqual(kinds.slice(2, 4), ['instance:created', 'variable:created']);
});
