import { fault } from '../common/fault.ts';
import type { TenantSelection } from '../connection/port.ts';
import { activationType } from '../connector/activation-names.ts';
import { checkConnector } from '../connector/rules/connector.ts';
import { asList, isText } from '../connector/rules/rule-engine.ts';
import type { AnyInboundConnector, AnyOutbound, OutboundMiddleware } from '../connector/types.ts';
import { answerTypeOf, isWaitingWebhook, type WaitingWebhook } from '../connector/webhooks/answer-task.ts';
import { type AnyCallbackConnector, isCallbackConnector } from '../connector/webhooks/callback-types.ts';
import type { AnyWebhook } from '../connector/webhooks/types.ts';
import { checkRuntimeOptions } from './check-options.ts';
import type { ServerOptions } from './inbound/server/settings.ts';
import { answerRequest } from './jobs/answer-request.ts';
import { type JobRequest, outboundRequest } from './jobs/requests.ts';
import { healthPaths } from './observe/health-report.ts';
import type { AnyInbound, RuntimeOptions } from './options.ts';
import { envSecrets } from './secrets/environment-provider.ts';
import type { SecretSettings } from './secrets/provider.ts';
import { type ActivatedConnector, activationRequest, type InboundByName } from './subscriptions/activation.ts';

/** The options of a runtime, checked and complete. Times in milliseconds. */
export interface Plan {
  readonly outbound: readonly AnyOutbound[];
  /** Inbound connectors with a `loop`. */
  readonly inbound: ReadonlyMap<string, AnyInboundConnector>;
  /** Inbound connectors that wait for a call. */
  readonly callbacks: ReadonlyMap<string, AnyCallbackConnector>;
  readonly webhooks: readonly AnyWebhook[];
  readonly server: ServerOptions;
  /** Slots by job type, including that of the built-in task. */
  readonly limits: ReadonlyMap<string, number>;
  readonly maxJobs: number;
  /** The tenants whose jobs are requested; absent: those of the connection. */
  readonly tenants?: TenantSelection;
  readonly workerName: string;
  readonly drainTimeout: number;
  readonly subscriptions: 'durable' | 'memory';
  /** Maximum number of subscriptions of one connector. */
  readonly maxSubscriptions: number;
  readonly lease: number;
  /** Stream jobs where the cluster supports it. */
  readonly streaming: boolean;
  readonly secrets: SecretSettings;
  readonly use: readonly OutboundMiddleware[];
}

/** Activations handled at once. Each is short. */
const activationSlots = 32;

const checkList = (list: unknown, option: 'outbound' | 'inbound'): readonly string[] => {
  if (!Array.isArray(list)) return [`${option}: expected a list of connectors`];
  return list.flatMap((connector: unknown, index) => {
    const path = `${option}[${index}]`;
    const problems = checkConnector(connector);
    if (problems.length > 0) return problems.map((problem) => `${path}: ${problem}`);
    const { kind } = connector as { readonly kind: string };
    return kind === option || (kind === 'webhook' && option === 'inbound')
      ? []
      : [`${path}: expected an ${option} connector, but got one of the other kind; move it to the other list`];
  });
};

/** Lists the values that occur more than once, with all their indexes. */
const duplicates = (list: unknown, option: 'outbound' | 'inbound', property: 'type' | 'name'): readonly string[] => {
  if (!Array.isArray(list)) return [];
  const indexesOf = new Map<string, number[]>();
  list.forEach((connector: unknown, index) => {
    const value = (connector as Record<string, unknown> | null | undefined)?.[property];
    if (isText(value)) indexesOf.set(value, [...(indexesOf.get(value) ?? []), index]);
  });
  return [...indexesOf]
    .filter(([, indexes]) => indexes.length > 1)
    .map(([value, indexes]) => {
      const where = indexes.map((index) => `${option}[${index}]`).join(' and ');
      return `${where}: have the same ${property} ${JSON.stringify(value)}; rename one or remove it from the list`;
    });
};

/** Two webhooks at the same address would hide each other. */
const sameAddresses = (list: unknown): readonly string[] => {
  if (!Array.isArray(list)) return [];
  const indexesOf = new Map<string, number[]>();
  list.forEach((one: unknown, index) => {
    const { kind, path, method } = (one ?? {}) as Readonly<Record<string, unknown>>;
    if (kind !== 'webhook' || !isText(path) || !isText(method)) return;
    const address = `${method} ${path}`;
    indexesOf.set(address, [...(indexesOf.get(address) ?? []), index]);
  });
  return [...indexesOf]
    .filter(([, indexes]) => indexes.length > 1)
    .map(([address, indexes]) => {
      const where = indexes.map((index) => `inbound[${index}]`).join(' and ');
      return `${where}: have the same address ${address}; change the path or the method of one`;
    });
};

