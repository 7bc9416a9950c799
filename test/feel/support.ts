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

/** The text is no expression. */
export const refused: unique symbol = Symbol('refused');

/** The evaluation fails. */
export const fails: unique symbol = Symbol('fails');

/** An expression and its expected value, or {@link refused} or {@link fails}. */
export type Case = readonly [text: string, expected: unknown];

const check = (text: string, expected: unknown, variables: Readonly<Record<string, unknown>>): void => {
  if (expected === refused) {
    assert.throws(() => compileExpression(text), { kind: 'feel' });
    return;
  }
  compileExpression(text);
  if (expected === fails) assert.throws(() => evaluate(text, variables), { kind: 'feel' });
  else assert.deepEqual(evaluate(text, variables), expected);
};

/** Creates one test per case, all with the same variables. */
export const table = (
  title: string,
  cases: readonly Case[],
  variables: Readonly<Record<string, unknown>> = {},
): void => {
  test(title, async (t) => {
    for (const [text, expected] of cases) {
      await t.test(text, () => check(text, expected, variables));
    }
  });
};
