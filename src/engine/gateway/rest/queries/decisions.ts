import { stringifyValue } from '../../../../connector/values/json-text.ts';
import type {
  StoredDecision,
  StoredDecisionInstance,
  StoredRequirements,
  Tables,
} from '../../../secondary-storage/records.ts';
import type { Operation } from '../operation.ts';
import type { SearchField } from '../search/filter.ts';
import { decisionInstanceStates, decisionTypes } from './enumerations.ts';
import { type DefinitionServices, xmlAnswer } from './process-definitions.ts';
import {
  byKey,
  direct,
  exactly,
  flag,
  found,
  isoTime,
  jsonAnswer,
  key,
  number,
  oneOf,
  searchOperation,
  shownTenant,
  text,
  time,
} from './shared.ts';

const toDecision = ({ view, requirements }: StoredDecision): object => ({
  decisionDefinitionKey: view.decisionKey,
  decisionDefinitionId: view.dmnDecisionId,
  name: view.dmnDecisionName,
  version: view.version,
  decisionRequirementsKey: requirements.key,
  decisionRequirementsId: view.dmnDecisionRequirementsId,
  decisionRequirementsName: requirements.view.dmnDecisionRequirementsName,
  decisionRequirementsVersion: requirements.view.version,
  tenantId: shownTenant(view.tenantId),
});

const isLatest = ({ decisions }: Tables, { view }: StoredDecision): boolean => {
  for (const { view: other } of decisions.values()) {
    if (other.dmnDecisionId !== view.dmnDecisionId || other.tenantId !== view.tenantId) continue;
    if (other.version > view.version) return false;
  }
  return true;
};

const decisionFields = (tables: Tables): Readonly<Record<string, SearchField<StoredDecision>>> => ({
  decisionDefinitionKey: exactly(key(({ key: own }: StoredDecision) => own)),
  decisionDefinitionId: exactly(text(({ view }: StoredDecision) => view.dmnDecisionId)),
  name: exactly(text(({ view }: StoredDecision) => view.dmnDecisionName)),
  version: exactly(number(({ view }: StoredDecision) => view.version)),
  isLatestVersion: flag((decision) => isLatest(tables, decision)),
  decisionRequirementsKey: exactly(key(({ requirements }: StoredDecision) => requirements.key)),
  decisionRequirementsId: exactly(text(({ view }: StoredDecision) => view.dmnDecisionRequirementsId)),
  decisionRequirementsName: exactly(
    text(({ requirements }: StoredDecision) => requirements.view.dmnDecisionRequirementsName),
  ),
  decisionRequirementsVersion: exactly(number(({ requirements }: StoredDecision) => requirements.view.version)),
  tenantId: exactly(text(({ view }: StoredDecision) => shownTenant(view.tenantId))),
});

const toRequirements = ({ key: own, view }: StoredRequirements): object => ({
  decisionRequirementsKey: own,
  decisionRequirementsId: view.dmnDecisionRequirementsId,
  decisionRequirementsName: view.dmnDecisionRequirementsName,
  version: view.version,
  resourceName: view.resourceName,
  tenantId: shownTenant(view.tenantId),
});

const requirementsFields: Readonly<Record<string, SearchField<StoredRequirements>>> = {
  decisionRequirementsKey: exactly(key(({ key: own }: StoredRequirements) => own)),
  decisionRequirementsId: exactly(text(({ view }: StoredRequirements) => view.dmnDecisionRequirementsId)),
  decisionRequirementsName: exactly(text(({ view }: StoredRequirements) => view.dmnDecisionRequirementsName)),
  version: exactly(number(({ view }: StoredRequirements) => view.version)),
  resourceName: exactly(text(({ view }: StoredRequirements) => view.resourceName)),
  tenantId: exactly(text(({ view }: StoredRequirements) => shownTenant(view.tenantId))),
};

const tenantOf = ({ instance }: StoredDecisionInstance): string => shownTenant(instance?.tenantId);

/** Keys of a decision that no process has asked for. Camunda's client for Java cannot read null here. */
const noKey = '-1';

