import { fault } from '../../../common/fault.ts';
import { bindInput } from '../../../connector/input/validate-input.ts';
import type { Schema } from '../../../connector/types.ts';
import type { RawRequest } from '../../../connector/webhooks/auth-types.ts';
import type { WebhookRequest } from '../../../connector/webhooks/types.ts';
import { fieldsOf, readPairs } from '../bodies/form.ts';
import { type BodyFormat, parseBody } from '../bodies/parse-body.ts';
import type { CallEnd } from '../call-end.ts';
import type { DeliveryIdOf } from '../delivery-id.ts';
import { problem } from '../http-answer.ts';

/** The end of a call that cannot be read or does not fit. */
export const invalidCall = (status: number, detail: string): CallEnd => ({
  answer: problem(status, detail),
  result: 'invalid',
  error: fault('input', { what: detail }),
});

/** How a request is read. */
export interface ReadOptions {
  readonly body?: Schema | undefined;
  /** The format of the body, whatever its content type says. */
  readonly format?: BodyFormat | undefined;
  readonly claims?: WebhookRequest['claims'];
  readonly deliveryIdOf?: DeliveryIdOf;
}

/** A request, or the end of its call. */
export type ReadResult =
  | { readonly ok: true; readonly request: WebhookRequest }
  | { readonly ok: false; readonly end: CallEnd };

/** The headers by their names in lower case. The values of a repeated header are joined, as HTTP allows. */
const headersOf = ({ headers }: RawRequest): Readonly<Record<string, string>> => {
  const joined: Record<string, string> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = joined[key];
    joined[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return joined;
};

/** Reads a verified request: its query and its body, which the schema checks. */
export const readRequest = async (
  { body: schema, format, claims, deliveryIdOf = () => undefined }: ReadOptions,
  raw: RawRequest,
): Promise<ReadResult> => {
  const query = readPairs(raw.query);
  if (query === undefined) return { ok: false, end: invalidCall(400, 'The query has an invalid escape.') };
  // Of two headers, the first one counts, as in Node.js.
  const type = raw.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const parsed = parseBody(type, raw.body, { payloadField: true, ...(format === undefined ? {} : { format }) });
  if (!parsed.ok) return { ok: false, end: invalidCall(parsed.status, `The body cannot be read: ${parsed.reason}.`) };
  const deliveryId = deliveryIdOf(raw, parsed.body);
  const request: WebhookRequest = {
    method: raw.method,
    path: raw.path,
    query: fieldsOf(query),
    headers: headersOf(raw),
    body: parsed.body,
    rawBody: raw.body,
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(claims === undefined ? {} : { claims }),
  };
  if (schema === undefined) return { ok: true, request };
  const bound = await bindInput(schema, parsed.body as never);
  if (bound.ok) return { ok: true, request: { ...request, body: bound.value } };
  return { ok: false, end: invalidCall(422, `The body does not fit: ${bound.problems.join('; ')}.`) };
};
