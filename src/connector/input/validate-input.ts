import * as v from 'valibot';
import type { MaybePromise, Schema } from '../types.ts';
import { conversionOf } from './conversion-by-schema.ts';
import { describeIssues } from './issue-texts.ts';

/** The validated input, or one line for each invalid field. */
export type Bound<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      /** The path and what is expected, e.g. `items[0].age: expected a number no greater than 150`. Never a value. */
      readonly problems: readonly string[];
      /** The error that a check or transformation of the schema threw, for debugging. It may quote values. */
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
  converted: unknown,
): Promise<Bound<v.InferOutput<S>>> => {
  try {
    return boundOf(await v.safeParseAsync(schema, converted));
  } catch (cause) {
    return broken(cause);
  }
};

/**
 * Validates job variables against an input schema, after the conversions that docs/values.md describes: null becomes an
 * absent value if the schema accepts absence, text that contains a number becomes a number if the schema requires one,
 * and so on. The variables themselves stay unchanged. Never throws.
 *
 * @param schema the input schema of the connector
 * @param variables variables by name, as `parseDocument` returns them
 * @returns the result; a promise only if the schema is asynchronous
 * @example
 * bindInput(v.object({ age: v.number() }), { age: '41' }); // { ok: true, value: { age: 41 } }
 * bindInput(v.object({ age: v.number() }), { age: 'old' }); // { ok: false, problems: ['age: expected a number, but got text'] }
 */
export const bindInput = <S extends Schema>(
  schema: S,
  variables: Readonly<Record<string, unknown>>,
): MaybePromise<Bound<v.InferOutput<S>>> => {
  try {
    const converted = conversionOf(schema).convert(variables);
    return schema.async ? parseAsync(schema, converted) : boundOf(v.safeParse(schema, converted));
  } catch (cause) {
    return broken(cause);
  }
};
