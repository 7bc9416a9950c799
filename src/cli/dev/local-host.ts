import { fileURLToPath, pathToFileURL } from 'node:url';
import { onAbort } from '../../common/abort.ts';
import type { Connection } from '../../connection/index.ts';
import { jobError } from '../../connector/errors.ts';
import type { Logger, OutboundMiddleware, Outcome } from '../../connector/types.ts';
import { createRuntime, type Runtime, type ServerOptions } from '../../runtime/index.ts';
import { errorStack, readProperty } from '../../runtime/shared/error-text.ts';
import { runtimeEnd } from '../command.ts';
import { connectorFacts } from '../modules/connector-facts.ts';
import type { Connectors } from '../modules/load-modules.ts';
import { watchStrayErrors } from '../modules/stray-errors.ts';
import { observeLines } from './log-lines.ts';
import type { ConnectorHost, HostEvent } from './session.ts';

const subscriptionEnds = [
  'subscription:delivered',
  'subscription:expired',
  'subscription:halted',
  'subscription:released',
] as const;

const withoutCause = (outcome: Outcome): Outcome => {
  if (outcome.kind !== 'fail') return outcome;
  const { cause: _, ...rest } = outcome;
  return rest;
};

const deepestCause = 8;

/** Where this package is. */
const ownFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The lines of a stack without those inside of this package, which say nothing to the author of a connector. */
const ownLines = (stack: string): string =>
  stack
    .split('\n')
    .filter(
      (line) => !/^\s+at /.test(line) || !(line.includes(ownFolder) || line.includes(pathToFileURL(ownFolder).href)),
    )
    .filter((line) => !/^\s+at (?:new Promise|process\.processTicksAndRejections|async Promise)/.test(line))
    .join('\n');

/** The stacks of an error and of its causes, as Node.js shows them; `undefined` if there are none. */
const stackOf = (thrown: unknown): string | undefined => {
  const stacks: string[] = [];
  for (let error = thrown; stacks.length < deepestCause; error = readProperty(error, 'cause')) {
    const stack = errorStack(error);
    if (stack === undefined) break;
    stacks.push(ownLines(stack));
  }
  return stacks.length === 0 ? undefined : stacks.join('\nCaused by: ');
};

const abortedText = 'The job was aborted, because dev has gone back to an earlier state.';

/** Middleware that ends a job when the connectors are to start again, and aborts its signal. */
const endWith =
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

/** Connectors at work. */
interface Running {
  readonly runtime: Runtime;
  readonly abort: () => void;
}

/**
 * Creates the host of connectors that run in this process.
 *
 * @param connection to the engine. Whoever opened it closes it.
 * @throws a fault of kind `definition` if the connectors cannot run together
 */
export const createLocalHost = (
  connectors: Connectors,
  connection: Connection,
  logger: Logger,
  server: ServerOptions,
): ConnectorHost => {
  const facts = connectorFacts(connectors);
  const listeners = new Set<(event: HostEvent) => void>();
  const emit = (event: HostEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const observed = observeLines(logger, (line) => emit({ kind: 'line', ...line }));
  let finish = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let isRestarting = false;

  const create = (): Running => {
    const aborting = new AbortController();
    const options = { connection, logger: observed, use: [endWith(aborting.signal)], server };
    const runtime = createRuntime({ ...connectors, ...options });
    runtime.on('job:started', ({ connector, job }) => emit({ kind: 'job:started', connector, jobKey: job.key }));
    runtime.on('job:settled', ({ connector, job, outcome, handled }) => {
      const stack = outcome.kind === 'fail' ? stackOf(outcome.cause) : undefined;
      emit({
        ...{ kind: 'job:settled', connector, jobKey: job.key, outcome: withoutCause(outcome), took: handled },
        ...(stack === undefined ? {} : { stack }),
      });
    });
    runtime.on('subscription:opened', ({ subscription: { activation } }) => {
      const { id, connector, messageName, correlationKey } = activation;
      emit({ kind: 'subscription:opened', id, connector, messageName, correlationKey });
    });
    for (const name of subscriptionEnds) {
      runtime.on(name, ({ subscription }) => emit({ kind: 'subscription:ended', id: subscription.activation.id }));
    }
    runtime.on('server:listening', ({ publicUrl }) => emit({ kind: 'server:listening', publicUrl }));
    runtime.on('call:ended', ({ error: _, ...call }) => emit({ kind: 'call:ended', call }));
    void runtimeEnd(runtime).then(() => {
      if (!isRestarting) finish();
    });
    return { runtime, abort: () => aborting.abort() };
  };

  let running = create();
  let ignoreStrayErrors = (): void => {};
  let hasStrayError = false;
  return {
    connectors: () => facts,
    start: async () => {
      const strayErrors = watchStrayErrors(observed, () => {
        hasStrayError = true;
        void running.runtime.stop().catch(() => {});
      });
      ignoreStrayErrors = strayErrors.remove;
      await running.runtime.start();
      return running.runtime.status().state === 'running';
    },
    restart: async (between) => {
      isRestarting = true;
      try {
        running.abort();
        await running.runtime.stop();
        await between();
      } finally {
        running = create();
        isRestarting = false;
      }
      await running.runtime.start();
    },
    stop: () => running.runtime.stop(),
    stopped,
    hasStrayError: () => hasStrayError,
    close: () => ignoreStrayErrors(),
    on: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
