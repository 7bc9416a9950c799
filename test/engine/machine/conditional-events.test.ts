import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  eventSubProcess,
  file,
  type Part,
  parallelGateway,
  path,
  processPart,
  scriptTask,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { compile, createRig, p, rejectionOf, rigWith } from './support.ts';

const job = (id: string, extra: Parameters<typeof serviceTask>[1] = {}): Part =>
  serviceTask(id, { type: id, ...extra });

/** A task with a boundary event that leads to the end event `late`. */
const withBoundary = (options: Parameters<typeof boundary>[2], task: Parameters<typeof serviceTask>[1] = {}): string =>
  p(...chain(start(), job('t', task), end()), boundary('b', 't', options), end('late'), ...path('b', 'late'));

const nonInterrupting = { condition: '=x > 10', interrupting: false } as const;

describe('a conditional catch event', () => {
  const xml = p(...chain(start(), catchEvent('c', { condition: '=x > 10' }), end()));

  test('waits until the condition is true (case 422)', async () => {
    const rig = await rigWith(xml);
    const instance = rig.create({ x: 5 });
    assert.deepEqual(rig.at(instance), ['c']);
    rig.machine.setVariables(instance, { x: 10 }, false);
    assert.deepEqual(rig.at(instance), ['c']);
    rig.machine.setVariables(instance, { x: 11 }, false);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('passes at once if the condition is true already (case 422)', async () => {
    const rig = await rigWith(xml);
    assert.equal(rig.state(rig.create({ x: 11 })), 'COMPLETED');
  });

  test('waits without an incident while the condition is null, not a boolean or fails', async () => {
    const rig = await rigWith(
      p(...chain(start(), catchEvent('c', { condition: '=if x = 2 then assert(x, false) else x' }), end())),
    );
    const instance = rig.create();
    for (const x of [1, 2, 'true']) rig.machine.setVariables(instance, { x }, false);
    assert.deepEqual([rig.at(instance), rig.machine.incidents()], [['c'], []]);
    rig.machine.setVariables(instance, { x: true }, false);
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('is one of the events after an event-based gateway', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), eventBasedGateway('g'), catchEvent('c', { condition: '=x > 10' }), end()),
        catchEvent('time', { duration: 'PT1S' }),
        end('late'),
        ...path('g', 'time', 'late'),
      ),
    );
    const instance = rig.create({ x: 1 });
    rig.machine.setVariables(instance, { x: 11 }, false);
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.machine.nextDue(), undefined);
    assert.deepEqual([rig.count('c'), rig.count('late')], [1, 0]);
  });
});

