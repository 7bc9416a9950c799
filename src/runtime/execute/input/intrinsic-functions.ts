import { isObject } from '../../../common/is-object.ts';
import { setKey } from '../../../common/set-key.ts';
import { isSchema, viewSchema } from '../../../connector/schema.ts';
import type { Schema } from '../../../connector/types.ts';
import { formatPath, type PathPart } from '../../../connector/values/path.ts';
import { toJson } from '../../../connector/values/to-json.ts';
import { compileExpression } from '../../../feel/index.ts';

/**
 * Intrinsic functions of the official runtime: objects in the input of an outbound connector that stand for the result of a
 * function, `{ "camunda.function.type": "base64", "params": ["hi"] }`.
 */
const functionMark = 'camunda.function.type';
const documentMark = 'camunda.document.type';

/** Maximum number of calls in the input of one job, as in the official runtime. */
const maxCalls = 10;

type Fields = Readonly<Record<string, unknown>>;

/** A call that cannot be carried out. Its text never quotes a parameter. */
interface Refusal {
  readonly refused: string;
}

type Result = { readonly value: unknown } | Refusal;

const isCall = (value: unknown): value is Fields => isObject(value) && Object.hasOwn(value, functionMark);
const isDocument = (value: unknown): value is Fields => isObject(value) && Object.hasOwn(value, documentMark);

/** The bytes of a document. Only an inline document has its content with it. */
const bytesOf = (document: Fields): Uint8Array | Refusal => {
  const type = document[documentMark];
  if (type !== 'inline') {
    const name = typeof type === 'string' ? JSON.stringify(type) : 'unknown';
    return { refused: `this runtime reads inline documents only, but the document has the type ${name}` };
  }
  const { content } = document;
  if (content === undefined) return { refused: 'the inline document has no content' };
  return new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(toJson(content)));
};

const documentText = (document: unknown, charset: unknown): string | Refusal => {
  if (!isDocument(document)) return { refused: 'its first parameter must be a document' };
  const bytes = bytesOf(document);
  if ('refused' in bytes) return bytes;
  try {
    return new TextDecoder(charset === undefined || charset === null ? 'utf-8' : String(charset)).decode(bytes);
  } catch {
    return { refused: 'its charset is unknown' };
  }
};

const partOf = (root: Fields, expression: unknown): Result => {
  if (expression === undefined || expression === null || (typeof expression === 'string' && expression.trim() === '')) {
    return { value: root };
  }
  if (typeof expression !== 'string') return { refused: 'its second parameter must be a FEEL expression' };
  try {
    const found = compileExpression(expression).evaluate((name) =>
      Object.hasOwn(root, name) ? root[name] : undefined,
    );
    return { value: toJson(found) };
  } catch {
    return { refused: 'its FEEL expression cannot be evaluated' };
  }
};

interface Intrinsic {
  /** The number of parameters without which it cannot be called. */
  readonly needs: number;
  readonly call: (...params: readonly unknown[]) => Result;
}

const notHere = (why: string): Intrinsic => ({ needs: 0, call: () => ({ refused: why }) });

const functions: Readonly<Record<string, Intrinsic>> = {
  base64: {
    needs: 1,
    call: (given) => {
      if (typeof given === 'string') return { value: Buffer.from(given, 'utf8').toString('base64') };
      if (!isDocument(given)) return { refused: 'its parameter must be text or a document' };
      const bytes = bytesOf(given);
      return 'refused' in bytes ? bytes : { value: Buffer.from(bytes).toString('base64') };
    },
  },
  getText: {
    needs: 1,
    call: (document, charset) => {
      const text = documentText(document, charset);
      return typeof text === 'string' ? { value: text } : text;
    },
  },
  getJson: {
    needs: 1,
    call: (document, expression) => {
      const text = documentText(document, undefined);
      if (typeof text !== 'string') return text;
      let root: unknown;
      try {
        root = JSON.parse(text);
      } catch {
        return { refused: 'the document is not JSON' };
      }
      return isObject(root) ? partOf(root, expression) : { refused: 'the JSON of the document must be an object' };
    },
  },
  createLink: notHere('this runtime has no document store that makes links'),
  createGithubAppInstallationToken: notHere('this runtime does not request tokens; pass a token'),
};

