import { type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { StartTimer } from '../../common/timer.ts';
import type { MachineHost } from '../host/machine-host.ts';
import type { Key, MachineInstance } from '../machine/types.ts';
import { invalidArgument, statusOf, stopping } from './call-status.ts';
import { type CreateProcessInstanceWithResultRequest, writeVariables } from './grpc-messages.ts';
import type { HeldCalls } from './held-calls.ts';
import { createInstance, toInstanceMessage } from './unary-calls.ts';

/** Milliseconds that a call without a timeout waits for the result. */
const defaultResultTimeout = 15_000;

/** What the call needs. */
export interface ResultCallServices {
  readonly host: MachineHost;
  readonly heldCalls: HeldCalls;
  /** Real time, because clients measure it, too. */
  readonly startTimer: StartTimer;
}

type ResultCall = (
  call: ServerUnaryCall<CreateProcessInstanceWithResultRequest, object>,
  answer: sendUnaryData<object>,
) => void;

const rpc = 'CreateProcessInstanceWithResult';

/**
 * Creates the call CreateProcessInstanceWithResult, which answers when the instance completes. As on a cluster, a cancelled
 * instance or one with an incident gives no answer before the timeout, and the instance continues after the call.
 */
export const createResultCall = ({ host, heldCalls, startTimer }: ResultCallServices): ResultCall => {
  const waiting = new Map<Key, (instance: MachineInstance) => void>();
  host.on((event) => {
    if (event.kind === 'instance:completed') waiting.get(event.instance.key)?.(event.instance);
  });

  return (call, answer) => {
    const { request, fetchVariables } = call.request;
    try {
      if (request === null) throw invalidArgument(`${rpc} needs a request, but has none.`);
      const timeout = Number(call.request.requestTimeout);
      const limit = timeout > 0 ? timeout : defaultResultTimeout;

      // In one run, so that no event is delivered before the call waits: the instance may have completed already.
      host.run((machine) => {
        const created = createInstance(rpc, request, machine);
        const key = created.processInstanceKey;
        const leave = (): void => {
          waiting.delete(key);
          forget();
          stopTimer();
        };
        const forget = heldCalls.add(() => {
          leave();
          answer(stopping);
        });
        const stopTimer = startTimer(limit, () => {
          leave();
          const details = `Process instance ${key} has not completed within ${limit} ms; it continues.`;
          answer({ code: status.DEADLINE_EXCEEDED, details });
        });
        waiting.set(key, ({ variables }) => {
          leave();
          answer(null, { ...toInstanceMessage(created), variables: writeVariables(variables, fetchVariables) });
        });
        call.once('cancelled', leave);
      });
    } catch (error) {
      answer(statusOf(error));
    }
  };
};
