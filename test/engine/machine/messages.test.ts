import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine } from '../../../src/engine/machine/index.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  path,
  process,
  serviceTask,
  start,
} from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rejected, rejectionOf, rigWith } from './support.ts';

const waiting = p(...chain(start(), catchEvent('wait', { message: 'm' }), end()));
const minute = { timeToLive: 60_000 };

/** The instances that a message was correlated to, in order. */
const takers = ({ events }: Rig): readonly string[] =>
  events.flatMap((event) => (event.kind === 'message:correlated' ? [event.processInstanceKey] : []));

test('case 105: a message is correlated to a waiting instance, or to one that waits before the message expires', async () => {
  const rig = await rigWith(waiting);
  const first = rig.create({ key: '1' });
  rig.publish('m', '2');
  rig.publish('n', '1');
  assert.equal(rig.state(first), 'ACTIVE');
  rig.publish('m', '1', { variables: { x: 1 } });
  assert.deepEqual([rig.state(first), rig.root(first)], ['COMPLETED', { key: '1', x: 1 }]);
  rig.publish('m', '1');
  const second = rig.create({ key: '1' });
  assert.equal(rig.state(second), 'ACTIVE');
  rig.machine.cancelInstance(second);
  rig.publish('m', '1', { ...minute, variables: { x: 2 } });
  assert.deepEqual(rig.root(rig.create({ key: '1' })), { key: '1', x: 2 });
});

test('case 106: a number is a correlation key as text; without a key there is an incident', async () => {
  const rig = await rigWith(waiting);
  const number = rig.create({ key: 123 });
  rig.publish('m', '123');
  assert.equal(rig.state(number), 'COMPLETED');
  const big = rig.create({ key: 9_007_199_254_740_993n });
  rig.publish('m', '9007199254740993');
  assert.equal(rig.state(big), 'COMPLETED');
  for (const [variables, found] of [
    [{}, /'NULL'.*'key'/],
    [{ key: true }, /'BOOLEAN'/],
    [{ key: ['secret'] }, /'ARRAY'/],
  ] as const) {
    const key = rig.create(variables);
    const { type, elementId, message } = rig.incident();
    assert.deepEqual([type, elementId], ['EXTRACT_VALUE_ERROR', 'wait']);
    assert.match(message, found);
    assert.doesNotMatch(message, /secret/);
    rig.machine.setVariables(key, { key: 'k' }, false);
    rig.machine.resolveIncident(rig.incident().key);
    rig.publish('m', 'k');
    assert.equal(rig.state(key), 'COMPLETED');
  }
});

test('case 107: the correlation key is evaluated when the event is entered', async () => {
  const rig = await rigWith(waiting);
  const key = rig.create({ key: 'old' });
  rig.machine.setVariables(key, { key: 'new' }, false);
  rig.publish('m', 'new');
  assert.equal(rig.state(key), 'ACTIVE');
  rig.publish('m', 'old');
  assert.equal(rig.state(key), 'COMPLETED');
});

test('case 108: buffered messages are correlated oldest first, one to each subscription', async () => {
  const outputs = (to: string) => ({ outputs: { [to]: '=n' } });
  const rig = await rigWith(
    p(
      ...chain(
        start(),
        catchEvent('one', { message: 'm', ...outputs('first') }),
        catchEvent('two', { message: 'm', ...outputs('second') }),
        catchEvent('three', { message: 'm' }),
        end(),
      ),
    ),
  );
  rig.publish('m', 'k', { ...minute, variables: { n: 1 } });
  rig.publish('m', 'k', { ...minute, variables: { n: 2 } });
  const key = rig.create({ key: 'k' });
  assert.deepEqual([rig.at(key), rig.root(key)], [['three'], { key: 'k', first: 1, second: 2 }]);
});

test('case 109: a message is correlated to the first instance of each process', async () => {
  const rig = await rigWith(waiting, process('q', ...chain(start(), catchEvent('w', { message: 'm' }), end())));
  const [one, two, three] = [rig.create({ key: 'k' }), rig.create({ key: 'k' }), rig.create({ key: 'k' }, 'q')];
  rig.publish('m', 'k');
  assert.deepEqual([one, two, three].map(rig.state), ['COMPLETED', 'ACTIVE', 'COMPLETED']);
  rig.publish('m', 'k');
  assert.equal(rig.state(two), 'COMPLETED');
});

