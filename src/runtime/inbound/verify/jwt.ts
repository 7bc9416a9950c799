import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import type { JwtAuth, RawRequest } from '../../../connector/webhooks/auth-types.ts';
import { type FetchText, fetchTime, type Refused, type Verified } from '../types.ts';
import { singleHeader } from './headers.ts';
import { forbidden, unauthenticated, undecided } from './refusals.ts';

/** The algorithms with a public key. With a shared one, whoever knows the public key could sign. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const defaultTolerance = 30;

/** Seconds after which keys are fetched again for a token with an unknown one. Sooner, strangers could cause a request with each token. */
const cooldown = 30;

const asksForToken = { 'www-authenticate': 'Bearer' };

const bearer = /^bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

/** The library's codes for keys that cannot be fetched or read. Another attempt may succeed. */
const withoutKeys = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

const codeOf = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** The errors of the library have codes of their own; any other error comes from the network. */
const isTokenError = (error: unknown): boolean => /^ERR_J/.test(codeOf(error)) && !withoutKeys.has(codeOf(error));

/** The texts of a claim: itself, its words, or the items of a list. */
const textsOf = (claim: unknown): ReadonlySet<unknown> =>
  new Set(typeof claim === 'string' ? [claim, ...claim.split(' ')] : Array.isArray(claim) ? claim : []);

const hasClaims = (claims: JWTPayload, required: JwtAuth['requiredClaims'] = {}): boolean =>
  Object.entries(required).every(([name, expected]) => {
    const texts = textsOf(Object.hasOwn(claims, name) ? claims[name] : undefined);
    return [expected].flat().every((text) => texts.has(text));
  });

interface Keys {
  readonly jose: typeof import('jose');
  readonly keys: JWTVerifyGetKey;
  /** How often the keys have been requested. */
  readonly fetches: () => number;
}

const loadKeys = async (address: string, fetchText: FetchText): Promise<Keys> => {
  const jose = await import('jose');
  let fetches = 0;
  const keys = jose.createRemoteJWKSet(new URL(address), {
    timeoutDuration: fetchTime,
    cooldownDuration: cooldown * 1000,
    [jose.customFetch]: async (url, { signal }) => {
      fetches++;
      const { status, body } = await fetchText(url, signal);
      return new Response(body, { status });
    },
  });
  return { jose, keys, fetches: () => fetches };
};

/** Verifies a token. If several keys fit because the token names none, each is tried. */
const verifyWith = async (
  { jose, keys }: Keys,
  token: string,
  options: import('jose').JWTVerifyOptions,
): Promise<JWTPayload> => {
  try {
    return (await jose.jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (!(error instanceof jose.errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      try {
        return (await jose.jwtVerify(token, key, options)).payload;
      } catch (reason) {
        if (!(reason instanceof jose.errors.JWSSignatureVerificationFailed)) throw reason;
      }
    }
    throw error;
  }
};

/**
 * Makes a function that verifies the JWT of a request. The keys of the issuer are fetched with the first request, at most once
 * at a time, and kept for ten minutes.
 *
 * @param fetchText fetches the keys
 */
export const jwtVerifier = (
  { jwks, issuer, audience, algorithms: allowed = algorithms as JwtAuth['algorithms'], ...auth }: JwtAuth,
  fetchText: FetchText,
): ((request: RawRequest, now: number) => Promise<Verified | Refused>) => {
  let loaded: Promise<Keys> | undefined;
  const list = (value: string | readonly string[]): string[] => [value].flat() as string[];
  const fixed = {
    algorithms: [...allowed!],
    ...(issuer === undefined ? {} : { issuer: list(issuer) }),
    ...(audience === undefined ? {} : { audience: list(audience) }),
    clockTolerance: auth.clockTolerance ?? defaultTolerance,
    requiredClaims: ['exp'],
  };
  return async ({ headers }, now) => {
    const token = bearer.exec(singleHeader(headers, 'authorization') ?? '')?.[1];
    if (token === undefined) return unauthenticated('there is no header authorization with a JWT', asksForToken);
    loaded ??= loadKeys(jwks, fetchText);
    const known = await loaded;
    const before = known.fetches();
    try {
      const claims = await verifyWith(known, token, { ...fixed, currentDate: new Date(now) });
      return hasClaims(claims, auth.requiredClaims)
        ? { kind: 'verified', claims }
        : forbidden('the JWT lacks required claims');
    } catch (error) {
      // The issuer may have added the key after the last fetch, and this request has caused no other one.
      if (codeOf(error) === 'ERR_JWKS_NO_MATCHING_KEY' && known.fetches() === before) {
        return undecided(
          'the key of the JWT is unknown, and the keys of the issuer were fetched a moment ago',
          cooldown,
        );
      }
      return isTokenError(error)
        ? unauthenticated(`the JWT is not valid (${codeOf(error)})`, asksForToken)
        : undecided(`the keys of the issuer cannot be fetched (${codeOf(error) || 'no answer'})`);
    }
  };
};
