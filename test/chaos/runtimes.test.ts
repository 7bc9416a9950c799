/** Runtimes that are killed, told to stop, replaced one after the other, or share the work: nothing is lost. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  assertEndedWell,
  assertNothingLost,
  assertQuiet,
  assertRanOnce,
  assertRunsAccounted,
} from './support/checks.ts';
import { refuseInWork } from './support/outage.ts';
import { startProxy } from './support/proxy.ts';
import { direct, type Scene, setScene } from './support/scene.ts';
import { notSelected, size } from './support/size.ts';
import type { WorkerSettings } from './support/told.ts';
import type { Worker } from './support/worker.ts';

const { batch } = size;

/** Milliseconds of a job: long enough that some are in hand at any moment. */
const work = 30;

const startThree = (scene: Scene, settings: Partial<WorkerSettings>): Promise<readonly [Worker, Worker, Worker]> => {
  const start = (): Promise<Worker> => scene.runtime(direct(scene.engine().port), settings);
  return Promise.all([start(), start(), start()]);
};

const endAll = async (workers: readonly Worker[], lines: number): Promise<void> => {
  for (const worker of workers) {
    assertEndedWell(await worker.end('SIGTERM'));
    assertQuiet(worker, lines);
  }
};

const shares = (counts: ReadonlyMap<string, number>, workers: readonly Worker[]): readonly number[] => {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return workers.map(({ name }) => (counts.get(name) ?? 0) / all);
};

suite('several runtimes on one engine', { concurrency: 2 }, () => {
  test('one of three is killed in the middle of its work', async (t) => {
    const scene = await setScene(t);
    const [first, ...others] = await startThree(scene, { work });
    const stopFeeding = scene.feed(batch);
    await scene.completed(batch);
    await scene.board.until('the first has jobs in hand', () => first.inHand.size > 0);
    const ending = await first.end('SIGKILL');
    assert.equal(ending.signal, 'SIGKILL');
    await scene.completed(scene.ledger.completed.size + batch);
    stopFeeding();
    await scene.finish();
    assertNothingLost(scene);
    assertRunsAccounted(scene, [first, ...others]);
    await endAll(others, 4);
  });

  test(
    'one that is alone is told to stop in the middle of its work, and another one goes on',
    notSelected,
    async (t) => {
      const scene = await setScene(t);
      const port = direct(scene.engine().port);
      const first = await scene.runtime(port, { work });
      const stopFeeding = scene.feed(batch);
      await scene.completed(batch);
      await scene.board.until('it has jobs in hand', () => first.inHand.size > 0);
      assertEndedWell(await first.end('SIGTERM'));
      assertQuiet(first, 4);
      assert.equal(first.inHand.size, 0, 'all that it had in hand is settled');
      const second = await scene.runtime(port, { work });
      await scene.completed(scene.ledger.completed.size + batch);
      stopFeeding();
      await scene.finish();
      assertNothingLost(scene);
      assertRanOnce(scene, [first, second]);
      await endAll([second], 4);
    },
  );

  test(
    'one that cannot reach its gateway any more is told to stop, and ends; another one goes on',
    notSelected,
    async (t) => {
      const scene = await setScene(t);
      const proxy = await startProxy(() => scene.engine().port, scene.board.changed);
      scene.after(proxy.stop);
      const first = await scene.runtime(direct(proxy.port), { work, drainTimeout: 0.5 });
      scene.load(batch);
      await refuseInWork(scene, proxy, first);
      assertEndedWell(await first.end('SIGTERM'));
      // It has not waited until the time of its jobs was over.
      assert.deepEqual(
        [...new Set(first.deliveries.keys())].filter((kind) => kind !== 'accepted'),
        ['abandoned'],
      );
      const second = await scene.runtime(direct(scene.engine().port), { work });
      scene.load(batch);
      await scene.finish();
      assertNothingLost(scene);
      assertRunsAccounted(scene, [first, second]);
      await endAll([second], 4);
    },
  );

  test('three share jobs and subscriptions', notSelected, async (t) => {
    const scene = await setScene(t);
    const maxJobs = 8;
    const workers = await startThree(scene, { work, maxJobs });
    const stopFeeding = scene.feed(batch);
    await scene.completed(Math.max(150, batch * 5));
    stopFeeding();
    await scene.finish();
    assertNothingLost(scene);
    assertRanOnce(scene, workers);
    for (const type of ['work', '_activate_inbound_connector', 'subscription']) {
      const parts = shares(scene.ledger.completedBy(type), workers);
      const shown = parts.map((part) => `${Math.round(part * 100)} %`).join(', ');
      t.diagnostic(`${type}: ${shown}`);
      assert.ok(Math.min(...parts) >= 0.15, `each has at least 15 % of ${type}: ${shown}`);
    }
    for (const { name, maxWork } of workers) {
      assert.ok(maxWork() <= maxJobs, `${name} had ${maxWork()} jobs in hand, not more than ${maxJobs}`);
    }
    await endAll(workers, 4);
  });

  test('all three are replaced one after the other under load', notSelected, async (t) => {
    const scene = await setScene(t);
    const old = await startThree(scene, { work });
    const stopFeeding = scene.feed(batch);
    const replacements: Worker[] = [];
    for (const worker of old) {
      await scene.completed(scene.ledger.completed.size + batch);
      assertEndedWell(await worker.end('SIGTERM'));
      assertQuiet(worker, 4);
      replacements.push(await scene.runtime(direct(scene.engine().port), { work }));
    }
    await scene.completed(scene.ledger.completed.size + batch);
    stopFeeding();
    await scene.finish();
    assertNothingLost(scene);
    assertRanOnce(scene, [...old, ...replacements]);
    await endAll(replacements, 4);
  });
});
