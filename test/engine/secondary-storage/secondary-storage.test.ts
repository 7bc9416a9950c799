/** What searches find when instances end, when reads lag behind, and after a snapshot. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMachineHost, type MachineHost } from '../../../src/engine/host/machine-host.ts';
import { createTestClock, type TestClock } from '../../../src/engine/host/test-clock.ts';
import { createMachine } from '../../../src/engine/machine/index.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import {
  createSecondaryStorage,
  type SecondaryStorage,
} from '../../../src/engine/secondary-storage/secondary-storage.ts';
import {
  bytes,
  chain,
  end,
  exclusiveGateway,
  flow,
  process,
  receiveTask,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';

const simple = process('p', ...chain(start(), serviceTask('work', { type: 'a' }), end()));

interface Stage {
  readonly host: MachineHost;
  readonly clock: TestClock;
  readonly storage: SecondaryStorage;
  /** Milliseconds that have passed. */
  elapse(milliseconds: number): void;
}

const setUp = async (
  files: readonly string[] = [simple],
  { delay = 0, keepEnded = 10, continued = undefined as MachineHost | undefined } = {},
): Promise<Stage> => {
  const resources = await Promise.all(
    files.map(async (xml, index) => {
      const name = `${index}.bpmn`;
      const compiled = await compileBpmn(name, bytes(xml));
      return { name, content: bytes(xml), processes: compiled.ok ? compiled.processes : [] };
    }),
  );
  const clock = createTestClock(Date.UTC(2026, 0, 14));
  const snapshot = continued?.read((machine) => machine.snapshot());
  const from = snapshot === undefined ? undefined : { snapshot, resources };
  const host = createMachineHost({ createMachine: (options) => createMachine(options, from), clock });
  let time = 0;
  const options = { host, now: clock.now, delay, keepEnded, elapsed: () => time };
  const storage = createSecondaryStorage(options);
  if (snapshot === undefined) host.run((machine) => machine.deploy(resources));
  return {
    host,
    clock,
    storage,
    elapse: (milliseconds) => {
      time += milliseconds;
    },
  };
};

const create = ({ host }: Stage, variables = {}, bpmnProcessId = 'p'): string =>
  host.run((machine) => machine.createInstance({ bpmnProcessId, variables })).processInstanceKey;

const sizes = ({ storage }: Stage): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(storage.read()).map(([name, table]) => [name, (table as Map<string, object>).size]),
  );

describe('ended instances', () => {
  test('are forgotten beyond the limit, with everything in them', async () => {
    const stage = await setUp([simple], { keepEnded: 2 });
    const keys = [1, 2, 3].map((n) => create(stage, { n }));
    const running = create(stage, { n: 4 });
    for (const key of keys) stage.host.run((machine) => machine.cancelInstance(key));
    assert.deepEqual(
      [...stage.storage.read().instances.values()].map(({ key }) => key),
      [keys[1], keys[2], running],
    );
    const { instances, elements, variables, jobs } = sizes(stage);
    assert.deepEqual({ instances, elements, variables, jobs }, { instances: 3, elements: 6, variables: 3, jobs: 3 });
  });

  test('leave nothing behind after many of them', async () => {
    const wait = receiveTask('wait', { message: { name: 'm', correlationKey: '="k"' } });
    const stage = await setUp([process('p', ...chain(start(), serviceTask('work', { type: 'a' }), wait, end()))], {
      keepEnded: 5,
    });
    const round = (): void => {
      const key = create(stage, { n: 1, text: 'x' });
      const [job] = stage.host.run((machine) =>
        machine.activateJobs({ type: 'a', maxJobs: 1, worker: '', timeout: 1_000, fetchVariables: [] }),
      );
      stage.host.run((machine) => machine.completeJob(job!.key, { done: true }));
      stage.host.run((machine) =>
        machine.publishMessage({ name: 'm', correlationKey: 'k', messageId: '', timeToLive: 0, variables: {} }),
      );
      assert.equal(stage.host.read((machine) => machine.instance(key))?.state, 'COMPLETED');
    };
    for (let index = 0; index < 10; index++) round();
    const before = sizes(stage);
    for (let index = 0; index < 50; index++) round();
    assert.deepEqual(sizes(stage), before);
  });
});

test('an instance that never ends keeps only the newest of its ended parts', async () => {
  const loop = process(
    'p',
    start(),
    serviceTask('work', { type: 'a' }),
    exclusiveGateway('again', {}),
    flow('start', 'work'),
    flow('work', 'again'),
    flow('again', 'work'),
  );
  const stage = await setUp([loop], { keepEnded: 1 });
  create(stage);
  const round = (): void => {
    const [job] = stage.host.run((machine) =>
      machine.activateJobs({ type: 'a', maxJobs: 1, worker: '', timeout: 1_000, fetchVariables: [] }),
    );
    stage.host.run((machine) => machine.completeJob(job!.key, {}));
  };
  for (let index = 0; index < 100; index++) round();
  const before = sizes(stage);
  for (let index = 0; index < 100; index++) round();
  assert.deepEqual(sizes(stage), before);
  const [instance] = stage.storage.read().instances.values();
  assert.equal(instance!.elements.length, before.elements, 'the instance has no other parts than the tables');
  assert.equal(instance!.elements.at(-1)!.state, 'ACTIVE');
});

