/**
 * Brings the marked blocks of README.md and docs/ up to date: code from the files that the tests run, outputs from
 * running the programs, pictures from the source code. `--check` changes nothing and ends with 1 if a block is stale.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { transitions } from '../src/runtime/jobs/stream.ts';
import { drawRooms } from './pictures/rooms.ts';
import { drawStates } from './pictures/states.ts';
import { type ProgramOptions, runProgram } from './program.ts';
import { type Block, blocksOf, danglingMarkers, regionOf, replaceBlocks } from './snippets.ts';

interface Program extends ProgramOptions {
  readonly args: readonly [string, ...string[]];
}

/** Their output goes into a pipe, where log lines would be JSON. */
const readable = { CAMUNDA_CONNECTORS_LOG_FORMAT: 'text' };

/** Programs whose output is shown, by the name in the marker. */
const programs: Readonly<Record<string, Program>> = {
  log: { args: ['examples/log.ts', '{ "message": "Hello, Ada" }'] },
  demo: { args: ['examples/demo.ts'], env: { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' } },
  worker: {
    args: ['examples/worker.ts'],
    env: { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_RESOURCES: 'examples/bpmn', ...readable },
    until: 'Running',
  },
  secrets: { args: ['examples/secrets.ts'], env: { SECRET_PASSWORD: 'correct horse' } },
  health: { args: ['examples/health.ts'], env: { CAMUNDA_CONNECTORS_LOG_LEVEL: 'error' } },
  tracing: { args: ['examples/tracing.ts'], env: { CAMUNDA_CONNECTORS_LOG_LEVEL: 'error' } },
  start: {
    args: ['src/cli/main.ts', 'start', 'examples/log.ts'],
    env: { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED', CAMUNDA_CONNECTORS_LOG_FORMAT: 'json' },
    until: 'Outbound',
  },
  check: {
    args: ['src/cli/main.ts', 'check', 'examples/log.ts', 'examples/random-inbound.ts'],
    env: { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' },
  },
  'template-help': { args: ['src/cli/main.ts', 'template', '--help'] },
  dev: {
    args: [
      'src/cli/main.ts',
      ...['dev', 'examples/log.ts', '--resource', 'examples/bpmn/hello.bpmn'],
      ...['--run', 'hello', '--variables', '{ "name": "Ada" }'],
    ],
  },
};

/** Mermaid pictures, by the name in the marker. */
const pictures: Readonly<Record<string, () => string>> = {
  rooms: () => drawRooms(''),
  'runtime-rooms': () => drawRooms('runtime/'),
  'stream-states': () =>
    drawStates(transitions, 'closed', { name: 'stream', states: ['opening', 'reading', 'paused'] }),
};

/** The files that have marked blocks. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** What differs from run to run: keys, ports, random numbers, times, places. */
export const withoutVolatile = (output: string): string =>
  output
    .replace(/\b2251799813\d+\b/g, '<key>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/("?random_number"?:\s*|number is )\d+/g, '$1<number>')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<date>')
    .replace(/\b\d+(?:\.\d+)? (ms|s)\b/g, '<time> $1')
    // consola marks its lines otherwise where it takes the terminal for a test's.
    .replace(/^(?:\[info\]|ℹ) /gm, '')
    .replace(/[^\s"']*\/camunda-connectors-demo-\w+/g, '<folder>');

const outputOf = async (name: string): Promise<string> => {
  const program = programs[name];
  if (program === undefined) throw new Error(`No program ${name}; there are: ${Object.keys(programs).join(', ')}`);
  const { code, output, errors } = await runProgram(program.args, program);
  if (code !== 0) throw new Error(`The program ${name} ended with ${code}:\n${output}${errors}`);
  return output.replace(/[ \t]+$/gm, '').trimEnd();
};

const freshContent = async ({ kind, name, content }: Block): Promise<string> => {
  if (kind === 'file') {
    const [path, region] = name.split('#');
    return regionOf(readFileSync(path!, 'utf8'), region);
  }
  if (kind === 'picture') {
    const draw = pictures[name];
    if (draw === undefined) throw new Error(`No picture ${name}; there are: ${Object.keys(pictures).join(', ')}`);
    return draw();
  }
  const output = await outputOf(name);
  return withoutVolatile(output) === withoutVolatile(content) ? content : output;
};

/** The document's text with every marked block as it should be. Rejects markers without a block. */
export const refreshed = async (document: string): Promise<string> => {
  const text = readFileSync(document, 'utf8');
  const dangling = danglingMarkers(text);
  if (dangling.length > 0) throw new Error(`${document}: no fenced block follows ${dangling.join(', ')}`);
  const fresh = new Map<string, string>();
  for (const block of blocksOf(text)) fresh.set(`${block.kind} ${block.name}`, await freshContent(block));
  return replaceBlocks(text, ({ kind, name }) => fresh.get(`${kind} ${name}`)!);
};

if (process.argv[1]?.endsWith('readme.ts')) {
  const stale: string[] = [];
  for (const document of documents) {
    const text = await refreshed(document);
    if (text === readFileSync(document, 'utf8')) continue;
    stale.push(document);
    if (!process.argv.includes('--check')) writeFileSync(document, text);
  }
  if (stale.length === 0) console.log('Every block is up to date.');
  else if (process.argv.includes('--check')) {
    console.error(`Stale: ${stale.join(', ')}. Fix: npm run readme`);
    process.exitCode = 1;
  } else console.log(`Brought up to date: ${stale.join(', ')}`);
}
