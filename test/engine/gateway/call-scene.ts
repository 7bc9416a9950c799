/** Engines with a process `p`, for the tests of each call. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createTestClock, type TestClock } from '../../../src/engine/host/test-clock.ts';
import type { Variables } from '../../../src/engine/machine/types.ts';
import type { EngineOptions } from '../../../src/engine/options.ts';
import type { Engine } from '../../../src/engine/types.ts';
import { chain, end, type Part, process, serviceTask, start } from '../support/bpmn.ts';
import { connect, deployXml, type RawClient, startEngine, status } from '../support/client.ts';

/** What the row of each call says, by the name of the call. */
export type Rows = Readonly<Record<string, (t: TestContext) => Promise<void>>>;

/** A process `p` with these elements. */
export const p = (...parts: readonly Part[]): string => process('p', ...chain(start(), ...parts, end()));

/** A task with a job of the type `a`. */
export const job = serviceTask('a', { type: 'a' });

/** A process `p` with one job. */
export const plain = p(job);

/** The files of a DeployResource request. */
export const files = (given: Readonly<Record<string, string>>) => ({
  resources: Object.entries(given).map(([name, content]) => ({ name, content: Buffer.from(content) })),
});

export interface Scene {
  readonly client: RawClient;
  readonly engine: Engine;
  readonly clock: TestClock;
  /** Creates an instance of the process `p`. */
  create(request?: object): Promise<string>;
  /** The state of an instance. */
  state(key: string): string | undefined;
  /** The ids of the active elements of an instance. */
  at(key: string): readonly string[];
  /** Deploys another version of `p` and returns its key. */
  redeploy(xml: string): Promise<string>;
}

/** Starts an engine, and deploys the file unless the engine has tenants. */
export const set = async (t: TestContext, xml: string, options: EngineOptions = {}): Promise<Scene> => {
  const clock = createTestClock();
  const engine = await startEngine(t, { clock, ...options });
  const client = connect(t, engine.address);
  if (options.tenants === undefined) await deployXml(client, { 'p.bpmn': xml });
  return {
    ...{ client, engine, clock },
    create: async (request = {}) => {
      const call = { bpmnProcessId: 'p', version: -1, ...request };
      return (await client.call<{ processInstanceKey: string }>('CreateProcessInstance', call)).processInstanceKey;
    },
    state: (key) => engine.instance(key)?.state,
    at: (key) => engine.elements(key).map(({ elementId }) => elementId),
    redeploy: async (content) => {
      const { processes } = await engine.deploy({ name: 'p.bpmn', content });
      return processes[0]!.processDefinitionKey;
    },
  };
};

/** The variables of an instance. */
export const variablesOf = (engine: Engine, key: string): Variables | undefined => engine.instance(key)?.variables;

/** A job with a lease, of a new instance, and what refuses an older lease. */
export const leased = async ({ client, create }: Scene) => {
  const instance = await create();
  const [first] = await client.poll('a', { withLease: true });
  const { key: jobKey, jobLeaseToken } = first!;
  const refuses = (rpc: string, request: object) =>
    assert.rejects(client.call(rpc, { jobKey, jobLeaseToken: 'old', ...request }), status(9, /lease token/), rpc);
  return { instance, jobKey, jobLeaseToken, refuses };
};

/** An engine with two tenants, each with the process `p`. */
export const withTenants = async (t: TestContext): Promise<Scene> => {
  const scene = await set(t, plain, { tenants: ['north', 'south'] });
  for (const tenantId of ['north', 'south']) {
    await scene.client.call('DeployResource', { ...files({ 'p.bpmn': plain }), tenantId });
  }
  return scene;
};

/** The tenants of jobs. */
export const tenantIds = (jobs: readonly { readonly tenantId: string }[]) => jobs.map(({ tenantId }) => tenantId);
