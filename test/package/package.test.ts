import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../engine/support/bpmn.ts';
import { bundle } from './cases/bundle.ts';
import { interopProgram } from './cases/interop.ts';
import { moduleTests, typedMock } from './cases/process-test.ts';
import { commonProgram, expected, moduleProgram } from './cases/program.ts';
import { installTarball, type Packed, pack, requiredPackages, sizeOf, temporaryFolder } from './support.ts';

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

const runNode = (args: readonly string[], env: Readonly<Record<string, string>> = {}): string =>
  execFileSync(process.execPath, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });

/** What a program prints last, as JSON. */
const lastLine = (output: string): unknown => JSON.parse(output.trim().split('\n').at(-1)!);

interface CompilerOptions {
  readonly types: readonly string[];
  readonly lib?: readonly string[];
  readonly skipLibCheck: boolean;
  readonly listFiles?: boolean;
}

/** Compiles the files of the user's project. */
const typeCheck = (
  files: Readonly<Record<string, string>>,
  options: CompilerOptions = { types: ['node'], skipLibCheck: true },
): { readonly ok: boolean; readonly output: string } => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const config = {
    compilerOptions: {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      ...options,
    },
    files: Object.keys(files),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', folder], { cwd: folder, encoding: 'utf8' });
  return { ok: status === 0, output: stdout };
};

/** The values that each entry exports; types come on top. */
const publicNames: Readonly<Record<string, readonly string[]>> = {
  'camunda-connectors': [
    ...['defineOutbound', 'defineInbound', 'defineWebhook'],
    ...['pending', 'isPending'],
    ...['bpmnError', 'inputError', 'jobError', 'isBpmnError', 'isInputError', 'isJobError', 'isFault'],
    ...['adHocResult', 'userTaskResult', 'isJobResult'],
    ...['feelDate', 'feelTime', 'feelDateTime', 'feelDaysTimeDuration', 'feelYearsMonthsDuration'],
    ...['toDate', 'toMilliseconds'],
    ...['hints'],
    ...['document', 'documentResult', 'documentReturnFormat', 'isDocument'],
    ...['configFromEnv', 'createConnection'],
    ...['createRuntime', 'createMemoryScheduler', 'executeOutbound', 'serveHealth', 'runProcesses'],
    ...['envSecrets', 'fileSecrets', 'chainSecrets', 'cachedSecrets', 'clusterSecrets'],
  ],
  'camunda-connectors/engine': ['createEngine', 'createTestClock', 'describeWait', 'explainWaits', 'isInternalProcess'],
  'camunda-connectors/template': ['createTemplate', 'createTemplates', 'stringifyTemplate'],
  'camunda-connectors/testing': [
    ...['cleanUpAfter', 'createProcessTest', 'createTrace', 'matchers', 'mockInbound', 'mockOutbound', 'sequence'],
    ...['runScenario', 'scenarios', 'explore', 'walk', 'testCases'],
    ...['inboundContext', 'memoryDocuments', 'outboundContext', 'recordingLogger'],
  ],
};

/** Switches that libraries and Node.js itself look up when they are loaded. None of them is a setting of ours. */
const switches = /^env (GRPC_\w+|LOG|FORCE_COLOR|NO_COLOR|NODE_\w+|WATCH_REPORT_DEPENDENCIES|TEST_\w+)$/;

/** Reading modules is how importing works. */
const moduleLoading = /^fs \w+ (.*[\\/])?node_modules[\\/]/;

/** Where npm puts the program. */
const program = 'node_modules/camunda-connectors/dist/cli/main.js';

const connector = `import { defineOutbound, executeOutbound } from 'camunda-connectors';
import * as v from 'valibot';

export const greet = defineOutbound({
  name: 'Greeter',
  type: 'greet',
  input: v.object({ name: v.string() }),
  output: v.object({ text: v.string() }),
  run: ({ name }) => ({ text: \`Hello, \${name}\` }),
});
console.log(JSON.stringify(await executeOutbound(greet, { variables: { name: 'Ada' } })));
`;

