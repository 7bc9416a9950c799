/** The arguments of everything that stores, reads, links and deletes documents. */
import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import type { DocumentStore } from '../document.ts';
import { isDocument } from '../document.ts';
import { anyText, numberFrom, positiveNumber, text } from '../rules/common-rules.ts';
import { asList, check, describeValue, inTurn, objectOf, type Rule, when } from '../rules/rule-engine.ts';

const isStream = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Readonly<Record<symbol, unknown>>)[Symbol.asyncIterator] === 'function';

const content = when(
  (value) => typeof value === 'string' || value instanceof Uint8Array || isStream(value),
  'text, bytes (a Uint8Array) or a stream of bytes',
);

/** In the answers of a cluster, and in the headers of a response, what is not known is null. */
const orNull =
  (rule: Rule): Rule =>
  (value) =>
    value === null ? undefined : rule(value);

const time = when(
  (value) => typeof value === 'string' || (value instanceof Date && !Number.isNaN(value.getTime())),
  'a Date, or ISO 8601 such as 2027-01-31T12:00:00Z',
);

const newDocument = objectOf(
  {
    content,
    fileName: orNull(anyText),
    contentType: orNull(anyText),
    expiresAt: time,
    customProperties: objectOf({}, { open: true }),
    documentId: anyText,
    storeId: anyText,
    processDefinitionId: anyText,
    processInstanceKey: anyText,
  },
  { expected: 'a document { content, fileName?, … }', required: ['content'] },
);

/** A misspelt id would otherwise only be missing: references may have other properties. */
const hasId: Rule = (value) => {
  if (isDocument(value)) return 'expected a reference, but got a document; pass its property reference';
  if (!isObject(value) || value.documentId !== undefined) return undefined;
  const similar = nearest('documentId', Object.keys(value));
  const what = didYouMean('is missing.', similar && `documentId instead of ${similar}`);
  return [{ path: ['documentId'], text: what }];
};

const documentId: Rule = inTurn(
  hasId,
  objectOf(
    { documentId: text, storeId: orNull(anyText), contentHash: orNull(anyText) },
    { expected: 'a reference { documentId, storeId?, … }', open: true, required: ['documentId'] },
  ),
);

/** Node's timers cannot hold more milliseconds; a longer one would fire at once. */
const longestTimer = 2_147_483_647;

const timeout = inTurn(
  numberFrom(0, 'a number of milliseconds'),
  when((value) => (value as number) <= longestTimer, `at most ${longestTimer} milliseconds`),
);

const callOptions = {
  signal: when(
    (value) => isObject(value) && typeof value.aborted === 'boolean' && typeof value.addEventListener === 'function',
    'an AbortSignal',
    describeValue,
  ),
  timeout,
};

const options = objectOf(callOptions, { expected: 'options { signal?, timeout? }', noun: 'option' });

const linkTime = positiveNumber('a positive number of milliseconds');

const linkOptions = objectOf(
  { timeToLive: linkTime, ...callOptions },
  { expected: 'options { timeToLive?, signal?, timeout? }', noun: 'option' },
);

const limits = { maxSize: numberFrom(0, 'a number of bytes') };

const optional =
  (rule: Rule): Rule =>
  (value) =>
    value === undefined ? undefined : rule(value);

type ArgumentKind =
  | 'a new document'
  | 'a reference to a document'
  | 'options of a call'
  | 'options of a link'
  | 'limits of reading'
  | 'limits of reading text'
  | 'options of a link to this document';

const rules: Readonly<Record<ArgumentKind, Rule>> = {
  'a new document': newDocument,
  'a reference to a document': documentId,
  'options of a call': optional(options),
  'options of a link': optional(linkOptions),
  'limits of reading': optional(objectOf(limits, { expected: 'limits { maxSize? }', noun: 'option' })),
  'limits of reading text': optional(
    objectOf({ ...limits, encoding: text }, { expected: 'options { maxSize?, encoding? }', noun: 'option' }),
  ),
  'options of a link to this document': optional(
    objectOf({ timeToLive: linkTime }, { expected: 'options { timeToLive? }', noun: 'option' }),
  ),
};

const fixes: Readonly<Record<ArgumentKind, string>> = {
  'a new document':
    "pass e.g. { content: text, fileName: 'a.txt' }. Content that is an object must be written first, with JSON.stringify.",
  'a reference to a document': 'pass the reference that create returned, or that a process has in a variable.',
  'options of a call': 'correct the options. The timeout is in milliseconds.',
  'options of a link': 'correct the options. Their times are in milliseconds.',
  'limits of reading': 'pass e.g. { maxSize: 50_000_000 }, in bytes.',
  'limits of reading text': "pass e.g. { maxSize: 50_000_000, encoding: 'ISO-8859-1' }.",
  'options of a link to this document': 'pass e.g. { timeToLive: 60_000 }, in milliseconds.',
};

/**
 * Throws a `connection` fault with the status `INVALID_ARGUMENT` and all that is wrong with an argument. The text quotes no
 * value, because a document may be confidential.
 *
 * @param kind what the argument is
 * @param where the call, e.g. `documents.create(document)`
 */
export const checkArgument = (kind: ArgumentKind, value: unknown, where: string): void => {
  const problems = check(rules[kind], value);
  if (problems.length === 0) return;
  throw fault(
    'connection',
    { what: `The argument is not valid (${kind}):\n${asList(problems)}`, where, fix: fixes[kind] },
    { status: 'INVALID_ARGUMENT' as const, reason: 'rejected' as const },
  );
};

/** Checks the arguments of all functions of a store before the store sees them. */
export const checkedStore = (store: DocumentStore): DocumentStore => ({
  create: async (document, options) => {
    checkArgument('a new document', document, 'documents.create(document)');
    checkArgument('options of a call', options, 'documents.create(document, options)');
    return store.create(document, options);
  },
  read: async (document, options) => {
    checkArgument('a reference to a document', document, 'documents.read(document)');
    checkArgument('options of a call', options, 'documents.read(document, options)');
    return store.read(document, options);
  },
  createLink: async (document, options) => {
    checkArgument('a reference to a document', document, 'documents.createLink(document)');
    checkArgument('options of a link', options, 'documents.createLink(document, options)');
    return store.createLink(document, options);
  },
  delete: async (document, options) => {
    checkArgument('a reference to a document', document, 'documents.delete(document)');
    checkArgument('options of a call', options, 'documents.delete(document, options)');
    return store.delete(document, options);
  },
});
