import { fault } from '../common/fault.ts';
import { isObject } from '../common/is-object.ts';
import { anyText, callback, flag, positiveCount, text } from '../connector/rules/common-rules.ts';
import {
  asList,
  check,
  inTurn,
  isText,
  listOf,
  mapOf,
  objectOf,
  type Rule,
  type Rules,
  when,
} from '../connector/rules/rule-engine.ts';
import { callbackCallRule, callbackRule } from './calls/rules.ts';

/** What the checks of a process instance accept: a check that ignores a misspelt option would pass whatever happens. */

const any: Rule = () => undefined;

const element: Rule = (value) =>
  isObject(value)
    ? objectOf({ name: text }, { noun: 'field', required: ['name'] })(value)
    : when(isText, 'the id of an element, or { name: … } for the name in the diagram')(value);

/** One element at least, because a list without elements checks nothing. */
export const elementList: Rule = listOf(element, "a list of elements, one or more, e.g. ['Pay']", 1);

const elementOrList: Rule = (value) => (Array.isArray(value) ? elementList : element)(value);

/** One variable at least, for the same reason. */
export const someVariables: Rule = inTurn(
  mapOf(any, 'an object of variables by name, e.g. { total: 3 }'),
  when(
    (value) => Object.keys(value as object).length > 0,
    'at least one variable',
    () => 'none',
  ),
);

/** How an instance ends. */
export const endRule: Rule = objectOf(
  { at: elementOrList, variables: someVariables },
  { expected: "an object such as { at: 'EndPaid' }", noun: 'option' },
);

/** What an incident is. */
export const incidentRule: Rule = objectOf(
  {
    at: element,
    type: text,
    message: when(
      (value) => isText(value) || value instanceof RegExp,
      'text that is not empty, or a regular expression',
    ),
  },
  { expected: "an object such as { at: 'Pay' }", noun: 'option' },
);

const decisionRule: Rule = objectOf(
  { output: any, rules: listOf(positiveCount, 'a list of one number of a rule or more, e.g. [1]', 1) },
  { expected: 'an object such as { output: 0.1 }', noun: 'option' },
);

const jobRule: Rule = objectOf(
  { type: text, at: element },
  { expected: "an object such as { type: 'charge' } or { at: 'Pay' }", noun: 'option' },
);

const assignee: Rule = when((value) => value === null || isText(value), 'the name of a user, or null for nobody');

const userTaskRule: Rule = (value) =>
  typeof value === 'string'
    ? element(value)
    : objectOf(
        { at: element, assignee },
        { expected: "the id of an element, or an object such as { assignee: 'Zee' }", noun: 'option' },
      )(value);

const place: Rule = objectOf({ at: element }, { expected: "an object such as { at: 'Pay' }", noun: 'option' });

const checkOptions: Rule = objectOf({ skip: flag }, { expected: 'an object such as { skip: true }', noun: 'option' });

/** The checks that take any number of elements. */
type ListCheck = 'passed' | 'notPassed' | 'waitsAt';

/** The checks of a process instance. */
export type CheckName =
  | ListCheck
  | ('completed' | 'terminated' | 'waitsForMessage' | 'received' | 'variables' | 'incident' | 'noIncident' | 'decided')
  | ('job' | 'userTask' | 'check' | 'call');

interface ArgumentRules {
  /** By the names of the arguments, in their order. */
  readonly rules: Rules;
  readonly required?: readonly string[];
}

const message: ArgumentRules = { rules: { name: text, correlationKey: anyText }, required: ['name'] };

const argumentRules: Readonly<Record<Exclude<CheckName, ListCheck>, ArgumentRules>> = {
  completed: { rules: { expected: endRule } },
  terminated: { rules: {} },
  waitsForMessage: message,
  received: message,
  variables: { rules: { expected: someVariables, options: place }, required: ['expected'] },
  incident: { rules: { expected: incidentRule } },
  noIncident: { rules: {} },
  decided: { rules: { decisionId: text, expected: decisionRule }, required: ['decisionId'] },
  job: { rules: { selector: jobRule } },
  userTask: { rules: { selector: userTaskRule } },
  check: { rules: { check: callback, rules: checkOptions }, required: ['check'] },
  call: { rules: { callback: callbackRule, request: callbackCallRule }, required: ['callback'] },
};

const problemsOf = (name: CheckName, given: readonly unknown[]): readonly string[] => {
  if (name === 'passed' || name === 'notPassed' || name === 'waitsAt') {
    return check(
      given.length === 0
        ? when(
            () => false,
            'one element or more',
            () => 'none',
          )
        : elementList,
      given,
    );
  }
  const { rules, required = [] } = argumentRules[name];
  const names = Object.keys(rules);
  const named = Object.fromEntries(names.map((each, index) => [each, given[index]]));
  const wrong = check(objectOf(rules, { required }), named);
  if (given.length <= names.length || given.slice(names.length).every((each) => each === undefined)) return wrong;
  const taken = names.length === 0 ? 'no arguments' : `no arguments after ${names.join(', ')}`;
  return [...wrong, `the check takes ${taken}, but got ${given.length}`];
};

/**
 * Checks what a test passes to a check.
 *
 * @param given the arguments in their order
 * @param where the call, e.g. `completed(…)`
 * @throws a fault of kind `definition` that names everything that is wrong with them
 */
export const checkArguments = (name: CheckName, given: readonly unknown[], where = `${name}(…)`): void => {
  const problems = problemsOf(name, given);
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `The check cannot be made:\n${asList(problems)}`,
    where,
    fix: 'correct what is listed above.',
  });
};

/**
 * Checks what a check of the test's own has returned.
 *
 * @throws a fault of kind `definition` if it is not a result
 */
export const checkOwnResult = (result: unknown): void => {
  const problems = check(
    objectOf(
      { pass: flag, message: callback, final: flag },
      { expected: 'an object { pass, message }', required: ['pass', 'message'], open: true },
    ),
    result,
  );
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `The function has returned no result of a check:\n${asList(problems)}`,
    where: 'check(…)',
    fix: "return { pass: true or false, message: () => 'what is expected, and what is the case' }.",
  });
};
