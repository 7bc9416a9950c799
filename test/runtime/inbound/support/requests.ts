import type { RawRequest, WebhookAuth } from '../../../../src/connector/webhooks/auth-types.ts';
import type { FetchText, Verification } from '../../../../src/runtime/inbound/types.ts';
import { createVerifier } from '../../../../src/runtime/inbound/verify/verifier.ts';

/** 2026-01-01T00:00:00Z in seconds: the time of all signatures. */
export const T = 1_767_225_600;

/** The body of most signatures: two bytes for ü, and six characters for the escape. */
export const BODY = '{"id":"evt_1","amount":1250,"note":"Zürich \\u2713"}';

/** A POST request. */
export const post = (
  headers: Readonly<Record<string, string>> | RawRequest['headers'],
  body: string | Uint8Array = BODY,
  parts: Partial<RawRequest> = {},
): RawRequest => ({
  method: 'POST',
  path: '/hooks/x',
  query: '',
  headers: Array.isArray(headers) ? headers : Object.entries(headers),
  body: typeof body === 'string' ? Buffer.from(body) : body,
  ...parts,
});

/** How a test verifies. */
export interface VerifyOptions {
  /** Seconds since 1970. @default T */
  readonly at?: number;
  readonly address?: string;
  readonly fetchText?: FetchText;
}

/** For verifications that fetch nothing. */
export const noFetch: FetchText = async (url) => {
  throw new Error(`nothing may be fetched: ${url}`);
};

/** Verifies one request. */
export const verifyOnce = (
  auth: WebhookAuth,
  request: RawRequest,
  { at = T, address, fetchText = noFetch }: VerifyOptions = {},
): Promise<Verification> =>
  createVerifier({ webhook: 'x', auth, address, now: () => at * 1000, fetchText }).verify(request);

/** The result in short: `verified`, the status of a refusal, or the body of a handshake's answer. */
export const outcome = async (...args: Parameters<typeof verifyOnce>): Promise<string> => {
  const result = await verifyOnce(...args);
  if (result.kind === 'verified') return 'verified';
  return result.kind === 'refused' ? String(result.status) : `answered ${result.answer.status} ${result.answer.body}`;
};
