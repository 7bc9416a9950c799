import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Variables } from '../../../src/engine/machine/types.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  type JobOptions,
  parallelGateway,
  path,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { p, rejectionOf, rigWith } from './support.ts';

interface Case {
  readonly title: string;
  readonly task: JobOptions;
  readonly root?: Variables;
  /** The variables of the job; not checked if undefined. */
  readonly job?: Variables;
  readonly completed?: Variables;
  /** The variables of the process instance at its end. */
  readonly end: Variables;
}

/** start -> service task -> end. */
const cases: readonly Case[] = [
  { title: 'case 64: a result without mappings', task: {}, root: { x: 0 }, completed: { x: 1 }, end: { x: 1 } },
  { title: 'case 64: a result that is nowhere yet', task: {}, completed: { x: 1 }, end: { x: 1 } },
  {
    title: 'case 65: an input-mapped name keeps the result to itself',
    task: { inputs: { x: '=y' } },
    root: { y: 5 },
    job: { x: 5, y: 5 },
    completed: { x: 9 },
    end: { y: 5 },
  },
  {
    title: 'case 65: the same with the name at the root as well',
    task: { inputs: { x: '=y' } },
    root: { x: 1, y: 5 },
    completed: { x: 9, z: 1 },
    end: { x: 1, y: 5, z: 1 },
  },
  {
    title: 'case 66: with an output mapping the rest is dropped',
    task: { outputs: { r: '=x' } },
    completed: { x: 1, z: 2 },
    end: { r: 1 },
  },
  {
    title: 'an output goes past a local of the same name',
    task: { inputs: { x: '=x + 1' }, outputs: { x: '=x + y' } },
    root: { x: 1 },
    completed: { y: 10 },
    end: { x: 12 },
  },
  {
    title: 'later outputs see earlier ones',
    task: { outputs: { a: '=x', b: '=a + 1' } },
    completed: { x: 1 },
    end: { a: 1, b: 2 },
  },
  {
    title: 'case 67: later inputs see earlier ones, the root none',
    task: { inputs: { a: '=1', b: '=a+1' } },
    job: { a: 1, b: 2 },
    end: {},
  },
  {
    title: 'case 68: a nested input hides the outer object',
    task: { inputs: { 'o.p': '=1' } },
    root: { o: { q: 2 } },
    job: { o: { p: 1 } },
    end: { o: { q: 2 } },
  },
  {
    title: 'inputs with a common prefix meet in one object',
    task: { inputs: { 'o.p': '=1', 'o.q.r': '=2', 'o.q.s': '=p + 2' } },
    job: { o: { p: 1, q: { r: 2, s: 3 } } },
    end: {},
  },
  {
    title: 'of two overlapping inputs the last wins, the nested one',
    task: { inputs: { o: '={q: 1}', 'o.p': '=2' } },
    job: { o: { p: 2 } },
    end: {},
  },
  {
    title: 'of two overlapping inputs the last wins, the whole one',
    task: { inputs: { 'o.p': '=2', o: '={q: 1}' } },
    job: { o: { q: 1 } },
    end: {},
  },
  {
    title: 'case 69: a nested output keeps the siblings',
    task: { outputs: { 'o.p': '=x' } },
    root: { o: { q: 2 } },
    completed: { x: 1 },
    end: { o: { q: 2, p: 1 } },
  },
  {
    title: 'case 69: a nested output makes the object',
    task: { outputs: { 'o.p': '=x' } },
    completed: { x: 1 },
    end: { o: { p: 1 } },
  },
  {
    title: 'a nested output into null makes the object',
    task: { outputs: { 'o.p': '=x' } },
    root: { o: null },
    completed: { x: 1 },
    end: { o: { p: 1 } },
  },
  {
    title: 'nested outputs keep siblings at each level',
    task: { outputs: { 'o.a.b': '=x', 'o.a.c': '=x + 1' } },
    root: { o: { a: { z: 0 }, q: 2 } },
    completed: { x: 1 },
    end: { o: { a: { z: 0, b: 1, c: 2 }, q: 2 } },
  },
  {
    title: 'case 70: a source without = is text',
    task: { inputs: { s: '5', t: '=5' } },
    job: { s: '5', t: 5 },
    end: {},
  },
  {
    title: 'case 71: a missing variable is null, without an incident',
    task: { inputs: { v: '=missing' } },
    job: { v: null },
    end: {},
  },
  {
    title: 'case 76: null is a value',
    task: { outputs: { defined: '=is defined(x)', equal: '=x = null', nope: '=is defined(y)' } },
    completed: { x: null },
    end: { defined: false, equal: true, nope: false },
  },
  { title: 'case 76: null is stored', task: {}, completed: { x: null }, end: { x: null } },
  {
    title: 'case 78: values come out as they went in',
    task: {},
    root: { deep: { list: [1, [2, { ü: '𝄞 \u0000' }]] }, big: 9_007_199_254_740_993n, part: 1.5 },
    job: { deep: { list: [1, [2, { ü: '𝄞 \u0000' }]] }, big: 9_007_199_254_740_993n, part: 1.5 },
    completed: { long: 'x'.repeat(100_000) },
    end: {
      deep: { list: [1, [2, { ü: '𝄞 \u0000' }]] },
      big: 9_007_199_254_740_993n,
      part: 1.5,
      long: 'x'.repeat(100_000),
    },
  },
  {
    title: 'odd names are names like others',
    task: {},
    root: JSON.parse('{"__proto__":{"a":1},"constructor":2,"a-b c":3}'),
    job: JSON.parse('{"__proto__":{"a":1},"constructor":2,"a-b c":3}'),
    completed: JSON.parse('{"__proto__":4,"toString":5}'),
    end: JSON.parse('{"__proto__":4,"constructor":2,"a-b c":3,"toString":5}'),
  },
];

