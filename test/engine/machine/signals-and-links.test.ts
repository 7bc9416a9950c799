import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  eventSubProcess,
  exclusiveGateway,
  file,
  flow,
  path,
  processPart,
  serviceTask,
  start,
  throwEvent,
} from '../support/bpmn.ts';
import { compile, createRig, p, rejectionOf, rigWith } from './support.ts';

describe('a signal', () => {
  test('reaches all that wait and all that it starts, with local variables only (case 374)', async () => {
    const rig = await rigWith(
      file(
        processPart('p', {}, ...chain(start(), throwEvent('x', { signal: 's', inputs: { v: '=a' } }), end())),
        processPart('q', {}, ...chain(start('qs'), catchEvent('w', { signal: 's' }), end('qe'))),
        processPart('r', {}, ...chain(start('rs', { signal: 's' }), serviceTask('rt', { type: 'r' }), end('re'))),
      ),
    );
    const waiting = rig.create({}, 'q');
    rig.create({ a: 1, b: 2 });
    assert.equal(rig.state(waiting), 'COMPLETED');
    assert.deepEqual(rig.root(waiting), { v: 1 });
    assert.deepEqual(rig.job('r').variables, { v: 1 });
  });

  test('has variables that an output mapping selects (case 375)', async () => {
    const rig = await rigWith(p(...chain(start(), catchEvent('w', { signal: 's', outputs: { a: '=b' } }), end())));
    const instance = rig.create();
    rig.machine.broadcastSignal('s', { b: 1, c: 2 });
    assert.deepEqual(rig.root(instance), { a: 1 });
  });

  test('reaches a boundary event (case 376)', async () => {
    const xml = (interrupting: boolean): string =>
      p(
        ...chain(start(), serviceTask('t', { type: 't' }), end()),
        boundary('b', 't', { signal: 's', interrupting }),
        end('late'),
        ...path('b', 'late'),
      );
    const parallel = await rigWith(xml(false));
    parallel.create();
    parallel.machine.broadcastSignal('s', {});
    parallel.machine.broadcastSignal('s', {});
    assert.deepEqual([parallel.count('late'), parallel.machine.jobs().length], [2, 1]);
    const interrupting = await rigWith(xml(true));
    const instance = interrupting.create();
    interrupting.machine.broadcastSignal('s', {});
    assert.equal(interrupting.state(instance), 'COMPLETED');
    assert.deepEqual(interrupting.machine.jobs(), []);
  });

  test('decides an event-based gateway (case 377)', async () => {
    const rig = await rigWith(
      p(
        start(),
        eventBasedGateway('g'),
        catchEvent('w', { signal: 's' }),
        catchEvent('time', { duration: 'PT1S' }),
        end(),
        end('late'),
        ...path('start', 'g', 'w', 'end'),
        ...path('g', 'time', 'late'),
      ),
    );
    const instance = rig.create();
    rig.machine.broadcastSignal('s', {});
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.machine.nextDue(), undefined);
  });

  test('starts only the latest version (case 378)', async () => {
    const rig = await rigWith(p(...chain(start('start', { signal: 's' }), serviceTask('t', { type: 't' }), end())));
    rig.machine.broadcastSignal('s', {});
    assert.equal(rig.machine.jobs().length, 1);
    await rig.deploy(p(...chain(start(), end())));
    rig.machine.broadcastSignal('s', {});
    assert.equal(rig.machine.jobs().length, 1);
  });

  test('reaches the instance that throws it (case 379)', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), throwEvent('x', { signal: 's' }), end()),
        eventSubProcess(
          'e',
          {},
          ...chain(start('es', { signal: 's', attributes: 'isInterrupting="false"' }), end('ee')),
        ),
      ),
    );
    assert.equal(rig.state(rig.create()), 'COMPLETED');
    assert.equal(rig.count('ee'), 1);
  });

  test('needs a name', async () => {
    const { machine } = createRig();
    assert.equal(
      rejectionOf(() => machine.broadcastSignal('', {})),
      'INVALID_ARGUMENT',
    );
  });

  test('reaches restored subscriptions and start events', async () => {
    const resources = [
      await compile(
        file(
          processPart('p', {}, ...chain(start(), catchEvent('w', { signal: '=name' }), end())),
          processPart('r', {}, ...chain(start('rs', { signal: 's' }), serviceTask('rt', { type: 'r' }), end('re'))),
        ),
      ),
    ];
    const rig = createRig();
    rig.machine.deploy(resources);
    const instance = rig.create({ name: 's' });
    const restored = createRig({ snapshot: rig.machine.snapshot(), resources });
    restored.machine.broadcastSignal('s', {});
    assert.equal(restored.state(instance), 'COMPLETED');
    assert.equal(restored.jobs('r').length, 1);
  });
});

test('links lead to the catch event with their name, also back (case 387)', async () => {
  const rig = await rigWith(
    p(
      start(),
      exclusiveGateway('first', { default: 'out' }),
      throwEvent('x', { link: 'A' }),
      throwEvent('y', { link: 'A' }),
      catchEvent('a', { link: 'A' }),
      serviceTask('t', { type: 't' }),
      exclusiveGateway('again', { default: 'done' }),
      end(),
      ...path('start', 'first'),
      flow('first', 'x', { id: 'out' }),
      flow('first', 'y', { condition: '=n = 5' }),
      ...path('a', 't', 'again'),
      flow('again', 'y2', { condition: '=n &lt; 2'.replace('&lt;', '<') }),
      throwEvent('y2', { link: 'A' }),
      flow('again', 'end', { id: 'done' }),
    ),
  );
  const instance = rig.create({ n: 0 });
  rig.complete('t', { n: 1 });
  rig.complete('t', { n: 2 });
  assert.equal(rig.state(instance), 'COMPLETED');
  assert.equal(rig.count('a'), 2);
  const other = rig.create({ n: 5 });
  assert.deepEqual(rig.at(other), ['t']);
});
