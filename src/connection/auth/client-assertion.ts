import { createHash, createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';

/** The key that signs assertions instead of a client secret (`private_key_jwt`, RFC 7523). */
export interface AssertionKey {
  /** Private key as PEM text, RSA or elliptic curve (P-256, P-384, P-521). */
  readonly key: string;
  /** Certificate of the key as PEM text, for servers that find the key by its thumbprint. */
  readonly certificate?: string;
  /** Id of the key, for servers that find it by its id. */
  readonly keyId?: string;
}

/** How long an assertion is valid, in seconds. It is used once, at once. */
const lifetime = 60;

const curves: Readonly<Record<string, readonly [algorithm: string, hash: string]>> = {
  prime256v1: ['ES256', 'sha256'],
  secp384r1: ['ES384', 'sha384'],
  secp521r1: ['ES512', 'sha512'],
};

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const thumbprint = (certificate: string, hash: 'sha1' | 'sha256'): string =>
  createHash(hash).update(new X509Certificate(certificate).raw).digest('base64url');

/**
 * Signs a client assertion.
 *
 * @param audience the URL of the token server
 * @param now milliseconds since the epoch
 * @returns a JSON web token that is valid for a minute
 */
export const createAssertion = (
  { key: pem, certificate, keyId }: AssertionKey,
  clientId: string,
  audience: string,
  now: number,
): string => {
  const key = createPrivateKey(pem);
  const [algorithm, hash] = curves[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? ['RS256', 'sha256'];
  const seconds = Math.floor(now / 1_000);
  const head = {
    alg: algorithm,
    typ: 'JWT',
    ...(keyId === undefined ? {} : { kid: keyId }),
    ...(certificate === undefined
      ? {}
      : { x5t: thumbprint(certificate, 'sha1'), 'x5t#S256': thumbprint(certificate, 'sha256') }),
  };
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: randomUUID(),
    iat: seconds,
    nbf: seconds,
    exp: seconds + lifetime,
  };
  const content = `${encode(head)}.${encode(claims)}`;
  const signature = sign(hash, Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
};
