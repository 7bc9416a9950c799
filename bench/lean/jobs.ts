/** The jobs of the lean gateways: made when they are wanted, and each key kept account of. */
import type { Format } from './format.ts';

/** Microseconds on the machine's one monotonic clock, which all its processes read alike. */
export const microseconds = (): number => Number(process.hrtime.bigint()) / 1_000;

const firstKey = 2251799813685249;
const leaseTime = 300_000;

/** What became of the jobs. */
export interface Account {
  readonly handedOut: number;
  readonly completed: number;
  /** Completed although it was completed already. */
  readonly double: number;
  /** Completed or failed although it was never handed out. */
  readonly unknown: number;
  readonly failed: number;
}

/** Makes jobs and keeps account of them. */
export interface Jobs {
  /** The next job, as the protocol writes it. Its variable `a` says when it was made, in microseconds. */
  next(): Buffer;
  complete(key: number): void;
  fail(key: number): void;
  outstanding(): number;
  account(): Account;
}

/** @param payload JSON of the variable `p`; none: there is no such variable */
export const createJobs = ({ writeJob }: Pick<Format, 'writeJob'>, payload?: string): Jobs => {
  const more = payload === undefined ? '' : `,"p":${payload}`;
  /** 1: handed out, 2: settled. */
  let states = new Uint8Array(1 << 16);
  let handedOut = 0;
  let completed = 0;
  let double = 0;
  let unknown = 0;
  let failed = 0;

  const settle = (key: number): boolean => {
    const index = key - firstKey;
    const state = states[index];
    if (index >= handedOut || state === undefined) unknown++;
    else if (state === 2) double++;
    else {
      states[index] = 2;
      return true;
    }
    return false;
  };

  return {
    next: () => {
      const index = handedOut++;
      if (index >= states.length) {
        const larger = new Uint8Array(states.length * 2);
        larger.set(states);
        states = larger;
      }
      states[index] = 1;
      const made = microseconds();
      const variables = `{"a":${made.toFixed(1)},"b":"text","c":true,"d":[1,2],"e":{"f":1.5}${more}}`;
      return writeJob({ key: firstKey + index, deadline: Date.now() + leaseTime, variables });
    },
    complete: (key) => {
      if (settle(key)) completed++;
    },
    fail: (key) => {
      if (settle(key)) failed++;
    },
    outstanding: () => handedOut - completed - failed,
    account: () => ({ handedOut, completed, double, unknown, failed }),
  };
};
