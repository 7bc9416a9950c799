/** Documents in memory: of the embedded engine, and of unit tests. */
import { createHash, randomUUID } from 'node:crypto';
import { fault } from '../../common/fault.ts';
import type { DocumentId, DocumentReference, DocumentStore, NewDocument } from '../document.ts';
import { type Json, toJson } from '../values/to-json.ts';
import { checkedStore } from './check-arguments.ts';
import { contentTypeOf, longestUpload, readContent, tooLarge } from './content.ts';

/** Why a store refuses a call, by the names of the statuses of a connection. */
export type DocumentRefusal = 'NOT_FOUND' | 'ALREADY_EXISTS' | 'INVALID_ARGUMENT' | 'RESOURCE_EXHAUSTED';

/** The limits of a store, and its clock. */
export interface MemoryStoreOptions {
  /** Milliseconds since the epoch. Default: the system clock. */
  readonly now?: () => number;
  /** Most documents. Default: 1,000. */
  readonly maxDocuments?: number;
  /** Most bytes of all documents together. Default: 100 MiB. */
  readonly maxBytes?: number;
}

/** A new document whose content has been read. */
export type ReadDocument = Omit<NewDocument, 'content'> & { readonly bytes: Uint8Array };

/** A stored document. */
export interface StoredDocument {
  readonly reference: DocumentReference;
  readonly bytes: Uint8Array;
}

/** Documents in memory. All functions throw a `connection` fault that says why they refuse. */
export interface MemoryStore {
  insert(document: ReadDocument): DocumentReference;
  find(document: DocumentId): StoredDocument;
  remove(document: DocumentId): void;
  /** Refuses: what is in memory has no address. */
  link(document: DocumentId): never;
  /** The references of all documents, the oldest first. */
  references(): readonly DocumentReference[];
}

/** The id of the store, as on a cluster with documents in memory. */
export const memoryStoreId = 'in-memory';

const refuse = (status: DocumentRefusal, what: string, fix: string): never => {
  const reason = status === 'RESOURCE_EXHAUSTED' ? 'transient' : 'rejected';
  throw fault('connection', { what, fix }, { status, reason });
};

const checkStore = (storeId: string | undefined): void => {
  if (storeId === undefined || storeId === memoryStoreId) return;
  refuse(
    'INVALID_ARGUMENT',
    'There is no document store with this id.',
    `leave the storeId out, or use ${JSON.stringify(memoryStoreId)}.`,
  );
};

const expiryOf = (expiresAt: Date | string | undefined, now: number): string | undefined => {
  if (expiresAt === undefined) return undefined;
  const time = expiresAt instanceof Date ? expiresAt.getTime() : Date.parse(expiresAt);
  if (Number.isNaN(time)) {
    refuse('INVALID_ARGUMENT', 'expiresAt is not a time.', 'use a Date, or ISO 8601 such as 2027-01-31T12:00:00Z.');
  }
  if (time <= now) refuse('INVALID_ARGUMENT', 'expiresAt is over.', 'use a time in the future.');
  return new Date(time).toISOString();
};

/** What is not known is null, as in the answers of a cluster. */
const referenceOf = (document: ReadDocument, now: number): DocumentReference => {
  const { fileName, documentId = randomUUID(), bytes, processDefinitionId, processInstanceKey } = document;
  return {
    'camunda.document.type': 'camunda',
    storeId: memoryStoreId,
    documentId,
    contentHash: createHash('sha256').update(bytes).digest('hex'),
    metadata: {
      contentType: document.contentType ?? contentTypeOf(fileName),
      fileName: fileName ?? documentId,
      expiresAt: expiryOf(document.expiresAt, now) ?? null,
      size: bytes.length,
      processDefinitionId: processDefinitionId ?? null,
      processInstanceKey: processInstanceKey ?? null,
      customProperties: toJson(document.customProperties ?? {}) as { readonly [name: string]: Json },
    },
  };
};

