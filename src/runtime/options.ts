import type { Clock } from '../common/clock.ts';
import type { Connection } from '../connection/port.ts';
import type { ConnectionInput } from '../connection/settings/config.ts';
import type { AnyInboundConnector, AnyOutbound, Logger, OutboundMiddleware } from '../connector/types.ts';
import type { SecretFilter, SecretProvider } from './secrets/provider.ts';
import type { Scheduler } from './subscriptions/scheduler.ts';

/** What a runtime runs, and how. */
export interface RuntimeOptions {
  /** Connectors that execute service tasks. Each has a job type of its own. */
  readonly outbound?: readonly AnyOutbound[];
  /** Connectors that wait for something outside. Each has a name of its own. */
  readonly inbound?: readonly AnyInboundConnector[];
  /**
   * The cluster: a connection, or the configuration of one. A connection that was handed in stays open after `stop`.
   * Default: `createConnection(configFromEnv())`.
   */
  readonly connection?: Connection | ConnectionInput;
  /**
   * Takes all lines, also those of the connectors. One with `child(fields)`, as pino and winston have it, gets the job's
   * key, type, process and element as fields. Default: consola, lines for people on a terminal and otherwise JSON; the
   * environment variables `CAMUNDA_CONNECTORS_LOG_LEVEL` and `CAMUNDA_CONNECTORS_LOG_FORMAT` say otherwise.
   */
  readonly logger?: Logger;
  /**
   * Most jobs in hand at once, over all connectors. Lower than the sum of the connectors' `maxJobs`, they share: fair,
   * but each learns of new jobs a little later. Default: the sum.
   */
  readonly maxJobs?: number;
  /**
   * Have the cluster push jobs as soon as they appear, where it can (Camunda 8.4 and later); others are polled. `false`:
   * poll only, e.g. because of a proxy that hides long calls. Default `true`.
   */
  readonly streaming?: boolean;
  /** Name that the cluster shows for this runtime's workers. Default `camunda-connectors`. */
  readonly workerName?: string;
  /**
   * Stop on SIGINT and SIGTERM: the first stops gracefully, the second at once, and then ends the process.
   * The runtime listens from `start` until it has stopped. Default `true`.
   */
  readonly signals?: boolean;
  /**
   * Seconds that `stop` waits for running jobs before it aborts them and hands them back. Longer than the
   * connectors' timeouts never aborts any. Default 30.
   */
  readonly drainTimeout?: number;
  /**
   * Gives the values of references such as `{{secrets.API_KEY}}` in the inputs of all connectors; `false` leaves
   * references as they are. Default: `envSecrets()`, i.e. environment variables whose names begin with `SECRET_`.
   */
  readonly secrets?: SecretProvider | false;
  /** Says which references may be resolved; the others stay as they are. Default: all may. */
  readonly secretFilter?: SecretFilter;
  /**
   * Take the values of secrets out of results and messages too, before they become process variables. `false` is the
   * official runtime's way: an echo of a secret ends up in the process. Errors and log lines never hold any.
   * Default `true`.
   */
  readonly redactResults?: boolean;
  /** Functions around `run` of every outbound connector, outside its own; the first is the outermost. Default: none. */
  readonly use?: readonly OutboundMiddleware[];
  /**
   * Where subscriptions of inbound connectors live. `durable`: in the cluster, as jobs of a small process that the runtime
   * deploys; any runtime with the connector goes on when this one stops or dies. `memory`: they end with this process.
   * Where the cluster does not let the runtime deploy, it says so and keeps them in memory. Default `durable`.
   */
  readonly subscriptions?: 'durable' | 'memory';
  /**
   * Most durable subscriptions of one connector in hand at once; more wait in the cluster for a free runtime. Each costs a
   * few kilobytes, a call of `loop` per cycle, and a command every half a lease. Default 10,000.
   */
  readonly maxSubscriptions?: number;
  /**
   * Seconds for which the cluster leaves a durable subscription with a runtime that has gone silent. Shorter: the
   * subscriptions of a killed runtime go on sooner; longer: fewer commands. It grows by itself with more than 12,000
   * subscriptions. Default 60.
   */
  readonly lease?: number;
  /** Holds the subscriptions in a way of your own; the three settings above are not looked at. Default: as these say. */
  readonly scheduler?: Scheduler;
  /** Time and chance, for tests. Default: the machine's. */
  readonly clock?: Clock;
}
