/** What becomes of instances for which there is no time to keep everything. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { activeIds } from '../../../../src/cli/dev/page/history/active-elements.ts';
import {
  type Entry,
  entriesOf,
  eventOf,
  type InstanceHistory,
  lineOf,
  timeOf,
} from '../../../../src/cli/dev/page/history/entry.ts';
import { createHistory, type History } from '../../../../src/cli/dev/page/history/history.ts';
import { createSpareTime } from '../../../../src/cli/dev/page/history/spare-time.ts';
import { instanceDetail } from '../../../../src/cli/dev/page/queries/instance.ts';
import { jobs } from '../../../../src/cli/dev/page/queries/jobs.ts';
import { instanceList, overview } from '../../../../src/cli/dev/page/queries/overview.ts';
import type { Sources } from '../../../../src/cli/dev/page/sources.ts';
import { createRestorableEngine, type RestorableEngine } from '../../../../src/cli/dev/restorable-engine.ts';
import { isFault } from '../../../../src/common/fault.ts';
import { createMachine } from '../../../../src/engine/machine/index.ts';
import type { EngineEvent, Machine } from '../../../../src/engine/machine/types.ts';
import { compile, noon } from '../../../engine/machine/support.ts';
import {
  boundary,
  bytes,
  catchEvent,
  chain,
  end,
  flow,
  process,
  serviceTask,
  start,
} from '../../../engine/support/bpmn.ts';
import { randomNumbers } from '../../../support/random.ts';

const orders = process(
  'order',
  ...chain(
    start('Start'),
    serviceTask('Pay', { type: 'pay' }),
    catchEvent('Paid', { message: { name: 'paid', correlationKey: '=key' } }),
    serviceTask('Send', { type: 'send' }),
    end('End'),
  ),
  boundary('Refused', 'Pay', { error: 'REFUSED' }),
  boundary('Late', 'Send', { duration: 'PT3S', interrupting: false }),
  end('Sorry'),
  end('Reminded'),
  flow('Refused', 'Sorry'),
  flow('Late', 'Reminded'),
);

type Pick = <Item>(list: readonly Item[]) => Item | undefined;

/** What clients do. Many complete their job, so that instances end. */
const commands: readonly ((machine: Machine, pick: Pick, number: number) => void)[] = [
  ...Array.from({ length: 3 }, () => (machine: Machine, _: Pick, number: number) => {
    machine.createInstance({ bpmnProcessId: 'order', variables: { key: `${number % 4}`, total: number } });
  }),
  ...Array.from({ length: 6 }, () => (machine: Machine, pick: Pick, number: number) => {
    const type = pick(['pay', 'send']) ?? '';
    const [job] = machine.activateJobs({ type, worker: 'w', timeout: 9_000, maxJobs: 1, fetchVariables: [] });
    if (job !== undefined) machine.completeJob(job.key, { result: number });
  }),
  (machine, pick) =>
    machine.failJob(pick(machine.jobs())?.key ?? '', { retries: 1, errorMessage: 'down', backoff: 0, variables: {} }),
  (machine, pick) =>
    machine.failJob(pick(machine.jobs())?.key ?? '', { retries: 0, errorMessage: 'down', backoff: 0, variables: {} }),
  (machine, pick) =>
    machine.throwError(pick(machine.jobs())?.key ?? '', { code: 'REFUSED', errorMessage: 'no', variables: {} }),
  (machine, pick) =>
    machine.throwError(pick(machine.jobs())?.key ?? '', { code: 'OTHER', errorMessage: 'no', variables: {} }),
  (machine, pick) => machine.resolveIncident(pick(machine.incidents())?.key ?? ''),
  (machine, pick) => machine.cancelInstance(pick(machine.instances())?.key ?? ''),
  (machine, pick, number) => machine.setVariables(pick(machine.instances())?.key ?? '', { set: number }, false),
  (machine, _, number) =>
    void machine.publishMessage({
      ...{ name: 'paid', correlationKey: `${number % 4}`, messageId: '', timeToLive: 5_000, variables: { at: number } },
    }),
];

/** What a history says of an instance, without the numbers of entries: a line about counting shifts them. */
const toldOf = (entries: readonly Entry[]) =>
  entries.map((entry) => [timeOf(entry), eventOf(entry) ?? lineOf(entry)] as const);

const rowOf = ({ key, state, startedAt, endedAt, definition, active }: InstanceHistory) => ({
  key,
  state,
  startedAt,
  endedAt,
  definition,
  at: activeIds(active),
});

const troubles = new Set(['job:failed', 'job:errorThrown', 'incident:created']);

