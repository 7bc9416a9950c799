import type { Document, DocumentReference, DocumentStore, Documents, NewDocument } from '../document.ts';
import { documentMark, isDocument } from '../document.ts';
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

/** Makes the documents of a context of `run`. */
export const createContextDocuments = (
  store: DocumentStore | undefined,
  owner: DocumentOwner,
  signal: AbortSignal,
): Documents => {
  const known = (): DocumentStore => {
    if (store === undefined) throw withoutStore();
    return store;
  };
  const open = (reference: unknown): Document => openDocument(reference, { store, signal });
  return {
    open,
    create: async (document) => open(await known().create(ownedBy(owner, document), { signal })),
    delete: async (document) => {
      const reference = isDocument(document) ? document.reference : document;
      if (reference[documentMark] === 'inline') return;
      await known().delete(reference as DocumentReference, { signal });
    },
  };
};
