import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine } from '../../../src/engine/machine/index.ts';
import type { Machine } from '../../../src/engine/machine/types.ts';
import type { FlowNode, ProcessModel } from '../../../src/engine/model/types.ts';
import { compileExpression } from '../../../src/feel/index.ts';
import {
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  exclusiveGateway,
  flow,
  parallelGateway,
  path,
  serviceTask,
  start,
} from '../support/bpmn.ts';
import { compile, createRig, noon, p, rigWith } from './support.ts';

/** start -> exclusive gateway -> one of two waiting tasks. */
const choice = (first: string, second: string | undefined): string =>
  p(
    start(),
    exclusiveGateway('xor', second === undefined ? { default: 'xor-b' } : {}),
    serviceTask('a', { type: 'a' }),
    serviceTask('b', { type: 'b' }),
    end(),
    flow('start', 'xor'),
    flow('xor', 'a', { condition: first }),
    flow('xor', 'b', second === undefined ? {} : { condition: second }),
    ...path('a', 'end'),
    ...path('b', 'end'),
  );

const choices = [
  { title: 'case 79: the condition is true', first: '=x > 5', variables: { x: 8 }, at: ['a'] },
  { title: 'case 79: the default', first: '=x > 5', variables: { x: 3 }, at: ['b'] },
  { title: 'case 80: the first of two', first: '=x > 5', second: '=x > 1', variables: { x: 8 }, at: ['a'] },
  { title: 'case 81: missing is not true', first: '=x = true', variables: {}, at: ['b'] },
] as const;

for (const { title, first, variables, at, ...rest } of choices) {
  test(title, async () => {
    const rig = await rigWith(choice(first, 'second' in rest ? rest.second : undefined));
    assert.deepEqual(rig.at(rig.create(variables)), at);
    assert.deepEqual(rig.machine.incidents(), []);
  });
}

test('case 19: the default flow is taken last, even if it comes first and has a condition', async () => {
  const rig = await rigWith(
    p(
      start(),
      exclusiveGateway('xor', { default: 'xor-a' }),
      serviceTask('a', { type: 'a' }),
      serviceTask('b', { type: 'b' }),
      end(),
      ...path('start', 'xor'),
      flow('xor', 'a', { condition: '=true' }),
      flow('xor', 'b', { condition: '=x > 5' }),
      ...path('a', 'end'),
      ...path('b', 'end'),
    ),
  );
  assert.deepEqual(rig.at(rig.create({ x: 8 })), ['b']);
  assert.deepEqual(rig.at(rig.create({ x: 1 })), ['a']);
});

test('case 81: without a true condition and a default flow there is an incident, which new variables resolve', async () => {
  const rig = await rigWith(choice('=x > 5', '=x > 7'));
  const key = rig.create({ x: 1 });
  const incident = rig.incident();
  assert.deepEqual([incident.type, incident.elementId], ['CONDITION_ERROR', 'xor']);
  assert.match(
    incident.message,
    /out of 'xor' to be true, or a default flow, but there is none: 'x > 5', 'x > 7' are false\. Fix: set the variables .* default flow\.$/,
  );
  rig.machine.setVariables(key, { x: 6 }, false);
  rig.machine.resolveIncident(incident.key);
  assert.deepEqual([rig.at(key), rig.machine.incidents()], [['a'], []]);
});

test('case 81: a condition that is not boolean raises an incident, whatever the other conditions give', async () => {
  for (const [second, condition, found] of [
    ['=true', '=x > 5', 'NULL'],
    [undefined, '=x > 5', 'NULL'],
    ['=true', '="yes"', 'STRING'],
  ] as const) {
    const rig = await rigWith(choice(condition, second));
    rig.create();
    const { type, message, elementId } = rig.incident();
    assert.deepEqual([type, elementId], ['EXTRACT_VALUE_ERROR', 'xor']);
    assert.match(message, new RegExp(`'BOOLEAN'.*'${found}'`));
    if (found === 'NULL') assert.match(message, /expression 'x > 5'.*'x'/);
  }
});

