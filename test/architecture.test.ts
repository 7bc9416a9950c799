import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { importsOf, readSources } from '../scripts/imports.ts';

/** What each room may import, beside itself. `index` is the public entry, which only gathers. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  common: [],
  connector: ['common'],
  feel: ['common'],
  // The types of the engine that the embedded connection returns.
  grpc: ['common'],
  connection: ['common', 'connector', 'grpc', 'engine/options.ts', 'engine/types.ts'],
  engine: ['common', 'connector', 'feel', 'grpc'],
  runtime: ['common', 'connector', 'feel', 'connection'],
  template: ['common', 'connector', 'feel'],
  testing: ['common', 'connector', 'feel', 'connection', 'runtime', 'engine'],
  cli: ['common', 'connector', 'feel', 'connection', 'runtime', 'template', 'engine', 'testing'],
  index: ['common', 'connector', 'connection', 'runtime'],
  // The page runs in a browser: of the rest it knows only types, how forms are read, and where their values are.
  page: ['cli/dev/page/contract.ts', 'cli/dev/page/contract/form-fields.ts', 'cli/dev/page/contract/read-form.ts'],
};

/**
 * The order inside a folder, lowest first: its rooms (folders), and files that several rooms import. Each may import those
 * before it. `''` stands for all other files of the folder.
 */
const roomOrder: Readonly<Record<string, readonly string[]>> = {
  common: ['collections', 'files', ''],
  cli: [
    'exit-codes.ts',
    'own-files.ts',
    'command.ts',
    'arguments.ts',
    'modules',
    'hints',
    'init',
    'start',
    'check',
    'dev',
    'engine',
    'template',
    'test',
    'view',
    '',
  ],
  'cli/hints': ['types.ts', 'model-parts.ts', 'slips.ts', 'references', ''],
  'cli/dev': [
    ...['options.ts', 'log-lines.ts', 'session.ts', 'deploy.ts', 'cluster-secrets.ts', 'webhooks'],
    ...['actions', 'advice', 'host'],
    ...['watch', 'commands', 'page', ''],
  ],
  'cli/dev/page': [
    ...['contract', 'contract.ts', 'access.ts', 'json.ts', 'history', 'steps.ts', 'steps-back.ts', 'sources.ts'],
    ...['examples', 'forms', 'queries', 'actions', ''],
  ],
  page: [
    'route.ts',
    'live.ts',
    'data.ts',
    'fold.ts',
    'lazy.tsx',
    'layout',
    'parts',
    'keys.ts',
    'versions',
    'views',
    'forms',
    'lists',
    'view-list.ts',
    '',
  ],
  'cli/test': ['options.ts', 'reporters', ''],
  connection: [
    ...[
      'port.ts',
      'faults.ts',
      'tenants.ts',
      'status-faults.ts',
      'requests',
      'address.ts',
      'deferred-stream.ts',
      'open-calls.ts',
      'documents.ts',
    ],
    ...['settings', 'network', 'auth', 'grpc', 'rest', ''],
  ],
  'connection/grpc': ['transport', ''],
  'connection/rest': ['http', 'messages', 'polls', ''],
  grpc: ['status-codes.ts', 'frames.ts', 'protocol', 'protobuf', ''],
  connector: [
    ...[
      'brand.ts',
      'document.ts',
      'errors.ts',
      'job-kinds.ts',
      'job-results.ts',
      'pending.ts',
      'template-settings.ts',
      'hints.ts',
    ],
    ...['types.ts', 'schema.ts', 'activation-names.ts'],
    ...['values', 'webhooks', 'input', 'rules', 'documents', 'definitions', ''],
  ],
  runtime: [
    'shared',
    'secrets',
    'execute',
    'send',
    'jobs',
    'subscriptions',
    'inbound',
    'observe',
    'process-signals.ts',
    'processes',
    '',
  ],
  'runtime/inbound': [
    ...[
      'bodies',
      'types.ts',
      'fetch-text.ts',
      'http-answer.ts',
      'answer-of.ts',
      'call-end.ts',
      'delivery-id.ts',
      'verify',
      'samples',
      'addresses',
      'waits',
      'calls',
      'server',
      '',
    ],
  ],
  'runtime/inbound/verify': ['headers.ts', 'compare.ts', 'refusals.ts', 'signatures', ''],
  'runtime/execute': ['job.ts', 'retry-backoff.ts', 'documents', 'input', 'expressions', ''],
  'runtime/secrets': ['masking', ''],
  'runtime/subscriptions': ['', 'durable'],
  template: [
    'types.ts',
    'labels.ts',
    'feel-literal.ts',
    'validation',
    'schema',
    'controls',
    'fields',
    'menu',
    'elements',
    '',
  ],
  engine: ['model', 'decisions', 'machine', 'waits', 'host', 'deployment', 'secondary-storage', 'gateway', ''],
  'engine/gateway': ['messages', '', 'grpc', 'rest'],
  'engine/gateway/rest': [
    ...['problems.ts', 'operation.ts', 'fields.ts', 'multipart.ts', 'search', 'queries', 'operations', ''],
  ],
  'engine/machine': [
    ...[
      'values.ts',
      'requests.ts',
      'tenants.ts',
      'task-types.ts',
      'view-types.ts',
      'decision-types.ts',
      'look-in-types.ts',
      'event-types.ts',
    ],
    ...['types.ts', 'rejection.ts', 'random.ts', 'store', 'snapshot', 'evaluation', 'flow', 'elements', 'commands', ''],
  ],
  'engine/machine/commands': ['task-properties.ts', 'business-ids.ts', 'jobs', 'instances', 'resources', ''],
  'engine/machine/store': [
    ...['records.ts', 'state.ts', 'context.ts', 'keys.ts', 'loops.ts', 'listeners.ts'],
    ...['variables.ts', 'views.ts', 'events', 'work', ''],
  ],
  'engine/decisions': ['types.ts', 'xml', 'read', 'evaluate', ''],
  'engine/model': ['cluster-version.ts', 'types.ts', 'iso8601.ts', 'cron.ts', 'xml', 'elements', 'checks', ''],
  'engine/model/elements': [
    ...['expressions.ts', 'unsupported.ts', 'graph.ts', 'zeebe-extensions.ts'],
    ...['event-definitions', 'listeners', 'multi-instance.ts', 'node-base.ts', 'ad-hoc', ''],
  ],
  testing: [
    'default-tenant.ts',
    'state',
    'calls',
    'arguments.ts',
    'outcomes.ts',
    'clean-up.ts',
    'recording-logger.ts',
    'recording',
    'trace',
    'types.ts',
    'explore-types.ts',
    'diagram',
    'coverage',
    'fixture',
    'cases',
    '',
  ],
  'testing/cases': [
    ...['types.ts', 'result-text.ts', 'sight.ts', 'refuse.ts', 'variables.ts', 'placed-cases.ts', 'carry-out-case.ts'],
    ...['read', 'session', 'instructions', 'record', 'cluster', ''],
  ],
  feel: ['types.ts', 'faults.ts', 'limits', 'values', 'regex', 'functions', 'syntax', 'compile', ''],
  'feel/values': ['decimal.ts', 'kinds.ts', 'temporal', ''],
};