test('of several processes, the one with the oldest waiting element receives a message first', async () => {
  const rig = await rigWith(waiting, process('q', ...chain(start(), catchEvent('w', { message: 'm' }), end())));
  const gone = rig.create({ key: 'k' });
  const old = rig.create({ key: 'k' }, 'q');
  const young = rig.create({ key: 'k' });
  rig.machine.cancelInstance(gone);
  rig.publish('m', 'k');
  assert.deepEqual(takers(rig), [old, young]);
});

test('an element that waits late because of an incident still precedes younger elements', async () => {
  const rig = await rigWith(waiting, process('q', ...chain(start(), catchEvent('w', { message: 'm' }), end())));
  const held = rig.create();
  const younger = rig.create({ key: 'k' });
  const other = rig.create({ key: 'k' }, 'q');
  rig.machine.setVariables(held, { key: 'k' }, false);
  rig.machine.resolveIncident(rig.incident().key);
  rig.publish('m', 'k');
  assert.deepEqual(takers(rig), [held, other]);
  rig.publish('m', 'k');
  assert.deepEqual(takers(rig), [held, other, younger]);
});

test('case 110: a process receives a message once, across all instances and versions', async () => {
  const rig = await rigWith(waiting, process('q', ...chain(start(), catchEvent('w', { message: 'm' }), end())));
  rig.create({ key: 'k' });
  rig.publish('m', 'k', minute);
  assert.equal(rig.machine.messages().length, 1);
  const again = rig.create({ key: 'k' });
  await rig.deploy(p(...chain(start(), catchEvent('other', { message: 'm' }), end())));
  const newer = rig.create({ key: 'k' });
  const other = rig.create({ key: 'k' }, 'q');
  assert.deepEqual([again, newer, other].map(rig.state), ['ACTIVE', 'ACTIVE', 'COMPLETED']);
});

test('case 111: a message id is in use until its message expires, for its name and key', async () => {
  const rig = await rigWith(waiting);
  const id = { ...minute, messageId: 'id' };
  rig.publish('m', 'k', id);
  const { code, intent, reason } = rejected(() => rig.publish('m', 'k', id));
  assert.deepEqual([code, intent], ['ALREADY_EXISTS', 'PUBLISH']);
  assert.match(reason, /'id'/);
  assert.equal(
    rejectionOf(() => rig.publish('m', 'k', { messageId: 'id' })),
    'ALREADY_EXISTS',
  );
  rig.publish('n', 'k', id);
  rig.publish('m', 'l', id);
  // The parts of the identity must stay separate.
  rig.publish('mk', '', id);
  rig.publish('m', '', { ...id, messageId: 'kid' });
  rig.pass(60_000);
  assert.deepEqual(rig.machine.messages(), []);
  rig.publish('m', 'k', { messageId: 'id' });
  rig.publish('m', 'k', id);
  for (let count = 0; count < 2; count++) rig.publish('m', 'k', minute);
  assert.equal(rig.machine.messages().length, 3);
});

test('case 112: an expired message is not correlated, even if it was not removed yet', async () => {
  let time = 1000;
  const machine = createMachine({ now: () => time });
  machine.deploy([await compile(waiting)]);
  const message = { name: 'm', correlationKey: 'k', messageId: 'id', timeToLive: 60_000, variables: {} };
  machine.publishMessage(message);
  time += 60_000;
  const { processInstanceKey } = machine.createInstance({ bpmnProcessId: 'p', variables: { key: 'k' } });
  assert.equal(machine.instance(processInstanceKey)?.state, 'ACTIVE');
  assert.deepEqual(machine.messages(), []);
});

