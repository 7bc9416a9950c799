import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  callActivity,
  chain,
  compensation,
  end,
  eventSubProcess,
  exclusiveGateway,
  file,
  flow,
  type Part,
  parallelGateway,
  path,
  processPart,
  serviceTask,
  start,
  subProcess,
  throwEvent,
} from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rigWith } from './support.ts';

const job = (id: string, extra: Parameters<typeof serviceTask>[1] = {}): Part =>
  serviceTask(id, { type: id, ...extra });

/** A task with a handler `undo<id>`. */
const undoable = (id: string): readonly Part[] => [job(id), ...compensation(`${id}b`, id, job(`undo${id}`))];

const loopOver = (items: string): string =>
  `<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="${items}" inputElement="i"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;

/** Start, the parts in order, an event that throws a compensation, and the end. */
const thenThrow = (ids: readonly string[], ...parts: readonly Part[]): string =>
  p(start(), ...parts, throwEvent('x', { compensation: true }), end(), ...path('start', ...ids, 'x', 'end'));

const types = (rig: Rig): readonly string[] => rig.machine.jobs().map(({ type }) => type);

describe('compensation', () => {
  test('runs the handler of a completed task, and the event waits for it (case 389)', async () => {
    const rig = await rigWith(thenThrow(['A'], ...undoable('A')));
    const instance = rig.create();
    rig.complete('A');
    assert.deepEqual(rig.at(instance), ['undoA', 'x']);
    rig.complete('undoA', { v: 1 });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { v: 1 });
    assert.deepEqual([rig.count('Ab'), rig.count('undoA'), rig.count('x')], [1, 1, 1]);
  });

  test('skips a task that was not reached (case 390)', async () => {
    const rig = await rigWith(
      p(
        start(),
        exclusiveGateway('xor', { default: 'other' }),
        ...undoable('A'),
        throwEvent('x', { compensation: true }),
        end(),
        ...path('start', 'xor'),
        flow('xor', 'A', { condition: '=false' }),
        flow('xor', 'x', { id: 'other' }),
        ...path('A', 'x', 'end'),
      ),
    );
    assert.equal(rig.state(rig.create()), 'COMPLETED');
  });

  test('runs once for each completion of a task in a loop (case 391)', async () => {
    const rig = await rigWith(
      p(
        start(),
        exclusiveGateway('merge'),
        ...undoable('A'),
        exclusiveGateway('again', { default: 'done' }),
        throwEvent('x', { compensation: true }),
        end(),
        ...path('start', 'merge', 'A', 'again'),
        flow('again', 'merge', { condition: '=more' }),
        flow('again', 'x', { id: 'done' }),
        ...path('x', 'end'),
      ),
    );
    const instance = rig.create();
    for (const more of [true, true, false]) rig.complete('A', { more });
    assert.deepEqual(types(rig), ['undoA', 'undoA', 'undoA']);
    for (let count = 0; count < 3; count++) rig.complete('undoA');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('runs all handlers at once; they end in any order (case 392)', async () => {
    const rig = await rigWith(thenThrow(['A', 'B'], ...undoable('A'), ...undoable('B')));
    const instance = rig.create();
    rig.complete('A');
    rig.complete('B');
    assert.deepEqual([...types(rig)].sort(), ['undoA', 'undoB']);
    rig.complete('undoA');
    assert.deepEqual(rig.at(instance), ['undoB', 'x']);
    rig.complete('undoB');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('of one activity leaves the others for a later event (case 393)', async () => {
    const rig = await rigWith(
      p(
        start(),
        ...undoable('A'),
        ...undoable('B'),
        throwEvent('one', { compensation: 'A' }),
        end('end', { compensation: true }),
        ...path('start', 'A', 'B', 'one', 'end'),
      ),
    );
    const instance = rig.create();
    rig.complete('A');
    rig.complete('B');
    assert.deepEqual(types(rig), ['undoA']);
    rig.complete('undoA');
    assert.deepEqual(types(rig), ['undoB']);
    rig.complete('undoB');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('skips a task that is still active (case 394)', async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        ...undoable('A'),
        job('t'),
        throwEvent('x', { compensation: true }),
        end(),
        end('other'),
        ...path('start', 'fork', 'A', 'other'),
        ...path('fork', 't', 'x', 'end'),
      ),
    );
    const instance = rig.create();
    rig.complete('t');
    assert.deepEqual(rig.at(instance), ['A']);
    rig.complete('A');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('reaches into a completed subprocess, but not into a terminated one (case 395)', async () => {
    const xml = thenThrow(
      ['sub'],
      subProcess(
        'sub',
        { inputs: { local: '=1' } },
        start('s'),
        ...undoable('A'),
        ...undoable('B'),
        job('last'),
        end('e'),
        ...path('s', 'A', 'B', 'last', 'e'),
      ),
      boundary('lost', 'sub', { error: 'E' }),
      ...path('lost', 'x'),
    );
    const rig = await rigWith(xml);
    const instance = rig.create();
    for (const type of ['A', 'B', 'last']) rig.complete(type);
    assert.deepEqual(rig.at(instance), ['undoA', 'undoB', 'x']);
    rig.complete('undoA');
    rig.complete('undoB');
    assert.equal(rig.state(instance), 'COMPLETED');
    const second = rig.create();
    for (const type of ['A', 'B']) rig.complete(type);
    rig.machine.throwError(rig.job('last').key, { code: 'E', errorMessage: '', variables: {} });
    assert.equal(rig.state(second), 'COMPLETED');
    assert.equal(rig.count('undoA'), 1);
  });

  test('thrown in a subprocess reaches only what is inside (case 396)', async () => {
    const rig = await rigWith(
      p(
        start(),
        ...undoable('A'),
        subProcess(
          'sub',
          {},
          start('s'),
          ...undoable('B'),
          throwEvent('x', { compensation: true }),
          end('e'),
          ...path('s', 'B', 'x', 'e'),
        ),
        end(),
        ...path('start', 'A', 'sub', 'end'),
      ),
    );
    const instance = rig.create();
    rig.complete('A');
    rig.complete('B');
    assert.deepEqual(types(rig), ['undoB']);
    rig.complete('undoB');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  for (const byEnd of [false, true]) {
    test(`thrown ${byEnd ? 'at the end of' : 'in'} an event subprocess reaches the scope around it (case 397)`, async () => {
      const parts = byEnd
        ? chain(start('es', { error: 'E' }), end('ee', { compensation: true }))
        : chain(start('es', { error: 'E' }), throwEvent('x', { compensation: 'A' }), end('ee'));
      const rig = await rigWith(
        p(
          start(),
          ...undoable('A'),
          job('B'),
          end(),
          ...path('start', 'A', 'B', 'end'),
          eventSubProcess('esp', {}, ...parts),
        ),
      );
      const instance = rig.create();
      rig.complete('A');
      rig.machine.throwError(rig.job('B').key, { code: 'E', errorMessage: '', variables: {} });
      assert.deepEqual(types(rig), ['undoA']);
      rig.complete('undoA');
      assert.equal(rig.state(instance), 'COMPLETED');
    });
  }

  test('of a multi-instance activity runs once, when all instances have completed (case 398)', async () => {
    const xml = thenThrow(
      ['fork', 'A'],
      parallelGateway('fork'),
      job('A', { content: loopOver('=[1,2,3]') }),
      ...compensation('Ab', 'A', job('undoA')),
      job('go'),
      throwEvent('early', { compensation: true }),
      ...path('fork', 'go', 'early'),
    );
    const rig = await rigWith(xml);
    const instance = rig.create();
    rig.complete('A');
    rig.complete('go');
    assert.deepEqual(rig.at(instance), ['A', 'A', 'A']);
    rig.complete('A');
    rig.complete('A');
    assert.deepEqual(types(rig), ['undoA']);
    rig.complete('undoA');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('with a multi-instance handler runs all its instances (case 398)', async () => {
    const rig = await rigWith(
      thenThrow(['A'], job('A'), ...compensation('Ab', 'A', job('undoA', { content: loopOver('=[1,2,3]') }))),
    );
    const instance = rig.create();
    rig.complete('A');
    assert.equal(types(rig).length, 3);
    for (let count = 0; count < 3; count++) {
      assert.equal(rig.state(instance), 'ACTIVE');
      rig.complete('undoA');
    }
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('reaches into the instances of a multi-instance subprocess', async () => {
    const rig = await rigWith(
      thenThrow(
        ['sub'],
        subProcess(
          'sub',
          { content: loopOver('=[1,2]') },
          start('s'),
          ...undoable('A'),
          end('e'),
          ...path('s', 'A', 'e'),
        ),
      ),
    );
    const instance = rig.create();
    rig.complete('A');
    rig.complete('A');
    assert.deepEqual(types(rig), ['undoA', 'undoA']);
    rig.complete('undoA');
    rig.complete('undoA');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('of a call activity runs its handler, and none in the called process (case 399)', async () => {
    const rig = await rigWith(
      file(
        processPart(
          'p',
          {},
          start(),
          callActivity('call', { processId: 'child' }),
          ...compensation('b', 'call', job('undoCall')),
          throwEvent('x', { compensation: true }),
          end(),
          ...path('start', 'call', 'x', 'end'),
        ),
        processPart('child', {}, start('cs'), ...undoable('A'), end('ce'), ...path('cs', 'A', 'ce')),
      ),
    );
    const instance = rig.create();
    rig.complete('A');
    assert.deepEqual(types(rig), ['undoCall']);
    rig.complete('undoCall');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('runs a subprocess and a call activity as handlers (case 400)', async () => {
    const handler = subProcess('undoA', {}, ...chain(start('s'), job('first'), job('second'), end('e')));
    const rig = await rigWith(
      file(
        processPart(
          'p',
          {},
          start(),
          job('A'),
          ...compensation('Ab', 'A', handler),
          job('B'),
          ...compensation('Bb', 'B', callActivity('undoB', { processId: 'child' })),
          throwEvent('x', { compensation: true }),
          end(),
          ...path('start', 'A', 'B', 'x', 'end'),
        ),
        processPart('child', {}, ...chain(start('cs'), job('third'), end('ce'))),
      ),
    );
    const instance = rig.create();
    for (const type of ['A', 'B', 'first', 'third']) rig.complete(type);
    assert.equal(rig.state(instance), 'ACTIVE');
    rig.complete('second');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('of a subprocess runs its own handler and those inside (case 401)', async () => {
    const rig = await rigWith(
      p(
        start(),
        subProcess('sub', {}, start('s'), ...undoable('A'), end('e'), ...path('s', 'A', 'e')),
        ...compensation('sb', 'sub', job('undoSub')),
        throwEvent('x', { compensation: 'sub' }),
        end(),
        ...path('start', 'sub', 'x', 'end'),
      ),
    );
    const instance = rig.create();
    rig.complete('A');
    assert.deepEqual([...types(rig)].sort(), ['undoA', 'undoSub']);
    rig.complete('undoA');
    rig.complete('undoSub');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('waits while a handler has an incident, and ends with the instance (case 402)', async () => {
    const rig = await rigWith(thenThrow(['A'], ...undoable('A')));
    const instance = rig.create();
    rig.complete('A');
    rig.machine.failJob(rig.job('undoA').key, { retries: 0, errorMessage: 'no', backoff: 0, variables: {} });
    assert.equal(rig.incident().elementId, 'undoA');
    assert.deepEqual(rig.at(instance), ['undoA', 'x']);
    rig.machine.cancelInstance(instance);
    assert.deepEqual([rig.machine.jobs(), rig.machine.incidents()], [[], []]);
    assert.equal(rig.state(instance), 'TERMINATED');
  });

  test('uses each completion once (case 404)', async () => {
    const rig = await rigWith(
      p(
        start(),
        ...undoable('A'),
        throwEvent('x', { compensation: true }),
        throwEvent('y', { compensation: true }),
        end(),
        ...path('start', 'A', 'x', 'y', 'end'),
      ),
    );
    const instance = rig.create();
    rig.complete('A');
    rig.complete('undoA');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual([rig.count('undoA'), rig.count('y')], [1, 1]);
  });

  test('has handlers with mappings and errors of their own', async () => {
    const handler = job('undoA', { inputs: { n: '=v + 1' }, outputs: { undone: '=n' } });
    const rig = await rigWith(
      p(
        start(),
        subProcess(
          'sub',
          {},
          start('s'),
          job('A'),
          ...compensation('Ab', 'A', handler),
          throwEvent('x', { compensation: true }),
          end('e'),
          ...path('s', 'A', 'x', 'e'),
        ),
        boundary('lost', 'sub', { error: 'E' }),
        end(),
        end('failed'),
        ...path('start', 'sub', 'end'),
        ...path('lost', 'failed'),
      ),
    );
    const instance = rig.create({ v: 1 });
    rig.complete('A');
    assert.equal(rig.job('undoA').variables.n, 2);
    rig.machine.completeJob(rig.machine.jobs()[0]!.key, {});
    assert.deepEqual(rig.root(instance), { v: 1, undone: 2 });
    const other = rig.create({ v: 1 });
    rig.complete('A');
    rig.machine.throwError(rig.job('undoA').key, { code: 'E', errorMessage: '', variables: {} });
    assert.equal(rig.state(other), 'COMPLETED');
    assert.equal(rig.count('failed'), 1);
  });

  test('goes on in the same way after a snapshot', async () => {
    const resources = [await compile(thenThrow(['A', 'B'], ...undoable('A'), ...undoable('B')))];
    const rig = createRig();
    rig.machine.deploy(resources);
    const instance = rig.create();
    rig.complete('A');
    const restored = createRig({ snapshot: rig.machine.snapshot(), resources });
    restored.complete('B');
    restored.complete('undoB');
    const again = createRig({ snapshot: restored.machine.snapshot(), resources });
    assert.deepEqual(again.at(instance), ['undoA', 'x']);
    again.complete('undoA');
    assert.equal(again.state(instance), 'COMPLETED');
  });
});

describe('a terminate end event', () => {
  test('in a non-interrupting event subprocess ends only this (case 405)', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), job('A'), end()),
        eventSubProcess(
          'esp',
          {},
          start('es', { signal: 's', attributes: 'isInterrupting="false"' }),
          parallelGateway('fork'),
          job('t'),
          end('stop', { terminate: true }),
          end('never'),
          ...path('es', 'fork', 't', 'never'),
          ...path('fork', 'stop'),
        ),
      ),
    );
    const instance = rig.create();
    rig.machine.broadcastSignal('s', {});
    assert.deepEqual(rig.at(instance), ['A']);
    rig.complete('A');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('in a subprocess completes it, with its output mappings, and closes what waits at its boundary (case 405)', async () => {
    const rig = await rigWith(
      p(
        start(),
        subProcess(
          'sub',
          { inputs: { n: '=1' }, outputs: { out: '=n' } },
          start('s'),
          parallelGateway('fork'),
          job('t'),
          end('stop', { terminate: true }),
          end('never'),
          ...path('s', 'fork', 't', 'never'),
          ...path('fork', 'stop'),
        ),
        boundary('tick', 'sub', { duration: 'PT1S', interrupting: false }),
        job('after'),
        end(),
        ...path('start', 'sub', 'after', 'end'),
        ...path('tick', 'end'),
      ),
    );
    const instance = rig.create();
    assert.deepEqual(rig.at(instance), ['after']);
    assert.deepEqual(rig.root(instance), { out: 1 });
    assert.equal(rig.machine.nextDue(), undefined);
  });

  test('ends a compensation handler in its scope (case 406)', async () => {
    const rig = await rigWith(
      p(
        start(),
        ...undoable('A'),
        parallelGateway('fork'),
        throwEvent('x', { compensation: true }),
        job('t'),
        end(),
        end('stop', { terminate: true }),
        ...path('start', 'A', 'fork', 'x', 'end'),
        ...path('fork', 't', 'stop'),
      ),
    );
    const instance = rig.create();
    rig.complete('A');
    assert.deepEqual(rig.at(instance), ['t', 'undoA', 'x']);
    rig.complete('t');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.machine.jobs(), []);
  });

  test('in an event subprocess leaves the handlers in the scope around it', async () => {
    const xml = p(
      start(),
      ...undoable('A'),
      job('B'),
      end(),
      ...path('start', 'A', 'B', 'end'),
      eventSubProcess(
        'esp',
        {},
        start('es', { signal: 's', attributes: 'isInterrupting="false"' }),
        parallelGateway('fork'),
        throwEvent('x', { compensation: true }),
        job('t'),
        end('ee'),
        end('stop', { terminate: true }),
        ...path('es', 'fork', 'x', 'ee'),
        ...path('fork', 't', 'stop'),
      ),
    );
    const resources = [await compile(xml)];
    const rig = createRig();
    rig.machine.deploy(resources);
    const instance = rig.create();
    rig.complete('A');
    rig.machine.broadcastSignal('s', {});
    rig.complete('t');
    assert.deepEqual(rig.at(instance), ['B', 'undoA']);
    const restored = createRig({ snapshot: rig.machine.snapshot(), resources });
    restored.complete('B');
    restored.complete('undoA');
    assert.equal(restored.state(instance), 'COMPLETED');
  });
});
