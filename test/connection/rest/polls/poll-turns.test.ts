/** How many job types share few sockets, in virtual time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ActivatedJob } from '../../../../src/connection/port.ts';
import type { JobHint } from '../../../../src/connection/rest/polls/job-hints.ts';
import { createPollTurns, type PollTurns } from '../../../../src/connection/rest/polls/poll-turns.ts';
import { createManualClock, settle } from '../../../runtime/support/clock.ts';
import { randomNumbers } from '../../../support/random.ts';

/** A search of the cluster: what it shows, and when it fails. */
type Search = 'exact' | 'hides everything' | 'unavailable' | 'fails' | 'shows locked jobs';

interface Cluster {
  readonly turns: PollTurns;
  readonly clock: ReturnType<typeof createManualClock>;
  /** Requests so far, searches included. */
  readonly requests: () => number;
  readonly searches: () => number;
  readonly mostHeld: () => number;
  /** Adds a job. */
  add(type: string): void;
  /** Milliseconds from the start of a job to its activation, by type. */
  readonly delays: Map<string, number>;
  /** Polls for the jobs of these types, again and again, as the runtime does. */
  run(types: readonly string[], wait?: number): void;
  /** Lets time pass. */
  pass(milliseconds: number): Promise<void>;
  stop(): void;
}

const job = (type: string): ActivatedJob => ({ type }) as ActivatedJob;

const startCluster = ({ places = 40, search = 'exact' as Search, holds = true } = {}): Cluster => {
  const clock = createManualClock(randomNumbers(7));
  const waiting = new Map<string, number[]>();
  const held = new Map<string, Set<() => void>>();
  const delays = new Map<string, number>();
  const stopping = new AbortController();
  let requests = 0;
  let searches = 0;
  let heldNow = 0;
  let mostHeld = 0;

  const take = (type: string): readonly ActivatedJob[] => {
    const added = waiting.get(type)?.shift();
    if (added === undefined) return [];
    delays.set(type, clock.now() - added);
    return [job(type)];
  };

  const turns = createPollTurns({
    clock,
    places,
    findJobs: async (types) => {
      requests += 1;
      searches += 1;
      if (search === 'unavailable') return 'unavailable';
      if (search === 'fails') throw new Error('down');
      if (search === 'hides everything') return [];
      if (search === 'shows locked jobs') return types.map((type): JobHint => ({ type, job: 'the same' }));
      return types.flatMap((type) => {
        const added = waiting.get(type) ?? [];
        return added.length === 0 ? [] : [{ type, job: String(added[0]) }];
      });
    },
  });

  const send = (type: string, hold: number): Promise<readonly ActivatedJob[]> => {
    requests += 1;
    const jobs = take(type);
    if (jobs.length > 0 || hold < 0 || !holds) return Promise.resolve(jobs);
    heldNow += 1;
    mostHeld = Math.max(mostHeld, heldNow);
    return new Promise((resolve) => {
      const list = held.get(type) ?? new Set();
      held.set(type, list);
      const end = (): void => {
        list.delete(end);
        cancel();
        heldNow -= 1;
        resolve(take(type));
      };
      const cancel = clock.timer(hold, end);
      list.add(end);
    });
  };

  const loop = async (type: string, wait: number): Promise<void> => {
    while (!stopping.signal.aborted) {
      const jobs = await turns.run({ type, wait, send: (hold) => send(type, hold), signals: [stopping.signal] });
      // The runtime pauses after an empty answer that comes too early.
      if (jobs.length === 0 && !holds) await new Promise<void>((resolve) => clock.timer(1_000, resolve));
    }
  };

  return {
    turns,
    clock,
    requests: () => requests,
    searches: () => searches,
    mostHeld: () => mostHeld,
    delays,
    add: (type) => {
      waiting.set(type, [...(waiting.get(type) ?? []), clock.now()]);
      const [end] = held.get(type) ?? [];
      end?.();
    },
    run: (types, wait = 50_000) => {
      for (const type of types) void loop(type, wait);
    },
    pass: async (milliseconds) => {
      const step = 50;
      for (let passed = 0; passed < milliseconds; passed += step) {
        clock.advance(step);
        await settle(1);
      }
    },
    stop: () => {
      stopping.abort();
      turns.close();
    },
  };
};

const typesOf = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `type-${index}`);

