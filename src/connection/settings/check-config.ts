import { isObject } from '../../common/is-object.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { checkPlaintext, completeAddresses, completeCloudAddresses } from './addresses.ts';
import { completeAuthentication } from './authentication.ts';
import { checkType, chooseType, type TypeHints } from './choose-type.ts';
import type { ConnectionConfig, ConnectionInput, SettingProblem } from './config.ts';
import { connectionTypes, type SettingName, settings } from './definitions.ts';
import { addMissing, addProblem, type Draft, isGiven, labelOf, removeUnused, textValue } from './draft.ts';
import { type Files, keyFits, unlockKey } from './pem.ts';
import { configurationFault, isEmpty, type SettingSource } from './source.ts';
import { readableText, readableValue, setUnderstanding, understandingOf } from './understanding.ts';

const withHiddenSecrets = (config: object): object =>
  Object.fromEntries(Object.entries(config).map(([name, value]) => [name, readableValue(name, value)]));

// Not enumerable, so that a configuration still copies and compares like any plain object.
const freezeWithHiddenSecrets = <Config extends object>(config: Config): Config => {
  const hidden = { value: () => withHiddenSecrets(config), enumerable: false };
  return Object.freeze(
    Object.defineProperties(config, { toJSON: hidden, [Symbol.for('nodejs.util.inspect.custom')]: hidden }),
  );
};

/** Checks that a private key and a client certificate are set together and belong together. */
const checkKeyPair = (draft: Draft): void => {
  const { values, source, type, problems } = draft;
  if (isGiven(draft, 'privateKey') !== isGiven(draft, 'certificateChain')) {
    const [other, missing] = isGiven(draft, 'privateKey')
      ? (['privateKey', 'certificateChain'] as const)
      : (['certificateChain', 'privateKey'] as const);
    const { meaning, example } = settings[missing];
    problems.push({
      setting: source.label(missing),
      message: `${source.label(missing)} is not set, but ${labelOf(draft, other)} is. ${type} needs both or neither: ${meaning}, e.g. ${source.example(missing, example)}`,
    });
    return;
  }
  const { privateKey, certificateChain } = values;
  if (typeof privateKey !== 'string' || typeof certificateChain !== 'string') return;
  if (keyFits(privateKey, certificateChain)) return;
  const label = labelOf(draft, 'privateKey');
  problems.push({
    setting: label,
    message: `${label} is not the key of the first certificate in ${labelOf(draft, 'certificateChain')}. Use a key and a certificate that belong together.`,
  });
};

const completeTls = (draft: Draft): void => {
  const { values, type } = draft;
  const tokenUrl = textValue(draft, 'oauthUrl') ?? textValue(draft, 'issuerUrl');
  if (type === 'INSECURE' && !tokenUrl?.startsWith('https:')) {
    const names = ['rootCa', 'privateKey', 'keyPassphrase', 'certificateChain'] as const;
    removeUnused(draft, names, 'neither the gateway nor a token server uses TLS');
    return;
  }
  checkKeyPair(draft);
  if (values.privateKey === undefined) removeUnused(draft, ['keyPassphrase'], 'there is no private key');
  delete values.keyPassphrase;
};

