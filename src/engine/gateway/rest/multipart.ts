import { invalidArgument } from '../call-status.ts';

/** A part of a form. */
export interface Part {
  readonly name: string;
  /** Absent for a field that is not a file. */
  readonly fileName?: string;
  /** Absent: the part does not name one. */
  readonly contentType?: string;
  readonly content: Buffer;
}

const lineEnd = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');

/** Most parts of a form. */
const mostParts = 1_000;

/** Names are escaped as browsers do. */
const unescaped = (text: string): string =>
  text.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('\\"', '"');

const parameter = (head: string, name: string): string | undefined => {
  const found = new RegExp(`[;\\s]${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\r\\n]*))`, 'i').exec(head);
  const text = found?.[1] ?? found?.[2];
  return text === undefined ? undefined : unescaped(text);
};

const readPart = (bytes: Buffer): Part => {
  const end = bytes.indexOf(headEnd);
  if (end < 0) throw invalidArgument('A part of the form has no headers.');
  const head = bytes.toString('utf8', 0, end);
  const lines = head.split('\r\n');
  const disposition = lines.find((line) => /^content-disposition:/i.test(line)) ?? '';
  const name = parameter(disposition, 'name');
  if (name === undefined) throw invalidArgument('A part of the form has no name.');
  const fileName = parameter(disposition, 'filename');
  const contentType = lines
    .find((line) => /^content-type:/i.test(line))
    ?.replace(/^[^:]*:\s*/, '')
    .trim();
  return {
    name,
    ...(fileName === undefined ? {} : { fileName }),
    ...(contentType === undefined || contentType === '' ? {} : { contentType }),
    content: bytes.subarray(end + headEnd.length),
  };
};

/**
 * Reads a form (multipart/form-data).
 *
 * @throws a `rejection` (INVALID_ARGUMENT) if it is malformed
 */
export const readForm = (contentType: string, body: Buffer): readonly Part[] => {
  const boundary = /boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i
    .exec(contentType)
    ?.slice(1)
    .find((text) => text);
  if (boundary === undefined) throw invalidArgument('The form has no boundary.');
  const separator = Buffer.from(`--${boundary}`);
  // The first separator may be at the very beginning, all others follow a line end.
  const delimiter = Buffer.concat([lineEnd, separator]);
  const whole = Buffer.concat([lineEnd, body]);
  const parts: Part[] = [];
  let at = whole.indexOf(delimiter);
  for (;;) {
    if (at < 0) throw invalidArgument('The form ends too early.');
    at += delimiter.length;
    if (whole.toString('latin1', at, at + 2) === '--') return parts;
    const start = whole.indexOf(lineEnd, at);
    const end = start < 0 ? -1 : whole.indexOf(delimiter, start);
    if (end < 0) throw invalidArgument('The form ends too early.');
    if (parts.length === mostParts) throw invalidArgument(`The form has more than ${mostParts} parts.`);
    parts.push(readPart(whole.subarray(start + lineEnd.length, end)));
    at = end;
  }
};
