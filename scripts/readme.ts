/**
 * Brings the marked blocks of README.md and docs/ up to date: code from the files that the tests run, outputs from
 * running the programs. `--check` changes nothing and ends with 1 if a block is stale.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Block, danglingMarkers, regionOf, replaceBlocks } from './snippets.ts';

/** Programs whose output is shown, by the name in the marker. */
const programs: Readonly<Record<string, { readonly args: readonly string[]; readonly env?: Record<string, string> }>> =
  {
    log: { args: ['examples/log.ts', '{ "message": "Hello, Ada" }'] },
    demo: { args: ['examples/demo.ts'], env: { CAMUNDA_CONNECTION_TYPE: 'EMBEDDED' } },
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
    .replace(/\b\d+(?:\.\d+)? (ms|s)\b/g, '<time> $1')
    .replace(/[^\s"']*\/camunda-connectors-demo-\w+/g, '<folder>');

const runProgram = (name: string): string => {
  const program = programs[name];
  if (program === undefined) throw new Error(`No program ${name}; there are: ${Object.keys(programs).join(', ')}`);
  return execFileSync(process.execPath, ['--import', 'tsx', ...program.args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...program.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
};

const freshContent = ({ kind, name, content }: Block): string => {
  if (kind === 'file') {
    const [path, region] = name.split('#');
    return regionOf(readFileSync(path!, 'utf8'), region);
  }
  const output = runProgram(name);
  return withoutVolatile(output) === withoutVolatile(content) ? content : output;
};

/** The document's text with every marked block as it should be. Rejects markers without a block. */
export const refreshed = (document: string): string => {
  const text = readFileSync(document, 'utf8');
  const dangling = danglingMarkers(text);
  if (dangling.length > 0) throw new Error(`${document}: no fenced block follows ${dangling.join(', ')}`);
  return replaceBlocks(text, freshContent);
};

if (process.argv[1]?.endsWith('readme.ts')) {
  const stale = documents.filter((document) => refreshed(document) !== readFileSync(document, 'utf8'));
  if (process.argv.includes('--check')) {
    if (stale.length > 0) {
      console.error(`Stale: ${stale.join(', ')}. To mend it: npm run readme`);
      process.exitCode = 1;
    }
  } else {
    for (const document of stale) writeFileSync(document, refreshed(document));
    console.log(stale.length === 0 ? 'Every block is up to date.' : `Brought up to date: ${stale.join(', ')}`);
  }
}