const forkJoin = p(
  start(),
  parallelGateway('fork'),
  serviceTask('one', { type: 'a' }),
  serviceTask('two', { type: 'b' }),
  parallelGateway('join'),
  serviceTask('after', { type: 'c' }),
  end(),
  ...path('start', 'fork', 'one', 'join', 'after', 'end'),
  ...path('fork', 'two', 'join'),
);

test('case 82: a join is passed once, when the last token arrives', async () => {
  const rig = await rigWith(forkJoin);
  const key = rig.create();
  rig.complete('a');
  assert.deepEqual(rig.at(key), ['two']);
  rig.complete('b');
  assert.deepEqual(rig.at(key), ['after']);
  rig.complete('c');
  assert.equal(rig.state(key), 'COMPLETED');
  assert.equal(rig.count('join'), 1);
});

test('case 83: a second token on the same flow waits for the next round', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('fork'),
      serviceTask('one', { type: 'a' }),
      serviceTask('two', { type: 'a' }),
      serviceTask('other', { type: 'b' }),
      exclusiveGateway('merge'),
      parallelGateway('join'),
      serviceTask('after', { type: 'c' }),
      end(),
      ...path('start', 'fork', 'one', 'merge', 'join', 'after', 'end'),
      ...path('fork', 'two', 'merge'),
      ...path('fork', 'other', 'join'),
    ),
  );
  const key = rig.create();
  rig.complete('a');
  rig.complete('a');
  assert.deepEqual(rig.at(key), ['other']);
  rig.complete('b');
  assert.deepEqual(rig.at(key), ['after']);
  rig.complete('c');
  assert.deepEqual([rig.state(key), rig.at(key)], ['ACTIVE', []], 'a token still waits in the join');
  rig.machine.cancelInstance(key);
  assert.equal(rig.state(key), 'TERMINATED');
});

test('case 83: waiting tokens are joined with the other tokens of the next round', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('fork'),
      exclusiveGateway('left'),
      serviceTask('right', { type: 'a' }),
      parallelGateway('join'),
      serviceTask('after', { type: 'b' }),
      end(),
      ...path('start', 'fork', 'left', 'join', 'after', 'end'),
      flow('fork', 'left', { id: 'left2' }),
      ...path('fork', 'right', 'join'),
      flow('fork', 'right', { id: 'right2' }),
    ),
  );
  const key = rig.create();
  rig.complete('a');
  assert.deepEqual(rig.at(key), ['after', 'right']);
  rig.complete('a');
  assert.deepEqual(rig.at(key), ['after', 'after']);
  rig.complete('b');
  rig.complete('b');
  assert.equal(rig.state(key), 'COMPLETED');
});

test('case 84: every token passes an exclusive gateway that merges flows', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('fork'),
      exclusiveGateway('merge'),
      serviceTask('after', { type: 'a' }),
      end(),
      ...path('start', 'fork', 'merge', 'after', 'end'),
      flow('fork', 'merge', { id: 'second' }),
    ),
  );
  const key = rig.create();
  assert.deepEqual(rig.at(key), ['after', 'after']);
  rig.complete('a');
  assert.equal(rig.state(key), 'ACTIVE');
  rig.complete('a');
  assert.equal(rig.state(key), 'COMPLETED');
});

const race = p(
  start(),
  eventBasedGateway('which'),
  catchEvent('called', { message: 'm', outputs: { got: '=x' } }),
  catchEvent('late', { duration: 'PT5S' }),
  serviceTask('a', { type: 'a' }),
  serviceTask('b', { type: 'b' }),
  end(),
  ...path('start', 'which', 'called', 'a', 'end'),
  ...path('which', 'late', 'b', 'end'),
);

