import { onAbort } from '../../../common/abort.ts';
import { jobError } from '../../../connector/errors.ts';
import type { OutboundMiddleware } from '../../../connector/types.ts';

const abortedText = 'The job was aborted, because dev has gone back to an earlier state.';

/** Middleware that ends a job when the connectors are to start again, and aborts its signal. */
export const endWith =
  (aborting: AbortSignal): OutboundMiddleware =>
  (input, context, next) =>
    new Promise((resolve, reject) => {
      const own = new AbortController();
      const abort = (): void => {
        own.abort();
        reject(jobError(abortedText));
      };
      const leave = [onAbort([aborting], abort), onAbort([context.signal], () => own.abort(context.signal.reason))];
      if (context.signal.aborted) own.abort(context.signal.reason);
      next(input, { ...context, signal: own.signal })
        .then(resolve, reject)
        .finally(() => {
          for (const end of leave) end();
        });
    });
