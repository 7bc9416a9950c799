import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression, type EvaluateOptions, type Lookup } from '../../src/feel/index.ts';

/** Reads variables as a scope of the engine does: `undefined` for a missing variable. */
export const lookupIn =
  (variables: Readonly<Record<string, unknown>>): Lookup =>
  (name) =>
    Object.hasOwn(variables, name) ? variables[name] : undefined;

/** 2026-01-02T03:04:05Z */
export const instant: number = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Evaluates an expression with these variables, at a fixed instant. */
export const evaluate = (
  text: string,
  variables: Readonly<Record<string, unknown>> = {},
  options: EvaluateOptions = {},
): unknown => compileExpression(text).evaluate(lookupIn(variables), { now: () => instant, ...options });

/** An expression and its expected value. */
export type Case = readonly [text: string, expected: unknown];

/** Creates one test per case, all with the same variables. */
export const table = (
  title: string,
  cases: readonly Case[],
  variables: Readonly<Record<string, unknown>> = {},
): void => {
  test(title, async (t) => {
    for (const [text, expected] of cases) {
      await t.test(text, () => assert.deepEqual(evaluate(text, variables), expected));
    }
  });
};
