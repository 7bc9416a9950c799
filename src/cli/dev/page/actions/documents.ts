import type { Sources } from '../sources.ts';

const place = /^\/documents\/([^/]+)$/;

/**
 * Reads the content of a document, for a link of the page. Its type says nothing of what it is, so that a browser stores it and shows
 * nothing of it as a part of the page.
 *
 * @param path such as `/documents/ID`
 * @returns `undefined` for another path, and if there is no such document
 */
export const documentAt = async (
  { engine }: Pick<Sources, 'engine'>,
  path: string,
): Promise<{ readonly type: string; readonly content: Buffer } | undefined> => {
  const [, encoded] = place.exec(path) ?? [];
  const reference = engine()
    .documents.references()
    .find(({ documentId }) => encodeURIComponent(documentId) === encoded);
  if (reference === undefined) return undefined;
  const parts: Uint8Array[] = [];
  for await (const part of await engine().documents.read(reference)) parts.push(part);
  return { type: 'application/octet-stream', content: Buffer.concat(parts) };
};