test('case 86: if the message comes first, the timer is removed', async () => {
  const rig = await rigWith(race);
  const key = rig.create({ key: 'k' });
  assert.deepEqual(rig.at(key), ['which']);
  rig.publish('m', 'k', { variables: { x: 1, y: 2 } });
  assert.deepEqual([rig.at(key), rig.root(key)], [['a'], { key: 'k', got: 1 }]);
  assert.equal(rig.machine.nextDue(), undefined);
});

test('case 86: if the timer comes first, the subscription is closed', async () => {
  const rig = await rigWith(race);
  const key = rig.create({ key: 'k' });
  rig.pass(5000);
  assert.deepEqual(rig.at(key), ['b']);
  rig.publish('m', 'k');
  assert.deepEqual(rig.at(key), ['b']);
  assert.equal(rig.events.filter(({ kind }) => kind === 'message:correlated').length, 0);
});

test('case 86: a timer that is due when the message arrives comes too late', async () => {
  const rig = await rigWith(race);
  const key = rig.create({ key: 'k' });
  rig.publish('m', 'k');
  rig.pass(5000);
  assert.deepEqual(rig.at(key), ['a']);
});

test('an event-based gateway accepts only its first event, even if two occur at the same time', async () => {
  const xml = p(
    start(),
    eventBasedGateway('which'),
    catchEvent('one', { message: 'm' }),
    catchEvent('two', { message: 'n' }),
    end(),
    ...path('start', 'which', 'one', 'end'),
    ...path('which', 'two', 'end'),
  );
  const correlated: string[] = [];
  const message = { correlationKey: 'k', messageId: '', timeToLive: 0, variables: {} };
  const machine = createMachine({
    now: () => noon,
    onEvent: (event) => {
      if (event.kind !== 'message:correlated') return;
      correlated.push(event.elementId);
      machine.publishMessage({ ...message, name: 'n' });
    },
  });
  machine.deploy([await compile(xml)]);
  machine.createInstance({ bpmnProcessId: 'p', variables: { key: 'k' } });
  machine.publishMessage({ ...message, name: 'm' });
  assert.deepEqual(correlated, ['one']);
  assert.equal(machine.instances()[0]?.state, 'COMPLETED');
});

test('an event-based gateway with an invalid correlation key opens no subscription', async () => {
  const rig = await rigWith(race);
  const key = rig.create();
  assert.deepEqual([rig.incident().type, rig.incident().elementId], ['EXTRACT_VALUE_ERROR', 'which']);
  assert.equal(rig.machine.nextDue(), undefined);
  rig.machine.setVariables(key, { key: 'k' }, false);
  rig.machine.resolveIncident(rig.incident().key);
  rig.publish('m', 'k');
  assert.deepEqual(rig.at(key), ['a']);
});

test('case 87: timers that are due at once, due later, or invalid', async () => {
  const waiting = (timer: { duration?: string; date?: string }): string =>
    p(...chain(start(), catchEvent('wait', timer), end()));
  for (const timer of [{ duration: 'PT0S' }, { duration: '-PT5S' }, { date: '2020-01-01T00:00:00Z' }]) {
    const rig = await rigWith(waiting(timer));
    assert.equal(rig.state(rig.create()), 'COMPLETED', JSON.stringify(timer));
  }
  const rig = await rigWith(waiting({ duration: '=d' }));
  const key = rig.create({ d: 'PT1S' });
  rig.pass(999);
  assert.equal(rig.state(key), 'ACTIVE');
  rig.pass(1);
  assert.equal(rig.state(key), 'COMPLETED');
  for (const [d, found] of [
    [null, /'NULL'/],
    ['soon', /another text/],
    [5, /'NUMBER'/],
  ] as const) {
    const stuck = rig.create({ d });
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
    assert.match(rig.incident().message, found);
    assert.doesNotMatch(rig.incident().message, /soon/);
    rig.machine.setVariables(stuck, { d: 'PT0S' }, false);
    rig.machine.resolveIncident(rig.incident().key);
    assert.equal(rig.state(stuck), 'COMPLETED');
  }
});

