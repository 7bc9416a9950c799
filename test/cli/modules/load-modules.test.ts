import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadingFix } from '../../../src/cli/modules/load-failure.ts';
import { collectConnectors, loadConnectors } from '../../../src/cli/modules/load-modules.ts';
import { isFault } from '../../../src/common/fault.ts';

const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-modules-'));
after(() => rmSync(folder, { recursive: true }));

const outbound = (type: string): string => `{ kind: 'outbound', type: '${type}', run: () => ({}) }`;

const write = (name: string, text: string): void => {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
};

write('package.json', '{ "type": "module" }');
write('log.js', `export const log = ${outbound('log')};\nexport default log;\nexport const version = 3;`);
write('both.mjs', `export const all = [${outbound('a')}, { kind: 'inbound', name: 'b', loop: () => null }];`);
write('typed.ts', `const type: string = 'typed';\nexport const typed = { kind: 'outbound' as const, type };`);
write('none.js', 'export const answer = 42;');
write('broken.js', "throw new Error('no luck today');");
write('syntax.js', 'export const = 3;');
write('imports.js', "import './syntax.js';");
write('unlinked.js', "\nimport { nothing } from './none.js';\nexport const one = nothing;");
write('typo.ts', '\nexport const: number = 3;');
write('later.ts', "interface A { b: string }\n\nthrow new Error('no luck today');");
write('order.bpmn', '<definitions />');
write('common/package.json', '{ "type": "commonjs" }');
write('common/plain.js', `exports.plain = ${outbound('plain')};`);
write(
  'common/compiled.js',
  `const make = (out) => { out.compiled = ${outbound('compiled')}; };
Object.defineProperty(exports, '__esModule', { value: true });\nmake(exports);`,
);
write('common/typed.ts', `export const typed = { ...${outbound('typed')}, kind: 'outbound' as const };`);
write('all/one.js', `export const one = ${outbound('one')};`);
write('all/two.mjs', `export const two = ${outbound('two')};`);
write('all/helper.js', 'export const answer = 42;');
for (const name of ['one.test.js', 'one.spec.mjs', 'types.d.ts', 'data.json']) write(`all/${name}`, 'not a module');
write('all/deeper/three.js', "throw new Error('not asked for');");
write('helpers/helper.js', 'export const answer = 42;');
write('empty/readme.txt', '');
write('node_modules/shelf/package.json', '{ "name": "shelf", "type": "module", "exports": "./main.js" }');
write('node_modules/shelf/main.js', `export const shelf = ${outbound('shelf')};`);
// TypeScript is loaded with the tsx of the project.
symlinkSync(resolve('node_modules/tsx'), join(folder, 'node_modules/tsx'), 'dir');

const types = async (...names: string[]): Promise<unknown> => {
  const { outbound: out, inbound } = await loadConnectors(names, folder);
  return [out.map(({ type }) => type), inbound.map(({ name }) => name)];
};

test('finds connectors in files, single or in lists, and counts one with two names once', async () => {
  assert.deepEqual(await types('./log.js', 'both.mjs'), [['log', 'a'], ['b']]);
});

test('finds connectors in the modules directly in a folder, skips tests, and accepts helpers', async () => {
  assert.deepEqual(await types('all', './log.js'), [['one', 'two', 'log'], []]);
});

for (const [name, message] of [
  ['helpers', /There is no connector in helpers/],
  ['./empty', /The folder \.\/empty contains no module/],
] as const) {
  test(`names a folder without connectors: ${name}`, () => assert.rejects(types(name), message));
}

test('finds connectors in installed packages', async () => {
  assert.deepEqual(await types('shelf'), [['shelf'], []]);
});

test('finds connectors in TypeScript', async () => {
  assert.deepEqual(await types('./typed.ts'), [['typed'], []]);
});

test('keeps two equal connectors of two modules, so that the runtime can refuse them', () => {
  const make = () => ({ kind: 'outbound', type: 'log' });
  const modules = ['a', 'b'].map((name) => ({ name, url: `file:///${name}.js`, exports: { log: make() } }));
  assert.equal(collectConnectors(modules).outbound.length, 2);
});

