import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Messages, Rows, TaskRow, Timers } from '../../../../../src/cli/dev/page/contract.ts';
import { pageQueries } from '../../../../../src/cli/dev/page/page-queries.ts';
import { jobs } from '../../../../../src/cli/dev/page/queries/jobs.ts';
import { instanceList, overview } from '../../../../../src/cli/dev/page/queries/overview.ts';
import type { Sources } from '../../../../../src/cli/dev/page/sources.ts';
import type { Engine } from '../../../../../src/engine/index.ts';
import {
  boundary,
  bytes,
  chain,
  end,
  flow,
  other,
  process,
  serviceTask,
  start,
} from '../../../../engine/support/bpmn.ts';
import { decision, dmn, literal } from '../../../../engine/support/dmn.ts';
import { openSources } from '../support/sources.ts';

interface Stage {
  readonly engine: Engine;
  readonly sources: Sources;
  readonly definition: string;
}

const staged = async (t: TestContext): Promise<Stage> => {
  const { engine, sources } = await openSources(t);
  const work = serviceTask('Work', { name: 'The work', type: 'work' });
  const stuck = serviceTask('Stuck', { type: '=nothing' });
  const { processes } = await engine.deploy([
    { name: 'p.bpmn', content: bytes(process('p', ...chain(start(), work, stuck, end()))) },
    { name: 'other.bpmn', content: bytes(process('other', ...chain(start(), work, end()))) },
  ]);
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

test('instances are listed by their state; those with incidents, however old they are', async (t) => {
  const { engine, sources, definition } = await staged(t);
  const begin = (): string => engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  const stuck = begin();
  engine.modifyInstance(stuck, { activate: [{ elementId: 'Stuck' }], terminate: [{ elementId: 'Work' }] });
  const ended = begin();
  engine.cancelInstance(ended);
  const active = begin();
  const keys = (show: Parameters<typeof instanceList>[3]): readonly string[] =>
    instanceList(sources, definition, 9, show).rows.map(({ key }) => key);
  assert.deepEqual(keys('active'), [active, stuck]);
  // The incident arose when its element was entered.
  assert.deepEqual(
    instanceList(sources, definition, 9, 'incidents').rows.map(({ key, at, incidents }) => [key, at, incidents]),
    [[stuck, ['Stuck'], 1]],
  );
  assert.deepEqual(keys('ended'), [ended]);
  for (let index = 0; index < 2_500; index += 1) begin();
  const { rows, more, unlisted } = instanceList(sources, definition, 50, 'active');
  assert.deepEqual([rows.length, more, unlisted], [50, 2_452, 0]);
  assert.equal(instanceList(sources, definition, 9_999).rows.at(-1)?.key, stuck);
  assert.deepEqual(keys('incidents'), [stuck]);
});

test('each process keeps its share of the list of what has ended, which says how many it leaves out', async (t) => {
  const { engine, sources, definition } = await staged(t);
  const other = engine.processes().find(({ bpmnProcessId }) => bpmnProcessId === 'other')!.processDefinitionKey;
  const endMany = (bpmnProcessId: string, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      engine.cancelInstance(engine.createInstance({ bpmnProcessId }).processInstanceKey);
    }
  };
  const counts = (of: string, ...rest: [count: number, show?: Parameters<typeof instanceList>[3]]) => {
    const { rows, more, unlisted } = instanceList(sources, of, ...rest);
    return [rows.length, more, unlisted];
  };
  const active = engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey;
  endMany('p', 1_200);
  assert.deepEqual(counts(definition, 50), [50, 951, 200]);
  endMany('other', 3_000);
  assert.deepEqual(counts(definition, 50), [50, 451, 700]);
  assert.deepEqual(counts(definition, 50, 'ended'), [50, 450, 700]);
  assert.deepEqual(counts(definition, 50, 'active'), [1, 0, 0]);
  assert.deepEqual(counts(other, 50), [50, 450, 2_500]);
  endMany('p', 10);
  assert.deepEqual(counts(definition, 600), [501, 0, 710]);
  // One that has ended long after it began is one of the latest.
  engine.cancelInstance(active);
  assert.equal(instanceList(sources, definition, 600, 'ended').rows.at(-1)?.key, active);
});

