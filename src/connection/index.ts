import { isObject } from '../common/is-object.ts';
import { positiveNumber } from '../connector/rules/common-rules.ts';
import { findProblems, objectOf, problemLine, type Rule, when } from '../connector/rules/rule-engine.ts';
import { formatPath } from '../connector/values/path.ts';
import {
  authenticatorOf,
  type ClusterConfig,
  clusterMaterialOf,
  gatewayProxyOf,
  noticesOf,
  restProxyOf,
  tenantSettingsOf,
} from './access.ts';
import { type Camunda8Input, createCamunda8Connection, isCamunda8Input } from './camunda8.ts';
import { createEmbeddedConnection, type EmbeddedConnection, type EngineOptions } from './embedded.ts';
import { createGrpcConnection } from './grpc/connection.ts';
import { createLazyRest } from './lazy-rest.ts';
import type { Connection } from './port.ts';
import type { RestConnection } from './rest/connection.ts';
import { withoutRest, withRest } from './rest-beside.ts';
import { grpcAddressOf, restAddressOf } from './settings/addresses.ts';
import { checkConfig } from './settings/check-config.ts';
import type {
  ConfigurationFault,
  ConnectionConfig,
  ConnectionInput,
  EmbeddedConfig,
  SettingProblem,
} from './settings/config.ts';
import { localFiles } from './settings/environment.ts';
import { understandingOf } from './settings/understanding.ts';

export type { Camunda8Input, Camunda8Like } from './camunda8.ts';
export type { EmbeddedConnection } from './embedded.ts';
export type { CallOptions, Connection, ConnectionFault, Identity, Topology } from './port.ts';
export type {
  AuthStrategy,
  CloudConfig,
  ClusterSettings,
  ConfigurationFault,
  ConnectionConfig,
  ConnectionInput,
  ConnectionType,
  EmbeddedConfig,
  Environment,
  HeadersFunction,
  InsecureConfig,
  OAuthSettings,
  SecureConfig,
  SelfManagedSettings,
  SettingProblem,
  TenantConfig,
  TokenInput,
} from './settings/config.ts';
export { configFromEnv } from './settings/environment.ts';

/** Options of {@link createConnection}. */
export interface ConnectionOptions {
  /**
   * Time limit of a call in milliseconds, unless the call has its own. A poll for jobs may additionally take its waiting
   * time. A longer limit tolerates a slow gateway; a shorter one detects a dead gateway sooner.
   * @default 10000
   */
  readonly timeout?: number;
  /** Options of the embedded engine, as for `createEngine`; only with `EMBEDDED`. */
  readonly engine?: EngineOptions;
}

const optionRules: Readonly<Record<keyof ConnectionOptions, Rule>> = {
  timeout: positiveNumber('a positive number of milliseconds'),
  engine: when(isObject, 'options of the embedded engine, e.g. { port: 26500 }'),
};

const optionsRule = objectOf(optionRules, { expected: 'an object, e.g. { timeout: 20_000 }', noun: 'option' });

const checkConnectionOptions = (options: unknown): readonly SettingProblem[] =>
  findProblems(optionsRule, options, ['options']).map((problem) => ({
    setting: formatPath(problem.path),
    message: `${problemLine(problem)}.`.replace(/\?\.$/, '?'),
  }));

const connectToCluster = (config: ClusterConfig, timeout: number): Connection => {
  const address = grpcAddressOf(config);
  const base = restAddressOf(config);
  const authenticator = authenticatorOf(config);
  const common = {
    material: clusterMaterialOf(config),
    timeout,
    ...(authenticator === undefined ? {} : { authenticator }),
    ...tenantSettingsOf(config),
  };
  const createRest = (restBase: string, isMain: boolean): RestConnection => {
    const proxy = restProxyOf(restBase);
    return createLazyRest({ ...common, base: restBase, proxy, notices: isMain ? noticesOf(config, proxy) : [] });
  };
  if (base !== undefined && (address === undefined || config.preferRest === true)) return createRest(base, true);
  // A checked configuration has one of the two addresses.
  const proxy = gatewayProxyOf(address!);
  const grpc = createGrpcConnection({
    ...common,
    ...{ address: address!, proxy, notices: noticesOf(config, proxy) },
    ...(base === undefined ? {} : { alternative: base }),
  });
  return base === undefined ? withoutRest(grpc, restAddressFix) : withRest(grpc, createRest(base, false));
};

const restAddressFix =
  'set CAMUNDA_REST_ADDRESS (restAddress), e.g. http://localhost:8080. Jobs are still fetched over gRPC, unless CAMUNDA_PREFER_REST is true.';

const connect = (config: ConnectionConfig, { timeout = 10_000, engine }: ConnectionOptions): Connection =>
  config.type === 'EMBEDDED'
    ? createEmbeddedConnection({
        resources: config.resources,
        tenants: tenantSettingsOf(config),
        engine,
        timeout,
        notices: understandingOf(config)?.warnings ?? [],
      })
    : connectToCluster(config, timeout);

/**
 * Creates a connection to a cluster, or to an embedded engine. It opens with the first call; the embedded engine is loaded
 * only then.
 *
 * @param config the result of {@link configFromEnv}, or settings written by hand; properties with a default are optional.
 *   `{ camunda8 }` adopts the settings and the authentication of a `Camunda8` object of @camunda8/sdk
 * @param options `timeout`: time limit of a call in milliseconds, 10,000 by default; `engine`: options of the embedded
 *   engine
 * @returns a connection; `close()` ends it. A connection to an embedded engine also has `engine()`.
 * @throws a {@link ConfigurationFault} that names every missing, malformed or unknown property, and no secret
 * @example
 * const connection = createConnection({ type: 'INSECURE', hostname: 'localhost' });
 * console.log(await connection.topology());
 * await connection.close();
 */
export function createConnection(
  config: Extract<ConnectionInput, { type: 'EMBEDDED' }> | EmbeddedConfig,
  options?: ConnectionOptions,
): EmbeddedConnection;
export function createConnection(
  config: ConnectionInput | ConnectionConfig | Camunda8Input,
  options?: ConnectionOptions,
): Connection;
export function createConnection(config: ConnectionInput | Camunda8Input, options: ConnectionOptions = {}): Connection {
  if (isCamunda8Input(config)) {
    return createCamunda8Connection(config, options?.timeout ?? 10_000, checkConnectionOptions(options));
  }
  return connect(checkConfig(config, localFiles, checkConnectionOptions(options)), options);
}
