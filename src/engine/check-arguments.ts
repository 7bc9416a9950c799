import { fault } from '../common/fault.ts';
import { isObject } from '../common/is-object.ts';
import { parsePort } from '../common/port.ts';
import { anyText, callback, flag, numberFrom, text, wholeNumber } from '../connector/rules/common-rules.ts';
import { asList, check, isText, objectOf, type Rule, when, withFunctions } from '../connector/rules/rule-engine.ts';
import { tenantProblem } from './gateway/tenants.ts';
import type { Rejection } from './machine/rejection.ts';
import { defaultTenant } from './machine/tenants.ts';
import { clusterVersions } from './model/cluster-version.ts';
import type { EngineOptions } from './options.ts';

const fix = 'correct the values above.';

const isObjectWith = (value: unknown, list: string): boolean => isObject(value) && Array.isArray(value[list]);

/** Text is iterable as well, but no list of parts. */
const isIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value);

const port: Rule = when(
  (value) => typeof value === 'number' && parsePort(value, 0) !== undefined,
  'an integer from 0 to 65535',
);

const optionRules: Readonly<Record<keyof EngineOptions, Rule>> = {
  port,
  restPort: port,
  searchDelay: numberFrom(0, 'a number of milliseconds'),
  keepEnded: when((value) => Number.isSafeInteger(value) && Number(value) >= 1, 'an integer of at least 1'),
  clock: withFunctions('a clock of createTestClock()', ['now', 'advance', 'onAdvance']),
  snapshot: when(
    (value) => isObjectWith(value, 'resources') || isIterable(value),
    'a result of engine.snapshot(), or the parts of engine.snapshotParts()',
  ),
  version: when(
    (value) => clusterVersions.some((version) => version === value),
    `one of the texts ${clusterVersions.join(', ')}`,
  ),
  seed: when((value) => Number.isSafeInteger(value) && Number(value) >= 0, 'a safe integer of at least 0'),
  tenants: when(
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((id) => isText(id) && tenantProblem(id) === undefined),
    'a list of tenant ids, each of at most 31 letters, digits, ".", "-" and "_"',
  ),
  clusterVariables: when(isObject, 'an object of variables by name'),
  clusterSecrets: when(
    (value) => isObject(value) && Object.values(value).every((secret) => typeof secret === 'string'),
    'an object of texts by name',
  ),
  secretVariables: when(
    (value) => Array.isArray(value) && value.every((name) => isText(name)),
    'a list of names of cluster variables',
  ),
  tenantVariables: when(
    (value) => isObject(value) && Object.values(value).every(isObject),
    'an object of variables by name for each tenant',
  ),
  uniqueBusinessIds: flag,
  warn: callback,
};

const engineOptions = objectOf(optionRules, {
  expected: 'an object of options, e.g. createEngine({ port: 26500 })',
  noun: 'option',
});

/** Variables of a tenant that does not exist would have no effect. */
const unknownTenants = ({ tenants = [defaultTenant], tenantVariables = {} }: EngineOptions): readonly string[] =>
  Object.keys(tenantVariables)
    .filter((id) => !tenants.includes(id))
    .map((id) => `tenantVariables: there is no tenant ${JSON.stringify(id)}; expected ${tenants.join(', ')}`);

/**
 * Checks the options of an engine.
 *
 * @throws a fault of kind `configuration` that names all problems
 */
export const checkEngineOptions = (options: unknown): void => {
  const invalid = check(engineOptions, options);
  const problems = invalid.length > 0 ? invalid : unknownTenants(options as EngineOptions);
  if (problems.length === 0) return;
  const what = `The embedded engine cannot be created:\n${asList(problems)}`;
  throw fault('configuration', { what, where: 'createEngine(options)', fix });
};

/** The machine checks the values of the variables. */
const variables: Rule = when(isObject, 'an object of variables by name');

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'string');

/** A list of instructions, each with the id of an element. The machine checks whether the element exists. */
const instructions = (field: string): Rule =>
  when(
    (value) => Array.isArray(value) && value.every((item) => isObject(item) && typeof item[field] === 'string'),
    `a list of instructions, each { ${field}: 'id of an element' }`,
  );

/** The machine checks what the instructions name. */
const objects: Rule = when((value) => Array.isArray(value) && value.every(isObject), 'a list of instructions');

type Call = 'createInstance' | 'modifyInstance' | 'migrateInstance' | 'publishMessage' | 'evaluateDecision';

interface Request {
  /** Zeebe's name of the command. */
  readonly intent: string;
  readonly rule: Rule;
}

const requests: Readonly<Record<Call, Request>> = {
  createInstance: {
    intent: 'CREATE',
    rule: objectOf(
      {
        bpmnProcessId: text,
        version: wholeNumber,
        variables,
        startInstructions: instructions('elementId'),
        runtimeInstructions: instructions('terminateAfterElementId'),
        tenantId: anyText,
        tags: when(isTexts, 'a list of texts'),
        businessId: anyText,
      },
      {
        expected: "an object, e.g. { bpmnProcessId: 'order', variables: { id: 7 } }",
        noun: 'option',
        required: ['bpmnProcessId'],
      },
    ),
  },
  evaluateDecision: {
    intent: 'EVALUATE',
    rule: objectOf(
      { decisionId: text, decisionKey: text, variables, tenantId: anyText },
      { expected: "an object, e.g. { decisionId: 'dish', variables: { season: 'Winter' } }", noun: 'option' },
    ),
  },
  modifyInstance: {
    intent: 'MODIFY',
    rule: objectOf(
      { activate: objects, terminate: objects, move: objects },
      { expected: "an object, e.g. { activate: [{ elementId: 'pay' }] }", noun: 'option' },
    ),
  },
  migrateInstance: {
    intent: 'MIGRATE',
    rule: objectOf(
      { targetProcessDefinitionKey: text, mappingInstructions: objects },
      {
        expected: "an object, e.g. { targetProcessDefinitionKey: '2251799813685249', mappingInstructions: [] }",
        noun: 'option',
        required: ['targetProcessDefinitionKey', 'mappingInstructions'],
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
        tenantId: anyText,
        businessId: anyText,
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
 * Checks a request before it reaches the machine.
 *
 * @throws a rejection (INVALID_ARGUMENT), as from a cluster, that names all problems
 */
export const checkRequest = (call: Call, request: unknown): void => {
  const { intent, rule } = requests[call];
  const problems = check(rule, request);
  if (problems.length === 0) return;
  const reason = `Expected a valid request:\n${asList(problems)}`;
  const what = `Command '${intent}' rejected with code 'INVALID_ARGUMENT': ${reason}`;
  const rejection: Rejection = fault(
    'rejection',
    { what, where: `engine.${call}(…)`, fix },
    { code: 'INVALID_ARGUMENT' as const, intent, reason },
  );
  throw rejection;
};

const fixes = {
  on: 'pass a listener: engine.on((event) => console.log(event.kind)).',
  next: "pass a test: engine.next((event) => event.kind === 'instance:completed').",
};

/**
 * Checks a function that the engine calls with events. Otherwise a listener that is not a function would never be
 * called, in silence, and a test that is not one would fail with the first event, far from its call.
 *
 * @throws a fault of kind `configuration`
 */
export const checkEventFunction = (call: 'on' | 'next', given: unknown): void => {
  if (typeof given === 'function') return;
  throw fault('configuration', {
    what: `The argument of engine.${call}(…) must be a function of an event.`,
    where: `engine.${call}(…)`,
    fix: fixes[call],
  });
};