test('a message id is free when its message expires, even if the message was not removed yet', async () => {
  let time = 1000;
  const machine = createMachine({ now: () => time });
  const message = { name: 'm', correlationKey: 'k', messageId: 'id', timeToLive: 60_000, variables: {} };
  machine.publishMessage(message);
  time += 60_000;
  machine.publishMessage(message);
  assert.equal(machine.messages().length, 1);
  assert.equal(
    rejectionOf(() => machine.publishMessage(message)),
    'ALREADY_EXISTS',
  );
});

test('the expiry of a message is an event', () => {
  const rig = createRig();
  rig.publish('m', 'k', minute);
  rig.pass(59_999);
  assert.equal(rig.machine.messages().length, 1);
  rig.pass(1);
  assert.deepEqual(rig.machine.messages(), []);
  assert.equal(rig.events.at(-1)?.kind, 'message:expired');
});

const starting = process('p', ...chain(start('s', { message: 'm' }), serviceTask('task', { type: 'a' }), end()));

test('case 113: without a correlation key, every message starts an instance', async () => {
  const rig = await rigWith(starting);
  for (const n of [1, 2, 3]) rig.publish('m', '', { variables: { n } });
  assert.deepEqual(
    rig.jobs('a').map(({ variables }) => variables),
    [{ n: 1 }, { n: 2 }, { n: 3 }],
  );
});

test('case 114: with a correlation key, one instance runs at a time, and the next message waits until it expires', async () => {
  const rig = await rigWith(starting);
  for (const n of [1, 2, 3]) rig.publish('m', 'k', { ...minute, variables: { n } });
  rig.publish('m', 'k', { variables: { n: 'lost' } });
  rig.publish('m', 'other', { variables: { n: 'other' } });
  assert.deepEqual(
    rig.jobs('a').map(({ variables }) => variables.n),
    [1, 'other'],
  );
  const [first] = rig.created();
  rig.machine.completeJob(rig.machine.jobs()[0]!.key, {});
  assert.equal(rig.state(first!), 'COMPLETED');
  assert.deepEqual(rig.job('a').variables, { n: 2 });
  rig.machine.cancelInstance(rig.created().at(-1)!);
  assert.deepEqual(rig.job('a').variables, { n: 3 });
  rig.machine.cancelInstance(rig.created().at(-1)!);
  assert.equal(rig.created().length, 4);
});

test('case 114: the limit applies across versions, and the latest version starts next', async () => {
  const rig = await rigWith(starting);
  rig.publish('m', 'k', minute);
  await rig.deploy(process('p', ...chain(start('s', { message: 'm' }), serviceTask('new', { type: 'b' }), end())));
  rig.publish('m', 'k', minute);
  assert.equal(rig.created().length, 1);
  rig.complete('a');
  assert.equal(rig.machine.instance(rig.created()[1]!)?.version, 2);
});

test('case 115: a new version without the message start event is not started by messages', async () => {
  const rig = await rigWith(starting);
  rig.publish('m', 'k', minute);
  await rig.deploy(p(...chain(start(), end())));
  rig.publish('m', 'l', minute);
  rig.publish('m', 'k', minute);
  rig.complete('a');
  assert.equal(rig.created().length, 1);
});

test('case 116: a message that was published before the deployment never starts the process', async () => {
  const rig = createRig();
  rig.publish('m', 'k', minute);
  await rig.deploy(starting);
  assert.equal(rig.created().length, 0);
  rig.publish('m', 'k', { ...minute, variables: { n: 2 } });
  rig.complete('a');
  assert.equal(rig.created().length, 1, 'not even when the lock is free again');
});

test('a message that was correlated to an instance does not start another one of the same process', async () => {
  const rig = await rigWith(
    p(
      start(),
      start('s', { message: 'm' }),
      exclusiveGateway('merge'),
      catchEvent('wait', { message: 'm' }),
      end(),
      ...path('start', 'merge', 'wait', 'end'),
      ...path('s', 'merge'),
    ),
  );
  const key = rig.create({ key: 'k' });
  rig.publish('m', 'k', minute);
  assert.deepEqual([rig.state(key), rig.created().length], ['COMPLETED', 1]);
  rig.publish('m', 'k', { variables: { key: 'k' } });
  assert.equal(rig.created().length, 2);
});

