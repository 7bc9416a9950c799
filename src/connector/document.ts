import { isObject } from '../common/is-object.ts';
import { hasBrand } from './brand.ts';

/** A value of JSON among the properties of a document; whole numbers beyond 2^53 are `bigint`. */
export type DocumentProperty =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly DocumentProperty[]
  | { readonly [name: string]: DocumentProperty };

/** What is known of a document besides its content. */
export interface DocumentMetadata {
  readonly contentType?: string;
  readonly fileName?: string;
  /** Bytes of its content. */
  readonly size?: number;
  /** When the store deletes it, in ISO 8601. Absent: the store decides. */
  readonly expiresAt?: string;
  /** The BPMN process id of the process that it belongs to. */
  readonly processDefinitionId?: string;
  readonly processInstanceKey?: string;
  readonly customProperties?: { readonly [name: string]: DocumentProperty };
}

/**
 * What a process has of a document: the place of its content in a document store. It is plain data for a variable, exactly as
 * the store returned it.
 */
export type DocumentReference = {
  readonly 'camunda.document.type': 'camunda';
  readonly storeId: string;
  readonly documentId: string;
  readonly contentHash?: string | null;
  /** The metadata as the store writes it: what is not known may be null. */
  readonly metadata: { readonly [Name in keyof DocumentMetadata]?: DocumentMetadata[Name] | null };
};

/** A document whose content is in the variable itself. */
export interface InlineDocument {
  readonly 'camunda.document.type': 'inline';
  /** Text, or any JSON. */
  readonly content: unknown;
  readonly name?: string | null;
  readonly contentType?: string | null;
}

/** The content of a document: text (stored as UTF-8), bytes, or a stream of bytes such as the body of a response. */
export type DocumentContent = string | Uint8Array | AsyncIterable<Uint8Array>;

/** A document to store. */
export interface NewDocument {
  readonly content: DocumentContent;
  readonly fileName?: string | null | undefined;
  /** @default by the extension of `fileName`, otherwise `application/octet-stream` */
  readonly contentType?: string | null | undefined;
  /** When the store deletes it. @default the store decides */
  readonly expiresAt?: Date | string;
  readonly customProperties?: Readonly<Record<string, unknown>>;
  /** @default the store chooses one */
  readonly documentId?: string;
  /** The id of the document store. @default the default store of the cluster */
  readonly storeId?: string;
  /** @default that of the job */
  readonly processDefinitionId?: string;
  /** @default that of the job */
  readonly processInstanceKey?: string;
}

/** An address under which anyone can load a document for some time. */
export interface DocumentLink {
  readonly url: string;
  /** In ISO 8601. */
  readonly expiresAt: string;
}

/** Options of one call to a document store. */
export interface DocumentCallOptions {
  /** Aborts the call, and the stream that it returned. */
  readonly signal?: AbortSignal | undefined;
  /** Time limit in milliseconds. For a content that is read, it applies to each part again. @default 60000 */
  readonly timeout?: number;
}

/** Which document is meant: a reference, or the part of one that identifies it. */
export type DocumentId = Pick<DocumentReference, 'documentId'> &
  Partial<Pick<DocumentReference, 'storeId' | 'contentHash' | 'metadata'>>;

/** A store of documents. Its functions reject with a `connection` fault, with the status `NOT_FOUND` for an unknown document. */
export interface DocumentStore {
  /** Stores a document. Rejects with the status `ALREADY_EXISTS` if its `documentId` is in use. */
  create(document: NewDocument, options?: DocumentCallOptions): Promise<DocumentReference>;
  /** Reads the content, part by part. It can be read once. Ending the loop early ends the transfer. */
  read(document: DocumentId, options?: DocumentCallOptions): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Creates a link. Stores in memory and in local files have no links and reject.
   *
   * @param timeToLive milliseconds. @default an hour
   */
  createLink(
    document: DocumentId,
    options?: DocumentCallOptions & { readonly timeToLive?: number },
  ): Promise<DocumentLink>;
  delete(document: DocumentId, options?: DocumentCallOptions): Promise<void>;
}

/** Limits of reading a document. */
export interface ReadLimits {
  /** The largest content in bytes. A larger one is an error. */
  readonly maxSize?: number;
}

/**
 * A document in the input of a connector, or one that `context.documents` made. Its content is loaded when it is asked for,
 * under the signal of the job. As JSON, e.g. in a result, it is its reference.
 */
