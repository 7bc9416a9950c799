import type { Clock } from '../common/clock.ts';
import type { Camunda8Input } from '../connection/index.ts';
import type { Connection } from '../connection/port.ts';
import type { ConnectionInput } from '../connection/settings/config.ts';
import type { AnyInboundConnector, AnyOutbound, Logger, OutboundMiddleware } from '../connector/types.ts';
import type { AnyCallbackConnector } from '../connector/webhooks/callback-types.ts';
import type { AnyWebhook } from '../connector/webhooks/types.ts';
import type { ServerOptions } from './inbound/server/settings.ts';
import type { SecretFilter, SecretProvider } from './secrets/provider.ts';
import type { Scheduler } from './subscriptions/scheduler.ts';

/** Anything that waits for something outside the process. */
export type AnyInbound = AnyInboundConnector | AnyCallbackConnector | AnyWebhook;

/** The connectors of a runtime and its settings. */
export interface RuntimeOptions {
  /** Connectors that execute service tasks. Each needs its own job type. */
  readonly outbound?: readonly AnyOutbound[];
  /** Connectors that wait for something outside the process, and webhooks. Each needs its own name. */
  readonly inbound?: readonly AnyInbound[];
  /** The HTTP server for webhooks and callbacks. It listens only if there are any. */
  readonly server?: ServerOptions;
  /**
   * The cluster: a connection, or the configuration of one. A connection that you pass stays open after `stop`.
   * Default: `createConnection(configFromEnv())`.
   */
  readonly connection?: Connection | ConnectionInput | Camunda8Input;
  /**
   * The tenants whose jobs the runtime requests, e.g. `['finance', 'sales']`. Messages and subscriptions stay in the tenant of
   * their process. Default: the tenants of the connection.
   */
  readonly tenantIds?: readonly string[];
  /**
   * `ASSIGNED`: jobs of all tenants that the client may use, instead of `tenantIds`; needs Camunda 8.9. `PROVIDED`: those in
   * `tenantIds`. Default: `PROVIDED` with `tenantIds`, otherwise as the connection.
   */
  readonly tenantFilter?: 'PROVIDED' | 'ASSIGNED';
  /**
   * Receives all lines, including those of the connectors. A logger with `child(fields)`, as pino and winston have it, also
   * receives the job's key, type, process and element as fields. Default: consola, with text on a terminal and JSON
   * otherwise; the environment variables `CAMUNDA_CONNECTORS_LOG_LEVEL` and `CAMUNDA_CONNECTORS_LOG_FORMAT` change that.
   */
  readonly logger?: Logger;
  /**
   * Number of slots: how many jobs are active at once, over all connectors. If it is lower than the sum of the connectors'
   * `maxJobs`, the connectors share the slots fairly, and each notices new jobs a little later. Default: the sum.
   */
  readonly maxJobs?: number;
  /**
   * Whether the cluster pushes jobs as soon as they appear, if it can (Camunda 8.4 and later). `false`: poll only, e.g.
   * because a proxy blocks long calls. Default `true`.
   */
  readonly streaming?: boolean;
  /** Name that the cluster shows for this runtime's workers. Default `camunda-connectors`. */
  readonly workerName?: string;
  /**
   * Whether SIGINT and SIGTERM stop the runtime: the first signal gracefully; the second aborts all jobs and then ends the
   * process. The runtime listens for them from `start` until it has stopped. Default `true`.
   */
  readonly signals?: boolean;
  /**
   * Seconds that `stop` waits for active jobs before it aborts them and returns them to the cluster. If it is longer than
   * the connectors' timeouts, no job is aborted. Default 30.
   */
  readonly drainTimeout?: number;
  /**
   * Provides the values for references such as `{{secrets.API_KEY}}` in the inputs of all connectors; `false` leaves
   * references unchanged. Default: `envSecrets()`, i.e. the environment variables whose names begin with `SECRET_`.
   */
  readonly secrets?: SecretProvider | false;
  /** Decides which references may be resolved; the others stay unchanged. Default: all. */
  readonly secretFilter?: SecretFilter;
  /**
   * Whether the values of secrets are also masked in results and messages, before these become process variables. With
   * `false`, as in the official runtime, a secret that a service echoes becomes a process variable. Errors and log lines
   * never contain secrets. Default `true`.
   */
  readonly redactResults?: boolean;
  /** Middleware around `run` of every outbound connector, outside the connector's own; the first is outermost. Default: none. */
  readonly use?: readonly OutboundMiddleware[];
  /**
   * Where the subscriptions of inbound connectors are stored. `durable`: in the cluster, as jobs of a small process that the
   * runtime deploys; another runtime with the connector continues them when this one stops or dies. `memory`: they end with
   * this process. If the cluster does not let the runtime deploy, it logs a warning and keeps them in memory.
   * Default `durable`.
   */
  readonly subscriptions?: 'durable' | 'memory';
  /**
   * Maximum number of durable subscriptions that this runtime runs for one connector; others wait in the cluster for a free runtime. Each
   * costs a few kilobytes, a call to `loop` per cycle, and a command every half lease. Default 10,000.
   */
  readonly maxSubscriptions?: number;
  /**
   * Seconds until the cluster gives a durable subscription of a killed runtime to another one. A shorter lease continues
   * such subscriptions sooner; a longer one needs fewer commands. The runtime lengthens it for more than 12,000
   * subscriptions. Default 60.
   */
  readonly lease?: number;
  /** Your own way to store and run subscriptions; the three options above then have no effect. Default: as they say. */
  readonly scheduler?: Scheduler;
  /** The source of time and random numbers, for tests. Default: the machine's. */
  readonly clock?: Clock;
}
