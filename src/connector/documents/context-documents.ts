import type {
  Document,
  DocumentReference,
  DocumentStore,
  Documents,
  InlineDocument,
  NewDocument,
} from '../document.ts';
import { documentMark, hasDocumentMark, isDocument } from '../document.ts';
import { checkArgument } from './check-arguments.ts';
import { openDocument, withoutStore } from './open-document.ts';

/** The job that new documents belong to. */
export interface DocumentOwner {
  readonly bpmnProcessId: string;
  readonly processInstanceKey: string;
}

/** Adds the job to a new document. Without a process, as in a unit test of a part of a job, there is nothing to add. */
export const ownedBy = ({ bpmnProcessId, processInstanceKey }: DocumentOwner, document: NewDocument): NewDocument => ({
  ...(bpmnProcessId === '' ? {} : { processDefinitionId: bpmnProcessId, processInstanceKey }),
  ...document,
});

/** Milliseconds for storing a document in `run`. The signal of the job ends it earlier, so this is for jobs that take long. */
const longestStoring = 3_600_000;

const createDocument = async (
  store: DocumentStore | undefined,
  owner: DocumentOwner,
  signal: AbortSignal,
  document: NewDocument,
): Promise<Document> => {
  checkArgument('a new document', document, 'documents.create(document)');
  if (store === undefined) throw withoutStore();
  return openDocument(await store.create(ownedBy(owner, document), { signal, timeout: longestStoring }), {
    store,
    signal,
  });
};

const deleteDocument = async (
  store: DocumentStore | undefined,
  signal: AbortSignal,
  document: Document | DocumentReference,
): Promise<void> => {
  const reference = isDocument(document) ? document.reference : document;
  if (hasDocumentMark(reference) && (reference as InlineDocument | DocumentReference)[documentMark] === 'inline')
    return;
  checkArgument('a reference to a document', reference, 'documents.delete(document)');
  if (store === undefined) throw withoutStore();
  await store.delete(reference as DocumentReference, { signal });
};

/**
 * Makes the documents of a context of `run`. Short functions, because every job gets them and hardly any uses them.
 *
 * @param signal returns the signal that ends each use of a document
 */
export const createContextDocuments = (
  store: DocumentStore | undefined,
  owner: DocumentOwner,
  signal: () => AbortSignal,
): Documents => ({
  open: (reference) => openDocument(reference, { store, signal: signal() }),
  create: (document) => createDocument(store, owner, signal(), document),
  delete: (document) => deleteDocument(store, signal(), document),
});
