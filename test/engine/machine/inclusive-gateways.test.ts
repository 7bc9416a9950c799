import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  end,
  eventSubProcess,
  exclusiveGateway,
  flow,
  inclusiveGateway,
  type Part,
  parallelGateway,
  path,
  serviceTask,
  start,
  subProcess,
  throwEvent,
} from '../support/bpmn.ts';
import { compile, createRig, p, type Rig, rigWith } from './support.ts';

const tasks = (...ids: readonly string[]): readonly Part[] => ids.map((id) => serviceTask(id, { type: id }));

/** A fork into a, b and c by the variables of these names, and a join before `after`. */
const forkAndJoin = (...more: readonly Part[]): string =>
  p(
    start(),
    inclusiveGateway('fork', { default: 'default' }),
    ...tasks('a', 'b', 'c', 'd', 'after'),
    inclusiveGateway('join'),
    end(),
    ...path('start', 'fork'),
    ...['a', 'b', 'c'].map((id) => flow('fork', id, { condition: `=${id}` })),
    flow('fork', 'd', { id: 'default' }),
    ...['a', 'b', 'c', 'd'].flatMap((id) => path(id, 'join')),
    ...path('join', 'after', 'end'),
    ...more,
  );

describe('an inclusive gateway', () => {
  test('forks into the flows with true conditions, and joins them once (case 380)', async () => {
    const rig = await rigWith(forkAndJoin());
    const instance = rig.create({ a: true, b: true, c: false });
    assert.deepEqual(rig.at(instance), ['a', 'b']);
    rig.complete('a');
    assert.deepEqual(rig.at(instance), ['b']);
    rig.complete('b');
    assert.deepEqual(rig.at(instance), ['after']);
    rig.complete('after');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual([rig.count('after'), rig.count('join')], [1, 1]);
  });

  test('joins at once after the only flow that was taken (case 381)', async () => {
    const rig = await rigWith(forkAndJoin());
    const instance = rig.create({ a: true, b: false, c: false });
    rig.complete('a');
    assert.deepEqual(rig.at(instance), ['after']);
  });

  test('goes on when a branch has left by a boundary event (case 382)', async () => {
    const rig = await rigWith(forkAndJoin(boundary('lost', 'b', { error: 'E' }), end('late'), ...path('lost', 'late')));
    const instance = rig.create({ a: true, b: true, c: false });
    rig.complete('a');
    rig.machine.throwError(rig.job('b').key, { code: 'E', errorMessage: '', variables: {} });
    assert.deepEqual(rig.at(instance), ['after']);
  });

  test('waits for the path of a boundary event while its task is active', async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        ...tasks('a', 'b', 'after'),
        boundary('tick', 'b', { duration: 'PT1S' }),
        inclusiveGateway('join'),
        end(),
        end('other'),
        ...path('start', 'fork', 'a', 'join', 'after', 'end'),
        ...path('fork', 'b', 'other'),
        ...path('tick', 'join'),
      ),
    );
    const instance = rig.create();
    rig.complete('a');
    assert.deepEqual(rig.at(instance), ['b']);
    rig.pass(1000);
    assert.deepEqual(rig.at(instance), ['after']);
    const other = rig.create();
    rig.complete('a');
    rig.complete('b');
    assert.deepEqual(rig.at(other), ['after']);
  });

  test('waits for a loop before it (case 383)', async () => {
    const rig = await rigWith(
      p(
        start(),
        inclusiveGateway('fork'),
        exclusiveGateway('merge'),
        ...tasks('a', 'retry', 'after'),
        exclusiveGateway('again', { default: 'done' }),
        inclusiveGateway('join'),
        end(),
        ...path('start', 'fork'),
        flow('fork', 'a', { condition: '=true' }),
        flow('fork', 'merge', { condition: '=true' }),
        ...path('merge', 'retry', 'again'),
        flow('again', 'merge', { condition: '=more' }),
        flow('again', 'join', { id: 'done' }),
        ...path('a', 'join', 'after', 'end'),
      ),
    );
    const instance = rig.create({ more: true });
    rig.complete('a');
    rig.complete('retry');
    assert.deepEqual(rig.at(instance), ['retry']);
    rig.complete('retry', { more: false });
    assert.deepEqual(rig.at(instance), ['after']);
    assert.equal(rig.count('after'), 1);
  });

  test('takes the default flow if no condition is true (case 384)', async () => {
    const rig = await rigWith(forkAndJoin());
    assert.deepEqual(rig.at(rig.create({ a: false, b: false, c: false })), ['d']);
  });

  const twoFlows = (...conditions: readonly string[]): string =>
    p(
      start(),
      inclusiveGateway('or'),
      ...tasks('a', 'b'),
      end(),
      ...path('start', 'or'),
      flow('or', 'a', { condition: conditions[0] ?? '' }),
      flow('or', 'b', { condition: conditions[1] ?? '' }),
      ...path('a', 'end'),
      ...path('b', 'end'),
    );

  test('has an incident without a true condition and a default flow (case 384)', async () => {
    const rig = await rigWith(twoFlows('=a', '=b'));
    const instance = rig.create({ a: false, b: false });
    assert.equal(rig.incident().type, 'CONDITION_ERROR');
    rig.machine.setVariables(instance, { b: true }, false);
    rig.machine.resolveIncident(rig.incident().key);
    assert.deepEqual(rig.at(instance), ['b']);
  });

  test('has an incident if a condition is null, even if another one is true (case 385)', async () => {
    const rig = await rigWith(twoFlows('=true', '=missing'));
    const instance = rig.create();
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
    assert.deepEqual(rig.at(instance), ['or']);
  });

  test('joins, and then evaluates its conditions once (case 386)', async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        ...tasks('a', 'b', 'c', 'd'),
        inclusiveGateway('both'),
        end(),
        ...path('start', 'fork', 'a', 'both'),
        ...path('fork', 'b', 'both'),
        flow('both', 'c', { condition: '=x > 1' }),
        flow('both', 'd', { condition: '=x > 5' }),
        ...path('c', 'end'),
        ...path('d', 'end'),
      ),
    );
    const instance = rig.create({ x: 0 });
    rig.complete('a');
    rig.complete('b', { x: 6 });
    assert.deepEqual(rig.at(instance), ['c', 'd']);
    assert.equal(rig.count('both'), 1);
  });

  test('joins again in the next round of a loop', async () => {
    const rig = await rigWith(
      p(
        start(),
        exclusiveGateway('merge'),
        inclusiveGateway('fork'),
        ...tasks('a', 'b', 'next'),
        inclusiveGateway('join'),
        exclusiveGateway('again', { default: 'done' }),
        end(),
        ...path('start', 'merge', 'fork'),
        flow('fork', 'a', { condition: '=true' }),
        flow('fork', 'b', { condition: '=both' }),
        ...path('a', 'join'),
        ...path('b', 'join', 'next', 'again'),
        flow('again', 'merge', { condition: '=more' }),
        flow('again', 'end', { id: 'done' }),
      ),
    );
    const instance = rig.create({ both: true });
    rig.complete('b');
    rig.complete('a');
    rig.complete('next', { more: true, both: false });
    assert.deepEqual(rig.at(instance), ['a']);
    rig.complete('a');
    rig.complete('next', { more: false });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.count('next'), 2);
  });

  test('consumes one token of each flow: a second one goes on alone', async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        exclusiveGateway('merge'),
        ...tasks('a', 'b', 'after'),
        inclusiveGateway('join'),
        end(),
        ...path('start', 'fork', 'merge', 'a', 'join', 'after', 'end'),
        flow('fork', 'merge', { id: 'second' }),
        ...path('fork', 'b', 'join'),
      ),
    );
    const instance = rig.create();
    for (const job of rig.jobs('a')) rig.machine.completeJob(job.key, {});
    assert.deepEqual(rig.at(instance), ['b']);
    rig.complete('b');
    assert.deepEqual(rig.at(instance), ['after', 'after']);
  });

  test('one that leads to another goes on before it, and two that lead to each other do not block each other', async () => {
    const chained = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        ...tasks('a', 'b', 'c', 'after'),
        exclusiveGateway('out', { default: 'gone' }),
        inclusiveGateway('first'),
        inclusiveGateway('second'),
        end(),
        end('away'),
        ...path('start', 'fork', 'a', 'first', 'second', 'after', 'end'),
        ...path('fork', 'b', 'second'),
        ...path('fork', 'c', 'out'),
        flow('out', 'first', { condition: '=false' }),
        flow('out', 'away', { id: 'gone' }),
      ),
    );
    const instance = chained.create();
    chained.complete('a');
    chained.complete('b');
    assert.deepEqual(chained.at(instance), ['c']);
    chained.complete('c');
    assert.deepEqual(chained.at(instance), ['after']);
    assert.equal(chained.count('second'), 1);

    const circle = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        ...tasks('a', 'b', 'x', 'y'),
        inclusiveGateway('left'),
        inclusiveGateway('right'),
        exclusiveGateway('l', { default: 'l-end' }),
        exclusiveGateway('r', { default: 'r-end' }),
        end(),
        ...path('start', 'fork', 'a', 'left', 'x', 'l'),
        ...path('fork', 'b', 'right', 'y', 'r'),
        flow('l', 'right', { condition: '=false' }),
        flow('l', 'end', { id: 'l-end' }),
        flow('r', 'left', { condition: '=false' }),
        flow('r', 'end', { id: 'r-end' }),
      ),
    );
    const round = circle.create();
    circle.complete('a');
    circle.complete('b');
    assert.deepEqual(circle.at(round), ['x']);
    circle.complete('x');
    circle.complete('y');
    assert.equal(circle.state(round), 'COMPLETED');
  });

  test('in a subprocess that an event subprocess interrupts, waiting tokens are dropped', async () => {
    const rig = await rigWith(
      p(
        start(),
        subProcess(
          'sub',
          {},
          start('s'),
          parallelGateway('fork'),
          ...tasks('a', 'b'),
          inclusiveGateway('join'),
          end('e'),
          ...path('s', 'fork', 'a', 'join', 'e'),
          ...path('fork', 'b', 'join'),
          eventSubProcess('es', {}, start('ess', { signal: 's' }), end('ese'), ...path('ess', 'ese')),
        ),
        end(),
        ...path('start', 'sub', 'end'),
      ),
    );
    const instance = rig.create();
    rig.complete('a');
    rig.machine.broadcastSignal('s', {});
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.count('join'), 0);
  });

  test('is reached through a link', async () => {
    const rig = await rigWith(
      p(
        start(),
        parallelGateway('fork'),
        ...tasks('a', 'b', 'after'),
        throwEvent('jump', { link: 'L' }),
        inclusiveGateway('join'),
        end(),
        ...path('start', 'fork', 'a', 'join', 'after', 'end'),
        ...path('fork', 'b', 'jump'),
        ...path('land', 'join'),
        {
          id: 'land',
          xml: '<bpmn:intermediateCatchEvent id="land"><bpmn:linkEventDefinition name="L"/></bpmn:intermediateCatchEvent>',
          roots: [],
        },
      ),
    );
    const instance = rig.create();
    rig.complete('a');
    assert.deepEqual(rig.at(instance), ['b']);
    rig.complete('b');
    assert.deepEqual(rig.at(instance), ['after']);
  });

  test('keeps waiting tokens in a snapshot', async () => {
    const resources = [await compile(forkAndJoin())];
    const rig = createRig();
    rig.machine.deploy(resources);
    const instance = rig.create({ a: true, b: true, c: false });
    rig.complete('a');
    const restored: Rig = createRig({ snapshot: rig.machine.snapshot(), resources });
    restored.complete('b');
    assert.deepEqual(restored.at(instance), ['after']);
  });
});