const toInstance = (decision: StoredDecisionInstance): object => {
  const { view, instance, evaluationDate, rootDecisionKey } = decision;
  return {
    decisionEvaluationInstanceKey: view.key,
    decisionEvaluationKey: view.evaluationKey,
    state: view.state,
    evaluationDate: isoTime(evaluationDate),
    evaluationFailure: view.failureMessage,
    decisionDefinitionKey: view.decisionKey,
    decisionDefinitionId: view.decisionId,
    decisionDefinitionName: view.decisionName,
    decisionDefinitionVersion: view.decisionVersion,
    decisionDefinitionType: view.decisionType,
    rootDecisionDefinitionKey: rootDecisionKey,
    result: stringifyValue(view.output),
    elementInstanceKey: view.elementInstanceKey ?? noKey,
    processInstanceKey: view.processInstanceKey ?? noKey,
    rootProcessInstanceKey: instance?.rootProcessInstanceKey ?? null,
    processDefinitionKey: instance?.process.key ?? noKey,
    tenantId: tenantOf(decision),
  };
};

/** With what only the answer to a request by key contains. */
const toWholeInstance = (decision: StoredDecisionInstance): object => ({
  ...toInstance(decision),
  evaluatedInputs: decision.view.inputs.map(({ id, name, value }) => ({
    ...{ inputId: id, inputName: name, inputValue: stringifyValue(value) },
  })),
  matchedRules: decision.view.matchedRules.map(({ ruleId, ruleIndex, outputs }) => ({
    ...{ ruleId, ruleIndex },
    evaluatedOutputs: outputs.map(({ id, name, value }) => ({
      ...{ outputId: id, outputName: name, outputValue: stringifyValue(value), ruleId, ruleIndex },
    })),
  })),
});

const instanceFields: Readonly<Record<string, SearchField<StoredDecisionInstance>>> = {
  decisionEvaluationInstanceKey: text(({ view }) => view.key),
  decisionEvaluationKey: key(({ view }) => view.evaluationKey),
  state: oneOf(decisionInstanceStates, ({ view }) => view.state),
  evaluationDate: time(({ evaluationDate }) => evaluationDate),
  evaluationFailure: text(({ view }) => view.failureMessage),
  decisionDefinitionKey: key(({ view }) => view.decisionKey),
  decisionDefinitionId: text(({ view }) => view.decisionId),
  decisionDefinitionName: text(({ view }) => view.decisionName),
  decisionDefinitionVersion: number(({ view }) => view.decisionVersion),
  decisionDefinitionType: oneOf(decisionTypes, ({ view }) => view.decisionType),
  rootDecisionDefinitionKey: key(({ rootDecisionKey }) => rootDecisionKey),
  decisionRequirementsKey: key(({ requirementsKey }) => requirementsKey),
  elementInstanceKey: key(({ view }) => view.elementInstanceKey),
  processInstanceKey: key(({ view }) => view.processInstanceKey),
  processDefinitionKey: key(({ instance }) => instance?.process.key),
  tenantId: text(tenantOf),
};

/** The operations that read decisions and their evaluations, by method and path. */
export const decisionQueries = (services: DefinitionServices): Readonly<Record<string, Operation>> => {
  const { storage } = services;
  return {
    'POST /decision-definitions/search': searchOperation(
      storage,
      ({ decisions }) => decisions.values(),
      (tables) => ({
        operation: 'searchDecisionDefinitions',
        fields: decisionFields(tables),
        toItem: toDecision,
      }),
    ),
    'GET /decision-definitions/*': direct((request) =>
      jsonAnswer(toDecision(found(storage.read().decisions, 'Decision Definition', request))),
    ),
    'GET /decision-definitions/*/xml': direct((request) =>
      xmlAnswer(services, found(storage.read().decisions, 'Decision Definition', request).requirements.key),
    ),
    'POST /decision-requirements/search': searchOperation(
      storage,
      ({ requirements }) => requirements.values(),
      () => ({
        operation: 'searchDecisionRequirements',
        fields: requirementsFields,
        toItem: toRequirements,
      }),
    ),
    'GET /decision-requirements/*': direct((request) =>
      jsonAnswer(toRequirements(found(storage.read().requirements, 'Decision Requirements', request))),
    ),
    'GET /decision-requirements/*/xml': direct((request) =>
      xmlAnswer(services, found(storage.read().requirements, 'Decision Requirements', request).key),
    ),
    'POST /decision-instances/search': searchOperation(
      storage,
      ({ decisionInstances }) => decisionInstances.values(),
      (tables) => ({
        operation: 'searchDecisionInstances',
        fields: instanceFields,
        lookups: { decisionEvaluationInstanceKey: byKey(tables.decisionInstances) },
        toItem: toInstance,
      }),
    ),
    'GET /decision-instances/*': direct((request) =>
      jsonAnswer(toWholeInstance(found(storage.read().decisionInstances, 'Decision Instance', request))),
    ),
  };
};
