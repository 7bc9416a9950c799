import { fieldsOf, readPairs } from './form.ts';
import { parseJson } from './json.ts';
import { formType, isJsonType, isTextType, readMediaType } from './media-type.ts';

/** How a body is read. */
export type BodyFormat = 'json' | 'form' | 'text' | 'bytes';

/** How to read a body. */
export interface BodyOptions {
  /** The format, whatever the content type says. @default by the content type; JSON without one */
  readonly format?: BodyFormat;
  /**
   * Whether a form with the single field `payload` stands for the JSON in this field, as GitHub and Slack send it.
   * @default false
   */
  readonly payloadField?: boolean;
  /** How deeply lists and objects of JSON may be inside each other. @default 100 */
  readonly maxDepth?: number;
}

/** A body, or the status of the refusal. The reason quotes nothing of the body. */
export type ParsedBody =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly status: 400 | 415; readonly reason: string };

const defaultDepth = 100;

const refuse = (status: 400 | 415, reason: string): ParsedBody => ({ ok: false, status, reason });

const utf8 = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);

/** The text of a body, without a byte order mark; `undefined` if it is not UTF-8. */
const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const formatOf = (type: string): BodyFormat => {
  if (type === '' || isJsonType(type)) return 'json';
  if (type === formType) return 'form';
  return isTextType(type) ? 'text' : 'bytes';
};

const parseJsonBody = (text: string, depth: number): ParsedBody => {
  if (text.trim() === '') return { ok: true, body: undefined };
  const parsed = parseJson(text, depth);
  return parsed.ok ? { ok: true, body: parsed.value } : refuse(400, parsed.reason);
};

const parseForm = (text: string, payloadField: boolean, depth: number): ParsedBody => {
  const pairs = readPairs(text);
  if (pairs === undefined) return refuse(400, 'the form has an invalid escape');
  const [first] = pairs;
  if (payloadField && pairs.length === 1 && first![0] === 'payload') return parseJsonBody(first![1], depth);
  return { ok: true, body: fieldsOf(pairs) };
};

/**
 * Reads the body of a request: JSON, a form, text or bytes. An empty body of JSON is `undefined`.
 *
 * - JSON: see `parseJson`.
 * - Forms: an object without prototype; a field that occurs several times has a list of texts.
 * - Text that is not UTF-8 is refused with 400, and another charset with 415. A byte order mark is removed.
 *
 * Never throws.
 *
 * @param contentType the first header `Content-Type`, if there is one
 * @param bytes the body as it arrived
 * @example
 * parseBody('application/json', Buffer.from('{"a":1}')); // { ok: true, body: { a: 1 } }
 */
export const parseBody = (
  contentType: string | undefined,
  bytes: Uint8Array,
  { format, payloadField = false, maxDepth = defaultDepth }: BodyOptions = {},
): ParsedBody => {
  const { type, charset } = readMediaType(contentType ?? '');
  const read = format ?? formatOf(type);
  if (read === 'bytes') return { ok: true, body: bytes };
  if (charset !== undefined && !utf8.has(charset)) return refuse(415, 'the charset is not UTF-8');
  const text = textOf(bytes);
  if (text === undefined) return refuse(400, 'the body is not UTF-8');
  if (read === 'text') return { ok: true, body: text };
  return read === 'json' ? parseJsonBody(text, maxDepth) : parseForm(text, payloadField, maxDepth);
};
