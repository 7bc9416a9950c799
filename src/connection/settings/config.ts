import { type Fault, fault } from '../../common/fault.ts';
import { nearest } from '../../common/nearest.ts';
import {
  type ConnectionType,
  connectionTypes,
  type SettingName,
  type SettingValue,
  secretSettings,
  settings,
} from './definitions.ts';
import { type Files, keyFits } from './pem.ts';

/** Camunda 8 SaaS: TLS with the public authorities, and OAuth client credentials. */
export interface CloudConfig {
  readonly type: 'CAMUNDA_CLOUD';
  readonly clusterId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly region: string;
  readonly oauthUrl: string;
  /** `grpcs://host:port`, or `grpc://host:port` on this machine. */
  readonly grpcAddress?: string;
}

/** A gateway without TLS and without credentials. */
export interface InsecureConfig {
  readonly type: 'INSECURE';
  readonly hostname: string;
  readonly port: number;
}

/** A gateway with TLS. The certificates and the key are PEM text. */
export interface SecureConfig {
  readonly type: 'SECURE';
  readonly hostname: string;
  readonly port: number;
  /** Authority to trust instead of the public ones. */
  readonly rootCa?: string;
  /** With `certificateChain`: what the client shows to a gateway that asks for a certificate (mutual TLS). */
  readonly privateKey?: string;
  readonly certificateChain?: string;
}

/** The engine inside this process. */
export interface EmbeddedConfig {
  readonly type: 'EMBEDDED';
  /** Paths of BPMN files or folders to deploy at start. */
  readonly resources: readonly string[];
}

/** How to reach a cluster: checked, complete, frozen. Printed or turned into JSON it shows no secret. */
export type ConnectionConfig = CloudConfig | InsecureConfig | SecureConfig | EmbeddedConfig;

type Loose<Config extends { readonly type: ConnectionType }, Needed extends keyof Config> = Pick<
  Config,
  'type' | Needed
> & {
  readonly [Key in Exclude<keyof Config, 'type' | Needed>]?: Config[Key] | undefined;
};

/** A configuration as it may be written by hand: what has a default may be left out, PEM text may be a file's path. */
export type ConnectionInput =
  | Loose<CloudConfig, 'clusterId' | 'clientId' | 'clientSecret'>
  | Loose<InsecureConfig, 'hostname'>
  | Loose<SecureConfig, 'hostname'>
  | Loose<EmbeddedConfig, never>;

/** One thing that is wrong with the settings. */
export interface SettingProblem {
  /** The variable or property, as its user would write it. */
  readonly setting: string;
  /** A sentence: what is wrong, why the setting is needed, and an example. Holds no secret. */
  readonly message: string;
}

/** Settings that are missing or malformed, all of them at once. */
export interface ConfigurationFault extends Fault<'configuration'> {
  readonly problems: readonly SettingProblem[];
}

/** Where the settings come from: how to read one, what to call it, and how to write it down. */
interface Source {
  readonly where: string;
  /** The value and the name under which it was found; absent when it is not set. */
  read(name: SettingName): { readonly value: unknown; readonly label: string } | undefined;
  label(name: SettingName): string;
  example(name: SettingName, example: string): string;
}

const typeNames = Object.keys(connectionTypes) as readonly ConnectionType[];

const typeList = (): string => typeNames.map((name) => `  ${name}: ${connectionTypes[name].meaning}`).join('\n');

const refuse = (where: string, problems: readonly SettingProblem[]): ConfigurationFault =>
  fault(
    'configuration',
    {
      what: `The connection to Camunda cannot be set up:\n${problems.map(({ message }) => `- ${message}`).join('\n')}`,
      where,
      fix: 'correct the settings named above; docs/connection.md of camunda-connectors describes each of them.',
    },
    { problems },
  );

const isConnectionType = (value: unknown): value is ConnectionType =>
  typeof value === 'string' && Object.hasOwn(connectionTypes, value);

const checkType = (value: unknown, label: string): ConnectionType | SettingProblem => {
  const type = typeof value === 'string' ? value.trim() : value;
  if (isConnectionType(type)) return type;
  if (type === undefined || type === null || type === '') {
    return { setting: label, message: `${label} is not set. It is one of\n${typeList()}` };
  }
  const guess = typeof type === 'string' ? nearest(type, typeNames) : undefined;
  const hint = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return { setting: label, message: `${label} is no connection type.${hint} It is one of\n${typeList()}` };
};

const secretsHidden = (config: object): object =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      secretSettings.includes(name as SettingName) ? '[hidden]' : value,
    ]),
  );

// Not enumerable, so that a configuration still copies and compares like any plain object.
const seal = <Config extends object>(config: Config): Config => {
  const shown = { value: () => secretsHidden(config), enumerable: false };
  return Object.freeze(
    Object.defineProperties(config, { toJSON: shown, [Symbol.for('nodejs.util.inspect.custom')]: shown }),
  );
};