/** How many of the instances of a run were only counted. */
const compare = async (seed: number): Promise<number> => {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  let time = noon;
  const machine = createMachine({ now: () => time, onEvent: (event) => add(event) });
  const engine = { ...machine, now: () => time };
  const eager = createHistory(engine);
  const lazy = createHistory(engine, () => random() < 0.2);
  const keys: string[] = [];
  /** Those that are kept in any case: something went wrong in them, or somebody has looked at them. */
  const kept = new Set<string>();
  const add = (event: EngineEvent): void => {
    if (event.kind === 'instance:created') keys.push(event.instance.key);
    if ('job' in event && troubles.has(event.kind)) kept.add(event.job.processInstanceKey);
    if ('incident' in event && troubles.has(event.kind)) kept.add(event.incident.processInstanceKey);
    for (const history of [eager, lazy]) history.add(event);
  };
  const isActive = (key: string): boolean => eager.instance(key)?.state === 'ACTIVE';
  const [definition] = machine.deploy([await compile(orders)]).processes;
  const key = definition!.processDefinitionKey;
  const check = (): void => {
    const { counted, ...figures } = lazy.figures(key);
    const { counted: _, ...expected } = eager.figures(key);
    assert.deepEqual(figures, expected);
    assert.deepEqual(lazy.open.counts(), eager.open.counts());
    assert.deepEqual(lazy.instancesOf(key).map(rowOf), eager.instancesOf(key).map(rowOf));
    assert.equal(counted, lazy.instancesOf(key).filter(({ isCounted }) => isCounted).length);
  };
  const checkInstance = (instance: string): void => {
    if (isActive(instance)) kept.add(instance);
    const known = lazy.instance(instance)!;
    if (known.isCounted) {
      assert.equal(kept.has(instance), false, `${instance} is kept`);
      assert.deepEqual([entriesOf(known), known.length, known.isCut], [[], 0, true]);
      return;
    }
    const expected = eager.instance(instance)!;
    assert.deepEqual(toldOf(entriesOf(known)), toldOf(entriesOf(expected)));
    assert.deepEqual([known.length, known.lines, known.isCut], [expected.length, expected.lines, false]);
    const numbers = entriesOf(known).map(({ seq }) => seq);
    assert.deepEqual(
      numbers,
      [...new Set(numbers)].sort((a, b) => a - b),
      'the numbers ascend',
    );
  };
  for (let step = 0; step < 300; step += 1) {
    const number = below(1_000);
    const pick: Pick = (list) => list[number % Math.max(1, list.length)];
    time += below(300);
    try {
      commands[below(commands.length)]!(machine, pick, number);
    } catch (error) {
      if (!isFault(error, 'rejection')) throw error;
    }
    const instance = keys[below(keys.length)];
    if (instance !== undefined && random() < 0.1) {
      const level = random() < 0.5 ? 'info' : 'error';
      if (level === 'error' && isActive(instance)) kept.add(instance);
      for (const history of [eager, lazy]) history.addLine({ at: time, level, text: `line ${step}`, instance });
    }
    if (instance !== undefined && random() < 0.05) checkInstance(instance);
    if (step % 20 === 0) check();
  }
  check();
  const mark: Parameters<History['completedJobs']>[0] = { seq: 0, completedCount: 0, figures: new Map() };
  assert.deepEqual(lazy.completedJobs(mark), eager.completedJobs(mark));
  for (const instance of keys) checkInstance(instance);
  return lazy.figures(key).counted;
};

test('says of every instance what it says with time for all of them, but for those that end well unseen', async () => {
  let counted = 0;
  for (let seed = 1; seed <= 20; seed += 1) counted += await compare(seed);
  assert.ok(counted > 100, `${counted} instances were only counted`);
});

interface Stage extends RestorableEngine {
  readonly history: History;
  readonly sources: Sources;
  /** Of the process. */
  readonly key: string;
  readonly startOne: () => string;
}

/** @param isSpare default: there is never time */
const deployed = async (t: TestContext, isSpare: () => boolean = () => false): Promise<Stage> => {
  const restorable = await createRestorableEngine({}, true);
  const { engine, clock } = restorable;
  t.after(() => engine.stop());
  clock!.pause();
  const history = createHistory(engine, isSpare);
  engine.on(history.add);
  const { processes } = await engine.deploy({ name: 'order.bpmn', content: bytes(orders) });
  const sources = {
    ...{ engine: () => engine, history, processes: () => engine.processes(), canReload: false },
    ...{
      attempts: () => ({ settled: [] }),
      jobTypes: () => new Set(),
      connectorCount: () => 0,
      clock: () => undefined,
    },
  } as unknown as Sources;
  const startOne = () => engine.createInstance({ bpmnProcessId: 'order', variables: { key: '1' } }).processInstanceKey;
  return { ...restorable, history, sources, key: processes[0]!.processDefinitionKey, startOne };
};