for (const { title, task, root = {}, job, completed = {}, end: expected } of cases) {
  test(title, async () => {
    const rig = await rigWith(p(...chain(start(), serviceTask('task', { type: 'a', ...task }), end())));
    const key = rig.create(root);
    const { variables } = rig.complete('a', completed);
    if (job !== undefined) assert.deepEqual(variables, { ...root, ...job });
    assert.deepEqual(rig.machine.incidents(), []);
    assert.equal(rig.state(key), 'COMPLETED');
    assert.deepEqual(rig.root(key), expected);
  });
}

test('a variable is never read from a prototype', async () => {
  const rig = await rigWith(
    p(...chain(start(), serviceTask('task', { type: 'a', inputs: { v: '=constructor' } }), end())),
  );
  rig.create();
  assert.deepEqual(rig.job('a').variables, { v: null });
});

test('case 72: if an output mapping fails, the completion is accepted and an incident waits for its resolution', async () => {
  const outputs = { r: '=assert(x, x > 0)' };
  const rig = await rigWith(p(...chain(start(), serviceTask('task', { type: 'a', outputs }), end())));
  const key = rig.create();
  const { key: job } = rig.complete('a', { x: -1 });
  const incident = rig.incident();
  assert.deepEqual([incident.type, incident.elementId, incident.jobKey], ['IO_MAPPING_ERROR', 'task', '-1']);
  assert.doesNotMatch(incident.message, /-1/);
  assert.equal(
    rejectionOf(() => rig.machine.completeJob(job, {})),
    'NOT_FOUND',
  );
  rig.machine.resolveIncident(incident.key);
  assert.notEqual(rig.incident().key, incident.key, 'the cause persists: a new incident');
  rig.machine.setVariables(rig.key(key, 'task'), { x: 7 }, true);
  rig.machine.resolveIncident(rig.incident().key);
  assert.deepEqual([rig.state(key), rig.root(key)], ['COMPLETED', { r: 7 }]);
});

test('if an input mapping fails, there is no job', async () => {
  const inputs = { a: '=1', r: '=assert(x, x > 0)' };
  const rig = await rigWith(
    p(
      start(),
      serviceTask('task', { type: 'a', inputs }),
      boundary('late', 'task', { duration: 'PT1S' }),
      end(),
      ...path('start', 'task', 'end'),
    ),
  );
  const key = rig.create({ x: -1 });
  assert.equal(rig.incident().type, 'IO_MAPPING_ERROR');
  assert.deepEqual([rig.machine.jobs(), rig.machine.nextDue()], [[], undefined]);
  rig.machine.setVariables(key, { x: 1 }, false);
  rig.machine.resolveIncident(rig.incident().key);
  assert.deepEqual(rig.job('a').variables, { x: 1, a: 1, r: 1 });
});

