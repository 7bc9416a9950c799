import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createHistory, type History } from '../../../../src/cli/dev/page/history.ts';
import { createEngine, createTestClock, type Engine } from '../../../../src/engine/index.ts';
import { bytes, chain, end, process, serviceTask, start } from '../../../engine/support/bpmn.ts';

const deployed = async (t: TestContext): Promise<{ engine: Engine; history: History; key: string }> => {
  const engine = await createEngine({ clock: createTestClock() });
  t.after(() => engine.stop());
  const history = createHistory(engine);
  engine.on(history.add);
  const content = bytes(process('p', ...chain(start('Start'), serviceTask('Work', { type: 'work' }), end('End'))));
  const { processes } = await engine.deploy({ name: 'p.bpmn', content });
  return { engine, history, key: processes[0]!.processDefinitionKey };
};

test('counts what is active and what is over, by process and by element', async (t) => {
  const { engine, history, key } = await deployed(t);
  const first = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  engine.createInstance({ bpmnProcessId: 'p' });
  engine.cancelInstance(first);
  const { active, completed, terminated, elements, flows } = history.figures(key);
  assert.deepEqual([active, completed, terminated], [1, 0, 1]);
  assert.deepEqual(elements.get('Start'), { active: 0, done: 2, terminated: 0 });
  assert.deepEqual(elements.get('Work'), { active: 1, done: 0, terminated: 1 });
  assert.equal(
    [...flows.values()].reduce((sum, count) => sum + count, 0),
    2,
  );
  assert.equal(history.instance(first)?.endedAt, engine.now());
});

test('gives the entries after a number, and says when some of them are gone', async (t) => {
  const { engine, history } = await deployed(t);
  engine.createInstance({ bpmnProcessId: 'p' });
  const before = history.seq();
  engine.createInstance({ bpmnProcessId: 'p' });
  const after = history.after(before) ?? [];
  assert.equal(after[0]?.seq, before + 1);
  assert.equal(after.at(-1)?.seq, history.seq());
  assert.deepEqual(history.after(history.seq()), []);
  assert.equal(history.after(history.seq() + 1), undefined);
  assert.equal(history.after(Number.NaN)?.length, undefined);
  while (history.seq() < 20_000) engine.createInstance({ bpmnProcessId: 'p' });
  assert.equal(history.after(before), undefined);
  assert.ok((history.after(history.seq() - 4_000)?.length ?? 0) === 4_000, 'the latest 4,000 are there');
});

test('goes back to a mark: what came later is forgotten, and numbers go on', async (t) => {
  const { engine, history, key } = await deployed(t);
  const kept = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  const mark = history.mark();
  const elements = engine.elements(kept);
  const later = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  engine.cancelInstance(kept);
  const seq = history.seq();
  history.goBack(mark, (instance) => (instance === kept ? elements : []));
  assert.equal(history.instance(later), undefined);
  assert.equal(history.instance(kept)?.endedAt, undefined);
  assert.deepEqual([...history.instance(kept)!.active.values()], ['Work']);
  const { active, terminated } = history.figures(key);
  assert.deepEqual([active, terminated], [1, 0]);
  assert.ok(history.seq() > seq, 'numbers go on');
  assert.equal(history.after(seq), undefined, 'pages load everything anew');
});

test('the processes of the runtime itself are left out', () => {
  const history = createHistory({ now: () => 0 });
  history.add({
    kind: 'flow:taken',
    flowId: 'f',
    scopeKey: '1',
    processInstanceKey: '1',
    bpmnProcessId: '_inbound_subscription_1',
  });
  assert.equal(history.seq(), 0);
});
