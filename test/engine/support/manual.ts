/** A gateway whose waits (long polls, awaited results) the test ends by hand. */
import type { TestContext } from 'node:test';
import { createTestClock } from '../../../src/engine/clock.ts';
import { createDrive, type Drive } from '../../../src/engine/drive.ts';
import { startGateway } from '../../../src/engine/gateway/server.ts';
import { createMachine } from '../../../src/engine/machine/index.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import type { TestClock } from '../../../src/engine/types.ts';
import { connect, type RawClient } from './client.ts';

/** A wait that the gateway has begun and not ended. */
export interface Wait {
  readonly milliseconds: number;
  readonly act: () => void;
}

export interface ManualGateway {
  readonly client: RawClient;
  readonly drive: Drive;
  /** Time of processes. */
  readonly clock: TestClock;
  /** Resolves with the waits that go on, once there are this many. */
  waits(count: number): Promise<readonly Wait[]>;
}

export const startManualGateway = async (t: TestContext): Promise<ManualGateway> => {
  const clock = createTestClock();
  const drive = createDrive({ createMachine, clock });
  const open = new Set<Wait>();
  const checks = new Set<() => void>();
  const tell = (): void => {
    for (const check of checks) check();
  };
  const gateway = await startGateway({
    port: 0,
    drive,
    compile: compileBpmn,
    random: Math.random,
    startTimer: (milliseconds, act) => {
      const wait = { milliseconds, act };
      open.add(wait);
      tell();
      return () => {
        open.delete(wait);
        tell();
      };
    },
  });
  t.after(async () => {
    await gateway.stop(true);
    drive.close();
  });
  return {
    client: connect(t, `127.0.0.1:${gateway.port}`),
    drive,
    clock,
    waits: (count) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (open.size !== count) return;
          checks.delete(check);
          resolve([...open]);
        };
        checks.add(check);
        check();
      }),
  };
};