test('of the messages with the same correlation key, the oldest starts the next instance, whatever its name', async () => {
  const rig = await rigWith(
    p(
      start('s1', { message: 'm' }),
      start('s2', { message: 'n' }),
      exclusiveGateway('merge'),
      serviceTask('task', { type: 'a' }),
      end(),
      ...path('s1', 'merge', 'task', 'end'),
      ...path('s2', 'merge'),
    ),
  );
  const published = ['m', 'n', 'm', 'n', 'n', 'm'];
  published.forEach((name, n) => {
    rig.publish(name, 'k', { ...minute, variables: { n } });
  });
  assert.deepEqual(
    published.map(() => rig.complete('a').variables.n),
    [0, 1, 2, 3, 4, 5],
  );
});

test('a message start event maps the variables of the message', async () => {
  const rig = await rigWith(
    p(...chain(start('s', { message: 'm', outputs: { got: '=n + 1' } }), serviceTask('task', { type: 'a' }), end())),
  );
  rig.publish('m', '', { variables: { n: 1 } });
  assert.deepEqual(rig.job('a').variables, { got: 2 });
});

const bounded = (interrupting: boolean): string =>
  p(
    start(),
    serviceTask('task', { type: 'a' }),
    boundary('called', 'task', { message: 'm', interrupting }),
    serviceTask('after', { type: 'b' }),
    end(),
    ...path('start', 'task', 'end'),
    ...path('called', 'after', 'end'),
  );

test('case 117: an interrupting message terminates the task', async () => {
  const rig = await rigWith(bounded(true));
  const key = rig.create({ key: 'k' });
  const job = rig.job('a');
  rig.publish('m', 'k', { variables: { x: 1 } });
  assert.deepEqual([rig.at(key), rig.root(key)], [['after'], { key: 'k', x: 1 }]);
  assert.equal(
    rejectionOf(() => rig.machine.completeJob(job.key, {})),
    'NOT_FOUND',
  );
});

test('case 117: a non-interrupting message event is triggered each time, until the task ends', async () => {
  const rig = await rigWith(bounded(false));
  const key = rig.create({ key: 'k' });
  rig.publish('m', 'k');
  rig.publish('m', 'k');
  assert.deepEqual(rig.at(key), ['after', 'after', 'task']);
  rig.complete('a');
  rig.publish('m', 'k');
  assert.deepEqual(rig.at(key), ['after', 'after']);
  rig.complete('b');
  rig.complete('b');
  assert.equal(rig.state(key), 'COMPLETED');
});

test('a non-interrupting message event receives all buffered messages, oldest first', async () => {
  const rig = await rigWith(bounded(false));
  for (const n of [1, 2]) rig.publish('m', 'k', { ...minute, variables: { n } });
  const key = rig.create({ key: 'k' });
  assert.deepEqual(rig.at(key), ['after', 'after', 'task']);
});

test('the variables of a boundary event are not written into the scope of its task', async () => {
  const rig = await rigWith(
    p(
      start(),
      serviceTask('task', { type: 'a', inputs: { x: '=1' } }),
      boundary('called', 'task', { message: { name: '="m" + k', correlationKey: '=x' }, interrupting: false }),
      end(),
      ...path('start', 'task', 'end'),
      ...path('called', 'end'),
    ),
  );
  const key = rig.create({ k: '7' });
  rig.publish('m7', '1', { variables: { x: 2 } });
  assert.deepEqual([rig.root(key), rig.job('a').variables.x], [{ k: '7', x: 2 }, 1]);
});

test('case 120: a message has a key even if it is not correlated', async () => {
  const rig = await rigWith(waiting);
  assert.match(rig.publish('nobody', ''), /^2251799813685\d{3}$/);
  assert.deepEqual(rig.machine.messages(), []);
});

test('an invalid variable document is rejected before anything happens', async () => {
  const rig = await rigWith(starting);
  assert.equal(
    rejectionOf(() => rig.publish('m', '', { variables: [] as never })),
    'INVALID_ARGUMENT',
  );
  assert.equal(rig.created().length, 0);
});
