import type { AuthStrategy } from './config.ts';
import type { SettingName } from './definitions.ts';
import { addMissing, type Draft, isGiven, labelOf, removeUnused } from './draft.ts';

const oauth: readonly SettingName[] = [
  ...(['clientId', 'clientSecret', 'oauthUrl', 'issuerUrl', 'audience', 'scope', 'resource'] as const),
  ...(['assertionKey', 'assertionCertificate', 'assertionKeyId'] as const),
];
const basic: readonly SettingName[] = ['username', 'password'];
const bearer: readonly SettingName[] = ['token', 'tokenFile'];

/** The settings of each strategy; settings of the others have no effect. */
const settingsOf: Readonly<Record<AuthStrategy, readonly SettingName[]>> = {
  NONE: [],
  BASIC: basic,
  OAUTH: oauth,
  BEARER: bearer,
};

/** The settings that mean a strategy although it is not named. */
const signsOf: Readonly<Record<Exclude<AuthStrategy, 'NONE'>, readonly SettingName[]>> = {
  OAUTH: ['clientId', 'clientSecret', 'assertionKey'],
  BASIC: basic,
  BEARER: bearer,
};

const keepOneOf = (draft: Draft, first: SettingName, others: readonly SettingName[]): void => {
  if (isGiven(draft, first)) removeUnused(draft, others, `${labelOf(draft, first)} takes precedence`);
};

const addMissingTokenServer = (draft: Draft): void => {
  const { source, problems } = draft;
  const [label, ...others] = source.names('oauthUrl');
  // Spring's names are left out: their users know them.
  const also = [...others, ...source.names('issuerUrl')].filter((name) => !name.startsWith('CAMUNDA_CLIENT_'));
  const hint = ` It may also be ${also.join(', ')}.`;
  problems.push({
    setting: label!,
    message: `${label} is not set. OAUTH needs it: the URL of the token server, e.g. ${source.example('oauthUrl', 'https://keycloak.example.com/auth/realms/camunda-platform/protocol/openid-connect/token')}.${hint}`,
  });
};

const checkOAuth = (draft: Draft): void => {
  const { values, type } = draft;
  keepOneOf(draft, 'assertionKey', ['clientSecret']);
  if (!isGiven(draft, 'assertionKey')) {
    removeUnused(draft, ['assertionCertificate', 'assertionKeyId'], 'it needs a key for client assertions');
    if (!isGiven(draft, 'clientSecret') && type !== 'CAMUNDA_CLOUD') addMissing(draft, 'clientSecret', 'OAUTH');
  }
  if (!isGiven(draft, 'clientId') && type !== 'CAMUNDA_CLOUD') addMissing(draft, 'clientId', 'OAUTH');
  keepOneOf(draft, 'oauthUrl', ['issuerUrl']);
  if (!isGiven(draft, 'oauthUrl') && !isGiven(draft, 'issuerUrl') && values.oauthUrl === undefined) {
    addMissingTokenServer(draft);
  }
};

const checkStrategy = (draft: Draft, strategy: AuthStrategy): void => {
  if (strategy === 'OAUTH') checkOAuth(draft);
  if (strategy === 'BASIC') {
    for (const name of basic) if (!isGiven(draft, name)) addMissing(draft, name, 'BASIC');
  }
  if (strategy !== 'BEARER') return;
  keepOneOf(draft, 'token', ['tokenFile']);
  if (!bearer.some((name) => isGiven(draft, name))) addMissing(draft, 'token', 'BEARER');
};

/** The strategy that the settings mean; `undefined` after a problem. */
const chooseStrategy = (draft: Draft): AuthStrategy | undefined => {
  const { values, type, source, problems, isTypeGiven } = draft;
  const given = values.authStrategy as AuthStrategy | undefined;
  if (given !== undefined) return given;
  if (isGiven(draft, 'authStrategy')) return undefined;
  if (type === 'CAMUNDA_CLOUD') return 'OAUTH';
  // This type never sends credentials by default, whatever else the environment contains.
  if (type === 'INSECURE' && isTypeGiven && !source.isDeliberate) return 'NONE';
  const meant = (['OAUTH', 'BASIC', 'BEARER'] as const).filter((strategy) =>
    signsOf[strategy].some((name) => isGiven(draft, name)),
  );
  if (meant.length < 2) return meant[0] ?? 'NONE';
  const label = source.label('authStrategy');
  const labels = meant.flatMap((strategy) => signsOf[strategy].filter((name) => isGiven(draft, name)));
  problems.push({
    setting: label,
    message: `${label} is not set, but there are credentials for ${meant.join(' and ')}: ${labels.map((name) => labelOf(draft, name)).join(', ')}. Set it to one of them, e.g. ${source.example('authStrategy', meant[0]!)}`,
  });
  return undefined;
};

/**
 * Decides how the connection proves who it is, and checks the settings for it.
 *
 * @returns whether the connection sends credentials
 */
export const completeAuthentication = (draft: Draft): boolean => {
  const { values, type } = draft;
  const strategy = chooseStrategy(draft);
  delete values.authStrategy;
  if (strategy === undefined) return false;
  const others = [...oauth, ...basic, ...bearer].filter((name) => !settingsOf[strategy].includes(name));
  const why =
    strategy === 'NONE'
      ? `the connection sends no credentials; ${draft.source.example('authStrategy', 'OAUTH')} or BASIC would use them`
      : `the authentication is ${strategy}`;
  if (type !== 'CAMUNDA_CLOUD') removeUnused(draft, others, why);
  checkStrategy(draft, strategy);
  if (strategy !== 'NONE' && type !== 'CAMUNDA_CLOUD') values.authStrategy = strategy;
  return strategy !== 'NONE' || values.headers !== undefined;
};
