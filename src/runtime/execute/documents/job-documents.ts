/** The documents that the runtime stores for one job: of expressions, and of results in the format of the task. */
import { randomUUID } from 'node:crypto';
import { isObject } from '../../../common/is-object.ts';
import { setKey } from '../../../common/set-key.ts';
import type { DocumentReference, DocumentStore, NewDocument } from '../../../connector/document.ts';
import { type DocumentOwner, ownedBy } from '../../../connector/documents/context-documents.ts';
import { withoutStore } from '../../../connector/documents/open-document.ts';
import type { Outcome } from '../../../connector/types.ts';
import { type Json, stringifyValue } from '../../../connector/values/json-text.ts';
import { readDocumentArgument } from './new-document.ts';

/**
 * The key that marks a document that an expression has made and that is not stored yet; its value is the number of the
 * document. It differs in each process, so that the response of a service cannot contain it.
 */
export const newDocumentMark: string = `newDocument:${randomUUID()}`;

/** Milliseconds for the deletion of what is not needed: the outcome of the job waits for it. */
const deletionTimeout = 2_000;

type JsonObject = { readonly [name: string]: Json };

/** Documents of one job. */
export interface JobDocuments {
  /** Notes the argument of `createDocument(…)`, and returns what stands for the document until it is stored. */
  draft(argument: unknown): JsonObject;
  /** Stores a document. */
  create(document: NewDocument): Promise<DocumentReference>;
  /**
   * Stores the noted documents that a value contains, and puts their references in their places. Throws a fault of kind
   * `input` for an argument that is not a document, before anything is stored.
   */
  store<Value extends Json>(value: Value): Promise<Value>;
  /** Ends the storing. If the job fails, deletes the documents that its variables do not contain, so that none is left behind. */
  deleteUnused(outcome: Outcome): Promise<void>;
}

/**
 * Makes the documents of one job.
 *
 * @param store where they are stored; absent: each attempt to store one fails
 * @param signal ends the storing
 */
export const createJobDocuments = (
  store: DocumentStore | undefined,
  owner: DocumentOwner,
  signal: AbortSignal | undefined,
): JobDocuments => {
  let drafts: unknown[] | undefined;
  let created: { readonly documentId: string; readonly storeId?: string }[] | undefined;
  let isOver = false;

  const remove = async (list: typeof created = []): Promise<void> => {
    const options = { timeout: deletionTimeout };
    // What cannot be deleted stays: the reason of the failure is more important.
    await Promise.all(list.map((one) => store?.delete(one, options).catch(() => undefined)));
  };

  const create: JobDocuments['create'] = async (document) => {
    if (store === undefined) throw withoutStore();
    // With an id of its own, so that a document can be deleted whose storing has no answer.
    const documentId = document.documentId ?? randomUUID();
    const { storeId } = document;
    const mine = { documentId, ...(storeId === undefined ? {} : { storeId }) };
    created ??= [];
    created.push(mine);
    const reference = await store.create(ownedBy(owner, { ...document, documentId }), { signal });
    // The attempt took too long, and its outcome is already known.
    if (isOver) await remove([reference]);
    else created[created.indexOf(mine)] = reference;
    return reference;
  };

  /** The number of the document that a value stands for. */
  const draftIn = (value: Json): number | undefined =>
    isObject(value) && Object.hasOwn(value, newDocumentMark) ? Number(value[newDocumentMark]) : undefined;

  const find = (value: Json, found: Map<number, NewDocument>): void => {
    if (typeof value !== 'object' || value === null) return;
    const draft = draftIn(value);
    if (draft === undefined) for (const item of Object.values(value)) find(item as Json, found);
    else found.set(draft, readDocumentArgument(drafts?.[draft]));
  };

  const replace = (value: Json, references: ReadonlyMap<number, DocumentReference>): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => replace(item, references));
    if (!isObject(value)) return value as Json;
    const draft = draftIn(value as JsonObject);
    if (draft !== undefined) return references.get(draft) as unknown as Json;
    const copy: Record<string, Json> = {};
    for (const [name, item] of Object.entries(value)) setKey(copy, name, replace(item as Json, references));
    return copy;
  };

  const storeIn = async <Value extends Json>(value: Value): Promise<Value> => {
    const found = new Map<number, NewDocument>();
    find(value, found);
    if (found.size === 0) return value;
    const references = new Map<number, DocumentReference>();
    // One after the other: the first failure ends the storing.
    for (const [draft, document] of found) references.set(draft, await create(document));
    return replace(value, references) as Value;
  };

  return {
    create,
    draft: (argument) => {
      drafts ??= [];
      drafts.push(argument);
      return { [newDocumentMark]: drafts.length - 1 };
    },
    store: async (value) => (drafts === undefined ? value : storeIn(value)),
    deleteUnused: async (outcome) => {
      isOver = true;
      if (created === undefined || outcome.kind === 'complete') return;
      const text = stringifyValue(outcome.variables);
      await remove(created.filter(({ documentId }) => !text.includes(documentId)));
    },
  };
};
