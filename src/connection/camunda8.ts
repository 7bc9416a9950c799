import { clusterMaterialOf, gatewayProxyOf, noticesOf, restProxyOf } from './access.ts';
import { addressText, isLoopback } from './address.ts';
import { type Authenticator, createHeadersAuthenticator } from './auth/authenticator.ts';
import { connectionFault } from './faults.ts';
import { createGrpcConnection } from './grpc/connection.ts';
import { createLazyRest } from './lazy-rest.ts';
import type { Connection } from './port.ts';
import type { RestConnection } from './rest/connection.ts';
import { withoutRest, withRest } from './rest-beside.ts';
import { grpcAddressOf, restAddressOf } from './settings/addresses.ts';
import type { SettingProblem } from './settings/config.ts';
import { localFiles, parseConfig } from './settings/environment.ts';
import { configurationFault, isEmpty } from './settings/source.ts';

/**
 * A `Camunda8` object of @camunda8/sdk, by what it can do, so that no version of the SDK is needed to compile. Its settings
 * and its authentication are taken over; its clients are not used.
 */
export type Camunda8Like =
  | {
      /** Makes a client for gRPC; only its presence is checked. */
      getZeebeGrpcApiClient(...settings: never[]): unknown;
    }
  | {
      /** Makes a client for REST; only its presence is checked. */
      getCamundaRestClient(...settings: never[]): unknown;
    };

/** Adopts a `Camunda8` object of @camunda8/sdk. */
export interface Camunda8Input {
  readonly type?: undefined;
  readonly camunda8: Camunda8Like;
  /**
   * Whether the REST API is used instead of gRPC. Default: if the object has no address for gRPC, or only the one that the SDK
   * assumes without any, and an address for REST that was set.
   */
  readonly preferRest?: boolean | undefined;
  /** Sends credentials over connections without TLS to other machines. */
  readonly allowPlaintextCredentials?: boolean | undefined;
}

/** The addresses that the SDK fills in where none was set. */
const assumed = { grpc: 'grpc://localhost:26500', rest: 'http://localhost:8080' };

/** The settings of the SDK that have a meaning for this connection. Its authentication is asked for headers instead. */
const addressNames = {
  grpc: ['ZEEBE_GRPC_ADDRESS', 'ZEEBE_ADDRESS', 'CAMUNDA_SECURE_CONNECTION'],
  rest: ['ZEEBE_REST_ADDRESS'],
} as const;

const adopted: readonly string[] = [
  'CAMUNDA_CUSTOM_ROOT_CERT_PATH',
  'CAMUNDA_CUSTOM_ROOT_CERT_STRING',
  'CAMUNDA_CUSTOM_CERT_CHAIN_PATH',
  'CAMUNDA_CUSTOM_PRIVATE_KEY_PATH',
  'CAMUNDA_TENANT_ID',
];

const where = 'createConnection({ camunda8 })';

const refuse = (message: string): never => {
  throw configurationFault(where, [{ setting: 'camunda8', message }]);
};

interface HeadersProvider {
  getHeaders(audience: 'ZEEBE'): unknown;
  /** Forgets the tokens in memory. */
  flushMemoryCache?(): void;
}

