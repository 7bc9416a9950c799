import { addressText, isLoopback, parseGatewayAddress, parseHost, parsePort } from '../address.ts';
import { type Checked, type Files, readPem } from './pem.ts';

/** The four values of `CAMUNDA_CONNECTION_TYPE`. */
export type ConnectionType = 'CAMUNDA_CLOUD' | 'INSECURE' | 'SECURE' | 'EMBEDDED';

/** What a checked setting holds. */
export type SettingValue = string | number | readonly string[];

/** One setting of a connection: its variables, its meaning and its check. */
export interface Setting {
  /** Environment variables that hold it; the first one that is set wins. */
  readonly variables: readonly [string, ...string[]];
  /** What the value is, to go on from "needs". */
  readonly meaning: string;
  readonly example: string;
  /** Taken when the setting is absent. */
  readonly fallback?: SettingValue;
  check(value: unknown, files: Files): Checked<SettingValue>;
}

/** Property names of the settings in a configuration object. */
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

type Check = Setting['check'];

const text =
  (check: (value: string, files: Files) => Checked<SettingValue>): Check =>
  (value, files) =>
    typeof value === 'string' ? check(value.trim(), files) : { problem: 'is not a text' };

const anyText: Check = text((value) => ({ value }));

const plainName: Check = text((value) =>
  /^[a-z0-9-]+$/i.test(value) ? { value } : { problem: 'holds other characters than letters, digits and hyphens' },
);

const pem = (kind: 'certificate' | 'privateKey'): Check => text((value, files) => readPem(kind, value, files));

const hostname: Check = text((value) => {
  const host = parseHost(value);
  if (host !== undefined) return { value: host };
  if (value.includes('://')) return { problem: 'holds a URL; leave out the scheme, the port and the path' };
  if (/:\d+$/.test(value)) return { problem: 'holds a port as well; move it to the setting for the port' };
  return { problem: 'is neither a host name nor an IP address' };
});

const port: Check = (value) => {
  const number = parsePort(typeof value === 'string' ? value.trim() : value);
  return number === undefined ? { problem: 'is not a whole number from 1 to 65535' } : { value: number };
};

// A client secret must not cross a network in plain text.
const oauthUrl: Check = text((value) => {
  if (!URL.canParse(value)) return { problem: 'is not a URL' };
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') {
    return { problem: 'holds a user name or password; the client id and secret have settings of their own' };
  }
  if (url.protocol === 'https:') return { value };
  if (url.protocol !== 'http:') return { problem: 'is not an https:// URL' };
  return isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
    ? { value }
    : { problem: 'is an http:// URL, over which the client secret could be read; use https://' };
});

// The same holds for the access token, which every call carries.
const grpcAddress: Check = text((value) => {
  const address = parseGatewayAddress(value);
  if (address === undefined) return { problem: 'is not an address like grpcs://host:443' };
  return address.tls || isLoopback(address.host)
    ? { value: addressText(address) }
    : { problem: 'asks for plain text, over which the access token could be read; use grpcs://' };
});

const resources: Check = (value, files) => {
  const listed = typeof value === 'string' ? value.split(/[,\r\n]/) : value;
  if (!Array.isArray(listed) || listed.some((path) => typeof path !== 'string')) {
    return { problem: 'is not a list of paths' };
  }
  const paths = (listed as string[]).map((path) => path.trim()).filter((path) => path !== '');
  const missing = paths.filter((path) => !files.exists(path));
  return missing.length === 0 ? { value: paths } : { problem: `names what does not exist: ${missing.join(', ')}` };
};

/** Every setting, in the order in which errors name them. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  clusterId: {
    variables: ['CAMUNDA_CLUSTER_ID'],
    meaning: "the cluster's id, as the Camunda Console shows it",
    example: '8f0e3c1a-5b7d-4c1e-9a52-6d1f0b7c2e43',
    check: plainName,
  },
  clientId: {
    variables: ['CAMUNDA_CLIENT_ID'],
    meaning: 'the id of an API client with the scope Zeebe (or Orchestration Cluster API)',
    example: 'Xr2pU7bq9LkTzW0s',
    check: anyText,
  },
  clientSecret: {
    variables: ['CAMUNDA_CLIENT_SECRET'],
    meaning: "the API client's secret, shown once when the client is made",
    example: '…',
    check: anyText,
  },
  region: {
    variables: ['CAMUNDA_REGION'],
    meaning: "the cluster's region",
    example: 'bru-2',
    fallback: 'bru-2',
    check: plainName,
  },
  oauthUrl: {
    variables: ['CAMUNDA_OAUTH_URL'],
    meaning: 'the URL of the token server',
    example: 'https://login.cloud.camunda.io/oauth/token',
    fallback: 'https://login.cloud.camunda.io/oauth/token',
    check: oauthUrl,
  },
  grpcAddress: {
    variables: ['ZEEBE_GRPC_ADDRESS'],
    meaning: "the gateway's address, where it is not <cluster id>.<region>.zeebe.camunda.io:443",
    example: 'grpcs://zeebe.example.com:443',
    check: grpcAddress,
  },
  hostname: {
    variables: ['ZEEBE_HOSTNAME', 'ZEBEE_HOSTNAME'],
    meaning: "the gateway's host name or IP address",
    example: 'localhost',
    check: hostname,
  },
  port: {
    variables: ['ZEEBE_PORT', 'ZEBEE_PORT'],
    meaning: "the gateway's port",
    example: '26500',
    fallback: 26500,
    check: port,
  },
  rootCa: {
    variables: ['SSL_ROOT_CA'],
    meaning: "the certificate of the authority that signed the gateway's certificate, as PEM text or a file's path",
    example: './certs/ca.pem',
    check: pem('certificate'),
  },
  privateKey: {
    variables: ['SSL_PRIVATE_KEY'],
    meaning: "the private key of the client's certificate, as PEM text or a file's path",
    example: './certs/client-key.pem',
    check: pem('privateKey'),
  },
  certificateChain: {
    variables: ['SSL_CERTIFICATE_CHAIN'],
    meaning: "the client's certificate, followed by its intermediate ones, as PEM text or a file's path",
    example: './certs/client.pem',
    check: pem('certificate'),
  },
  resources: {
    variables: ['CAMUNDA_RESOURCES'],
    meaning: 'BPMN files or folders to deploy, with commas between them',
    example: './processes,./order.bpmn',
    fallback: [],
    check: resources,
  },
};

/** What each connection type needs and what it takes beside. */
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

/** Settings that no text of ours may show. */
export const secretSettings: readonly SettingName[] = ['clientSecret', 'privateKey'];
