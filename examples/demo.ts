/**
 * Runs the example processes with the example connectors, prints every step and exits: npm run demo
 *
 * The demo uses the embedded engine if neither .env nor the environment sets CAMUNDA_CONNECTION_TYPE. This default
 * belongs to the demo; the library itself never guesses. With a connection type, the demo runs on that cluster.
 * `npm run demo -- --fail` shows how the demo ends when a step fails.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Connection,
  configFromEnv,
  createConnection,
  createRuntime,
  type EmbeddedConnection,
} from 'camunda-connectors';
import { createTrace } from 'camunda-connectors/testing';
import { parse } from 'dotenv';
import { httpGet } from './http-get.ts';
import { log } from './log.ts';
import { pollFile } from './poll-file.ts';
import { randomInbound } from './random-inbound.ts';

const colours = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const write = (line: string): void => void process.stdout.write(`${line}\n`);
const trace = createTrace({ write, colours });

const failing = process.argv.includes('--fail') || process.env.DEMO_FAIL === '1';

/** Milliseconds allowed for one process instance, and for the cluster's first answer. */
const limit = 30_000;

const connect = (): Connection => {
  const settings = { ...(existsSync('.env') ? parse(readFileSync('.env')) : {}), ...process.env };
  const type = settings.CAMUNDA_CONNECTION_TYPE || 'EMBEDDED';
  return createConnection(configFromEnv({ ...settings, CAMUNDA_CONNECTION_TYPE: type }));
};

const isEmbedded = (connection: Connection): connection is EmbeddedConnection => 'engine' in connection;

/** A web server for the HTTP example: one page and 404 for all others, or 500 for every request if the demo should fail. */
const openShop = async (): Promise<{ readonly url: string; readonly close: () => void }> => {
  const server = createServer((request, response) => {
    if (failing) response.writeHead(500).end();
    else if (request.url !== '/books') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"books":2}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
};

const deployExamples = async (connection: Connection): Promise<void> => {
  const folder = fileURLToPath(new URL('bpmn', import.meta.url));
  const names = readdirSync(folder).filter((name) => name.endsWith('.bpmn'));
  const deployed = await connection.deploy(names.map((name) => ({ name, content: readFileSync(join(folder, name)) })));
  write(`Deployed ${deployed.map(({ bpmnProcessId }) => bpmnProcessId).join(', ')}`);
};

/** Runs the processes one after the other. Rejects when a job fails with no attempts left. */
const runAll = async (connection: Connection, shopUrl: string, letter: string): Promise<void> => {
  const runtime = createRuntime({
    outbound: [log, httpGet],
    inbound: [randomInbound, pollFile],
    connection,
    logger: trace.logger(),
  });
  // Only an embedded engine reveals everything that happens.
  if (isEmbedded(connection)) trace.engine(await connection.engine());
  else trace.runtime(runtime);

  const failed = new AbortController();
  runtime.on('runtime:signal', ({ signal }) => failed.abort(new Error(`It was interrupted by ${signal}.`)));
  runtime.on('job:settled', ({ job, outcome }) => {
    if (outcome.kind === 'fail' && outcome.retries === 0) {
      failed.abort(new Error(`${job.bpmnProcessId}, ${job.elementId}: ${outcome.message}`));
    }
    // The letter is written only after the process has logged a reminder.
    if (job.elementId === 'LogReminder') writeFileSync(letter, 'See you on Monday. Ada');
  });

  const run = async (bpmnProcessId: string, variables: Readonly<Record<string, unknown>>): Promise<void> => {
    const request = { bpmnProcessId, variables: JSON.stringify(variables) };
    try {
      await connection.createInstanceWithResult(request, { signal: failed.signal, timeout: limit });
    } catch (error) {
      throw failed.signal.aborted ? failed.signal.reason : error;
    }
  };

  try {
    await runtime.start();
    await run('hello', { name: 'Ada' });
    await run('log-random', {});
    await run('http-get', { url: `${shopUrl}/books` });
    await run('http-get', { url: `${shopUrl}/no-such-page` });
    await run('remind', { path: letter, patience: 'PT2S' });
  } finally {
    await runtime.stop();
  }
};

const demo = async (): Promise<void> => {
  const connection = connect();
  const shop = await openShop();
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-demo-'));
  try {
    const { gatewayVersion } = await connection.topology({ timeout: limit });
    write(`Connected to ${connection.address}, gateway version ${gatewayVersion}`);
    await deployExamples(connection);
    await runAll(connection, shop.url, join(folder, 'letter.txt'));
  } finally {
    await connection.close();
    shop.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

try {
  await demo();
  write('\nEvery process completed.');
} catch (error) {
  write(`\nThe demo failed. ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
