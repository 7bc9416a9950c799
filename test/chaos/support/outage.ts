import assert from 'node:assert/strict';
import type { TcpProxy } from './proxy.ts';
import type { Scene } from './scene.ts';
import { size } from './size.ts';
import type { Worker } from './worker.ts';

/** So often in a row, no job is in hand only by a fault. */
const mostLosses = 50;

/**
 * Closes the port of a runtime that has jobs in hand, whose results have to wait then. What it had in hand a moment ago may be
 * settled by now, and nothing else arrives behind a closed port: then the port opens once more, for other jobs.
 *
 * @returns how often the connection was lost
 */
export const refuseInWork = async (scene: Scene, proxy: TcpProxy, worker: Worker): Promise<number> => {
  for (let losses = 1; ; losses += 1) {
    assert.ok(losses <= mostLosses, `Jobs are in hand when the connection is lost, once in ${mostLosses} times.`);
    await scene.board.until('jobs are in hand', () => worker.inHand.size > 0);
    const [lost, accepted] = [worker.count('connection:lost'), proxy.accepted()];
    await proxy.refuse();
    await scene.board.until('it has felt it', () => worker.count('connection:lost') > lost);
    if (worker.inHand.size > 0) return losses;
    await proxy.accept();
    // Before that, the engine may hand jobs out over the old connection.
    await scene.board.until('another connection', () => proxy.accepted() > accepted);
    scene.load(size.batch);
  }
};
