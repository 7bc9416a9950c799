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
import {
  type CloudConfig,
  type ConnectionConfig,
  type ConnectionInput,
  checkConfig,
  type EmbeddedConfig,
  type SecureConfig,
  type SettingProblem,
} from './settings/config.ts';
import { disk } from './settings/environment.ts';

export type { EmbeddedConnection } from './embedded.ts';
export type { CallOptions, Connection, ConnectionFault, Topology } from './port.ts';
export type {
  CloudConfig,
  ConfigurationFault,
  ConnectionConfig,
  ConnectionInput,
  EmbeddedConfig,
  Environment,
  InsecureConfig,
  SecureConfig,
  SettingProblem,
} from './settings/config.ts';
export type { ConnectionType } from './settings/definitions.ts';
export { configFromEnv } from './settings/environment.ts';

/** Options of {@link createConnection}. */
export interface ConnectionOptions {
  /**
   * Milliseconds that a call may take when it says nothing else; a poll for jobs gets them on top of its waiting time.
   * Longer bridges a slow gateway, shorter finds a dead one sooner.
   * @default 10000
   */
  readonly timeout?: number;
  /** Port, clock or earlier state of the embedded engine; only with `EMBEDDED`. */
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

/** What Camunda 8 SaaS calls the gateways when tokens are issued. */
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
 * Makes the connection that a configuration describes. It connects at the first call; before that nothing is opened, and
 * the embedded engine is not even loaded.
 *
 * @param config of {@link configFromEnv}, or written by hand: what has a default may be left out
 * @param options `timeout` of a call in milliseconds (default 10,000), `engine` for the embedded engine
 * @returns a connection to close with `close()`; one to an embedded engine also gives the engine
 * @throws ConfigurationFault that names every missing, malformed or unknown property of both, and no secret
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
  return connect(checkConfig(config, disk, checkConnectionOptions(options)), options);
}