describe('a conditional boundary event', () => {
  test('that is true at the start ends the task and its new job (case 423)', async () => {
    const rig = await rigWith(withBoundary({ condition: '=x > 10' }));
    const instance = rig.create({ x: 11 });
    assert.equal(rig.state(instance), 'COMPLETED');
    const kinds = rig.events.filter(({ kind }) => kind.startsWith('job:')).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['job:activatable', 'job:cancelled']);
    assert.equal(rig.count('late'), 1);
  });

  test('that does not interrupt occurs at each change for which it is true (cases 423 and 424)', async () => {
    const rig = await rigWith(withBoundary(nonInterrupting));
    const instance = rig.create({ x: 11 });
    assert.equal(rig.count('late'), 1);
    rig.machine.setVariables(instance, { x: 12 }, false);
    assert.equal(rig.count('late'), 2);
    rig.machine.setVariables(instance, { y: 1 }, false);
    assert.equal(rig.count('late'), 2, 'the condition does not name y');
    rig.machine.setVariables(instance, { x: 12 }, false);
    assert.equal(rig.count('late'), 2, 'an equal value is not a change');
    rig.machine.setVariables(instance, { x: 9 }, false);
    rig.machine.setVariables(instance, { x: 13 }, false);
    assert.equal(rig.count('late'), 3);
    assert.deepEqual(rig.at(instance), ['t']);
  });

  test('occurs once for a command that changes several variables', async () => {
    const rig = await rigWith(withBoundary({ condition: '=x > 10 or y > 5', interrupting: false }));
    const instance = rig.create({ x: 1, y: 1 });
    rig.machine.setVariables(instance, { x: 11, y: 6 }, false);
    assert.equal(rig.count('late'), 1);
  });

  test('sees the input mappings of its task, but not its result (case 425)', async () => {
    const inputs = await rigWith(withBoundary({ condition: '=x > 10' }, { inputs: { x: '=20' } }));
    assert.equal(inputs.state(inputs.create()), 'COMPLETED');
    assert.equal(inputs.count('late'), 1);
    const result = await rigWith(withBoundary({ condition: '=x > 10' }));
    const instance = result.create();
    result.complete('t', { x: 20 });
    assert.equal(result.state(instance), 'COMPLETED');
    assert.equal(result.count('late'), 0);
  });

  test('does not see the variables of another scope, nor one that is hidden', async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        subProcess('sub', { inputs: { x: '=0' } }, ...chain(start('s'), job('a'), end('e'))),
        boundary('ab', 'sub', nonInterrupting),
        job('b'),
        boundary('bb', 'b', nonInterrupting),
        end(),
        ...path('start', 'fork', 'sub', 'end'),
        ...path('fork', 'b', 'end'),
        ...path('ab', 'end'),
        ...path('bb', 'end'),
      ),
    );
    const instance = rig.create({ x: 1 });
    rig.machine.setVariables(rig.key(instance, 'sub'), { x: 11 }, true);
    assert.deepEqual([rig.count('ab'), rig.count('bb')], [1, 0]);
    rig.machine.setVariables(instance, { x: 12 }, true);
    assert.deepEqual([rig.count('ab'), rig.count('bb')], [1, 1]);
  });

  test('of an outer scope precedes one further inside, and its interruption ends the check', async () => {
    const rig = await rigWith(
      p(
        start(),
        subProcess(
          'sub',
          {},
          start('s'),
          job('a'),
          boundary('inner', 'a', { condition: '=x' }),
          end('e'),
          ...path('s', 'a', 'e'),
          ...path('inner', 'e'),
        ),
        boundary('outer', 'sub', { condition: '=x' }),
        end(),
        ...path('start', 'sub', 'end'),
        ...path('outer', 'end'),
      ),
    );
    const instance = rig.create();
    rig.machine.setVariables(instance, { x: true }, false);
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual([rig.count('outer'), rig.count('inner')], [1, 0]);
  });

  const loop =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=[1,2,3]" inputElement="i"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';

  test('of a multi-instance activity is checked by each instance, and interrupts all', async () => {
    const rig = await rigWith(withBoundary({ condition: '=i = 2 and x', interrupting: false }, { content: loop }));
    const instance = rig.create({ x: false });
    rig.machine.setVariables(instance, { x: true }, false);
    assert.equal(rig.count('late'), 1);
    const all = await rigWith(withBoundary({ condition: '=done' }, { content: loop }));
    const other = all.create();
    const [, second] = all.machine
      .elements(other)
      .filter(({ elementId, kind }) => elementId === 't' && kind === 'jobTask');
    all.machine.setVariables(second!.key, { done: true }, true);
    assert.equal(all.state(other), 'COMPLETED');
    assert.deepEqual([all.count('late'), all.machine.jobs().length], [1, 0]);
  });
});