export interface Document {
  /** What the process has of it. */
  readonly reference: DocumentReference | InlineDocument;
  readonly metadata: DocumentMetadata;
  /** Loads the content as bytes: 10 MiB at most, unless a limit is set. */
  bytes(limits?: ReadLimits): Promise<Uint8Array>;
  /**
   * Loads the content as text: 10 MiB at most, unless a limit is set.
   *
   * @param options `encoding`: the name of the encoding, UTF-8 by default
   */
  text(options?: ReadLimits & { readonly encoding?: string }): Promise<string>;
  /** Loads and parses JSON, with the numbers as in variables. 10 MiB at most, unless a limit is set. */
  json(limits?: ReadLimits): Promise<unknown>;
  /** Loads the content part by part, of any size unless a limit is set. */
  stream(limits?: ReadLimits): AsyncIterable<Uint8Array>;
  /** Creates an address under which anyone can load the content until `timeToLive` milliseconds have passed, by default an hour. */
  link(options?: { readonly timeToLive?: number }): Promise<DocumentLink>;
  /** The reference. */
  toJSON(): DocumentReference | InlineDocument;
}

/** Creates and opens documents in `run`. */
export interface Documents {
  /** Stores a document. The result can be returned: in a variable, it is its reference. */
  create(document: NewDocument): Promise<Document>;
  /**
   * Opens the document of a reference that the schema does not describe, e.g. in `v.unknown()`. Nothing is loaded.
   *
   * @throws an input error for anything that is not a reference
   */
  open(reference: unknown): Document;
  /** Deletes a document from its store. */
  delete(document: Document | DocumentReference): Promise<void>;
}

/** The key by which the object of a document is told apart from other data. */
export const documentMark = 'camunda.document.type';

/** Whether a value of a process claims to be a document. */
export const hasDocumentMark = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isObject(value) && Object.hasOwn(value, documentMark);

const documentBrand: unique symbol = Symbol.for('camunda-connectors.document') as never;

/** Marks the properties of a document as those of one. */
export const asDocument = <Properties extends object>(properties: Properties): Properties =>
  Object.defineProperty(properties, documentBrand, { value: true });

/**
 * Tells whether a value is a document of the library, even of another copy of the package.
 *
 * @param value any value, e.g. an item of a list
 * @example
 * const names = items.filter(isDocument).map(({ metadata }) => metadata.fileName);
 */
export const isDocument = (value: unknown): value is Document => hasBrand(value, documentBrand);

/** The formats in which a process can ask for content, as in the official runtime. */
export const returnFormats = ['DOCUMENT', 'TEXT', 'JSON'] as const;

/** In which format a process wants content: as a stored document, as text, or as JSON. */
export type DocumentReturnFormat = (typeof returnFormats)[number];

const resultBrand: unique symbol = Symbol.for('camunda-connectors.documentResult') as never;

/** Content that `run` returns in the format that the task asks for. {@link documentResult} makes it. */
export interface DocumentResult {
  readonly kind: 'documentResult';
  readonly document: NewDocument;
  readonly wrap: (value: unknown) => unknown;
  readonly [resultBrand]: true;
}

/**
 * Makes a result of content, e.g. a loaded file. The task decides what becomes of it, with the variable
 * `documentReturnFormat`, as in the official runtime: `DOCUMENT` stores it and gives its reference, `TEXT` gives its text, and
 * `JSON` its value. Return it from `run`, and put {@link documentReturnFormat} into the input schema. A stream is closed in
 * any case.
 *
 * @param document the content, with its `fileName` and `contentType`
 * @param wrap makes the result from the reference, the text or the value. Default: it is the result
 * @example
 * run: async ({ url }, { signal }) => {
 *   const { body, headers, status } = await fetch(url, { signal });
 *   return documentResult({ content: body ?? '', contentType: headers.get('content-type') }, (content) => ({ status, content }));
 * }
 */
export const documentResult = (
  document: NewDocument,
  wrap: (value: unknown) => unknown = (value) => value,
): DocumentResult => Object.freeze({ kind: 'documentResult', document, wrap, [resultBrand]: true } as const);

/** Tells whether {@link documentResult} made a value, even in another copy of the package. */
export const isDocumentResult = (value: unknown): value is DocumentResult => hasBrand(value, resultBrand);
