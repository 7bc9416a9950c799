import type { ConnectionType } from './config.ts';
import {
  type CheckValue,
  checkBoolean,
  checkFunction,
  checkGrpcAddress,
  checkHostname,
  checkIssuerUrl,
  checkName,
  checkOauthUrl,
  checkPem,
  checkPort,
  checkResources,
  checkRestAddress,
  checkSecret,
  checkStrategy,
  checkTenant,
  checkTenantFilter,
  checkTenants,
  checkText,
  checkToken,
  checkUsername,
  type SettingValue,
} from './value-checks.ts';

export type { SettingValue } from './value-checks.ts';

/** One setting of a connection: its environment variables, its meaning and its check. */
export interface Setting {
  /** The environment variables of the setting, none if only an object can have it. The first one that is set takes precedence. */
  readonly variables: readonly string[];
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
  | 'issuerUrl'
  | 'audience'
  | 'scope'
  | 'resource'
  | 'assertionKey'
  | 'assertionCertificate'
  | 'assertionKeyId'
  | 'authStrategy'
  | 'username'
  | 'password'
  | 'token'
  | 'tokenFile'
  | 'headers'
  | 'grpcAddress'
  | 'hostname'
  | 'port'
  | 'restAddress'
  | 'restAddressExact'
  | 'preferRest'
  | 'tenantId'
  | 'tenantIds'
  | 'tenantFilter'
  | 'rootCa'
  | 'privateKey'
  | 'keyPassphrase'
  | 'certificateChain'
  | 'serverName'
  | 'allowPlaintextCredentials'
  | 'resources';

/** Every setting, in the order in which errors name them. A new setting goes here. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  clusterId: {
    variables: ['CAMUNDA_CLUSTER_ID', 'CAMUNDA_CLIENT_CLOUD_CLUSTERID', 'CAMUNDA_CLIENT_CLOUD_CLUSTER_ID'],
    meaning: "the cluster's id, as the Camunda Console shows it",
    example: '8f0e3c1a-5b7d-4c1e-9a52-6d1f0b7c2e43',
    check: checkName,
  },
  // Id and secret belong together: the variables at the same position form a pair.
  clientId: {
    variables: [
      'CAMUNDA_CLIENT_ID',
      'CAMUNDA_CLIENT_AUTH_CLIENTID',
      'CAMUNDA_CLIENT_AUTH_CLIENT_ID',
      'ZEEBE_CLIENT_ID',
    ],
    meaning: 'the id of an API client with the scope Zeebe (Orchestration Cluster API)',
    example: 'Xr2pU7bq9LkTzW0s',
    check: checkText,
  },
  clientSecret: {
    variables: [
      'CAMUNDA_CLIENT_SECRET',
      'CAMUNDA_CLIENT_AUTH_CLIENTSECRET',
      'CAMUNDA_CLIENT_AUTH_CLIENT_SECRET',
      'ZEEBE_CLIENT_SECRET',
    ],
    meaning: "the API client's secret, which the Console shows once when you create the client",
    example: '…',
    check: checkSecret,
  },
  region: {
    variables: ['CAMUNDA_REGION', 'CAMUNDA_CLUSTER_REGION', 'CAMUNDA_CLIENT_CLOUD_REGION'],
    meaning: "the cluster's region",
    example: 'bru-2',
    fallback: 'bru-2',
    check: checkName,
  },
  oauthUrl: {
    variables: [
      'CAMUNDA_OAUTH_URL',
      'CAMUNDA_AUTHORIZATION_SERVER_URL',
      'CAMUNDA_CLIENT_AUTH_TOKENURL',
      'CAMUNDA_CLIENT_AUTH_TOKEN_URL',
      'ZEEBE_AUTHORIZATION_SERVER_URL',
    ],
    meaning: 'the URL of the token server',
    example: 'https://login.cloud.camunda.io/oauth/token',
    fallback: 'https://login.cloud.camunda.io/oauth/token',
    check: checkOauthUrl,
  },
  issuerUrl: {
    variables: [
      'CAMUNDA_WELL_KNOWN_CONFIGURATION_URL',
      'CAMUNDA_ISSUER_URL',
      'CAMUNDA_CLIENT_AUTH_ISSUERURL',
      'CAMUNDA_CLIENT_AUTH_ISSUER_URL',
    ],
    meaning: 'the URL of the issuer, whose /.well-known/openid-configuration names the token server',
    example: 'https://keycloak.example.com/auth/realms/camunda-platform',
    check: checkIssuerUrl,
  },
  audience: {
    variables: [
      'CAMUNDA_TOKEN_AUDIENCE',
      'CAMUNDA_ZEEBE_OAUTH_AUDIENCE',
      'CAMUNDA_CLIENT_AUTH_AUDIENCE',
      'ZEEBE_TOKEN_AUDIENCE',
    ],
    meaning: 'the audience of the access token',
    example: 'orchestration-api',
    check: checkText,
  },
  scope: {
    variables: ['CAMUNDA_TOKEN_SCOPE', 'CAMUNDA_OAUTH_SCOPE', 'CAMUNDA_CLIENT_AUTH_SCOPE', 'ZEEBE_TOKEN_SCOPE'],
    meaning: 'the scope of the access token',
    example: 'api://8f0e3c1a/.default',
    check: checkText,
  },
  resource: {
    variables: ['CAMUNDA_TOKEN_RESOURCE', 'CAMUNDA_CLIENT_AUTH_RESOURCE', 'ZEEBE_TOKEN_RESOURCE'],
    meaning: 'the resource that the access token is for (RFC 8707)',
    example: 'https://camunda.example.com',
    check: checkText,
  },
  assertionKey: {
    variables: ['CAMUNDA_CLIENT_ASSERTION_KEY'],
    meaning: "the private key that signs client assertions instead of a client secret, as PEM text or a file's path",
    example: './certs/assertion-key.pem',
    check: checkPem('privateKey'),
  },
  assertionCertificate: {
    variables: ['CAMUNDA_CLIENT_ASSERTION_CERTIFICATE'],
    meaning: "the certificate of the key for client assertions, as PEM text or a file's path",
    example: './certs/assertion.pem',
    check: checkPem('certificate'),
  },
  assertionKeyId: {
    variables: ['CAMUNDA_CLIENT_ASSERTION_KEY_ID'],
    meaning: 'the id of the key for client assertions (kid)',
    example: 'key-1',
    check: checkText,
  },
  authStrategy: {
    variables: ['CAMUNDA_AUTH_STRATEGY', 'CAMUNDA_CLIENT_AUTH_METHOD'],
    meaning: 'NONE, BASIC, OAUTH or BEARER',
    example: 'OAUTH',
    check: checkStrategy,
  },
  username: {
    variables: ['CAMUNDA_BASIC_AUTH_USERNAME', 'CAMUNDA_CLIENT_AUTH_USERNAME', 'CAMUNDA_USERNAME'],
    meaning: 'the user name for basic authentication, without a colon',
    example: 'demo',
    check: checkUsername,
  },
  password: {
    variables: ['CAMUNDA_BASIC_AUTH_PASSWORD', 'CAMUNDA_CLIENT_AUTH_PASSWORD', 'CAMUNDA_PASSWORD'],
    meaning: 'the password for basic authentication',
    example: '…',
    check: checkSecret,
  },
  token: {
    variables: ['CAMUNDA_OAUTH_TOKEN'],
    meaning: 'a ready access token, or in an object a function that returns one',
    example: '…',
    check: checkToken,
  },
  tokenFile: {
    variables: ['CAMUNDA_OAUTH_TOKEN_FILE'],
    meaning: 'the path of a file that contains an access token',
    example: '/var/run/secrets/tokens/camunda',
    check: checkText,
  },
  headers: {
    variables: [],
    meaning: 'a function that returns the headers of a call',
    example: "() => ({ 'x-api-key': '…' })",
    check: checkFunction,
  },
  grpcAddress: {
    variables: [
      'CAMUNDA_GRPC_ADDRESS',
      'CAMUNDA_CLIENT_GRPCADDRESS',
      'CAMUNDA_CLIENT_GRPC_ADDRESS',
      'ZEEBE_GRPC_ADDRESS',
      'ZEEBE_ADDRESS',
    ],
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
  restAddress: {
    variables: [
      'CAMUNDA_REST_ADDRESS',
      'CAMUNDA_CLIENT_RESTADDRESS',
      'CAMUNDA_CLIENT_REST_ADDRESS',
      'ZEEBE_REST_ADDRESS',
      'CAMUNDA_BASE_URL',
    ],
    meaning: 'the address of the REST API',
    example: 'https://camunda.example.com/v2',
    check: checkRestAddress,
  },
  restAddressExact: {
    variables: ['CAMUNDA_REST_ADDRESS_EXACT'],
    meaning: 'true if no /v2 is to be appended to the address of the REST API, otherwise false',
    example: 'true',
    check: checkBoolean,
  },
  preferRest: {
    variables: ['CAMUNDA_PREFER_REST', 'CAMUNDA_CLIENT_PREFERRESTOVERGRPC', 'ZEEBE_PREFER_REST'],
    meaning: 'true to use REST where gRPC is possible as well, otherwise false',
    example: 'true',
    check: checkBoolean,
  },
  tenantId: {
    variables: ['CAMUNDA_DEFAULT_TENANT_ID', 'CAMUNDA_TENANT_ID', 'CAMUNDA_CLIENT_TENANTID', 'ZEEBE_DEFAULT_TENANT_ID'],
    meaning: 'one tenant: up to 31 letters, digits, underscores, hyphens and dots',
    example: 'finance',
    check: checkTenant,
  },
  tenantIds: {
    variables: [
      ...['CAMUNDA_TENANT_IDS', 'CAMUNDA_DEFAULT_JOB_WORKER_TENANT_IDS', 'CAMUNDA_CLIENT_WORKER_DEFAULTS_TENANTIDS'],
    ],
    meaning: 'the tenants whose jobs are requested, separated by commas',
    example: 'finance,sales',
    check: checkTenants,
  },
  tenantFilter: {
    variables: [
      'CAMUNDA_DEFAULT_JOB_WORKER_TENANT_FILTER_MODE',
      'CAMUNDA_CLIENT_WORKER_DEFAULTS_TENANTFILTERMODE',
      'CAMUNDA_CLIENT_WORKER_DEFAULTS_TENANTFILTER',
    ],
    meaning: 'PROVIDED for the jobs of the tenants that are named, or ASSIGNED for those of all tenants of the client',
    example: 'ASSIGNED',
    check: checkTenantFilter,
  },
  rootCa: {
    variables: [
      'SSL_ROOT_CA',
      'CAMUNDA_MTLS_CA',
      'CAMUNDA_MTLS_CA_PATH',
      'CAMUNDA_CUSTOM_ROOT_CERT_STRING',
      'CAMUNDA_CUSTOM_ROOT_CERT_PATH',
      'CAMUNDA_CA_CERTIFICATE_PATH',
      'CAMUNDA_CLIENT_CACERTIFICATEPATH',
      'ZEEBE_CA_CERTIFICATE_PATH',
    ],
    meaning: "the certificate of the authority that signed the gateway's certificate, as PEM text or a file's path",
    example: './certs/ca.pem',
    check: checkPem('certificate'),
  },
  privateKey: {
    variables: ['SSL_PRIVATE_KEY', 'CAMUNDA_MTLS_KEY', 'CAMUNDA_MTLS_KEY_PATH', 'CAMUNDA_CUSTOM_PRIVATE_KEY_PATH'],
    meaning: "the private key of the client certificate, as PEM text or a file's path",
    example: './certs/client-key.pem',
    check: checkPem('privateKey'),
  },
  keyPassphrase: {
    variables: ['CAMUNDA_MTLS_KEY_PASSPHRASE'],
    meaning: 'the passphrase of the private key',
    example: '…',
    check: checkSecret,
  },
  certificateChain: {
    variables: [
      'SSL_CERTIFICATE_CHAIN',
      'CAMUNDA_MTLS_CERT',
      'CAMUNDA_MTLS_CERT_PATH',
      'CAMUNDA_CUSTOM_CERT_CHAIN_PATH',
    ],
    meaning: "the client certificate and its intermediate certificates, as PEM text or a file's path",
    example: './certs/client.pem',
    check: checkPem('certificate'),
  },
  serverName: {
    variables: ['CAMUNDA_OVERRIDE_AUTHORITY', 'CAMUNDA_CLIENT_OVERRIDEAUTHORITY', 'ZEEBE_OVERRIDE_AUTHORITY'],
    meaning: "the host name in the gateway's certificate",
    example: 'zeebe.example.com',
    check: checkHostname,
  },
  allowPlaintextCredentials: {
    variables: ['CAMUNDA_ALLOW_PLAINTEXT_CREDENTIALS'],
    meaning: 'true to send credentials over connections without TLS to other machines, otherwise false',
    example: 'true',
    check: checkBoolean,
  },
  resources: {
    variables: ['CAMUNDA_RESOURCES'],
    meaning: 'a list of BPMN files, DMN files or folders to deploy, separated by commas',
    example: './processes,./order.bpmn',
    fallback: [],
    check: checkResources,
  },
};

const tenants = ['tenantId', 'tenantIds', 'tenantFilter'] as const;
const addresses = ['grpcAddress', 'restAddress', 'restAddressExact', 'preferRest', ...tenants] as const;
const tokens = ['audience', 'scope', 'resource'] as const;
const tls = ['rootCa', 'privateKey', 'keyPassphrase', 'certificateChain'] as const;
const authentication = [
  ...(['authStrategy', 'clientId', 'clientSecret', 'oauthUrl', 'issuerUrl', ...tokens] as const),
  ...(['assertionKey', 'assertionCertificate', 'assertionKeyId'] as const),
  ...(['username', 'password', 'token', 'tokenFile', 'headers'] as const),
];

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
    takes: ['region', 'oauthUrl', ...tokens, ...addresses, ...tls, 'allowPlaintextCredentials'],
  },
  INSECURE: {
    meaning: 'a Zeebe gateway without TLS',
    needs: ['hostname'],
    takes: ['port', ...addresses, ...authentication, ...tls, 'allowPlaintextCredentials'],
  },
  SECURE: {
    meaning: 'a Zeebe gateway with TLS',
    needs: ['hostname'],
    takes: ['port', ...addresses, ...authentication, ...tls, 'serverName', 'allowPlaintextCredentials'],
  },
  EMBEDDED: { meaning: 'an engine inside this process, for development', needs: [], takes: ['resources', ...tenants] },
};

/** Settings that no error and no printed configuration may show. */
export const secretSettings: readonly SettingName[] = [
  ...(['clientSecret', 'password', 'token', 'privateKey', 'keyPassphrase', 'assertionKey'] as const),
];
