/** What the runtime does to the variables of a job before the schema sees them: intrinsic functions, and documents. */
import { isFault } from '../../../common/fault.ts';
import { isObject } from '../../../common/is-object.ts';
import { setKey } from '../../../common/set-key.ts';
import { type Document, hasDocumentMark } from '../../../connector/document.ts';
import { type DocumentSource, openDocument } from '../../../connector/documents/open-document.ts';
import type { Schema } from '../../../connector/types.ts';
import { formatPath, type PathPart } from '../../../connector/values/path.ts';
import { plainErrorText } from '../../shared/error-text.ts';
import { callFunction, functionMark, functionNames, isCall } from './intrinsic-functions.ts';
import { entryPlace, itemPlace, type Place, placeOf } from './schema-places.ts';

/** Maximum number of calls in the input of one job, as in the official runtime. */
const maxCalls = 10;

/** Bytes of the documents that become text and bytes in the input of one job, all together. */
const largestContent = 50 * 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/** The variables with everything in place, or one line for each problem. */
export type ResolvedInput =
  | { readonly ok: true; readonly variables: Fields }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Numbers and booleans do not look for functions, so such an object is a value of the wrong type there. */
const takesFunctions = (place: Place): boolean =>
  place.length === 0 || place.some(({ type }) => type !== 'number' && type !== 'boolean');

const viewOf = (place: Place, type: string) => place.find((view) => view.type === type);

const takesLists = (place: Place): boolean => place.some(({ type }) => type === 'array' || type.endsWith('tuple'));

const takesBytes = (place: Place): boolean =>
  place.some((view) => view.type === 'instance' && Reflect.get(view, 'class') === Uint8Array);

/** Opens the documents of one input, and carries out its functions. */
const createResolver = (source: DocumentSource) => {
  const problems: string[] = [];
  let calls = 0;
  let loaded = 0;

  const report = (path: readonly PathPart[], text: string): undefined => {
    problems.push(`${formatPath(path)}: ${text}`);
    return undefined;
  };

  const callAt = async (given: Fields, path: readonly PathPart[]): Promise<unknown> => {
    const name = given[functionMark];
    const isKnown = typeof name === 'string' && functionNames.includes(name);
    const refuse = (why: string): undefined =>
      report(path, `${isKnown ? `the function ${name}` : 'a function'} cannot be called: ${why}`);
    calls += 1;
    if (calls === maxCalls + 1) return refuse(`an input may have ${maxCalls} calls at most`);
    if (calls > maxCalls) return undefined;
    if (!isKnown) return refuse(`its name is unknown. Known: ${functionNames.join(', ')}`);
    const before = problems.length;
    const list = Array.isArray(given.params) ? given.params : [];
    const params: unknown[] = [];
    for (const [index, param] of list.entries()) params.push(await walk(param, [], [...path, 'params', index]));
    if (problems.length > before) return undefined;
    const result = await callFunction(name, params, source);
    return 'refused' in result ? refuse(result.refused) : result.value;
  };

  /** Opens a document where the schema takes one; `undefined` if it cannot be one, which has been reported. */
  const openAt = (value: unknown, maxSize: number | undefined, path: readonly PathPart[]): Document | undefined => {
    try {
      const document = openDocument(value, source, maxSize);
      const { size } = document.metadata;
      if (maxSize === undefined || size === undefined || size <= maxSize) return document;
      return report(path, `the document is larger than ${maxSize} bytes`);
    } catch (error) {
      return refused(error, path);
    }
  };

  const refused = (error: unknown, path: readonly PathPart[]): undefined => {
    if (!isFault(error, 'input')) throw error;
    const text = plainErrorText(error).replace(/\.$/, '');
    return report(path, text.charAt(0).toLowerCase() + text.slice(1));
  };

  /** A document where the schema takes text or bytes becomes its content, as in the official runtime. */
  const contentAt = async (value: Fields, place: Place, path: readonly PathPart[]): Promise<unknown> => {
    const asBytes = takesBytes(place);
    if (!asBytes && viewOf(place, 'string') === undefined) return value;
    try {
      const bytes = await openDocument(value, source).bytes();
      loaded += bytes.length;
      if (loaded > largestContent) {
        return report(
          path,
          `the documents of the input are larger than ${largestContent} bytes together; use document()`,
        );
      }
      return asBytes ? Uint8Array.from(bytes) : Buffer.from(bytes).toString('base64');
    } catch (error) {
      return refused(error, path);
    }
  };

  const documentAt = (value: unknown, maxSize: number | undefined, path: readonly PathPart[]): unknown => {
    if (hasDocumentMark(value)) return openAt(value, maxSize, path);
    if (!Array.isArray(value)) return value;
    return value.length === 1
      ? openAt(value[0], maxSize, path)
      : report(path, `expected a document, or a list of exactly one, but got a list of ${value.length}`);
  };

  const walk = async (value: unknown, place: Place, path: readonly PathPart[]): Promise<unknown> => {
    if (typeof value !== 'object' || value === null) return value;
    if (isCall(value)) return takesFunctions(place) ? callAt(value, path) : value;
    const wanted = viewOf(place, 'document');
    if (wanted !== undefined && (hasDocumentMark(value) || (Array.isArray(value) && !takesLists(place)))) {
      return documentAt(value, (wanted as { readonly maxSize?: number }).maxSize, path);
    }
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      for (const [index, item] of value.entries()) {
        list.push(await walk(item, itemPlace(place, index, item), [...path, index]));
      }
      return list;
    }
    if (!isObject(value)) return value;
    if (hasDocumentMark(value)) {
      const content = await contentAt(value, place, path);
      if (content !== value) return content;
    }
    // A single value stands for a list of one.
    const inner = hasDocumentMark(value) ? itemPlace(place, 0, value) : [];
    if (viewOf(inner, 'document') !== undefined) return [await walk(value, inner, [...path, 0])];
    const copy: Record<string, unknown> = {};
    for (const [name, item] of Object.entries(value)) {
      setKey(copy, name, await walk(item, entryPlace(place, name, item), [...path, name]));
    }
    return copy;
  };

  return { walk, problems };
};

/**
 * Carries out the intrinsic functions in the input of a job, inside out, and opens its documents: a reference becomes a
 * {@link Document} where the schema has `document()`, base64 text where it takes text, and bytes where it takes a
 * `Uint8Array`. Elsewhere it stays the reference.
 *
 * Rejects if the store does not answer.
 *
 * @param schema the input of the connector
 * @param source reads the documents
 * @example
 * await resolveInput(v.object({ a: v.string() }), { a: { 'camunda.function.type': 'base64', params: ['hi'] } }, source);
 * // { ok: true, variables: { a: 'aGk=' } }
 */
export const resolveInput = async (
  schema: Schema,
  variables: Fields,
  source: DocumentSource,
): Promise<ResolvedInput> => {
  const { walk, problems } = createResolver(source);
  const root = placeOf(schema, variables);
  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(variables)) {
    setKey(resolved, name, await walk(value, entryPlace(root, name, value), [name]));
  }
  return problems.length === 0 ? { ok: true, variables: resolved } : { ok: false, problems };
};

/** One pattern, because two searches take five times as long. A test compares it with the marks. */
const marks = /camunda\.(?:function|document)\.type/;

/** Whether the JSON text of the variables certainly has neither a function nor a document, so that nothing has to be searched. */
export const hasNothingToResolve = (text: string | undefined): boolean => text !== undefined && !marks.test(text);
