import { closeSync, createReadStream, openSync, readSync } from 'node:fs';

/** The code of the error of a file that is longer than allowed. */
export const fileTooLongCode = 'FILE_TOO_LONG';

/** Limits for the files that the library reads, in bytes. Each is far above the files that are common. */
export const fileLimits: Readonly<Record<'settings' | 'certificates' | 'resource' | 'output' | 'recording', number>> = {
  /** Settings, secrets, a package.json, an icon. Kubernetes limits a secret to the same size. */
  settings: 1024 * 1024,
  /** Certificates and keys. The list of all public authorities has a quarter of a megabyte. */
  certificates: 8 * 1024 * 1024,
  /** A BPMN file or a form. A cluster accepts no longer request, unless it is configured differently. */
  resource: 4 * 1024 * 1024,
  /** A file of the folder of templates. */
  output: 16 * 1024 * 1024,
  /** The recording of a test. */
  recording: 256 * 1024 * 1024,
};

/** A number of bytes for messages: `1 MB`, `64 kB`. */
export const sizeText = (bytes: number): string =>
  bytes >= 1024 * 1024 ? `${bytes / (1024 * 1024)} MB` : `${bytes / 1024} kB`;

const tooLong = (maxBytes: number): Error =>
  Object.assign(new Error(`it is longer than ${sizeText(maxBytes)}`), { code: fileTooLongCode });

/**
 * Reads a file up to a limit. Unlike `readFile`, it also ends with a device or a pipe that has no end.
 *
 * @param maxBytes the longest file that is accepted
 * @throws the error of Node.js, or an error with {@link fileTooLongCode}
 * @example
 * (await readFileWithin('/run/secrets/TOKEN', fileLimits.settings)).toString('utf8');
 */
export const readFileWithin = async (path: string, maxBytes: number): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let size = 0;
  // `end` is the index of the last byte, so this reads one byte more than the limit.
  for await (const part of createReadStream(path, { end: maxBytes }) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw tooLong(maxBytes);
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const chunk = 64 * 1024;

/** Reads a file as {@link readFileWithin} does, at once. */
export const readFileWithinSync = (path: string, maxBytes: number): Buffer => {
  const file = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let size = 0; ; ) {
      const part = Buffer.allocUnsafe(chunk);
      const count = readSync(file, part, 0, chunk, null);
      if (count === 0) return Buffer.concat(parts);
      size += count;
      if (size > maxBytes) throw tooLong(maxBytes);
      parts.push(part.subarray(0, count));
    }
  } finally {
    closeSync(file);
  }
};

/** Why a file cannot be read, for messages: the code of Node.js, or that the file is too long. */
export const readFailure = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === fileTooLongCode ? message : String(code ?? 'unknown reason');
};
