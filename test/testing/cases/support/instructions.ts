/** Short forms of the instructions of test cases, and a function that runs them. */

import { stringifyValue } from '../../../../src/connector/values/json-text.ts';
import { placedCases } from '../../../../src/testing/cases/placed-cases.ts';
import { readTestCases } from '../../../../src/testing/cases/read/read-files.ts';
import { runTestCase } from '../../../../src/testing/cases/run.ts';
import type { Instruction, TestCaseResult, TestCasesOptions } from '../../../../src/testing/cases/types.ts';

type Fields = Readonly<Record<string, unknown>>;

export const create = (processDefinitionId: string, variables: Fields = {}, more: Fields = {}): Instruction => ({
  type: 'CREATE_PROCESS_INSTANCE',
  processDefinitionSelector: { processDefinitionId },
  variables,
  ...more,
});

const ofInstance = (processDefinitionId: string) => ({ processInstanceSelector: { processDefinitionId } });

export const instance = (id: string, more: Fields): Instruction => ({
  type: 'ASSERT_PROCESS_INSTANCE',
  ...ofInstance(id),
  ...more,
});

export const isIn = (id: string, state: string): Instruction => instance(id, { state });

const elementSelector = (element: string | Fields): Fields =>
  typeof element === 'string' ? { elementId: element } : element;

export const element = (id: string, name: string | Fields, state: string, amount?: number): Instruction => ({
  type: 'ASSERT_ELEMENT_INSTANCE',
  ...ofInstance(id),
  elementSelector: elementSelector(name),
  state,
  ...(amount === undefined ? {} : { amount }),
});

export const elements = (id: string, names: readonly (string | Fields)[], state: string): Instruction => ({
  type: 'ASSERT_ELEMENT_INSTANCES',
  ...ofInstance(id),
  elementSelectors: names.map(elementSelector),
  state,
});

export const variables = (id: string, more: Fields): Instruction => ({
  type: 'ASSERT_VARIABLES',
  ...ofInstance(id),
  ...more,
});

export const variable = (id: string, variableName: string, more: Fields): Instruction => ({
  type: 'ASSERT_VARIABLE',
  ...ofInstance(id),
  variableName,
  ...more,
});

export const update = (id: string, changes: Fields, more: Fields = {}): Instruction => ({
  type: 'UPDATE_VARIABLES',
  ...ofInstance(id),
  variables: changes,
  ...more,
});

export const mock = (jobType: string, more: Fields = {}): Instruction => ({
  type: 'MOCK_JOB_WORKER_COMPLETE_JOB',
  jobType,
  ...more,
});

export const mockError = (jobType: string, errorCode: string, more: Fields = {}): Instruction => ({
  type: 'MOCK_JOB_WORKER_THROW_BPMN_ERROR',
  jobType,
  errorCode,
  ...more,
});

export const complete = (jobSelector: Fields, more: Fields = {}): Instruction => ({
  type: 'COMPLETE_JOB',
  jobSelector,
  ...more,
});

export const publish = (name: string, correlationKey: string, more: Fields = {}): Instruction => ({
  type: 'PUBLISH_MESSAGE',
  name,
  correlationKey,
  ...more,
});

export const subscription = (id: string, messageSelector: Fields, state: string): Instruction => ({
  type: 'ASSERT_PROCESS_INSTANCE_MESSAGE_SUBSCRIPTION',
  ...ofInstance(id),
  messageSelector,
  state,
});

export const elapse = (duration: string): Instruction => ({ type: 'INCREASE_TIME', duration });

export const setTime = (time: string): Instruction => ({ type: 'SET_TIME', time });

export const resolve = (incidentSelector: Fields): Instruction => ({ type: 'RESOLVE_INCIDENT', incidentSelector });

export const userTask = (more: Fields, userTaskSelector: Fields = { elementId: 'Approve' }): Instruction => ({
  type: 'ASSERT_USER_TASK',
  userTaskSelector,
  ...more,
});

export const decision = (more: Fields): Instruction => ({
  type: 'ASSERT_DECISION',
  decisionSelector: { decisionDefinitionId: 'discount' },
  ...more,
});

/** Runs instructions as the only test case of a file, which is written as JSON and read again. */
export const run = async (instructions: readonly Instruction[], options: TestCasesOptions): Promise<TestCaseResult> => {
  const text = stringifyValue({ testCases: [{ name: 'case', instructions }] });
  const [placed] = placedCases([readTestCases(text, 'case.json')]);
  return runTestCase(placed!, options);
};
