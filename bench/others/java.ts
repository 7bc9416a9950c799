/** Camunda's client for Java against the same gateway. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { javaLibraries, javaVersion } from '../../scripts/official-clients/install.ts';
import { type Racer, warmLap } from '../race.ts';
import { lineClient, run } from './lines.ts';

const source = fileURLToPath(new URL('./Worker.java', import.meta.url));

/** Milliseconds for the compiler. */
const compileTime = 120_000;

/** Fetches the client with Maven and compiles a worker into the folder. */
export const javaRacer = async (folder: string): Promise<Racer> => {
  const libraries = join(await javaLibraries(), '*');
  await run('javac', ['-cp', libraries, '-d', folder, source], { timeout: compileTime });
  const settings = await run('java', ['-XshowSettings:properties', '-version']);
  const [, runtime = 'unknown'] = /java\.version = (\S+)/.exec(settings.stderr) ?? [];
  return {
    id: 'java',
    name: `camunda-client-java ${javaVersion} on Java ${runtime}, stream`,
    push: true,
    start: lineClient('java', ['-cp', `${folder}:${libraries}`, 'Worker']),
    optional: true,
    lap: warmLap,
  };
};
