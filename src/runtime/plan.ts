import { checkConnector } from '../connector/check.ts';
import { fault } from '../connector/fault.ts';
import type { AnyInboundConnector, AnyOutbound, OutboundMiddleware } from '../connector/types.ts';
import { activationType } from './activation.ts';
import type { RuntimeOptions } from './options.ts';
import { envSecrets } from './secrets/environment.ts';
import type { SecretSettings } from './secrets/types.ts';

/** The options, checked and complete. Times in milliseconds. */
export interface Plan {
  readonly outbound: readonly AnyOutbound[];
  readonly inbound: ReadonlyMap<string, AnyInboundConnector>;
  /** Places for jobs by job type, the built-in task's included. */
  readonly limits: ReadonlyMap<string, number>;
  readonly maxJobs: number;
  readonly workerName: string;
  readonly drainTimeout: number;
  readonly subscriptions: 'durable' | 'memory';
  /** Most subscriptions of one connector. */
  readonly maxSubscriptions: number;
  readonly lease: number;
  /** Have jobs pushed. */
  readonly streaming: boolean;
  readonly secrets: SecretSettings;
  readonly use: readonly OutboundMiddleware[];
}

/** Activations handled at once: each takes a moment only. */
const activationPlaces = 32;

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

const checkList = (list: unknown, option: 'outbound' | 'inbound'): readonly string[] => {
  if (!Array.isArray(list)) return [`${option}: expected a list of connectors`];
  return list.flatMap((connector: unknown, index) => {
    const place = `${option}[${index}]`;
    const problems = checkConnector(connector);
    if (problems.length > 0) return problems.map((problem) => `${place}: ${problem}`);
    return (connector as { readonly kind: string }).kind === option
      ? []
      : [`${place}: expected an ${option} connector, but got one of the other kind; move it to the other list`];
  });
};

/** Says which values occur more than once, with all their places. */
const duplicates = (list: unknown, option: 'outbound' | 'inbound', property: 'type' | 'name'): readonly string[] => {
  if (!Array.isArray(list)) return [];
  const places = new Map<string, number[]>();
  list.forEach((connector: unknown, index) => {
    const value = (connector as Record<string, unknown> | null | undefined)?.[property];
    if (isText(value)) places.set(value, [...(places.get(value) ?? []), index]);
  });
  return [...places]
    .filter(([, indexes]) => indexes.length > 1)
    .map(([value, indexes]) => {
      const where = indexes.map((index) => `${option}[${index}]`).join(' and ');
      return `${where}: have the same ${property} ${JSON.stringify(value)}; rename one, or take it out of the list`;
    });
};

/** Seconds; a shorter lease could be over before a slow answer to its renewal is here. */
const shortestLease = 1;

const checkSettings = (options: RuntimeOptions): readonly string[] => {
  const { maxJobs, drainTimeout, workerName, subscriptions, maxSubscriptions, lease, streaming } = options;
  const problems: string[] = [];
  if (maxJobs !== undefined && !(Number.isSafeInteger(maxJobs) && maxJobs > 0)) {
    problems.push('maxJobs: expected a positive whole number');
  }
  if (drainTimeout !== undefined && !(Number.isFinite(drainTimeout) && drainTimeout >= 0)) {
    problems.push('drainTimeout: expected a number of seconds, 0 or more');
  }
  if (maxSubscriptions !== undefined && !(Number.isSafeInteger(maxSubscriptions) && maxSubscriptions > 0)) {
    problems.push('maxSubscriptions: expected a positive whole number');
  }
  if (lease !== undefined && !(Number.isFinite(lease) && lease >= shortestLease)) {
    problems.push(`lease: expected a number of seconds, ${shortestLease} or more`);
  }
  if (subscriptions !== undefined && subscriptions !== 'durable' && subscriptions !== 'memory') {
    problems.push('subscriptions: expected "durable" or "memory"');
  }
  if (streaming !== undefined && typeof streaming !== 'boolean') problems.push('streaming: expected true or false');
  if (workerName !== undefined && !isText(workerName)) problems.push('workerName: expected text that is not empty');
  return problems;
};

const checkFunctions = ({ secrets, secretFilter, redactResults, use }: RuntimeOptions): readonly string[] => {
  const problems: string[] = [];
  if (secrets !== undefined && secrets !== false && typeof secrets !== 'function') {
    problems.push('secrets: expected a function, e.g. envSecrets(), or false');
  }
  if (secretFilter !== undefined && typeof secretFilter !== 'function') {
    problems.push('secretFilter: expected a function');
  }
  if (redactResults !== undefined && typeof redactResults !== 'boolean') {
    problems.push('redactResults: expected true or false');
  }
  if (use !== undefined && !(Array.isArray(use) && use.every((item) => typeof item === 'function'))) {
    problems.push('use: expected a list of functions');
  }
  return problems;
};

/**
 * Checks the options and completes them. Pure.
 *
 * Throws one fault of kind `definition` that names every fault: connectors that are none, two of the same type or
 * name with their places, numbers out of range, nothing to run.
 */
export const planRuntime = (options: RuntimeOptions): Plan => {
  const { outbound = [], inbound = [] } = options;
  const problems = [
    ...checkList(outbound, 'outbound'),
    ...checkList(inbound, 'inbound'),
    ...duplicates(outbound, 'outbound', 'type'),
    ...duplicates(inbound, 'inbound', 'name'),
    ...checkSettings(options),
    ...checkFunctions(options),
  ];
  if (outbound.length === 0 && inbound.length === 0) {
    problems.push('outbound, inbound: there is nothing to run; give at least one connector');
  }
  if (problems.length > 0) {
    throw fault('definition', {
      what: `The runtime cannot be made:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
      where: 'createRuntime(…)',
      fix: 'correct what is named above.',
    });
  }
  const { secrets = envSecrets(), secretFilter, redactResults = true } = options;
  const limits = new Map(outbound.map(({ type, maxJobs }) => [type, maxJobs]));
  if (inbound.length > 0) limits.set(activationType, activationPlaces);
  const sum = [...limits.values()].reduce((total, limit) => total + limit, 0);
  return {
    outbound: [...outbound],
    inbound: new Map(inbound.map((connector) => [connector.name, connector])),
    limits,
    maxJobs: Math.min(options.maxJobs ?? sum, sum),
    workerName: options.workerName ?? 'camunda-connectors',
    drainTimeout: (options.drainTimeout ?? 30) * 1000,
    subscriptions: options.subscriptions ?? 'durable',
    maxSubscriptions: options.maxSubscriptions ?? 10_000,
    lease: (options.lease ?? 60) * 1000,
    streaming: options.streaming ?? true,
    secrets: { secrets, redactResults, ...(secretFilter === undefined ? {} : { secretFilter }) },
    use: options.use ?? [],
  };
};
