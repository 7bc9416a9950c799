import type { DecisionRow } from '../contract.ts';
import type { Sources } from '../sources.ts';

/** How many rows the list has. */
const maxRows = 100;

/** The decisions that were evaluated last, the latest first. */
export const decisions = (sources: Sources): readonly DecisionRow[] =>
  sources
    .engine()
    .decisionInstances()
    .slice(-maxRows)
    .reverse()
    .map((decision): DecisionRow => {
      const { key, decisionId, decisionName, decisionVersion, decisionType, state, output, inputs } = decision;
      return {
        ...{ key, decisionId, name: decisionName, version: decisionVersion, type: decisionType, state, output, inputs },
        matchedRules: decision.matchedRules.map(({ ruleIndex, outputs }) => ({ index: ruleIndex, outputs })),
        failure: decision.failureMessage,
        instance: decision.processInstanceKey,
        process: decision.bpmnProcessId,
        elementId: decision.elementId,
      };
    });
