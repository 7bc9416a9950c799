import { randomBytes } from 'node:crypto';
import type { Resource } from '../../port.ts';

/** A form with files, ready to be sent. */
export interface Form {
  readonly contentType: string;
  readonly body: Buffer;
}

/** A field of a form, or a file if it has a file name. */
export interface FormPart {
  readonly name: string;
  readonly fileName?: string;
  readonly contentType?: string;
  readonly content: Uint8Array;
}

/** Writes a name as browsers do, so that it can neither end the header nor begin another. */
const quoted = (name: string): string =>
  `"${name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}"`;

const boundaryFor = (parts: readonly FormPart[]): string => {
  for (;;) {
    const boundary = `----camunda-connectors-${randomBytes(18).toString('hex')}`;
    if (
      !parts.some(({ content }) => Buffer.from(content.buffer, content.byteOffset, content.length).includes(boundary))
    ) {
      return boundary;
    }
  }
};

/** A type of content may come from anywhere, so it must not begin another header. */
const inHeader = (text: string): string => text.replaceAll(/[\r\n]/g, ' ');

/** Writes fields and files as multipart/form-data. */
export const formOfParts = (parts: readonly FormPart[]): Form => {
  const boundary = boundaryFor(parts);
  const pieces = parts.flatMap(({ name, fileName, contentType, content }) => {
    const headers = [
      `Content-Disposition: form-data; name=${quoted(name)}${fileName === undefined ? '' : `; filename=${quoted(fileName)}`}`,
      ...(contentType === undefined ? [] : [`Content-Type: ${inHeader(contentType)}`]),
    ];
    return [Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`), content, Buffer.from('\r\n')];
  });
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
};

/**
 * Writes files and fields as multipart/form-data.
 *
 * @param part the name under which each file is sent
 * @example
 * const { contentType, body } = formOf('resources', [{ name: 'order.bpmn', content }], { tenantId: 'finance' });
 */
export const formOf = (part: string, files: readonly Resource[], fields: Readonly<Record<string, string>>): Form =>
  formOfParts([
    ...files.map(({ name: fileName, content }) => ({
      ...{ name: part, fileName, contentType: 'application/octet-stream', content },
    })),
    ...Object.entries(fields).map(([name, value]) => ({ name, content: Buffer.from(value) })),
  ]);
