/**
 * Draws the example processes that the pages show as docs/pictures/*.svg. `--check` changes nothing and ends with 1 if a
 * picture is stale. The screenshots beside them are taken by test/template/browser.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { lookOf } from '../src/testing/coverage/report.ts';
import { drawDiagram, drawingStyle, type Look } from '../src/testing/diagram/draw.ts';
import { readLayout } from '../src/testing/diagram/layout.ts';
import { createProcessTest } from '../src/testing/index.ts';

/** The processes of examples/bpmn that the pages show. */
export const drawnProcesses: readonly string[] = ['log-random', 'lend-book', 'remind', 'trip'];

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

/** The picture of coverage: a process that is reminded, and never gets its file. */
export const coveragePicture = 'docs/pictures/coverage.svg';

/** The picture of coverage as it should be, of a process test that runs now. */
export const drawnCoverage = async (): Promise<string> => {
  const file = 'examples/bpmn/remind.bpmn';
  const processes = await createProcessTest({
    resources: file,
    mocks: { jobs: { _activate_inbound_connector: {}, log: {} } },
  });
  const reminder = await processes.start('remind', { path: 'a-file', patience: 'P1D' });
  await reminder.completed({ at: 'EndGivenUp' });
  const { processes: counted } = processes.counts();
  await processes.stop();
  const coverage = counted.map(({ process, elements, flows }) => ({
    ...{ bpmnProcessId: process.bpmnProcessId, name: process.name, resourceName: file, model: file },
    elements: process.elements.map(({ id, name, type }) => ({ id, name, type, ...elements[id]! })),
    flows: process.flows.map((flow) => ({ ...flow, taken: flows[flow.id] ?? 0 })),
  }));
  const layout = await readLayout(file, readFileSync(file));
  return `${drawDiagram(layout, { title: `Coverage of ${reminder.bpmnProcessId}`, lookOf: lookOf(coverage), style })}\n`;
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
  const pictures = [
    ...drawnProcesses.map((name) => [pictureOf(name), () => drawn(name)] as const),
    [coveragePicture, drawnCoverage] as const,
  ];
  for (const [path, draw] of pictures) {
    const text = await draw();
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
