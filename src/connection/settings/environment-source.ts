import type { TypeHints } from './choose-type.ts';
import type { ConnectionType, Environment, SettingProblem } from './config.ts';
import { type SettingName, settings } from './definitions.ts';
import { clientMode, grantType, notUnderstood, oauthDisabled, tlsSwitches } from './official-names.ts';
import { type Found, isEmpty, type SettingSource } from './source.ts';
import { checkBoolean } from './value-checks.ts';

/** Environment variables as settings, and what else they say. */
export interface EnvironmentSource {
  readonly source: SettingSource;
  readonly hints: TypeHints;
  readonly typeValue: unknown;
  /** What contradicts the other variables. */
  problems(type: ConnectionType): readonly SettingProblem[];
  /** Variables that have no effect. */
  warningsFor(type: ConnectionType): readonly string[];
}

/** What Kubernetes injects for a service with this name; no setting. */
const serviceLink = /^(?:tcp|udp|sctp):\/\//;

const pair: readonly SettingName[] = ['clientId', 'clientSecret'];

/** Reads environment variables as settings of a connection. */
export const createEnvironmentSource = (env: Environment): EnvironmentSource => {
  const lookUp = (variable: string): unknown => {
    // A program in JavaScript may pass anything.
    const value: unknown = Object.hasOwn(env, variable) ? env[variable] : undefined;
    return isEmpty(value) || (variable.endsWith('_PORT') && serviceLink.test(String(value).trim())) ? undefined : value;
  };
  const flag = (variable: string): boolean | undefined => {
    const checked = checkBoolean(lookUp(variable), { read: () => '', exists: () => false });
    return 'value' in checked ? (checked.value as boolean) : undefined;
  };
  const isDisabled = flag(oauthDisabled) === true;

  const foundIn = (name: SettingName): readonly Found[] =>
    settings[name].variables.flatMap((label) => {
      const value = lookUp(label);
      return value === undefined ? [] : [{ label, value }];
    });

  const [ids, secrets] = pair.map((name) => settings[name].variables) as [readonly string[], readonly string[]];
  // Id and secret come from one family of names: the first complete one, or else the first with any variable set.
  const isSet = (names: readonly string[], index: number): boolean => lookUp(names[index]!) !== undefined;
  const complete = ids.findIndex((_, index) => isSet(ids, index) && isSet(secrets, index));
  const family = complete >= 0 ? complete : ids.findIndex((_, index) => isSet(ids, index) || isSet(secrets, index));

  /** The value that counts. Of id and secret, only those of the family count. */
  const chosen = (name: SettingName): Found | undefined => {
    if (name === 'authStrategy' && isDisabled) return { label: oauthDisabled, value: 'NONE' };
    const found = foundIn(name);
    if (!pair.includes(name) || family < 0) return found[0];
    return found.find(({ label }) => label === settings[name].variables[family]);
  };

  const source: SettingSource = {
    where: 'the environment variables and the file .env',
    isDeliberate: false,
    read: chosen,
    others: (name) => foundIn(name).filter(({ label }) => label !== chosen(name)?.label),
    label: (name) => {
      if (pair.includes(name) && family > 0) return settings[name].variables[family]!;
      const { variables } = settings[name];
      const [first = name, second] = variables;
      // The spelling of the Python SDK.
      return second?.startsWith('ZEBEE_') ? `${first} (or ${second})` : first;
    },
    names: (name) => settings[name].variables,
    example: (name, example) => `${settings[name].variables[0]}=${example}`,
  };

  const seen = Object.values(settings)
    .flatMap(({ variables }) => variables)
    .filter((name) => lookUp(name) !== undefined);
  const switches = tlsSwitches.filter(({ name }) => lookUp(name) !== undefined);
  const isOn = switches.find(({ name }) => flag(name) !== undefined);
  const mode = String(lookUp(clientMode) ?? '')
    .trim()
    .toLowerCase();

  const partner = (name: string): string =>
    ids.includes(name) ? secrets[ids.indexOf(name)]! : ids[secrets.indexOf(name)]!;
  const isSchemeless = ({ label, value }: Found): boolean =>
    label === 'ZEEBE_ADDRESS' && !String(value).includes('://');
  const isTypeGiven = lookUp('CAMUNDA_CONNECTION_TYPE') !== undefined;

  const mixedFamilies = (): readonly SettingProblem[] => {
    const parts = [...ids, ...secrets].filter((name) => lookUp(name) !== undefined);
    if (complete >= 0 || parts.length < 2) return [];
    const missing = parts.map((name) => `${partner(name)} for ${name}`).join(', or ');
    const message = `${parts.join(' and ')} do not belong together. Set ${missing}.`;
    return [{ setting: parts[0]!, message }];
  };

  const needsPair = (type: ConnectionType): boolean =>
    type !== 'EMBEDDED' &&
    !(type === 'INSECURE' && isTypeGiven) &&
    source.read('assertionKey') === undefined &&
    !isDisabled;

  const problems = (type: ConnectionType): readonly SettingProblem[] => {
    if (type === 'EMBEDDED') return [];
    const grant = lookUp(grantType);
    const isOtherGrant = grant !== undefined && String(grant).trim() !== 'client_credentials';
    return [
      ...(isOtherGrant
        ? [{ setting: grantType, message: `${grantType} must be client_credentials; no other grant is supported.` }]
        : []),
      ...[oauthDisabled, ...tlsSwitches.map(({ name }) => name)]
        .filter((name) => lookUp(name) !== undefined && flag(name) === undefined)
        .map((name) => ({ setting: name, message: `${name} is neither true nor false.` })),
    ];
  };

  const warningsFor = (type: ConnectionType): readonly string[] => {
    const advice = new Map<string, string[]>();
    for (const [name, text] of Object.entries(notUnderstood)) {
      if (lookUp(name) !== undefined) advice.set(text, [...(advice.get(text) ?? []), name]);
    }
    const address = source.read('grpcAddress') ?? source.read('restAddress') ?? source.read('hostname');
    // A switch counts only for an address without a scheme.
    const counts = address !== undefined && isSchemeless(address) && !isTypeGiven && type !== 'EMBEDDED';
    const contradicts = ({ name, meansTls }: (typeof switches)[number]): boolean =>
      (flag(name) === meansTls) !== (type !== 'INSECURE');
    const idle = counts ? switches.filter(contradicts) : switches;
    const others = [...ids, ...secrets].filter(
      (name) => complete >= 0 && lookUp(name) !== undefined && lookUp(partner(name)) === undefined,
    );
    return [
      ...[...advice].map(
        ([text, names]) => `${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no effect: ${text}.`,
      ),
      ...(idle.length === 0
        ? []
        : [
            `${idle.map(({ name }) => name).join(', ')} ${idle.length === 1 ? 'has' : 'have'} no effect: the connection type and the scheme of the address decide about TLS.`,
          ]),
      ...(lookUp(clientMode) !== undefined && (mode === 'saas') !== (type === 'CAMUNDA_CLOUD')
        ? [`${clientMode} has no effect: the connection type is ${type}.`]
        : []),
      ...(others.length > 0 && type !== 'EMBEDDED'
        ? [`${others.join(', ')} has no effect: its partner is not set, and ${ids[family]} takes precedence.`]
        : []),
    ];
  };

  return {
    source,
    typeValue: lookUp('CAMUNDA_CONNECTION_TYPE'),
    hints: {
      label: 'CAMUNDA_CONNECTION_TYPE',
      seen,
      isCloud: mode === 'saas',
      tlsSwitch: isOn === undefined ? undefined : flag(isOn.name) === isOn.meansTls,
      mayLackScheme: (label) => label === 'ZEEBE_ADDRESS',
    },
    problems: (type) => [...problems(type), ...(needsPair(type) ? mixedFamilies() : [])],
    warningsFor,
  };
};
