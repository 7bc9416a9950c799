import { fault } from '../common/fault.ts';
import { isObject } from '../common/is-object.ts';
import { didYouMean, nearest } from '../common/nearest-name.ts';
import { asList, check, isFunction, objectOf, oneOf, type Rule, when } from '../connector/rules/rule-engine.ts';
import { elementList, endRule, incidentRule, someVariables } from './arguments.ts';
import { createProcessTest } from './process-test.ts';
import type { ExpectedEnd, ExpectedIncident, ExpectedVariables } from './state/checks.ts';
import type { ElementSelector } from './state/elements.ts';
import type { ProcessHandle, ProcessMocks, ProcessTest, ProcessTestOptions } from './types.ts';

/** What is the case before a scenario begins. It adds to what all scenarios have in common. */
export interface ScenarioStart extends Pick<ProcessTestOptions, 'connectors' | 'now' | 'secrets'> {
  /** The variables of the instance. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** They replace common mocks of the same names. */
  readonly mocks?: ProcessMocks;
}

/** What is the case at the end of a scenario. They are checked in the order in which they are listed here. */
export interface ScenarioEnd {
  readonly completed?: true | ExpectedEnd;
  readonly terminated?: true;
  readonly incident?: true | ExpectedIncident;
  readonly passed?: readonly ElementSelector[];
  readonly notPassed?: readonly ElementSelector[];
  readonly waitsAt?: readonly ElementSelector[];
  readonly variables?: ExpectedVariables;
}

type Act = (instance: ProcessHandle, processes: ProcessTest) => unknown;

/** One path of a process: what is given, what happens, and what is expected then. */
export interface Scenario {
  /** A function, if it makes mocks that remember their calls. Default: an instance without variables. */
  readonly given?: ScenarioStart | (() => ScenarioStart);
  /** What happens to the instance after its start. Default: nothing. */
  readonly when?: Act;
  /** What is expected, as data or as a function. */
  readonly expect: ScenarioEnd | Act;
}

/** What all scenarios of a table have in common. */
export interface ScenarioOptions extends ProcessTestOptions {
  /** The id of the process of which each scenario starts an instance. */
  readonly process: string;
  /** The tenant of the instances, if the engine has tenants. Default: its first. */
  readonly tenantId?: string;
}

/** A function such as `test` of node:test, Vitest and Jest. */
export type RegisterTest = (name: string, run: () => Promise<void>) => unknown;

/** The checks, in the order in which they are made. */
const checks: {
  readonly [Name in keyof Required<ScenarioEnd>]: (instance: ProcessHandle, expected: never) => Promise<unknown>;
} = {
  completed: (instance, expected: true | ExpectedEnd) => instance.completed(expected === true ? {} : expected),
  terminated: (instance) => instance.terminated(),
  incident: (instance, expected: true | ExpectedIncident) => instance.incident(expected === true ? {} : expected),
  passed: (instance, expected: readonly ElementSelector[]) => instance.passed(...expected),
  notPassed: (instance, expected: readonly ElementSelector[]) => instance.notPassed(...expected),
  waitsAt: (instance, expected: readonly ElementSelector[]) => instance.waitsAt(...expected),
  variables: (instance, expected: ExpectedVariables) => instance.variables(expected),
};

const checkNames = Object.keys(checks) as readonly (keyof ScenarioEnd)[];

/** Exactly true, because `false` would not be checked. */
const trueOr =
  (rule: Rule, example: string): Rule =>
  (value) => {
    if (value === true) return undefined;
    return isObject(value) ? rule(value) : when(() => false, `true, or an object such as ${example}`)(value);
  };

const startRules: Readonly<Record<keyof ScenarioStart, Rule>> = {
  variables: when(isObject, 'an object of variables by name'),
  // The process test checks them.
  ...{ mocks: () => undefined, connectors: () => undefined, secrets: () => undefined, now: () => undefined },
};

const startRule = objectOf(startRules, { noun: 'field' });

const endRules: Readonly<Record<keyof ScenarioEnd, Rule>> = {
  completed: trueOr(endRule, "{ at: 'EndPaid' }"),
  terminated: oneOf(true),
  incident: trueOr(incidentRule, "{ at: 'Pay' }"),
  passed: elementList,
  notPassed: elementList,
  waitsAt: elementList,
  variables: someVariables,
};

const scenarioRules: Readonly<Record<keyof Scenario, Rule>> = {
  given: (value) => (typeof value === 'function' ? undefined : startRule(value)),
  when: when(isFunction, 'a function of the instance'),
  expect: (value) => (typeof value === 'function' ? undefined : objectOf(endRules)(value)),
};