/** What touches every entry of the package. */
const parts = `import { createMemoryScheduler, createRuntime, defineOutbound, type Runtime, type Scheduler } from 'camunda-connectors';
import { createEngine, createTestClock } from 'camunda-connectors/engine';
import { createTemplate } from 'camunda-connectors/template';
import { outboundContext, type RecordingLogger, recordingLogger } from 'camunda-connectors/testing';
import * as v from 'valibot';

export const greet = defineOutbound({
  name: 'Greeter',
  type: 'greet',
  input: v.object({ name: v.string() }),
  run: ({ name }, { signal }) => ({ name, late: signal.aborted }),
});
export const scheduler: Scheduler = createMemoryScheduler();
export const runtime: Runtime = createRuntime({ outbound: [greet], scheduler });
runtime.on('runtime:signal', ({ signal }) => {
  const known: 'SIGINT' | 'SIGTERM' = signal;
  return known;
});
export const template = createTemplate(greet);
export const logger: RecordingLogger = recordingLogger();
export const context = outboundContext({ logger, job: { retries: 1 } });
export const deploy = async () => {
  const engine = await createEngine({ clock: createTestClock() });
  await engine.deploy({ name: 'a.bpmn', content: new Uint8Array() });
};
`;

const libraryEntries = ['index.js', 'engine/index.js', 'template/index.js', 'testing/index.js'];

const entries = [
  ...libraryEntries,
  ...['cli/main.js', 'cli/dev/host/thread.js', 'cli/dev/host/import-hooks.js', 'cli/template/watch-child.js'],
];

const textOf = (path: string): string => readFileSync(join(folder, 'node_modules/camunda-connectors', path), 'utf8');

/** The files below `dist` that are loaded with others, at once or in any case. */
const loadedFrom = (files: readonly string[], when: 'static' | 'ever' = 'ever'): ReadonlySet<string> => {
  const imports =
    when === 'static' ? /^(?:import|export)\b[^"]*"(\.[^"]+)";$/gm : /(?:\bfrom |\bimport[ (])"(\.[^"]+)"/g;
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const [, path] of textOf(`dist/${file}`).matchAll(imports)) {
      visit(posix.join(posix.dirname(file), path!));
    }
  };
  for (const file of files) visit(file);
  return loaded;
};

const declarationOf = (path: string): string => path.replace(/\.js$/, '.d.ts');

/** The declarations below `dist/cjs` that those of these modules name. */
const declarationsOf = (modules: readonly string[]): ReadonlySet<string> => {
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const [, other] of textOf(`dist/cjs/${path}`).matchAll(/(?:\bfrom |\bimport\()['"](\.[^'"]+\.js)['"]/g)) {
      visit(declarationOf(posix.join(posix.dirname(path), other!)));
    }
  };
  for (const module of modules) visit(declarationOf(module));
  return reached;
};