test('jobs are counted by filter and found by text and by key, also behind those that are listed', async (t) => {
  const { engine, sources } = await staged(t);
  const [first = ''] = Array.from(
    { length: 30 },
    () => engine.createInstance({ bpmnProcessId: 'p' }).processInstanceKey,
  );
  const { processInstanceKey: second } = engine.createInstance({ bpmnProcessId: 'other' });
  const all = jobs(sources, { count: 10 });
  assert.deepEqual([all.rows.length, all.more, all.counts], [10, 21, { all: 31, open: 31, errors: 0, unserved: 31 }]);
  const instances = (text: string): readonly string[] =>
    jobs(sources, { count: 10, text }).rows.map(({ instance }) => instance);
  assert.deepEqual(instances(first), [first]);
  assert.deepEqual(instances('OTHER'), [second]);
  assert.equal(jobs(sources, { count: 10, text: 'the work' }).more, 21);
  const [{ key } = { key: '' }] = engine.jobs(first);
  assert.deepEqual(
    jobs(sources, { count: 10, key }).rows.map((row) => row.key),
    [key],
  );
  engine.cancelInstance(second);
  assert.deepEqual([jobs(sources, { count: 10, show: 'open' }).more, jobs(sources, { count: 10 }).more], [20, 21]);
});

test('every list says how many rows it leaves out', async (t) => {
  const { engine, sources } = await staged(t);
  await engine.deploy({
    name: 'waits.bpmn',
    content: bytes(
      process(
        'waits',
        ...chain(start(), other('userTask', 'Check', { extensions: '<zeebe:userTask />' }), end()),
        boundary('Late', 'Check', { duration: 'PT1H' }),
        boundary('Told', 'Check', { message: { name: 'told', correlationKey: '="7"' } }),
        end('Over'),
        flow('Late', 'Over'),
        flow('Told', 'Over'),
      ),
    ),
  });
  for (let index = 0; index < 5; index += 1) {
    engine.createInstance({ bpmnProcessId: 'waits' });
    engine.publishMessage({ name: 'lost', correlationKey: String(index), timeToLive: 60_000 });
  }
  const queries = pageQueries({ ...sources, clock: () => undefined } as Sources);
  const read = (path: string, parameters: string) => queries[path]!(new URLSearchParams(parameters)) as never;
  const due = (parameters: string) => {
    const { due: rows, more, counts } = read('/data/timers', parameters) as Timers;
    assert.deepEqual(counts, { all: 10, timers: 5, jobs: 0, messages: 5 });
    return [...rows.map(({ kind }) => kind), more];
  };
  const ends = Array(4).fill('messageExpiry');
  assert.deepEqual(due('count=4'), [...ends, 6], 'the messages end before the timers fire');
  assert.deepEqual(due('count=4&show=messages'), [...ends, 1]);
  assert.deepEqual(due('count=4&show=timers'), [...Array(4).fill('timer'), 1]);
  assert.deepEqual(due('count=4&show=jobs'), [0]);
  const { awaited, moreAwaited, published, morePublished } = read('/data/messages', 'count=2') as Messages;
  assert.deepEqual([awaited.length, moreAwaited, published.length, morePublished], [2, 3, 2, 3]);
  const tasks = read('/data/tasks', 'count=2') as Rows<TaskRow>;
  assert.deepEqual([tasks.rows.length, tasks.more], [2, 3]);
  const [task] = engine.userTasks().slice(-1);
  assert.deepEqual(
    (read('/data/tasks', `key=${task!.key}`) as Rows<TaskRow>).rows.map(({ key }) => key),
    [task!.key],
  );
  engine.completeUserTask(task!.key);
  for (const [path, key] of [
    ['/data/tasks', task!.key],
    ['/data/jobs', '1'],
    ['/data/decisions', '1-1'],
  ]) {
    assert.equal(read(path!, `key=${key}`), undefined, path);
  }
});

test('a process without instances, or an unknown one, has an empty list', async (t) => {
  const { sources, definition } = await staged(t);
  assert.deepEqual(instanceList(sources, definition, 5), { rows: [], more: 0, unlisted: 0 });
  assert.deepEqual(instanceList(sources, '1', 5), { rows: [], more: 0, unlisted: 0 });
});

test('without a process, the overview has what else is deployed, each in its latest version', async (t) => {
  const { engine, sources } = await openSources(t);
  const all = { ...sources, connectorCount: () => 0, clock: () => undefined };
  const others = (): unknown => overview(all).others;
  assert.deepEqual(others(), { forms: [], decisions: [], files: [] });
  const form = (title: string) => ({ name: 'ask.form', content: `{ "id": "ask", "title": "${title}" }` });
  await engine.deploy([form('a'), { name: 'd.dmn', content: dmn(decision('d', literal('1'))) }]);
  await engine.deploy([form('b'), { name: 'run.py', content: 'print()' }]);
  assert.deepEqual(others(), {
    forms: [{ id: 'ask', resourceName: 'ask.form' }],
    decisions: [{ id: 'd', name: 'Decision d' }],
    files: ['run.py'],
  });
  await engine.deploy({ name: 'p.bpmn', content: bytes(process('p', ...chain(start(), end()))) });
  assert.equal(others(), undefined);
});
