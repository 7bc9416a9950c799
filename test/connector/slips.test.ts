/** What the compiler says to common slips in definitions: it names the field that is missing or wrong. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';

const head = `import { defineInbound, defineOutbound, hints, jobError, pending } from 'camunda-connectors';
import * as v from 'valibot';
const input = v.object({ url: v.string() });
const output = v.object({ status: v.picklist(['ok', 'error']), body: v.string(), count: v.optional(v.number()) });
const read = async (url: string): Promise<string> => url;
void [defineInbound, defineOutbound, hints, jobError, pending, input, output, read];
`;

const outbound = (rest: string): string => `defineOutbound({ name: 'A', type: 'a', input, output, ${rest} });`;
const inbound = (rest: string): string => `defineInbound({ name: 'a', input, output, ${rest} });`;
const operations = (one: string): string =>
  `defineOutbound({ name: 'A', type: 'a', operations: { get: { input, output, ${one} } } });`;

/** The slip, its code, and what the compiler's text must contain. */
const slips: readonly (readonly [title: string, code: string, text: RegExp])[] = [
  ['run: a field of the result is missing', outbound("run: () => ({ status: 'ok' })"), /'body' is missing/],
  ['async run: a field is missing', outbound('run: async ({ url }) => ({ body: url })'), /'status' is missing/],
  [
    'run: a field has another type',
    outbound("run: () => ({ status: 'ok', body: 3 })"),
    /'number' is not assignable to type 'string'/,
  ],
  [
    'run: another literal',
    outbound("run: () => ({ status: 'okay', body: '' })"),
    /'"okay"' is not assignable to type '"error" \| "ok"'/,
  ],
  [
    'run: a misspelt field',
    outbound("run: () => ({ status: 'ok', boddy: '' })"),
    /'body' is missing in type '\{ status: "ok"; boddy: ""; \}'/,
  ],
  [
    'run: await forgotten',
    outbound("run: ({ url }) => ({ status: 'ok', body: read(url) })"),
    /'Promise<string>' is not assignable to type 'string'/,
  ],
  ['run: nothing returned', outbound('run: ({ url }) => { void url; }'), /'void' is not assignable/],
  ['run is missing', outbound('timeout: 3'), /'run' is missing/],
  ['a misspelt option', outbound("run: () => ({ status: 'ok', body: '' }), timout: 3"), /'timout' does not exist/],
  [
    'input without v.object',
    "defineOutbound({ name: 'A', type: 'a', input: { url: v.string() }, run: () => 1 });",
    /'input'|url/,
  ],
  [
    'run: a variable that the input lacks',
    outbound("run: ({ uri }) => ({ status: 'ok', body: uri })"),
    /'uri' does not exist/,
  ],
  ['loop: a field of the message is missing', inbound("loop: () => ({ status: 'ok' })"), /'body' is missing/],
  ['loop: another literal', inbound("loop: () => ({ status: 'okay', body: '' })"), /'"okay"' is not assignable/],
  ['loop: true instead of a message', inbound('loop: () => true'), /'boolean' is not assignable/],
  ['loop is missing', inbound('cycle: 3'), /'loop' is missing/],
  [
    'loop: a state of another type',
    inbound("state: v.object({ seen: v.number() }), loop: () => pending({ seen: 'x' })"),
    /'string' is not assignable to type 'number'/,
  ],
  ['operations: a field of the result is missing', operations("run: () => ({ status: 'ok' })"), /'body' is missing/],
  [
    'operations: another literal',
    operations("run: () => ({ status: 'okay', body: '' })"),
    /'"okay"' is not assignable/,
  ],
  ['operations: run is missing', operations("description: 'x'"), /'run' is missing/],
  ['hints: a misspelt name', "hints({ grupe: 'x' });", /'grupe' does not exist in type 'Hints'/],
  ['hints: another literal', "hints({ feel: 'always' });", /'"always"' is not assignable/],
];

const cases = slips.map(([title, code, text], index) => ({ title, code, text, file: `slip-${index}.ts` }));

describe('the compiler names the field', () => {
  const cache = resolve('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'slips-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let output = '';
  before(() => {
    for (const { file, code } of cases) writeFileSync(join(folder, file), `${head}${code}\n`);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          module: 'nodenext',
          types: ['node'],
          strict: true,
          skipLibCheck: true,
          noEmit: true,
          allowImportingTsExtensions: true,
          paths: { 'camunda-connectors': [resolve('src/index.ts')] },
        },
        files: cases.map(({ file }) => file),
      }),
    );
    const compiler = resolve('node_modules/typescript/bin/tsc');
    output = spawnSync(process.execPath, [compiler, '-p', folder, '--pretty', 'false'], {
      encoding: 'utf8',
      cwd: folder,
    }).stdout;
  });

  for (const { title, file, text } of cases) {
    test(title, () => {
      const own = output
        .split(/^(?=\S)/m)
        .filter((part) => part.startsWith(`${file}(`))
        .join('');
      assert.match(own, text);
      assert.doesNotMatch(own, /KeepLiterals|\[nobody\]/);
    });
  }
});
