import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startUnrefTimer } from '../common/timer.ts';
import { asDocumentStore, createMemoryStore } from '../connector/documents/memory-store.ts';
import { toJson } from '../connector/values/to-json.ts';
import { checkEngineOptions, checkEventFunction, checkRequest } from './check-arguments.ts';
import { compileFiles } from './deployment/compile-files.ts';
import { compileOnce } from './deployment/compile-once.ts';
import { readFiles } from './deployment/read-files.ts';
import { reloadSnapshot } from './deployment/reload-snapshot.ts';
import { unservedInbound } from './deployment/unserved-inbound.ts';
import type { Gateway } from './gateway/gateway.ts';
import { startGateway } from './gateway/grpc/server.ts';
import { createJobHandOut } from './gateway/job-hand-out.ts';
import { readOwnTenant } from './gateway/tenants.ts';
import { createEventWaiter } from './host/event-waiter.ts';
import { createMachineHost } from './host/machine-host.ts';
import { createTaskChanges } from './host/task-changes.ts';
import { machineWith } from './machine/index.ts';
import type { Variables } from './machine/types.ts';
import { defaultVersion } from './model/cluster-version.ts';
import type { CompileBpmn } from './model/types.ts';
import type { EngineOptions } from './options.ts';
import type { Engine } from './types.ts';
import { explainWaits } from './waits/explain.ts';
import { gatherFacts } from './waits/gather-facts.ts';
import type { WaitFacts } from './waits/types.ts';

const noVariables: Variables = {};

const defaultKeepEnded = 10_000;

const emitWarning = (text: string): void =>
  process.emitWarning(text, { type: 'EngineWarning', code: 'CAMUNDA_UNSERVED_INBOUND' });

/** The largest range of `randomInt`: engines without a seed have different ones. */
const maxDefaultSeed = 2 ** 48 - 1;

const toVariables = (variables: Variables = noVariables): Variables => toJson(variables) as Variables;

type RestModules = Pick<typeof import('./gateway/rest/server.ts'), 'startRestGateway'> &
  Pick<typeof import('./secondary-storage/secondary-storage.ts'), 'createSecondaryStorage'>;

/** What the REST API needs. Loaded later, because most engines have none. */
const loadRest = async (): Promise<RestModules> => {
  const [{ startRestGateway }, { createSecondaryStorage }] = await Promise.all([
    import('./gateway/rest/server.ts'),
    import('./secondary-storage/secondary-storage.ts'),
  ]);
  return { startRestGateway, createSecondaryStorage };
};

/** Gives items one by one. Between two of them, everything else that waits in this process has its turn. */
const spread = async function* <Item>(items: Iterable<Item>): AsyncGenerator<Item, void, void> {
  for (const item of items) {
    yield item;
    await nextTurn();
  }
};

/**
 * Starts an embedded engine. It runs BPMN files in this process and serves Zeebe's gRPC protocol on 127.0.0.1 to any Zeebe
 * client, without authentication; with `restPort` it serves the REST API as well. The open port keeps the process alive until `stop`.
 *
 * Its functions take effect immediately: when `createInstance` returns, everything up to the next job, message or timer
 * has happened. With a test clock, the time of processes stands still until `clock.advance`; how long calls of clients
 * are held is still real time.
 *
 * @param options `port` (default: a free one), `restPort` (default: no REST API), `clock` (from `createTestClock`; default: the system clock), and `snapshot`
 *   to continue where another engine stopped
 * @throws (as a rejection) a `configuration` fault that names all invalid options or the unavailable port; a `rejection`
 *   fault for an invalid snapshot
 * @example
 * const engine = await createEngine();
 * await engine.deploy('processes');
 * const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'order', variables: { id: 7 } });
 * await engine.ended(processInstanceKey);
 * await engine.stop();
 */