test('counts exactly what it does not keep, and says so once a minute', async (t) => {
  const { engine, history, sources, key, clock, startOne } = await deployed(t);
  const keys = Array.from({ length: 2_500 }, startOne);
  for (const each of keys.slice(0, 2_400)) engine.cancelInstance(each);
  const { active, terminated, counted, elements, flows } = history.figures(key);
  assert.deepEqual([active, terminated, counted], [100, 2_400, 2_400]);
  assert.deepEqual(elements.get('Start'), { active: 0, done: 2_500, terminated: 0 });
  assert.deepEqual(elements.get('Pay'), { active: 100, done: 0, terminated: 2_400 });
  assert.deepEqual([...flows.values()], [2_500]);
  assert.equal(history.open.counts().jobs, engine.jobs().length);
  const texts = () => history.latest(5_000).flatMap((entry) => lineOf(entry)?.text ?? []);
  assert.equal(texts().length, 1);
  clock!.advance(60_000);
  engine.cancelInstance(keys[2_400]!);
  engine.cancelInstance(keys[2_401]!);
  assert.equal(texts().length, 2);
  assert.deepEqual(
    overview(sources).processes.map((each) => each.counted),
    [2_402],
  );
  const { rows, more, unlisted } = instanceList(sources, key, 200);
  assert.deepEqual([rows.length, more, unlisted], [200, 898, 1_402]);
  assert.deepEqual(
    rows.slice(97, 99).map(({ state, at }) => [state, at]),
    [
      ['ACTIVE', ['Pay']],
      ['TERMINATED', []],
    ],
  );
});

test('an instance that was only counted is shown with what the engine knows of it', async (t) => {
  const { engine, sources, startOne } = await deployed(t);
  const [ended, active] = [startOne(), startOne()];
  engine.cancelInstance(ended);
  const detail = instanceDetail(sources, ended)!;
  assert.deepEqual([detail.isCounted, detail.isCut, detail.state, detail.historyLength], [true, true, 'TERMINATED', 0]);
  assert.deepEqual(
    detail.before.map(({ variable }) => variable?.name),
    ['key'],
  );
  const shown = instanceDetail(sources, active)!;
  assert.deepEqual([shown.isCounted, shown.isCut], [undefined, false]);
  assert.equal(shown.jobs.length, 1);
  // Somebody has looked at it, so its end is kept as well.
  engine.cancelInstance(active);
  assert.equal(instanceDetail(sources, active)!.history.at(-1)!.kind, 'instance:terminated');
});

test('there can be time at the end of an instance again', async (t) => {
  let isSpare = false;
  const { engine, history, key, startOne } = await deployed(t, () => isSpare);
  const instance = startOne();
  isSpare = true;
  engine.cancelInstance(instance);
  assert.equal(history.figures(key).counted, 0);
  assert.equal(eventOf(entriesOf(history.instance(instance)!)[0]!)?.kind, 'instance:created');
});

test('of very many that run, those that began first are kept', async (t) => {
  const { engine, history, key, startOne } = await deployed(t);
  const keys = Array.from({ length: 4_000 }, startOne);
  engine.cancelInstance(keys[0]!);
  assert.equal(history.figures(key).counted, 0);
  assert.equal(entriesOf(history.instance(keys[0]!)!).length, history.instance(keys[0]!)!.length);
  engine.cancelInstance(keys[3_999]!);
  assert.equal(history.figures(key).counted, 1);
});

test('an instance with very many events has the entries of the latest', async (t) => {
  const { engine, history, startOne } = await deployed(t);
  const instance = startOne();
  for (let index = 0; index < 5_000; index += 1) await engine.setVariables(instance, { index });
  const known = history.instance(instance)!;
  assert.ok(known.length >= 2_000 && known.length < 4_000, `${known.length} entries`);
  assert.equal(known.isCut, true);
});

test('after a step back, an instance that was only counted is kept from there on', async (t) => {
  const { engine, history, sources, key, restore, startOne } = await deployed(t);
  const instance = startOne();
  const [mark, snapshot] = [history.mark(), engine.snapshot()];
  engine.cancelInstance(instance);
  assert.equal(history.figures(key).counted, 1);
  await restore(snapshot);
  history.goBack(mark);
  assert.equal(history.figures(key).counted, 0);
  const { isCounted, isCut, active } = history.instance(instance)!;
  assert.deepEqual([isCounted, isCut, activeIds(active)], [false, true, ['Pay']]);
  assert.deepEqual(
    jobs(sources, { count: 9 }).rows.map(({ elementId, state }) => [elementId, state]),
    [['Pay', 'ACTIVATABLE']],
  );
  engine.cancelInstance(instance);
  assert.equal(instanceDetail(sources, instance)!.history.at(-1)!.kind, 'instance:terminated');
});

test('there is time for a thousand instances at once, then for a hundred a second', () => {
  let now = 0;
  const isSpare = createSpareTime(() => now);
  const many = (count: number): number => Array.from({ length: count }, isSpare).filter(Boolean).length;
  assert.equal(many(3_000), 1_000);
  now = 500;
  assert.equal(many(3_000), 50);
  now = 505;
  assert.equal(many(9), 0);
  now = 510;
  assert.equal(many(9), 1);
  now = 1_000_000;
  assert.equal(many(3_000), 1_000);
});