describe('with a delay', () => {
  test('commands become visible in their order, each after the delay', async () => {
    const stage = await setUp([simple], { delay: 1_000 });
    const state = (key: string) => stage.storage.read().instances.get(key)?.state;
    stage.elapse(1_000);
    const first = create(stage);
    stage.elapse(400);
    const second = create(stage);
    stage.host.run((machine) => machine.cancelInstance(first));
    assert.deepEqual([state(first), state(second)], [undefined, undefined]);
    stage.elapse(600);
    assert.deepEqual([state(first), state(second)], ['ACTIVE', undefined]);
    stage.elapse(399);
    assert.deepEqual([state(first), state(second)], ['ACTIVE', undefined]);
    stage.elapse(1);
    assert.deepEqual([state(first), state(second)], ['TERMINATED', 'ACTIVE']);
  });

  test('what was read when it happened is what becomes visible', async () => {
    const target = process('q', ...chain(start(), serviceTask('other', { type: 'b' }), end()));
    const stage = await setUp([simple, target], { delay: 1_000 });
    const key = create(stage);
    const [, to] = stage.host.read((machine) => machine.processes());
    const mapping = [{ sourceElementId: 'work', targetElementId: 'other' }];
    stage.host.run((machine) =>
      machine.migrateInstance(key, {
        targetProcessDefinitionKey: to!.processDefinitionKey,
        mappingInstructions: mapping,
      }),
    );
    stage.host.run((machine) => machine.cancelInstance(key));
    stage.elapse(1_000);
    const { instances, elements, jobs } = stage.storage.read();
    assert.equal(instances.get(key)?.process.view.bpmnProcessId, 'q');
    assert.deepEqual(
      [...elements.values()].map(({ elementId, state }) => [elementId, state]),
      [
        ['start', 'COMPLETED'],
        ['other', 'TERMINATED'],
      ],
    );
    assert.deepEqual(
      [...jobs.values()].map(({ view, state }) => [view.elementId, state]),
      [['other', 'CANCELED']],
    );
  });
});

test('a subscription of a migrated instance is migrated, too', async () => {
  const waiting = (id: string, name: string): string =>
    process(id, ...chain(start(), receiveTask('wait', { message: { name, correlationKey: '="k"' } }), end()));
  const stage = await setUp([waiting('p', 'm'), waiting('q', 'm')]);
  const key = create(stage);
  const [, to] = stage.host.read((machine) => machine.processes());
  stage.host.run((machine) =>
    machine.migrateInstance(key, {
      targetProcessDefinitionKey: to!.processDefinitionKey,
      mappingInstructions: [{ sourceElementId: 'wait', targetElementId: 'wait' }],
    }),
  );
  const [subscription] = stage.storage.read().subscriptions.values();
  assert.deepEqual([subscription?.state, subscription?.instance?.process.view.bpmnProcessId], ['MIGRATED', 'q']);
});

test('after a snapshot, everything that it contains is found', async () => {
  const nested = process(
    'p',
    ...chain(
      start(),
      subProcess('sub', {}, ...chain(start('in'), serviceTask('work', { type: 'a' }), end('out'))),
      end(),
    ),
  );
  const first = await setUp([nested]);
  const ended = create(first, { n: 1 });
  first.host.run((machine) => machine.cancelInstance(ended));
  const key = create(first, { n: 2 });
  const [job] = first.host.run((machine) =>
    machine.activateJobs({ type: 'a', maxJobs: 1, worker: '', timeout: 1_000, fetchVariables: [] }),
  );
  first.host.run((machine) => machine.failJob(job!.key, { retries: 0, errorMessage: 'x', backoff: 0, variables: {} }));
  const second = await setUp([nested], { continued: first.host });
  const { instances, elements, variables, jobs, incidents } = second.storage.read();
  assert.deepEqual(
    [...instances.values()].map((instance) => [instance.key, instance.state, instance.openIncidents]),
    [
      [ended, 'TERMINATED', 0],
      [key, 'ACTIVE', 1],
    ],
  );
  assert.deepEqual(
    [...elements.values()].map(({ elementId, type, openIncidents }) => [elementId, type, openIncidents]),
    [
      ['sub', 'SUB_PROCESS', 1],
      ['work', 'SERVICE_TASK', 1],
    ],
  );
  assert.deepEqual(
    [...variables.values()].map(({ name, value, scopeKey }) => [name, value, scopeKey]),
    [
      ['n', 1, ended],
      ['n', 2, key],
    ],
  );
  assert.deepEqual([jobs.size, [...incidents.values()][0]?.message], [1, 'x']);
});
