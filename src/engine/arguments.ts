import { fault } from '../common/fault.ts';
import {
  asList,
  checkOptions,
  isObject,
  isText,
  type Rule,
  type Rules,
  when,
  withFunctions,
} from '../connector/rules/arguments.ts';
import type { Rejection } from './machine/store/rejection.ts';
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

/**
 * Refuses options that no engine can have.
 *
 * @throws one fault of kind `configuration` that names everything wrong
 */
export const checkEngineOptions = (options: unknown): void => {
  const problems = isObject(options)
    ? checkOptions(options, optionRules)
    : ['expected an object of options, e.g. createEngine({ port: 26500 })'];
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

const text: Rule = when(isText, 'text that is not empty');

type Call = 'createInstance' | 'publishMessage';

interface Request {
  /** Zeebe's name of the command. */
  readonly intent: string;
  readonly required: readonly string[];
  readonly example: string;
  readonly rules: Rules;
}

const requests: Readonly<Record<Call, Request>> = {
  createInstance: {
    intent: 'CREATE',
    required: ['bpmnProcessId'],
    example: "{ bpmnProcessId: 'order', variables: { id: 7 } }",
    rules: {
      bpmnProcessId: text,
      version: when((value) => Number.isSafeInteger(value), 'a whole number; without it, the latest version'),
      variables,
    },
  },
  publishMessage: {
    intent: 'PUBLISH',
    required: ['name'],
    example: "{ name: 'paid', correlationKey: '7', variables: { total: 12 } }",
    rules: {
      name: text,
      correlationKey: when((value) => typeof value === 'string', 'text'),
      messageId: when((value) => typeof value === 'string', 'text'),
      timeToLive: when((value) => Number.isFinite(value) && (value as number) >= 0, 'milliseconds, 0 or more'),
      variables,
    },
  },
};

/**
 * Refuses what no engine can take as a request, before it reaches the machine.
 *
 * @throws one rejection (INVALID_ARGUMENT) that names everything wrong, as a cluster would refuse it
 */
export const checkRequest = (call: Call, request: unknown): void => {
  const { intent, required, example, rules } = requests[call];
  const problems = isObject(request)
    ? [
        ...required.filter((name) => request[name] === undefined).map((name) => `${name}: is missing`),
        ...checkOptions(request, rules),
      ]
    : [`expected an object, e.g. ${example}`];
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
