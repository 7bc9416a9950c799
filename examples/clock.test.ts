/** Tests a process that waits for days without waiting: the test moves the engine's clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRuntime } from 'camunda-connectors';
import { createEngine, createTestClock, type Engine } from 'camunda-connectors/engine';
import { log } from './log.ts';
import { pollFile } from './poll-file.ts';

const hours = 3_600_000;

/** Resolves when the next token has reached the event-based gateway and its timer is running. */
const waiting = (engine: Engine): Promise<unknown> =>
  engine.next((event) => event.kind === 'element:activated' && event.element.elementId === 'FileOrTime');

test('the process gives up after two reminders without a file', async () => {
  const clock = createTestClock();
  const engine = await createEngine({ clock });
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const runtime = createRuntime({ outbound: [log], inbound: [pollFile], connection, signals: false });
  await engine.deploy('examples/bpmn/remind.bpmn');
  await runtime.start();

  const variables = { path: 'no-such-file', patience: 'P1D' };
  // #region clock
  const atFirst = waiting(engine);
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'remind', variables });
  await atFirst;

  const again = waiting(engine);
  clock.advance(24 * hours);
  await again;

  clock.advance(24 * hours);
  const ended = await engine.ended(processInstanceKey);
  assert.equal(ended.variables.reminders, 2);
  // #endregion

  await runtime.stop();
  await engine.stop();
});