/** The kind of a schema, without what may be absent. */
const kindOf = (schema: Schema | undefined): string | undefined => {
  if (schema === undefined) return undefined;
  const { type, wrapped } = viewSchema(schema);
  return wrapped === undefined ? type : kindOf(wrapped);
};

/** The schema of an entry, as far as it is known before the value is validated. */
const entryOf = (schema: Schema | undefined, name: string): Schema | undefined => {
  if (schema === undefined) return undefined;
  const { wrapped, entries, options, value, rest } = viewSchema(schema);
  if (wrapped !== undefined) return entryOf(wrapped, name);
  if (entries !== undefined && Object.hasOwn(entries, name)) return entries[name];
  for (const option of (options ?? []).filter(isSchema)) {
    const found = entryOf(option, name);
    if (found !== undefined) return found;
  }
  return value ?? rest;
};

const itemOf = (schema: Schema | undefined, index: number): Schema | undefined => {
  if (schema === undefined) return undefined;
  const { wrapped, item, items, rest } = viewSchema(schema);
  return wrapped === undefined ? (item ?? items?.[index] ?? rest) : itemOf(wrapped, index);
};

/** Numbers and booleans do not look for functions, so such an object is a value of the wrong type there. */
const takesFunctions = (schema: Schema | undefined): boolean => !['number', 'boolean'].includes(kindOf(schema) ?? '');

/** The variables with the results in place, or one line for each call that failed. */
export type ResolvedFunctions =
  | { readonly ok: true; readonly variables: Fields }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Carries out the intrinsic functions in the input of a job, inside out.
 *
 * @param schema the input of the connector
 * @param text the variables as JSON text, if the job has them as text. Without the mark in it, nothing has to be searched
 * @example
 * resolveFunctions(v.object({ a: v.string() }), { a: { 'camunda.function.type': 'base64', params: ['hi'] } });
 * // { ok: true, variables: { a: 'aGk=' } }
 */
export const resolveFunctions = (schema: Schema, variables: Fields, text?: string): ResolvedFunctions => {
  if (text !== undefined && !text.includes(functionMark)) return { ok: true, variables };
  const problems: string[] = [];
  let calls = 0;

  const callOf = (given: Fields, path: readonly PathPart[]): unknown => {
    const name = given[functionMark];
    const refuse = (why: string): undefined => {
      const called = typeof name === 'string' && Object.hasOwn(functions, name) ? `the function ${name}` : 'a function';
      problems.push(`${formatPath(path)}: ${called} cannot be called: ${why}`);
      return undefined;
    };
    calls += 1;
    if (calls === maxCalls + 1) return refuse(`an input may have ${maxCalls} calls at most`);
    if (calls > maxCalls) return undefined;
    if (typeof name !== 'string' || !Object.hasOwn(functions, name)) {
      return refuse(`its name is unknown. Known: ${Object.keys(functions).join(', ')}`);
    }
    const before = problems.length;
    const list = Array.isArray(given.params) ? given.params : [];
    const params = list.map((param, index) => walk(param, undefined, [...path, 'params', index]));
    if (problems.length > before) return undefined;
    const { needs, call } = functions[name]!;
    if (params.length < needs) return refuse(`it needs ${needs === 1 ? 'a parameter' : `${needs} parameters`}`);
    const result = call(...params);
    return 'refused' in result ? refuse(result.refused) : result.value;
  };

  const walk = (value: unknown, at: Schema | undefined, path: readonly PathPart[]): unknown => {
    if (isCall(value)) return takesFunctions(at) ? callOf(value, path) : value;
    if (Array.isArray(value)) return value.map((item, index) => walk(item, itemOf(at, index), [...path, index]));
    if (!isObject(value)) return value;
    const copy: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(value))
      setKey(copy, name, walk(inner, entryOf(at, name), [...path, name]));
    return copy;
  };

  const resolved: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(variables))
    setKey(resolved, name, walk(value, entryOf(schema, name), [name]));
  return problems.length === 0 ? { ok: true, variables: resolved } : { ok: false, problems };
};
