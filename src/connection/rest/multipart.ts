import { randomBytes } from 'node:crypto';
import type { Resource } from '../port.ts';

/** A form with files, ready to be sent. */
export interface Form {
  readonly contentType: string;
  readonly body: Buffer;
}

/** Writes a name as browsers do, so that it can neither end the header nor begin another. */
const quoted = (name: string): string =>
  `"${name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}"`;

const boundaryFor = (files: readonly Resource[]): string => {
  for (;;) {
    const boundary = `----camunda-connectors-${randomBytes(18).toString('hex')}`;
    if (
      !files.some(({ content }) => Buffer.from(content.buffer, content.byteOffset, content.length).includes(boundary))
    ) {
      return boundary;
    }
  }
};

/**
 * Writes files and fields as multipart/form-data.
 *
 * @param part the name under which each file is sent
 * @example
 * const { contentType, body } = formOf('resources', [{ name: 'order.bpmn', content }], { tenantId: 'finance' });
 */
export const formOf = (part: string, files: readonly Resource[], fields: Readonly<Record<string, string>>): Form => {
  const boundary = boundaryFor(files);
  const pieces: Uint8Array[] = [];
  const add = (headers: readonly string[], content: Uint8Array): void => {
    pieces.push(Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`), content, Buffer.from('\r\n'));
  };
  for (const { name, content } of files) {
    const disposition = `Content-Disposition: form-data; name=${quoted(part)}; filename=${quoted(name)}`;
    add([disposition, 'Content-Type: application/octet-stream'], content);
  }
  for (const [name, value] of Object.entries(fields)) {
    add([`Content-Disposition: form-data; name=${quoted(name)}`], Buffer.from(value));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(pieces) };
};
