import type { HealthCheck, HealthReport } from '../observe/health-report.ts';

/** The environment variable with the number of a process among those of one supervisor. */
export const processVariable = 'CAMUNDA_CONNECTORS_PROCESS';

/** The environment variable with the address at which other processes of the supervisor serve webhooks already. */
export const serverVariable = 'CAMUNDA_CONNECTORS_SERVER';

/** What the supervisor sends to a process. */
export type Order =
  /** The answer to `leaving`: no connection is on its way to the process any more. */
  | { readonly kind: 'bye' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'abort' }
  | { readonly kind: 'report'; readonly id: number; readonly check: HealthCheck }
  | { readonly kind: 'metrics'; readonly id: number };

/** What a process sends to the supervisor. */
export type Notice =
  /** It listens to orders: `joined` before the runtime starts, `running` when it works. */
  | { readonly kind: 'joined' | 'running' }
  /** It serves webhooks at this address. */
  | { readonly kind: 'serving'; readonly url: string }
  /** It has stopped, and waits for `bye`. */
  | { readonly kind: 'leaving' }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: HealthReport | string };

const key = 'camundaConnectors';

/** Marks a message as ours: connectors may send messages of their own. */
export const wrap = (message: Order | Notice): object => ({ [key]: message });

/** The order or notice in a message; `undefined` if the message is not ours. */
export const unwrap = <Message extends Order | Notice>(message: unknown): Message | undefined =>
  typeof message === 'object' && message !== null && key in message
    ? ((message as Readonly<Record<string, unknown>>)[key] as Message)
    : undefined;

/** Milliseconds that a process has to end after its runtime has stopped. */
export const endTime = 10_000;