export const createEngine = async (options: EngineOptions = {}): Promise<Engine> => {
  checkEngineOptions(options);
  const {
    port = 0,
    restPort,
    clock,
    snapshot,
    tenants,
    clusterVariables,
    clusterSecrets = {},
    secretVariables = [],
    tenantVariables = {},
    uniqueBusinessIds = false,
    searchDelay = 0,
    keepEnded = defaultKeepEnded,
    version = defaultVersion,
    warn = emitWarning,
  } = options;
  const warned = new Set<string>();
  const compile: CompileBpmn = async (name, content) => {
    const compiled = await compileOnce(name, content, version);
    for (const text of compiled.ok ? compiled.processes.flatMap(unservedInbound) : []) {
      if (warned.size < warned.add(text).size) warn(text);
    }
    return compiled;
  };
  const seed = options.seed ?? (snapshot === undefined ? randomInt(maxDefaultSeed) : undefined);
  // Before anything listens: searches find everything that clients do.
  const restModules = restPort === undefined ? undefined : await loadRest();
  const restored = snapshot && (await reloadSnapshot(snapshot, keepEnded));
  const host = createMachineHost({
    createMachine: (machineOptions) => machineWith(machineOptions, restored),
    tenants,
    clusterVariables: toVariables(clusterVariables),
    secrets: clusterSecrets,
    secretVariables,
    tenantVariables: Object.fromEntries(
      Object.entries(tenantVariables).map(([tenant, variables]) => [tenant, toVariables(variables)]),
    ),
    uniqueBusinessIds,
    seed,
    version,
    keepEnded,
    ...(clock === undefined ? {} : { clock }),
  });
  const now = clock?.now ?? Date.now;
  const waiter = createEventWaiter(host);
  const factsOf = (key: string | undefined, onlyNeeded: boolean): WaitFacts =>
    host.read((machine) => gatherFacts(machine, key, { now: now(), workers: handOut.workers() }, onlyNeeded));
  const changes = createTaskChanges(host, waiter);
  const handOut = createJobHandOut(host, () => host.read((machine) => machine.random()));
  const documents = createMemoryStore({ now });
  const common = { host, changes, compile, version, startTimer: startUnrefTimer, handOut, clock, documents };
  const started: Gateway[] = [];
  const stopGateways = async (abrupt: boolean): Promise<void> => {
    await Promise.all(started.map((gateway) => gateway.stop(abrupt)));
    // Here, because a call can be notified of its end after the engine has stopped.
    handOut.stop();
    host.close();
  };
  const start = async (starting: Promise<Gateway>): Promise<Gateway> => {
    try {
      const gateway = await starting;
      started.push(gateway);
      return gateway;
    } catch (error) {
      await stopGateways(true);
      throw error;
    }
  };
  const startRest = ({ createSecondaryStorage, startRestGateway }: RestModules, at: number): Promise<Gateway> => {
    const storage = createSecondaryStorage({ host, now, delay: searchDelay, keepEnded });
    return startRestGateway({ ...common, storage, port: at });
  };
  const gateway = await start(startGateway({ ...common, port }));
  const rest = restModules && (await start(startRest(restModules, restPort ?? 0)));
  let stopped: Promise<void> | undefined;
  const tenantOf = (call: string, rpc: string, tenantId = '', isLookup = false): string | undefined =>
    readOwnTenant(call, rpc, tenantId, host.tenants, isLookup);

  return {
    address: `127.0.0.1:${gateway.port}`,
    port: gateway.port,
    ...(rest === undefined ? {} : { restAddress: `http://127.0.0.1:${rest.port}` }),
    documents: { ...asDocumentStore(documents), references: documents.references },
    deploy: async (input, { tenantId } = {}) => {
      const tenant = tenantOf('deploy', 'DeployResource', tenantId);
      const compiled = await compileFiles(compile, await readFiles(input), version);
      return host.run((machine) => machine.deploy(compiled, tenant));
    },
    deleteResource: (key) => host.run((machine) => machine.deleteResource(key)),
    createInstance: (request) => {
      checkRequest('createInstance', request);
      const { version = -1, variables, ...rest } = request;
      const tenantId = tenantOf('createInstance', 'CreateProcessInstance', rest.tenantId, true);
      const created = { ...rest, tenantId, version, variables: toVariables(variables) };
      return host.run((machine) => machine.createInstance(created));
    },
    cancelInstance: (key) => host.run((machine) => machine.cancelInstance(key)),
    modifyInstance: (key, modification) => {
      checkRequest('modifyInstance', modification);
      host.run((machine) => machine.modifyInstance(key, modification));
    },
    migrateInstance: (key, plan) => {
      checkRequest('migrateInstance', plan);
      host.run((machine) => machine.migrateInstance(key, plan));
    },
    publishMessage: (message) => {
      checkRequest('publishMessage', message);
      const { name, correlationKey, messageId = '', timeToLive = 0, businessId } = message;
      const tenantId = tenantOf('publishMessage', 'PublishMessage', message.tenantId);
      const variables = toVariables(message.variables);
      return host.run((machine) =>
        machine.publishMessage({ name, correlationKey, messageId, timeToLive, variables, tenantId, businessId }),
      );
    },
    broadcastSignal: (name, variables, { tenantId } = {}) => {
      const tenant = tenantOf('broadcastSignal', 'BroadcastSignal', tenantId);
      return host.run((machine) => machine.broadcastSignal(name, toVariables(variables), tenant));
    },
    evaluateConditional: ({ variables, ...request } = {}) => {
      const tenantId = tenantOf('evaluateConditional', 'EvaluateConditional', request.tenantId, true);
      const evaluation = { ...request, tenantId, variables: toVariables(variables) };
      return host.run((machine) => machine.evaluateConditional(evaluation));
    },
    evaluateDecision: (request) => {
      checkRequest('evaluateDecision', request);
      const tenantId = tenantOf('evaluateDecision', 'EvaluateDecision', request.tenantId, true);
      const evaluation = { ...request, tenantId, variables: toVariables(request.variables) };
      return host.run((machine) => machine.evaluateDecision(evaluation));
    },
    setVariables: (key, variables, local = false) => changes.setVariables(key, toVariables(variables), local),
    assignUserTask: (key, assignee, { allowOverride = true } = {}) => changes.assign(key, assignee, allowOverride),
    unassignUserTask: changes.unassign,
    updateUserTask: changes.update,
    completeUserTask: (key, variables) => changes.complete(key, toVariables(variables)),
    activateAdHocActivities: (key, activations, { cancelRemainingInstances = false } = {}) => {
      const read = activations.map(({ elementId, variables }) => ({
        elementId,
        variables: toVariables(variables ?? noVariables),
      }));
      host.run((machine) => machine.activateAdHocActivities(key, read, cancelRemainingInstances));
    },
    updateJobRetries: (key, retries) => host.run((machine) => machine.updateJobRetries(key, retries)),
    resolveIncident: (key) => host.run((machine) => machine.resolveIncident(key)),
    instance: (key) => host.read((machine) => machine.instance(key)),
    instances: () => host.read((machine) => machine.instances()),
    elements: (key) => host.read((machine) => machine.elements(key)),
    jobs: (key) => host.read((machine) => machine.jobs(key)),
    userTasks: (key) => host.read((machine) => machine.userTasks(key)),
    decisionInstances: () => host.read((machine) => machine.decisionInstances()),
    incidents: (key) => host.read((machine) => machine.incidents(key)),
    messages: () => host.read((machine) => machine.messages()),
    lostMessages: () => host.read((machine) => machine.lostMessages()),
    subscriptions: (key) => host.read((machine) => machine.subscriptions(key)),
    timers: (key) => host.read((machine) => machine.timers(key)),
    joins: (key) => host.read((machine) => machine.joins(key)),
    processes: () => host.read((machine) => machine.processes()),
    forms: () => host.read((machine) => machine.forms()),
    decisions: () => host.read((machine) => machine.decisionFiles().flatMap(({ decisions }) => decisions)),
    files: () => host.read((machine) => machine.files()),
    resource: (key) => host.read((machine) => machine.resource(key)),
    workers: handOut.workers,
    waits: (key) => explainWaits(factsOf(key, true), key),
    waitFacts: (key) => factsOf(key, false),
    now,
    nextDue: (test) => host.read((machine) => machine.nextDueItem(test)),
    fireTimer: (key) => host.run((machine) => machine.fireTimer(key)),
    on: (listener) => {
      checkEventFunction('on', listener);
      return host.on(listener);
    },
    // The overload that narrows the event relies on the test, as any type predicate does.
    next: ((...given: Parameters<typeof waiter.next>) => {
      checkEventFunction('next', given[0]);
      return waiter.next(...given);
    }) as Engine['next'],
    ended: waiter.ended,
    snapshot: () => host.read((machine) => machine.snapshot()),
    snapshotParts: () => host.read((machine) => spread(machine.snapshotParts())),
    stop: ({ abrupt = false } = {}) => {
      stopped ??= stopGateways(abrupt).then(() => waiter.close());
      return stopped;
    },
  };
};
