/**
 * The code blocks of README and docs: each one alone is a module that compiles under `strict` in a project of a user,
 * beside the examples, and imports nothing that it does not use. A block with a line `// …` is a fragment: it shows a part
 * of something that the text names, and is compiled with its file only.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { before, test } from 'node:test';
import { documents } from '../../scripts/readme.ts';

interface CodeBlock {
  readonly line: number;
  readonly text: string;
  /** The folder of its file inside examples, where its relative imports begin. */
  readonly folder: string;
}

/** The blocks of a page in TypeScript, with the line on which each begins. */
const blocksOf = (page: string): readonly CodeBlock[] => {
  const markdown = readFileSync(page, 'utf8');
  return [...markdown.matchAll(/(?:<!-- file: ([^#\s]+)\S* -->\n\n?)?^```(?:ts|typescript)\n([\s\S]*?)^```/gm)].map(
    ({ index, 1: file, 2: text }) => ({
      line: markdown.slice(0, index).split('\n').length,
      text: text!,
      folder: file?.startsWith('examples/') ? dirname(file.slice('examples/'.length)) : '.',
    }),
  );
};

/** Whether the reader sees that the block is a part of something. */
const isFragment = (text: string): boolean => /^\s*\/\/ …/m.test(text);

/** What a reader has of their own. */
const own: Readonly<Record<string, string>> = {
  'session.ts':
    "export const session = async (): Promise<{ readonly accessToken: string }> => ({ accessToken: '' });\n",
};

/** Whether that line of a text belongs to an import. */
const importsAt = (text: string, line: number): boolean =>
  text
    .split('\n')
    .slice(0, line)
    .findLast((each) => /^\S/.test(each) && !each.startsWith('}'))
    ?.startsWith('import ') ?? false;

/**
 * What the compiler says of each file of a user's project, where the package's entries are our sources; under the empty name,
 * what it says of the project.
 */
const compile = (files: Readonly<Record<string, string>>): ReadonlyMap<string, string> => {
  const cache = resolve('node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'blocks-'));
  try {
    cpSync('examples', folder, { recursive: true, filter: (path) => !/\.test\.ts$|docker|templates|bpmn/.test(path) });
    for (const [name, text] of Object.entries({ ...own, ...files })) writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const entry = (name: string): readonly [string] => [resolve('src', name, 'index.ts')];
    const config = {
      compilerOptions: {
        target: 'es2022',
        module: 'nodenext',
        types: ['node'],
        strict: true,
        noUnusedLocals: true,
        skipLibCheck: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        paths: {
          'camunda-connectors': entry(''),
          ...Object.fromEntries(
            ['engine', 'template', 'testing'].map((name) => [`camunda-connectors/${name}`, entry(name)]),
          ),
        },
      },
      files: Object.keys(files),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout } = spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], {
      cwd: folder,
      encoding: 'utf8',
    });
    const errors = new Map<string, string>();
    for (const part of stdout.split(/^(?=\S)/m)) {
      const [, name = '', line, code] = /^(.+?)\((\d+),\d+\): error (TS\d+)/.exec(part) ?? [];
      const text = files[name];
      // Our sources and examples have settings of their own, and a block may declare what only its reader uses.
      if (text === undefined && name !== '') continue;
      if (['TS6133', 'TS6192', 'TS6198'].includes(code!) && !importsAt(text!, Number(line))) continue;
      errors.set(name, (errors.get(name) ?? '') + part);
    }
    return errors;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The blocks that are compiled, by the names of their files. */
const blocks: Readonly<Record<string, string>> = Object.fromEntries(
  documents.flatMap((page) =>
    blocksOf(page)
      .filter(({ text }) => !isFragment(text))
      .map(({ line, text, folder }) => [
        join(folder, `${page.replace(/\W/g, '-')}-line-${line}.ts`),
        `${text}\nexport {};\n`,
      ]),
  ),
);

/** Files with errors that must be found. */
const wrong = {
  'wrong.ts': "const name: number = 'x';\nexport {};\n",
  'unused.ts': "import {\n  readFileSync,\n  writeFileSync,\n} from 'node:fs';\nreadFileSync('a');\nconst mine = 1;\n",
};

let errors: ReadonlyMap<string, string>;

before(() => {
  // All in one project, because the compiler reads and checks our sources for each project.
  errors = compile({ ...blocks, ...wrong });
});

test('every block of TypeScript alone is a module that compiles in a user’s project', () => {
  assert.ok(Object.keys(blocks).length >= 40, Object.keys(blocks).join(', '));
  const found = [...errors].filter(([name]) => !(name in wrong)).map(([, text]) => text);
  assert.equal(found.join(''), '');
});

test('a block with an error is found', () => {
  assert.match(errors.get('wrong.ts') ?? '', /wrong\.ts\(1,7\): error TS2322/);
});

test('an import that a block does not use is found', () => {
  assert.match(errors.get('unused.ts') ?? '', /^unused\.ts\(3,3\): error TS6133.*writeFileSync[^\n]*\n$/);
});
