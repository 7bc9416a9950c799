import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { nearest } from '../../common/nearest-name.ts';
import type {
  ConfigurationFault,
  ConnectionConfig,
  ConnectionInput,
  ConnectionType,
  SettingProblem,
} from './config.ts';
import { connectionTypes, type SettingName, type SettingValue, secretSettings, settings } from './definitions.ts';
import { type Files, keyFits } from './pem.ts';

/** The origin of the settings: environment variables, or an object. */
export interface SettingSource {
  /** For error messages. */
  readonly where: string;
  /** The value of a setting and the name under which it was found; `undefined` if it is not set. */
  read(name: SettingName): { readonly value: unknown; readonly label: string } | undefined;
  /** What the setting is called in this source. */
  label(name: SettingName): string;
  /** How to write the setting in this source. */
  example(name: SettingName, example: string): string;
}

const typeNames = Object.keys(connectionTypes) as readonly ConnectionType[];

const typeList = (): string => typeNames.map((name) => `  ${name}: ${connectionTypes[name].meaning}`).join('\n');

/** Makes the error that names all problems. */
export const configurationFault = (where: string, problems: readonly SettingProblem[]): ConfigurationFault =>
  fault(
    'configuration',
    {
      what: `The connection to Camunda cannot be set up:\n${problems.map(({ message }) => `- ${message}`).join('\n')}`,
      where,
      fix: 'correct the settings named above. docs/connection.md of camunda-connectors describes them.',
    },
    { problems },
  );

const isConnectionType = (value: unknown): value is ConnectionType =>
  typeof value === 'string' && Object.hasOwn(connectionTypes, value);

/** Whether a value counts as not set. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** Checks the type of a connection. */
export const checkType = (value: unknown, label: string): ConnectionType | SettingProblem => {
  const type = typeof value === 'string' ? value.trim() : value;
  if (isConnectionType(type)) return type;
  if (type === undefined || type === null || type === '') {
    return { setting: label, message: `${label} is not set. Set it to one of:\n${typeList()}` };
  }
  const guess = typeof type === 'string' ? nearest(type, typeNames) : undefined;
  const hint = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return { setting: label, message: `${label} is not a connection type.${hint} Set it to one of:\n${typeList()}` };
};

const withHiddenSecrets = (config: object): object =>
  Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name,
      secretSettings.includes(name as SettingName) ? '[hidden]' : value,
    ]),
  );

// Not enumerable, so that a configuration still copies and compares like any plain object.
const freezeWithHiddenSecrets = <Config extends object>(config: Config): Config => {
  const hidden = { value: () => withHiddenSecrets(config), enumerable: false };
  return Object.freeze(
    Object.defineProperties(config, { toJSON: hidden, [Symbol.for('nodejs.util.inspect.custom')]: hidden }),
  );
};

/** Checks that a private key and a client certificate are set together and belong together. */
const checkKeyPair = (
  values: Readonly<Partial<Record<SettingName, SettingValue>>>,
  type: ConnectionType,
  source: SettingSource,
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
    message: `${label} is not the key of the first certificate in ${source.label('certificateChain')}. Use a key and a certificate that belong together.`,
  };
};

/**
 * Checks all settings of a connection.
 *
 * @param earlier problems that were found before
 * @throws a {@link ConfigurationFault} that names all problems
 */
export const checkSettings = (
  type: ConnectionType,
  source: SettingSource,
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
      const message = `${found.label} ${checked.problem}. It must be ${setting.meaning}, e.g. ${source.example(name, setting.example)}`;
      problems.push({ setting: found.label, message });
    }
  }
  const pair = type === 'SECURE' ? checkKeyPair(values, type, source) : undefined;
  if (pair !== undefined) problems.push(pair);
  if (problems.length > 0) throw configurationFault(source.where, problems);
  return freezeWithHiddenSecrets({ type, ...values } as unknown as ConnectionConfig);
};

/**
 * Checks settings that were written by hand, by the same rules as environment variables.
 *
 * @param input see {@link ConnectionInput}; a checked configuration stays unchanged
 * @param files reads the files that `rootCa`, `privateKey`, `certificateChain` and `resources` name
 * @param earlier problems that were found before, for the same error
 * @throws a {@link ConfigurationFault} that names every missing, malformed or unknown property, and no secret
 * @example
 * checkConfig({ type: 'EMBEDDED', resources: ['./processes'] }, files)
 */
export const checkConfig = (
  input: ConnectionInput,
  files: Files,
  earlier: readonly SettingProblem[] = [],
): ConnectionConfig => {
  const where = 'the configuration given to createConnection';
  const given: Readonly<Record<string, unknown>> = isObject(input) ? { ...input } : {};
  const lookUp = (name: string): unknown => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return isEmpty(value) ? undefined : value;
  };
  const type = checkType(lookUp('type'), 'type');
  if (typeof type !== 'string') throw configurationFault(where, [type, ...earlier]);
  const known: readonly string[] = ['type', ...connectionTypes[type].needs, ...connectionTypes[type].takes];
  const unknown = Object.keys(given)
    .filter((name) => lookUp(name) !== undefined && !known.includes(name))
    .map((name): SettingProblem => {
      const guess = nearest(name, known);
      const hint = guess === undefined ? `It takes ${known.slice(1).join(', ')}.` : `Did you mean ${guess}?`;
      return { setting: name, message: `${name} is not a setting of the connection type ${type}. ${hint}` };
    });
  const source: SettingSource = {
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
