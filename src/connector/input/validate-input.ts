import * as v from 'valibot';
import type { MaybePromise, Schema } from '../types.ts';
import { planOf } from './conversion-by-schema.ts';
import { describeIssues } from './issue-texts.ts';

/** Variables as the schema gives them, or one line for each field that the schema refuses. */
export type Bound<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      /** Path and expectation, e.g. `items[0].age: expected a number no greater than 150`; never a value. */
      readonly problems: readonly string[];
      /** The error that a check or transformation of the schema threw, for a debugger; it may quote values. */
      readonly cause?: unknown;
    };

const broken = (cause: unknown): Bound<never> => {
  const tooDeep = cause instanceof RangeError && /call stack/i.test(cause.message);
  const problem = tooDeep ? 'is nested too deeply' : 'a check or transformation of the schema threw an error';
  return { ok: false, problems: [`(root): ${problem}`], cause };
};

const boundOf = <T>(result: v.SafeParseResult<v.GenericSchema<unknown, T>>): Bound<T> =>
  result.success ? { ok: true, value: result.output } : { ok: false, problems: describeIssues(result.issues) };

const parseAsync = async <S extends v.GenericSchemaAsync>(
  schema: S,
  prepared: unknown,
): Promise<Bound<v.InferOutput<S>>> => {
  try {
    return boundOf(await v.safeParseAsync(schema, prepared));
  } catch (cause) {
    return broken(cause);
  }
};

/**
 * Checks variables against an input schema, after the conversions of docs/values.md: what comes as null for an input
 * that may be absent is absent, numbers written as text become numbers where the schema wants one, and so on. The
 * variables stay as they are. Never throws; gives a promise only for asynchronous schemas.
 *
 * @param schema the connector's input
 * @param variables by name, as `parseDocument` gives them
 * @example
 * bindInput(v.object({ age: v.number() }), { age: '41' }); // { ok: true, value: { age: 41 } }
 * bindInput(v.object({ age: v.number() }), { age: 'old' }); // { ok: false, problems: ['age: expected a number, but got text'] }
 */
export const bindInput = <S extends Schema>(
  schema: S,
  variables: Readonly<Record<string, unknown>>,
): MaybePromise<Bound<v.InferOutput<S>>> => {
  try {
    const prepared = planOf(schema).prepare(variables);
    return schema.async ? parseAsync(schema, prepared) : boundOf(v.safeParse(schema, prepared));
  } catch (cause) {
    return broken(cause);
  }
};
