import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '../../src/common/fault.ts';
import { createEngine } from '../../src/engine/index.ts';
import { chain, end, process, start } from './support/bpmn.ts';
import { startEngine } from './support/client.ts';

type Messages = readonly RegExp[];

const holds = (kind: 'configuration' | 'rejection', messages: Messages) => (error: unknown) => {
  assert.equal(isFault(error, kind), true, String(error));
  for (const message of messages) assert.match((error as Error).message, message);
  assert.match((error as Error).message, /^Where: .*\nFix: /m);
  return true;
};

const options: readonly (readonly [what: string, options: unknown, messages: Messages])[] = [
  ['null', null, [/expected an object of options/]],
  ['a port alone', 26500, [/expected an object of options, e\.g\. createEngine/]],
  ['a port as text', { port: '26500' }, [/port: expected an integer from 0 to 65535/]],
  ['a negative port', { port: -1 }, [/port: /]],
  ['an invalid clock', { clock: Date }, [/clock: .*createTestClock\(\).* no function advance, onAdvance/]],
  ['an unknown version', { version: '8.5' }, [/version: expected one of the texts 8\.6, 8\.7, 8\.8, 8\.9, 8\.10/]],
  ['a negative seed', { seed: -1 }, [/seed: expected a safe integer of at least 0/]],
  ['a seed as text', { seed: '7' }, [/seed: expected a safe integer of at least 0/]],
  ['variables of a tenant that is not an object', { tenantVariables: { north: 1 } }, [/tenantVariables: expected /]],
  [
    'variables of an unknown tenant',
    { tenants: ['north'], tenantVariables: { nort: {} } },
    [/tenantVariables: there is no tenant "nort"; expected north/],
  ],
  [
    'variables of a tenant without tenants',
    { tenantVariables: { north: {} } },
    [/tenantVariables: there is no tenant "north"; expected <default>/],
  ],
  ['a uniqueness that is not true or false', { uniqueBusinessIds: 1 }, [/uniqueBusinessIds: expected true or false/]],
  [
    'an invalid snapshot',
    { snapshot: {} },
    [/snapshot: expected a result of engine\.snapshot\(\), or the parts of engine\.snapshotParts\(\)/],
  ],
  [
    'a misspelt option',
    { prot: 1, snap: 1 },
    [/prot: unknown option/, /snap: unknown option\. Did you mean snapshot\?/],
  ],
  ['everything wrong at once', { port: 0.5, clock: 1, snapshot: 'x' }, [/port: /, /clock: /, /snapshot: /]],
];
for (const [what, given, messages] of options) {
  test(`createEngine rejects ${what}`, () =>
    assert.rejects(createEngine(given as never), holds('configuration', messages)));
}

test('all invalid resources are reported together with their positions', async (t) => {
  const engine = await startEngine(t);
  const good = { name: 'p.bpmn', content: process('p', ...chain(start(), end())) };
  const cases: readonly (readonly [resources: unknown, messages: Messages])[] = [
    [undefined, [/item 0: expected the path/]],
    [7, [/item 0: /]],
    ['', [/item 0: /]],
    [
      [good, null, { name: 'x.bpmn' }, { content: '' }],
      [/item 1: /, /item 2: /, /item 3: /],
    ],
  ];
  for (const [resources, messages] of cases) {
    await assert.rejects(engine.deploy(resources as never), holds('configuration', messages));
  }
  assert.equal((await engine.deploy([good])).processes.length, 1);
});

test('resources that are longer than a cluster accepts are refused: files, files of a folder, contents', async (t) => {
  const engine = await startEngine(t);
  const folder = mkdtempSync(join(tmpdir(), 'camunda-connectors-resources-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'long.bpmn');
  const longest = 4 * 1024 * 1024;
  writeFileSync(path, ' '.repeat(longest + 1));
  const message = `${path}: cannot be read (it is longer than 4 MB)`;
  for (const [resource, text] of [
    [path, message],
    [folder, message],
    [{ name: 'long.bpmn', content: ' '.repeat(longest + 1) }, 'long.bpmn: the content is longer than 4 MB'],
  ] as const) {
    await assert.rejects(engine.deploy(resource), (error: Error) => {
      assert.ok(isFault(error, 'configuration') && error.message.includes(text), error.message);
      return true;
    });
  }
  const text = process('p', ...chain(start(), end()));
  const whole = `${text}${' '.repeat(longest - Buffer.byteLength(text))}`;
  assert.equal((await engine.deploy({ name: 'p.bpmn', content: whole })).processes.length, 1);
  mkdirSync(join(folder, 'inner.bpmn'));
  await assert.rejects(
    engine.deploy(join(folder, 'inner.bpmn')),
    /the folder contains no \.bpmn, \.dmn or \.form file/,
  );
});

const instances: readonly (readonly [what: string, request: unknown, messages: Messages])[] = [
  ['nothing', undefined, [/expected an object, e\.g\. \{ bpmnProcessId/]],
  ['an id alone', 'p', [/expected an object/]],
  ['no id', {}, [/bpmnProcessId: is missing/]],
  [
    'a misspelt id',
    { processId: 'p' },
    [/bpmnProcessId: is missing/, /processId: unknown option\. Did you mean bpmnProcessId/],
  ],
  [
    'variables in a list',
    { bpmnProcessId: 'p', variables: [] },
    [/variables: expected an object of variables by name/],
  ],
  [
    'instructions, tags and a business id of other types',
    { bpmnProcessId: 'p', startInstructions: ['a'], runtimeInstructions: {}, tags: 'a', businessId: 7 },
    [/startInstructions: expected a list/, /runtimeInstructions: /, /tags: expected a list of texts/, /businessId: /],
  ],
  ['everything wrong', { bpmnProcessId: 1, version: '2', variables: '{}' }, [/Id: /, /version: /, /variables: /]],
];
test('createInstance rejects', async (t) => {
  const engine = await startEngine(t);
  for (const [what, request, messages] of instances) {
    await t.test(what, () => {
      assert.throws(() => engine.createInstance(request as never), holds('rejection', messages));
    });
  }
});

const messageCases: readonly (readonly [what: string, message: unknown, messages: Messages])[] = [
  ['nothing', undefined, [/expected an object, e\.g\. \{ name/]],
  ['no name', { correlationKey: '1' }, [/name: is missing/]],
  ['wrong values', { name: 'm', correlationKey: 1, timeToLive: -1 }, [/correlationKey: expected text/, /timeToLive: /]],
];
test('publishMessage rejects', async (t) => {
  const engine = await startEngine(t);
  for (const [what, message, messages] of messageCases) {
    await t.test(what, () => {
      assert.throws(() => engine.publishMessage(message as never), holds('rejection', messages));
    });
  }
});

test('a listener and a test of events must be functions', async (t) => {
  const engine = await startEngine(t);
  for (const given of ['instance:completed', undefined, {}]) {
    assert.throws(() => engine.on(given as never), holds('configuration', [/engine\.on\(…\) must be a function/]));
    assert.throws(() => engine.next(given as never), holds('configuration', [/engine\.next\(…\) must be a function/]));
  }
});
