/** The embedded engine with a runtime, to run saved diagrams. */
import assert from 'node:assert/strict';
import { createEngine } from '../../../src/engine/index.ts';
import type { Variables } from '../../../src/engine/machine/types.ts';
import { createConnection, createRuntime, type RuntimeOptions } from '../../../src/index.ts';

export interface Stage {
  /** Deploys a file and runs its process (`p`) to the end. Resolves with the variables; rejects at an incident. */
  run(xml: string, variables?: Variables, bpmnProcessId?: string): Promise<Variables>;
  stop(): Promise<void>;
}

/** Starts an engine and a runtime with the given connectors. */
export const startStage = async (options: RuntimeOptions): Promise<Stage> => {
  const engine = await createEngine();
  const connection = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port });
  const runtime = createRuntime({ signals: false, connection, ...options });
  await runtime.start();
  return {
    run: async (xml, variables = {}, bpmnProcessId = 'p') => {
      await engine.deploy({ name: 'p.bpmn', content: xml });
      const over = new AbortController();
      const { signal } = over;
      const incident = engine.next((event) => event.kind === 'incident:created', { signal });
      const ended = engine.ended(engine.createInstance({ bpmnProcessId, variables }).processInstanceKey, {
        signal,
      });
      // The loser of the race is aborted, and must not count as an unhandled rejection.
      for (const promise of [incident, ended]) promise.catch(() => undefined);
      const first = await Promise.race([ended, incident]);
      over.abort();
      assert.ok('state' in first, `an incident: ${JSON.stringify(first)}`);
      assert.equal(first.state, 'COMPLETED');
      return first.variables;
    },
    stop: async () => {
      await runtime.stop();
      await engine.stop();
    },
  };
};
