/** The requests that a program makes with the functions of a connection, other than `send`. */
import { isObject } from '../../common/is-object.ts';
import { anyText, flag, text, wholeNumber } from '../../connector/rules/common-rules.ts';
import { asList, check, objectOf, type Rule, when } from '../../connector/rules/rule-engine.ts';
import { connectionFault } from '../faults.ts';
import type { ActivateRequest, ConnectionFault, CorrelateRequest, CreateInstanceRequest, Resource } from '../port.ts';
import { jsonText, milliseconds } from './check-command.ts';

type RulesFor<Request> = Readonly<Record<keyof Request, Rule>>;

const texts = when(
  (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  'a list of texts',
);

const instance: RulesFor<CreateInstanceRequest> = {
  ...{ bpmnProcessId: text, version: wholeNumber, variables: jsonText },
  ...{ tags: texts, businessId: anyText, tenantId: anyText },
};

const activation: RulesFor<ActivateRequest> = {
  ...{ type: anyText, worker: anyText, timeout: milliseconds, maxJobs: wholeNumber, requestTimeout: milliseconds },
  ...{ fetchVariables: texts, withLease: flag, tenantIds: texts },
  tenantFilter: when((value) => value === 'PROVIDED' || value === 'ASSIGNED', 'PROVIDED or ASSIGNED'),
};

const correlation: RulesFor<CorrelateRequest> = {
  ...{ name: anyText, correlationKey: anyText, variables: jsonText, tenantId: anyText },
};

const isResource = (value: unknown): value is Resource =>
  isObject(value) && typeof value.name === 'string' && value.content instanceof Uint8Array;

interface Form {
  readonly rule: Rule;
  /** The argument as the documentation calls it. */
  readonly argument: string;
  readonly fix: string;
}

const times = 'correct these properties. Times are in milliseconds.';

/** The functions whose requests are checked. */
type CheckedCall = 'createInstance' | 'deploy' | 'activateJobs' | 'correlateMessage';

const forms: Readonly<Record<CheckedCall, Form>> = {
  createInstance: {
    argument: 'request',
    rule: objectOf(instance, {
      ...{ expected: `an object, e.g. { bpmnProcessId: 'order', variables: '{"id":7}' }`, noun: 'property' },
      required: ['bpmnProcessId'],
    }),
    fix: "correct these properties, e.g. { bpmnProcessId: 'order', variables: JSON.stringify({ id: 7 }) }.",
  },
  deploy: {
    argument: 'resources',
    rule: when(
      (value) => Array.isArray(value) && value.every(isResource),
      "a list of files, each { name: 'order.bpmn', content: bytes }",
    ),
    fix: "pass the bytes of each file, e.g. [{ name: 'order.bpmn', content: await readFile('order.bpmn') }]; of a text, Buffer.from(text).",
  },
  activateJobs: {
    argument: 'request',
    rule: objectOf(activation, {
      expected: "an object, e.g. { type: 'pack', worker: 'me', timeout: 60_000, maxJobs: 10, requestTimeout: 10_000 }",
      noun: 'property',
      required: ['type', 'worker', 'timeout', 'maxJobs', 'requestTimeout'],
    }),
    fix: times,
  },
  correlateMessage: {
    argument: 'request',
    rule: objectOf(correlation, {
      expected: "an object, e.g. { name: 'paid', correlationKey: '7', variables: '{}' }",
      noun: 'property',
      required: ['name', 'correlationKey', 'variables'],
    }),
    fix: "correct these properties, e.g. { name: 'paid', correlationKey: '7', variables: '{}' }.",
  },
};

/**
 * Checks a request before it is sent. The text quotes no value.
 *
 * @param call the function of the connection
 * @param address of the connection
 * @returns a fault with the reason `rejected` and the status `INVALID_ARGUMENT` that names every problem; `undefined`: there is none
 */
export const requestFault = (call: CheckedCall, request: unknown, address: string): ConnectionFault | undefined => {
  const { rule, argument, fix } = forms[call];
  const problems = check(rule, request);
  if (problems.length === 0) return undefined;
  return connectionFault('rejected', 'INVALID_ARGUMENT', {
    what: `The ${argument} of ${call} cannot be sent:\n${asList(problems)}`,
    where: `${call}(${argument}), ${address}`,
    fix,
  });
};

/** Throws the fault of a request, see {@link requestFault}. */
export const checkRequest = (call: CheckedCall, request: unknown, address: string): void => {
  const refused = requestFault(call, request, address);
  if (refused !== undefined) throw refused;
};
