import type { CallHeaders } from './authenticator.ts';

/** Shorter values of headers are no secrets, and hiding them would garble texts. */
const shortestValue = 6;
/** Passwords may be shorter. */
const shortestPassword = 4;

/** What the credentials of an `authorization` header contain: a token, or a user name and a password in base64. */
const secretsInAuthorization = (value: string): readonly string[] => {
  const [, scheme = '', credentials = value] = /^(\S+) +(.+)$/.exec(value) ?? [];
  if (scheme.toLowerCase() !== 'basic') return [credentials];
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  const password = pair.slice(pair.indexOf(':') + 1);
  return [credentials, pair, ...(password.length >= shortestPassword ? [password] : [])];
};

const secretsIn = (headers: CallHeaders): readonly string[] =>
  Object.entries(headers).flatMap(([name, value]) => {
    if (name === 'authorization') return secretsInAuthorization(value);
    return value.length >= shortestValue ? [value] : [];
  });

/** How another side may write a text that it received. */
const spellingsOf = (secret: string): readonly string[] => {
  const percent = encodeURIComponent(secret);
  const form = new URLSearchParams({ secret }).toString().slice('secret='.length);
  const encoded = [percent, form, percent.replaceAll('%2F', '/')];
  const lower = encoded.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  const bytes = Buffer.from(secret);
  const base64 = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  return [secret, JSON.stringify(secret).slice(1, -1), ...encoded, ...lower, ...base64];
};

/**
 * Removes the secrets of a call from a text of the other side, which may repeat what it received: as it is, percent-encoded, as
 * JSON or in base64.
 *
 * @example
 * hideSecrets('no such key: a%2Bbcdef', { 'x-api-key': 'a+bcdef' }); // 'no such key: [hidden]'
 */
export const hideSecrets = (text: string, headers: CallHeaders): string =>
  secretsIn(headers)
    .flatMap(spellingsOf)
    .sort((a, b) => b.length - a.length)
    .reduce((hidden, spelling) => hidden.replaceAll(spelling, '[hidden]'), text);
