import type { StartTimer } from '../../common/timer.ts';
import type { MachineHost } from '../host/machine-host.ts';
import type { Key, Machine, MachineInstance, Variables } from '../machine/types.ts';
import type { HeldCalls } from './held-calls.ts';
import type { CreateProcessInstanceRequest } from './messages/grpc-messages.ts';
import { createInstance } from './unary-calls.ts';

/** Milliseconds that a call without a timeout waits for the result. */
const defaultResultTimeout = 15_000;

/** What the waiting needs. */
export interface ResultServices {
  readonly host: MachineHost;
  readonly heldCalls: HeldCalls;
  /** Real time, because clients measure it, too. */
  readonly startTimer: StartTimer;
}

/** What becomes of the waiting; exactly one of the callbacks is called, unless the caller leaves. */
export interface ResultCallbacks {
  completed(created: ReturnType<Machine['createInstance']>, variables: Variables): void;
  late(details: string): void;
  stopping(): void;
}

/**
 * Creates an instance and waits for its result. Throws if it cannot be created.
 *
 * @param rpc name of the call, for the text of a rejection
 * @param timeout milliseconds; 0 or less: the default
 * @returns a function that ends the waiting
 */
export type AwaitResult = (
  rpc: string,
  request: CreateProcessInstanceRequest,
  timeout: number,
  callbacks: ResultCallbacks,
) => () => void;

/**
 * Creates what waits for the results of instances. As on a cluster, a cancelled instance or one with an incident gives no
 * result before the timeout, and the instance continues after the call.
 */
export const createInstanceResults = ({ host, heldCalls, startTimer }: ResultServices): AwaitResult => {
  const waiting = new Map<Key, (instance: MachineInstance) => void>();
  host.onWork((event) => {
    if (event.kind === 'instance:completed') waiting.get(event.instance.key)?.(event.instance);
  });

  return (rpc, request, timeout, { completed, late, stopping }) => {
    const limit = timeout > 0 ? timeout : defaultResultTimeout;
    // In one run, so that no event is delivered before the call waits: the instance may have completed already.
    return host.run((machine) => {
      const created = createInstance(rpc, request, machine, host.tenants);
      const key = created.processInstanceKey;
      const leave = (): void => {
        waiting.delete(key);
        forget();
        stopTimer();
      };
      const forget = heldCalls.add(() => {
        leave();
        stopping();
      });
      const stopTimer = startTimer(limit, () => {
        leave();
        late(`Process instance ${key} has not completed within ${limit} ms; it continues.`);
      });
      waiting.set(key, ({ variables }) => {
        leave();
        completed(created, variables);
      });
      return leave;
    });
  };
};
