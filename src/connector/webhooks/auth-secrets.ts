import type { PlainAuth, SchemeAuth, WebhookAuth, WebhookSecret } from './auth-types.ts';

/** A secret of an authentication, and where it stands. */
export interface AuthSecret {
  /** E.g. `secret`, `secret[1]` or `auth.password`. */
  readonly path: string;
  readonly text: string;
}

/** The properties that may contain secrets, by type. */
const secretNames: Readonly<Record<SchemeAuth['type'], readonly string[]>> = {
  github: ['secret'],
  bitbucket: ['secret'],
  shopify: ['secret'],
  stripe: ['secret'],
  slack: ['secret'],
  zoom: ['secret'],
  standard: ['secret'],
  gitlab: ['secret'],
  meta: ['secret', 'verifyToken'],
  twilio: ['secret'],
  sns: [],
  graph: ['clientState'],
  hmac: ['secret'],
  basic: ['username', 'password'],
  apiKey: ['key'],
  jwt: [],
  eventGrid: [],
  cloudEvents: [],
};

/** A secret as a list. */
export const secretList = (secret: WebhookSecret): readonly string[] =>
  typeof secret === 'string' ? [secret] : secret;

const hasInner = (auth: SchemeAuth): auth is SchemeAuth & { readonly auth: PlainAuth } =>
  auth.type === 'eventGrid' || auth.type === 'cloudEvents';

const secretAt = (auth: SchemeAuth, name: string): WebhookSecret | undefined =>
  (auth as unknown as Readonly<Record<string, WebhookSecret | undefined>>)[name];

/**
 * A copy of an authentication with other secrets.
 *
 * @example
 * mapSecrets(auth, (text) => (isReference(text) ? text : ''));
 */
export const mapSecrets = (auth: WebhookAuth, map: (text: string) => string): WebhookAuth => {
  if (auth === 'none') return auth;
  const changed = secretNames[auth.type].flatMap((name) => {
    const value = secretAt(auth, name);
    if (value === undefined) return [];
    return [[name, typeof value === 'string' ? map(value) : value.map(map)] as const];
  });
  const inner = hasInner(auth) ? { auth: mapSecrets(auth.auth, map) } : {};
  return { ...auth, ...Object.fromEntries(changed), ...inner } as WebhookAuth;
};

/**
 * The secrets of an authentication, or the references to them.
 *
 * @example
 * secretsOf({ type: 'github', secret: ['{{secrets.NEW}}', '{{secrets.OLD}}'] });
 * // [{ path: 'secret[0]', text: '{{secrets.NEW}}' }, { path: 'secret[1]', text: '{{secrets.OLD}}' }]
 */
export const secretsOf = (auth: WebhookAuth): readonly AuthSecret[] => {
  if (auth === 'none') return [];
  const own = secretNames[auth.type].flatMap((name) => {
    const value = secretAt(auth, name);
    if (value === undefined) return [];
    return typeof value === 'string'
      ? [{ path: name, text: value }]
      : value.map((text, index) => ({ path: `${name}[${index}]`, text }));
  });
  const inner = hasInner(auth) ? secretsOf(auth.auth) : [];
  return [...own, ...inner.map(({ path, text }) => ({ path: `auth.${path}`, text }))];
};