test('names every module that cannot be used, with the reason', async () => {
  const names = ['./gone.js', 'no-such-package', './broken.js', './syntax.js'];
  await assert.rejects(loadConnectors(names, folder), (error) => {
    assert.ok(isFault(error, 'definition'));
    for (const part of ['no file ./gone.js', 'npm install no-such-package', 'no luck today', './syntax.js', folder]) {
      assert.ok(error.message.includes(part), `${part} in ${error.message}`);
    }
    return true;
  });
});

for (const [name, what, fix] of [
  ['al/', 'There is no folder al/. Did you mean all?', 'give the path of the folder'],
  ['./al/', 'There is no folder ./al/. Did you mean all?', 'give the path of the folder'],
  ['nowhere/', 'There is no folder nowhere/.\n', 'give the path of the folder'],
  ['nowhere/deeper/', 'There is no folder nowhere/deeper/.\n', 'give the path of the folder'],
  ['all/one', 'There is no file or installed package all/one.', 'the extension of a file'],
  ['shelves/log', 'There is no file or installed package shelves/log.', 'npm install shelves'],
  ['@acme/shelves/log', 'There is no file or installed package @acme/shelves/log.', 'npm install @acme/shelves'],
] as const) {
  test(`says what ${name} could be`, () =>
    assert.rejects(loadConnectors([name], folder), (error) => {
      assert.ok(isFault(error, 'definition'), String(error));
      assert.ok(error.message.includes(what), error.message);
      assert.ok(`${error.message}\n`.includes(`${fix}${fix.startsWith('npm') ? '\n' : ''}`), error.message);
      if (name.endsWith('/')) assert.doesNotMatch(error.message, /npm install/);
      return true;
    }));
}

test('a folder may have a slash at its end', async () => {
  assert.deepEqual(await types('all/'), await types('all'));
});

for (const [name, place] of [
  ['./broken.js', 'broken.js:1:7'],
  ['./syntax.js', 'syntax.js:1'],
  ['./imports.js', 'syntax.js:1'],
  ['./unlinked.js', 'unlinked.js:2'],
  ['./typo.ts', 'typo.ts:2'],
  ['./later.ts', 'later.ts:3'],
] as const) {
  test(`names the place in the file if a module cannot be loaded: ${name}`, async () => {
    await assert.rejects(loadConnectors([name], folder), (error) => {
      assert.ok(isFault(error, 'definition'), String(error));
      assert.ok(error.message.includes(`Where: ${join(folder, place)}`), error.message);
      assert.match(error.message, /Fix: /);
      return true;
    });
  });
}

for (const [name, error, hinted] of [
  ['common/plain.js', new SyntaxError('Cannot use import statement outside a module'), true],
  ['common/plain.js', new Error('no luck today'), false],
  ['common/plain.js', 'no luck today', false],
  ['log.js', new SyntaxError('Unexpected token'), false],
  ['both.mjs', new SyntaxError('Unexpected token'), false],
] as const) {
  test(`${hinted ? 'explains' : 'does not explain'} ES modules for ${name} after ${String(error)}`, () => {
    const text = loadingFix(error, pathToFileURL(join(folder, name)).href);
    assert.equal(text.includes('npm pkg set type=module'), hinted, text);
  });
}

test('finds connectors in CommonJS, also if it is TypeScript or compiled from it', async () => {
  assert.deepEqual(await types('./common/plain.js', './common/compiled.js', './common/typed.ts'), [
    ['plain', 'compiled', 'typed'],
    [],
  ]);
});

for (const name of ['./order.bpmn', 'no-such.BPMN']) {
  test(`recognises a BPMN file and explains how to deploy it: ${name}`, () =>
    assert.rejects(loadConnectors([name], folder), (error) => {
      assert.ok(isFault(error, 'definition'), String(error));
      assert.ok(error.message.includes(`${name} is a BPMN file`), error.message);
      assert.ok(error.message.includes(`--resource ${name}`), error.message);
      assert.doesNotMatch(error.message, /TypeScript|npm install/);
      return true;
    }));
}

test('does not take other files for TypeScript', () =>
  assert.rejects(loadConnectors(['./empty/readme.txt'], folder), (error) => {
    assert.ok(isFault(error, 'definition'), String(error));
    assert.doesNotMatch(error.message, /is TypeScript/);
    return true;
  }));

test('names all modules without a connector in one error', async () => {
  await assert.rejects(
    loadConnectors(['./none.js', './log.js', './helpers'], folder),
    /no connector in \.\/none\.js, \.\/helpers\./,
  );
});
