/** What tests of tenants share: an engine with tenants, and connections and runtimes that end before it. */
import type { TestContext } from 'node:test';
import { createConnection } from '../../../src/connection/index.ts';
import type { Connection } from '../../../src/connection/port.ts';
import { createEngine, type Engine } from '../../../src/engine/index.ts';
import type { RuntimeOptions } from '../../../src/runtime/options.ts';
import { freePort } from '../../support/free-port.ts';
import { observe, type TestRuntime } from './runtime.ts';

const ends = new WeakMap<TestContext, (() => Promise<unknown>)[]>();

/** Ends what the test has started, in the opposite order. */
const atEnd = (t: TestContext, end: () => Promise<unknown>): void => {
  const own = ends.get(t);
  if (own !== undefined) {
    own.push(end);
    return;
  }
  const list = [end];
  ends.set(t, list);
  t.after(async () => {
    for (const one of list.reverse()) await one();
  });
};

/**
 * Starts an engine and deploys the files in each tenant. Without tenants, it has no multi-tenancy. Its ports stay free after
 * its end, for another one.
 */
export const startTenants = async (
  t: TestContext,
  tenants: readonly string[] | undefined,
  files: readonly { readonly name: string; readonly content: string }[],
): Promise<Engine> => {
  const ports = { port: await freePort(), restPort: await freePort() };
  const engine = await createEngine({ ...ports, ...(tenants === undefined ? {} : { tenants }) });
  atEnd(t, () => engine.stop());
  for (const tenantId of tenants ?? [undefined]) {
    for (const file of files) await engine.deploy(file, tenantId === undefined ? {} : { tenantId });
  }
  return engine;
};

const protocols = {
  gRPC: ({ port }: Engine, settings: object): Connection =>
    createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port, ...settings }),
  REST: ({ restAddress }: Engine, settings: object): Connection =>
    createConnection({ restAddress: restAddress!, ...settings }),
} as const;

/** Connects to the engine. */
export const connectTenants = (
  t: TestContext,
  engine: Engine,
  protocol: keyof typeof protocols,
  settings: object = {},
): Connection => {
  const connection = protocols[protocol](engine, settings);
  atEnd(t, () => connection.close());
  return connection;
};

/** Creates a runtime. */
export const observeTenants = (
  t: TestContext,
  connection: Connection,
  options: Partial<RuntimeOptions>,
): TestRuntime => {
  const seen = observe({ connection, ...options });
  atEnd(t, () => seen.runtime.stop());
  return seen;
};

/** Starts an instance in a tenant. */
export const createIn = (
  engine: Engine,
  tenantId: string,
  variables: Record<string, string | number>,
  bpmnProcessId = 'p',
): string => engine.createInstance({ bpmnProcessId, tenantId, variables }).processInstanceKey;