const withSub = p(
  start(),
  subProcess('sub', { inputs: { x: '=1' } }, ...chain(start('s'), serviceTask('task', { type: 'a' }), end('e'))),
  serviceTask('after', { type: 'b' }),
  end(),
  ...path('start', 'sub', 'after', 'end'),
);

test('case 73: a result is written to the subprocess if it has the variable, or else to the process', async () => {
  const rig = await rigWith(withSub);
  const key = rig.create();
  const sub = rig.key(key, 'sub');
  rig.job('a');
  const local = (): Variables | undefined =>
    rig.machine.elements(key).find((element) => element.key === sub)?.variables;
  assert.deepEqual(local(), { x: 1 });
  rig.machine.completeJob(rig.machine.jobs()[0]!.key, { x: 2, y: 3 });
  const seen = rig.events.flatMap((event) =>
    event.kind === 'element:completed' && event.element.key === sub ? [event.element.variables] : [],
  );
  assert.deepEqual(seen, [{ x: 2 }]);
  assert.deepEqual(rig.complete('b').variables, { y: 3 });
});

test('case 74: SetVariables writes outward from its scope, or only into it', async () => {
  const rig = await rigWith(withSub);
  const key = rig.create();
  const sub = rig.key(key, 'sub');
  const scopes = (): readonly unknown[] => [rig.root(key), rig.machine.elements(key)[0]?.variables];
  rig.machine.setVariables(sub, { x: 5, w: 6 }, false);
  assert.deepEqual(scopes(), [{ w: 6 }, { x: 5 }]);
  assert.match(rig.machine.setVariables(sub, { w: 7 }, true), /^\d{16}$/);
  assert.deepEqual(scopes(), [{ w: 6 }, { x: 5, w: 7 }]);
  rig.complete('a');
  rig.complete('b');
  for (const gone of [sub, key, '1']) {
    assert.equal(
      rejectionOf(() => rig.machine.setVariables(gone, {}, true)),
      'NOT_FOUND',
    );
  }
});

test('case 75: of two parallel results, the later one remains', async () => {
  const rig = await rigWith(
    p(
      start(),
      parallelGateway('fork'),
      serviceTask('one', { type: 'a' }),
      serviceTask('two', { type: 'b' }),
      end('e1'),
      end('e2'),
      ...path('start', 'fork', 'one', 'e1'),
      ...path('fork', 'two', 'e2'),
    ),
  );
  const key = rig.create();
  rig.complete('a', { x: 1 });
  rig.complete('b', { x: 2 });
  assert.deepEqual(rig.root(key), { x: 2 });
});

test('case 77: headers are text, without empty values', async () => {
  const rig = await rigWith(
    p(
      ...chain(
        start(),
        serviceTask('one', { type: 'a', headers: { k: 'v', none: '' } }),
        serviceTask('two', { type: 'b' }),
        end(),
      ),
    ),
  );
  rig.create();
  assert.deepEqual(rig.complete('a').headers, { k: 'v' });
  assert.deepEqual(rig.job('b').headers, {});
});

test('output mappings of a none start event set variables', async () => {
  const rig = await rigWith(p(...chain(start('start', { outputs: { x: '=y + 1' } }), end())));
  assert.deepEqual(rig.root(rig.create({ y: 1 })), { x: 2, y: 1 });
});

test('a temporal value is stored as ISO text, and now() uses the clock of the machine', async () => {
  const outputs = { at: '=now()', day: '=date("2026-01-31")', pause: '=duration("P1DT2H")' };
  const rig = await rigWith(p(...chain(start(), catchEvent('wait', { duration: 'PT1H', outputs }), end())));
  const key = rig.create();
  rig.pass(10 * 3_600_000);
  const { at, ...others } = rig.root(key) ?? {};
  assert.deepEqual(others, { day: '2026-01-31', pause: 'P1DT2H' });
  assert.equal(Date.parse(String(at).replace(/[[@].*/, '')), Date.UTC(2026, 2, 18, 13, 34, 56, 789));
});
