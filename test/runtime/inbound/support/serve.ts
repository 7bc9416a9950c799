import type { TestContext } from 'node:test';
import { createEngine, type Engine } from '../../../../src/engine/index.ts';
import type { AnyInbound, RuntimeOptions } from '../../../../src/runtime/options.ts';
import { observe, type TestRuntime } from '../../support/runtime.ts';

/** A runtime with webhooks on an engine of its own, until the end of the test. Closes a connection that it is given. */
export const serveWebhooks = async (
  t: TestContext,
  inbound: readonly AnyInbound[],
  content: string,
  options: RuntimeOptions | ((engine: Engine) => RuntimeOptions) = {},
): Promise<TestRuntime & { readonly engine: Engine; readonly url: string }> => {
  const engine = await createEngine();
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const given = typeof options === 'function' ? options(engine) : options;
  const observed = observe({ connection, inbound, server: { port: 0 }, ...given });
  t.after(async () => {
    await observed.runtime.stop();
    if (given.connection !== undefined && 'close' in given.connection) await given.connection.close();
    await engine.stop();
  });
  await engine.deploy({ name: 'p.bpmn', content });
  await observed.runtime.start();
  const { url } = await observed.event('server:listening');
  return { ...observed, engine, url };
};
