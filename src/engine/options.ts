import type { SnapshotInput } from './deployment/reload-snapshot.ts';
import type { TestClock } from './host/test-clock.ts';
import type { Variables } from './machine/types.ts';
import type { ClusterVersion } from './model/cluster-version.ts';

/** Options of `createEngine`. */
export interface EngineOptions {
  /** Port on 127.0.0.1. Default, and with 0: a free port. */
  readonly port?: number;
  /**
   * Port of the REST API on 127.0.0.1; 0: a free port. Default: no REST API.
   *
   * @example
   * const engine = await createEngine({ port: 26500, restPort: 8080 });
   */
  readonly restPort?: number;
  /**
   * Real milliseconds by which reads of the REST API lag behind commands, as the searches of a cluster do: for tests of what
   * a client does when it does not find at once what it has created. Default: 0.
   *
   * @example
   * await createEngine({ restPort: 8080, searchDelay: 1_000 });
   */
  readonly searchDelay?: number;
  /**
   * How many ended process instances can still be found, by the functions of the engine and by searches of the REST API. An
   * integer of at least 1. Default: 10,000.
   */
  readonly keepEnded?: number;
  /** Default: the system clock. */
  readonly clock?: TestClock;
  /**
   * The state of an earlier engine: the result of `engine.snapshot()`, or the parts of `engine.snapshotParts()` in their order, from
   * an array, a generator or a stream.
   */
  readonly snapshot?: SnapshotInput;
  /**
   * The tenants, as on a cluster with multi-tenancy: definitions, instances, jobs, messages, signals and decisions of one
   * tenant do not exist for another. Every client may use all of them, and each request must name one. Default: no
   * multi-tenancy, so that there is only the tenant `<default>`.
   *
   * @example
   * const engine = await createEngine({ tenants: ['north', 'south'] });
   * await engine.deploy('processes', { tenantId: 'north' });
   * engine.createInstance({ bpmnProcessId: 'order', tenantId: 'north' });
   */
  readonly tenants?: readonly string[];
  /**
   * The cluster variables that expressions read as `camunda.vars.cluster.NAME` and `camunda.vars.env.NAME`. They are not
   * part of a snapshot. Default: none.
   *
   * @example
   * await createEngine({ clusterVariables: { SHOP_URL: 'http://127.0.0.1:8080' } });
   */
  readonly clusterVariables?: Variables;
  /**
   * The secrets of the cluster, to which input mappings refer as `camunda.secrets.NAME`. A worker gets the value; variables,
   * events and snapshots have the reference only. The object is read whenever a job is handed out, so a test may change it. A
   * name that it does not have raises an incident. Needs `version: '8.10'`, which is the default. Default: none.
   *
   * @example
   * await createEngine({ clusterSecrets: { SHOP_TOKEN: 'only for tests' } });
   */
  readonly clusterSecrets?: Readonly<Record<string, string>>;
  /**
   * The names of cluster variables, also of tenants, whose texts may refer to secrets as `camunda.secrets.NAME`: variables of the kind
   * `SECRET_REFERENCE` on a cluster, such as stored credentials. Default: none, so that their texts are only texts.
   *
   * @example
   * await createEngine({
   *   clusterVariables: { ACME: { user: 'ann', key: 'camunda.secrets.ACME_KEY' } },
   *   secretVariables: ['ACME'],
   *   clusterSecrets: { ACME_KEY: 'only for tests' },
   * });
   */
  readonly secretVariables?: readonly string[];
  /**
   * By tenant, the cluster variables that expressions of this tenant read as `camunda.vars.tenant.NAME`. In
   * `camunda.vars.env`, they hide those of `clusterVariables`. They are not part of a snapshot. Without multi-tenancy, the
   * tenant is `<default>`. Default: none.
   *
   * @example
   * await createEngine({
   *   tenants: ['north', 'south'],
   *   clusterVariables: { CURRENCY: 'EUR' },
   *   tenantVariables: { north: { CURRENCY: 'NOK' } },
   * });
   */
  readonly tenantVariables?: Readonly<Record<string, Variables>>;
  /**
   * Whether a process may have only one running instance with a business id for each tenant, as on a cluster on which this
   * is switched on. Instances of call activities do not count. Default: false, as on a cluster.
   *
   * @example
   * const engine = await createEngine({ uniqueBusinessIds: true });
   * engine.createInstance({ bpmnProcessId: 'order', businessId: 'order 7' });
   * engine.createInstance({ bpmnProcessId: 'order', businessId: 'order 7' }); // throws a rejection: ALREADY_EXISTS
   */
  readonly uniqueBusinessIds?: boolean;
  /**
   * The version of the cluster as which the engine behaves: `8.6` to `8.10`. It refuses elements and does not know functions of
   * FEEL, calls and fields of the gRPC protocol that are newer. Default: `8.10`.
   *
   * @example
   * await createEngine({ version: '8.8' }); // deploying a conditional event fails, as on a cluster with 8.8
   */
  readonly version?: ClusterVersion;
  /**
   * The seed of everything random: `random number()` and `uuid()` in FEEL, and which of several workers receives a job. With
   * the same seed, the same commands at the same times have the same results and events. A safe integer of at least 0.
   * Default: that of the snapshot; without a snapshot, another one for each engine.
   *
   * @example
   * await createEngine({ seed: 7, clock: createTestClock() });
   */
  readonly seed?: number;
  /**
   * Receives a line for each deployed element that can only wait in vain: one for an inbound connector of the official runtime
   * (`inbound.type`), which nobody serves here. Each line comes once. Default: `process.emitWarning`.
   *
   * @example
   * await createEngine({ warn: (text) => console.warn(text) });
   */
  readonly warn?: (text: string) => void;
}
