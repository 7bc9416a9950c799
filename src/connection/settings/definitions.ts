import type { ConnectionType } from './config.ts';
import {
  type CheckValue,
  checkGrpcAddress,
  checkHostname,
  checkName,
  checkOauthUrl,
  checkPem,
  checkPort,
  checkResources,
  checkText,
  type SettingValue,
} from './value-checks.ts';

export type { SettingValue } from './value-checks.ts';

/** One setting of a connection: its environment variables, its meaning and its check. */
export interface Setting {
  /** The environment variables of the setting. The first one that is set takes precedence. */
  readonly variables: readonly [string, ...string[]];
  /** What the value is, as the end of a sentence: "It must be …". */
  readonly meaning: string;
  readonly example: string;
  /** The value if the setting is absent. */
  readonly fallback?: SettingValue;
  readonly check: CheckValue;
}

/** The property names of the settings in a configuration object. */
export type SettingName =
  | 'clusterId'
  | 'clientId'
  | 'clientSecret'
  | 'region'
  | 'oauthUrl'
  | 'grpcAddress'
  | 'hostname'
  | 'port'
  | 'rootCa'
  | 'privateKey'
  | 'certificateChain'
  | 'resources';

/** Every setting, in the order in which errors name them. A new setting goes here. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  clusterId: {
    variables: ['CAMUNDA_CLUSTER_ID'],
    meaning: "the cluster's id, as the Camunda Console shows it",
    example: '8f0e3c1a-5b7d-4c1e-9a52-6d1f0b7c2e43',
    check: checkName,
  },
  clientId: {
    variables: ['CAMUNDA_CLIENT_ID'],
    meaning: 'the id of an API client with the scope Zeebe (Orchestration Cluster API)',
    example: 'Xr2pU7bq9LkTzW0s',
    check: checkText,
  },
  clientSecret: {
    variables: ['CAMUNDA_CLIENT_SECRET'],
    meaning: "the API client's secret, which the Console shows once when you create the client",
    example: '…',
    check: checkText,
  },
  region: {
    variables: ['CAMUNDA_REGION'],
    meaning: "the cluster's region",
    example: 'bru-2',
    fallback: 'bru-2',
    check: checkName,
  },
  oauthUrl: {
    variables: ['CAMUNDA_OAUTH_URL'],
    meaning: 'the URL of the token server',
    example: 'https://login.cloud.camunda.io/oauth/token',
    fallback: 'https://login.cloud.camunda.io/oauth/token',
    check: checkOauthUrl,
  },
  grpcAddress: {
    variables: ['ZEEBE_GRPC_ADDRESS'],
    meaning: "the gateway's address, if it is not <cluster id>.<region>.zeebe.camunda.io:443",
    example: 'grpcs://zeebe.example.com:443',
    check: checkGrpcAddress,
  },
  hostname: {
    variables: ['ZEEBE_HOSTNAME', 'ZEBEE_HOSTNAME'],
    meaning: "the gateway's host name or IP address",
    example: 'localhost',
    check: checkHostname,
  },
  port: {
    variables: ['ZEEBE_PORT', 'ZEBEE_PORT'],
    meaning: "the gateway's port",
    example: '26500',
    fallback: 26500,
    check: checkPort,
  },
  rootCa: {
    variables: ['SSL_ROOT_CA'],
    meaning: "the certificate of the authority that signed the gateway's certificate, as PEM text or a file's path",
    example: './certs/ca.pem',
    check: checkPem('certificate'),
  },
  privateKey: {
    variables: ['SSL_PRIVATE_KEY'],
    meaning: "the private key of the client certificate, as PEM text or a file's path",
    example: './certs/client-key.pem',
    check: checkPem('privateKey'),
  },
  certificateChain: {
    variables: ['SSL_CERTIFICATE_CHAIN'],
    meaning: "the client certificate and its intermediate certificates, as PEM text or a file's path",
    example: './certs/client.pem',
    check: checkPem('certificate'),
  },
  resources: {
    variables: ['CAMUNDA_RESOURCES'],
    meaning: 'a list of BPMN files or folders to deploy, separated by commas',
    example: './processes,./order.bpmn',
    fallback: [],
    check: checkResources,
  },
};

/** The settings of each connection type: `needs` are required, `takes` are optional. */
export const connectionTypes: Readonly<
  Record<
    ConnectionType,
    { readonly meaning: string; readonly needs: readonly SettingName[]; readonly takes: readonly SettingName[] }
  >
> = {
  CAMUNDA_CLOUD: {
    meaning: 'a cluster of Camunda 8 SaaS',
    needs: ['clusterId', 'clientId', 'clientSecret'],
    takes: ['region', 'oauthUrl', 'grpcAddress'],
  },
  INSECURE: { meaning: 'a Zeebe gateway without TLS', needs: ['hostname'], takes: ['port'] },
  SECURE: {
    meaning: 'a Zeebe gateway with TLS',
    needs: ['hostname'],
    takes: ['port', 'rootCa', 'privateKey', 'certificateChain'],
  },
  EMBEDDED: { meaning: 'an engine inside this process, for development', needs: [], takes: ['resources'] },
};

/** Settings that no error and no printed configuration may show. */
export const secretSettings: readonly SettingName[] = ['clientSecret', 'privateKey'];
