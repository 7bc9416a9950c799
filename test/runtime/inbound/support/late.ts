import type { Clock } from '../../../../src/common/clock.ts';
import { createConnection } from '../../../../src/connection/index.ts';
import type { Connection } from '../../../../src/connection/port.ts';
import type { Engine } from '../../../../src/engine/index.ts';
import { createHeldClock } from '../../support/clock.ts';

/** The timeout of webhooks whose calls are late, in seconds: like no other time of a runtime. */
export const lateTimeout = 59;

/**
 * A clock and a connection with which the time of such a call is over when the cluster has confirmed its message: never before,
 * however slow the machine is, and without waiting for it.
 */
export const lateCalls = (engine: Engine): { readonly clock: Clock; readonly connection: Connection } => {
  const { clock, pass } = createHeldClock(lateTimeout * 1000);
  const cluster = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port });
  return {
    clock,
    connection: {
      ...cluster,
      send: async (command, options) => {
        await cluster.send(command, options);
        // The runtime hears of it first.
        if (command.kind === 'publishMessage') setImmediate(pass);
      },
    },
  };
};
