/** `dev` says what an instance waits for, once, and not what is under way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAdvice } from '../../../../src/cli/dev/advice/advice.ts';
import { createWaitFilter, reportWaits, withoutMany } from '../../../../src/cli/dev/advice/waits.ts';
import type { DevSession } from '../../../../src/cli/dev/session.ts';
import { createEngine, type Wait } from '../../../../src/engine/index.ts';
import {
  bytes,
  catchEvent,
  chain,
  end,
  process as processFile,
  serviceTask,
  start,
} from '../../../engine/support/bpmn.ts';
import { runInProcess } from '../../support/in-process.ts';
import { folderWith, moduleOf, runCommand } from '../../support/running.ts';

const connectors = moduleOf('A', 'a');

test('a message that nobody publishes is named with its key, and then the message that almost fits', async (t) => {
  const told = catchEvent('Told', { message: { name: 'order-status', correlationKey: '=order' } });
  const folder = folderWith(t, { 'a.mjs': connectors, 'p.bpmn': processFile('p', ...chain(start(), told, end())) });
  const args = ['dev', './a.mjs', '--resource', 'p.bpmn', '--run', 'p', '--variables', '{ "order": 7 }'];
  const program = runCommand(t, args, { folder });
  const [, address = ''] = await program.prints(/--address (\S+)/);
  const [line] = await program.prints(/^p \d+: Told waits .*$/m);
  assert.match(
    line,
    /waits for the message "order-status" with the key "7"\. Fix: publish it, for example with npx .* publish order-status --key 7/,
  );
  const publish = ['engine', 'publish', 'order_status', '--key', '7', '--address', address];
  assert.equal((await runInProcess(publish)).code, 0);
  await program.prints(
    /^p \d+: Told waits .*The message "order_status" with the key "7" is buffered \(the name differs only in its separators\)\.$/m,
  );
  program.signal('SIGINT');
  await program.ended();
  assert.equal(program.output().match(/^p \d+: Told waits/gm)?.length, 2, program.output());
});

test('a job type without a worker is named, with the type that is almost the same', async (t) => {
  const folder = folderWith(t, {
    'a.mjs': moduleOf('Charge', 'charge'),
    'p.bpmn': processFile('p', ...chain(start(), serviceTask('Pay', { type: 'chrage' }), end())),
  });
  const program = runCommand(t, ['dev', './a.mjs', '--resource', 'p.bpmn', '--run', 'p'], { folder });
  await program.prints(
    /^Warning: p\.bpmn: no loaded connector has the job type "chrage" of Pay \(process p\).* Did you mean "charge"\?/m,
  );
  await program.prints(
    /^p \d+: Pay waits for a worker with the job type "chrage", but no worker has asked for this type\. A worker asks for "charge"/m,
  );
});

test('of many waits at one element of an instance, three are said, and how many more there are', () => {
  const waits = ['a', ...Array.from({ length: 1_000 }, () => 'b'), 'c'].map(
    (id, index) => ({ kind: 'job', elementId: id, elementName: id.toUpperCase(), key: index }) as unknown as Wait,
  );
  const { said, left } = withoutMany(waits);
  assert.deepEqual(
    said.map(({ elementId }) => elementId),
    ['a', 'b', 'b', 'b', 'c'],
  );
  assert.deepEqual([...left], [['B', 997]]);
});

test('instances that have ended are not looked at, however many there are', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const told = catchEvent('Told', { message: { name: 'paid', correlationKey: '=1' } });
  await engine.deploy([
    { name: 'short.bpmn', content: bytes(processFile('short', ...chain(start(), end()))) },
    { name: 'p.bpmn', content: bytes(processFile('p', ...chain(start(), told, end()))) },
  ]);
  const asked: string[] = [];
  const instance = (key: string) => {
    asked.push(key);
    return engine.instance(key);
  };
  let said = (_text: string): void => {};
  const line = new Promise<string>((resolve) => {
    said = resolve;
  });
  const part = reportWaits({
    engine: { ...engine, instance },
    inbound: { expected: () => [] },
    context: { printError: (text: string) => said(text) },
    advice: createAdvice(engine),
    onRestore: () => {},
  } as unknown as DevSession);
  for (let index = 0; index < 200; index += 1) engine.createInstance({ bpmnProcessId: 'short' });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  assert.match(await line, new RegExp(`^p ${processInstanceKey}: Told waits for the message "paid"`));
  assert.deepEqual(asked, [processInstanceKey]);
  part.stop?.(0);
});

const waitOf = (instance: string, element: string, misses: number): Wait =>
  ({
    kind: 'message',
    bpmnProcessId: 'p',
    processInstanceKey: instance,
    elementId: element,
    elementInstanceKey: `${instance}${element}`,
    nearMisses: Array.from({ length: misses }),
  }) as unknown as Wait;

for (const [title, waits, expected] of [
  ['the same wait twice', [waitOf('1', 'a', 0), waitOf('1', 'a', 0)], [true, false]],
  ['a wait with a message that almost fits', [waitOf('1', 'a', 0), waitOf('1', 'a', 1)], [true, true]],
  ['two elements', [waitOf('1', 'a', 0), waitOf('1', 'b', 0)], [true, true]],
  [
    'many instances',
    [waitOf('1', 'a', 0), waitOf('2', 'a', 0), waitOf('3', 'a', 0), waitOf('4', 'a', 0)],
    [true, true, true, false],
  ],
] as const) {
  test(`what is said of ${title}`, () => {
    const isNew = createWaitFilter();
    assert.deepEqual(waits.map(isNew), expected);
  });
}
