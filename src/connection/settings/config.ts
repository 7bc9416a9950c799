import type { Fault } from '../../common/fault.ts';

/** The four values of `CAMUNDA_CONNECTION_TYPE`. */
export type ConnectionType = 'CAMUNDA_CLOUD' | 'INSECURE' | 'SECURE' | 'EMBEDDED';

/** Camunda 8 SaaS: TLS with the public certificate authorities, and OAuth client credentials. */
export interface CloudConfig {
  readonly type: 'CAMUNDA_CLOUD';
  /** The cluster's id, as the Camunda Console shows it. */
  readonly clusterId: string;
  /** The id of an API client with the scope Zeebe (Orchestration Cluster API). */
  readonly clientId: string;
  readonly clientSecret: string;
  /** @default 'bru-2' */
  readonly region: string;
  /**
   * URL of the token server: `https://`, or `http://` on this machine.
   * @default 'https://login.cloud.camunda.io/oauth/token'
   */
  readonly oauthUrl: string;
  /**
   * Another address of the gateway: `grpcs://host:port`, or `grpc://host:port` on this machine. Without it, the address
   * follows from the cluster's id and region.
   */
  readonly grpcAddress?: string;
}

/** A gateway without TLS and without credentials. */
export interface InsecureConfig {
  readonly type: 'INSECURE';
  /** Host name or IP address, without scheme and port. */
  readonly hostname: string;
  /** @default 26500 */
  readonly port: number;
}

/** A gateway with TLS. The certificates and the key are PEM text. */
export interface SecureConfig {
  readonly type: 'SECURE';
  /** Host name or IP address, without scheme and port. */
  readonly hostname: string;
  /** @default 26500 */
  readonly port: number;
  /** Certificate of the authority to trust instead of the public ones. */
  readonly rootCa?: string;
  /** Private key of the client certificate, for mutual TLS; only with `certificateChain`. */
  readonly privateKey?: string;
  /** Client certificate and its intermediate certificates, for mutual TLS; only with `privateKey`. */
  readonly certificateChain?: string;
}

/** An engine inside this process, for development and tests. */
export interface EmbeddedConfig {
  readonly type: 'EMBEDDED';
  /** Paths of BPMN files or folders to deploy at start. */
  readonly resources: readonly string[];
}

/**
 * Validated, complete and frozen settings of a connection. Its printed form and its JSON hide secrets; a copy such as
 * `{ ...config }` does not.
 */
export type ConnectionConfig = CloudConfig | InsecureConfig | SecureConfig | EmbeddedConfig;

type Loose<Config extends { readonly type: ConnectionType }, Needed extends keyof Config> = Pick<
  Config,
  'type' | Needed
> & {
  readonly [Key in Exclude<keyof Config, 'type' | Needed>]?: Config[Key] | undefined;
};

/**
 * Settings written by hand. Properties with a default are optional, and the path of a file may replace its PEM text.
 *
 * @example
 * const input: ConnectionInput = { type: 'SECURE', hostname: 'zeebe.example.com', rootCa: './certs/ca.pem' };
 */
export type ConnectionInput =
  | Loose<CloudConfig, 'clusterId' | 'clientId' | 'clientSecret'>
  | Loose<InsecureConfig, 'hostname'>
  | Loose<SecureConfig, 'hostname'>
  | Loose<EmbeddedConfig, never>;

/** A problem with one setting. */
export interface SettingProblem {
  /** The name of the variable or property. */
  readonly setting: string;
  /** What is wrong, the purpose of the setting, and an example. Contains no secret. */
  readonly message: string;
}

/** Names all settings that are missing or malformed. */
export interface ConfigurationFault extends Fault<'configuration'> {
  readonly problems: readonly SettingProblem[];
}

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;
