/**
 * Lets other gRPC libraries talk to ours: our client to their servers, and their clients to the engine's server.
 *
 * `npx tsx bench/interop/run.ts`; with words, only the cases whose names contain one of them. Prints a line for each case:
 * `pass`, `FAIL` with the reason, or `left out` with what is missing. Exits with 1 if a case fails.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { javaLibraries } from '../../scripts/official-clients/install.ts';
import { createEngine } from '../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../test/engine/support/bpmn.ts';
import { freePort } from '../../test/support/free-port.ts';
import { buildGo } from '../others/go.ts';
import { run } from '../others/lines.ts';
import { installPython } from '../others/python.ts';
import { removeAtExit } from '../temporary.ts';
import { checkClient } from './client-check.ts';
import { driveSdk } from './clients/sdk.ts';

/** One library on the other side. `prepare` fetches and builds what it needs; what `prepare` gives is then run. */
interface Case {
  readonly name: string;
  /** Programs without which it is left out. */
  readonly needs: readonly string[];
  readonly prepare: (folder: string) => Promise<() => Promise<void>>;
}

/** Milliseconds that a case may take, or the preparation by a compiler. */
const limit = 180_000;

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs a server that prints its port, for as long as `use` takes. */
const withServer = async (
  [program, ...args]: readonly [string, ...string[]],
  use: (port: string) => Promise<void>,
): Promise<void> => {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  try {
    const [port] = (await Promise.race([
      once(createInterface(child.stdout), 'line'),
      exited.then(() => Promise.reject(new Error(`${program} did not start.`))),
    ])) as [string];
    await use(port);
  } finally {
    child.stdin.end();
    await exited;
  }
};

const nodeServer = [process.execPath, '--import', 'tsx', file('servers/node.ts')] as const;

const checkAt = (port: string): Promise<void> => checkClient(`127.0.0.1:${port}`);

const compileJava = async (folder: string, source: string): Promise<string> => {
  const libraries = join(await javaLibraries(), '*');
  await run('javac', ['-encoding', 'UTF-8', '-cp', libraries, '-d', folder, source], { timeout: limit });
  return `${folder}:${libraries}`;
};

/** The configuration of an nginx that passes gRPC on to a port and writes nothing outside of its folder. */
const nginxConfig = (folder: string, port: number, upstream: string): string => `
daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} http2;
    location / { grpc_pass grpc://127.0.0.1:${upstream}; grpc_read_timeout 1h; }
  }
}`;

/** Resolves when something listens on a port of 127.0.0.1. */
const listening = async (port: number, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const socket = connect(port, '127.0.0.1');
    const answers = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (answers) return;
    await wait(20);
  }
};

const throughNginx = async (folder: string, upstream: string): Promise<void> => {
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  await writeFile(config, nginxConfig(folder, port, upstream));
  const child = spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', config], {
    stdio: 'ignore',
    timeout: limit,
  });
  const exited = once(child, 'exit');
  const ended = new AbortController();
  try {
    await Promise.race([
      listening(port, ended.signal).then(() => checkAt(String(port))),
      exited.then(() => Promise.reject(new Error(`nginx ended; see ${folder}/error.log.`))),
    ]);
  } finally {
    ended.abort();
    child.kill();
    await exited;
  }
};

/** An engine of its own, and a file with the process that the clients deploy. */
const withEngine = async (folder: string, use: (address: string, path: string) => Promise<unknown>): Promise<void> => {
  const path = join(folder, 'interop.bpmn');
  await writeFile(path, processFile('interop', ...chain(start(), serviceTask('work', { type: 'interop' }), end())));
  const engine = await createEngine();
  try {
    await use(engine.address, path);
  } finally {
    await engine.stop();
  }
};

