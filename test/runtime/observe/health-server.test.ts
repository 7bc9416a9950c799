/** The health server of a runtime, on the in-memory cluster and on the embedded engine. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import { createEngine } from '../../../src/engine/index.ts';
import type { HealthReport } from '../../../src/runtime/observe/health-report.ts';
import { type HealthOptions, serveHealth } from '../../../src/runtime/observe/health-server.ts';
import { connectionFault, createTwin, topologyOf } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

const work = defineOutbound({ name: 'Work', type: 'work', input: v.object({}), run: () => ({}) });

const setUp = async (t: TestContext, options: HealthOptions = { port: 0 }) => {
  const twin = createTwin();
  const { runtime, event, count } = observe({ outbound: [work], connection: twin.connection, drainTimeout: 0 });
  const server = await serveHealth(runtime, options);
  t.after(async () => {
    await runtime.stop();
    await server.close();
  });
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`${server.url}${path}`, { method });
    const text = await response.text();
    return { code: response.status, headers: response.headers, text };
  };
  const report = async (path: string) => {
    const { code, headers, text } = await get(path);
    assert.equal(headers.get('content-type'), 'application/json');
    return { code, report: JSON.parse(text) as HealthReport };
  };
  return { twin, runtime, event, count, server, get, report };
};

for (const path of ['/health/ready', '/actuator/health/readiness', '/health', '/actuator/health']) {
  test(`${path} is 503 until the runtime runs, and 200 while it does`, async (t) => {
    const { runtime, report } = await setUp(t);
    assert.equal((await report(path)).code, 503);
    await runtime.start();
    const { code, report: ready } = await report(path);
    assert.equal(code, 200);
    assert.deepEqual([ready.status, ready.reasons], ['UP', []]);
  });
}

test('6.12 no broker reachable: readiness 503, startup 200, liveness 200', async (t) => {
  const { twin, runtime, event, report } = await setUp(t);
  twin.onTopology = () => connectionFault('UNAVAILABLE');
  const started = runtime.start();
  await event('connection:waiting');
  assert.equal((await report('/actuator/health/readiness')).code, 503);
  assert.equal((await report('/actuator/health/startup')).code, 200);
  assert.equal((await report('/actuator/health/liveness')).code, 200);
  await runtime.stop();
  await started;
});

test('6.13 a broker without a healthy partition: zeebeClient is down', async (t) => {
  const { twin, runtime, report } = await setUp(t);
  await runtime.start();
  twin.topology = topologyOf('UNHEALTHY');
  const { code, report: ready } = await report('/health/ready');
  assert.equal(code, 503);
  assert.deepEqual(ready.components.zeebeClient, {
    status: 'DOWN',
    details: { numBrokers: 1, anyPartitionHealthy: false },
  });
});

test('a cluster that stops answering makes a running runtime not ready', async (t) => {
  const { twin, runtime, report } = await setUp(t);
  await runtime.start();
  twin.onTopology = () => connectionFault('UNAVAILABLE');
  const { code, report: ready } = await report('/health/ready');
  assert.equal(code, 503);
  assert.deepEqual(ready.reasons, ['The cluster does not answer.']);
});

test('simultaneous probes share one request to the cluster', async (t) => {
  const { twin, runtime, server } = await setUp(t);
  await runtime.start();
  let asked = 0;
  twin.onTopology = () => {
    asked++;
    return undefined;
  };
  const socket = connect(server.port, '127.0.0.1');
  // In one packet, so both arrive before the first is answered.
  socket.end('GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(2));
  const answers = await socket.setEncoding('utf8').reduce((text, chunk: string) => text + chunk, '');
  assert.match(answers, /^HTTP\/1\.1 200 /);
  assert.equal(asked, 1);
});

test('a draining runtime is live and not ready', async (t) => {
  const { twin, runtime, report } = await setUp(t);
  const sending = new AbortController();
  const answered = once(sending.signal, 'abort');
  twin.onSend = async () => {
    await answered;
    return undefined;
  };
  await runtime.start();
  twin.push({ type: 'work' });
  await twin.until(() => twin.commands.length > 0);
  const stopped = runtime.stop();
  assert.deepEqual((await report('/health/ready')).report.reasons, ['The runtime is stopping: it takes no new jobs.']);
  assert.equal((await report('/health/live')).code, 200);
  sending.abort();
  await stopped;
});

test('/metrics and the path of the official runtime return the measurements since the server was started', async (t) => {
  const { twin, runtime, event, get } = await setUp(t);
  await runtime.start();
  twin.push({ type: 'work' });
  await event('job:settled');
  for (const path of ['/metrics', '/actuator/prometheus']) {
    const { code, headers, text } = await get(path);
    assert.equal(code, 200);
    assert.equal(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
    assert.match(text, /^camunda_connector_outbound_invocations_total\{action="completed",type="work",.*\} 1$/m);
    assert.match(text, /^camunda_connector_connection_up 1$/m);
  }
});

test('a server that is started late knows that the connection is up', async (t) => {
  const { runtime } = await setUp(t);
  await runtime.start();
  const late = await serveHealth(runtime, { port: 0 });
  const text = await (await fetch(`${late.url}/metrics`)).text();
  assert.match(text, /^camunda_connector_connection_up 1$/m);
  await late.close();
});

test('another path answers 404 with the known paths, and another method answers 405', async (t) => {
  const { get } = await setUp(t);
  for (const path of ['/', '/healthy', '/health/', '/constructor', '//', '/%', '/health/ready/../x']) {
    const { code, text } = await get(path);
    assert.equal(code, 404, path);
    assert.match(text, /"\/health\/ready"/);
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { code, headers } = await get('/health/live', method);
    assert.equal(code, 405, method);
    assert.equal(headers.get('allow'), 'GET, HEAD');
  }
  const head = await get('/health/live?probe=1', 'HEAD');
  assert.deepEqual([head.code, head.text], [200, '']);
});

test('by default, only this machine can connect', async (t) => {
  const { server } = await setUp(t);
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
});

test('a port that is in use is a fault that names it', async (t) => {
  const { server, runtime } = await setUp(t);
  await assert.rejects(
    serveHealth(runtime, { port: server.port }),
    (error) => isFault(error, 'configuration') && error.message.includes(`port ${server.port} (EADDRINUSE)`),
  );
});

test('the server closes when its runtime has stopped', async (t) => {
  const { runtime, server } = await setUp(t);
  await runtime.start();
  await runtime.stop();
  await assert.rejects(fetch(`${server.url}/health/live`));
});

test('the server closes when its runtime cannot start', async (t) => {
  const { twin, runtime, server } = await setUp(t);
  twin.onTopology = () => connectionFault('UNAUTHENTICATED', 'credentials');
  await assert.rejects(runtime.start());
  await assert.rejects(fetch(`${server.url}/health/live`));
});

test('a runtime on the embedded engine is ready', async (t) => {
  const engine = await createEngine();
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port } as const;
  const { runtime } = observe({ outbound: [work], connection });
  const server = await serveHealth(runtime, { port: 0 });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  await runtime.start();
  const response = await fetch(`${server.url}/health/ready`);
  assert.equal(response.status, 200);
  const { components } = (await response.json()) as HealthReport;
  assert.deepEqual(components.zeebeClient?.details, { numBrokers: 1, anyPartitionHealthy: true });
});
