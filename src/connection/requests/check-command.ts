/** The commands that a program sends with `connection.send`. */
import { isObject } from '../../common/is-object.ts';
import { nearest } from '../../common/nearest-name.ts';
import { anyText, count, flag, text, wholeNumber } from '../../connector/rules/common-rules.ts';
import { asList, check, objectOf, type Rule, type Rules, when } from '../../connector/rules/rule-engine.ts';
import { connectionFault } from '../faults.ts';
import type { Command, ConnectionFault } from '../port.ts';

export const jsonText: Rule = when(
  (value) => typeof value === 'string',
  "JSON text such as '{}', from JSON.stringify(variables)",
);

/** The cluster decides about the sign: a failure with a strange back-off must still reach it. */
export const milliseconds: Rule = when(Number.isFinite, 'a number of milliseconds');

const anything: Rule = () => undefined;

const ofJob = { jobKey: text, leaseToken: anyText };

interface Form {
  readonly rules: Rules;
  readonly required: readonly string[];
}

/** What each kind of command consists of, besides its kind. */
const forms: Readonly<Record<Command['kind'], Form>> = {
  completeJob: { rules: { ...ofJob, variables: jsonText, result: anything }, required: ['jobKey', 'variables'] },
  failJob: {
    rules: { ...ofJob, retries: wholeNumber, backoff: milliseconds, message: anyText, variables: jsonText },
    required: ['jobKey', 'retries'],
  },
  throwError: {
    rules: { ...ofJob, code: anyText, message: anyText, variables: jsonText },
    required: ['jobKey', 'code'],
  },
  updateJobTimeout: { rules: { ...ofJob, timeout: milliseconds }, required: ['jobKey', 'timeout'] },
  updateJobPriority: { rules: { ...ofJob, priority: wholeNumber }, required: ['jobKey', 'priority'] },
  setVariables: {
    rules: { elementInstanceKey: text, local: flag, variables: jsonText },
    required: ['elementInstanceKey', 'variables'],
  },
  publishMessage: {
    rules: {
      name: anyText,
      correlationKey: anyText,
      messageId: anyText,
      timeToLive: count,
      variables: jsonText,
      tenantId: anyText,
    },
    required: ['name', 'correlationKey', 'timeToLive', 'variables'],
  },
};

const kinds = Object.keys(forms);

const ruleOf = (kind: string, { rules, required }: Form): Rule =>
  objectOf({ kind: anyText, ...rules }, { noun: `property of the command ${kind}`, required });

const ruleOfKind = new Map(Object.entries(forms).map(([kind, form]) => [kind, ruleOf(kind, form)]));

/** Advice for a command of no known kind, e.g. `{ PublishMessage: {} }`. */
const adviceFor = (command: unknown): string => {
  const words = isObject(command)
    ? [command.kind, ...Object.keys(command)].filter((word) => typeof word === 'string')
    : [];
  const kind = words.map((word) => nearest(word, kinds)).find((found) => found !== undefined);
  if (kind === undefined) return `pass e.g. { kind: 'publishMessage', name, … }. The kinds are ${kinds.join(', ')}.`;
  return `did you mean { kind: '${kind}', … }? It needs ${forms[kind as Command['kind']].required.join(', ')}.`;
};

/**
 * The error of a command that cannot be sent; `undefined` if it can. The text quotes no value.
 *
 * Every job is completed with a command, so the usual one costs three comparisons.
 *
 * @param address of the connection
 * @returns a fault with the reason `rejected` and the status `INVALID_ARGUMENT`
 */
export const commandFault = (command: Command, address: string): ConnectionFault | undefined => {
  const given = command as Partial<Extract<Command, { readonly kind: 'completeJob' }>> | null | undefined;
  if (given?.kind === 'completeJob' && typeof given.jobKey === 'string' && typeof given.variables === 'string')
    return undefined;
  const rule = ruleOfKind.get(given?.kind as string);
  const where = `send(command), ${address}`;
  if (rule === undefined) {
    return connectionFault('rejected', 'INVALID_ARGUMENT', {
      what: 'The command has no known kind. Nothing was sent.',
      where,
      fix: adviceFor(command),
    });
  }
  const problems = check(rule, command);
  if (problems.length === 0) return undefined;
  return connectionFault('rejected', 'INVALID_ARGUMENT', {
    what: `The command ${String(given?.kind)} is not valid. Nothing was sent.\n${asList(problems)}`,
    where,
    fix: 'correct these properties. Times are in milliseconds.',
  });
};
