import { type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { invalidArgument, statusOf, stopping } from '../call-status.ts';
import type { AwaitResult } from '../instance-results.ts';
import { type CreateProcessInstanceWithResultRequest, writeVariables } from '../messages/grpc-messages.ts';
import { toInstanceMessage } from '../unary-calls.ts';

type ResultCall = (
  call: ServerUnaryCall<CreateProcessInstanceWithResultRequest, object>,
  answer: sendUnaryData<object>,
) => void;

const rpc = 'CreateProcessInstanceWithResult';

/** Creates the call CreateProcessInstanceWithResult, which answers when the instance completes. */
export const createResultCall =
  (awaitResult: AwaitResult): ResultCall =>
  (call, answer) => {
    const { request, fetchVariables } = call.request;
    try {
      if (request === null) throw invalidArgument(`${rpc} needs a request, but has none.`);
      const leave = awaitResult(rpc, request, Number(call.request.requestTimeout), {
        completed: (created, variables) =>
          answer(null, { ...toInstanceMessage(created), variables: writeVariables(variables, fetchVariables) }),
        late: (details) => answer({ code: status.DEADLINE_EXCEEDED, details }),
        stopping: () => answer(stopping),
      });
      call.once('cancelled', leave);
    } catch (error) {
      answer(statusOf(error));
    }
  };
