import type { Machine, MachineProcess } from '../machine/types.ts';
import { type Change, type EventOf, orderOf } from './change.ts';
import type { StoredProcess } from './records.ts';

/** The record of a version of a process. */
export const toProcess = (view: MachineProcess): StoredProcess => ({
  key: view.processDefinitionKey,
  order: orderOf(view.processDefinitionKey),
  view,
  elements: new Map(view.elements.map((element) => [element.id, element])),
  isDeleted: view.deleted === true,
});

/** Adds the decisions of a DMN file. */
export const addRequirements =
  ({ decisionRequirements, decisions }: ReturnType<Machine['decisionFiles']>[number]): Change =>
  (store) => {
    const key = decisionRequirements.decisionRequirementsKey;
    const file = { key, order: orderOf(key), view: decisionRequirements };
    store.addRequirements(file);
    for (const view of decisions) {
      store.addDecision({ key: view.decisionKey, order: orderOf(view.decisionKey), view, requirements: file });
    }
  };

/** Adds the decisions of an evaluation. */
export const evaluated =
  ({ evaluation }: EventOf<'decision:evaluated' | 'decision:failed'>, at: number): Change =>
  (store) => {
    const { decisionKey: rootDecisionKey, decisionRequirementsKey: requirementsKey } = evaluation;
    evaluation.evaluatedDecisions.forEach((view, index) => {
      const { processInstanceKey } = view;
      const instance = processInstanceKey === null ? undefined : store.tables.instances.get(processInstanceKey);
      // The instances of one evaluation have its key; the fraction orders them.
      const order = orderOf(evaluation.key) + index / 1024;
      const decision = {
        ...{ key: view.key, order, instance, view, rootDecisionKey, requirementsKey, evaluationDate: at },
      };
      store.add('decisions', decision);
      store.end('decisions', decision);
    });
  };
