/** The schemas of documents in the input of a connector. */
import * as v from 'valibot';
import { type Document, type DocumentReturnFormat, isDocument, returnFormats } from '../document.ts';
import { hints } from '../hints.ts';
import { positiveCount } from '../rules/common-rules.ts';
import { asList, check, objectOf } from '../rules/rule-engine.ts';

/** Options of {@link document}. */
export interface DocumentSchemaOptions {
  /** The largest content in bytes. A larger document fails the job. @default 10 MiB when it is loaded at once */
  readonly maxSize?: number;
}

/** The schema of a document. The input of a process is a reference, and `run` receives a {@link Document}. */
export type DocumentSchema = v.GenericSchema<Document>;

/** The name of the kind of schema, by which input and templates know it. */
export const documentSchemaType = 'document';

/**
 * Makes the schema of a document in the input of an outbound connector. The process passes the reference of a stored document,
 * an inline document, or a list of exactly one, as a file picker gives it. `run` receives a {@link Document}: its metadata,
 * and functions that load its content.
 *
 * @param options `maxSize`: the largest content in bytes
 * @throws TypeError for a wrong option
 * @example
 * input: v.object({ invoice: document(), attachments: v.optional(v.array(document({ maxSize: 1_000_000 })), []) }),
 * run: async ({ invoice }) => ({ name: invoice.metadata.fileName, lines: (await invoice.text()).split('\n').length })
 */
export const document = (options: DocumentSchemaOptions = {}): DocumentSchema => {
  const problems = check(objectOf({ maxSize: positiveCount }), options);
  if (problems.length > 0) throw new TypeError(`document(…) got wrong arguments:\n${asList(problems)}`);
  const schema = v.custom<Document>(isDocument);
  return { ...schema, type: documentSchemaType, expects: 'Document', ...options } as unknown as DocumentSchema;
};

/** Options of {@link documentReturnFormat}. */
export interface ReturnFormatOptions {
  /** The format of a task that does not choose one. @default 'DOCUMENT' */
  readonly default?: DocumentReturnFormat;
  /** The formats to choose from. @default all */
  readonly choices?: readonly DocumentReturnFormat[];
}

/** The schema of {@link documentReturnFormat}. */
export type ReturnFormatSchema = v.GenericSchema<
  { readonly choice?: DocumentReturnFormat | undefined; readonly encoding?: string | undefined } | undefined,
  { readonly choice: DocumentReturnFormat; readonly encoding?: string | undefined }
>;

const labels: Readonly<Record<DocumentReturnFormat, string>> = { DOCUMENT: 'Document', TEXT: 'Text', JSON: 'JSON' };

/**
 * Makes the schema of the variable `documentReturnFormat`, for a connector whose `run` returns {@link documentResult}. Its
 * template gets the fields of the official templates: the format, and the encoding of text.
 *
 * @param options the `choices`, and the `default` among them
 * @throws TypeError for a wrong option
 * @example
 * input: v.object({ url: v.string(), documentReturnFormat: documentReturnFormat({ default: 'JSON' }) })
 */
export const documentReturnFormat = (options: ReturnFormatOptions = {}): ReturnFormatSchema => {
  const { choices: given = returnFormats, default: chosen = given[0] } = options;
  const isKnown = (format: unknown): boolean => returnFormats.some((known) => known === format);
  if (!Array.isArray(given) || given.length === 0 || !given.every(isKnown)) {
    throw new TypeError(`documentReturnFormat(…): choices must be a list of ${returnFormats.join(', ')}.`);
  }
  const choices: readonly DocumentReturnFormat[] = given;
  const fallback = choices.find((one) => one === chosen);
  if (fallback === undefined) {
    throw new TypeError(`documentReturnFormat(…): default must be one of its choices: ${choices.join(', ')}.`);
  }
  const choice = v.pipe(
    v.picklist(choices, `must be one of ${choices.join(', ')}`),
    v.title('Return format'),
    v.description('What becomes of the content: a stored document, its text, or its JSON value.'),
    hints({ id: 'documentReturnFormat', choices: Object.fromEntries(choices.map((one) => [one, labels[one]])) }),
  );
  const encoding = v.pipe(
    v.string(),
    v.title('Encoding'),
    v.description('The encoding of the text.'),
    hints({
      id: 'documentReturnFormatEncoding',
      condition: { property: 'documentReturnFormat.choice', equals: 'TEXT' },
    }),
  );
  // The encoding is for text only: the field of the template is shown for no other format.
  const entries: v.ObjectEntries = choices.includes('TEXT')
    ? { choice: v.optional(choice, fallback), encoding: v.optional(encoding, 'UTF-8') }
    : { choice: v.optional(choice, fallback) };
  return v.optional(v.object(entries), {}) as unknown as ReturnFormatSchema;
};