/** More files than this in one folder, and the list of its files no longer explains it. */
const maxFilesInFolder = 15;

/** Imports that are allowed only where they load nothing until they are called for. */
const onlyDynamic: Readonly<Record<string, readonly string[]>> = { connection: ['engine'] };

const sources = readSources();

const room = (file: string): string =>
  file.includes('/') ? file.slice(0, file.indexOf('/')) : file.replace('.ts', '');

const allows = (rules: readonly string[], target: string): boolean =>
  rules.some((rule) => rule === target || rule === room(target));

const imports = sources.flatMap(importsOf);

test('the check sees static, type, side-effect and dynamic imports', () => {
  const text =
    "import a from '../b/c.ts';\nimport type { D } from './d.ts';\nimport './e.ts';\nawait import('../f/g.ts');\ntype H = import('./h.ts').H;";
  assert.deepEqual(
    importsOf({ name: 'a/x.ts', text }).map(({ line, target, dynamic }) => [line, target, dynamic]),
    [
      [1, 'b/c.ts', false],
      [2, 'a/d.ts', false],
      [3, 'a/e.ts', false],
      [4, 'f/g.ts', true],
      [5, 'a/h.ts', false],
    ],
  );
  assert.ok(imports.length > 10);
});

test('only one module uses its own place, because the package puts modules together', () => {
  // The description of Zeebe's elements is a file in the sources only.
  const allowed = ['cli/own-files.ts', 'engine/model/xml/zeebe-types.ts'];
  const found = sources
    .filter(({ text }) => /\bimport\.meta\b/.test(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')))
    .map(({ name }) => name);
  assert.deepEqual(found.sort(), allowed);
});

test('every room imports only what it may', () => {
  const forbidden = imports
    .filter(({ file, target, dynamic }) => {
      const from = room(file);
      return !(
        from === room(target) ||
        allows(mayImport[from] ?? [], target) ||
        (dynamic && allows(onlyDynamic[from] ?? [], target))
      );
    })
    .map(({ file, line, target }) => `src/${file}:${line} imports ${target}`);
  assert.deepEqual(forbidden, []);
});

/** The position of a file in the order of a folder; `undefined` if the file is not in the folder. */
const positionIn = (folder: string, file: string): number | undefined => {
  if (!file.startsWith(`${folder}/`)) return undefined;
  const order = roomOrder[folder]!;
  const [entry = '', ...below] = file.slice(folder.length + 1).split('/');
  const position = order.indexOf(order.includes(entry) || below.length > 0 ? entry : '');
  assert.notEqual(position, -1, `src/${file} is in a room that has no place in the order of ${folder}`);
  return position;
};

// Without an order, the rooms of a folder could import each other at will.
test('every folder that contains rooms has an order', () => {
  const folders = sources.flatMap(({ name }) => {
    const folder = dirname(dirname(name));
    return folder === '.' ? [] : [folder];
  });
  assert.deepEqual(
    [...new Set(folders)].filter((folder) => roomOrder[folder] === undefined),
    [],
    'add the folders to roomOrder',
  );
});

for (const folder of Object.keys(roomOrder)) {
  test(`the rooms of ${folder} import only rooms below them`, () => {
    const upward = imports
      .filter(({ file, target }) => {
        const from = positionIn(folder, file);
        const to = positionIn(folder, target);
        return from !== undefined && to !== undefined && to > from;
      })
      .map(({ file, target }) => `${file} -> ${target}`);
    assert.deepEqual(upward, []);
  });

  test(`every entry in the order of ${folder} exists`, () => {
    const entries = sources.flatMap(({ name }) =>
      name.startsWith(`${folder}/`) ? [name.slice(folder.length + 1).split('/')[0]!] : [],
    );
    for (const entry of roomOrder[folder]!) assert.ok(entry === '' || entries.includes(entry), `${folder}/${entry}`);
  });
}

/** The circles among files that import each other, each in the order of the imports. */
const circlesOf = (edges: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(' -> '));
    if (start >= 0 || done.has(file)) return;
    for (const target of edges.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return circles;
};

test('the check for circles sees them, and only them', () => {
  const edges = new Map([
    ['a', ['b', 'd']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []],
  ]);
  assert.deepEqual(circlesOf(edges), ['a -> b -> c -> a']);
});

// A dynamic import is left out: it runs when it is called, so it forms no circle while modules load.
test('no imports form a circle, neither of values nor of types', () => {
  const edges = new Map(
    sources.map(({ name }) => [
      name,
      imports.filter(({ file, dynamic }) => file === name && !dynamic).map(({ target }) => target),
    ]),
  );
  assert.deepEqual(circlesOf(edges), []);
});

test(`no folder holds more than ${maxFilesInFolder} source files`, () => {
  const counts = new Map<string, number>();
  for (const { name } of sources) counts.set(dirname(name), (counts.get(dirname(name)) ?? 0) + 1);
  assert.deepEqual(
    [...counts].filter(([, count]) => count > maxFilesInFolder),
    [],
  );
});

test('no module of ours is imported without its extension', () => {
  assert.deepEqual(
    imports
      .filter(({ target }) => !/\.tsx?$/.test(target))
      .map(({ file, line, target }) => `${file}:${line} ${target}`),
    [],
  );
});

/** The text without comments and strings, as far as a search for a keyword needs it. */
const codeOnly = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '');

// A .d.ts file describes a library's own classes, and holds no code of ours.
test('there are no classes', () => {
  assert.match(codeOnly('export class A {}'), /\bclass\b/);
  const offenders = sources
    .filter(({ name, text }) => !name.endsWith('.d.ts') && /\bclass\b(?!=)/.test(codeOnly(text)))
    .map(({ name }) => name);
  assert.deepEqual(offenders, []);
});

test('a file is about one thing: none is longer than 400 lines', () => {
  const long = sources
    .map(({ name, text }) => ({ name, lines: text.split('\n').length }))
    .filter(({ lines }) => lines > 400)
    .map(({ name, lines }) => `${name}: ${lines}`);
  assert.deepEqual(long, []);
});

// It is an optional dependency: the library must work in an installation without it.
test('nothing in src imports @camunda8/sdk', () => {
  const offenders = sources.filter(({ text }) => /(?:from|import\(?|resolve\()\s*'@camunda8\/sdk/.test(text));
  assert.deepEqual(
    offenders.map(({ name }) => name),
    [],
  );
});

// Few programs have a webhook with JWTs, and all others would pay for loading it.
test('jose is loaded only when it is needed', () => {
  const offenders = sources.filter(({ text }) => /import (?!type\b)[^;]*from 'jose'/.test(text));
  assert.deepEqual(
    offenders.map(({ name }) => name),
    [],
  );
  assert.ok(
    sources.some(({ text }) => text.includes("await import('jose')")),
    'it is loaded somewhere',
  );
});
