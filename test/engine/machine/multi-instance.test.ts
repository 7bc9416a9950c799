import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  chain,
  end,
  manualTask,
  other,
  type Part,
  path,
  receiveTask,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rigWith } from './support.ts';

/** The multi-instance marker of an activity. */
const loop = (
  attributes: string,
  { sequential = false, condition = '' }: { readonly sequential?: boolean; readonly condition?: string } = {},
): string =>
  [
    `<bpmn:multiInstanceLoopCharacteristics isSequential="${sequential}">`,
    `<bpmn:extensionElements><zeebe:loopCharacteristics ${attributes}/></bpmn:extensionElements>`,
    condition === '' ? '' : `<bpmn:completionCondition>${condition}</bpmn:completionCondition>`,
    '</bpmn:multiInstanceLoopCharacteristics>',
  ].join('');

const items = 'inputCollection="=items" inputElement="i"';
const collecting = `${items} outputCollection="out" outputElement="=r"`;

const around = (content: string, options: Parameters<typeof serviceTask>[1] = {}, ...more: readonly Part[]): string =>
  p(...chain(start(), serviceTask('m', { type: 't', content, ...options }), end()), ...more);

/** Completes the job of the item. */
const completeItem = (rig: Rig, item: number, variables = {}): void => {
  const job = rig.machine
    .jobs()
    .map(({ key, elementInstanceKey }) => ({ key, elementInstanceKey }))
    .find(({ elementInstanceKey }) =>
      rig.machine
        .instances()
        .flatMap(({ key }) => rig.machine.elements(key))
        .some((element) => element.key === elementInstanceKey && element.variables.loopCounter === item),
    );
  assert.ok(job, `a job of item ${item}`);
  rig.machine.completeJob(job.key, variables);
};

