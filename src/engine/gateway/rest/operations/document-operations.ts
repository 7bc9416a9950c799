import type { DocumentId, NewDocument } from '../../../../connector/document.ts';
import type { MemoryStore } from '../../../../connector/documents/memory-store.ts';
import { stringifyValue } from '../../../../connector/values/json-text.ts';
import { invalidArgument } from '../../call-status.ts';
import { insteadOf, parseBody, readFields } from '../fields.ts';
import { type Part, readForm } from '../multipart.ts';
import { noContent, type Operation, type OperationAnswer, type OperationRequest } from '../operation.ts';
import { problemOfError } from '../problems.ts';

/** Largest request with documents in bytes, as on Camunda 8 SaaS. */
export const largestDocumentRequest: number = 10 * 1024 * 1024;

type Query = Readonly<Record<string, string>>;

/** Reads the parameters behind the path. As in a body, one that is not known is refused. */
const readQuery = (operation: string, query: URLSearchParams, known: readonly string[]): Query => {
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw invalidArgument(`The request of ${operation} is not valid: ${unknown} is not a parameter of it.`);
  }
  return Object.fromEntries(query);
};

/** Which document is meant. */
const documentOf = (operation: string, { keys, query }: OperationRequest): DocumentId => {
  const { storeId, contentHash } = readQuery(operation, query, ['storeId', 'contentHash']);
  return {
    documentId: keys[0]!,
    ...(storeId === undefined ? {} : { storeId }),
    ...(contentHash === undefined ? {} : { contentHash }),
  };
};

/** Reads the metadata of a document: JSON, in a part of its own. */
const readMetadata = (operation: string, value: object): Omit<NewDocument, 'content'> & { readonly size?: number } => {
  const { contentType, fileName, expiresAt, size, ...others } = readFields(operation, value, {
    ...({ contentType: 'text', fileName: 'text', expiresAt: 'text', size: 'integer' } as const),
    ...({ processDefinitionId: 'text', processInstanceKey: 'key', customProperties: 'object' } as const),
  });
  const found = { contentType, fileName, expiresAt, size, ...others };
  return Object.fromEntries(Object.entries(found).filter(([, given]) => given !== undefined));
};

/** Stores a file of a form. A name and a type in the metadata go before those of the file. */
const store = (
  memory: MemoryStore,
  operation: string,
  file: Part,
  metadata: object,
  place: { readonly storeId?: string; readonly documentId?: string },
) => {
  const { size, ...given } = readMetadata(operation, metadata);
  if (size !== undefined && size !== file.content.length) {
    throw invalidArgument(`The request of ${operation} is not valid: size is not the size of the file.`);
  }
  const own = {
    ...(file.fileName === undefined ? {} : { fileName: file.fileName }),
    ...(file.contentType === undefined ? {} : { contentType: file.contentType }),
  };
  return memory.insert({ ...own, ...given, ...place, bytes: file.content });
};

const json = (status: number, value: object): OperationAnswer => ({ status, json: stringifyValue(value) });

const formOf = ({ headers, body }: OperationRequest): readonly Part[] => readForm(headers['content-type'] ?? '', body);

const jsonOf = (part: Part | undefined): Readonly<Record<string, unknown>> =>
  part === undefined ? {} : parseBody(part.content.toString('utf8'));

const refuseUnknown = (parts: readonly Part[], known: readonly string[], operation: string): void => {
  const unknown = parts.find(({ name }) => !known.includes(name));
  if (unknown !== undefined)
    throw invalidArgument(`${unknown.name} is not a part of ${operation} (${insteadOf(unknown.name, known)}).`);
};

const create = (memory: MemoryStore, request: OperationRequest): OperationAnswer => {
  const operation = 'createDocument';
  const place = readQuery(operation, request.query, ['storeId', 'documentId']);
  const parts = formOf(request);
  refuseUnknown(parts, ['file', 'metadata'], operation);
  const files = parts.filter(({ name }) => name === 'file');
  if (files.length !== 1) throw invalidArgument(`The request of ${operation} must have one part named file.`);
  const metadata = parts.find(({ name }) => name === 'metadata');
  return json(201, store(memory, operation, files[0]!, jsonOf(metadata), place));
};

/** Each file has the metadata at the same place in their list. */
const createBatch = (memory: MemoryStore, request: OperationRequest): OperationAnswer => {
  const operation = 'createDocuments';
  const place = readQuery(operation, request.query, ['storeId']);
  const parts = formOf(request);
  refuseUnknown(parts, ['files', 'metadataList'], operation);
  const files = parts.filter(({ name }) => name === 'files');
  const metadata = parts
    .filter(({ name }) => name === 'metadataList')
    .flatMap((part) => {
      const text = part.content.toString('utf8').trim();
      // A client writes the list as one part, or each item as a part of its own.
      return text.startsWith('[') ? (parseBody(`{"list":${text}}`).list as readonly object[]) : [jsonOf(part)];
    });
  if (files.length === 0) throw invalidArgument(`The request of ${operation} must have parts named files.`);
  if (metadata.length > 0 && metadata.length !== files.length) {
    throw invalidArgument(`The request of ${operation} must have as many items in metadataList as files.`);
  }
  const createdDocuments: object[] = [];
  const failedDocuments: object[] = [];
  files.forEach((file, index) => {
    try {
      createdDocuments.push(store(memory, operation, file, metadata[index] ?? {}, place));
    } catch (error) {
      const { status, title, detail } = problemOfError(error);
      failedDocuments.push({ fileName: file.fileName ?? '', status, title, detail });
    }
  });
  return json(failedDocuments.length === 0 ? 201 : 207, { createdDocuments, failedDocuments });
};

const direct = (act: (request: OperationRequest) => OperationAnswer): Operation => ({ kind: 'direct', act });

/** The operations on documents, by method and path. */
export const documentOperations = (memory: MemoryStore): Readonly<Record<string, Operation>> => ({
  'POST /documents': direct((request) => create(memory, request)),
  'POST /documents/batch': direct((request) => createBatch(memory, request)),
  'GET /documents/*': direct((request) => ({
    status: 200,
    content: {
      type: 'application/octet-stream',
      bytes: Buffer.from(memory.find(documentOf('getDocument', request)).bytes),
    },
  })),
  'DELETE /documents/*': direct((request) => {
    const { storeId } = readQuery('deleteDocument', request.query, ['storeId']);
    memory.remove({ documentId: request.keys[0]!, ...(storeId === undefined ? {} : { storeId }) });
    return noContent;
  }),
  'POST /documents/*/links': direct((request) => {
    readFields('createDocumentLink', parseBody(request.body.toString('utf8')), { timeToLive: 'integer' });
    return memory.link(documentOf('createDocumentLink', request));
  }),
});