const scenarioRule = objectOf(scenarioRules, { noun: 'field' });

const shapeProblem = (lines: readonly string[]): string | undefined =>
  lines.length === 0 ? undefined : `is not valid:\n${asList(lines)}`;

/** What is wrong with a scenario; a misspelt expectation would otherwise be none. */
const problemOf = (scenario: Scenario): string | undefined => {
  if (!isObject(scenario)) return 'must be an object with given, when and expect';
  const { expect } = scenario;
  if (typeof expect === 'function') return shapeProblem(check(scenarioRule, scenario));
  const given = isObject(expect) ? Object.keys(expect).filter((name) => expect[name] !== undefined) : [];
  if (given.length === 0) return `says nothing in "expect". It can have ${checkNames.join(', ')}, or be a function`;
  const unknown = given.find((name) => !(checkNames as readonly string[]).includes(name));
  if (unknown === undefined) return shapeProblem(check(scenarioRule, scenario));
  return didYouMean(
    `expects the unknown "${unknown}".`,
    nearest(unknown, checkNames),
    `Known: ${checkNames.join(', ')}`,
  );
};

const checkScenario = (name: string, scenario: Scenario, problem = problemOf(scenario)): void => {
  if (problem === undefined) return;
  throw fault('definition', {
    what: `The scenario "${name}" ${problem}`,
    where: 'scenarios(…)',
    fix: 'correct the scenario.',
  });
};

const mergeMocks = (common: ProcessMocks = {}, own: ProcessMocks = {}): ProcessMocks => ({
  jobs: { ...common.jobs, ...own.jobs },
  processes: { ...common.processes, ...own.processes },
  decisions: { ...common.decisions, ...own.decisions },
});

/**
 * Carries out one scenario in a process test of its own.
 *
 * @param options files, connectors and mocks as for `createProcessTest`, and the id of the process
 * @param scenario what is given, what happens, and what is expected then
 * @returns a promise that rejects with an `AssertionError` if the process does something else
 * @example
 * await runScenario({ resources: 'processes', process: 'order' }, {
 *   given: { mocks: { jobs: { charge: bpmnError('DECLINED') } } },
 *   expect: { completed: { at: 'EndDeclined' } },
 * });
 */
export const runScenario = async (options: ScenarioOptions, scenario: Scenario): Promise<void> => {
  checkScenario(options.process, scenario);
  const { process, tenantId = options.engine?.tenants?.[0], ...common } = options;
  const { given = {}, when, expect } = scenario;
  const begin = typeof given === 'function' ? given() : given;
  checkScenario(process, scenario, shapeProblem(check(startRule, begin, ['given'])));
  const { variables = {}, mocks, ...own } = begin;
  const processes = await createProcessTest(undefined, { ...common, ...own, mocks: mergeMocks(common.mocks, mocks) });
  try {
    const instance = await processes.start(process, variables, tenantId === undefined ? {} : { tenantId });
    await when?.(instance, processes);
    if (typeof expect === 'function') {
      await expect(instance, processes);
      return;
    }
    for (const name of checkNames) {
      if (expect[name] !== undefined) await checks[name](instance, expect[name] as never);
    }
  } finally {
    await processes.stop();
  }
};

/**
 * Registers one test for each path of a process, without repeating what they have in common.
 *
 * @param test the function of the test runner
 * @param options files, connectors and mocks as for `createProcessTest`, and the id of the process
 * @param table scenarios by the names of their tests
 * @throws a fault of kind `definition` for a scenario without expectations, or with an unknown one
 * @example
 * scenarios(test, { resources: 'processes', process: 'order', mocks: { jobs: { charge: {} } } }, {
 *   'a small order is paid': { given: { variables: { total: 1 } }, expect: { completed: { at: 'EndPlain' } } },
 *   'a big order is reviewed': { given: { variables: { total: 500 } }, expect: { waitsAt: ['Review'] } },
 *   'a declined card ends the order': {
 *     given: { mocks: { jobs: { charge: bpmnError('DECLINED') } } },
 *     expect: { completed: { at: 'EndDeclined' }, notPassed: ['Review'] },
 *   },
 * });
 */
export const scenarios = (
  test: RegisterTest,
  options: ScenarioOptions,
  table: Readonly<Record<string, Scenario>>,
): void => {
  for (const [name, scenario] of Object.entries(table)) checkScenario(name, scenario);
  for (const [name, scenario] of Object.entries(table)) test(name, () => runScenario(options, scenario));
};