describe('a conditional event subprocess', () => {
  const xml = (condition: NonNullable<Parameters<typeof start>[1]>['condition'], attributes = ''): string =>
    p(
      ...chain(start(), job('first'), job('second'), end()),
      eventSubProcess('esp', {}, ...chain(start('es', { condition: condition!, attributes }), end('ee'))),
    );

  test('starts once, by the result of a task (case 426)', async () => {
    const rig = await rigWith(xml('=cancel'));
    const instance = rig.create();
    rig.complete('first', { cancel: true });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual([rig.count('esp'), rig.machine.jobs().length], [1, 0]);
  });

  test('that is true at the start interrupts the process before its start event', async () => {
    const rig = await rigWith(xml('=cancel'));
    const instance = rig.create({ cancel: true });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual([rig.count('esp'), rig.count('start')], [1, 0]);
  });

  test('with a filter counts only new variables, or only changed ones (case 426)', async () => {
    const created = await rigWith(xml({ text: '=x > 10', changes: 'create' }));
    const one = created.create({ x: 1 });
    created.machine.setVariables(one, { x: 11 }, false);
    assert.equal(created.count('esp'), 0);
    const two = created.create();
    created.machine.setVariables(two, { x: 11 }, false);
    assert.equal(created.count('esp'), 1);
    const updated = await rigWith(xml({ text: '=x > 10', changes: 'update' }));
    const three = updated.create();
    updated.machine.setVariables(three, { x: 11 }, false);
    assert.equal(updated.count('esp'), 0);
    updated.machine.setVariables(three, { x: 12 }, false);
    assert.equal(updated.count('esp'), 1);
    const both = await rigWith(xml({ text: '=x > 10', changes: ' create , update' }));
    both.machine.setVariables(both.create(), { x: 11 }, false);
    assert.equal(both.count('esp'), 1);
  });

  test('that does not interrupt and makes its own condition true again ends in an incident, not in an endless loop', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), job('t'), end()),
        eventSubProcess(
          'esp',
          {},
          ...chain(
            start('es', { condition: '=x > 0', attributes: 'isInterrupting="false"' }),
            scriptTask('more', { expression: '=x + 1', resultVariable: 'x' }),
            end('ee'),
          ),
        ),
      ),
    );
    rig.create({ x: 1 });
    assert.ok(
      rig.machine.incidents().every(({ message }) => message.includes('endless loop')),
      'only the guard against endless loops has raised incidents',
    );
    assert.ok(rig.machine.incidents().length > 0, 'the guard has stopped the loop');
  });
});

describe('a conditional start event', () => {
  const starts = (id: string, condition: string): Part =>
    processPart(id, {}, ...chain(start(`${id}s`, { condition }), job(`${id}t`), end(`${id}e`)));

  test('starts an instance with the variables of the evaluation (case 427)', async () => {
    const rig = await rigWith(file(starts('p', '=a = 1'), starts('q', '=a > 0'), starts('r', '=b')));
    const { key, instances } = rig.machine.evaluateConditional({ variables: { a: 1 } });
    assert.match(key, /^\d+$/);
    assert.deepEqual(
      instances.map(({ bpmnProcessId }) => bpmnProcessId),
      ['p', 'q'],
    );
    for (const { processInstanceKey } of instances) assert.deepEqual(rig.root(processInstanceKey), { a: 1 });
    assert.equal(rig.count('ps'), 1);
    assert.deepEqual(rig.machine.evaluateConditional({ variables: {} }).instances, []);
  });

  test('of one process is evaluated by its key (case 427)', async () => {
    const rig = await rigWith(file(starts('p', '=a = 1'), starts('q', '=a > 0')));
    const [, q] = (await rig.deploy(file(starts('p', '=a = 1'), starts('q', '=a > 0')))).processes;
    const { instances } = rig.machine.evaluateConditional({
      variables: { a: 1 },
      processDefinitionKey: q!.processDefinitionKey,
    });
    assert.deepEqual(
      instances.map(({ bpmnProcessId }) => bpmnProcessId),
      ['q'],
    );
    assert.equal(
      rejectionOf(() => rig.machine.evaluateConditional({ variables: {}, processDefinitionKey: '1' })),
      'NOT_FOUND',
    );
    assert.equal(
      rejectionOf(() => rig.create()),
      'INVALID_STATE',
    );
  });

  test('of an older version starts nothing', async () => {
    const rig = await rigWith(file(starts('p', '=a = 1')));
    await rig.deploy(p(...chain(start(), end())));
    assert.deepEqual(rig.machine.evaluateConditional({ variables: { a: 1 } }).instances, []);
  });
});

test('conditions that wait go on in the same way after a snapshot', async () => {
  const resources = [await compile(withBoundary(nonInterrupting))];
  const rig = createRig();
  rig.machine.deploy(resources);
  const instance = rig.create({ x: 11 });
  const restored = createRig({ snapshot: rig.machine.snapshot(), resources });
  assert.deepEqual(restored.machine.snapshot(), rig.machine.snapshot());
  restored.machine.setVariables(instance, { x: 12 }, false);
  assert.equal(restored.count('late'), 1);
  restored.complete('t');
  assert.equal(restored.state(instance), 'COMPLETED');
});
