import type { Environment } from '../../../connection/settings/config.ts';
import type { OutboundMiddleware } from '../../../connector/types.ts';
import { toJson } from '../../../connector/values/json-text.ts';
import { redactAny } from '../../../runtime/secrets/redact-any.ts';
import { createRedactor } from '../../../runtime/secrets/redactor.ts';
import { findReferences } from '../../../runtime/secrets/references.ts';
import { secretNames } from '../../../runtime/secrets/secret-names.ts';
import { clusterSecretsOf } from '../cluster-secrets.ts';
import type { HostEvent } from '../session.ts';

/** A shorter secret is hidden only where the job refers to it: it would be found in any word. */
const leastLength = 4;

/** Of how many jobs in a second the values are reported: nobody reads more, and a busy connector must not become slower. */
const mostInSecond = 100;

/** Characters of JSON. */
const longest = 200_000;

/** The names of the secrets to which a value refers. Not recursive: variables may be deeper than the stack. */
const namesIn = (value: unknown): readonly string[] => {
  const names = new Set<string>();
  const left: unknown[] = [value];
  while (left.length > 0) {
    const each = left.pop();
    if (typeof each === 'string') for (const { name } of findReferences(each)) names.add(name);
    else if (typeof each === 'object' && each !== null) for (const part of Object.values(each)) left.push(part);
  }
  return [...names];
};

/** A value as plain data: functions and bytes are described, and very deep or large values are cut. */
const plain = (value: unknown, mask: (value: unknown) => unknown): unknown => {
  try {
    const json = toJson(mask(redactAny(value, { text: (text) => text, isSecret: () => false })));
    const { length } = JSON.stringify(json, (_key, each) => (typeof each === 'bigint' ? String(each) : each));
    return length > longest ? `(${length} characters of JSON)` : json;
  } catch {
    return '(It cannot be shown as JSON.)';
  }
};

/**
 * Creates what shows a value of a job without its secrets, whatever their length.
 *
 * @param env where the secrets are
 * @returns a function that returns `undefined` if it is not known which values are secrets
 * @example
 * const show = createValueView({ SECRET_TOKEN: 'abc' });
 * show({ token: 'abc' }, { token: '{{secrets.TOKEN}}' }); // { token: '***' }
 */
export const createValueView = (env: Environment): ((value: unknown, variables: unknown) => unknown) => {
  const secrets = clusterSecretsOf(env);
  const isKnown = secretNames(env) !== undefined;
  const long = Object.values(secrets).filter(({ length }) => length >= leastLength);
  return (value, variables) => {
    const names = namesIn(variables);
    if (names.length > 0 && !(isKnown && names.every((name) => Object.hasOwn(secrets, name)))) return undefined;
    const values = [...new Set([...long, ...names.map((name) => secrets[name] ?? '')])].filter((text) => text !== '');
    return plain(value, createRedactor(values, true).report);
  };
};

/** Middleware that reports the input of `run` and what it has returned, without secrets. */
export const reportValues = (env: Environment, emit: (event: HostEvent) => void): OutboundMiddleware => {
  const view = createValueView(env);
  const report: OutboundMiddleware = async (input, context, next) => {
    const { key: jobKey, variables } = context.job;
    const shown = view(input, variables);
    if (shown === undefined) return next(input, context);
    emit({ kind: 'job:input', jobKey, input: shown });
    const returned = await next(input, context);
    // A returned error is shown as one.
    if (!(returned instanceof Error)) emit({ kind: 'job:returned', jobKey, value: view(returned, variables) });
    return returned;
  };
  let second = 0;
  let reported = 0;
  // Not async: most jobs of a busy connector only pass through.
  return (input, context, next) => {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) [second, reported] = [now, 0];
    reported += 1;
    return reported > mostInSecond ? next(input, context) : report(input, context, next);
  };
};
