/** A gateway whose timeouts (of long polls and awaited results) a test controls. */
import type { TestContext } from 'node:test';
import { createMemoryStore } from '../../../src/connector/documents/memory-store.ts';
import type { Gateway, GatewayOptions } from '../../../src/engine/gateway/gateway.ts';
import { startGateway } from '../../../src/engine/gateway/grpc/server.ts';
import { createJobHandOut } from '../../../src/engine/gateway/job-hand-out.ts';
import type { ConnectionLimits } from '../../../src/engine/gateway/rest/connection-limits.ts';
import { startRestGateway } from '../../../src/engine/gateway/rest/server.ts';
import { createEventWaiter } from '../../../src/engine/host/event-waiter.ts';
import { createMachineHost, type MachineHost } from '../../../src/engine/host/machine-host.ts';
import { createTaskChanges } from '../../../src/engine/host/task-changes.ts';
import { createTestClock, type TestClock } from '../../../src/engine/host/test-clock.ts';
import { createMachine } from '../../../src/engine/machine/index.ts';
import { compileBpmn } from '../../../src/engine/model/index.ts';

import { createSecondaryStorage } from '../../../src/engine/secondary-storage/secondary-storage.ts';
import { connect, type RawClient } from './client.ts';

/** A timeout of the gateway that has not ended. */
export interface Wait {
  readonly milliseconds: number;
  readonly act: () => void;
}

/** The timeouts of a gateway. */
interface Waits {
  /** Resolves with the open waits when there are this many. */
  waits(count: number): Promise<readonly Wait[]>;
}

export interface ManualGateway extends Waits {
  readonly client: RawClient;
  readonly host: MachineHost;
  /** The time of processes. */
  readonly clock: TestClock;
}

export interface ManualRestGateway extends Waits {
  readonly port: number;
  readonly host: MachineHost;
}

/** The services of a gateway, whose timers a test controls. */
const prepare = (t: TestContext, host: MachineHost) => {
  const open = new Set<Wait>();
  const checks = new Set<() => void>();
  const tell = (): void => {
    for (const check of checks) check();
  };
  const handOut = createJobHandOut(host, Math.random);
  const services: Omit<GatewayOptions, 'port'> = {
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
  };
  const waits: Waits['waits'] = (count) =>
    new Promise((resolve) => {
      const check = (): void => {
        if (open.size !== count) return;
        checks.delete(check);
        resolve([...open]);
      };
      checks.add(check);
      check();
    });
  const stopAfter = (gateway: Gateway): void =>
    t.after(async () => {
      await gateway.stop(true);
      handOut.stop();
      host.close();
    });
  return { services, waits, stopAfter };
};

export const startManualGateway = async (t: TestContext): Promise<ManualGateway> => {
  const clock = createTestClock();
  const host = createMachineHost({ createMachine, clock });
  const { services, waits, stopAfter } = prepare(t, host);
  const gateway = await startGateway({ ...services, port: 0 });
  stopAfter(gateway);
  return { client: connect(t, `127.0.0.1:${gateway.port}`), host, clock, waits };
};

export const startManualRestGateway = async (t: TestContext, limits: ConnectionLimits): Promise<ManualRestGateway> => {
  const host = createMachineHost({ createMachine });
  const { services, waits, stopAfter } = prepare(t, host);
  const storage = createSecondaryStorage({ host, now: Date.now, delay: 0, keepEnded: 100 });
  const documents = createMemoryStore({ now: Date.now });
  const gateway = await startRestGateway({ ...services, port: 0, storage, documents, limits });
  stopAfter(gateway);
  return { port: gateway.port, host, waits };
};
