/**
 * Lets Camunda's own clients judge the REST API of the engine: the client for JavaScript, the command line `c8ctl` and the
 * client for Java, unchanged, each with an engine of its own. Exits with 1 if a step fails.
 *
 * `npm run clients:official`; with words, only the clients whose names begin with one of them: `javascript`, `c8ctl`, `java`,
 * `grpc` (the client for Java over gRPC). It needs Java 17, Maven and an npm registry.
 */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { createEngine, createTestClock, type Engine } from '../src/engine/index.ts';
import { commandSteps } from './official-clients/commands.ts';
import { writeModels } from './official-clients/files.ts';
import { commandLine, emptyFolder, javaLibraries, newNode, orchestrationClient } from './official-clients/install.ts';

const run = promisify(execFile);
const here = join(dirname(fileURLToPath(import.meta.url)), 'official-clients');

/** Milliseconds that a client may take. */
const limit = 180_000;

/** What failed, by step; null for a step that works. */
type Results = Readonly<Record<string, string | null>>;

type Judge = (engine: Engine, folder: string) => Promise<Results>;

const javascript: Judge = async (engine, folder) => {
  const program = `
    import { createCamundaClient } from '@camunda8/orchestration-cluster-api';
    const { drive } = await import(${JSON.stringify(pathToFileURL(join(here, 'orchestration-client.mjs')).href)});
    const results = await drive(createCamundaClient, ${JSON.stringify(engine.restAddress)}, ${JSON.stringify(writeModels(folder))});
    console.log(JSON.stringify(results));
    process.exit();`;
  const options = { cwd: await orchestrationClient(), timeout: limit };
  const { stdout } = await run(await newNode(), ['--input-type=module', '-e', program], options);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Results;
};

const c8ctl: Judge = async (engine, folder) => {
  const { path, isAdapted } = await commandLine();
  if (isAdapted) console.log('  (c8ctl has the newest client that the registry has, which is older than it asks for)');
  const node = await newNode();
  const env = {
    ...process.env,
    ...{ CAMUNDA_BASE_URL: `${engine.restAddress}/v2`, C8CTL_DATA_DIR: join(folder, 'data'), NO_COLOR: '1' },
  };
  const command = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await run(node, [path, ...words], { env, timeout: limit, cwd: folder });
    return stdout + stderr;
  };
  const results: Record<string, string | null> = {};
  for (const [name, step] of Object.entries(commandSteps(command, writeModels(folder)))) {
    try {
      await step();
      results[name] = null;
    } catch (error) {
      const {
        stdout = '',
        stderr = '',
        message,
      } = error as Error & { readonly stdout?: string; readonly stderr?: string };
      results[name] = `${message} ${stdout} ${stderr}`;
    }
  }
  return results;
};

const java =
  (...modes: readonly string[]): Judge =>
  async (engine, folder) => {
    writeModels(folder);
    const args = ['-cp', join(await javaLibraries(), '*'), join(here, 'Drive.java')];
    const addresses = [engine.restAddress!, `http://${engine.address}`];
    const { stdout } = await run('java', [...args, ...addresses, folder, ...modes], { timeout: limit });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    return Object.fromEntries(lines.map(([name = '', failure = '']) => [name, failure === '' ? null : failure]));
  };

const judges: Readonly<Record<string, Judge>> = { javascript, c8ctl, java: java(), grpc: java('grpc') };

const wanted = process.argv.slice(2);
let failed = 0;

for (const [name, judge] of Object.entries(judges)) {
  if (wanted.length > 0 && !wanted.some((word) => name.startsWith(word))) continue;
  console.log(`${name}:`);
  const folder = emptyFolder(name);
  const clock = createTestClock();
  clock.run();
  const engine = await createEngine({ restPort: 0, clock });
  try {
    const results = Object.entries(await judge(engine, folder));
    for (const [step, failure] of results) {
      if (failure !== null) console.log(`  ✖ ${step}: ${failure.slice(0, 600)}`);
    }
    const works = results.filter(([, failure]) => failure === null).length;
    console.log(`  ${works} of ${results.length} steps work`);
    failed += results.length - works;
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
process.exitCode = Math.min(failed, 1);