describe('the packed package', () => {
  let packed: Packed;
  before(async () => {
    packed = await pack();
    installTarball(folder, packed, ['valibot', '@types/node', 'undici-types']);
  });

  test('106. takes about 12 MB and at most 25 packages without the optional dependency', () => {
    const required = requiredPackages();
    const sizes = ['node_modules/camunda-connectors', ...required].map((path) => sizeOf(join(folder, path)));
    const megabytes = sizes.reduce((sum, size) => sum + size) / 1e6;
    assert.ok(sizes.length <= 25, `${sizes.length} packages`);
    assert.ok(megabytes <= 12.5, `${megabytes.toFixed(1)} MB`);
    assert.deepEqual(
      required.filter((path) => /camunda8|grpc|undici|zod/.test(path)),
      [],
    );
  });

  test('holds what a user needs and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const besideDist = paths.filter((path) => !path.startsWith('dist/'));
    const folders = ['docs', 'examples'].flatMap((top) =>
      readdirSync(top, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name).replaceAll('\\', '/')),
    );
    const beside = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json', 'bench/README.md', ...folders];
    assert.deepEqual(besideDist.sort(), beside.sort());

    const built = [
      ...libraryEntries.map((path) => `dist/${declarationOf(path)}`),
      ...[...declarationsOf(libraryEntries)].map((path) => `dist/cjs/${path}`),
      ...[...loadedFrom(entries)].map((path) => `dist/${path}`),
      ...[...loadedFrom(libraryEntries)].map((path) => `dist/cjs/${path}`),
      ...['dist/THIRD-PARTY.txt', 'dist/cjs/package.json'],
      ...['index.html', 'page.js', 'page.css', 'LICENSES.txt'].map((name) => `dist/page/${name}`),
    ];
    const vendored = paths.filter((path) => /^dist\/cjs\/vendor\/[\w@/-]+\.js$/.test(path));
    for (const name of ['bpmn-moddle', 'dmn-moddle']) {
      assert.ok(vendored.includes(`dist/cjs/vendor/${name}.js`), `${name} is bundled`);
    }
    // Parts of the page that load when they are needed are named after their content.
    const parts = paths.filter((path) => /^dist\/page\/part-\w+\.js$/.test(path));
    assert.deepEqual(paths.filter((path) => path.startsWith('dist/')).sort(), [...built, ...vendored, ...parts].sort());
  });

  test('loads two files beside the entry for the library, and few for the command start', () => {
    assert.deepEqual(loadedFrom(['index.js'], 'static'), new Set(['index.js', 'core.js', 'base.js']));
    // What runs no connectors loads only one of them.
    for (const entry of ['engine/index.js', 'cli/main.js']) {
      const files = loadedFrom([entry], 'static');
      assert.ok(files.has('base.js') && !files.has('core.js'), [...files].join(' '));
    }
    const start = [...loadedFrom(entries)].filter((file) => /^chunks\/start-\w+\.js$/.test(file));
    const found = start.filter((file) => textOf(`dist/${file}`).includes('// src/cli/start/start.ts'));
    assert.equal(found.length, 1);
    const loaded = loadedFrom(['cli/main.js', ...found], 'static');
    assert.ok(loaded.size <= 16, [...loaded].join(' '));
  });

  test('holds every file, folder and picture that its pages link to', () => {
    const paths = packed.files.map(({ path }) => path);
    const pages = paths.filter((path) => path.endsWith('.md'));
    const broken = pages.flatMap((page) => {
      const prose = readFileSync(page, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
      return [...prose.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
        .map(([, link]) => link!)
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => posix.join(posix.dirname(page), link))
        .filter((target) => !paths.some((path) => path === target || path.startsWith(`${target.replace(/\/$/, '')}/`)))
        .map((target) => `${page}: ${target}`);
    });
    assert.ok(pages.length > 15);
    assert.deepEqual(broken, []);
  });

  test('holds every page that its errors name', () => {
    const paths = new Set(packed.files.map(({ path }) => path));
    const programs = [...paths]
      .filter((path) => path.endsWith('.js'))
      .map((path) => readFileSync(join(folder, 'node_modules/camunda-connectors', path), 'utf8'));
    const withoutComments = programs.map((text) => text.replaceAll(/\/\*[\s\S]*?\*\//g, ''));
    const named = new Set(withoutComments.flatMap((text) => text.match(/docs\/[\w-]+\.md/g) ?? []));
    assert.equal(named.has('docs/connection.md'), true);
    for (const page of named) assert.equal(paths.has(page), true, page);
  });

  for (const globals of [
    { lib: ['ES2022'], types: ['node'] },
    { lib: ['ES2022', 'DOM'], types: [] },
  ]) {
    test(`its declaration files type-check with ${JSON.stringify(globals)}`, () => {
      const options = { ...globals, skipLibCheck: false };
      assert.deepEqual(typeCheck({ 'parts.mts': parts, 'parts.cts': parts }, options), { ok: true, output: '' });
    });
  }

  test('a connector of ten lines type-checks with it, and runs', () => {
    const { ok, output } = typeCheck(
      { 'greet.ts': connector },
      { types: ['node'], skipLibCheck: true, listFiles: true },
    );
    assert.equal(ok, true, output);
    // The declarations of the package are those of CommonJS modules, and would otherwise bring the others of valibot.
    assert.deepEqual(output.match(/valibot\/dist\/.*/g), ['valibot/dist/index.d.mts']);
    assert.deepEqual(JSON.parse(runNode(['greet.js'])), { kind: 'complete', variables: { text: 'Hello, Ada' } });
  });

  test('a result that the output schema refuses does not type-check', () => {
    const { ok, output } = typeCheck({ 'wrong.ts': connector.replace(/`Hello, .*`/, '42') });
    assert.equal(ok, false);
    assert.match(output, /wrong\.ts\(9,/);
  });

  test('the engine of the package runs a process for a connector of the package', () => {
    mkdirSync(join(folder, 'bpmn'), { recursive: true });
    writeFileSync(join(folder, 'bpmn/hello.bpmn'), readFileSync('examples/bpmn/hello.bpmn'));
    writeFileSync(
      join(folder, 'whole.js'),
      `import { createConnection, createRuntime, defineOutbound } from 'camunda-connectors';
import * as v from 'valibot';
const log = defineOutbound({ name: 'L', type: 'log', input: v.object({ message: v.string() }), run: ({ message }) => ({ logged: message }) });
const connection = createConnection({ type: 'EMBEDDED', resources: ['bpmn'] });
const runtime = createRuntime({ outbound: [log], connection });
await runtime.start();
const { variables } = await connection.createInstanceWithResult({ bpmnProcessId: 'hello', variables: '{"name":"Ada"}' }, { timeout: 10000 });
await runtime.stop();
await connection.close();
process.stdout.write('\\n' + variables);
`,
    );
    const lines = runNode(['whole.js']).trim().split('\n');
    assert.deepEqual(JSON.parse(lines.at(-1)!), { name: 'Ada', logged: 'Hello, Ada' });
  });

  test('a mock with the types of its connector type-checks, and one with others does not', () => {
    assert.deepEqual(typeCheck({ 'mock.ts': typedMock('{ paid: total > 1 }') }), { ok: true, output: '' });
    const { ok, output } = typeCheck({ 'mock.ts': typedMock('{ paid: String(total) }') });
    assert.equal(ok, false);
    assert.match(output, /mock\.ts\(11,/);
  });

  test('process tests run with the package under node:test', () => {
    writeFileSync(join(folder, 'process.test.mjs'), moduleTests('node:test'));
    assert.match(runNode(['--test', '--test-reporter=tap', 'process.test.mjs']), /^# pass 3$/m);
  });

  test('every entry works with import and with require', () => {
    writeFileSync(join(folder, 'program.mjs'), moduleProgram);
    writeFileSync(join(folder, 'program.cjs'), commonProgram);
    assert.deepEqual(lastLine(runNode(['program.mjs'])), expected);
    assert.deepEqual(lastLine(runNode(['program.cjs'])), expected);
  });

  test('errors, pending, job results and connectors pass between the imported and the required package', () => {
    writeFileSync(join(folder, 'interop.mjs'), interopProgram);
    const activate = serviceTask('Activate', {
      type: '_activate_inbound_connector',
      inputs: { name: 'feed', correlation_key: '="k"' },
    });
    const arrived = catchEvent('Arrived', { message: { name: 'feed', correlationKey: '="k"' } });
    const content = processFile('p', ...chain(start(), activate, arrived, end()));
    assert.equal(runNode(['interop.mjs'], { PROCESS: content }), 'both understand each other');
  });

  test('connectors of the imported and of the required package have types that both take', () => {
    const made = connector.replace(/console.*/, '').replace('defineOutbound, executeOutbound', 'defineOutbound');
    const used = (file: string, mode: string) => `import { createRuntime } from 'camunda-connectors';
import type { greet } from './${file}' with { 'resolution-mode': '${mode}' };
export const start = (one: typeof greet) => createRuntime({ outbound: [one] });
`;
    const files = {
      ...{ 'made.mts': made, 'made.cts': made },
      ...{ 'used.cts': used('made.mjs', 'import'), 'used.mts': used('made.cjs', 'require') },
    };
    assert.deepEqual(typeCheck(files), { ok: true, output: '' });
  });

  for (const format of ['cjs', 'esm'] as const) {
    test(`a program bundled into one ${format} file runs without node_modules`, async () => {
      const alone = temporaryFolder();
      try {
        const { path, warnings } = await bundle(format, folder, alone);
        assert.deepEqual(warnings, []);
        assert.deepEqual(readdirSync(alone).length, 1);
        assert.deepEqual(lastLine(execFileSync(process.execPath, [path], { cwd: alone, encoding: 'utf8' })), expected);
      } finally {
        rmSync(alone, { recursive: true, force: true });
      }
    });
  }

  test('the program starts from the package', () => {
    const help = runNode([program, '--help']);
    assert.match(help, /start/);
    assert.match(help, /EXIT CODES/);
  });

  test('the program takes TypeScript where the project has tsx, and says what is missing where it has not', () => {
    writeFileSync(join(folder, 'typed.ts'), connector.replace(/console.*/, 'export const count: number = 3;'));
    const start = (cwd: string, module: string) =>
      spawnSync(process.execPath, [join(folder, program), 'dev', module, '--run', 'nothing'], {
        cwd,
        encoding: 'utf8',
      });
    const withTsx = start(process.cwd(), join(folder, 'typed.ts'));
    assert.match(withTsx.stderr, /nothing/);
    assert.doesNotMatch(withTsx.stderr, /TypeScript|cannot be loaded/);
    if (!('typescript' in process.features)) {
      assert.match(start(folder, './typed.ts').stderr, /typed\.ts is TypeScript.*npm install --save-dev tsx/s);
    }
  });

  for (const [entry, names] of Object.entries(publicNames)) {
    test(`${entry} exports exactly what it promises, to import and require`, () => {
      const text = `console.log(JSON.stringify(Object.keys(await import('${entry}')).sort()))`;
      assert.deepEqual(JSON.parse(runNode(['--input-type=module', '-e', text])), [...names].sort());
      const required = `console.log(JSON.stringify(Object.keys(require('${entry}')).sort()))`;
      assert.deepEqual(JSON.parse(runNode(['--input-type=commonjs', '-e', required])), [...names].sort());
    });
  }

  for (const entry of Object.keys(publicNames)) {
    test(`importing and requiring ${entry} does nothing: no environment, files, timers, connections or signals`, () => {
      const watcher = resolve('test/package/watch-import.mjs');
      const act = (text: string, type: 'module' | 'commonjs' = 'module'): readonly string[] =>
        (JSON.parse(runNode(['--import', pathToFileURL(watcher).href, `--input-type=${type}`, '-e', text])) as string[])
          .filter((what) => !switches.test(what) && !moduleLoading.test(what))
          .sort();
      const watched = "process.env.HOME; (await import('node:fs')).existsSync('x'); setTimeout(() => {}, 0)";
      assert.deepEqual(act(watched), ['env HOME', 'fs existsSync x', 'timer setTimeout']);
      assert.deepEqual(act(`await import('${entry}')`), []);
      assert.deepEqual(act(`require('${entry}')`, 'commonjs'), []);
    });
  }

  test('what is not exported cannot be reached', () => {
    const text = "await import('camunda-connectors/dist/index.js').catch((e) => console.log(e.code))";
    assert.match(runNode(['--input-type=module', '-e', text]), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });
});