/** A webhook at a path of health or metrics would be hidden by it. */
const hiddenByHealth = (list: unknown, server: ServerOptions | undefined): readonly string[] => {
  if (!Array.isArray(list) || server?.health !== true) return [];
  return list.flatMap((one: unknown, index) => {
    const { kind, path } = (one ?? {}) as Readonly<Record<string, unknown>>;
    return kind === 'webhook' && isText(path) && healthPaths.includes(path)
      ? [`inbound[${index}]: has the path ${path}, which health and metrics have with server.health; change it`]
      : [];
  });
};

/** Two connectors with one job type would take each other's jobs. */
const sharedAnswerTypes = (outbound: unknown, inbound: unknown): readonly string[] => {
  if (!Array.isArray(outbound) || !Array.isArray(inbound)) return [];
  const usersOf = new Map<string, string[]>();
  const add = (type: unknown, user: string): void => {
    if (isText(type)) usersOf.set(type, [...(usersOf.get(type) ?? []), user]);
  };
  inbound.forEach((one: unknown, index) => {
    if (checkConnector(one).length > 0 || (one as AnyInbound).kind !== 'webhook') return;
    if (isWaitingWebhook(one as AnyWebhook)) add(answerTypeOf(one as WaitingWebhook), `inbound[${index}].waits`);
  });
  outbound.forEach((one: unknown, index) => {
    const { type } = (one ?? {}) as Readonly<Record<string, unknown>>;
    if (isText(type) && usersOf.has(type)) add(type, `outbound[${index}]`);
  });
  return [...usersOf]
    .filter(([, users]) => users.length > 1)
    .map(
      ([type, users]) => `${users.join(' and ')}: have the same job type ${JSON.stringify(type)}; set type in waits`,
    );
};

const isWebhook = (connector: AnyInbound): connector is AnyWebhook => connector.kind === 'webhook';

const isCallback = (connector: AnyInbound): connector is AnyCallbackConnector =>
  connector.kind === 'inbound' && isCallbackConnector(connector);

const isLoop = (connector: AnyInbound): connector is AnyInboundConnector =>
  connector.kind === 'inbound' && !isCallbackConnector(connector);

const tenantsOf = ({ tenantIds, tenantFilter }: RuntimeOptions): TenantSelection | undefined => {
  if (tenantIds !== undefined) return { tenantIds, tenantFilter: 'PROVIDED' };
  return tenantFilter === undefined ? undefined : { tenantFilter };
};

/**
 * Validates the options and adds the defaults. Pure.
 *
 * Throws one fault of kind `definition` that lists every problem: invalid connectors, duplicate types or names, unknown or
 * invalid options, nothing to run.
 */
export const planRuntime = (options: RuntimeOptions): Plan => {
  const { outbound = [], inbound = [] } = (options ?? {}) as RuntimeOptions;
  const problems = [
    ...checkList(outbound, 'outbound'),
    ...checkList(inbound, 'inbound'),
    ...duplicates(outbound, 'outbound', 'type'),
    ...duplicates(inbound, 'inbound', 'name'),
    ...sameAddresses(inbound),
    ...hiddenByHealth(inbound, options?.server),
    ...sharedAnswerTypes(outbound, inbound),
    ...checkRuntimeOptions(options),
  ];
  if (outbound.length === 0 && inbound.length === 0) {
    problems.push('outbound, inbound: there is nothing to run; pass at least one connector');
  }
  if (problems.length > 0) {
    throw fault('definition', {
      what: `The runtime cannot be created:\n${asList(problems)}`,
      where: 'createRuntime(…)',
      fix: 'correct what is listed above.',
    });
  }
  const { secrets = envSecrets(), secretFilter, redactResults = true } = options;
  const tenants = tenantsOf(options);
  const limits = new Map(outbound.map(({ type, maxJobs }) => [type, maxJobs]));
  const loops = inbound.filter(isLoop);
  const callbacks = inbound.filter(isCallback);
  if (loops.length + callbacks.length > 0) limits.set(activationType, activationSlots);
  const sum = [...limits.values()].reduce((total, limit) => total + limit, 0);
  return {
    outbound: [...outbound],
    inbound: new Map(loops.map((connector) => [connector.name, connector])),
    callbacks: new Map(callbacks.map((connector) => [connector.name, connector])),
    webhooks: inbound.filter(isWebhook),
    server: options.server ?? {},
    limits,
    maxJobs: Math.min(options.maxJobs ?? sum, sum),
    ...(tenants === undefined ? {} : { tenants }),
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

/** What a runtime requests from the cluster: one request for each job type. */
export const jobRequests = (plan: Plan): readonly JobRequest[] => {
  const activated = activatedBy(plan);
  return [
    ...plan.outbound.map(outboundRequest),
    ...(activated.size === 0 ? [] : [activationRequest(activated, plan.limits.get(activationType)!)]),
    ...plan.webhooks.filter(isWaitingWebhook).map(answerRequest),
  ];
};

/** The connectors that processes activate, by name. */
export const activatedBy = ({ inbound, callbacks }: Pick<Plan, 'inbound' | 'callbacks'>): InboundByName =>
  new Map<string, ActivatedConnector>([...inbound, ...callbacks]);
