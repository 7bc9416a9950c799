/** RSA keys for certificates: each has its own modulus, and they share primes, because those take most of the time. */
import { createPrivateKey, generatePrimeSync } from 'node:crypto';

/** The public exponent of all keys. */
const exponent = 65_537n;

/** The inverse of a number, by Euclid's algorithm. */
const inverse = (number: bigint, modulus: bigint): bigint => {
  let [rest, next, factor, nextFactor] = [number % modulus, modulus, 1n, 0n];
  while (next !== 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return ((factor % modulus) + modulus) % modulus;
};

const base64url = (number: bigint): string => {
  const digits = number.toString(16);
  return Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex').toString('base64url');
};

/** The two highest bits are set, so that a product of two has 2048 bits. */
const newPrime = (): bigint => {
  while (true) {
    const prime = generatePrimeSync(1024, { bigint: true });
    if (prime % exponent !== 1n) return prime;
  }
};

const keyOf = (p: bigint, q: bigint): string => {
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: exponent, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const members = Object.entries(numbers).map(([name, number]) => [name, base64url(number)]);
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(members) }, format: 'jwk' })
    .export({ type: 'pkcs1', format: 'pem' })
    .toString();
};

const primes: bigint[] = [newPrime()];

/** How many of the primes before the last one have a key with it. */
let paired = 0;

/** A key of 2048 bits that no other call returns, as PEM text. */
export const newKey = (): string => {
  if (primes.length === 1 || paired === primes.length - 1) {
    primes.push(newPrime());
    paired = 0;
  }
  const key = keyOf(primes.at(-1)!, primes[paired]!);
  paired += 1;
  return key;
};
