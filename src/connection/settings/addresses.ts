import { type GatewayAddress, isLoopback, parseGatewayAddress } from '../address.ts';
import { cloudDomain } from './choose-type.ts';
import type { CloudConfig, ConnectionConfig } from './config.ts';
import { settings } from './definitions.ts';
import { addMissing, addProblem, type Draft, isGiven, labelOf, removeUnused, textValue } from './draft.ts';

const cloudRest = (clusterId: string, region: string): string => `https://${region}.${cloudDomain}/${clusterId}/v2`;

const withVersion = (address: string, exact: boolean): string =>
  exact || address.endsWith('/v2') ? address : `${address}/v2`;

/** Cluster and region, as an address of Camunda 8 SaaS names them. */
const cloudPartsOf = (address: string): { readonly clusterId: string; readonly region: string } | undefined => {
  const grpc = /^(?:[a-z]+:\/\/)?([a-z0-9-]+)\.([a-z0-9-]+)\.zeebe\.camunda\.io(?::443)?$/i.exec(address);
  if (grpc !== null) return { clusterId: grpc[1]!, region: grpc[2]! };
  const rest = /^https:\/\/([a-z0-9-]+)\.zeebe\.camunda\.io(?::443)?\/([a-z0-9-]+)/i.exec(address);
  return rest === null ? undefined : { clusterId: rest[2]!, region: rest[1]! };
};

/** The gateway's address as it was given; one without a scheme gets that of the type. */
const grpcAddressIn = (draft: Draft, tls: boolean): GatewayAddress | undefined => {
  const text = textValue(draft, 'grpcAddress');
  if (text === undefined) return undefined;
  return parseGatewayAddress(text.includes('://') ? text : `${tls ? 'grpcs' : 'grpc'}://${text}`);
};

const completeRest = (draft: Draft): void => {
  const { values } = draft;
  const rest = textValue(draft, 'restAddress');
  if (rest !== undefined) values.restAddress = withVersion(rest, values.restAddressExact === true);
  if (rest === undefined && !isGiven(draft, 'restAddress')) {
    removeUnused(draft, ['restAddressExact'], 'the address of the REST API is not set');
  }
  // It stays only where it tells how to read the address.
  if (values.restAddressExact !== true || rest === undefined || rest.endsWith('/v2')) delete values.restAddressExact;
  if (values.preferRest === false) delete values.preferRest;
};

/** Completes the addresses of Camunda 8 SaaS. Those that follow from the cluster's id and region are left out. */
export const completeCloudAddresses = (draft: Draft): void => {
  const { values } = draft;
  const address = grpcAddressIn(draft, true);
  const given = [textValue(draft, 'grpcAddress'), textValue(draft, 'restAddress')];
  const parts = given.map((text) => (text === undefined ? undefined : cloudPartsOf(text))).find((found) => found);
  if (parts !== undefined && !isGiven(draft, 'clusterId')) values.clusterId = parts.clusterId;
  if (parts !== undefined && !isGiven(draft, 'region')) values.region = parts.region;
  completeRest(draft);
  const { clusterId, region } = values;
  if (address !== undefined) {
    const isDefault = address.tls && address.port === 443 && address.host === `${clusterId}.${region}.${cloudDomain}`;
    if (isDefault) delete values.grpcAddress;
    else values.grpcAddress = `${address.tls ? 'grpcs' : 'grpc'}://${hostText(address.host)}:${address.port}`;
  }
  if (values.restAddress === cloudRest(String(clusterId), String(region))) delete values.restAddress;
};

const hostText = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const checkScheme = (draft: Draft, tls: boolean): void => {
  const text = textValue(draft, 'grpcAddress');
  const grpc = grpcAddressIn(draft, tls);
  const rest = textValue(draft, 'restAddress');
  const contradicts = (name: 'grpcAddress' | 'restAddress', hasTls: boolean): void => {
    const wanted = hasTls ? 'SECURE' : 'INSECURE';
    const label = labelOf(draft, name);
    const message = `${label} ${hasTls ? 'has' : 'has no'} TLS, which contradicts the connection type ${draft.type}. Use the type ${wanted}, or correct the address.`;
    draft.problems.push({ setting: label, message });
  };
  if (text?.includes('://') && grpc !== undefined && grpc.tls !== tls) contradicts('grpcAddress', grpc.tls);
  if (rest !== undefined && rest.startsWith('https:') !== tls) contradicts('restAddress', !tls);
};

