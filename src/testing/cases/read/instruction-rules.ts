/** The rules for instructions: what each type can have, and what it needs. */
import { isObject } from '../../../common/is-object.ts';
import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import { anyText, count, flag, positiveCount, text } from '../../../connector/rules/common-rules.ts';
import { listOf, objectOf, oneOf, type Rule, type Rules, when } from '../../../connector/rules/rule-engine.ts';
import { anything, duration, fieldsOf, instant, ruleNumbers, selectors, texts, variables } from './selector-rules.ts';

interface InstructionRules {
  readonly fields: Rules;
  readonly required?: readonly string[];
}

const refusedField = (reason: string): Rule => when((value) => value === false, `nothing else than false: ${reason}`);

const noReservedJobs = 'jobs are not reserved here; without a mock or a connector, nobody takes them anyway';
const noStubs = 'called processes are not stubbed here; use MOCK_CHILD_PROCESS';
const noJudge = 'needs a language model, which is not part of the test';

const newInstance: InstructionRules = {
  fields: {
    processDefinitionSelector: selectors.processDefinition,
    variables,
    startInstructions: listOf(fieldsOf({ elementId: text }, ['elementId']), 'a list of objects with elementId'),
    runtimeInstructions: listOf(
      fieldsOf({ type: oneOf('TERMINATE_PROCESS_INSTANCE'), afterElementId: text }, ['type', 'afterElementId']),
      'a list of instructions',
    ),
    reserveJobs: refusedField(noReservedJobs),
    stubCallActivities: refusedField(noStubs),
  },
  required: ['processDefinitionSelector'],
};

const activation = fieldsOf({ elementId: text, variables }, ['elementId']);

const corrections = fieldsOf({
  assignee: anyText,
  dueDate: anyText,
  followUpDate: anyText,
  candidateUsers: texts,
  candidateGroups: texts,
  priority: when(
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100,
    'a whole number from 0 to 100',
  ),
});

const bpmnError: Rules = { errorCode: text, errorMessage: anyText, variables };

const message: Rules = { name: text, correlationKey: anyText, variables };

const ofInstance: Rules = { processInstanceSelector: selectors.processInstance };

const elementStates = ['IS_ACTIVE', 'IS_COMPLETED', 'IS_TERMINATED'] as const;

const actions: Readonly<Record<string, InstructionRules>> = {
  CREATE_PROCESS_INSTANCE: newInstance,
  MOCK_JOB_WORKER_COMPLETE_JOB: { fields: { jobType: text, variables, useExampleData: flag }, required: ['jobType'] },
  MOCK_JOB_WORKER_THROW_BPMN_ERROR: { fields: { jobType: text, ...bpmnError }, required: ['jobType', 'errorCode'] },
  MOCK_CHILD_PROCESS: {
    fields: { processDefinitionId: text, variables, versionTag: text },
    required: ['processDefinitionId'],
  },
  MOCK_DMN_DECISION: {
    fields: { decisionDefinitionId: text, variables, decisionOutput: anything },
    required: ['decisionDefinitionId'],
  },
  COMPLETE_JOB: {
    fields: { jobSelector: selectors.job, variables, useExampleData: flag },
    required: ['jobSelector'],
  },
  THROW_BPMN_ERROR_FROM_JOB: {
    fields: { jobSelector: selectors.job, ...bpmnError },
    required: ['jobSelector', 'errorCode'],
  },
  COMPLETE_JOB_AD_HOC_SUB_PROCESS: {
    fields: {
      jobSelector: selectors.job,
      variables,
      activateElements: listOf(activation, 'a list of objects with elementId'),
      cancelRemainingInstances: flag,
      completionConditionFulfilled: flag,
    },
    required: ['jobSelector'],
  },
  COMPLETE_JOB_USER_TASK_LISTENER: {
    fields: { jobSelector: selectors.job, denied: flag, deniedReason: anyText, corrections },
    required: ['jobSelector'],
  },
  COMPLETE_USER_TASK: {
    fields: { userTaskSelector: selectors.userTask, variables, useExampleData: flag },
    required: ['userTaskSelector'],
  },
  PUBLISH_MESSAGE: { fields: { ...message, timeToLive: count, messageId: anyText }, required: ['name'] },
  CORRELATE_MESSAGE: { fields: message, required: ['name'] },
  BROADCAST_SIGNAL: { fields: { signalName: text, variables }, required: ['signalName'] },
  EVALUATE_DECISION: {
    fields: { decisionDefinitionSelector: selectors.decisionDefinition, variables },
    required: ['decisionDefinitionSelector'],
  },
  EVALUATE_CONDITIONAL_START_EVENT: { fields: { variables }, required: ['variables'] },
  UPDATE_VARIABLES: {
    fields: { ...ofInstance, variables, elementSelector: selectors.element, createLocalVariables: flag },
    required: ['processInstanceSelector', 'variables'],
  },
  RESOLVE_INCIDENT: { fields: { incidentSelector: selectors.incident }, required: ['incidentSelector'] },
  INCREASE_TIME: { fields: { duration }, required: ['duration'] },
  SET_TIME: { fields: { time: instant }, required: ['time'] },
};

