import { statusCodes } from '../../../grpc/status-codes.ts';
import { invalidArgument, statusOf, stopping } from '../call-status.ts';
import type { AwaitResult } from '../instance-results.ts';
import { type CreateProcessInstanceWithResultRequest, writeVariables } from '../messages/grpc-messages.ts';
import { toInstanceMessage } from '../unary-calls.ts';
import type { GrpcHandler } from './call.ts';

const rpc = 'CreateProcessInstanceWithResult';

/** Creates the call CreateProcessInstanceWithResult, which answers when the instance completes. */
export const createResultCall =
  (awaitResult: AwaitResult): GrpcHandler<CreateProcessInstanceWithResultRequest> =>
  (call) => {
    const { request, fetchVariables } = call.request;
    try {
      if (request === null) throw invalidArgument(`${rpc} needs a request, but has none.`);
      const leave = awaitResult(rpc, request, Number(call.request.requestTimeout), {
        completed: (created, variables) => {
          call.send({ ...toInstanceMessage(created), variables: writeVariables(variables, fetchVariables) });
          call.end();
        },
        late: (details) => call.end({ code: statusCodes.DEADLINE_EXCEEDED, details }),
        stopping: () => call.end(stopping),
      });
      call.onEnd(leave);
    } catch (error) {
      call.end(statusOf(error));
    }
  };