const checkPair = (
  values: Readonly<Partial<Record<SettingName, SettingValue>>>,
  type: ConnectionType,
  source: Source,
): SettingProblem | undefined => {
  const given = (name: SettingName): boolean => source.read(name) !== undefined;
  if (given('privateKey') !== given('certificateChain')) {
    const missing = given('privateKey') ? 'certificateChain' : 'privateKey';
    const other = given('privateKey') ? 'privateKey' : 'certificateChain';
    const { meaning, example } = settings[missing];
    return {
      setting: source.label(missing),
      message: `${source.label(missing)} is not set, but ${source.label(other)} is. ${type} needs both or neither: ${meaning}, e.g. ${source.example(missing, example)}`,
    };
  }
  const { privateKey, certificateChain } = values;
  if (typeof privateKey !== 'string' || typeof certificateChain !== 'string') return undefined;
  if (keyFits(privateKey, certificateChain)) return undefined;
  const label = source.label('privateKey');
  return {
    setting: label,
    message: `${label} is not the key of the first certificate in ${source.label('certificateChain')}. Give the key and the certificate that were made together.`,
  };
};

const checkSettings = (
  type: ConnectionType,
  source: Source,
  files: Files,
  earlier: readonly SettingProblem[],
): ConnectionConfig => {
  const problems = [...earlier];
  const values: Partial<Record<SettingName, SettingValue>> = {};
  const { needs, takes } = connectionTypes[type];
  for (const name of [...needs, ...takes]) {
    const setting = settings[name];
    const found = source.read(name);
    if (found === undefined) {
      if (setting.fallback !== undefined) values[name] = setting.fallback;
      if (needs.includes(name)) {
        const message = `${source.label(name)} is not set. ${type} needs it: ${setting.meaning}, e.g. ${source.example(name, setting.example)}`;
        problems.push({ setting: source.label(name), message });
      }
      continue;
    }
    const checked = setting.check(found.value, files);
    if ('value' in checked) values[name] = checked.value;
    else {
      const message = `${found.label} ${checked.problem}. ${type} reads it as ${setting.meaning}, e.g. ${source.example(name, setting.example)}`;
      problems.push({ setting: found.label, message });
    }
  }
  const pair = type === 'SECURE' ? checkPair(values, type, source) : undefined;
  if (pair !== undefined) problems.push(pair);
  if (problems.length > 0) throw refuse(source.where, problems);
  return seal({ type, ...values } as unknown as ConnectionConfig);
};

/** Environment variables, as `process.env` or dotenv give them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a connection's settings from environment variables. An empty variable counts as one that is not set.
 *
 * @param env variables by name; docs/connection.md lists them
 * @param files reads the files that `SSL_…` and `CAMUNDA_RESOURCES` name
 * @throws ConfigurationFault that names every missing or malformed variable, and no secret
 * @example
 * parseConfig({ CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'localhost' }, files)
 * // { type: 'INSECURE', hostname: 'localhost', port: 26500 }
 */
export const parseConfig = (env: Environment, files: Files): ConnectionConfig => {
  const lookUp = (variable: string): unknown => {
    // Programs in JavaScript may hand in anything.
    const value: unknown = Object.hasOwn(env, variable) ? env[variable] : undefined;
    return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value;
  };
  const where = 'the environment variables and the file .env';
  const type = checkType(lookUp('CAMUNDA_CONNECTION_TYPE'), 'CAMUNDA_CONNECTION_TYPE');
  if (typeof type !== 'string') throw refuse(where, [type]);
  const source: Source = {
    where,
    read: (name) =>
      settings[name].variables
        .map((label) => ({ label, value: lookUp(label) }))
        .find(({ value }) => value !== undefined),
    label: (name) => settings[name].variables.join(' (or ').concat(')'.repeat(settings[name].variables.length - 1)),
    example: (name, example) => `${settings[name].variables[0]}=${example}`,
  };
  return checkSettings(type, source, files, []);
};

/**
 * Checks a configuration that was written by hand, by the same rules as {@link parseConfig}.
 *
 * @param input see {@link ConnectionInput}; a checked configuration passes unchanged
 * @param files reads the files that `rootCa`, `privateKey`, `certificateChain` and `resources` name
 * @param earlier problems found before, to be told along with those of the configuration
 * @throws ConfigurationFault that names every missing, malformed or unknown property, and no secret
 * @example
 * checkConfig({ type: 'EMBEDDED', resources: ['./processes'] }, files)
 */
export const checkConfig = (
  input: ConnectionInput,
  files: Files,
  earlier: readonly SettingProblem[] = [],
): ConnectionConfig => {
  const where = 'the configuration given to createConnection';
  const given: Readonly<Record<string, unknown>> = typeof input === 'object' && input !== null ? { ...input } : {};
  const lookUp = (name: string): unknown => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value;
  };
  const type = checkType(lookUp('type'), 'type');
  if (typeof type !== 'string') throw refuse(where, [type, ...earlier]);
  const known: readonly string[] = ['type', ...connectionTypes[type].needs, ...connectionTypes[type].takes];
  const unknown = Object.keys(given)
    .filter((name) => lookUp(name) !== undefined && !known.includes(name))
    .map((name): SettingProblem => {
      const guess = nearest(name, known);
      const hint = guess === undefined ? `It takes ${known.slice(1).join(', ')}.` : `Did you mean ${guess}?`;
      return { setting: name, message: `${name} is no setting of a connection of the type ${type}. ${hint}` };
    });
  const source: Source = {
    where,
    read: (name) => {
      const value = lookUp(name);
      return value === undefined ? undefined : { value, label: name };
    },
    label: (name) => name,
    example: (name, example) =>
      name === 'port'
        ? `${name}: ${example}`
        : name === 'resources'
          ? `${name}: ['./processes']`
          : `${name}: '${example}'`,
  };
  return checkSettings(type, source, files, [...earlier, ...unknown]);
};
