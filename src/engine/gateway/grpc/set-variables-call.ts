import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { TaskChanges } from '../../host/task-changes.ts';
import type { Key } from '../../machine/types.ts';
import { type CallStatus, statusOf, stopping } from '../call-status.ts';
import type { HeldCalls } from '../held-calls.ts';
import type { JobHandOut } from '../job-hand-out.ts';
import { readVariables } from '../messages/grpc-messages.ts';

interface SetVariablesRequest {
  readonly elementInstanceKey: Key;
  readonly variables: string;
  readonly local: boolean;
}

/** What the call needs. */
export interface SetVariablesServices {
  readonly changes: TaskChanges;
  readonly heldCalls: HeldCalls;
  readonly handOut: JobHandOut;
}

/** Creates the call SetVariables. In the scope of a user task, it waits for the listeners to updates of the task. */
export const createSetVariablesCall =
  ({ changes, heldCalls, handOut }: SetVariablesServices) =>
  (call: ServerUnaryCall<SetVariablesRequest, object>, answer: sendUnaryData<object>): void => {
    const { elementInstanceKey, variables, local } = call.request;
    let isAnswered = false;
    const end = (error: CallStatus | null, response?: object): void => {
      if (isAnswered) return;
      isAnswered = true;
      forget();
      answer(error, response);
    };
    const forget = heldCalls.add(() => end(stopping));
    try {
      const written = handOut.answeredFirst.run(
        () => changes.setVariables(elementInstanceKey, readVariables(variables), local),
        (listener) => call.once('cancelled', listener),
      );
      written.then(
        (key) => end(null, { key }),
        (error) => end(statusOf(error)),
      );
    } catch (error) {
      end(statusOf(error));
    }
  };