describe('a parallel multi-instance activity', () => {
  test('creates all jobs at once, each with its item and number (case 302)', async () => {
    const rig = await rigWith(around(loop(items)));
    const instance = rig.create({ items: ['a', 'b', 'c'] });
    const jobs = rig.jobs('t');
    assert.deepEqual(
      jobs.map(({ variables }) => [variables.i, variables.loopCounter]),
      [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ],
    );
    assert.deepEqual(rig.at(instance), ['m', 'm', 'm', 'm']);
    for (const { key } of jobs) rig.machine.completeJob(key, {});
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { items: ['a', 'b', 'c'] });
  });

  test('needs a list (case 304)', async () => {
    for (const wrong of ['abc', null, {}]) {
      const rig = await rigWith(around(loop(items)));
      const instance = rig.create({ items: wrong });
      const { type, key } = rig.incident();
      assert.equal(type, 'EXTRACT_VALUE_ERROR');
      assert.deepEqual(rig.at(instance), ['m']);
      rig.machine.setVariables(instance, { items: [1] }, false);
      rig.machine.resolveIncident(key);
      rig.complete('t');
      assert.equal(rig.state(instance), 'COMPLETED');
    }
  });

  test('completes at once without items (case 305)', async () => {
    const rig = await rigWith(around(loop(collecting)));
    const empty = rig.create({ items: [] });
    assert.deepEqual(rig.root(empty), { items: [], out: [] });
    assert.equal(rig.count('end'), 1);
    rig.create({ items: [null] });
    assert.equal(rig.job('t').variables.i, null);
  });

  test('collects results in the order of the items (cases 307 and 230)', async () => {
    const rig = await rigWith(around(loop(collecting)));
    const instance = rig.create({ items: [1, 2, 3] });
    completeItem(rig, 3, { r: 'c' });
    completeItem(rig, 1, { r: 'a' });
    completeItem(rig, 2);
    assert.deepEqual(rig.root(instance), { items: [1, 2, 3], out: ['a', null, 'c'] });
  });

  test('lets variables of a job pass unless the output element is one (case 308)', async () => {
    const output = 'outputCollection="out" outputElement="={id: i, v: r}"';
    const rig = await rigWith(around(loop(`${items} ${output}`)));
    const instance = rig.create({ items: [7] });
    rig.complete('t', { r: 1 });
    assert.deepEqual(rig.root(instance), { items: [7], r: 1, out: [{ id: 7, v: 1 }] });
  });

  test('hides the item if the output element has its name (case 309)', async () => {
    const rig = await rigWith(around(loop(`${items} outputCollection="out" outputElement="=i"`)));
    rig.create({ items: [7] });
    assert.equal(rig.job('t').variables.i, null);
  });

  test('raises an incident of the instance whose output element fails (case 310)', async () => {
    const output = 'outputCollection="out" outputElement="=assert(r, r != null)"';
    const rig = await rigWith(around(loop(`${items} ${output}`)));
    const instance = rig.create({ items: [7] });
    rig.complete('t');
    const { key, type, elementInstanceKey } = rig.incident();
    assert.equal(type, 'EXTRACT_VALUE_ERROR');
    rig.machine.setVariables(elementInstanceKey, { r: 5 }, true);
    rig.machine.resolveIncident(key);
    assert.deepEqual(rig.root(instance), { items: [7], out: [5] });
  });

  test('ends early by its completion condition (cases 311 and 313)', async () => {
    const condition = '=numberOfCompletedInstances &gt;= 2 and numberOfInstances = 3 and numberOfActiveInstances = 1';
    const rig = await rigWith(around(loop(collecting, { condition })));
    const instance = rig.create({ items: [1, 2, 3], numberOfInstances: 99 });
    completeItem(rig, 1, { r: 'a' });
    completeItem(rig, 2, { r: 'b' });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.machine.jobs(), []);
    assert.deepEqual(rig.root(instance)?.out, ['a', 'b', null]);
  });

  test('evaluates its completion condition in the instance (case 312)', async () => {
    const rig = await rigWith(around(loop(items, { condition: '=ok' }), { inputs: { ok: '=null' } }));
    const instance = rig.create({ items: [1, 2] });
    completeItem(rig, 1, { ok: 'yes' });
    const { key, type, elementInstanceKey } = rig.incident();
    assert.equal(type, 'EXTRACT_VALUE_ERROR');
    rig.machine.setVariables(elementInstanceKey, { ok: true }, true);
    rig.machine.resolveIncident(key);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('is terminated by a boundary event of its body (case 315)', async () => {
    const message = boundary('b', 'm', { message: { name: 'stop', correlationKey: '="k"' } });
    const tick = boundary('c', 'm', { duration: 'PT1S', interrupting: false });
    const rig = await rigWith(
      around(loop(collecting), {}, message, end('late'), ...path('b', 'late'), tick, end('tick'), ...path('c', 'tick')),
    );
    const instance = rig.create({ items: [1, 2, 3] });
    completeItem(rig, 1, { r: 'a' });
    rig.pass(1000);
    assert.equal(rig.count('tick'), 1);
    assert.equal(rig.machine.jobs().length, 2);
    rig.publish('stop', 'k');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.count('late'), 1);
    assert.deepEqual(rig.machine.jobs(), []);
    assert.deepEqual(rig.root(instance), { items: [1, 2, 3] });
  });

  test('is terminated by an error of one instance (case 316)', async () => {
    const rig = await rigWith(
      around(loop(items), {}, boundary('b', 'm', { error: 'E' }), end('late'), ...path('b', 'late')),
    );
    const instance = rig.create({ items: [1, 2] });
    rig.machine.throwError(rig.job('t').key, { code: 'E', errorMessage: '', variables: {} });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.machine.jobs(), []);
  });

  test('can be a subprocess with local variables (cases 317 and 318)', async () => {
    const inner = chain(start('s'), serviceTask('a', { type: 't' }), end('f', { terminate: true }));
    const rig = await rigWith(
      p(...chain(start(), subProcess('m', { content: loop(items), inputs: { x: '=i * 10' } }, ...inner), end())),
    );
    const instance = rig.create({ items: [1, 2] });
    const jobs = rig.jobs('t');
    assert.deepEqual(
      jobs.map(({ variables }) => [variables.i, variables.x]),
      [
        [1, 10],
        [2, 20],
      ],
    );
    rig.machine.completeJob(jobs[0]!.key, {});
    assert.equal(rig.machine.jobs().length, 1);
    rig.machine.completeJob(jobs[1]!.key, {});
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('can be a receive task with a key for each item (case 320)', async () => {
    const rig = await rigWith(
      p(
        ...chain(
          start(),
          receiveTask('m', { message: { name: 'n', correlationKey: '=i' }, content: loop(items) }),
          end(),
        ),
      ),
    );
    const instance = rig.create({ items: ['a', 'b'] });
    rig.publish('n', 'b');
    assert.deepEqual(rig.at(instance), ['m', 'm']);
    rig.publish('n', 'a');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('can be a task of any kind (cases 301 and 321)', async () => {
    const script = '<zeebe:script expression="=i * i" resultVariable="q"/>';
    const squares = `${items} outputCollection="squares" outputElement="=q"`;
    const rig = await rigWith(
      p(
        ...chain(
          start(),
          other('scriptTask', 's', { extensions: script, content: loop(squares) }),
          manualTask('h', { content: loop(items) }),
          other('userTask', 'u', { content: loop(items) }),
          other('userTask', 'v', { extensions: '<zeebe:userTask/>', content: loop(items) }),
          end(),
        ),
      ),
    );
    const instance = rig.create({ items: [1, 2, 3] });
    for (const { key } of rig.jobs('io.camunda.zeebe:userTask')) rig.machine.completeJob(key, {});
    for (const { key } of rig.machine.userTasks()) rig.machine.completeUserTask(key, {});
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { items: [1, 2, 3], squares: [1, 4, 9] });
  });

  test('can be inside another one (case 322)', async () => {
    const inner = serviceTask('a', {
      type: 't',
      content: loop('inputCollection="=[&quot;a&quot;,&quot;b&quot;]" inputElement="j"', { sequential: true }),
    });
    const rig = await rigWith(
      p(...chain(start(), subProcess('m', { content: loop(items) }, ...chain(start('s'), inner, end('f'))), end())),
    );
    const instance = rig.create({ items: [1, 2] });
    const seen: unknown[] = [];
    for (let count = 0; count < 4; count++) {
      const { variables } = rig.complete('t');
      seen.push(`${variables.i}${variables.j}${variables.loopCounter}`);
    }
    assert.deepEqual(seen.sort(), ['1a1', '1b2', '2a1', '2b2']);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('raises an incident for each instance whose input mapping fails (case 323)', async () => {
    const rig = await rigWith(around(loop(items), { inputs: { x: '=assert(y, y != null)' } }));
    const instance = rig.create({ items: ['a', 'b'] });
    assert.equal(rig.machine.incidents().length, 2);
    rig.machine.setVariables(instance, { y: 1 }, false);
    for (const { key } of rig.machine.incidents()) rig.machine.resolveIncident(key);
    assert.deepEqual(
      rig.jobs('t').map(({ variables }) => `${variables.i}${variables.loopCounter}`),
      ['a1', 'b2'],
    );
  });

  test('raises an incident if its list of results was overwritten (case 324)', async () => {
    const rig = await rigWith(around(loop(collecting)));
    const instance = rig.create({ items: [1] });
    const body = rig.machine.elements(instance)[0]!;
    assert.equal(body.kind, 'multiInstanceBody');
    rig.machine.setVariables(body.key, { out: 5 }, true);
    rig.complete('t');
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
    rig.machine.setVariables(body.key, { out: [null] }, true);
    rig.machine.resolveIncident(rig.incident().key);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('needs no variable for the item (case 326)', async () => {
    const rig = await rigWith(around(loop('inputCollection="=[5]"')));
    rig.create();
    assert.deepEqual(rig.job('t').variables, { loopCounter: 1 });
  });
});

describe('a sequential multi-instance activity', () => {
  test('starts an instance when the one before it has completed (case 303)', async () => {
    const rig = await rigWith(around(loop(collecting, { sequential: true })));
    const instance = rig.create({ items: [1, 2] });
    assert.equal(rig.machine.jobs().length, 1);
    rig.complete('t', { r: 'a' });
    assert.equal(rig.complete('t', { r: 'b' }).variables.i, 2);
    assert.deepEqual(rig.root(instance)?.out, ['a', 'b']);
    const cancelled = rig.create({ items: [1, 2] });
    rig.machine.cancelInstance(cancelled);
    assert.deepEqual(rig.machine.jobs(), []);
  });

  test('keeps its list when the variable changes (case 306)', async () => {
    const rig = await rigWith(around(loop(items, { sequential: true })));
    const instance = rig.create({ items: [1, 2] });
    rig.machine.setVariables(instance, { items: [] }, false);
    rig.complete('t');
    assert.equal(rig.complete('t').variables.i, 2);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('does not start the next instance if the completion condition is true (case 314)', async () => {
    const rig = await rigWith(around(loop(items, { sequential: true, condition: '=true' })));
    const instance = rig.create({ items: [1, 2] });
    rig.complete('t');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.count('m'), 2);
  });

  test('goes on after a snapshot', async () => {
    const resources = [await compile(around(loop(collecting, { sequential: true })))];
    const rig = createRig();
    rig.machine.deploy(resources);
    const instance = rig.create({ items: [1, 2, 3] });
    rig.complete('t', { r: 'a' });
    const restored = createRig({ snapshot: rig.machine.snapshot(), resources });
    restored.machine.setVariables(instance, { items: null }, false);
    restored.complete('t', { r: 'b' });
    restored.complete('t', { r: 'c' });
    assert.deepEqual(restored.root(instance), { items: null, out: ['a', 'b', 'c'] });
  });
});