const cases: readonly Case[] = [
  {
    name: 'our client, grpc-js server',
    needs: [],
    prepare: async () => () => withServer(nodeServer, checkAt),
  },
  {
    name: 'our client, grpc-go server',
    needs: ['go'],
    prepare: async (folder) => {
      const program = await buildGo(folder, file('servers/server.go'));
      return () => withServer([program], checkAt);
    },
  },
  {
    name: 'our client, grpc-java server (netty)',
    needs: ['java', 'javac', 'mvn'],
    prepare: async (folder) => {
      const path = await compileJava(folder, file('servers/Server.java'));
      return () => withServer(['java', '-cp', path, 'Server'], checkAt);
    },
  },
  {
    name: 'our client, nginx grpc_pass, grpc-js server',
    needs: ['nginx'],
    prepare: async (folder) => () => withServer(nodeServer, (upstream) => throughNginx(folder, upstream)),
  },
  {
    name: "the engine's server, grpc-java client",
    needs: ['java', 'mvn'],
    prepare: async () => {
      await javaLibraries();
      const script = fileURLToPath(new URL('../../scripts/official-clients.ts', import.meta.url));
      return async () => void (await run(process.execPath, ['--import', 'tsx', script, 'grpc'], { timeout: limit }));
    },
  },
  {
    name: "the engine's server, grpc-go client",
    needs: ['go'],
    prepare: async (folder) => {
      const program = await buildGo(folder, file('clients/client.go'));
      return () => withEngine(folder, (address, path) => run(program, [address, path], { timeout: limit }));
    },
  },
  {
    name: "the engine's server, grpcio client (pyzeebe)",
    needs: ['python3'],
    prepare: async (folder) => {
      const { python } = await installPython(join(folder, 'python'), 'pyzeebe');
      const script = file('clients/client.py');
      return () => withEngine(folder, (address, path) => run(python, [script, address, path], { timeout: limit }));
    },
  },
  {
    name: "the engine's server, @camunda8/sdk with gzip",
    needs: [],
    prepare: async (folder) => () => withEngine(folder, driveSdk),
  },
];

const isHere = async (program: string): Promise<boolean> => {
  const child = spawn(program, ['--version'], { stdio: 'ignore' });
  return await new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(true));
  });
};

const textOf = (error: unknown): string => {
  const { stdout = '', stderr = '', message } = error as Error & { readonly stdout?: string; readonly stderr?: string };
  return [message, stdout, stderr].join('\n').trim();
};

const prepared = async ({ needs, prepare }: Case, folder: string): Promise<(() => Promise<void>) | string> => {
  const here = await Promise.all(needs.map(isHere));
  const missing = needs.filter((_, index) => !here[index]);
  if (missing.length > 0) return `${missing.join(', ')} is missing`;
  try {
    return await prepare(folder);
  } catch (error) {
    return textOf(error);
  }
};

/** A case that hangs has failed. */
const inTime = async (work: Promise<void>): Promise<void> => {
  const ended = new AbortController();
  const tooLate = wait(limit, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`It did not end within ${limit / 1000} s.`);
  });
  tooLate.catch(() => {});
  try {
    await Promise.race([work, tooLate]);
  } finally {
    ended.abort();
  }
};

const wanted = process.argv.slice(2);
const base = await mkdtemp(join(tmpdir(), 'camunda-connectors-interop-'));
removeAtExit(base);
const count = { passed: 0, failed: 0, leftOut: 0 };
for (const [index, each] of cases.entries()) {
  if (wanted.length > 0 && !wanted.some((word) => each.name.includes(word))) continue;
  const folder = join(base, String(index));
  await mkdir(folder);
  const ready = await prepared(each, folder);
  if (typeof ready === 'string') {
    count.leftOut++;
    console.log(`left out  ${each.name}: ${ready}`);
    continue;
  }
  try {
    await inTime(ready());
    count.passed++;
    console.log(`pass      ${each.name}`);
  } catch (error) {
    count.failed++;
    console.log(`FAIL      ${each.name}: ${textOf(error)}`);
  }
}
console.log(`${count.passed} passed, ${count.failed} failed, ${count.leftOut} left out`);
// What a case that hangs has opened ends with the process.
process.exit(Math.min(count.failed, 1));
