/** What tests of durable subscriptions share: a process that waits for a message, and an engine with its parts by name. */
import { createConnection } from '../../../src/connection/index.ts';
import type { Connection } from '../../../src/connection/port.ts';
import type { Engine } from '../../../src/engine/index.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';

/** Asks for the inbound connector `connector`, waits for its message, and ends. */
export const waitingProcess = (
  connector: string,
  inputs: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): string =>
  processFile(
    'waiting',
    ...chain(
      start(),
      serviceTask('activate', {
        type: '_activate_inbound_connector',
        inputs: { name: `="${connector}"`, correlation_key: '=order', order: '=order', ...inputs },
        headers,
      }),
      catchEvent('wait', { message: { name: connector, correlationKey: '=order' } }),
      end(),
    ),
  );

/** Starts an instance of the waiting process. */
export const order = (engine: Engine, name: string): string =>
  engine.createInstance({ bpmnProcessId: 'waiting', variables: { order: name } }).processInstanceKey;

/** A connection to the engine, as a runtime of another process has one. */
export const connectTo = (engine: Engine): Connection =>
  createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port });

/** The instances of the process that keeps subscriptions. */
export const subscriptionsOf = (engine: Engine) =>
  engine.instances().filter(({ bpmnProcessId }) => bpmnProcessId.startsWith('_inbound_subscription'));

/** The jobs that are leases. */
export const leasesOf = (engine: Engine) => engine.jobs().filter(({ type }) => type.startsWith('_subscription:'));

/** Resolves when the condition holds; looked at after each event of the engine. */
export const engineUntil = (engine: Engine, condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!condition()) return;
      forget();
      resolve();
    };
    const forget = engine.on(look);
    look();
  });
