import * as v from 'valibot';
import { describeIssues } from '../../connector/input/issue-texts.ts';
import type { Schema } from '../../connector/types.ts';

/** A value after its schema, or the places that the schema refuses. */
export type CheckedOutput =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks what a connector returned against its `output` schema; without one everything passes. */
export const checkOutput = async (schema: Schema | undefined, value: unknown): Promise<CheckedOutput> => {
  if (schema === undefined) return { ok: true, value };
  const checked = schema.async ? await v.safeParseAsync(schema, value) : v.safeParse(schema, value);
  return checked.success
    ? { ok: true, value: checked.output }
    : { ok: false, problems: describeIssues(checked.issues) };
};

/** Problems as lines of an error message. */
export const problemList = (problems: readonly string[]): string => problems.map((line) => `- ${line}`).join('\n');