/** Creates documents in memory. A document that has expired is gone. */
export const createMemoryStore = ({
  now = Date.now,
  maxDocuments = 1_000,
  maxBytes = 100 * 1024 * 1024,
}: MemoryStoreOptions = {}): MemoryStore => {
  const documents = new Map<string, StoredDocument>();
  let size = 0;

  const drop = (id: string): void => {
    size -= documents.get(id)?.bytes.length ?? 0;
    documents.delete(id);
  };

  const isOver = ({ reference: { metadata } }: StoredDocument): boolean =>
    typeof metadata.expiresAt === 'string' && Date.parse(metadata.expiresAt) <= now();

  const dropExpired = (): void => {
    for (const [id, document] of documents) if (isOver(document)) drop(id);
  };

  const find: MemoryStore['find'] = ({ documentId, storeId, contentHash }) => {
    checkStore(storeId);
    const found = documents.get(documentId);
    if (found === undefined || isOver(found)) {
      if (found !== undefined) drop(documentId);
      return refuse(
        'NOT_FOUND',
        'There is no document with this id.',
        'check the reference: a document can be deleted, can expire, and is not in the snapshot of an engine.',
      );
    }
    if (typeof contentHash === 'string' && contentHash !== found.reference.contentHash) {
      refuse(
        'INVALID_ARGUMENT',
        'The content of the document does not have this hash.',
        'use the reference as it was stored.',
      );
    }
    return found;
  };

  return {
    find,
    insert: (document) => {
      checkStore(document.storeId);
      dropExpired();
      const { bytes, documentId } = document;
      if (documentId === '') {
        refuse('INVALID_ARGUMENT', 'The documentId is empty.', 'leave it out, or use text that is not empty.');
      }
      if (documentId !== undefined && documents.has(documentId)) {
        refuse('ALREADY_EXISTS', 'There is a document with this id.', 'delete it first, or use another documentId.');
      }
      if (documents.size >= maxDocuments || size + bytes.length > maxBytes) {
        refuse(
          'RESOURCE_EXHAUSTED',
          `The memory is full: it takes ${maxDocuments} documents and ${maxBytes} bytes.`,
          'delete documents that are not needed, or create them with expiresAt.',
        );
      }
      const reference = referenceOf(document, now());
      // A copy, because the caller may change its bytes.
      documents.set(reference.documentId, { reference, bytes: Uint8Array.from(bytes) });
      size += bytes.length;
      return reference;
    },
    remove: (document) => {
      find({
        documentId: document.documentId,
        ...(document.storeId === undefined ? {} : { storeId: document.storeId }),
      });
      drop(document.documentId);
    },
    link: (document) => {
      find(document);
      return refuse(
        'INVALID_ARGUMENT',
        'Documents in memory have no links.',
        'read the content instead. Stores in the cloud have links.',
      );
    },
    references: () => {
      dropExpired();
      return [...documents.values()].map(({ reference }) => reference);
    },
  };
};

/** Bytes of one part of a stream. */
const partSize = 64 * 1024;

const partsOf = async function* (bytes: Uint8Array, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += partSize) {
    signal?.throwIfAborted();
    yield bytes.slice(at, at + partSize);
  }
};

/** Offers documents in memory as a store. */
export const asDocumentStore = (memory: MemoryStore): DocumentStore =>
  checkedStore({
    create: async ({ content, ...document }, { signal } = {}) => {
      signal?.throwIfAborted();
      const refused = () => tooLarge('The document', longestUpload, 'store less, or in several documents.');
      return memory.insert({ ...document, bytes: await readContent(content, longestUpload, refused, signal) });
    },
    read: async (document, { signal } = {}) => {
      signal?.throwIfAborted();
      return partsOf(memory.find(document).bytes, signal);
    },
    createLink: async (document) => memory.link(document),
    delete: async (document) => memory.remove(document),
  });
