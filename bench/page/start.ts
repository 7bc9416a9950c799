/** How long it takes until the page of `dev` is there. */
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Figure, figureOf, table, withSpread } from '../measure.ts';
import { clone, installed, makeProject, type Program, startDev } from './project.ts';

const ask = (url: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get(url, { headers }, resolve).on('error', reject));

/** Reads what a browser reads before it draws the page. */
const readPage = async (address: string): Promise<void> => {
  const { origin } = new URL(address);
  const entry = await ask(address, {});
  entry.resume();
  const headers = { cookie: (entry.headers['set-cookie']?.[0] ?? '').split(';')[0]! };
  await Promise.all(
    ['/', '/page.js', '/page.css', '/state'].map(async (path) => text(await ask(origin + path, headers))),
  );
};

/** Milliseconds from the start of the process. */
interface Start {
  readonly printed: number;
  readonly served: number;
}

const measure = async (program: Program, args: readonly string[]): Promise<Start> => {
  const { folder, remove } = makeProject(program);
  const dev = startDev(program, folder, args);
  try {
    const [, address = ''] = await dev.prints(/Page: (\S+)/);
    const printed = performance.now() - dev.began;
    await readPage(address);
    return { printed, served: performance.now() - dev.began };
  } finally {
    await dev.stop();
    remove();
  }
};

const cases = (path: (file: string) => string): Readonly<Record<string, () => Promise<Start>>> => ({
  'installed, with --no-watch': () => measure(installed(path), ['--no-watch']),
  'installed, with --watch': () => measure(installed(path), ['--watch']),
  'in a clone, with --no-watch': () => measure(clone, ['--no-watch']),
  'in a clone, with --watch': () => measure(clone, ['--watch']),
});

/**
 * @param path where a compiled file of the benchmark is
 */
export const startTable = async (path: (file: string) => string, rounds: number): Promise<string> => {
  const all = Object.entries(cases(path));
  const results = new Map<string, Start[]>(all.map(([name]) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, run] of all) results.get(name)!.push(await run());
  }
  const figure = (name: string, of: keyof Start): Figure => figureOf(results.get(name)!.map((start) => start[of]));
  return [
    'Milliseconds from the start of the process until the address is printed, and until the page and its first data were read from it.',
    '',
    table(
      ['dev', 'address, ms', 'page, ms'],
      all.map(([name]) => [name, withSpread(figure(name, 'printed')), withSpread(figure(name, 'served'))]),
    ),
  ].join('\n');
};
