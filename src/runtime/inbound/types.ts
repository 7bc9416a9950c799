import type { RawRequest } from '../../connector/webhooks/auth-types.ts';
import type { BodyFormat } from './bodies/parse-body.ts';

/** An answer to a request. */
export interface WebAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request that proved who sent it. */
export interface Verified {
  readonly kind: 'verified';
  /** The claims of its JWT. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** A handshake, e.g. the challenge of Slack. It is answered, and nothing else happens. */
export interface Handshake {
  readonly kind: 'handshake';
  readonly answer: WebAnswer;
}

/**
 * A request that is refused. All refusals with the same status get the same answer, so that nobody learns what was wrong.
 */
export interface Refused {
  readonly kind: 'refused';
  /** 401: not authenticated; 403: authenticated, but not allowed; 503: cannot be decided now, so it must be repeatable. */
  readonly status: 401 | 403 | 503;
  /** For the log, never for the caller. Contains no secret and nothing that the caller chose. */
  readonly reason: string;
  /** For the answer: `www-authenticate` or `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a verifier makes of a request. */
export type Verification = Verified | Handshake | Refused;

/** Verifies the requests of one webhook. */
export interface Verifier {
  /** Methods that handshakes use and that the webhook must therefore let through to {@link Verifier.verify}. */
  readonly handshakeMethods: readonly string[];
  /** The format of the bodies, if their content type does not say it. */
  readonly bodyFormat?: BodyFormat;
  /** Verifies a request, or answers it if it is a handshake. Never rejects. */
  verify(request: RawRequest): Promise<Verification>;
}

/** The answer to a request that the runtime sends. */
export interface FetchedText {
  readonly status: number;
  readonly body: string;
}

/** Sends a GET request, without following redirects. Rejects if there is no answer before the signal aborts. */
export type FetchText = (url: string, signal: AbortSignal) => Promise<FetchedText>;

/** Milliseconds for the answer to such a request: another request waits for it, and its sender has a limit of its own. */
export const fetchTime = 3_000;