describe('200 types', () => {
  test('an idle runtime makes at most 5 requests a second, and holds at most 40', async () => {
    const cluster = startCluster();
    cluster.run(typesOf(200));
    await cluster.pass(60_000);
    const before = cluster.requests();
    await cluster.pass(120_000);
    const perSecond = (cluster.requests() - before) / 120;
    assert.ok(perSecond <= 5, `${perSecond} requests a second`);
    assert.equal(cluster.mostHeld(), 40);
    cluster.stop();
  });

  test('a cold job of any type is activated within 2 seconds', async () => {
    const cluster = startCluster();
    const types = typesOf(200);
    cluster.run(types);
    await cluster.pass(30_000);
    for (const type of types) {
      cluster.add(type);
      await cluster.pass(350);
    }
    await cluster.pass(2_000);
    assert.equal(cluster.delays.size, 200);
    const slowest = Math.max(...cluster.delays.values());
    assert.ok(slowest <= 2_000, `${slowest} ms`);
    cluster.stop();
  });

  test('without a search, the types are asked in turn: a cold job waits 10 seconds at most, at 25 requests a second', async () => {
    for (const search of ['unavailable', 'hides everything'] as const) {
      const cluster = startCluster({ search });
      const types = typesOf(200);
      cluster.run(types);
      await cluster.pass(5_000);
      // A search that hides the jobs is found out by the jobs that it should have shown.
      for (let round = 0; round < 12; round += 1) {
        for (const type of types.slice(round * 10, round * 10 + 10)) cluster.add(type);
        await cluster.pass(10_000);
      }
      cluster.delays.clear();
      const before = cluster.requests();
      for (const type of types.slice(120)) cluster.add(type);
      await cluster.pass(12_000);
      assert.equal(cluster.delays.size, 80, search);
      const slowest = Math.max(...cluster.delays.values());
      assert.ok(slowest <= 10_000, `${search}: ${slowest} ms`);
      assert.ok((cluster.requests() - before) / 12 <= 35, `${search}: ${cluster.requests() - before} requests`);
      cluster.stop();
    }
  });

  test('jobs that other workers have do not make a hot loop', async () => {
    const cluster = startCluster({ search: 'shows locked jobs' });
    cluster.run(typesOf(200));
    await cluster.pass(60_000);
    const before = cluster.requests();
    await cluster.pass(60_000);
    const perSecond = (cluster.requests() - before) / 60;
    assert.ok(perSecond <= 16, `${perSecond} requests a second`);
    cluster.stop();
  });

  test('a search that fails is asked less often', async () => {
    const cluster = startCluster({ search: 'fails' });
    cluster.run(typesOf(200));
    await cluster.pass(120_000);
    assert.ok(cluster.searches() <= 15, `${cluster.searches()} searches`);
    cluster.stop();
  });
});

describe('few types', () => {
  test('need no search, and each is held', async () => {
    const cluster = startCluster();
    cluster.run(typesOf(40));
    await cluster.pass(60_000);
    assert.equal(cluster.searches(), 0);
    cluster.add('type-3');
    await cluster.pass(50);
    assert.equal(cluster.delays.get('type-3'), 0);
    cluster.stop();
  });

  test('a type with work keeps getting places', async () => {
    const cluster = startCluster({ places: 2 });
    cluster.run(typesOf(10));
    await cluster.pass(10_000);
    for (let count = 0; count < 100; count += 1) {
      cluster.add('type-9');
      await cluster.pass(100);
    }
    await cluster.pass(2_000);
    cluster.delays.clear();
    cluster.add('type-9');
    await cluster.pass(2_000);
    assert.ok(cluster.delays.get('type-9')! <= 1_250, String(cluster.delays.get('type-9')));
    cluster.stop();
  });

  test('131. a gateway that does not hold requests is not asked in a hot loop', async () => {
    const cluster = startCluster({ holds: false });
    cluster.run(typesOf(4));
    await cluster.pass(20_000);
    assert.ok(cluster.requests() <= 100, `${cluster.requests()} requests`);
    cluster.stop();
  });
});

test('a parked poll is never answered without the cluster', async () => {
  const cluster = startCluster({ places: 1, search: 'hides everything' });
  cluster.run(['a', 'b'], 10_000);
  await cluster.pass(30_000);
  const before = cluster.requests();
  await cluster.pass(100_000);
  // Each wait of 10 seconds ends with a request, of the held type and of the parked one.
  assert.ok(
    cluster.requests() - before - cluster.searches() <= 100 && cluster.requests() - before >= 20,
    String(before),
  );
  cluster.stop();
});

test('113. an abort ends a parked poll at once', async () => {
  const clock = createManualClock();
  const turns = createPollTurns({ clock, places: 0, findJobs: async () => [] });
  const controller = new AbortController();
  let sent = 0;
  const send = async (): Promise<readonly ActivatedJob[]> => {
    sent += 1;
    if (controller.signal.aborted) throw new Error('aborted');
    return [];
  };
  const poll = turns.run({ type: 'a', wait: 50_000, send, signals: [controller.signal] });
  await settle(1);
  assert.equal(sent, 1);
  controller.abort();
  await assert.rejects(poll, /aborted/);
  assert.deepEqual(
    clock.timers().filter((milliseconds) => milliseconds > 2_000),
    [],
  );
  turns.close();
  assert.deepEqual(clock.timers(), []);
});
