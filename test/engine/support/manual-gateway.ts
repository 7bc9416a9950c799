/** A gateway whose timeouts (of long polls and awaited results) a test controls. */
import type { TestContext } from 'node:test';
import { startGateway } from '../../../src/engine/gateway/grpc/server.ts';
import { createJobHandOut } from '../../../src/engine/gateway/job-hand-out.ts';
import { createEventWaiter } from '../../../src/engine/host/event-waiter.ts';
import { createMachineHost, type MachineHost } from '../../../src/engine/host/machine-host.ts';
import { createTaskChanges } from '../../../src/engine/host/task-changes.ts';
import { createTestClock, type TestClock } from '../../../src/engine/host/test-clock.ts';
import { createMachine } from '../../../src/engine/machine/index.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import { connect, type RawClient } from './client.ts';

/** A timeout of the gateway that has not ended. */
export interface Wait {
  readonly milliseconds: number;
  readonly act: () => void;
}

export interface ManualGateway {
  readonly client: RawClient;
  readonly host: MachineHost;
  /** The time of processes. */
  readonly clock: TestClock;
  /** Resolves with the open waits when there are this many. */
  waits(count: number): Promise<readonly Wait[]>;
}

export const startManualGateway = async (t: TestContext): Promise<ManualGateway> => {
  const clock = createTestClock();
  const host = createMachineHost({ createMachine, clock });
  const open = new Set<Wait>();
  const checks = new Set<() => void>();
  const tell = (): void => {
    for (const check of checks) check();
  };
  const handOut = createJobHandOut(host, Math.random);
  const gateway = await startGateway({
    port: 0,
    host,
    changes: createTaskChanges(host, createEventWaiter(host)),
    compile: compileBpmn,
    version: '8.10',
    handOut,
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
    handOut.stop();
    host.close();
  });
  return {
    client: connect(t, `127.0.0.1:${gateway.port}`),
    host,
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