/** Whether two names of one setting have the same value, although they may be written differently. */
const isSameValue = (name: SettingName, left: unknown, right: unknown, files: Files): boolean => {
  const plain = (value: unknown): unknown => {
    const checked = settings[name].check(value, files);
    const result = 'value' in checked ? checked.value : value;
    if (Array.isArray(result)) return result.join();
    return typeof result === 'string' ? result.replace(/^grpcs?:\/\//, '').replace(/\/+$/, '') : result;
  };
  return Object.is(plain(left), plain(right));
};

const readValues = (draft: Draft, files: Files): void => {
  const { type, source, values, used, warnings } = draft;
  const { needs, takes } = connectionTypes[type];
  for (const name of [...needs, ...takes]) {
    const setting = settings[name];
    const found = source.read(name);
    if (found === undefined) continue;
    const passphrase = name === 'privateKey' ? source.read('keyPassphrase')?.value : undefined;
    const value = typeof passphrase === 'string' ? unlockKey(found.value, passphrase, files) : found.value;
    const checked = setting.check(value, files);
    if ('value' in checked) {
      values[name] = checked.value;
      used.set(name, checked.value);
    } else addProblem(draft, name, checked.problem);
    const different = source.others(name).filter((other) => !isSameValue(name, found.value, other.value, files));
    if (different.length > 0) {
      const labels = different.map(({ label }) => label).join(' and ');
      warnings.push(
        `${labels} and ${found.label} set the same setting to different values; ${found.label} takes precedence.`,
      );
    }
  }
};

const completeTenants = (draft: Draft): void => {
  const { tenantFilter } = draft.values;
  if (tenantFilter === 'ASSIGNED') removeUnused(draft, ['tenantIds'], 'the tenant filter is ASSIGNED');
};

const readFallbacks = ({ type, values, source }: Draft): void => {
  const fallbacks: Readonly<Record<typeof type, readonly SettingName[]>> = {
    CAMUNDA_CLOUD: ['region', 'oauthUrl'],
    INSECURE: [],
    SECURE: [],
    EMBEDDED: ['resources'],
  };
  for (const name of fallbacks[type]) {
    const { fallback } = settings[name];
    if (source.read(name) === undefined && fallback !== undefined) values[name] ??= fallback;
  }
};

/** The audience of access tokens for Camunda 8 SaaS. */
export const cloudAudience = 'zeebe.camunda.io';

const completeCloud = (draft: Draft): boolean => {
  completeCloudAddresses(draft);
  for (const name of connectionTypes.CAMUNDA_CLOUD.needs) {
    if (!isGiven(draft, name) && draft.values[name] === undefined) addMissing(draft, name, draft.type);
  }
  if (draft.values.audience === cloudAudience) delete draft.values.audience;
  return completeAuthentication(draft);
};

const inOrder = ({ problems, type, source }: Draft): readonly SettingProblem[] => {
  const { needs, takes } = connectionTypes[type];
  const labels = [...needs, ...takes].flatMap((name) => [source.label(name), ...source.names(name)]);
  const place = ({ setting }: SettingProblem): number => {
    const index = labels.indexOf(setting);
    return index < 0 ? labels.length : index;
  };
  return [...problems].sort((a, b) => place(a) - place(b));
};

/**
 * Checks all settings of a connection.
 *
 * @param type the type that was given, or that {@link chooseType} found
 * @param earlier problems that were found before
 * @param notes warnings that were found before
 * @throws a {@link ConfigurationFault} that names all problems
 */
export const checkSettings = (
  {
    type,
    isTypeGiven,
    source,
    notes = [],
  }: Pick<Draft, 'type' | 'isTypeGiven' | 'source'> & {
    readonly notes?: readonly string[];
  },
  files: Files,
  earlier: readonly SettingProblem[],
): ConnectionConfig => {
  const draft: Draft = { type, isTypeGiven, source, values: {}, used: new Map(), problems: [], warnings: [...notes] };
  readValues(draft, files);
  readFallbacks(draft);
  completeTenants(draft);
  if (type !== 'EMBEDDED') {
    if (type !== 'CAMUNDA_CLOUD') completeAddresses(draft, type === 'SECURE');
    const fromAddress = type === 'CAMUNDA_CLOUD' ? completeCloud : completeAuthentication;
    const hasCredentials = fromAddress(draft);
    completeTls(draft);
    checkPlaintext(draft, hasCredentials);
  }
  const { needs, takes } = connectionTypes[type];
  const foreign = (Object.keys(settings) as SettingName[]).filter((name) => ![...needs, ...takes].includes(name));
  if (!source.isDeliberate) removeUnused(draft, foreign, `the connection type ${type} does not use such settings`);
  if (earlier.length + draft.problems.length > 0) {
    throw configurationFault(source.where, [...earlier, ...inOrder(draft)]);
  }
  const config = freezeWithHiddenSecrets({ type, ...draft.values } as unknown as ConnectionConfig);
  const given = [...draft.used].map(([name, value]) => ({
    name,
    text: readableText(name, value),
    from: labelOf(draft, name),
  }));
  const others = Object.entries(draft.values)
    .filter(([name]) => !draft.used.has(name as SettingName))
    .map(([name, value]) => ({ name: name as SettingName, text: readableText(name, value) }));
  const understood = [{ name: 'type' as const, text: type }, ...given, ...others];
  setUnderstanding(config, { settings: understood, warnings: draft.warnings });
  return config;
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
  if (earlier.length === 0 && understandingOf(input) !== undefined) return input as ConnectionConfig;
  const where = 'the configuration given to createConnection';
  const given: Readonly<Record<string, unknown>> = isObject(input) ? { ...input } : {};
  const lookUp = (name: string): unknown => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return isEmpty(value) ? undefined : value;
  };
  const source: SettingSource = {
    where,
    isDeliberate: true,
    read: (name) => {
      const value = lookUp(name);
      return value === undefined ? undefined : { value, label: name };
    },
    others: () => [],
    label: (name) => name,
    names: (name) => [name],
    example: (name, example) => {
      if (name === 'resources') return `${name}: ['./processes']`;
      if (name === 'tenantIds') return `${name}: ['finance', 'sales']`;
      const isText = !['port', 'headers', 'restAddressExact', 'preferRest', 'allowPlaintextCredentials'].includes(name);
      return isText ? `${name}: '${example}'` : `${name}: ${example}`;
    },
  };
  const seen = Object.keys(given).filter((name) => Object.hasOwn(settings, name) && lookUp(name) !== undefined);
  const hints: TypeHints = { label: 'type', seen, isCloud: false, mayLackScheme: () => false };
  const typeGiven = checkType(lookUp('type'), 'type');
  const type = typeGiven ?? chooseType(source, hints);
  if (typeof type !== 'string') throw configurationFault(where, [type, ...earlier]);
  const known: readonly string[] = ['type', ...connectionTypes[type].needs, ...connectionTypes[type].takes];
  const unknown = Object.keys(given)
    .filter((name) => lookUp(name) !== undefined && !known.includes(name))
    .map((name): SettingProblem => {
      const what = `${name} is not a setting of the connection type ${type}.`;
      const message = didYouMean(what, nearest(name, known), `It takes ${known.slice(1).join(', ')}.`);
      return { setting: name, message };
    });
  const isTypeGiven = typeGiven !== undefined;
  return checkSettings({ type, isTypeGiven, source }, files, [...earlier, ...unknown]);
};
