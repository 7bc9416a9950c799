import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createEngine } from 'camunda-connectors/engine';
import { rememberCompiled } from '../../../src/engine/deployment/remember-compiled.ts';
import { bytes, chain, end, process, serviceTask, start } from '../support/bpmn.ts';

interface Result {
  readonly ok: boolean;
  readonly text: string;
}

/** Compiles files to their texts, and lists what it has compiled. A file whose text begins with "bad" has problems. */
const setUp = () => {
  const compiled: string[] = [];
  const compile = rememberCompiled(async (name, content, version: string): Promise<Result> => {
    compiled.push(`${name} ${version}`);
    await Promise.resolve();
    const text = new TextDecoder().decode(content);
    if (text.startsWith('broken')) throw new Error(text);
    return { ok: !text.startsWith('bad'), text };
  });
  return { compile, compiled };
};

describe('a file', () => {
  test('is compiled once for the same name, content and version, at the same time as well', async () => {
    const { compile, compiled } = setUp();
    const [first, second] = await Promise.all([compile('a', bytes('1'), '8.9'), compile('a', bytes('1'), '8.9')]);
    assert.equal(await compile('a', bytes('1'), '8.9'), first);
    assert.equal(second, first);
    assert.deepEqual(compiled, ['a 8.9']);
  });

  test('is compiled again under another name, with another content, and for another version', async () => {
    const { compile, compiled } = setUp();
    await compile('a', bytes('1'), '8.9');
    await compile('b', bytes('1'), '8.9');
    assert.equal((await compile('a', bytes('2'), '8.9')).text, '2');
    await compile('a', bytes('1'), '8.8');
    assert.deepEqual(compiled, ['a 8.9', 'b 8.9', 'a 8.9', 'a 8.8']);
  });

  test('with problems is not remembered', async () => {
    const { compile, compiled } = setUp();
    for (const text of ['bad', 'bad']) assert.equal((await compile('a', bytes(text), '8.9')).ok, false);
    for (const text of ['broken', 'broken']) await assert.rejects(compile('a', bytes(text), '8.9'), /broken/);
    assert.equal(compiled.length, 4);
  });

  test('is compiled as it was when it was passed', async () => {
    const { compile } = setUp();
    const content = Buffer.from('1');
    const compiling = compile('a', content, '8.9');
    content.write('2');
    assert.equal((await compiling).text, '1');
  });

  test('is forgotten when 4 MB of others were used after it', async () => {
    const { compile, compiled } = setUp();
    const megabyte = (text: string) => bytes(text.repeat(1024 * 1024));
    for (const text of ['1', '2', '3', '4', '1', '5', '1', '2']) await compile(text, megabyte(text), '8.9');
    assert.deepEqual(compiled.join(), '1 8.9,2 8.9,3 8.9,4 8.9,5 8.9,2 8.9');
  });
});

test('two engines with the same files do not affect each other', async (t) => {
  const content = process('order', ...chain(start(), serviceTask('Charge', { type: 'charge' }), end()));
  const engines = await Promise.all([createEngine({ seed: 1 }), createEngine({ seed: 1 })]);
  t.after(() => Promise.all(engines.map((engine) => engine.stop())));
  const keys = [];
  for (const engine of engines) {
    await engine.deploy({ name: 'order.bpmn', content });
    await engine.deploy({ name: 'order.bpmn', content: content.replaceAll('"charge"', '"pay"') });
    keys.push(engine.createInstance({ bpmnProcessId: 'order', version: 1 }).processInstanceKey);
  }
  const [first, second] = engines;
  first!.cancelInstance(keys[0]!);
  assert.deepEqual(
    second!.jobs(keys[1]).map(({ type }) => type),
    ['charge'],
  );
  assert.deepEqual(
    engines.map((engine) => engine.processes().map(({ version }) => version)),
    [
      [1, 2],
      [1, 2],
    ],
  );
});
