import type { DecisionRow, Rows } from '../contract.ts';
import type { Sources } from '../sources.ts';

/**
 * The decisions that were evaluated last, the latest first.
 *
 * @param count how many rows at most
 * @param only the key of the one that is wanted
 */
export const decisions = (sources: Sources, count: number, only?: string): Rows<DecisionRow> => {
  const all = sources
    .engine()
    .decisionInstances()
    .filter(({ key }) => only === undefined || key === only)
    .reverse();
  return {
    more: Math.max(0, all.length - count),
    rows: all.slice(0, count).map((decision): DecisionRow => {
      const { key, decisionId, decisionName, decisionVersion, decisionType, state, output, inputs } = decision;
      return {
        ...{ key, decisionId, name: decisionName, version: decisionVersion, type: decisionType, state, output, inputs },
        matchedRules: decision.matchedRules.map(({ ruleIndex, outputs }) => ({ index: ruleIndex, outputs })),
        failure: decision.failureMessage,
        instance: decision.processInstanceKey,
        process: decision.bpmnProcessId,
        elementId: decision.elementId,
      };
    }),
  };
};
