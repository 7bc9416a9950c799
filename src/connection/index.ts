import { isObject } from '../common/is-object.ts';
import { positiveNumber } from '../connector/rules/common-rules.ts';
import { findProblems, objectOf, problemLine, type Rule, when } from '../connector/rules/rule-engine.ts';
import { formatPath } from '../connector/values/path.ts';
import type { GatewayAddress } from './address.ts';
import { parseGatewayAddress } from './address.ts';
import type { TlsMaterial } from './auth/tls-diagnosis.ts';
import { createTokenSource } from './auth/token-source.ts';
import { createEmbeddedConnection, type EmbeddedConnection, type EngineOptions } from './embedded.ts';
import { createGrpcConnection } from './grpc/connection.ts';
import type { Connection } from './port.ts';
import { checkConfig } from './settings/check-config.ts';
import type {
  CloudConfig,
  ConfigurationFault,
  ConnectionConfig,
  ConnectionInput,
  EmbeddedConfig,
  SecureConfig,
  SettingProblem,
} from './settings/config.ts';
import { localFiles } from './settings/environment.ts';

export type { EmbeddedConnection } from './embedded.ts';
export type { CallOptions, Connection, ConnectionFault, Topology } from './port.ts';
export type {
  CloudConfig,
  ConfigurationFault,
  ConnectionConfig,
  ConnectionInput,
  ConnectionType,
  EmbeddedConfig,
  Environment,
  InsecureConfig,
  SecureConfig,
  SettingProblem,
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

/** The audience of access tokens for Camunda 8 SaaS, and the domain of its gateways. */
const cloudAudience = 'zeebe.camunda.io';

const cloudAddress = ({ grpcAddress, clusterId, region }: CloudConfig): GatewayAddress =>
  (grpcAddress === undefined ? undefined : parseGatewayAddress(grpcAddress)) ?? {
    tls: true,
    host: `${clusterId}.${region}.${cloudAudience}`,
    port: 443,
  };

const materialOf = ({ rootCa, privateKey, certificateChain }: SecureConfig): TlsMaterial => ({
  ...(rootCa === undefined ? {} : { rootCa }),
  ...(privateKey === undefined ? {} : { privateKey }),
  ...(certificateChain === undefined ? {} : { certificateChain }),
});

const connect = (config: ConnectionConfig, { timeout = 10_000, engine }: ConnectionOptions): Connection => {
  switch (config.type) {
    case 'CAMUNDA_CLOUD': {
      const { clientId, clientSecret, oauthUrl: url } = config;
      const tokens = createTokenSource({ url, clientId, clientSecret, audience: cloudAudience });
      return createGrpcConnection({ address: cloudAddress(config), tokens, timeout });
    }
    case 'INSECURE':
      return createGrpcConnection({ address: { tls: false, host: config.hostname, port: config.port }, timeout });
    case 'SECURE': {
      const address = { tls: true, host: config.hostname, port: config.port };
      return createGrpcConnection({ address, material: materialOf(config), timeout });
    }
    case 'EMBEDDED':
      return createEmbeddedConnection({ resources: config.resources, engine, timeout });
  }
};

/**
 * Creates a connection to a cluster, or to an embedded engine. It opens with the first call; the embedded engine is loaded
 * only then.
 *
 * @param config the result of {@link configFromEnv}, or settings written by hand; properties with a default are optional
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
export function createConnection(config: ConnectionInput | ConnectionConfig, options?: ConnectionOptions): Connection;
export function createConnection(config: ConnectionInput, options: ConnectionOptions = {}): Connection {
  return connect(checkConfig(config, localFiles, checkConnectionOptions(options)), options);
}
