/**
 * Draws the example processes that the pages show as docs/pictures/*.svg. `--check` changes nothing and ends with 1 if a
 * picture is stale. The screenshots beside them are taken by test/template/browser.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { drawDiagram, drawingStyle, type Look } from '../src/testing/diagram/draw.ts';
import { readLayout } from '../src/testing/diagram/layout.ts';

/** The processes of examples/bpmn that the pages show. */
export const drawnProcesses: readonly string[] = ['log-random', 'lend-book', 'remind'];

/** Where the picture of a process is. */
export const pictureOf = (process: string): string => `docs/pictures/${process}.svg`;

/** Pictures are the same in light and dark, as GitHub shows them in both. */
const style = `:root { --ink: #22242a; --plain: #22242a; --plain-fill: #fff; --used: #1a7f37; --used-fill: #dcf5e3; --missed: #6e7781; --missed-fill: #f3f4f6; }
svg { background: #fff; }
${drawingStyle}`;

const plain: Look = { className: 'plain', tip: '' };

/** The picture of a process as it should be. */
export const drawn = async (process: string): Promise<string> => {
  const file = `examples/bpmn/${process}.bpmn`;
  const layout = await readLayout(file, readFileSync(file));
  const picture = drawDiagram(layout, { title: layout.title, lookOf: () => plain, style });
  if (picture === undefined) throw new Error(`${file} has no diagram.`);
  return `${picture}\n`;
};

const isFresh = (path: string, text: string): boolean => {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
};

if (process.argv[1]?.endsWith('pictures.ts')) {
  const stale: string[] = [];
  for (const name of drawnProcesses) {
    const text = await drawn(name);
    const path = pictureOf(name);
    if (isFresh(path, text)) continue;
    stale.push(path);
    if (!process.argv.includes('--check')) writeFileSync(path, text);
  }
  if (stale.length === 0) console.log('Every drawing is up to date.');
  else if (process.argv.includes('--check')) {
    console.error(`Stale: ${stale.join(', ')}. Fix: npm run pictures`);
    process.exitCode = 1;
  } else console.log(`Drawn: ${stale.join(', ')}`);
}
