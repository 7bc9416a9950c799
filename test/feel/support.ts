import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileExpression, type EvaluateOptions, type Lookup } from '../../src/feel/index.ts';

/** Looks variables up the way an engine's scope does: `undefined` for what is not there. */
export const lookupIn =
  (variables: Readonly<Record<string, unknown>>): Lookup =>
  (name) =>
    Object.hasOwn(variables, name) ? variables[name] : undefined;

/** 2026-01-02T03:04:05Z */
export const instant: number = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Evaluates a text over variables, at a fixed instant. */
export const evaluate = (
  text: string,
  variables: Readonly<Record<string, unknown>> = {},
  options: EvaluateOptions = {},
): unknown => compileExpression(text).evaluate(lookupIn(variables), { now: () => instant, ...options });

/** An expression and its value. */
export type Case = readonly [text: string, expected: unknown];

/** One test per case, all over the same variables. */
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