const assertions: Readonly<Record<string, InstructionRules>> = {
  ASSERT_PROCESS_INSTANCE: {
    fields: {
      ...ofInstance,
      state: oneOf('IS_ACTIVE', 'IS_COMPLETED', 'IS_CREATED', 'IS_TERMINATED'),
      hasActiveIncidents: flag,
    },
    required: ['processInstanceSelector'],
  },
  ASSERT_ELEMENT_INSTANCE: {
    fields: {
      ...ofInstance,
      elementSelector: selectors.element,
      state: oneOf(...elementStates),
      amount: positiveCount,
    },
    required: ['processInstanceSelector', 'elementSelector', 'state'],
  },
  ASSERT_ELEMENT_INSTANCES: {
    fields: {
      ...ofInstance,
      elementSelectors: listOf(selectors.element, 'a list of elements'),
      state: oneOf(
        ...elementStates,
        ...['IS_NOT_ACTIVE', 'IS_NOT_ACTIVATED', 'IS_ACTIVE_EXACTLY', 'IS_COMPLETED_IN_ORDER'],
      ),
    },
    required: ['processInstanceSelector', 'elementSelectors', 'state'],
  },
  ASSERT_PROCESS_INSTANCE_MESSAGE_SUBSCRIPTION: {
    fields: {
      ...ofInstance,
      messageSelector: selectors.message,
      state: oneOf('IS_WAITING', 'IS_NOT_WAITING', 'IS_CORRELATED'),
    },
    required: ['processInstanceSelector', 'messageSelector', 'state'],
  },
  ASSERT_USER_TASK: {
    fields: {
      userTaskSelector: selectors.userTask,
      state: oneOf('IS_CREATED', 'IS_COMPLETED', 'IS_CANCELED', 'IS_FAILED'),
      assignee: anyText,
      candidateGroups: texts,
      priority: count,
      elementId: text,
      name: text,
      dueDate: text,
      followUpDate: text,
    },
    required: ['userTaskSelector'],
  },
  ASSERT_VARIABLES: {
    fields: { ...ofInstance, elementSelector: selectors.element, variableNames: texts, variables },
    required: ['processInstanceSelector'],
  },
  ASSERT_VARIABLE: {
    fields: {
      ...ofInstance,
      variableName: text,
      elementSelector: selectors.element,
      satisfiesExpression: text,
      satisfiesJudge: () => noJudge,
      similarTo: () => noJudge,
    },
    required: ['processInstanceSelector', 'variableName'],
  },
  ASSERT_DECISION: {
    fields: {
      decisionSelector: selectors.decision,
      output: anything,
      matchedRules: ruleNumbers,
      notMatchedRules: ruleNumbers,
      noMatchedRules: flag,
    },
    required: ['decisionSelector'],
  },
};

/** Types that the format has, but not these tests, with the reason. */
const refusedTypes: Readonly<Record<string, string>> = {
  RELEASE_JOB: noReservedJobs,
  RUN_CALLED_PROCESS: noStubs,
  STUB_CALL_ACTIVITY_COMPLETE: noStubs,
  STUB_CALL_ACTIVITY_THROW_ERROR: noStubs,
};

/** The rule for an instruction without its type. */
const withType = ({ fields, required = [] }: InstructionRules): Rule =>
  objectOf({ type: anything, ...fields }, { noun: 'field', required });

const rulesOf = (table: Readonly<Record<string, InstructionRules>>): Readonly<Record<string, Rule>> =>
  Object.fromEntries(Object.entries(table).map(([type, rules]) => [type, withType(rules)]));

const assertionRules = rulesOf(assertions);

const plainRules = { ...rulesOf(actions), ...assertionRules };

/** Makes a rule for an instruction of one of these types. */
const instructionOf =
  (rules: Readonly<Record<string, Rule>>, subject: string): Rule =>
  (value) => {
    if (!isObject(value) || typeof value.type !== 'string') return 'must be an object with a type';
    const { type } = value;
    if (Object.hasOwn(rules, type)) return rules[type]!(value);
    const refused = Object.hasOwn(refusedTypes, type) ? refusedTypes[type] : undefined;
    if (refused !== undefined) return [{ path: ['type'], text: `${type} is not supported: ${refused}` }];
    const known = Object.keys(rules);
    const what = `${JSON.stringify(type)} is not ${subject}.`;
    return [{ path: ['type'], text: didYouMean(what, nearest(type, known), `Known: ${known.join(', ')}`) }];
  };

const behavior: Rule = withType({
  fields: {
    name: text,
    conditions: listOf(instructionOf(assertionRules, 'an assertion'), 'a list of at least one assertion', 1),
    actions: listOf(
      instructionOf(plainRules, 'an instruction that a behavior can carry out'),
      'a list of at least one instruction',
      1,
    ),
  },
  required: ['conditions', 'actions'],
});

/** The rule for an instruction of a test case. */
export const instructionRule: Rule = instructionOf(
  { ...plainRules, CONDITIONAL_BEHAVIOR: behavior },
  'a type of instructions',
);

/** The rule for the content of a file of test cases. The file and its cases may have further fields. */
export const fileRule: Rule = objectOf(
  {
    testCases: listOf(
      objectOf(
        { name: text, description: anyText, instructions: listOf(instructionRule, 'a list of instructions') },
        { open: true, required: ['name', 'instructions'] },
      ),
      'a list of test cases',
    ),
  },
  { open: true, required: ['testCases'] },
);
