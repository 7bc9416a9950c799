import { isFault } from '../../../common/fault.ts';
import { repeatIfStopped, spend, toJson, withTimeLimit } from '../../../feel/index.ts';
import type { Decision, DecisionModel, DecisionResult } from '../types.ts';
import { evaluateNamed, knowledgeFunctions, reasonOf } from './evaluate-logic.ts';
import {
  checkTime,
  createRun,
  decisionFailure,
  isLate,
  outermost,
  type Run,
  type Scope,
  tooLong,
  within,
} from './run.ts';
import { checkType } from './value-types.ts';

/**
 * Evaluates a decision to a FEEL value. What it requires is evaluated before it and sees only the variables, not the results of
 * other decisions.
 */
const evaluateDecision = (run: Run, decision: Decision, outer: Scope): unknown => {
  const results = new Map<string, unknown>();
  for (const required of decision.decisions) results.set(required.resultName, evaluateDecision(run, required, outer));
  const functions = knowledgeFunctions(run, decision.knowledge, outer);
  const value = evaluateNamed(run, decision, within(run, outer, new Map([...results, ...functions])));
  checkType(value, decision.typeRef);
  return value;
};

const outputOf = (value: unknown): unknown => {
  try {
    return toJson(value);
  } catch (error) {
    throw isFault(error) ? error : decisionFailure((error as Error).message);
  }
};

const isOverflow = (error: unknown): boolean => error instanceof RangeError && /call stack/i.test(error.message);

/**
 * Creates the function that evaluates a decision.
 *
 * @param isLimited whether the time of the whole evaluation is limited, and not only that of each expression
 */
export const createEvaluate =
  (decision: Decision, isLimited: boolean): DecisionModel['evaluate'] =>
  (lookup, options): DecisionResult => {
    const run = createRun(options);
    const evaluate = (): unknown => outputOf(evaluateDecision(run, decision, outermost(run, lookup)));
    const evaluateWithin = (): unknown => {
      const output = withTimeLimit(run.limit, evaluate, () => tooLong(run));
      // A function inside that took too long was null.
      checkTime(run);
      return output;
    };
    const attempt = (): unknown => {
      run.start();
      return isLimited ? evaluateWithin() : evaluate();
    };
    try {
      const output = spend(options.budget, () =>
        repeatIfStopped(run.limit, attempt, (error) => isLate(run) && reasonOf(error) !== undefined),
      );
      return { output, evaluated: run.trace };
    } catch (error) {
      const reason = isOverflow(error) ? 'its requirements nest too deeply' : reasonOf(error);
      if (reason === undefined) throw error;
      const decisionId = run.trace.at(-1)?.id ?? decision.id;
      return { output: null, evaluated: run.trace, failure: { decisionId, reason } };
    }
  };
