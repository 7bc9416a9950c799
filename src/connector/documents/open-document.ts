/** From the reference in a variable to a document that a connector can read. */
import { fault } from '../../common/fault.ts';
import {
  asDocument,
  type Document,
  type DocumentMetadata,
  type DocumentReference,
  type DocumentStore,
  documentMark,
  hasDocumentMark,
  type InlineDocument,
  type ReadLimits,
} from '../document.ts';
import { toJson } from '../values/to-json.ts';
import { checkArgument } from './check-arguments.ts';
import { defaultMaxSize, readContent, tooLarge } from './content.ts';

/** What a document is read with. */
export interface DocumentSource {
  /** Absent: there is no store, so only inline documents can be read. */
  readonly store?: DocumentStore | undefined;
  /** Ends every call to the store. */
  readonly signal: AbortSignal;
}

/** The error of a reference that cannot be one. Its text quotes nothing of it. */
const refuse = (what: string, fix: string): never => {
  throw fault('input', { what, fix });
};

/** Checks what a variable contains. Unknown keys are allowed, as in the official runtime. */
export const readReference = (value: unknown): DocumentReference | InlineDocument => {
  if (!hasDocumentMark(value)) {
    return refuse(
      'This is not a document.',
      `map the reference of a document: an object with the key ${documentMark}.`,
    );
  }
  switch (value[documentMark]) {
    case 'camunda':
      if (typeof value.documentId === 'string' && typeof value.storeId === 'string') break;
      return refuse('The reference to a document has no documentId or no storeId.', 'map the whole reference.');
    case 'inline':
      if (value.content !== undefined) break;
      return refuse('The inline document has no content.', 'add its content: text or any JSON.');
    case 'external':
      return refuse(
        'This runtime does not load documents of the type "external", because any process could make it call any address.',
        'map the address as text and load it in the connector, or store the document first.',
      );
    default:
      return refuse('The type of the document is unknown.', 'use a document of the type "camunda" or "inline".');
  }
  return value as unknown as DocumentReference | InlineDocument;
};

const present = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

const metadataNames = [
  'contentType',
  'fileName',
  'size',
  'expiresAt',
  'processDefinitionId',
  'processInstanceKey',
  'customProperties',
] as const;

const inlineBytes = ({ content }: InlineDocument): Uint8Array =>
  Buffer.from(typeof content === 'string' ? content : JSON.stringify(toJson(content)), 'utf8');

const metadataOf = (reference: DocumentReference | InlineDocument): DocumentMetadata => {
  if (reference[documentMark] === 'inline') {
    const { name, contentType } = reference;
    return present({ fileName: name, contentType, size: inlineBytes(reference).length });
  }
  const given: Readonly<Record<string, unknown>> = reference.metadata ?? {};
  return present(Object.fromEntries(metadataNames.map((name) => [name, given[name]])));
};

/** The error of a runtime without documents. */
export const withoutStore = (): Error =>
  fault('connection', {
    what: 'This runtime has no document store.',
    fix: 'connect to a cluster whose REST address is known (CAMUNDA_REST_ADDRESS), or pass documents to executeOutbound.',
  });

const decode = (bytes: Uint8Array, encoding: string): string => {
  let decoder: { decode(bytes: Uint8Array): string };
  try {
    decoder = new TextDecoder(encoding);
  } catch (cause) {
    throw fault('input', {
      what: 'The encoding of the text is unknown.',
      fix: 'use the name of an encoding, e.g. UTF-8 or ISO-8859-1.',
      cause,
    });
  }
  return decoder.decode(bytes);
};

/** Decodes text. Throws an input fault for an unknown encoding. */
export { decode as decodeText };

const limited = async function* (
  parts: AsyncIterable<Uint8Array>,
  maxSize: number,
  refused: () => Error,
): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const part of parts) {
    size += part.length;
    if (size > maxSize) throw refused();
    yield part;
  }
};

/**
 * Opens a document. Nothing is loaded before it is asked for.
 *
 * @param schemaLimit the limit of the schema in bytes, for all ways of reading
 * @throws an `input` fault for anything that is not a reference
 */
export const openDocument = (value: unknown, { store, signal }: DocumentSource, schemaLimit?: number): Document => {
  const reference = readReference(value);
  const metadata = metadataOf(reference);

  const refused = (maxSize: number) => (): Error =>
    tooLarge(
      'The document',
      maxSize,
      'raise the limit, e.g. document({ maxSize: 50_000_000 }), or read the document as a stream.',
    );
  const limitOf = ({ maxSize }: ReadLimits, otherwise: number): number => maxSize ?? schemaLimit ?? otherwise;

  const stream = async function* (maxSize: number): AsyncGenerator<Uint8Array> {
    if (reference[documentMark] === 'inline') {
      yield* limited(partOf(inlineBytes(reference)), maxSize, refused(maxSize));
      return;
    }
    if ((metadata.size ?? 0) > maxSize) throw refused(maxSize)();
    if (store === undefined) throw withoutStore();
    yield* limited(await store.read(reference, { signal }), maxSize, refused(maxSize));
  };

  const load = (limits: ReadLimits): Promise<Uint8Array> => {
    const maxSize = limitOf(limits, defaultMaxSize);
    return readContent(stream(maxSize), maxSize, refused(maxSize), signal);
  };

  const methods = {
    bytes: async (limits: ReadLimits = {}) => {
      checkArgument('limits of reading', limits, 'document.bytes(limits)');
      return load(limits);
    },
    text: async (options: ReadLimits & { readonly encoding?: string } = {}) => {
      checkArgument('limits of reading text', options, 'document.text(options)');
      return decode(await load(options), options.encoding ?? 'UTF-8');
    },
    json: async (limits: ReadLimits = {}) => {
      checkArgument('limits of reading', limits, 'document.json(limits)');
      // Loaded when it is needed, because unit tests with documents seldom do.
      const { parseValue } = await import('../values/json-text.ts');
      try {
        return parseValue(decode(await load(limits), 'UTF-8'));
      } catch (error) {
        if (error instanceof Error && (error as { kind?: unknown }).kind === 'value') {
          throw fault('input', { what: 'The content of the document is not JSON.', fix: 'store valid JSON.' });
        }
        throw error;
      }
    },
    stream: (limits: ReadLimits = {}) => {
      checkArgument('limits of reading', limits, 'document.stream(limits)');
      return stream(limitOf(limits, Number.POSITIVE_INFINITY));
    },
    link: async (options: { readonly timeToLive?: number } = {}) => {
      checkArgument('options of a link to this document', options, 'document.link(options)');
      const { timeToLive } = options;
      if (reference[documentMark] === 'inline') {
        return refuse('An inline document has no link.', 'store it first, with context.documents.create.');
      }
      if (store === undefined) throw withoutStore();
      return store.createLink(reference, { signal, ...(timeToLive === undefined ? {} : { timeToLive }) });
    },
    toJSON: () => reference,
  } satisfies Partial<Document>;
  // Not enumerable: a line of a log shows the reference and the metadata.
  const hidden = Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, { value: method }]));
  return asDocument(Object.defineProperties({ reference, metadata }, hidden)) as Document;
};

const partOf = async function* (bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
};
