import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMachine, createRestoration, machineWith } from '../../../src/engine/machine/index.ts';
import type { CompiledResource, MachineSnapshot, SnapshotPart } from '../../../src/engine/machine/types.ts';
import { catchEvent, chain, end, process, serviceTask, start } from '../support/bpmn.ts';
import { restoredFromParts } from './restored.ts';
import { compile, noon, p, type Rig, rejected, rigWith } from './support.ts';

const twoWaits = process(
  'p',
  ...chain(start(), serviceTask('task', { type: 'a' }), catchEvent('wait', { message: 'm' }), end()),
);

const restore = (parts: readonly SnapshotPart[], resources: readonly CompiledResource[]): MachineSnapshot =>
  restoredFromParts(parts, resources, () => noon).snapshot();

/** A rig with so many instances at a task, and half of them at an event. */
const rigOf = async (count: number): Promise<Rig> => {
  const rig = await rigWith(twoWaits);
  for (let index = 0; index < count; index++) rig.create({ key: `${index}`, big: 2n ** 60n, text: 'text:x' });
  for (let index = 0; index < count / 2; index++) rig.complete('a');
  return rig;
};

test('all parts together are the snapshot, and each is small', async () => {
  const rig = await rigOf(2_000);
  const parts = [...rig.machine.snapshotParts()];
  assert.deepEqual(restore(parts, [await compile(twoWaits)]), rig.machine.snapshot());
  assert.ok(parts.length > 10, `${parts.length} parts`);
  assert.deepEqual(
    parts.map(({ part, isLast }) => [part, isLast]),
    parts.map((_, index) => [index, index === parts.length - 1]),
  );
  const longest = Math.max(...parts.map((part) => JSON.stringify(part).length));
  assert.ok(longest < 100_000, `the longest part has ${longest} characters`);
});

test('an instance with much text makes its part end', async () => {
  const rig = await rigWith(twoWaits);
  for (let index = 0; index < 10; index++) rig.create({ key: 'x'.repeat(300_000) });
  const lengths = [...rig.machine.snapshotParts()].map((part) => JSON.stringify(part).length);
  assert.equal(lengths.filter((length) => length > 300_000).length, 10);
  assert.ok(Math.max(...lengths) < 400_000, `the longest part has ${Math.max(...lengths)} characters`);
});

test('large files are in parts of their own', async () => {
  const files = await Promise.all(
    ['p', 'q', 'r'].map((id) =>
      compile(`${process(id, ...chain(start(), end()))}<!-- ${'x'.repeat(300_000)} -->`, `${id}.bpmn`),
    ),
  );
  const rig = await rigWith(...files);
  const parts = [...rig.machine.snapshotParts()];
  assert.deepEqual(
    parts.map(({ resources }) => resources.length),
    [1, 1, 1, 0, 0],
  );
  assert.deepEqual(restore(parts, files), rig.machine.snapshot());
});

test('the parts are the state when the first one was asked for: what happens later is not in them', async () => {
  const rig = await rigOf(40);
  const before = rig.machine.snapshot();
  const parts = rig.machine.snapshotParts(1);
  const taken: SnapshotPart[] = [];
  for (const part of parts) {
    taken.push(part);
    rig.create({ key: 'new' });
    rig.publish('m', `${taken.length % 40}`, { timeToLive: 1_000 });
    for (const { key } of rig.jobs('a', 1)) rig.machine.completeJob(key, { later: true });
  }
  assert.deepEqual(restore(taken, [await compile(twoWaits)]), before);
  assert.notDeepEqual(rig.machine.snapshot(), before);
});

test('two snapshots can be taken at the same time', async () => {
  const rig = await rigOf(10);
  const resources = [await compile(twoWaits)];
  const [first, second] = [rig.machine.snapshotParts(1), rig.machine.snapshotParts(1)];
  const before = rig.machine.snapshot();
  const taken: [SnapshotPart[], SnapshotPart[]] = [[first.next().value!], []];
  rig.complete('a');
  const between = rig.machine.snapshot();
  taken[1].push(second.next().value!);
  for (const part of first) {
    taken[0].push(part);
    for (const { key } of rig.jobs('a', 1)) rig.machine.completeJob(key, {});
  }
  taken[1].push(...second);
  assert.deepEqual(restore(taken[0], resources), before);
  assert.deepEqual(restore(taken[1], resources), between);
});

test('a snapshot in parts cannot begin while a command is running', async () => {
  let refused = 0;
  const machine = createMachine({
    now: () => 0,
    onEvent: () => {
      assert.equal(rejected(() => machine.snapshotParts().next()).code, 'INVALID_STATE');
      refused++;
    },
  });
  machine.deploy([await compile(p(...chain(start(), end())))]);
  assert.equal(refused, 1);
});

test('parts that are missing, repeated, in another order or of something else are rejected with the reason', async () => {
  const rig = await rigOf(3);
  const resources = [await compile(twoWaits)];
  const [first, second, third, ...more] = [...rig.machine.snapshotParts(1)] as [
    SnapshotPart,
    SnapshotPart,
    SnapshotPart,
  ];
  const last = (more as readonly SnapshotPart[]).at(-1)!;
  const table: readonly (readonly [readonly unknown[], RegExp])[] = [
    [[], /it ends after 0 parts/],
    [[first, second], /it ends after 2 parts/],
    [[first, third], /part 2 was given where part 1 is expected/],
    [[second], /part 1 was given where part 0 is expected/],
    [[first, first], /part 0 was given where part 1 is expected/],
    [[first, second, third, ...more, last], /follows its last part/],
    [[rig.machine.snapshot(), second], /follows its last part/],
    [[{ ...first, format: 2 }], /format/],
    [[7], /format/],
    [[null], /format/],
  ];
  for (const [parts, text] of table) {
    const { code, intent, reason } = rejected(() => {
      const restoration = createRestoration();
      for (const part of parts as readonly SnapshotPart[]) {
        restoration.add(part, part?.resources?.length > 0 ? resources : []);
      }
      restoration.finish();
    });
    assert.deepEqual([code, intent], ['INVALID_ARGUMENT', 'RESTORE']);
    assert.match(reason, text);
  }
});

test('the order of jobs and of receivers of a signal is the same after a restoration from parts', async () => {
  const waiting = process(
    'p',
    ...chain(start(), serviceTask('task', { type: 'a' }), catchEvent('wait', { signal: 's' }), end()),
  );
  const rig = await rigWith(waiting);
  for (let index = 0; index < 3; index++) rig.create();
  // The youngest instance waits first, so the order of the subscriptions is not that of the instances.
  for (const { key } of [...rig.jobs('a')].reverse()) rig.machine.completeJob(key, {});
  const resources = [await compile(waiting)];
  const restoration = createRestoration();
  for (const part of rig.machine.snapshotParts(1)) restoration.add(part, part.resources.length > 0 ? resources : []);
  const events: unknown[] = [];
  const copy = machineWith({ now: rig.now, onEvent: (event) => events.push(event) }, restoration.finish());
  assert.deepEqual(copy.jobs(), rig.machine.jobs());
  rig.events.length = 0;
  rig.machine.broadcastSignal('s', {});
  copy.broadcastSignal('s', {});
  assert.deepEqual(events, rig.events);
});
