import { fault } from '../common/fault.ts';
import { checkConnector } from '../connector/rules/connector.ts';
import { asList, isText } from '../connector/rules/rule-engine.ts';
import type { AnyInboundConnector, AnyOutbound, OutboundMiddleware } from '../connector/types.ts';
import { checkRuntimeOptions } from './check-options.ts';
import { type JobRequest, outboundRequest } from './jobs/requests.ts';
import type { RuntimeOptions } from './options.ts';
import { envSecrets } from './secrets/environment-provider.ts';
import type { SecretSettings } from './secrets/provider.ts';
import { activationRequest, activationType } from './subscriptions/activation.ts';

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

/**
 * Checks the options and completes them. Pure.
 *
 * Throws one fault of kind `definition` that names every fault: connectors that are none, two of the same type or
 * name with their places, options that are unknown or of the wrong kind, numbers out of range, nothing to run.
 */
export const planRuntime = (options: RuntimeOptions): Plan => {
  const { outbound = [], inbound = [] } = (options ?? {}) as RuntimeOptions;
  const problems = [
    ...checkList(outbound, 'outbound'),
    ...checkList(inbound, 'inbound'),
    ...duplicates(outbound, 'outbound', 'type'),
    ...duplicates(inbound, 'inbound', 'name'),
    ...checkRuntimeOptions(options),
  ];
  if (outbound.length === 0 && inbound.length === 0) {
    problems.push('outbound, inbound: there is nothing to run; give at least one connector');
  }
  if (problems.length > 0) {
    throw fault('definition', {
      what: `The runtime cannot be made:\n${asList(problems)}`,
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

/** What a runtime asks the cluster for, one request for each job type. */
export const jobRequests = ({ outbound, inbound, limits }: Plan): readonly JobRequest[] => [
  ...outbound.map(outboundRequest),
  ...(inbound.size === 0 ? [] : [activationRequest(inbound, limits.get(activationType)!)]),
];
