/** Clients under measurement and the gateway that they work for, as the conductor sees them. */
import { fileURLToPath } from 'node:url';
import { type Child, startChild } from './child.ts';
import type { ClientMark } from './clients/common.ts';
import type { Account } from './lean/jobs.ts';
import type { GatewayRequest, Mark } from './lean/main.ts';
import type { Payload } from './lean/payloads.ts';

/** The lean gateway, in a process of its own. */
export interface Gateway {
  readonly address: string;
  ask<Answer>(request: GatewayRequest): Promise<Answer>;
  mark(): Promise<Mark>;
  account(): Promise<Account>;
  stop(): Promise<void>;
}

export const startGateway = async (
  path: (file: string) => string,
  flags: readonly string[] = [],
  protocol: 'grpc' | 'rest' = 'grpc',
  payload?: Payload,
): Promise<Gateway> => {
  const child = await startChild(path('lean/main.ts'), {
    args: [protocol, ...(payload === undefined ? [] : [payload])],
    flags,
  });
  return {
    address: child.greeting as string,
    ask: child.ask,
    mark: () => child.ask({ do: 'mark' }),
    account: () => child.ask({ do: 'account' }),
    stop: child.stop,
  };
};

/** A client, in a process of its own. */
export interface RunningClient {
  readonly pid: number;
  /** When it began to load what it needs, in microseconds on the monotonic clock. */
  readonly begun: number;
  mark(): Promise<ClientMark>;
  /** The same after a collection of garbage; for clients started with `--expose-gc`. */
  markClean(): Promise<ClientMark>;
  listen(): Promise<void>;
  /** Microseconds from the making of each job to its handler, since `listen`. */
  pickups(): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** How a client is started. */
export type ClientStart = (
  path: (file: string) => string,
  address: string,
  connectors: number,
) => Promise<RunningClient>;

const running = ({ pid, greeting, ask, stop }: Child): RunningClient => ({
  pid,
  begun: greeting as number,
  mark: () => ask('mark'),
  markClean: () => ask('mark clean'),
  listen: () => ask('listen'),
  pickups: () => ask('pickups'),
  stop,
});

/** A client of `clients/main.ts`, compiled. */
export const nodeClient =
  (kind: string, flags: readonly string[] = [], maxJobs = 256): ClientStart =>
  async (path, address, connectors) =>
    running(
      await startChild(path('clients/main.ts'), { args: [kind, address, String(connectors), String(maxJobs)], flags }),
    );

/** The same from its source files by tsx. */
export const tsxClient =
  (kind: string): ClientStart =>
  async (_path, address, connectors) =>
    running(
      await startChild(fileURLToPath(new URL('./clients/main.ts', import.meta.url)), {
        args: [kind, address, String(connectors)],
        flags: ['--import', 'tsx'],
      }),
    );
