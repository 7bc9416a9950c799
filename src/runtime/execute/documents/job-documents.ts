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

/** Most documents of one value that are stored at once. */
const mostAtOnce = 4;

type JsonObject = { readonly [name: string]: Json };

/** Which document to delete. */
interface Created {
  readonly documentId: string;
  readonly storeId?: string;
}

/**
 * The documents of one job. Plain data, because every job has one and hardly any job has documents: functions of its own
 * would cost each job microseconds.
 */
export interface JobDocuments {
  /** Where they are stored; absent: each attempt to store one fails. */
  readonly store: DocumentStore | undefined;
  readonly owner: Partial<DocumentOwner>;
  /** Ends the storing. */
  readonly signal: AbortSignal | undefined;
  /** The arguments of `createDocument(…)`, each at its number. */
  drafts: unknown[] | undefined;
  created: Created[] | undefined;
  /** The outcome of the job is known. */
  isOver: boolean;
}

/** Makes the documents of one job, which has none yet. */
export const createJobDocuments = (
  store: DocumentStore | undefined,
  owner: Partial<DocumentOwner>,
  signal: AbortSignal | undefined,
): JobDocuments => ({ store, owner, signal, drafts: undefined, created: undefined, isOver: false });

const remove = async ({ store }: JobDocuments, list: readonly Created[]): Promise<void> => {
  const options = { timeout: deletionTimeout };
  // What cannot be deleted stays: the reason of the failure is more important.
  await Promise.all(list.map((one) => store?.delete(one, options).catch(() => undefined)));
};

/** Stores a document. */
export const createJobDocument = async (documents: JobDocuments, document: NewDocument): Promise<DocumentReference> => {
  const { store, owner, signal } = documents;
  if (store === undefined) throw withoutStore();
  // With an id of its own, so that a document can be deleted whose storing has no answer.
  const documentId = document.documentId ?? randomUUID();
  const { storeId } = document;
  const mine = { documentId, ...(storeId === undefined ? {} : { storeId }) };
  documents.created ??= [];
  const { created } = documents;
  created.push(mine);
  const { bpmnProcessId = '', processInstanceKey = '' } = owner;
  const owned = ownedBy({ bpmnProcessId, processInstanceKey }, { ...document, documentId });
  const reference = await store.create(owned, { signal });
  // The attempt took too long, and its outcome is already known.
  if (documents.isOver) await remove(documents, [reference]);
  else created[created.indexOf(mine)] = reference;
  return reference;
};

/** Notes the argument of `createDocument(…)`, and returns what stands for the document until it is stored. */
export const draftDocument = (documents: JobDocuments, argument: unknown): JsonObject => {
  documents.drafts ??= [];
  documents.drafts.push(argument);
  return { [newDocumentMark]: documents.drafts.length - 1 };
};

/** The number of the document that a value stands for. */
const draftIn = (value: object): number | undefined =>
  isObject(value) && Object.hasOwn(value, newDocumentMark) ? Number(value[newDocumentMark]) : undefined;

const findDrafts = (value: Json, drafts: readonly unknown[], found: Map<number, NewDocument>): void => {
  if (typeof value !== 'object' || value === null) return;
  const draft = draftIn(value);
  if (draft === undefined) for (const item of Object.values(value)) findDrafts(item as Json, drafts, found);
  else found.set(draft, readDocumentArgument(drafts[draft]));
};

const replaceDrafts = (value: Json, references: ReadonlyMap<number, DocumentReference>): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => replaceDrafts(item, references));
  if (!isObject(value)) return value as Json;
  const draft = draftIn(value);
  if (draft !== undefined) return references.get(draft) as unknown as Json;
  const copy: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) setKey(copy, name, replaceDrafts(item as Json, references));
  return copy;
};

/**
 * Stores documents, a few at once. The first failure ends the storing: what is under way is awaited, and nothing else begins.
 *
 * The API could also take all of them in one request, but chooses their ids then. Those whose storing has no answer could not be
 * deleted.
 */
const storeAll = async (
  documents: JobDocuments,
  drafts: readonly (readonly [draft: number, document: NewDocument])[],
): Promise<ReadonlyMap<number, DocumentReference>> => {
  const references = new Map<number, DocumentReference>();
  const failures: unknown[] = [];
  let next = 0;
  const storeSome = async (): Promise<void> => {
    while (next < drafts.length && failures.length === 0) {
      const [draft, document] = drafts[next++]!;
      try {
        references.set(draft, await createJobDocument(documents, document));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, storeSome));
  if (failures.length > 0) throw failures[0];
  return references;
};

/**
 * Stores the noted documents that a value contains, and puts their references in their places. Throws a fault of kind
 * `input` for an argument that is not a document, before anything is stored.
 *
 * @returns the value itself if it contains none
 */
export const storeDrafts = async <Value extends Json>(documents: JobDocuments, value: Value): Promise<Value> => {
  const found = new Map<number, NewDocument>();
  findDrafts(value, documents.drafts ?? [], found);
  if (found.size === 0) return value;
  return replaceDrafts(value, await storeAll(documents, [...found])) as Value;
};

/** Ends the storing. If the job fails, deletes the documents that its variables do not contain, so that none is left behind. */
export const deleteUnused = async (documents: JobDocuments, outcome: Outcome): Promise<void> => {
  const { created } = documents;
  if (created === undefined || outcome.kind === 'complete') return;
  const text = stringifyValue(outcome.variables);
  await remove(
    documents,
    created.filter(({ documentId }) => !text.includes(documentId)),
  );
};
