/** A process that was busy, or did not run, when an answer arrived: the answer counts, although the time limit has passed. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createConnection } from '../../src/connection/index.ts';

/**
 * Gateways in a thread of its own. They answer when the process of the test does nothing else, and then say so. The state: whether a
 * request has arrived, whether it may be answered, and whether it was.
 */
const gateways = `
const { workerData: state, parentPort } = require('node:worker_threads');
const answer = (send) => {
  Atomics.store(state, 0, 1);
  Atomics.wait(state, 1, 0);
  send(() => {
    Atomics.store(state, 2, 1);
    Atomics.notify(state, 2);
  });
};
const rest = require('node:http').createServer((request, response) => {
  answer((sent) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"gatewayVersion":"8.8.0","clusterSize":1,"partitionsCount":1,"brokers":[]}', sent);
  });
});
const grpc = require('node:http2').createServer().on('stream', (stream) => {
  answer((sent) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.on('close', sent);
    stream.end(Buffer.alloc(5));
  });
});
rest.listen(0, '127.0.0.1', () => {
  grpc.listen(0, '127.0.0.1', () => parentPort.postMessage([rest.address().port, grpc.address().port]));
});
`;

const startGateways = async (t: TestContext) => {
  const state = new Int32Array(new SharedArrayBuffer(12));
  const worker = new Worker(gateways, { eval: true, workerData: state });
  t.after(() => worker.terminate());
  const [rest, grpc] = await new Promise<readonly [number, number]>((resolve) => worker.once('message', resolve));
  return {
    state,
    REST: { restAddress: `http://127.0.0.1:${rest}` },
    gRPC: { type: 'INSECURE', hostname: '127.0.0.1', port: grpc },
  } as const;
};

for (const protocol of ['gRPC', 'REST'] as const) {
  for (const timeout of [1_000, 20_000]) {
    test(`over ${protocol}, an answer within ${timeout} ms counts, although it is read later`, async (t) => {
      const { state, [protocol]: settings } = await startGateways(t);
      const connection = createConnection(settings);
      t.after(() => connection.close());
      const real = performance.now.bind(performance);
      let passed = 0;
      t.mock.method(performance, 'now', () => real() + passed);
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const call = connection.topology({ timeout });
      while (Atomics.load(state, 0) === 0) await new Promise(setImmediate);
      // From here to the end of the limit, this process reads nothing.
      Atomics.store(state, 1, 1);
      Atomics.notify(state, 1);
      while (Atomics.load(state, 2) === 0) Atomics.wait(state, 2, 0);
      passed = timeout;
      t.mock.timers.tick(timeout);
      assert.equal(typeof (await call).gatewayVersion, 'string');
    });
  }
}
