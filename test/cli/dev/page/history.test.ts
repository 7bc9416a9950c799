import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  activeIds,
  addActive,
  clearActive,
  noActiveElements,
  removeActive,
} from '../../../../src/cli/dev/page/history/active-elements.ts';
import { entriesOf, eventOf, lineOf, timeOf } from '../../../../src/cli/dev/page/history/entry.ts';
import { createHistory, type History } from '../../../../src/cli/dev/page/history/history.ts';
import { createRestorableEngine, type RestorableEngine } from '../../../../src/cli/dev/restorable-engine.ts';
import { boundary, bytes, chain, end, flow, process, serviceTask, start } from '../../../engine/support/bpmn.ts';

interface Stage extends RestorableEngine {
  readonly history: History;
  /** Of the process. */
  readonly key: string;
}

const deployed = async (t: TestContext): Promise<Stage> => {
  const restorable = await createRestorableEngine({}, true);
  const { engine, clock } = restorable;
  t.after(() => engine.stop());
  clock!.pause();
  const history = createHistory(engine);
  engine.on(history.add);
  const content = bytes(
    process(
      'p',
      ...chain(start('Start'), serviceTask('Work', { type: 'work' }), end('End')),
      boundary('Late', 'Work', { cycle: 'R3/PT1H', interrupting: false }),
      end('Reminded'),
      flow('Late', 'Reminded'),
    ),
  );
  const { processes } = await engine.deploy({ name: 'p.bpmn', content });
  return { ...restorable, history, key: processes[0]!.processDefinitionKey };
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

test('gives the latest entries, and says whether all after a number are there', async (t) => {
  const { engine, history } = await deployed(t);
  engine.createInstance({ bpmnProcessId: 'p' });
  const before = history.seq();
  engine.createInstance({ bpmnProcessId: 'p' });
  const count = history.seq() - before;
  assert.deepEqual(
    history.latest(count).map(({ seq }) => seq),
    Array.from({ length: count }, (_, index) => before + 1 + index),
  );
  const has = (seq: number): boolean => history.has(seq);
  assert.deepEqual([before, history.seq(), history.seq() + 1, Number.NaN].map(has), [true, true, false, false]);
  while (history.seq() < 20_000) engine.createInstance({ bpmnProcessId: 'p' });
  assert.deepEqual([before, history.seq() - 4_000].map(has), [false, true]);
  assert.equal(history.latest(4_000).length, 4_000);
});

test('goes back to a mark: what came later is forgotten, and numbers go on', async (t) => {
  const { engine, history, key, restore } = await deployed(t);
  const kept = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  const mark = history.mark();
  const snapshot = engine.snapshot();
  const later = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  engine.cancelInstance(kept);
  const seq = history.seq();
  await restore(snapshot);
  history.goBack(mark);
  assert.equal(history.instance(later), undefined);
  assert.deepEqual([later, kept, '1'].map(history.isTakenBack), [true, false, false]);
  assert.equal(history.instance(kept)?.endedAt, undefined);
  assert.deepEqual(activeIds(history.instance(kept)!.active), ['Work']);
  const { active, terminated } = history.figures(key);
  assert.deepEqual([active, terminated], [1, 0]);
  assert.ok(history.seq() > seq, 'numbers go on');
  assert.equal(history.has(seq), false, 'pages load everything anew');
  assert.deepEqual(history.open.counts(), { jobs: 1, timers: 1, tasks: 0, decisions: 0 });
  assert.deepEqual(
    history.instancesOf(key).map((instance) => instance.key),
    [kept],
  );
});

test('counts the jobs and timers that there are, as the engine has them', async (t) => {
  const { engine, history, clock } = await deployed(t);
  const first = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  engine.createInstance({ bpmnProcessId: 'p' });
  const agree = (): void => {
    const { jobs, timers } = history.open.counts();
    assert.deepEqual([jobs, timers], [engine.jobs().length, engine.timers().length]);
  };
  agree();
  for (let hour = 0; hour < 3; hour += 1) {
    clock!.advance(3_600_000);
    agree();
  }
  engine.cancelInstance(first);
  agree();
});

test('keeps the entries of instances that are active, and forgets those of the first that have ended', async (t) => {
  const { engine, history, key } = await deployed(t);
  const active = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  const ended = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  engine.cancelInstance(ended);
  for (let index = 0; index < 1_500; index += 1) {
    engine.cancelInstance(engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
  }
  assert.equal(history.instance(ended), undefined);
  assert.equal(history.instance(active)?.state, 'ACTIVE');
  const { active: running, terminated } = history.figures(key);
  assert.deepEqual([running, terminated], [1, 1_501]);
  assert.equal(history.instancesOf(key).length, 1_001);
  engine.cancelInstance(active);
  for (let index = 0; index < 1_500; index += 1) {
    engine.cancelInstance(engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey);
  }
  assert.equal(history.instance(active), undefined);
  assert.equal(history.instancesOf(key).length, 1_000);
});

test('of an instance with very many entries, the latest are kept, in order', async (t) => {
  const { engine, history } = await deployed(t);
  const { processInstanceKey: instance } = engine.createInstance({ bpmnProcessId: 'p' });
  for (let index = 0; index < 5_000; index += 1) engine.setVariables(instance, { index });
  const known = history.instance(instance)!;
  const entries = entriesOf(known);
  assert.ok(entries.length >= 2_000 && entries.length < 4_000, `${entries.length} entries`);
  assert.equal(entries.length, known.length);
  assert.equal(known.isCut, true);
  const last = history.seq();
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    Array.from({ length: entries.length }, (_, index) => last - entries.length + 1 + index),
  );
  const event = eventOf(entries.at(-1)!);
  assert.equal(event?.kind === 'variable:updated' && event.variable.value, 4999);
});

test('lines of the log leave the events of their instance alone: the oldest lines go, and are counted', async (t) => {
  const { engine, history, restore } = await deployed(t);
  const { processInstanceKey: instance } = engine.createInstance({ bpmnProcessId: 'p' });
  const known = history.instance(instance)!;
  const events = entriesOf(known).map(({ seq }) => seq);
  const [mark, snapshot] = [history.mark(), engine.snapshot()];
  for (let index = 0; index < 10_000; index += 1)
    history.addLine({ at: 0, level: 'info', text: String(index), instance });
  const texts = () => entriesOf(known).flatMap((entry) => lineOf(entry)?.text ?? []);
  assert.deepEqual(
    entriesOf(known).flatMap((entry) => (lineOf(entry) === undefined ? [entry.seq] : [])),
    events,
  );
  assert.equal(known.isCut, false);
  assert.ok(texts().length >= 500 && texts().length < 1_000, `${texts().length} lines`);
  assert.equal(known.lostLines + texts().length, 10_000);
  assert.equal(known.length, events.length + texts().length);
  assert.equal(texts().at(-1), '9999');
  await restore(snapshot);
  history.goBack(mark);
  assert.deepEqual([known.length, known.lines, texts()], [events.length, 0, []]);
});

test('the processes of the runtime itself are left out', async (t) => {
  const { history } = await deployed(t);
  const before = history.seq();
  history.add({
    kind: 'flow:taken',
    flowId: 'f',
    scopeKey: '1',
    processInstanceKey: '1',
    bpmnProcessId: '_inbound_subscription_1',
  });
  assert.equal(history.seq(), before);
});

test('a migrated instance belongs to the version and the process of its new definition, until the engine goes back', async (t) => {
  const { engine, history, restore, key } = await deployed(t);
  const instance = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  const placeOf = () => {
    const { process: id, version, definition } = history.instance(instance)!;
    return { id, version, definition };
  };
  const before = placeOf();
  const mark = history.mark();
  const snapshot = engine.snapshot();
  const deploy = async (id: string, work: string, delay: string) => {
    const parts = [...chain(start('Start'), serviceTask(work, { type: 'work' }), end('End'))];
    const late = [boundary('Late', work, { duration: delay, interrupting: false }), end('Reminded')];
    const content = bytes(process(id, ...parts, ...late, flow('Late', 'Reminded')));
    return (await engine.deploy({ name: `${id}.bpmn`, content })).processes[0]!;
  };
  let from = 'Work';
  let source = key;
  for (const [process, work, delay] of [
    ['p', 'Work', 'PT2H'],
    ['p', 'Renamed', 'PT2H'],
    ['other', 'Toil', 'PT3H'],
  ] as const) {
    const { processDefinitionKey: target, version, bpmnProcessId: id } = await deploy(process, work, delay);
    const mappingInstructions = [
      { sourceElementId: from, targetElementId: work },
      { sourceElementId: 'Late', targetElementId: 'Late' },
    ];
    engine.migrateInstance(instance, { targetProcessDefinitionKey: target, mappingInstructions });
    assert.deepEqual(placeOf(), { id, version, definition: target });
    assert.equal(history.figures(target).active, 1);
    assert.deepEqual(activeIds(history.instance(instance)!.active), [work]);
    assert.equal(history.figures(target).elements.get(work)?.active, 1);
    assert.equal(history.figures(source).elements.get(from)?.active, 0);
    [from, source] = [work, target];
  }
  assert.equal(history.figures(key).active, 0);
  await restore(snapshot);
  history.goBack(mark);
  assert.deepEqual(placeOf(), before);
  assert.deepEqual(activeIds(history.instance(instance)!.active), ['Work']);
  assert.equal(history.figures(key).active, 1);
});

test('an entry has the time of processes, in the past and in the future, and events have what the engine said of them', async (t) => {
  const { engine, history, clock } = await deployed(t);
  const seen: (readonly [number, string, string | undefined])[] = [];
  engine.on((event) => {
    if ('element' in event) seen.push([engine.now(), event.kind, event.element.scopeKey]);
    if (event.kind === 'flow:taken') seen.push([engine.now(), event.kind, event.flowId]);
  });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  // Decades: more milliseconds than a small whole number holds.
  clock!.advance(1_000_000_000_000);
  engine.cancelInstance(processInstanceKey);
  const kept = entriesOf(history.instance(processInstanceKey)!).flatMap((entry) => {
    const event = eventOf(entry)!;
    assert.equal('element' in event ? event.element.processInstanceKey : processInstanceKey, processInstanceKey);
    if ('element' in event) return [[timeOf(entry), event.kind, event.element.scopeKey]];
    return event.kind === 'flow:taken' ? [[timeOf(entry), event.kind, event.flowId]] : [];
  });
  assert.deepEqual(kept, seen);
  const past = createHistory({ ...engine, now: () => 5 });
  past.addLine({ at: 5, level: 'info', text: 'long ago' });
  assert.deepEqual(past.latest(1).map(timeOf), [5]);
});

for (const [title, steps, expected] of [
  ['one after the other', ['+a', '-a', '+b'], ['b']],
  ['several at once, in the order in which they began', ['+a', '+b', '+c'], ['a', 'b', 'c']],
  ['the first ends, and another begins', ['+a', '+b', '-a', '+c'], ['b', 'c']],
  ['all others end', ['+a', '+b', '-b', '-a', '+c', '+d'], ['c', 'd']],
  ['one that is not active ends', ['+a', '-b'], ['a']],
] as const) {
  test(`active elements: ${title}`, () => {
    const active = noActiveElements();
    const known = new Set<string>();
    for (const step of steps) {
      const id = step.slice(1);
      if (step.startsWith('+')) {
        known.add(id);
        addActive(active, `key of ${id}`, id);
      } else assert.equal(removeActive(active, `key of ${id}`), known.delete(id), step);
    }
    assert.deepEqual(activeIds(active), expected);
    clearActive(active);
    assert.deepEqual(activeIds(active), []);
  });
}
