import { isObject } from '../../common/is-object.ts';
import { maxSecrets, type SchemeAuth } from '../webhooks/auth-types.ts';
import { signedParts } from '../webhooks/hmac-format.ts';
import { anyText, flag, text } from './common-rules.ts';
import {
  describeValue,
  inTurn,
  isText,
  listOf,
  mapOf,
  objectOf,
  oneOf,
  type Problem,
  type Rule,
  type Rules,
  when,
} from './rule-engine.ts';

const secret: Rule = (value) => {
  if (!Array.isArray(value)) return when(isText, 'a secret as text, or a list of them')(value);
  const found = listOf(text, 'a list of secrets', 1)(value);
  if (found !== undefined && found.length > 0) return found;
  return value.length > maxSecrets ? `expected at most ${maxSecrets} secrets, but got ${value.length}` : undefined;
};

const windowRule: Rule = when(
  (value) => value === false || (Number.isFinite(value) && (value as number) >= 0),
  'a number of seconds, 0 or more, or false',
);

const headerName: Rule = when(
  (value) => typeof value === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value),
  'the name of a header',
);

const texts: Rule = (value) =>
  Array.isArray(value) ? listOf(text, 'a list of texts', 1)(value) : when(isText, 'text, or a list of texts')(value);

const perMinute: Rule = when(
  (value) => Number.isSafeInteger(value) && (value as number) > 0,
  'a number of requests a minute',
);

/** Keys are trusted, so nobody on the way may replace them. */
const keysAddress: Rule = when((value) => {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, username } = new URL(value);
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return username === '' && (protocol === 'https:' || (protocol === 'http:' && isHere));
}, 'an address that starts with https://');

const topic: Rule = when(
  (value) => typeof value === 'string' && /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/.test(value),
  'the ARN of a topic, e.g. arn:aws:sns:eu-west-1:123456789012:orders',
);

type SchemeType = SchemeAuth['type'];

interface Form {
  readonly rules: Rules;
  readonly required: readonly string[];
}

const withSecret = (rules: Rules = {}): Form => ({ rules: { secret, ...rules }, required: ['secret'] });

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const plainForms = {
  basic: { rules: { username: text, password: secret }, required: ['username', 'password'] },
  apiKey: { rules: { key: secret, header: headerName, query: text, prefix: anyText }, required: ['key'] },
  jwt: {
    rules: {
      jwks: keysAddress,
      issuer: texts,
      audience: texts,
      algorithms: listOf(oneOf(...algorithms), 'a list of algorithms', 1),
      requiredClaims: mapOf(texts, 'claims by name'),
      clockTolerance: when(
        (value) => Number.isFinite(value) && (value as number) >= 0 && (value as number) <= 60,
        'a number of seconds from 0 to 60',
      ),
    },
    required: ['jwks'],
  },
} as const satisfies Partial<Record<SchemeType, Form>>;

const ruleOf = (type: string, { rules, required }: Form): Rule =>
  objectOf({ type: oneOf(type), ...rules }, { noun: `property of { type: "${type}" }`, required });

/** Finds the form by the type. */
const byType =
  (forms: Readonly<Record<string, Form>>, expected: string): Rule =>
  (value) => {
    if (!isObject(value)) return `expected ${expected}, but got ${describeValue(value)}`;
    const { type } = value;
    if (type === undefined) return [{ path: ['type'], text: 'is missing' }];
    const known = typeof type === 'string' && Object.hasOwn(forms, type) ? forms[type] : undefined;
    if (known !== undefined) return ruleOf(type as string, known)(value);
    return [{ path: ['type'], text: oneOf(...Object.keys(forms))(type) as string }];
  };

const plainAuth = byType(plainForms, 'an object such as { type: "apiKey", key: … }');

const forms: Readonly<Record<SchemeType, Form>> = {
  github: withSecret(),
  gitlab: withSecret({ signed: flag, window: windowRule }),
  bitbucket: withSecret(),
  stripe: withSecret({ window: windowRule }),
  slack: withSecret({ window: windowRule }),
  shopify: withSecret(),
  twilio: withSecret({ algorithm: oneOf('sha1', 'sha256') }),
  meta: withSecret({ verifyToken: secret }),
  zoom: withSecret({ window: windowRule }),
  standard: withSecret({ window: windowRule }),
  sns: { rules: { topics: listOf(topic, 'a list of topics', 1) }, required: ['topics'] },
  graph: { rules: { clientState: secret }, required: ['clientState'] },
  eventGrid: {
    rules: { auth: plainAuth, origins: listOf(text, 'a list of origins', 1), rate: perMinute },
    required: ['auth'],
  },
  cloudEvents: {
    rules: { auth: plainAuth, origins: listOf(text, 'a list of origins', 1), rate: perMinute },
    required: ['auth', 'origins'],
  },
  hmac: {
    rules: {
      secret,
      header: headerName,
      algorithm: oneOf('sha1', 'sha256', 'sha512'),
      encoding: oneOf('hex', 'base64', 'base64url'),
      prefix: anyText,
      signedText: text,
      timestampHeader: headerName,
      window: windowRule,
    },
    required: ['secret', 'header'],
  },
  ...plainForms,
};

/** What must fit together in a configured HMAC. */
const hmacProblems = (auth: Readonly<Record<string, unknown>>): readonly Problem[] => {
  const kinds = new Set(signedParts((auth.signedText as string | undefined) ?? '{body}').map(({ kind }) => kind));
  const timed = auth.timestampHeader !== undefined;
  const problem = (name: string, message: string): Problem => ({ path: [name], text: message });
  return [
    ...(kinds.has('body')
      ? []
      : [problem('signedText', 'must contain {body}: a body that is not signed proves nothing')]),
    ...(kinds.has('timestamp') && !timed
      ? [problem('timestampHeader', 'is missing: signedText contains {timestamp}')]
      : []),
    ...(timed && !kinds.has('timestamp')
      ? [problem('signedText', 'must contain {timestamp}: a timestamp that is not signed proves nothing')]
      : []),
    ...(auth.window !== undefined && !timed
      ? [problem('window', 'has no effect without timestampHeader; remove it')]
      : []),
  ];
};

const fits: Rule = (value) => {
  const auth = value as Readonly<Record<string, unknown>>;
  if (auth.type === 'hmac') return hmacProblems(auth);
  return auth.type === 'gitlab' && auth.signed !== true && auth.window !== undefined
    ? [{ path: ['window'], text: 'has no effect without `signed: true`; remove it' }]
    : undefined;
};

const anyScheme = inTurn(byType(forms, '"none", or an object such as { type: "github", secret: … }'), fits);

/** The rule for how the requests of a webhook prove who sent them. */
export const webhookAuthRule: Rule = (value) => (value === 'none' ? undefined : anyScheme(value));
