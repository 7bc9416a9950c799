/** Assertions about variables, user tasks and decisions. */
import { isDeepStrictEqual } from 'node:util';
import { isFault } from '../../../common/fault.ts';
import type { Variables } from '../../../engine/machine/types.ts';
import { compileExpression } from '../../../feel/index.ts';
import { printJson } from '../../state/print-json.ts';
import { refuse } from '../refuse.ts';
import type { SeenState, SeenUserTask, Sight } from '../sight.ts';
import type { Instruction } from '../types.ts';
import { variablesOf } from '../variables.ts';
import {
  fail,
  otherUserTasks,
  recordsOf,
  selectElementBy,
  selectInstance,
  selectorIn,
  selectUserTask,
} from './select.ts';

interface Scope {
  readonly variables: Variables;
  /** Where the variables are, for messages. */
  readonly place: string;
}

/** The variables that an assertion means: those of the instance, or those of the oldest instance of an element. */
const scopeOf = (sight: Sight, state: SeenState, instruction: Instruction): Scope => {
  if (instruction.elementSelector === undefined) return { variables: state.instance.variables, place: '' };
  const element = selectElementBy(state.process, selectorIn(instruction, 'elementSelector'));
  const [record] = recordsOf(state, element);
  if (record === undefined) return fail(sight, state, `to have variables at ${element.text}`, 'has not entered it');
  return { variables: sight.variablesOf(record.key), place: ` at ${element.text}` };
};

/** Where else a variable is, for a failure. */
const elsewhere = (state: SeenState, name: string): string => {
  const local = state.locals.find(({ variables }) => Object.hasOwn(variables, name));
  return local === undefined ? '' : `; it is a variable of ${local.elementId}, which elementSelector can name`;
};

/** ASSERT_VARIABLES */
export const assertVariables = (sight: Sight, instruction: Instruction): void => {
  const state = selectInstance(sight, instruction);
  const { variables, place } = scopeOf(sight, state, instruction);
  const names = (instruction.variableNames ?? []) as readonly string[];
  const expected = variablesOf(instruction.variables);
  const missing = (name: string): string => `has no variable ${name}${place}${elsewhere(state, name)}`;
  const problems = [
    ...names.filter((name) => !Object.hasOwn(variables, name)).map(missing),
    ...Object.entries(expected).flatMap(([name, value]) => {
      if (!Object.hasOwn(variables, name)) return [`${missing(name)} (expected ${printJson(value)})`];
      if (isDeepStrictEqual(variables[name], value)) return [];
      return [`has ${name} = ${printJson(variables[name])} (expected ${printJson(value)})`];
    }),
  ];
  if (problems.length === 0) return;
  const all = [...new Set([...names, ...Object.keys(expected)])].join(', ');
  fail(sight, state, `to have the variables ${all}${place}`, problems.join(', and '));
};

/** ASSERT_VARIABLE */
export const assertVariable = (sight: Sight, instruction: Instruction): void => {
  const state = selectInstance(sight, instruction);
  const { variables, place } = scopeOf(sight, state, instruction);
  const name = instruction.variableName as string;
  if (!Object.hasOwn(variables, name)) {
    fail(sight, state, `to have the variable ${name}${place}`, `has none${elsewhere(state, name)}`);
  }
  const expression = instruction.satisfiesExpression as string | undefined;
  if (expression === undefined) return;
  const visible: Readonly<Record<string, unknown>> = { ...state.instance.variables, ...variables };
  let result: unknown;
  try {
    const lookup = (wanted: string): unknown => (Object.hasOwn(visible, wanted) ? visible[wanted] : undefined);
    result = compileExpression(expression).evaluate(lookup, { now: sight.now });
  } catch (error) {
    if (!isFault(error)) throw error;
    refuse(`The expression ${JSON.stringify(expression)} cannot be evaluated: ${error.message}`);
  }
  if (result === true) return;
  const found = `is ${printJson(result)}, and ${name} is ${printJson(variables[name])}`;
  fail(sight, state, `to satisfy ${expression}`, `does not: the result ${found}`);
};

const userTaskStates = { IS_CREATED: 'CREATED', IS_COMPLETED: 'COMPLETED', IS_CANCELED: 'CANCELED' } as const;