/** Completes the addresses of a cluster that you or your company run: the gateway's host and port, and that of REST. */
export const completeAddresses = (draft: Draft, tls: boolean): void => {
  const { values } = draft;
  checkScheme(draft, tls);
  const address = grpcAddressIn(draft, tls);
  delete values.grpcAddress;
  if (address !== undefined && !isGiven(draft, 'hostname')) {
    if (values.port !== undefined && isGiven(draft, 'port') && values.port !== address.port) {
      removeUnused(draft, ['port'], `${labelOf(draft, 'grpcAddress')} has the port`);
    }
    values.hostname = address.host;
    values.port = address.port;
  } else if (address !== undefined) {
    const isSame = address.host === values.hostname && address.port === (values.port ?? settings.port.fallback);
    if (!isSame) removeUnused(draft, ['grpcAddress'], `${labelOf(draft, 'hostname')} takes precedence`);
  }
  if (values.hostname !== undefined) values.port ??= 26500;
  else if (isGiven(draft, 'restAddress')) removeUnused(draft, ['port'], 'it belongs to a host name, and none is set');
  else if (!isGiven(draft, 'hostname') && !isGiven(draft, 'grpcAddress')) addMissing(draft, 'hostname', draft.type);
  completeRest(draft);
  if (values.preferRest === true && values.restAddress === undefined && !isGiven(draft, 'restAddress')) {
    removeUnused(draft, ['preferRest'], 'the address of the REST API is not set');
  }
};

/** Refuses to send credentials in plain text to another machine, unless that was allowed. */
export const checkPlaintext = (draft: Draft, hasCredentials: boolean): void => {
  const { values, warnings } = draft;
  if (!hasCredentials) return;
  const allowed = values.allowPlaintextCredentials === true;
  const optIn = draft.source.example('allowPlaintextCredentials', 'true');
  const refuse = (
    name: 'oauthUrl' | 'issuerUrl' | 'grpcAddress' | 'hostname' | 'restAddress',
    host: string,
    problem: string,
  ): void => {
    if (isLoopback(host)) return;
    if (allowed) warnings.push(`Credentials are sent in plain text to ${host}, because ${optIn} allows it.`);
    else addProblem(draft, name, `${problem}, or accept the risk with ${optIn}`);
  };
  for (const name of ['oauthUrl', 'issuerUrl'] as const) {
    const url = textValue(draft, name);
    if (url === undefined || !url.startsWith('http:')) continue;
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    refuse(name, host, 'is an http:// URL, which would expose the client secret; use https://');
  }
  const rest = textValue(draft, 'restAddress');
  const secret = values.authStrategy === 'BASIC' ? 'the password' : 'the access token';
  if (rest?.startsWith('http:')) {
    const host = new URL(rest).hostname.replace(/^\[|\]$/g, '');
    refuse('restAddress', host, `has no TLS, which would expose ${secret}; use https://`);
  }
  const grpc = draft.type === 'CAMUNDA_CLOUD' ? grpcAddressIn(draft, true) : undefined;
  if (grpc !== undefined && !grpc.tls) {
    refuse('grpcAddress', grpc.host, `has no TLS, which would expose ${secret}; use grpcs://`);
  }
  const host = textValue(draft, 'hostname');
  if (draft.type === 'INSECURE' && host !== undefined) {
    const name = isGiven(draft, 'hostname') ? 'hostname' : 'grpcAddress';
    refuse(name, host, `has no TLS, which would expose ${secret}; use TLS (the type SECURE, grpcs://)`);
  }
};

const cloudAddress = ({ grpcAddress, clusterId, region }: CloudConfig): GatewayAddress =>
  (grpcAddress === undefined ? undefined : parseGatewayAddress(grpcAddress)) ?? {
    tls: true,
    host: `${clusterId}.${region}.${cloudDomain}`,
    port: 443,
  };

/** The address of the gateway; `undefined` if only the REST address is known. */
export const grpcAddressOf = (config: Exclude<ConnectionConfig, { type: 'EMBEDDED' }>): GatewayAddress | undefined => {
  if (config.type === 'CAMUNDA_CLOUD') return cloudAddress(config);
  const { type, hostname, port = 26500 } = config;
  return hostname === undefined ? undefined : { tls: type === 'SECURE', host: hostname, port };
};

/** The address of the REST API, e.g. `https://camunda.example.com/v2`; `undefined` if it is not known. */
export const restAddressOf = (config: Exclude<ConnectionConfig, { type: 'EMBEDDED' }>): string | undefined =>
  config.restAddress ?? (config.type === 'CAMUNDA_CLOUD' ? cloudRest(config.clusterId, config.region) : undefined);