test('months are calendar months', async () => {
  const rig = createRig(undefined, Date.UTC(2024, 0, 31, 10));
  await rig.deploy(p(...chain(start(), catchEvent('wait', { duration: 'P1M' }), end())));
  rig.create();
  assert.equal(rig.machine.nextDue(), Date.UTC(2024, 1, 29, 10));
});

/** start -> count (a pass-through task or a timer) -> exclusive gateway, back to count while `again` holds -> end. */
const loop = (counting: 'task' | 'timer', again: string): ProcessModel => {
  const base = { elementType: 'TASK', scope: 'p', inputs: [], outputs: [], boundaryEvents: [] };
  const between = {
    ...base,
    id: 'count',
    incoming: ['in', 'back'],
    outgoing: ['out'],
    outputs: [{ source: compileExpression('=n + 1'), target: ['n'] }],
  };
  const value = { kind: 'static', text: 'PT0S' } as const;
  const nodes: readonly FlowNode[] = [
    { ...base, id: 'start', kind: 'startEvent', incoming: [], outgoing: ['in'] },
    counting === 'task'
      ? { ...between, kind: 'passThrough' }
      : { ...between, kind: 'catchEvent', trigger: { kind: 'timer', timer: { kind: 'duration', value } } },
    {
      ...base,
      id: 'xor',
      kind: 'exclusiveGateway',
      incoming: ['out'],
      outgoing: ['back', 'done'],
      defaultFlow: 'done',
    },
    { ...base, id: 'end', kind: 'endEvent', incoming: ['done'], outgoing: [], end: { kind: 'none' } },
  ];
  const flows = [
    { id: 'in', source: 'start', target: 'count' },
    { id: 'out', source: 'count', target: 'xor' },
    { id: 'back', source: 'xor', target: 'count', condition: compileExpression(again) },
    { id: 'done', source: 'xor', target: 'end' },
  ];
  return {
    id: 'p',
    resourceName: 'p.bpmn',
    nodes: new Map(nodes.map((node) => [node.id, node])),
    flows: new Map(flows.map((each) => [each.id, each])),
    noneStart: 'start',
    triggeredStarts: [],
    eventSubProcesses: new Map(),
  };
};

const looping = (counting: 'task' | 'timer', again: string): Machine => {
  const machine = createMachine({ now: () => noon });
  machine.deploy([{ name: 'p.bpmn', content: new Uint8Array(), processes: [loop(counting, again)] }]);
  return machine;
};

for (const counting of ['task', 'timer'] as const) {
  test(`a loop of 20,000 rounds through a ${counting} does not use the stack`, () => {
    const machine = looping(counting, '=n < 20000');
    machine.createInstance({ bpmnProcessId: 'p', variables: { n: 0 } });
    assert.deepEqual(
      machine.instances().map(({ state, variables }) => [state, variables]),
      [['COMPLETED', { n: 20_000 }]],
    );
  });
}

test('an endless loop stops with an incident and continues when it is resolved', () => {
  const machine = looping('task', '=true');
  const { processInstanceKey } = machine.createInstance({ bpmnProcessId: 'p', variables: { n: 0 } });
  const [incident] = machine.incidents();
  assert.match(incident?.message ?? '', /endless loop/);
  const rounds = (): number => Number(machine.instance(processInstanceKey)?.variables.n);
  const before = rounds();
  machine.resolveIncident(incident!.key);
  assert.ok(rounds() > before && before > 20_000);
  machine.cancelInstance(processInstanceKey);
  assert.deepEqual(machine.incidents(), []);
});

test('a loop of timers that are due at once lets other commands run', () => {
  const machine = looping('timer', '=true');
  const { processInstanceKey } = machine.createInstance({ bpmnProcessId: 'p', variables: { n: 0 } });
  assert.equal(machine.nextDue(), noon);
  machine.cancelInstance(processInstanceKey);
  assert.equal(machine.nextDue(), undefined);
});
