import type { DecisionRow, Rows } from '../contract.ts';
import type { Sources } from '../sources.ts';
import { withoutLarge } from './large-values.ts';

type NamedValue = DecisionRow['inputs'][number];

/**
 * The decisions that were evaluated last, the latest first.
 *
 * @param count how many rows at most
 * @param only the key of the one that is wanted
 */
export const decisions = (sources: Sources, count: number, only?: string): Rows<DecisionRow> => {
  const engine = sources.engine();
  const files = new Map(
    engine.decisions().map(({ decisionKey, decisionRequirementsKey }) => [decisionKey, decisionRequirementsKey]),
  );
  const all = engine
    .decisionInstances()
    .filter(({ key }) => only === undefined || key === only)
    .reverse();
  return {
    more: Math.max(0, all.length - count),
    rows: all.slice(0, count).map((decision): DecisionRow => {
      const { key, decisionId, decisionName, decisionVersion, decisionType, state } = decision;
      const small = <Column extends NamedValue>(columns: readonly Column[], part: string): readonly NamedValue[] =>
        columns.map(({ name, value }, column) => ({
          name,
          value: withoutLarge(value, { decision: key, part, column: String(column) }),
        }));
      return {
        ...{ key, decisionId, name: decisionName, version: decisionVersion, type: decisionType, state },
        output: withoutLarge(decision.output, { decision: key, part: 'output' }),
        inputs: small(decision.inputs, 'input'),
        matchedRules: decision.matchedRules.map(({ ruleIndex: index, outputs }, at) => ({
          index,
          outputs: small(outputs, `rule${at}`),
        })),
        failure: decision.failureMessage,
        file: files.get(decision.decisionKey) ?? null,
        instance: decision.processInstanceKey,
        process: decision.bpmnProcessId,
        elementId: decision.elementId,
      };
    }),
  };
};
