/** An engine with a process `p`, a test clock and a client. */
import type { TestContext } from 'node:test';
import { createTestClock, type TestClock } from '../../../src/engine/host/test-clock.ts';
import type { Engine } from '../../../src/engine/types.ts';
import { connect, deployXml, type RawClient, startEngine } from '../support/client.ts';

export const startWithProcess = async (
  t: TestContext,
  xml: string,
): Promise<{ readonly clock: TestClock; readonly engine: Engine; readonly client: RawClient }> => {
  const clock = createTestClock();
  const engine = await startEngine(t, { clock });
  const client = connect(t, engine.address);
  await deployXml(client, { 'p.bpmn': xml });
  return { clock, engine, client };
};

export const create = (client: RawClient, variables = '{}'): Promise<{ processInstanceKey: string }> =>
  client.call('CreateProcessInstance', { bpmnProcessId: 'p', version: -1, variables });
