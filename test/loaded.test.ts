/**
 * What a program loads before it has done anything: the static imports of an entry, all the way down. A room or a package that
 * only some programs need is imported where it is needed, with `await import(…)`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

/** What an entry loads. Rooms are folders below `src`, down to two levels. */
interface Loaded {
  readonly files: readonly string[];
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** Modules of Node.js, e.g. `node:http`. */
  readonly builtins: readonly string[];
}

const loadedBy = async (entry: string): Promise<Loaded> => {
  const { metafile } = await build({
    entryPoints: [entry],
    outdir: 'dist',
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    logLevel: 'error',
  });
  const files = new Set<string>();
  const packages = new Set<string>();
  const builtins = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind, external = false } of metafile.inputs[file]!.imports) {
      if (kind !== 'import-statement') continue;
      if (!external) visit(path);
      else (path.startsWith('node:') ? builtins : packages).add(path);
    }
  };
  visit(entry);
  const roomOf = (file: string): string => file.split('/').slice(1, -1).slice(0, 2).join('/');
  return {
    files: [...files].sort(),
    rooms: [...new Set([...files].map(roomOf))].sort(),
    packages: [...packages].sort(),
    builtins: [...builtins].sort(),
  };
};

const common = ['common', 'common/collections', 'common/files'];
const connector = [
  'connector',
  'connector/documents',
  'connector/input',
  'connector/rules',
  'connector/values',
  'connector/webhooks',
];
// Of `connection/rest` and `runtime/inbound`: numbers and settings that are needed before anything is loaded.
const connection = ['', '/auth', '/grpc', '/network', '/requests', '/rest', '/settings'].map(
  (name) => `connection${name}`,
);
const grpc = ['grpc', 'grpc/protobuf', 'grpc/protocol'];
const runtime = [
  ...['', '/execute', '/inbound', '/jobs', '/observe', '/processes', '/secrets', '/send', '/shared', '/subscriptions'],
].map((name) => `runtime${name}`);
const packages = ['dotenv', 'lossless-json', 'valibot'];

const library = loadedBy('src/index.ts');

test('a program that imports the library loads neither FEEL nor the engine, and three packages', async () => {
  const { rooms, packages: found } = await library;
  assert.deepEqual(
    rooms,
    ['', ...common, ...connection, ...connector, 'connector/definitions', ...grpc, ...runtime].sort(),
  );
  assert.deepEqual(found, packages);
});

test('135. a program that imports the library loads neither node:https nor other clients of HTTP, nor the SDK', async () => {
  const { builtins, packages: found } = await library;
  assert.ok(builtins.includes('node:http2'), 'modules of Node.js are found');
  assert.ok(!builtins.includes('node:https'), 'node:https is loaded');
  for (const name of ['zod', 'undici', '@camunda8/sdk', '@camunda8/orchestration-cluster-api']) {
    assert.ok(!found.includes(name), `${name} is loaded`);
  }
});

test('the command `start` loads the same, and the command line', async () => {
  const { rooms, packages: found } = await loadedBy('src/cli/start/start.ts');
  const cli = ['cli', 'cli/modules', 'cli/start'];
  assert.deepEqual(rooms, [...cli, ...common, ...connection, ...connector, ...grpc, ...runtime].sort());
  assert.deepEqual(found, packages);
});

const late: Readonly<Record<string, readonly string[]>> = {
  'connection/rest': ['hold-time.ts'],
  'runtime/inbound': ['server/limits.ts', 'server/settings.ts'],
  'runtime/processes': ['count.ts', 'messages.ts', 'run-processes.ts'],
  'runtime/execute/expressions': ['load.ts', 'marks.ts'],
  'runtime/subscriptions/durable': [],
};

for (const [room, files] of Object.entries(late)) {
  const number = room === 'connection/rest' ? '135. ' : '';
  test(`${number}of ${room}, a program loads ${files.length === 0 ? 'nothing' : files.join(' and ')} before it is needed`, async () => {
    const { files: all } = await library;
    const found = all.filter((file) => file.startsWith(`src/${room}/`));
    assert.deepEqual(
      found,
      files.map((file) => `src/${room}/${file}`),
    );
  });
}

test('an engine without a REST API loads nothing of it', async () => {
  const { files, packages: found } = await loadedBy('src/engine/index.ts');
  const ofRest = files.filter((file) => /^src\/engine\/(?:gateway\/rest|secondary-storage)\//.test(file));
  assert.deepEqual(ofRest, []);
  assert.deepEqual(found, ['bpmn-moddle', 'lossless-json']);
});

test('while `dev` watches, the thread of the engine and the page loads no runtime, no connection and no schema library', async () => {
  const entries = ['dev.ts', 'run-dev.ts', 'page/start-page.ts', 'host/thread-host.ts'];
  const loaded = await Promise.all(entries.map((entry) => loadedBy(`src/cli/dev/${entry}`)));
  const found = new Set(loaded.flatMap(({ packages: own }) => own));
  assert.deepEqual([...found].sort(), ['bpmn-moddle', 'dotenv', 'lossless-json']);
  const rooms = new Set(loaded.flatMap((each) => each.rooms));
  for (const room of ['connection/grpc', 'connection/requests', 'runtime/jobs', 'runtime/send', 'connector/input']) {
    assert.ok(!rooms.has(room), `${room} is loaded`);
  }
  // Until the first request, nothing of the REST API; until a recording, nothing of test cases.
  const files = new Set(loaded.flatMap((each) => each.files));
  for (const file of ['engine/gateway/rest/operations.ts', 'testing/cases/record/steps.ts', 'testing/trace/trace.ts']) {
    assert.ok(!files.has(`src/${file}`), `${file} is loaded`);
  }
});
