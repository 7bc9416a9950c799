import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createHistory } from '../../../../../src/cli/dev/page/history/history.ts';
import { instanceList } from '../../../../../src/cli/dev/page/queries/overview.ts';
import type { Sources } from '../../../../../src/cli/dev/page/sources.ts';
import { createEngine, type Engine } from '../../../../../src/engine/index.ts';
import { bytes, chain, end, process, serviceTask, start } from '../../../../engine/support/bpmn.ts';

interface Stage {
  readonly engine: Engine;
  readonly sources: Sources;
  readonly definition: string;
}

const staged = async (t: TestContext): Promise<Stage> => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const history = createHistory(engine);
  engine.on(history.add);
  const work = serviceTask('Work', { name: 'The work', type: 'work' });
  const { processes } = await engine.deploy([
    { name: 'p.bpmn', content: bytes(process('p', ...chain(start(), work, end()))) },
    { name: 'other.bpmn', content: bytes(process('other', ...chain(start(), work, end()))) },
  ]);
  const sources = { engine: () => engine, history, processes: () => engine.processes() } as unknown as Sources;
  return { engine, sources, definition: processes[0]!.processDefinitionKey };
};

test('the latest instances of one process are listed, newest first, with the number of older ones', async (t) => {
  const { engine, sources, definition } = await staged(t);
  const keys: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    keys.push(engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
    engine.createInstance({ bpmnProcessId: 'other' });
  }
  engine.cancelInstance(keys[4]!);
  const { rows, more } = instanceList(sources, definition, 2);
  assert.deepEqual(
    rows.map(({ key, state, at }) => [key, state, at]),
    [
      [keys[4], 'TERMINATED', []],
      [keys[3], 'ACTIVE', ['The work']],
    ],
  );
  assert.equal(more, 3);
  assert.equal(instanceList(sources, definition, 9).rows.length, 5);
});

test('a process without instances, or an unknown one, has an empty list', async (t) => {
  const { sources, definition } = await staged(t);
  assert.deepEqual(instanceList(sources, definition, 5), { rows: [], more: 0 });
  assert.deepEqual(instanceList(sources, '1', 5), { rows: [], more: 0 });
});
