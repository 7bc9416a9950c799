/** Several processes of the standalone runtime, under one supervisor. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { folderWith, library, moduleOf, runCommand } from '../support/running.ts';
import { clean, pidsOf, posix, withEngine } from './support/processes.ts';

const twoWork = /Process 2 of 2 works \(pid (\d+)\)/;

const tellsPid = '() => ({ pid: process.pid })';

describe('start --processes', posix, () => {
  test('all processes get jobs, share one address for health and metrics, and stop with 0 on SIGTERM', async (t) => {
    const { engine, env } = await withEngine(t);
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a', tellsPid) });
    const args = ['start', './a.mjs', '--processes', '2', '--health-port', '0'];
    const program = runCommand(t, args, { folder, env });
    const [, url] = await program.prints(/Health at (http:\/\/127\.0\.0\.1:\d+)\/health\/ready/);
    await program.prints(twoWork);
    const pids = await pidsOf(engine, 2);
    assert.equal(pids.size, 2);

    const ready = await fetch(`${url}/health/ready`);
    const report = (await ready.json()) as {
      readonly status: string;
      readonly components: Readonly<Record<string, { readonly status: string; readonly details: { pid: number } }>>;
    };
    assert.deepEqual([ready.status, report.status], [200, 'UP']);
    assert.deepEqual(new Set(Object.values(report.components).map(({ details }) => details.pid)), pids);
    assert.equal((await fetch(`${url}/health/live`)).status, 200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const number of [1, 2]) {
      assert.match(metrics, new RegExp(`^camunda_connector_connection_up\\{process="${number}"\\} 1$`, 'm'));
      assert.match(
        metrics,
        new RegExp(`^camunda_client_worker_job_handled_total\\{process="${number}",type="a"\\}`, 'm'),
      );
      assert.match(metrics, new RegExp(`^camunda_connector_process_up\\{process="${number}"\\} 1$`, 'm'));
    }

    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
    for (const number of [1, 2]) {
      assert.match(program.output(), new RegExp(`\\[process ${number}\\] Outbound: a\\.`));
      assert.match(program.output(), new RegExp(`\\[process ${number}\\] Stopped\\.`));
    }
    assert.equal(program.output().match(/Stopped\./g)?.length, 2);
  });

  test('a killed process comes back, and its job is done', async (t) => {
    const { engine, clock, env } = await withEngine(t);
    const waiting: [IncomingMessage, ServerResponse][] = [];
    let isOpen = false;
    const server = createServer((request, response) => {
      if (isOpen) response.end('done');
      else waiting.push([request, response]);
    }).listen(0, '127.0.0.1');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const run = `async () => ({ pid: process.pid, text: await (await fetch('${url}/' + process.pid)).text() })`;
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a', run) });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '2'], { folder, env });
    await program.prints(twoWork);

    const asked = once(server, 'request');
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
    await asked;
    const pid = Number(waiting[0]![0].url!.slice(1));
    process.kill(pid, 'SIGKILL');
    await program.prints(new RegExp(`Process \\d \\(pid ${pid}\\) was ended by SIGKILL\\. It starts again in`));
    // By then the engine has noticed the end of the other connection, so it offers the job to nobody who is gone.
    await program.prints(/(?:of 2 works[\s\S]*?){3}/);
    const again = once(server, 'request');
    // The cluster offers the job again when its time is over.
    clock.advance(21_000);
    await again;
    isOpen = true;
    for (const [, response] of waiting) response.end('done');
    const { state, variables } = await engine.ended(processInstanceKey);
    assert.deepEqual([state, (variables as { text: string }).text], ['COMPLETED', 'done']);

    assert.equal((await pidsOf(engine, 2)).size, 2);
    program.signal('SIGINT');
    assert.deepEqual(await program.ended(), clean);
  });

  test('a second signal aborts the jobs of all processes', async (t) => {
    const { engine, env } = await withEngine(t);
    const server = createServer().listen(0, '127.0.0.1');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a', `() => fetch('${url}')`) });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '2'], { folder, env });
    await program.prints(twoWork);
    const asked = once(server, 'request');
    engine.createInstance({ bpmnProcessId: 'p' });
    await asked;
    program.signal('SIGTERM');
    await program.prints(/Stopping: no new jobs/);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), { code: 1, signal: null });
    assert.match(program.output(), /SIGTERM again: aborting the jobs of all processes\./);
  });

  test('a broken module is reported once and makes it exit with 2', async (t) => {
    const { env } = await withEngine(t);
    const folder = folderWith(t, { 'a.mjs': 'export const a = ;\n' });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '3'], { folder, env });
    assert.deepEqual(await program.ended(), { code: 2, signal: null });
    assert.equal(program.output().match(/a\.mjs cannot be loaded/g)?.length, 1);
    assert.match(program.output(), /^\[process 1\] .*a\.mjs cannot be loaded/m);
  });

  test('a process that keeps ending at once makes all stop, with its exit code', async (t) => {
    const { env } = await withEngine(t);
    const module = `if (process.env.CAMUNDA_CONNECTORS_PROCESS === '2') throw new Error('no');\n${moduleOf('A', 'a')}`;
    const folder = folderWith(t, { 'a.mjs': module });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '2'], { folder, env });
    assert.deepEqual(await program.ended(), { code: 2, signal: null });
    assert.match(program.output(), /ended 5 times in a row within 10 s of its start, so all processes stop\. Fix: /);
    assert.match(program.output(), /Stopped\./);
  });

  test('the processes stop and end when the supervisor is killed, even if something keeps one of them running', async (t) => {
    const { env } = await withEngine(t);
    const module = `${moduleOf('A', 'a')}if (process.env.CAMUNDA_CONNECTORS_PROCESS === '2') {
  setInterval(() => {}, 1_000);
  process.on('exit', (code) => console.log('ended with', code));
}
`;
    const folder = folderWith(t, { 'a.mjs': module });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '2'], { folder, env });
    await program.prints(twoWork);
    program.signal('SIGKILL');
    assert.deepEqual(await program.ended(), { code: null, signal: 'SIGKILL' });
    assert.equal(program.output().match(/Stopped\./g)?.length, 2);
    assert.match(
      program.output(),
      /\[process 2\] The runtime has stopped, but .* work of the program .* with exit code 1\. Fix: do such work/,
    );
    assert.match(program.output(), /ended with 1/);
    assert.doesNotMatch(program.output(), /\[process 1\] The runtime has stopped, but/);
  });

  test('a process that tidies up after its runtime does so to its end, despite a second signal', async (t) => {
    const { env } = await withEngine(t);
    const held: ServerResponse[] = [];
    const server = createServer((_request, response) => void held.push(response)).listen(0, '127.0.0.1');
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const work = `void fetch('${url}').then((answer) => answer.text()).then(() => console.log('Tidied up.'));\n`;
    const folder = folderWith(t, { 'a.mjs': `${moduleOf('A', 'a')}${work}` });
    const program = runCommand(t, ['start', './a.mjs', '--processes', '2'], { folder, env });
    await program.prints(twoWork);
    program.signal('SIGTERM');
    await program.prints(/(?:Stopped\.[\s\S]*?){2}/);
    program.signal('SIGTERM');
    await program.prints(/SIGTERM again: aborting/);
    assert.equal(held.length, 2);
    for (const response of held) response.end('now');
    assert.deepEqual(await program.ended(), { code: 1, signal: null });
    assert.equal(program.output().match(/Tidied up\./g)?.length, 2);
    assert.doesNotMatch(program.output(), /The runtime has stopped, but/);
  });

  test('webhooks have one port, which all processes serve', async (t) => {
    const { env } = await withEngine(t);
    const module = `import { defineWebhook } from ${library};
export const ping = defineWebhook({ name: 'ping', path: '/ping', auth: 'none',
  run: () => ({ answer: { status: 200, body: String(process.pid) } }) });
`;
    const folder = folderWith(t, { 'a.mjs': module });
    const port = { CAMUNDA_CONNECTORS_PORT: '0' };
    const program = runCommand(t, ['start', './a.mjs'], {
      folder,
      env: { ...env, ...port, CAMUNDA_CONNECTORS_PROCESSES: '2' },
    });
    const [, url] = await program.prints(/(http:\/\/127\.0\.0\.1:\d+)/);
    await program.prints(twoWork);
    const pids = new Set<string>();
    for (let call = 0; call < 200 && pids.size < 2; call++) {
      const answer = await fetch(`${url}/ping`, { method: 'POST', body: 'x', headers: { connection: 'close' } });
      assert.equal(answer.status, 200);
      pids.add(await answer.text());
    }
    assert.equal(pids.size, 2);
    program.signal('SIGTERM');
    assert.deepEqual(await program.ended(), clean);
  });

  test('refuses the embedded engine, which processes cannot share', async (t) => {
    const folder = folderWith(t, { 'a.mjs': moduleOf('A', 'a') });
    const env = { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' };
    const program = runCommand(t, ['start', './a.mjs', '--processes', '2'], { folder, env });
    assert.deepEqual(await program.ended(), { code: 2, signal: null });
    assert.match(program.output(), /2 processes cannot share an embedded engine/);
  });
});
