import { type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import type { StartTimer } from '../../common/timer.ts';
import type { Drive } from '../drive.ts';
import type { Key, MachineInstance } from '../machine/types.ts';
import { createInstance, toWireInstance } from './calls.ts';
import { writeVariables } from './documents.ts';
import type { OpenCalls } from './open-calls.ts';
import { invalidArgument, statusOf, stopping } from './status.ts';
import type { CreateProcessInstanceWithResultRequest } from './wire.ts';

/** Milliseconds that an awaited result may take when the call names no time of its own. */
const defaultResultTimeout = 15_000;

/** What the call needs. */
export interface ResultCallServices {
  readonly drive: Drive;
  readonly openCalls: OpenCalls;
  /** Real time, since clients measure the same wait. */
  readonly startTimer: StartTimer;
}

type ResultCall = (
  call: ServerUnaryCall<CreateProcessInstanceWithResultRequest, object>,
  answer: sendUnaryData<object>,
) => void;

const rpc = 'CreateProcessInstanceWithResult';

/**
 * Makes CreateProcessInstanceWithResult: answers when the instance completes. A cancelled instance or one with an incident
 * gives no answer before the time is over, as on a cluster, and the instance outlives the call.
 */
export const createResultCall = ({ drive, openCalls, startTimer }: ResultCallServices): ResultCall => {
  const waiting = new Map<Key, (instance: MachineInstance) => void>();
  drive.on((event) => {
    if (event.kind === 'instance:completed') waiting.get(event.instance.key)?.(event.instance);
  });

  return (call, answer) => {
    const { request, fetchVariables } = call.request;
    try {
      if (request === null) throw invalidArgument(`${rpc} needs a request, but has none.`);
      const timeout = Number(call.request.requestTimeout);
      const limit = timeout > 0 ? timeout : defaultResultTimeout;

      // In one run, so that nothing is told before the wait has begun: the instance may be through already.
      drive.run((machine) => {
        const created = createInstance(rpc, request, machine);
        const key = created.processInstanceKey;
        const leave = (): void => {
          waiting.delete(key);
          forget();
          stopTimer();
        };
        const forget = openCalls.add(() => {
          leave();
          answer(stopping);
        });
        const stopTimer = startTimer(limit, () => {
          leave();
          const details = `Process instance ${key} has not completed within ${limit} ms; it goes on.`;
          answer({ code: status.DEADLINE_EXCEEDED, details });
        });
        waiting.set(key, ({ variables }) => {
          leave();
          answer(null, { ...toWireInstance(created), variables: writeVariables(variables, fetchVariables) });
        });
        call.once('cancelled', leave);
      });
    } catch (error) {
      answer(statusOf(error));
    }
  };
};
