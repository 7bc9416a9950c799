import { isObject } from '../common/is-object.ts';
import { settings } from '../connection/settings/definitions.ts';
import { isTenantId } from '../connection/tenants.ts';
import { flag, numberFrom, positiveCount, text } from '../connector/rules/common-rules.ts';
import {
  check,
  inTurn,
  isFunction,
  isText,
  objectOf,
  oneOf,
  type Rule,
  when,
  withFunctions,
} from '../connector/rules/rule-engine.ts';
import { sharedRules } from './execute/execute-outbound.ts';
import { defaultLimits } from './inbound/server/limits.ts';
import { localUrl, readPublicUrl, type ServerOptions } from './inbound/server/settings.ts';
import type { RuntimeOptions } from './options.ts';

const connectionFunctions = withFunctions('a connection as createConnection(…) gives it', [
  ...['topology', 'activateJobs', 'send', 'close'],
]);

/** Without a type, a configuration is known by its settings. They are checked when the runtime connects. */
const isConfiguration = (value: Readonly<Record<string, unknown>>): boolean =>
  value.type === undefined
    ? Object.keys(value).some((name) => name === 'camunda8' || Object.hasOwn(settings, name))
    : isText(value.type);

const connection: Rule = (value) => {
  if (isObject(value) && isFunction(value.activateJobs)) return connectionFunctions(value);
  return isObject(value) && isConfiguration(value)
    ? undefined
    : "expected a connection as createConnection(…) gives it, or a configuration such as { type: 'INSECURE', hostname: 'localhost' }";
};

/** Seconds. A shorter lease could end before a slow answer to its renewal arrives. */
const shortestLease = 1;

const tenantIds: Rule = when(
  (value) => Array.isArray(value) && value.length > 0 && value.every((id) => isText(id) && isTenantId(id)),
  'a list of ids of tenants, each of at most 31 letters, digits, ".", "-" and "_"',
);

/** Checks that the two options about tenants fit together. */
const checkTenants = (options: RuntimeOptions): readonly string[] => {
  const hasIds = options.tenantIds !== undefined;
  if (options.tenantFilter === 'ASSIGNED' && hasIds) {
    return ['tenantIds: has no effect with the tenantFilter ASSIGNED; remove one of them'];
  }
  if (options.tenantFilter === 'PROVIDED' && !hasIds) {
    return ["tenantFilter: PROVIDED needs tenantIds, e.g. tenantIds: ['finance', 'sales']"];
  }
  return [];
};

const publicUrl: Rule = inTurn(text, (value) => {
  if (value === localUrl) return undefined;
  const read = readPublicUrl(value as string);
  return 'problem' in read ? read.problem : undefined;
});

const serverRules: Readonly<Record<keyof ServerOptions, Rule>> = {
  port: when(
    (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
    'a port, from 0 to 65535',
  ),
  host: text,
  publicUrl,
  callbackKeys: text,
  health: flag,
  callerTrace: oneOf('continue', 'link', 'ignore'),
  maxRequests: positiveCount,
  maxConnections: positiveCount,
  maxWaiting: positiveCount,
};

const fittingWaiting: Rule = (value) => {
  const { maxWaiting = 0, maxRequests = defaultLimits.maxRequests } = value as ServerOptions;
  const text = `must be at most maxRequests, which is ${maxRequests}: a call that waits is one of these requests`;
  return maxWaiting > maxRequests ? [{ path: ['maxWaiting'], text }] : undefined;
};

const server: Rule = inTurn(
  objectOf(serverRules, { expected: 'an object, e.g. { port: 8085 }', noun: 'option of server' }),
  fittingWaiting,
);

/** The lists of connectors and the connectors in them have their own checks. */
const elsewhere: Rule = () => undefined;

const runtimeRules: Readonly<Record<keyof RuntimeOptions, Rule>> = {
  outbound: elsewhere,
  inbound: elsewhere,
  server,
  connection,
  tenantIds,
  tenantFilter: oneOf('PROVIDED', 'ASSIGNED'),
  logger: sharedRules.logger,
  maxJobs: positiveCount,
  streaming: flag,
  workerName: text,
  signals: flag,
  drainTimeout: numberFrom(0, 'a number of seconds'),
  secrets: sharedRules.secrets,
  secretFilter: sharedRules.secretFilter,
  redactResults: sharedRules.redactResults,
  use: sharedRules.use,
  subscriptions: oneOf('durable', 'memory'),
  maxSubscriptions: positiveCount,
  lease: numberFrom(shortestLease, 'a number of seconds'),
  scheduler: withFunctions('a scheduler such as createMemoryScheduler() gives', [
    ...['start', 'add', 'subscriptions', 'stop'],
  ]),
  clock: sharedRules.clock,
};

const runtimeOptions = objectOf(runtimeRules, {
  expected: 'an object of options, e.g. createRuntime({ outbound: [log] })',
  noun: 'option',
});

/**
 * Everything wrong with the options of a runtime except for its connectors, one line per problem.
 *
 * @example
 * checkRuntimeOptions({ outbound: [log], maxJob: 3 }); // ['maxJob: unknown option. Did you mean maxJobs?']
 */
export const checkRuntimeOptions = (options: unknown): readonly string[] => [
  ...check(runtimeOptions, options),
  ...(isObject(options) ? checkTenants(options) : []),
];
