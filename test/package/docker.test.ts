/** The Dockerfile of the examples, without Docker: its steps, its command and its health check. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createEngine, type Engine } from '../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { freePort } from '../support/free-port.ts';
import { buildImage, type Image, type Instruction, parseDockerfile } from './dockerfile.ts';
import { lockFile, type Project, pack, temporaryFolder } from './support.ts';

const example = 'examples/docker';

/** The example as a build context, as `npm pack` and `npm install` leave it: with the packed file beside a lock file. */
const contextOf = async (folder: string): Promise<string> => {
  const context = join(folder, 'context');
  cpSync(example, context, { recursive: true });
  const { filename } = await pack();
  const tarball = basename(filename);
  cpSync(filename, join(context, tarball));
  const project = JSON.parse(readFileSync(join(context, 'package.json'), 'utf8')) as Project;
  const dependencies = { ...project.dependencies, 'camunda-connectors': `file:${tarball}` };
  writeFileSync(join(context, 'package.json'), JSON.stringify({ ...project, dependencies }));
  const { name, devDependencies } = project;
  const locked = { name, dependencies, ...(devDependencies === undefined ? {} : { devDependencies }) };
  writeFileSync(join(context, 'package-lock.json'), lockFile(locked, tarball, ['valibot', 'typescript']));
  return context;
};

/** A container has its ports and its network to itself; a test has not. */
const onThisMachine = ({ name, text }: Instruction, port: number): Instruction => ({
  name,
  text: text.replaceAll('8080', String(port)).replaceAll('0.0.0.0', '127.0.0.1'),
});

describe('the Dockerfile', { skip: process.platform === 'win32' }, () => {
  const folder = temporaryFolder();
  let engine: Engine;
  let image: Image;
  let program: ChildProcess | undefined;

  before(async () => {
    const port = await freePort();
    const instructions = parseDockerfile(readFileSync(join(example, 'Dockerfile'), 'utf8'));
    const npmEnv = { npm_config_prefer_offline: 'true', npm_config_fund: 'false', npm_config_audit: 'false' };
    // The machine's own cache is what makes this quick: it is not to be emptied.
    const steps = instructions
      .map((step) => onThisMachine(step, port))
      .map(({ name, text }) => ({
        name,
        text: text.replace(' && npm cache clean --force', ''),
      }));
    image = buildImage(steps, await contextOf(folder), folder, npmEnv);
    engine = await createEngine();
  });

  after(async () => {
    program?.kill('SIGKILL');
    await engine.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const isHealthy = async (): Promise<boolean> => {
    const [command, ...args] = image.healthcheck;
    const [code] = await once(spawn(command!, args, { cwd: image.folder, stdio: 'ignore' }), 'close');
    return code === 0;
  };

  test('is built in stages, and the last one has no sources and another user than root', () => {
    assert.equal(image.bases.length, 2);
    for (const base of image.bases) assert.ok(Number(/^node:(\d+)/.exec(base)?.[1]) >= 20, base);
    assert.deepEqual(readdirSync(image.folder).sort(), [
      'camunda-connectors-0.1.0.tgz',
      'dist',
      'node_modules',
      'package-lock.json',
      'package.json',
    ]);
    assert.notEqual(image.user, 'root');
  });

  test('runs a connector, is healthy meanwhile, and stops on SIGTERM', async () => {
    assert.equal(await isHealthy(), false);
    const [command, ...args] = image.command;
    const child = spawn(command!, args, {
      cwd: image.folder,
      env: {
        ...process.env,
        ...image.env,
        CAMUNDA_CONNECTION_TYPE: 'INSECURE',
        ZEEBE_HOSTNAME: '127.0.0.1',
        ZEEBE_PORT: String(engine.port),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    program = child;
    const ended = once(child, 'close');
    let lines = '';
    const running = new Promise<void>((done, fail) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        lines += text;
        if (lines.includes('Outbound: greet.')) done();
      });
      ended.then(() => fail(new Error(`It ended: ${lines}`)));
    });
    await running;
    assert.equal(await isHealthy(), true);
    const task = serviceTask('task', { type: 'greet', inputs: { name: '=name' }, outputs: { greeting: '=greeting' } });
    await engine.deploy({ name: 'p.bpmn', content: processFile('p', ...chain(start(), task, end())) });
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: { name: 'Ada' } });
    assert.equal((await engine.ended(processInstanceKey)).variables.greeting, 'Hello, Ada');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
    for (const line of lines.trim().split('\n')) JSON.parse(line);
  });
});

test('the lines of a Dockerfile are joined, comments left out', () => {
  assert.deepEqual(parseDockerfile('# a\nFROM x AS y\n\nRUN a \\\n  && b\n'), [
    { name: 'FROM', text: 'x AS y' },
    { name: 'RUN', text: 'a  && b' },
  ]);
});
