import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { createEngine } from '../../../src/engine/index.ts';
import { createRuntime, defineOutbound } from '../../../src/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../engine/support/bpmn.ts';

test('runs that ignore their signal keep their slots, so that no more than maxJobs run at once', async () => {
  const engine = await createEngine();
  let running = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const runtime = createRuntime({
    outbound: [
      defineOutbound({
        name: 'Deaf',
        type: 'deaf',
        timeout: 0.02,
        maxJobs: 2,
        input: v.object({}),
        run: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise<void>((resolve) => ends.push(resolve));
          running -= 1;
        },
      }),
    ],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    signals: false,
  });
  await engine.deploy({
    name: 'p.bpmn',
    content: processFile('p', ...chain(start(), serviceTask('t', { type: 'deaf', retries: '1' }), end())),
  });
  for (let count = 0; count < 6; count += 1) engine.createInstance({ bpmnProcessId: 'p' });

  let overran = 0;
  const next = () =>
    new Promise<void>((resolve) => {
      const forget = runtime.on('job:overran', () => {
        overran += 1;
        if (overran % 2 === 0) {
          forget();
          resolve();
        }
      });
    });
  for (let round = 1; round <= 3; round += 1) {
    const two = next();
    if (round === 1) await runtime.start();
    for (const finish of ends.splice(0)) finish();
    await two;
    assert.equal(runtime.status().inFlight, 2);
  }
  assert.equal(overran, 6);
  assert.equal(most, 2);

  await runtime.stop();
  for (const finish of ends.splice(0)) finish();
  await engine.stop();
});
