import { fault } from '../common/fault.ts';
import { isObject } from '../common/is-object.ts';
import { anyText, numberFrom, text, wholeNumber } from '../connector/rules/common-rules.ts';
import { asList, check, isText, objectOf, type Rule, when, withFunctions } from '../connector/rules/rule-engine.ts';
import type { Rejection } from './machine/rejection.ts';
import type { EngineOptions, ResourceInput } from './types.ts';

const fix = 'correct what is named above.';

const isObjectWith = (value: unknown, list: string): boolean => isObject(value) && Array.isArray(value[list]);

const optionRules: Readonly<Record<keyof EngineOptions, Rule>> = {
  port: when(
    (value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
    'a whole number from 0 to 65535',
  ),
  clock: withFunctions('a clock as createTestClock() gives it', ['now', 'advance', 'onAdvance']),
  snapshot: when((value) => isObjectWith(value, 'resources'), 'what engine.snapshot() gave'),
};

const engineOptions = objectOf(optionRules, {
  expected: 'an object of options, e.g. createEngine({ port: 26500 })',
  noun: 'option',
});

/**
 * Refuses options that no engine can have.
 *
 * @throws one fault of kind `configuration` that names everything wrong
 */
export const checkEngineOptions = (options: unknown): void => {
  const problems = check(engineOptions, options);
  if (problems.length === 0) return;
  const what = `The embedded engine cannot be made:\n${asList(problems)}`;
  throw fault('configuration', { what, where: 'createEngine(options)', fix });
};

const isResource = (value: unknown): value is ResourceInput => {
  if (typeof value === 'string') return isText(value);
  if (!isObject(value) || !isText(value.name)) return false;
  return typeof value.content === 'string' || value.content instanceof Uint8Array;
};

/**
 * What of a deployment is neither a path nor a name with its content, as one line for each.
 *
 * @param inputs the list of resources
 */
export const checkResources = (inputs: readonly unknown[]): readonly string[] =>
  inputs.flatMap((input, index) =>
    isResource(input)
      ? []
      : [`item ${index}: expected the path of a file or folder, or { name, content } with text or bytes as content`],
  );

/** The machine checks the variables themselves, by name. */
const variables: Rule = when(isObject, 'an object of variables by name');

type Call = 'createInstance' | 'publishMessage';

interface Request {
  /** Zeebe's name of the command. */
  readonly intent: string;
  readonly rule: Rule;
}

const requests: Readonly<Record<Call, Request>> = {
  createInstance: {
    intent: 'CREATE',
    rule: objectOf(
      { bpmnProcessId: text, version: wholeNumber, variables },
      {
        expected: "an object, e.g. { bpmnProcessId: 'order', variables: { id: 7 } }",
        noun: 'option',
        required: ['bpmnProcessId'],
      },
    ),
  },
  publishMessage: {
    intent: 'PUBLISH',
    rule: objectOf(
      {
        name: text,
        correlationKey: anyText,
        messageId: anyText,
        timeToLive: numberFrom(0, 'a number of milliseconds'),
        variables,
      },
      {
        expected: "an object, e.g. { name: 'paid', correlationKey: '7', variables: { total: 12 } }",
        noun: 'option',
        required: ['name'],
      },
    ),
  },
};

/**
 * Refuses what no engine can take as a request, before it reaches the machine.
 *
 * @throws one rejection (INVALID_ARGUMENT) that names everything wrong, as a cluster would refuse it
 */
export const checkRequest = (call: Call, request: unknown): void => {
  const { intent, rule } = requests[call];
  const problems = check(rule, request);
  if (problems.length === 0) return;
  const reason = `Expected another request:\n${asList(problems)}`;
  const what = `Command '${intent}' rejected with code 'INVALID_ARGUMENT': ${reason}`;
  const rejection: Rejection = fault(
    'rejection',
    { what, where: `engine.${call}(…)`, fix },
    { code: 'INVALID_ARGUMENT' as const, intent, reason },
  );
  throw rejection;
};
