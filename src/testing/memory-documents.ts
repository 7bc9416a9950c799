import type { DocumentReference, DocumentStore } from '../connector/document.ts';
import { asDocumentStore, createMemoryStore } from '../connector/documents/memory-store.ts';

/** Documents in memory, which a test can look at. */
export interface MemoryDocuments extends DocumentStore {
  /** The references of all documents, the oldest first. */
  references(): readonly DocumentReference[];
}

/**
 * Makes an empty document store in memory, for unit tests: for `outboundContext({ documents })`, and for the option `documents`
 * of `executeOutbound`.
 *
 * @example
 * const documents = memoryDocuments();
 * const invoice = await documents.create({ content: 'a;b', fileName: 'invoice.csv' });
 * const outcome = await executeOutbound(count, { variables: { invoice } }, { documents });
 */
export const memoryDocuments = (): MemoryDocuments => {
  const memory = createMemoryStore();
  return { ...asDocumentStore(memory), references: memory.references };
};
