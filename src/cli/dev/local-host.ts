import type { Connection } from '../../connection/index.ts';
import type { Logger, Outcome } from '../../connector/types.ts';
import { createRuntime } from '../../runtime/index.ts';
import { runtimeEnd } from '../command.ts';
import { connectorFacts } from '../modules/connector-facts.ts';
import type { Connectors } from '../modules/load-modules.ts';
import { watchStrayErrors } from '../modules/stray-errors.ts';
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

/**
 * Creates the host of connectors that run in this process.
 *
 * @param connection to the engine. Whoever opened it closes it.
 * @throws a fault of kind `definition` if the connectors cannot run together
 */
export const createLocalHost = (connectors: Connectors, connection: Connection, logger: Logger): ConnectorHost => {
  const runtime = createRuntime({ ...connectors, connection, logger });
  const facts = connectorFacts(connectors);
  const listeners = new Set<(event: HostEvent) => void>();
  const emit = (event: HostEvent): void => {
    for (const listener of listeners) listener(event);
  };
  runtime.on('job:started', ({ connector, job }) => emit({ kind: 'job:started', connector, jobKey: job.key }));
  runtime.on('job:settled', ({ connector, job, outcome }) =>
    emit({ kind: 'job:settled', connector, jobKey: job.key, outcome: withoutCause(outcome) }),
  );
  runtime.on('subscription:opened', ({ subscription: { activation } }) => {
    const { id, connector, messageName, correlationKey } = activation;
    emit({ kind: 'subscription:opened', id, connector, messageName, correlationKey });
  });
  for (const name of subscriptionEnds) {
    runtime.on(name, ({ subscription }) => emit({ kind: 'subscription:ended', id: subscription.activation.id }));
  }
  const stopped = runtimeEnd(runtime);
  let ignoreStrayErrors = (): void => {};
  let hasStrayError = false;
  return {
    connectors: () => facts,
    start: async () => {
      const strayErrors = watchStrayErrors(logger, () => {
        hasStrayError = true;
        void runtime.stop().catch(() => {});
      });
      ignoreStrayErrors = strayErrors.remove;
      await runtime.start();
      return runtime.status().state === 'running';
    },
    stop: () => runtime.stop(),
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
