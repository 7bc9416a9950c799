import { fault } from '../../../common/fault.ts';
import { secretList } from '../../../connector/webhooks/auth-secrets.ts';
import type { RawRequest, SchemeAuth, WebhookAuth } from '../../../connector/webhooks/auth-types.ts';
import { fetchText as sendRequest } from '../fetch-text.ts';
import type { FetchText, Verification, Verifier } from '../types.ts';
import { authProblems } from './check-auth.ts';
import { verifyApiKey, verifyBasic, verifyToken } from './credentials.ts';
import { verifyGraph } from './graph.ts';
import { answerSigned, answerUnsigned, handshakeMethods } from './handshakes.ts';
import { jwtVerifier } from './jwt.ts';
import { undecided } from './refusals.ts';
import { verifySignature } from './signatures/scheme.ts';
import { isStandard, schemeOf, windowOf } from './signatures/schemes.ts';
import { standardKeys, verifyStandard } from './signatures/standard-webhooks.ts';
import { snsVerifier } from './sns.ts';

/** What {@link createVerifier} needs. */
export interface VerifierSettings {
  /** The name of the webhook, for errors. */
  readonly webhook: string;
  /** With its secrets resolved. */
  readonly auth: WebhookAuth;
  /** The public address of the webhook, without a query; needed by schemes that sign it. */
  readonly address?: string | undefined;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Fetches keys and certificates. @default a request of its own, through the proxy of the environment */
  readonly fetchText?: FetchText;
  /** The certificates of the authorities that are trusted, in PEM. @default those of Node.js */
  readonly authorities?: readonly string[];
}

type Verify = (request: RawRequest, now: number) => Verification | Promise<Verification>;

const verifyOf = (
  auth: SchemeAuth,
  address: string | undefined,
  fetchText: FetchText,
  authorities: readonly string[] | undefined,
): Verify => {
  switch (auth.type) {
    case 'basic':
      return (request) => verifyBasic(auth, request);
    case 'apiKey':
      return (request) => verifyApiKey(auth, request);
    case 'jwt':
      return jwtVerifier(auth, fetchText);
    case 'sns':
      return snsVerifier(auth, fetchText, authorities);
    case 'graph':
      return (request) => verifyGraph(secretList(auth.clientState), request);
    case 'eventGrid':
    case 'cloudEvents':
      return verifyOf(auth.auth, address, fetchText, authorities);
    default: {
      const window = windowOf(auth);
      if (isStandard(auth)) {
        const keys = standardKeys(secretList(auth.secret));
        return (request, now) => verifyStandard(keys, window, request, now);
      }
      const keyed = schemeOf(auth, address);
      const secrets = secretList(auth.secret);
      return keyed === undefined
        ? (request) => verifyToken(secrets, request)
        : (request, now) => verifySignature(keyed.scheme, keyed.keys, window, request, now);
    }
  }
};

const open: Verifier = { handshakeMethods: [], verify: async () => ({ kind: 'verified' }) };

/**
 * Makes the verifier of a webhook. All that can be prepared is prepared: keys are read once, and the keys of an issuer are kept.
 *
 * @throws a fault of kind `configuration` that names the webhook and what is wrong, e.g. an empty secret; never the secret
 * @example
 * const { verify } = createVerifier({ webhook: 'payments', auth: { type: 'stripe', secret: 'whsec_…' } });
 * const result = await verify(request);
 * if (result.kind === 'refused') logger.warn(result.reason);
 */
export const createVerifier = ({
  webhook,
  auth,
  address,
  now = Date.now,
  fetchText = sendRequest,
  authorities,
}: VerifierSettings): Verifier => {
  const problems = authProblems(auth, address);
  if (problems.length > 0) {
    throw fault('configuration', {
      what: `The webhook ${JSON.stringify(webhook)} cannot verify its requests:\n${problems.map((one) => `- ${one}`).join('\n')}`,
      where: 'auth',
      fix: problems.some((one) => one.includes('public address'))
        ? 'correct what is named above; set CAMUNDA_CONNECTORS_PUBLIC_URL to the address that the sender uses.'
        : 'correct what is named above; a secret must be text that the sender has as well.',
    });
  }
  if (auth === 'none') return open;
  const verifyEvent = verifyOf(auth, address, fetchText, authorities);
  const verify = async (request: RawRequest): Promise<Verification> => {
    try {
      const unsigned = answerUnsigned(auth, request);
      if (unsigned !== undefined) return unsigned;
      const result = await verifyEvent(request, now());
      return result.kind === 'verified' ? (answerSigned(auth, request) ?? result) : result;
    } catch {
      // A mistake of ours: the sender must be able to repeat the request.
      return undecided('the verification failed');
    }
  };
  return {
    handshakeMethods: handshakeMethods(auth),
    // Amazon declares its JSON as text.
    ...(auth.type === 'sns' ? { bodyFormat: 'json' } : {}),
    verify,
  };
};
