/** The command `dev --record`: what is done by hand becomes a test case, which passes again. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { recordCase } from '../../../src/cli/dev/record.ts';
import { createRestorableEngine } from '../../../src/cli/dev/restorable-engine.ts';
import type { DevSession } from '../../../src/cli/dev/session.ts';
import { layOut } from '../../../src/testing/cases/record/case-file.ts';
import {
  chain,
  end,
  other,
  process as processFile,
  receiveTask,
  serviceTask,
  start,
} from '../../engine/support/bpmn.ts';
import { runInProcess } from '../support/in-process.ts';
import { folderWith, moduleOf, runCommand } from '../support/running.ts';

const parcel = processFile(
  'parcel',
  ...chain(
    start('Start'),
    // Random numbers are the same when the test case runs.
    serviceTask('Pack', { type: 'pack', outputs: { boxes: '=boxes', ticket: '=uuid()' } }),
    receiveTask('Collected', { message: { name: 'collected', correlationKey: '=id' } }),
    other('intermediateCatchEvent', 'Journey', {
      content: '<bpmn:timerEventDefinition><bpmn:timeDuration>P2D</bpmn:timeDuration></bpmn:timerEventDefinition>',
    }),
    other('userTask', 'Sign', { extensions: '<zeebe:userTask/>' }),
    end('End'),
  ),
);

test('what is done by hand becomes a test case that passes again, until the process does something else', {
  skip: process.platform === 'win32',
}, async (t) => {
  const folder = folderWith(t, {
    'connector.mjs': moduleOf('Pack', 'pack', '() => ({ boxes: 2 })'),
    'parcel.bpmn': parcel,
  });
  const args = ['./connector.mjs', '--resource', './parcel.bpmn', '--rest-port', '0', '--test-clock'];
  const dev = runCommand(t, ['dev', ...args, '--record', 'cases.json'], { folder });
  const [, address = ''] = await dev.prints(/engine instances --address (http:\/\/127\.0\.0\.1:\d+)/);
  await dev.prints(/Running/);
  const engine = async (...words: readonly string[]): Promise<string> => {
    const { code, output, errors } = await runInProcess(['engine', ...words, '--address', address]);
    assert.equal(code, 0, errors);
    return output;
  };
  await engine('start', 'parcel', '--variables', '{ "id": "7" }');
  await engine('publish', 'collected', '--key', '7', '--variables', '{ "by": "van" }', '--ttl', '3600');
  let search: { readonly items: readonly { readonly state: string; readonly elementId: string }[] } = { items: [] };
  const ask = async (path: string): Promise<typeof search> => {
    const response = await fetch(`${address}/v2${path}/search`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
    });
    return (await response.json()) as typeof search;
  };
  const isWaiting = () => search.items.some(({ elementId, state }) => elementId === 'Journey' && state === 'ACTIVE');
  while (!isWaiting()) search = await ask('/element-instances');
  await engine('clock', '2100-01-01T00:00:00Z');
  const tasks = (await ask('/user-tasks')) as unknown as {
    readonly items: readonly { readonly userTaskKey: string }[];
  };
  await engine('complete', tasks.items[0]!.userTaskKey, '--variables', '{ "signedBy": "Ada" }');
  dev.signal('SIGINT');
  await dev.prints(
    /Recorded a test case in cases\.json\. Run it: camunda-connectors test cases\.json --resource \.\/parcel\.bpmn\n/,
  );
  assert.equal((await dev.ended()).code, 0);

  const again = (resource: string) => runInProcess(['test', 'cases.json', '--resource', resource], folder);
  const passed = await again('parcel.bpmn');
  assert.equal(passed.code, 0, `${passed.output}${readFileSync(join(folder, 'cases.json'), 'utf8')}`);
  const { testCases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
  const types = testCases[0].instructions.map(({ type }: { readonly type: string }) => type);
  assert.deepEqual(types.filter((type: string) => !type.startsWith('ASSERT_')).sort(), [
    'COMPLETE_JOB',
    'COMPLETE_USER_TASK',
    'CREATE_PROCESS_INSTANCE',
    'INCREASE_TIME',
    'PUBLISH_MESSAGE',
  ]);
  assert.deepEqual(
    testCases[0].instructions.find(({ type }: { readonly type: string }) => type === 'INCREASE_TIME'),
    { type: 'INCREASE_TIME', duration: 'P2D' },
  );

  writeFileSync(join(folder, 'slower.bpmn'), parcel.replace('P2D', 'P3D'));
  const failed = await again('slower.bpmn');
  assert.equal(failed.code, 1, failed.output);
  assert.match(failed.output, /COMPLETE_USER_TASK/);
});

test('a run of --run is recorded as well, beside the test cases that are in the file', {
  skip: process.platform === 'win32',
}, async (t) => {
  const kept = { name: 'kept', instructions: [], metadata: { big: 1 } };
  const folder = folderWith(t, {
    'connector.mjs': moduleOf('Work', 'work'),
    'p.bpmn': processFile('p', ...chain(start('Start'), serviceTask('Work', { type: 'work' }), end('End'))),
    'cases.json': JSON.stringify({ testCases: [kept] }),
  });
  const args = ['dev', './connector.mjs', '--resource', './p.bpmn', '--run', 'p', '--record', 'cases.json'];
  assert.equal((await runCommand(t, args, { folder }).ended()).code, 0);
  const { testCases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
  assert.deepEqual(testCases[0], kept);
  assert.match(testCases[1].name, /^p, recorded at \d{4}-/);
  const { code: again, output } = await runInProcess(['test', 'cases.json', '--resource', 'p.bpmn'], folder);
  assert.equal(again, 0, output);
});

test('a step back takes out of the recording what it has undone', async (t) => {
  const content = processFile(
    'p',
    ...chain(start('Start'), receiveTask('Wait', { message: { name: 'go', correlationKey: '=id' } }), end('End')),
  );
  const folder = folderWith(t, { 'p.bpmn': content });
  const { engine, restore, onRestore } = await createRestorableEngine({}, true);
  t.after(() => engine.stop());
  const errors: string[] = [];
  const printError = (text: string) => void errors.push(text);
  const context = { folder, print: () => {}, printError, colours: false };
  const request = { record: 'cases.json', tenants: [], resources: [] };
  const { stop } = await recordCase({ request, context, engine, onRestore } as unknown as DevSession);
  await engine.deploy({ name: 'p.bpmn', content });
  engine.createInstance({ bpmnProcessId: 'p', variables: { id: '1' } });
  // Taken in the same turn of the event loop as what follows.
  const snapshot = engine.snapshot();
  engine.publishMessage({ name: 'go', correlationKey: '1', variables: { by: 'mistake' } });
  await new Promise(setImmediate);
  engine.createInstance({ bpmnProcessId: 'p', variables: { id: '2' } });
  await restore(snapshot);
  engine.publishMessage({ name: 'go', correlationKey: '1', variables: { by: 'intent' } });
  await stop?.(0);
  assert.deepEqual(errors, []);
  const written = readFileSync(join(folder, 'cases.json'), 'utf8');
  const { testCases } = JSON.parse(written);
  const { instructions } = testCases[0] as { readonly instructions: readonly { readonly type: string }[] };
  assert.deepEqual(
    instructions.map(({ type }) => type).filter((type) => !type.startsWith('ASSERT_')),
    ['CREATE_PROCESS_INSTANCE', 'PUBLISH_MESSAGE'],
  );
  assert.ok(written.includes('intent') && !written.includes('mistake'), written);
  const { code, output } = await runInProcess(['test', 'cases.json', '--resource', 'p.bpmn'], folder);
  assert.equal(code, 0, output);
});

test('a recording that cannot be added to its file is printed', async (t) => {
  const folder = folderWith(t, {});
  const { engine, onRestore } = await createRestorableEngine({}, true);
  t.after(() => engine.stop());
  let printed = '';
  const print = (text: string): void => {
    printed += text;
  };
  const context = { folder, print, printError: () => {}, colours: false };
  const request = { record: 'cases.json', tenants: [], resources: [] };
  const { stop } = await recordCase({ request, context, engine, onRestore } as unknown as DevSession);
  await engine.deploy({ name: 'p.bpmn', content: processFile('p', ...chain(start('Start'), end('End'))) });
  engine.createInstance({ bpmnProcessId: 'p' });
  writeFileSync(join(folder, 'cases.json'), 'not JSON');
  await assert.rejects(async () => stop?.(0), /cases\.json/);
  const [, recorded = ''] = /for "testCases":\n([\s\S]*)$/.exec(printed) ?? [];
  assert.match(JSON.parse(recorded).name, /^p, recorded at/);
  assert.equal(readFileSync(join(folder, 'cases.json'), 'utf8'), 'not JSON');
});

test('--record refuses tenants, and files that are something else', async (t) => {
  const folder = folderWith(t, { 'connector.mjs': moduleOf('Work', 'work'), 'other.json': '{ "a": 1 }' });
  const tenant = await runInProcess(['dev', './connector.mjs', '--tenant', 'north', '--record', 'c.json'], folder);
  assert.match(tenant.errors, /--record does not work with --tenant: test cases have no tenants\.\nFix: /);
  assert.equal(tenant.code, 2);
  const wrong = await runInProcess(['dev', './connector.mjs', '--record', 'other.json'], folder);
  assert.match(wrong.errors, /other\.json#\/testCases/);
  assert.equal(wrong.code, 2);
});

test('a file has each instruction in a line', () => {
  const instructions = [{ type: 'CREATE_PROCESS_INSTANCE', variables: { a: [1, 2] } }, { type: 'X' }];
  assert.equal(
    layOut({ testCases: [{ name: 'one', instructions }], more: {} }),
    `{
  "testCases": [
    {
      "name": "one",
      "instructions": [
        {"type":"CREATE_PROCESS_INSTANCE","variables":{"a":[1,2]}},
        {"type":"X"}
      ]
    }
  ],
  "more": {}
}`,
  );
});
