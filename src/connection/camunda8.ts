import { clusterMaterialOf, gatewayProxyOf, noticesOf } from './access.ts';
import { addressText, isLoopback } from './address.ts';
import { type Authenticator, createHeadersAuthenticator } from './auth/authenticator.ts';
import { missingDocuments } from './documents.ts';
import { connectionFault } from './faults.ts';
import { createGrpcConnection } from './grpc/connection.ts';
import type { Connection } from './port.ts';
import { grpcAddressOf } from './settings/addresses.ts';
import type { SettingProblem } from './settings/config.ts';
import { localFiles, parseConfig } from './settings/environment.ts';
import { configurationFault, isEmpty } from './settings/source.ts';

/**
 * A `Camunda8` object of @camunda8/sdk, by what it can do, so that no version of the SDK is needed to compile. Its settings
 * and its authentication are taken over; its clients are not used.
 */
export interface Camunda8Like {
  /** Makes a client for gRPC; only its presence is checked. */
  getZeebeGrpcApiClient(...settings: never[]): unknown;
}

/** Adopts a `Camunda8` object of @camunda8/sdk. */
export interface Camunda8Input {
  readonly type?: undefined;
  readonly camunda8: Camunda8Like;
  /** Sends credentials over connections without TLS to other machines. */
  readonly allowPlaintextCredentials?: boolean | undefined;
}

/** The settings of the SDK that have a meaning for this connection. Its authentication is asked for headers instead. */
const adopted: readonly string[] = [
  'ZEEBE_GRPC_ADDRESS',
  'ZEEBE_ADDRESS',
  'CAMUNDA_SECURE_CONNECTION',
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
  if (!isRecord(camunda8) || typeof camunda8.getZeebeGrpcApiClient !== 'function') {
    return refuse('camunda8 is not a Camunda8 object of @camunda8/sdk: it has no getZeebeGrpcApiClient.');
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
      fix: 'use grpcs:// in ZEEBE_GRPC_ADDRESS, or accept the risk with createConnection({ camunda8, allowPlaintextCredentials: true }).',
    });
  };
  // The provider keeps its tokens until they expire. A call with a rejected token is therefore not repeated.
  return createHeadersAuthenticator(read, 'oAuthProvider.getHeaders of the Camunda8 object', () => {
    provider.flushMemoryCache?.();
  });
};

/**
 * Creates a connection with the settings and the authentication of a `Camunda8` object. Every call asks the object's provider
 * for its headers, within the time limit of the call; the provider itself may wait longer.
 *
 * @param input the object, and whether credentials may go out in plain text
 * @param timeout time limit of a call in milliseconds
 * @param earlier problems that were found before
 * @throws a ConfigurationFault if the object lacks what is needed
 * @example
 * const connection = createConnection({ camunda8: new Camunda8() });
 */
export const createCamunda8Connection = (
  { camunda8, allowPlaintextCredentials = false, ...others }: Camunda8Input,
  timeout: number,
  earlier: readonly SettingProblem[],
): Connection => {
  const unknown = Object.keys(others)
    .filter((name) => !isEmpty((others as Readonly<Record<string, unknown>>)[name]))
    .map((setting) => ({
      setting,
      message: `${setting} has no effect with camunda8, which has its own settings. Only allowPlaintextCredentials can be added.`,
    }));
  if (earlier.length + unknown.length > 0) throw configurationFault(where, [...earlier, ...unknown]);
  const { configuration, provider } = partsOf(camunda8);
  const given = adopted.flatMap((name) => {
    const value = configuration[name];
    return isEmpty(value) ? [] : [[name, String(value)] as const];
  });
  const config = parseConfig({ ...Object.fromEntries(given), CAMUNDA_OAUTH_DISABLED: 'true' }, localFiles);
  const address = config.type === 'EMBEDDED' ? undefined : grpcAddressOf(config);
  if (config.type === 'EMBEDDED' || address === undefined) {
    return refuse('camunda8 has no address of a gateway (ZEEBE_GRPC_ADDRESS).');
  }
  const proxy = gatewayProxyOf(address);
  const isPlain = !address.tls && !isLoopback(address.host);
  const permission = `Credentials are sent in plain text to ${address.host}, because allowPlaintextCredentials allows it.`;
  const { tenantId } = config;
  const connection = createGrpcConnection({
    address,
    material: clusterMaterialOf(config),
    proxy,
    timeout,
    authenticator: authenticatorOf(provider, isPlain && !allowPlaintextCredentials ? addressText(address) : undefined),
    notices: [...noticesOf(config, proxy), ...(isPlain && allowPlaintextCredentials ? [permission] : [])],
    ...(tenantId === undefined ? {} : { tenantId }),
  });
  const fix = 'create the connection from settings instead of camunda8, with restAddress (CAMUNDA_REST_ADDRESS).';
  return { ...connection, documents: missingDocuments(connection.address, fix) };
};
