import assert from 'node:assert/strict';
import { compileDmn } from '../../../src/engine/decisions/compile-dmn.ts';
import type { DecisionResult } from '../../../src/engine/decisions/types.ts';
import type { Problem } from '../../../src/engine/model/types.ts';

type Values = Readonly<Record<string, unknown>>;

/** The problems of a file; none if it compiles. */
export const problemsOf = async (xml: string | Uint8Array): Promise<readonly Problem[]> => {
  const compiled = await compileDmn('d.dmn', typeof xml === 'string' ? new TextEncoder().encode(xml) : xml);
  return compiled.ok ? [] : compiled.problems;
};

/** Evaluates the decision `d` of a file. */
export const evaluate = async (xml: string, variables: Values = {}, id = 'd'): Promise<DecisionResult> => {
  const compiled = await compileDmn('d.dmn', new TextEncoder().encode(xml));
  assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.problems));
  const decision = compiled.requirements.decisions.find((each) => each.id === id);
  assert.ok(decision, `There is no decision '${id}'.`);
  return decision.evaluate((name) => (Object.hasOwn(variables, name) ? variables[name] : undefined), {});
};

/** The output of the decision `d`, which must not fail. */
export const outputOf = async (xml: string, variables?: Values): Promise<unknown> => {
  const { output, failure } = await evaluate(xml, variables);
  assert.equal(failure, undefined);
  return output;
};

/** Why the decision `d` fails. */
export const failureOf = async (xml: string, variables?: Values): Promise<string> => {
  const { output, failure } = await evaluate(xml, variables);
  assert.ok(failure, `The decision gives ${JSON.stringify(output)}.`);
  assert.equal(output, null);
  return failure.reason;
};
