/** Jobs at a steady rate, also where more than one falls due in a millisecond. */
import { Worker } from 'node:worker_threads';

/** A rate, and how many times something falls due. */
export interface Rate {
  /** Milliseconds between two times, or parts of one. */
  readonly every: number;
  readonly times: number;
}

/**
 * The thread that keeps time. The timers of Node.js count whole milliseconds, so that jobs would come in bursts. It is text, so
 * that it needs no compiler.
 */
const clock = `
  const { parentPort, workerData: { every, times } } = require('node:worker_threads');
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  const began = performance.now();
  for (let due = 1; due <= times; due++) {
    const rest = began + due * every - performance.now();
    if (rest > 0) Atomics.wait(nothing, 0, 0, rest);
    parentPort.postMessage(due);
  }
`;

/**
 * Calls a function each time that something falls due. Times that were missed, because the machine was busy, follow at once.
 *
 * @returns a promise that resolves after the last call
 */
export const atRate = ({ every, times }: Rate, act: () => void): Promise<void> =>
  new Promise((resolve, reject) => {
    let left = times;
    const worker = new Worker(clock, { eval: true, workerData: { every, times } });
    worker.on('error', reject);
    worker.on('message', () => {
      act();
      if (--left === 0) resolve();
    });
  });
