/** Clocks that jump: the engine's, by which jobs and leases time out, and the time of day of a runtime's machine. */
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
import { direct, setScene } from './support/scene.ts';
import { notSelected, size } from './support/size.ts';

const { batch, times } = size;
const hour = 3_600_000;

suite('clocks', { concurrency: 2 }, () => {
  test("the engine's clock jumps beyond the time of all jobs and leases in hand", async (t) => {
    const scene = await setScene(t);
    const connection = direct(scene.engine().port);
    const workers = await Promise.all([1, 2].map(() => scene.runtime(connection, { work: 30 })));
    const stopFeeding = scene.feed(batch);
    for (let time = 0; time < times; time++) {
      await scene.completed(scene.ledger.completed.size + batch / 2);
      await scene.board.until('jobs are in hand', () => workers.every(({ inHand }) => inHand.size > 0));
      scene.clock.advance(300_000);
    }
    stopFeeding();
    await scene.finish();
    assertNothingLost(scene);
    assertRunsAccounted(scene, workers);
    assert.ok(scene.ledger.timedOut.size > 0, 'jobs in hand were taken away');
    for (const worker of workers) {
      assertEndedWell(await worker.end('SIGTERM'));
      assertQuiet(worker, 4);
    }
  });

  test("a runtime's time of day is set on by an hour, and back by two", notSelected, async (t) => {
    const scene = await setScene(t);
    const proxy = await startProxy(() => scene.engine().port, scene.board.changed);
    scene.after(proxy.stop);
    const worker = await scene.runtime(direct(proxy.port), { work: 30 });
    const stopFeeding = scene.feed(batch);
    let losses = 0;
    for (const by of [hour, -2 * hour]) {
      // Results wait for the gateway when the time is set: that must not look as if the time of their jobs were over.
      losses += await refuseInWork(scene, proxy, worker);
      const moved = worker.count('date:moved');
      worker.moveDate(by);
      await scene.board.until('the time is set', () => worker.count('date:moved') > moved);
      await proxy.accept();
      // Jobs that were on their way when the connection was cut come back only after their time. Others must get through.
      scene.load(batch);
      await scene.completed(scene.ledger.completed.size + batch);
    }
    stopFeeding();
    await scene.finish();
    assertNothingLost(scene);
    assertRanOnce(scene, [worker]);
    assertEndedWell(await worker.end('SIGTERM'));
    assertQuiet(worker, 4 + 2 * losses);
  });
});