const isSameTime = (first: unknown, second: unknown): boolean =>
  first === second || (typeof first === 'string' && Date.parse(first) === Date.parse(String(second)));

const isSameSet = (first: unknown, second: unknown): boolean =>
  isDeepStrictEqual([...(first as readonly string[])].sort(), [...(second as readonly string[])].sort());

/** The fields of a user task that an assertion can name, and how they are compared. */
const userTaskFields: Readonly<
  Record<string, readonly [name: keyof SeenUserTask, isSame: (found: unknown, expected: unknown) => boolean]>
> = {
  assignee: ['assignee', Object.is],
  candidateGroups: ['candidateGroups', isSameSet],
  priority: ['priority', Object.is],
  elementId: ['elementId', Object.is],
  name: ['name', Object.is],
  dueDate: ['dueDate', isSameTime],
  followUpDate: ['followUpDate', isSameTime],
};

/** ASSERT_USER_TASK */
export const assertUserTask = (sight: Sight, instruction: Instruction): void => {
  const tasks = sight.userTasks();
  const task = selectUserTask(tasks, instruction, 'user task');
  const wanted = instruction.state;
  const differences: string[] = [];
  if (wanted !== undefined && userTaskStates[wanted as keyof typeof userTaskStates] !== task.state) {
    differences.push(`state is ${task.state} (expected ${String(wanted)})`);
  }
  for (const [field, [name, isSame]] of Object.entries(userTaskFields)) {
    const expected = instruction[field];
    if (expected === undefined || isSame(task[name], expected)) continue;
    differences.push(`${field} is ${printJson(task[name])} (expected ${printJson(expected)})`);
  }
  if (differences.length === 0) return;
  const state = sight.stateOf(task.processInstanceKey);
  const found = `has another one: ${differences.join(', ')}`;
  fail(sight, state, `to have such a user task ${task.elementId}`, found, otherUserTasks(tasks, instruction, task));
};

/** ASSERT_DECISION */
export const assertDecision = (sight: Sight, instruction: Instruction): void => {
  const { decisionDefinitionId, decisionDefinitionName } = selectorIn(instruction, 'decisionSelector');
  const evaluated = sight.decisions();
  const fitting = evaluated.filter(
    ({ decisionId, decisionName }) =>
      (decisionDefinitionId === undefined || decisionDefinitionId === decisionId) &&
      (decisionDefinitionName === undefined || decisionDefinitionName === decisionName),
  );
  const [found] = fitting;
  const subject = `the decision ${JSON.stringify(decisionDefinitionId ?? decisionDefinitionName)}`;
  if (found === undefined) {
    const others = [...new Set(evaluated.map(({ decisionId }) => decisionId))].join(', ');
    refuse(`Expected ${subject} to be evaluated, but ${others === '' ? 'none' : `only ${others}`} was.`);
  }
  if (found.state === 'FAILED') refuse(`Expected ${subject} to yield a result, but it failed: ${found.failureMessage}`);
  const matched = found.matchedRules.map(({ ruleIndex }) => ruleIndex);
  const rules = [
    matched.length === 0 ? 'it matched no rule' : `it matched the rules ${matched.join(', ')}`,
    fitting.length === 1 ? '' : ` (this is the first of ${fitting.length} evaluations)`,
  ].join('');
  if ('output' in instruction) {
    const expected = (variablesOf({ output: instruction.output }) as { readonly output: unknown }).output;
    if (!isDeepStrictEqual(found.output, expected)) {
      refuse(
        `Expected ${subject} to yield ${printJson(expected)}, but it yielded ${printJson(found.output)}; ${rules}.`,
      );
    }
  }
  const { matchedRules = [], notMatchedRules = [], noMatchedRules } = instruction;
  const missing = (matchedRules as readonly number[]).filter((rule) => !matched.includes(rule));
  if (missing.length > 0) refuse(`Expected ${subject} to match the rules ${missing.join(', ')}, but ${rules}.`);
  const extra = (notMatchedRules as readonly number[]).filter((rule) => matched.includes(rule));
  if (extra.length > 0) refuse(`Expected ${subject} not to match the rules ${extra.join(', ')}, but ${rules}.`);
  if (noMatchedRules === true && matched.length > 0) refuse(`Expected ${subject} to match no rule, but ${rules}.`);
};
