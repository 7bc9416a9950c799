import { secretsOf } from '../../../connector/webhooks/auth-secrets.ts';
import { maxSecrets, type SchemeAuth, type WebhookAuth } from '../../../connector/webhooks/auth-types.ts';
import { signedParts } from '../../../connector/webhooks/hmac-format.ts';
import { isReference } from '../../secrets/references.ts';
import { readStandardKey } from './signatures/standard-webhooks.ts';

/** Whether a scheme signs the public address. */
export const signsAddress = (auth: WebhookAuth): boolean =>
  auth !== 'none' &&
  (auth.type === 'twilio' ||
    (auth.type === 'hmac' && signedParts(auth.signedText ?? '').some(({ kind }) => kind === 'url')));

/** What is wrong with a secret, whatever it is for. An empty one would be accepted by an HMAC. */
const secretProblem = (text: unknown): string | undefined => {
  if (typeof text !== 'string') return 'is missing';
  if (text === '') return 'is empty';
  if (isReference(text)) return 'is a reference to a secret that was not resolved';
  if (/[\r\n]$/.test(text)) return 'ends with a line break, which is probably not part of the secret';
  if (text.trim() === '') return 'is blank';
  return text !== text.trim() ? 'begins or ends with a blank' : undefined;
};

const usesStandardKeys = (auth: SchemeAuth): auth is SchemeAuth & { readonly secret: string | readonly string[] } =>
  auth.type === 'standard' || (auth.type === 'gitlab' && auth.signed === true);

/** What is wrong with a list of secrets as a list. */
const listProblems = (auth: SchemeAuth): readonly string[] =>
  Object.entries(auth).flatMap(([name, value]: readonly [string, unknown]) => {
    if (!['secret', 'password', 'key', 'clientState', 'verifyToken'].includes(name) || !Array.isArray(value)) return [];
    if (value.length === 0) return [`${name}: is an empty list`];
    return value.length > maxSecrets ? [`${name}: has more than ${maxSecrets} secrets`] : [];
  });

/**
 * What is wrong with an authentication whose secrets are resolved. Each problem names the property, and never its value.
 *
 * @param address the public address of the webhook, if it is known
 */
export const authProblems = (auth: WebhookAuth, address: string | undefined): readonly string[] => {
  if (auth === 'none') return [];
  const inner = auth.type === 'eventGrid' || auth.type === 'cloudEvents' ? auth.auth : undefined;
  const secrets = secretsOf(auth).flatMap(({ path, text }) => {
    const problem = secretProblem(text);
    if (problem !== undefined) return [`${path}: ${problem}`];
    const key = usesStandardKeys(auth) ? readStandardKey(text) : undefined;
    return typeof key === 'string' ? [`${path}: ${key}`] : [];
  });
  const missing = auth.type !== 'sns' && auth.type !== 'jwt' && inner === undefined && secretsOf(auth).length === 0;
  return [
    ...listProblems(auth),
    ...(inner === undefined ? [] : listProblems(inner)),
    ...secrets,
    ...(missing && listProblems(auth).length === 0 ? ['secret: is missing'] : []),
    ...(signsAddress(auth) && address === undefined ? ['it signs the public address, which is not known'] : []),
  ];
};
