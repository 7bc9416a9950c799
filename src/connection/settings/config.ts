import type { Fault } from '../../common/fault.ts';

/** The four values of `CAMUNDA_CONNECTION_TYPE`. */
export type ConnectionType = 'CAMUNDA_CLOUD' | 'INSECURE' | 'SECURE' | 'EMBEDDED';

/** How a connection proves who it is: not at all, by name and password, by OAuth client credentials, or by a ready token. */
export type AuthStrategy = 'NONE' | 'BASIC' | 'OAUTH' | 'BEARER';

/** A token, or a function that returns one; it is called whenever the last token was refused or a minute has passed. */
export type TokenInput = string | (() => string | Promise<string>);

/** Makes the headers of a call by name, e.g. `() => ({ 'x-api-key': key })`. Names are in lower case. */
export type HeadersFunction = () => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

/** Settings of OAuth client credentials. Only the parameters that are set are sent to the token server. */
export interface OAuthSettings {
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** URL of the token server. */
  readonly oauthUrl?: string;
  /** URL of the issuer, or of its `/.well-known/openid-configuration`, which names the token server. */
  readonly issuerUrl?: string;
  readonly audience?: string;
  readonly scope?: string;
  readonly resource?: string;
  /** Private key as PEM text that signs a client assertion (`private_key_jwt`) instead of a client secret. */
  readonly assertionKey?: string;
  /** Certificate of this key as PEM text, for servers that find the key by the certificate's thumbprint, such as Entra ID. */
  readonly assertionCertificate?: string;
  /** Id of this key (`kid`), for servers that find the key by its id. */
  readonly assertionKeyId?: string;
}

/** The tenants of a connection. */
export interface TenantConfig {
  /**
   * The tenant of deployments, process instances and messages that name none. Default: the tenant of `tenantIds`, if it is a
   * single one, otherwise the cluster's only tenant, `<default>`.
   */
  readonly tenantId?: string;
  /** The tenants whose jobs are requested. Default: `tenantId`. */
  readonly tenantIds?: readonly string[];
  /**
   * `ASSIGNED`: the jobs of all tenants that the client may use, instead of those in `tenantIds`; needs Camunda 8.9.
   * @default 'PROVIDED'
   */
  readonly tenantFilter?: 'PROVIDED' | 'ASSIGNED';
}

/** Settings that a cluster of any type may have. */
export interface ClusterSettings extends TenantConfig {
  /** Address of the REST API with its path, e.g. `https://camunda.example.com/v2`. */
  readonly restAddress?: string;
  /** `restAddress` is the complete address, so that no `/v2` is appended to it. */
  readonly restAddressExact?: boolean;
  /** Speaks REST where gRPC is possible as well. */
  readonly preferRest?: boolean;
  /** Certificate of an authority to trust; for the token server in addition to the public ones. */
  readonly rootCa?: string;
  /** Private key of the client certificate, for mutual TLS; only with `certificateChain`. */
  readonly privateKey?: string;
  /** Client certificate and its intermediate certificates, for mutual TLS; only with `privateKey`. */
  readonly certificateChain?: string;
  /** Sends credentials over connections without TLS to other machines. */
  readonly allowPlaintextCredentials?: boolean;
}

/** Settings of a cluster that you or your company run. */
export interface SelfManagedSettings extends ClusterSettings, OAuthSettings {
  /** Host name or IP address of the gateway, without scheme and port. Absent if only the REST address is known. */
  readonly hostname?: string;
  /** @default 26500 */
  readonly port?: number;
  /** Absent if the connection sends no credentials. */
  readonly authStrategy?: AuthStrategy;
  /** User name of the strategy BASIC. */
  readonly username?: string;
  readonly password?: string;
  /** Token of the strategy BEARER. */
  readonly token?: TokenInput;
  /** Path of a file with the token of the strategy BEARER. It is read again when it changes. */
  readonly tokenFile?: string;
  /** Headers for each call, in addition to those of the strategy. */
  readonly headers?: HeadersFunction;
}

/** Camunda 8 SaaS: TLS with the public certificate authorities, and OAuth client credentials. */
export interface CloudConfig extends ClusterSettings {
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
  /** @default 'zeebe.camunda.io' */
  readonly audience?: string;
  readonly scope?: string;
  readonly resource?: string;
  /**
   * Another address of the gateway: `grpcs://host:port`, or `grpc://host:port` on this machine. Without it, the address
   * follows from the cluster's id and region.
   */
  readonly grpcAddress?: string;
}

/** A gateway without TLS. */
export interface InsecureConfig extends SelfManagedSettings {
  readonly type: 'INSECURE';
}

/** A gateway with TLS. The certificates and the key are PEM text. */
export interface SecureConfig extends SelfManagedSettings {
  readonly type: 'SECURE';
  /** The host name that the gateway's certificate contains, if it is not the host name of its address. */
  readonly serverName?: string;
}

/** An engine inside this process, for development and tests. With tenants, it is like a cluster with these tenants. */
export interface EmbeddedConfig extends TenantConfig {
  readonly type: 'EMBEDDED';
  /** Paths of BPMN files or folders to deploy at start, in each tenant. */
  readonly resources: readonly string[];
}

/**
 * Validated, complete and frozen settings of a connection. Its printed form and its JSON hide secrets; a copy such as
 * `{ ...config }` does not.
 */
export type ConnectionConfig = CloudConfig | InsecureConfig | SecureConfig | EmbeddedConfig;

/** Settings that are written by hand only; a checked configuration has them in another form. */
interface HandWrittenSettings {
  /** Passphrase of `privateKey`, if it is encrypted. */
  readonly keyPassphrase?: string | undefined;
}

/** The address of a gateway: `grpcs://host:port` or `grpc://host:port`, instead of `hostname` and `port`. */
interface HandWrittenAddress {
  readonly grpcAddress?: string | undefined;
}

type Loose<Config, Needed extends keyof Config> = Pick<Config, Needed> & {
  readonly [Key in Exclude<keyof Config, Needed>]?: Config[Key] | undefined;
};

/**
 * Settings written by hand. Properties with a default are optional, and the path of a file may replace its PEM text. Without
 * `type`, the scheme of an address decides: `https` or `grpcs` means SECURE, `http` or `grpc` means INSECURE.
 *
 * @example
 * const input: ConnectionInput = { type: 'SECURE', hostname: 'zeebe.example.com', rootCa: './certs/ca.pem' };
 */
export type ConnectionInput =
  | (Loose<CloudConfig, 'type' | 'clusterId' | 'clientId' | 'clientSecret'> & HandWrittenSettings)
  | (Loose<InsecureConfig, 'type'> & HandWrittenSettings & HandWrittenAddress)
  | (Loose<SecureConfig, 'type'> & HandWrittenSettings & HandWrittenAddress)
  | Loose<EmbeddedConfig, 'type'>
  | ({ readonly type?: undefined } & Loose<Omit<SecureConfig, 'type'>, never> &
      HandWrittenSettings &
      HandWrittenAddress);

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