interface Parts {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly provider: HeadersProvider;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const partsOf = (camunda8: unknown): Parts => {
  const clients = ['getZeebeGrpcApiClient', 'getCamundaRestClient'];
  if (!isRecord(camunda8) || !clients.some((name) => typeof camunda8[name] === 'function')) {
    return refuse(
      'camunda8 is not a Camunda8 object of @camunda8/sdk: it has no getZeebeGrpcApiClient and no getCamundaRestClient.',
    );
  }
  const { configuration, oAuthProvider } = camunda8;
  const lacks = 'Write the settings themselves into createConnection, or use a version from 8.8 on.';
  if (!isRecord(configuration)) return refuse(`camunda8 has no configuration to adopt. ${lacks}`);
  if (!isRecord(oAuthProvider) || typeof oAuthProvider.getHeaders !== 'function') {
    return refuse(`camunda8 has no provider of headers (oAuthProvider.getHeaders) to adopt. ${lacks}`);
  }
  return { configuration, provider: oAuthProvider as unknown as HeadersProvider };
};

/** Whether a value is the configuration of {@link createCamunda8Connection}. */
export const isCamunda8Input = (config: unknown): config is Camunda8Input =>
  isRecord(config) && Object.hasOwn(config, 'camunda8');

const authenticatorOf = (provider: HeadersProvider, plaintextTo: string | undefined): Authenticator => {
  const read = async (): Promise<unknown> => {
    const headers = await provider.getHeaders('ZEEBE');
    if (plaintextTo === undefined || !isRecord(headers) || Object.keys(headers).length === 0) return headers;
    throw connectionFault('credentials', 'UNAUTHENTICATED', {
      what: `The gateway ${plaintextTo} has no TLS, which would expose the credentials of the Camunda8 object.`,
      where,
      fix: 'use grpcs:// in ZEEBE_GRPC_ADDRESS or https:// in ZEEBE_REST_ADDRESS, or accept the risk with createConnection({ camunda8, allowPlaintextCredentials: true }).',
    });
  };
  // The provider keeps its tokens until they expire. A call with a rejected token is therefore not repeated.
  return createHeadersAuthenticator(read, 'oAuthProvider.getHeaders of the Camunda8 object', () => {
    provider.flushMemoryCache?.();
  });
};

type Configuration = Parts['configuration'];

/**
 * Which of both APIs were set. The SDK assumes an address on this machine for one that was not; if it assumed both, both are
 * meant.
 */
const apisOf = (configuration: Configuration): { readonly grpc: boolean; readonly rest: boolean } => {
  const { ZEEBE_GRPC_ADDRESS: grpc, ZEEBE_ADDRESS: older, ZEEBE_REST_ADDRESS: rest } = configuration;
  const hasGrpc = !isEmpty(older) || !(isEmpty(grpc) || grpc === assumed.grpc);
  const hasRest = !(isEmpty(rest) || rest === assumed.rest);
  return hasGrpc || hasRest ? { grpc: hasGrpc, rest: hasRest } : { grpc: !isEmpty(grpc), rest: !isEmpty(rest) };
};

/** Where the gateway is, and what the connection says about it. */
interface Target {
  readonly text: string;
  readonly host: string;
  readonly tls: boolean;
}

const restTarget = (base: string): Target => {
  const { hostname, protocol } = new URL(base);
  return { text: base, host: hostname, tls: protocol === 'https:' };
};

/**
 * Creates a connection with the settings and the authentication of a `Camunda8` object. Every call asks the object's provider
 * for its headers, within the time limit of the call; the provider itself may wait longer.
 *
 * An object that has only an address of the REST API is used over REST.
 *
 * @param input the object, which API to use, and whether credentials may go out in plain text
 * @param timeout time limit of a call in milliseconds
 * @param earlier problems that were found before
 * @throws a ConfigurationFault if the object lacks what is needed
 * @example
 * const connection = createConnection({ camunda8: new Camunda8() });
 */
export const createCamunda8Connection = (
  { camunda8, preferRest, allowPlaintextCredentials = false, ...others }: Camunda8Input,
  timeout: number,
  earlier: readonly SettingProblem[],
): Connection => {
  const unknown = Object.keys(others)
    .filter((name) => !isEmpty((others as Readonly<Record<string, unknown>>)[name]))
    .map((setting) => ({
      setting,
      message: `${setting} has no effect with camunda8, which has its own settings. Only preferRest and allowPlaintextCredentials can be added.`,
    }));
  if (earlier.length + unknown.length > 0) throw configurationFault(where, [...earlier, ...unknown]);
  const { configuration, provider } = partsOf(camunda8);
  const apis = apisOf(configuration);

  /** The settings for one of the APIs, and what is common to both kinds of connections. */
  const settingsFor = (api: 'grpc' | 'rest') => {
    const given = [...addressNames[api], ...adopted].flatMap((name) => {
      const value = configuration[name];
      return isEmpty(value) ? [] : [[name, String(value)] as const];
    });
    const config = parseConfig({ ...Object.fromEntries(given), CAMUNDA_OAUTH_DISABLED: 'true' }, localFiles);
    if (config.type === 'EMBEDDED') return refuse('camunda8 has no address of a gateway.');
    const address = grpcAddressOf(config);
    const base = restAddressOf(config);
    const target = base === undefined ? address && { ...address, text: addressText(address) } : restTarget(base);
    if (target === undefined) return refuse(`camunda8 has no address of a gateway (${addressNames[api][0]}).`);
    const proxy = base === undefined ? gatewayProxyOf(address!) : restProxyOf(base);
    const isPlain = !target.tls && !isLoopback(target.host);
    const permission = `Credentials are sent in plain text to ${target.host}, because allowPlaintextCredentials allows it.`;
    const { tenantId } = config;
    const common = {
      material: clusterMaterialOf(config),
      proxy,
      timeout,
      authenticator: authenticatorOf(provider, isPlain && !allowPlaintextCredentials ? target.text : undefined),
      notices: [...noticesOf(config, proxy), ...(isPlain && allowPlaintextCredentials ? [permission] : [])],
      ...(tenantId === undefined ? {} : { tenantId }),
    };
    return { common, address, base };
  };

  const overRest = (): RestConnection => {
    const { common, base } = settingsFor('rest');
    return createLazyRest({ ...common, base: base! });
  };
  if (preferRest ?? (apis.rest && !apis.grpc)) return overRest();
  const { common, address } = settingsFor('grpc');
  const grpc = createGrpcConnection({ ...common, address: address! });
  return apis.rest
    ? withRest(grpc, overRest())
    : withoutRest(grpc, 'set ZEEBE_REST_ADDRESS in the settings of the Camunda8 object, e.g. http://localhost:8080.');
};
