import { didYouMean, nearest } from '../../common/nearest-name.ts';
import type { ConnectionType, SettingProblem } from './config.ts';
import { connectionTypes, type SettingName } from './definitions.ts';
import type { Found, SettingSource } from './source.ts';

const typeNames = Object.keys(connectionTypes) as readonly ConnectionType[];

const typeList = (): string => typeNames.map((name) => `  ${name}: ${connectionTypes[name].meaning}`).join('\n');

const isConnectionType = (value: unknown): value is ConnectionType =>
  typeof value === 'string' && Object.hasOwn(connectionTypes, value);

/** Checks the type of a connection, if it was given. */
export const checkType = (value: unknown, label: string): ConnectionType | SettingProblem | undefined => {
  const type = typeof value === 'string' ? value.trim() : value;
  if (isConnectionType(type)) return type;
  if (type === undefined || type === null || type === '') return undefined;
  const guess = typeof type === 'string' ? nearest(type, typeNames) : undefined;
  const what = didYouMean(`${label} is not a connection type.`, guess);
  return { setting: label, message: `${what} Set it to one of:\n${typeList()}` };
};

/** What determines the type of a connection besides the settings themselves. */
export interface TypeHints {
  /** The name of the type in this source. */
  readonly label: string;
  /** The names of all settings that were seen, for the error. */
  readonly seen: readonly string[];
  /** `saas`, as Spring's mode says. */
  readonly isCloud: boolean;
  /** A switch that says whether an address without a scheme means TLS. */
  readonly tlsSwitch?: boolean | undefined;
  /** The names under which an address may lack a scheme, as in the file that the Console offers. */
  readonly mayLackScheme: (label: string) => boolean;
}

/** The domain of the gateways of Camunda 8 SaaS. */
export const cloudDomain = 'zeebe.camunda.io';

type Scheme = 'tls' | 'plain' | 'none';

const schemeOf = (found: Found | undefined): Scheme | undefined => {
  if (typeof found?.value !== 'string') return undefined;
  const scheme = /^([a-z]+):\/\//i.exec(found.value.trim())?.[1]?.toLowerCase();
  if (scheme === undefined) return 'none';
  if (scheme === 'https' || scheme === 'grpcs') return 'tls';
  return scheme === 'http' || scheme === 'grpc' ? 'plain' : undefined;
};

const isCloudHost = (found: Found | undefined): boolean =>
  typeof found?.value === 'string' &&
  /^(?:[a-z]+:\/\/)?[^/:@]+\.zeebe\.camunda\.io(?:[:/]|$)/i.test(found.value.trim());

const unsettled = ({ label, seen }: TypeHints): SettingProblem => ({
  setting: label,
  message: [
    `${label} is not set. Set it to one of:\n${typeList()}`,
    seen.length === 0
      ? '  No setting that determines the type is set either, such as CAMUNDA_GRPC_ADDRESS, CAMUNDA_REST_ADDRESS or CAMUNDA_CLUSTER_ID.'
      : `  These settings do not determine the type: ${seen.join(', ')}. An address with its scheme would, e.g. CAMUNDA_GRPC_ADDRESS=grpcs://host:443.`,
  ].join('\n'),
});

const withoutScheme = ({ label }: Found): SettingProblem => ({
  setting: label,
  message: `${label} does not show whether the gateway uses TLS. Write its scheme: grpcs://host:port with TLS, grpc://host:port without.`,
});

/**
 * Finds the type of a connection in the settings themselves, if it was not given. Nothing is guessed: the scheme of an
 * address tells, or a cluster's id with credentials.
 */
export const chooseType = (source: SettingSource, hints: TypeHints): ConnectionType | SettingProblem => {
  const has = (name: SettingName): boolean => source.read(name) !== undefined;
  const hasClient = has('clientId') && has('clientSecret');
  const grpc = source.read('grpcAddress');
  const rest = source.read('restAddress');
  const [grpcScheme, restScheme] = [schemeOf(grpc), schemeOf(rest)];
  if (hints.isCloud) return 'CAMUNDA_CLOUD';
  if (grpc === undefined && rest === undefined) {
    return has('clusterId') && hasClient ? 'CAMUNDA_CLOUD' : unsettled(hints);
  }
  const withTls: ConnectionType = hasClient && (isCloudHost(grpc) || isCloudHost(rest)) ? 'CAMUNDA_CLOUD' : 'SECURE';
  if (grpc !== undefined && grpcScheme === 'none') {
    if (!hints.mayLackScheme(grpc.label)) return withoutScheme(grpc);
    if (hints.tlsSwitch !== undefined) return hints.tlsSwitch ? withTls : 'INSECURE';
    const hasTokenServer = has('oauthUrl') || has('issuerUrl');
    return restScheme === 'tls' || (hasTokenServer && hasClient) ? withTls : withoutScheme(grpc);
  }
  const schemes = [grpcScheme, restScheme].filter((scheme) => scheme === 'tls' || scheme === 'plain');
  if (grpc !== undefined && rest !== undefined && new Set(schemes).size === 2) {
    const [plain, other] = grpcScheme === 'plain' ? [grpc.label, rest.label] : [rest.label, grpc.label];
    return {
      setting: plain,
      message: `${plain} has no TLS, but ${other} has. Calls to the former would send everything in plain text. Use the scheme of TLS for both (grpcs://, https://) or for neither.`,
    };
  }
  // An address with another scheme is malformed; its own check says so.
  return schemes.length === 0 || schemes[0] === 'tls' ? withTls : 'INSECURE';
};
