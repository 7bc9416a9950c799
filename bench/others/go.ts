/** Camunda's last client for Go against the same gateway. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Racer, warmLap } from '../race.ts';
import { lineClient, run } from './lines.ts';

const source = fileURLToPath(new URL('./worker.go', import.meta.url));
const moduleName = 'github.com/camunda/zeebe/clients/go/v8';
const version = 'v8.5.0';

/** Milliseconds for the modules and for the compiler, which has no cache the first time. */
const buildTime = 400_000;

/**
 * Builds a program that needs the client for Go.
 *
 * @param folder an empty folder
 * @param file the source of the program
 * @returns the path of the program
 */
export const buildGo = async (folder: string, file: string): Promise<string> => {
  const program = join(folder, 'program');
  await copyFile(file, join(folder, 'main.go'));
  await writeFile(join(folder, 'go.mod'), `module main\n\ngo 1.21\n\nrequire ${moduleName} ${version}\n`);
  for (const args of [
    ['get', '.'],
    ['build', '-o', program, '.'],
  ]) {
    await run('go', args, { cwd: folder, timeout: buildTime });
  }
  return program;
};

/** Fetches the client and builds a worker in the folder. */
export const goRacer = async (folder: string): Promise<Racer> => {
  const program = await buildGo(folder, source);
  const [, runtime = 'unknown'] = /go(\d\S*)/.exec((await run('go', ['version'])).stdout) ?? [];
  return {
    id: 'go',
    name: `zeebe/clients/go ${version} on Go ${runtime}, stream`,
    push: true,
    start: lineClient(program),
    optional: true,
    lap: warmLap,
  };
};
