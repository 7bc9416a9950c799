import { verify, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { isObject } from '../../../common/is-object.ts';
import type { RawRequest, SnsAuth } from '../../../connector/webhooks/auth-types.ts';
import { parseBody } from '../bodies/parse-body.ts';
import { type FetchText, fetchTime, type Verification } from '../types.ts';
import { emptyAnswer } from './answers.ts';
import { forbidden, unauthenticated, undecided } from './refusals.ts';
import { isValidAt, readSigningCertificate, type SigningCertificate } from './signing-certificate.ts';

/** The fields that are signed, by the type of the message, in the order of the text. */
const signedFields: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

const optionalField = 'Subject';

const hashes: Readonly<Record<string, string>> = { 1: 'sha1', 2: 'sha256' };

const amazonHost = /^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(?:\.cn)?$/;

const certificatePath = /^\/SimpleNotificationService-[0-9a-f]{32}\.pem$/;

/** The region of a topic, e.g. `eu-west-1`. */
const regionOf = (topic: string): string => topic.split(':')[3] ?? '';

/** Whether an address of Amazon SNS is in a region. Otherwise, a stranger could choose any name below Amazon's domain. */
const isOfRegion = (address: string, region: string): boolean => new URL(address).host.split('.')[1] === region;

/** Certificates that are kept. The addresses are Amazon's, so there are only a few. */
const maxCertificates = 16;

type Message = Readonly<Record<string, unknown>>;

/**
 * The text that Amazon signs; `undefined` if a field is missing or is not text.
 *
 * @example
 * snsText(message); // 'Message\nhello\nMessageId\n…'
 */
export const snsText = (message: Message): string | undefined => {
  const type = typeof message.Type === 'string' ? message.Type : '';
  if (!Object.hasOwn(signedFields, type)) return undefined;
  const lines: string[] = [];
  for (const name of signedFields[type]!) {
    const value = Object.hasOwn(message, name) ? message[name] : undefined;
    if (typeof value === 'string') lines.push(`${name}\n${value}\n`);
    else if (name !== optionalField || (value !== undefined && value !== null)) return undefined;
  }
  return lines.join('');
};

/** Whether an address belongs to Amazon SNS: https, without a user, without a port. Nothing else is ever fetched. */
export const isAmazonAddress = (text: unknown): text is string => {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, host, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && amazonHost.test(host);
};

/**
 * Whether an address is that of a certificate of Amazon SNS. Other addresses on its hosts belong to its API, whose answers contain
 * texts of strangers, such as a certificate of their own.
 */
export const isCertificateAddress = (text: unknown): text is string => {
  if (!isAmazonAddress(text)) return false;
  const { origin, pathname } = new URL(text);
  return certificatePath.test(pathname) && text === `${origin}${pathname}`;
};

/** Certificates that are fetched at once. Anyone can name ever new ones, and make the runtime ask Amazon for them. */
const maxFetches = 4;

/** Fetches certificates, each once, and again after a failure. Rejects with an error that says what is wrong. */
const certificateSource = (
  fetchText: FetchText,
  authorities: readonly string[],
): ((url: string) => Promise<SigningCertificate>) => {
  // Only what is Amazon's comes in here, so that strangers cannot push it out.
  const known = new Map<string, SigningCertificate>();
  const loading = new Map<string, Promise<SigningCertificate>>();
  let roots: readonly X509Certificate[] | undefined;
  // Read with the first certificate that is fetched: there are more than a hundred.
  const readRoots = (): readonly X509Certificate[] => {
    roots ??= authorities.map((text) => new X509Certificate(text));
    return roots;
  };
  const load = async (url: string): Promise<SigningCertificate> => {
    try {
      const { status, body } = await fetchText(url, AbortSignal.timeout(fetchTime));
      if (status !== 200) throw new Error(`the answer had the status ${status}`);
      const certificate = readSigningCertificate(body, new URL(url).host, readRoots);
      if (known.size >= maxCertificates) known.delete(known.keys().next().value!);
      known.set(url, certificate);
      return certificate;
    } finally {
      loading.delete(url);
    }
  };
  return async (url) => {
    const kept = known.get(url);
    if (kept !== undefined) return kept;
    const underWay = loading.get(url);
    if (underWay !== undefined) return underWay;
    if (loading.size >= maxFetches) throw new Error('too many others are being fetched');
    const started = load(url);
    loading.set(url, started);
    return started;
  };
};

/**
 * Makes a function that verifies notifications of Amazon SNS, and confirms subscriptions to the topics that are allowed.
 *
 * @param fetchText fetches certificates and confirms subscriptions, both from Amazon only
 * @param authorities the certificates of the authorities that are trusted, in PEM
 */
export const snsVerifier = (
  { topics }: SnsAuth,
  fetchText: FetchText,
  authorities: readonly string[] = rootCertificates,
): ((request: RawRequest, now: number) => Promise<Verification>) => {
  const certificateOf = certificateSource(fetchText, authorities);

  const confirm = async (address: unknown): Promise<Verification> => {
    if (!isAmazonAddress(address))
      return unauthenticated('the address that confirms the subscription does not belong to Amazon');
    try {
      const { status } = await fetchText(address, AbortSignal.timeout(fetchTime));
      if (status === 200) return { kind: 'handshake', answer: emptyAnswer };
      return undecided(`the subscription cannot be confirmed (status ${status})`);
    } catch {
      return undecided('the subscription cannot be confirmed (no answer)');
    }
  };

  return async ({ body }, now) => {
    // Amazon declares its JSON as text.
    const parsed = parseBody(undefined, body, { format: 'json' });
    const message = parsed.ok && isObject(parsed.body) ? parsed.body : {};
    const text = snsText(message);
    const { Type, Signature, SignatureVersion, SigningCertURL, TopicArn, SubscribeURL } = message;
    const hash = typeof SignatureVersion === 'string' ? hashes[SignatureVersion] : undefined;
    if (text === undefined || hash === undefined || typeof Signature !== 'string') {
      return unauthenticated('the body is not a signed message of Amazon SNS');
    }
    // Before anything is fetched: any account of Amazon has messages that are signed correctly.
    if (!topics.includes(TopicArn as string)) return forbidden('the topic is not one of `topics`');
    if (!isCertificateAddress(SigningCertURL) || !isOfRegion(SigningCertURL, regionOf(TopicArn as string))) {
      return unauthenticated('the address of the certificate is not one of Amazon SNS in the region of the topic');
    }
    let certificate: SigningCertificate;
    try {
      certificate = await certificateOf(SigningCertURL);
    } catch (error) {
      return undecided(`the certificate of Amazon cannot be fetched or used: ${(error as Error).message}`);
    }
    const given = Buffer.from(Signature, 'base64');
    if (!isValidAt(certificate, now) || !verify(hash, Buffer.from(text), certificate.leaf.publicKey, given)) {
      return unauthenticated('the signature does not belong to the message and to a valid certificate');
    }
    if (Type === 'SubscriptionConfirmation') return confirm(SubscribeURL);
    return Type === 'Notification' ? { kind: 'verified' } : { kind: 'handshake', answer: emptyAnswer };
  };
};
