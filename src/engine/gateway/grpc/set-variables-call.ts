import type { TaskChanges } from '../../host/task-changes.ts';
import type { Key } from '../../machine/types.ts';
import { type CallStatus, statusOf, stopping } from '../call-status.ts';
import type { HeldCalls } from '../held-calls.ts';
import type { JobHandOut } from '../job-hand-out.ts';
import { readVariables } from '../messages/grpc-messages.ts';
import type { GrpcHandler } from './call.ts';

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
  ({ changes, heldCalls, handOut }: SetVariablesServices): GrpcHandler<SetVariablesRequest> =>
  (call) => {
    const { elementInstanceKey, variables, local } = call.request;
    const end = (status?: CallStatus): void => {
      forget();
      call.end(status);
    };
    const forget = heldCalls.add(() => end(stopping));
    try {
      const written = handOut.answeredFirst.run(
        () => changes.setVariables(elementInstanceKey, readVariables(variables), local),
        call.onEnd,
      );
      written.then(
        (key) => {
          call.send({ key });
          end();
        },
        (error) => end(statusOf(error)),
      );
    } catch (error) {
      end(statusOf(error));
    }
  };
