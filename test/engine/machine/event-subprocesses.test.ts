import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  chain,
  type EventOptions,
  end,
  eventSubProcess,
  file,
  other,
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

const beside = 'isInterrupting="false"';
const task = serviceTask('t', { type: 't' });
const message = { message: { name: 'm', correlationKey: '="k"' } };

/** An event subprocess with a job in it. */
const event = (options: EventOptions, id = 'e', more: Parameters<typeof eventSubProcess>[1] = {}) =>
  eventSubProcess(id, more, ...chain(start(`${id}s`, options), serviceTask(`${id}t`, { type: id }), end(`${id}e`)));

const throwError = (rig: Rig, type: string, code = 'E'): void =>
  rig.machine.throwError(rig.job(type).key, { code, errorMessage: '', variables: {} });

describe('an interrupting event subprocess', () => {
  test('ends everything else in the process (case 349)', async () => {
    const rig = await rigWith(p(...chain(start(), task, end()), event(message)));
    const instance = rig.create();
    rig.publish('m', 'k');
    assert.deepEqual(rig.at(instance), ['e', 'et']);
    rig.publish('m', 'k');
    assert.equal(rig.jobs('e').length, 1);
    rig.machine.completeJob(rig.machine.jobs()[0]!.key, {});
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('ends other event subprocesses and closes their subscriptions (case 351)', async () => {
    const tick = event({ message: { name: 'n', correlationKey: '="k"' }, attributes: beside }, 'f');
    const rig = await rigWith(p(...chain(start(), task, end()), tick, event(message)));
    const instance = rig.create();
    rig.publish('n', 'k');
    rig.publish('n', 'k');
    assert.equal(rig.count('f'), 2);
    rig.publish('m', 'k');
    rig.publish('n', 'k');
    assert.deepEqual(rig.at(instance), ['e', 'et']);
    rig.complete('e');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('drops tokens that wait at a join (case 352)', async () => {
    const rig = await rigWith(
      p(
        ...[start(), parallelGateway('fork'), task, parallelGateway('join'), end()],
        ...path('start', 'fork', 't', 'join', 'end'),
        ...path('fork', 'join'),
        event(message),
      ),
    );
    const instance = rig.create();
    rig.publish('m', 'k');
    rig.complete('e');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('catches an error before the boundary event of its subprocess (cases 353 and 354)', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), subProcess('sub', {}, ...chain(start('s'), task, end('f')), event({ error: 'E' })), end()),
        boundary('b', 'sub', { error: 'E' }),
        end('late'),
        ...path('b', 'late'),
      ),
    );
    const instance = rig.create();
    throwError(rig, 't');
    assert.deepEqual(rig.at(instance), ['e', 'et', 'sub']);
    rig.complete('e');
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual([rig.count('end'), rig.count('late')], [1, 0]);
  });

  test('does not catch its own error (case 355)', async () => {
    const caught = await rigWith(
      p(
        ...chain(start(), subProcess('sub', {}, ...chain(start('s'), task, end('f')), event({ error: 'E' })), end()),
        boundary('b', 'sub', { error: 'E' }),
        end('late'),
        ...path('b', 'late'),
      ),
    );
    const instance = caught.create();
    throwError(caught, 't');
    throwError(caught, 'e');
    assert.equal(caught.state(instance), 'COMPLETED');
    assert.equal(caught.count('late'), 1);
    const uncaught = await rigWith(p(...chain(start(), task, end()), event({ error: 'E' })));
    uncaught.create();
    throwError(uncaught, 't');
    throwError(uncaught, 'e');
    assert.equal(uncaught.incident().type, 'UNHANDLED_ERROR_EVENT');
  });

  test('with the code precedes one for all errors (case 356)', async () => {
    const rig = await rigWith(p(...chain(start(), task, end()), event({ error: null }), event({ error: 'E' }, 'f')));
    const exact = rig.create();
    throwError(rig, 't');
    assert.deepEqual(rig.at(exact), ['f', 'ft']);
    const any = rig.create();
    throwError(rig, 't', 'F');
    assert.deepEqual(rig.at(any), ['e', 'et']);
  });

  test('catches an escalation of a nested subprocess (case 360)', async () => {
    const inner = chain(
      start('s'),
      throwEvent('x', { escalation: 'A' }),
      serviceTask('after', { type: 'after' }),
      end('f'),
    );
    const rig = await rigWith(p(...chain(start(), subProcess('sub', {}, ...inner), end()), event({ escalation: 'A' })));
    const instance = rig.create();
    assert.deepEqual(rig.at(instance), ['e', 'et']);
    assert.equal(rig.count('after'), 0);
  });

  test('does not start when its scope ends in the same moment (case 365)', async () => {
    const sub = subProcess('sub', {}, ...chain(start('s'), task, end('f')), event({ signal: 's1' }));
    const rig = await rigWith(
      p(...chain(start(), sub, end()), boundary('b', 'sub', { signal: 's1' }), end('late'), ...path('b', 'late')),
    );
    const instance = rig.create();
    rig.machine.broadcastSignal('s1', {});
    assert.equal(rig.count('late'), 1);
    assert.equal(rig.state(instance), 'COMPLETED');
  });
});

describe('a non-interrupting event subprocess', () => {
  test('runs beside the scope, which waits for it (case 350)', async () => {
    const rig = await rigWith(p(...chain(start(), task, end()), event({ cycle: 'R2/PT1S', attributes: beside })));
    const instance = rig.create();
    rig.pass(1000);
    rig.pass(1000);
    rig.pass(1000);
    assert.equal(rig.count('e'), 2);
    rig.complete('t');
    assert.equal(rig.state(instance), 'ACTIVE');
    rig.complete('e');
    rig.complete('e');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('starts for each signal (case 359)', async () => {
    const rig = await rigWith(p(...chain(start(), task, end()), event({ signal: 'sig', attributes: beside })));
    rig.create();
    rig.machine.broadcastSignal('sig', {});
    rig.machine.broadcastSignal('sig', {});
    assert.equal(rig.count('e'), 2);
    assert.equal(rig.jobs('t').length, 1);
  });

  test('has the variables of its event for itself (case 358)', async () => {
    const listening = { ...message, attributes: beside };
    const plain = await rigWith(p(...chain(start(), task, end()), event(listening)));
    const instance = plain.create({ x: 1 });
    plain.publish('m', 'k', { variables: { v: 1 } });
    assert.deepEqual(plain.job('e').variables, { v: 1, x: 1 });
    plain.machine.completeJob(plain.machine.jobs()[1]!.key, { x: 2 });
    assert.deepEqual(plain.root(instance), { x: 2 });
    const mapped = await rigWith(p(...chain(start(), task, end()), event(listening, 'e', { outputs: { w: '=v' } })));
    const other = mapped.create();
    mapped.publish('m', 'k', { variables: { v: 1 } });
    mapped.complete('e');
    assert.deepEqual(mapped.root(other), { w: 1 });
  });

  test('keeps what its start event maps for itself', async () => {
    const rig = await rigWith(
      p(...chain(start(), task, end()), event({ ...message, attributes: beside, outputs: { w: '=v' } })),
    );
    const instance = rig.create();
    rig.publish('m', 'k', { variables: { v: 1 } });
    assert.deepEqual(rig.job('e').variables, { v: 1, w: 1 });
    assert.deepEqual(rig.root(instance), {});
  });

  test('can end at once (case 361)', async () => {
    const rig = await rigWith(
      p(
        ...chain(start(), task, end()),
        eventSubProcess('e', {}, ...chain(start('es', { ...message, attributes: beside }), end('ee'))),
      ),
    );
    const instance = rig.create();
    rig.publish('m', 'k');
    assert.deepEqual([rig.count('ee'), rig.at(instance)], [1, ['t']]);
  });

  test('waits for its own event subprocess only while it runs (case 362)', async () => {
    const inner = event({ message: { name: 'n', correlationKey: '="k"' }, attributes: beside }, 'f');
    const outer = eventSubProcess(
      'e',
      {},
      ...chain(start('es', { ...message, attributes: beside }), serviceTask('et', { type: 'e' }), end('ee')),
      inner,
    );
    const rig = await rigWith(p(...chain(start(), task, end()), outer));
    rig.create();
    rig.publish('n', 'k');
    assert.equal(rig.count('f'), 0);
    rig.publish('m', 'k');
    rig.publish('n', 'k');
    assert.equal(rig.count('f'), 1);
  });

  test('is not awaited if nothing has started it (case 366), and is cancelled with its instance (case 364)', async () => {
    const rig = await rigWith(p(...chain(start(), task, end()), event({ ...message, attributes: beside })));
    const done = rig.create();
    rig.complete('t');
    assert.equal(rig.state(done), 'COMPLETED');
    const cancelled = rig.create();
    rig.publish('m', 'k');
    rig.machine.cancelInstance(cancelled);
    rig.publish('m', 'k');
    assert.deepEqual([rig.machine.jobs(), rig.state(cancelled)], [[], 'TERMINATED']);
  });

  test('ends alone by a terminate end event (case 405)', async () => {
    const ends = eventSubProcess(
      'e',
      {},
      ...chain(start('es', { ...message, attributes: beside }), end('ee', { terminate: true })),
    );
    const rig = await rigWith(p(...chain(start(), task, end()), ends));
    const instance = rig.create();
    rig.publish('m', 'k');
    assert.deepEqual(rig.at(instance), ['t']);
  });
});

test('a subscription that cannot be opened is an incident of the scope (case 357)', async () => {
  const keyed = event({ message: { name: 'm', correlationKey: '=k' } });
  const rig = await rigWith(p(...chain(start(), task, end()), keyed));
  const instance = rig.create();
  const { type, key, elementId } = rig.incident();
  assert.deepEqual([type, elementId], ['EXTRACT_VALUE_ERROR', 'p']);
  assert.deepEqual(rig.at(instance), []);
  rig.machine.setVariables(instance, { k: 'k' }, false);
  rig.machine.resolveIncident(key);
  assert.deepEqual(rig.at(instance), ['t']);
});

test('event subprocesses are restored from a snapshot, before and while they run', async () => {
  const resources = [
    await compile(p(...chain(start(), task, end()), event(message), event({ signal: 's', attributes: beside }, 'f'))),
  ];
  const rig = createRig();
  rig.machine.deploy(resources);
  const instance = rig.create();
  const waiting = createRig({ snapshot: rig.machine.snapshot(), resources });
  waiting.machine.broadcastSignal('s', {});
  waiting.publish('m', 'k');
  assert.deepEqual(waiting.at(instance), ['e', 'et']);
  const running = createRig({ snapshot: waiting.machine.snapshot(), resources });
  running.machine.broadcastSignal('s', {});
  running.complete('e');
  assert.equal(running.state(instance), 'COMPLETED');
});

describe('escalations', () => {
  const inner = (thrown: Parameters<typeof throwEvent>[1]) =>
    chain(start('s'), throwEvent('x', thrown ?? {}), serviceTask('after', { type: 'after' }), end('f'));
  const caughtBy = (options: Parameters<typeof boundary>[2], ...parts: readonly Part[]) =>
    p(
      ...chain(start(), subProcess('sub', {}, ...parts), end()),
      boundary('b', 'sub', options),
      serviceTask('c', { type: 'c' }),
      end('late'),
      ...path('b', 'c', 'late'),
    );

  test('start a non-interrupting path, and their event goes on (case 367)', async () => {
    const rig = await rigWith(caughtBy({ escalation: 'A', interrupting: false }, ...inner({ escalation: 'A' })));
    assert.deepEqual(rig.at(rig.create()), ['after', 'c', 'sub']);
  });

  test('end the subprocess by an interrupting event (case 368)', async () => {
    const rig = await rigWith(caughtBy({ escalation: 'A' }, ...inner({ escalation: 'A' })));
    assert.deepEqual(rig.at(rig.create()), ['c']);
    assert.equal(rig.count('after'), 0);
  });

  test('can come from an end event (case 369)', async () => {
    const ending = chain(start('s'), end('f', { escalation: 'A' }));
    const interrupting = await rigWith(caughtBy({ escalation: 'A' }, ...ending));
    interrupting.create();
    assert.deepEqual([interrupting.count('c'), interrupting.count('end')], [1, 0]);
    const parallel = await rigWith(caughtBy({ escalation: 'A', interrupting: false }, ...ending));
    parallel.create();
    assert.deepEqual([parallel.count('c'), parallel.count('end')], [1, 1]);
  });

  test('that nobody catches do nothing (case 370)', async () => {
    const rig = await rigWith(caughtBy({ escalation: 'B' }, ...inner({ escalation: 'A' })));
    assert.deepEqual(rig.at(rig.create()), ['after', 'sub']);
    assert.deepEqual(rig.machine.incidents(), []);
  });

  test('are caught once, by the innermost event and the exact code (case 371)', async () => {
    const sub = subProcess('in', {}, ...inner({ escalation: 'A' }));
    const rig = await rigWith(
      p(
        ...chain(
          start(),
          subProcess(
            'out',
            {},
            ...chain(start('os'), sub, end('oe')),
            boundary('any', 'in', { escalation: null, interrupting: false }),
            boundary('exact', 'in', { escalation: 'A', interrupting: false }),
            end('ae'),
            end('ee'),
            ...path('any', 'ae'),
            ...path('exact', 'ee'),
          ),
          end(),
        ),
        boundary('b', 'out', { escalation: 'A', interrupting: false }),
        end('late'),
        ...path('b', 'late'),
      ),
    );
    rig.create();
    assert.deepEqual([rig.count('exact'), rig.count('any'), rig.count('b')], [1, 0, 0]);
  });

  test('may have an expression as code (case 372)', async () => {
    const rig = await rigWith(caughtBy({ escalation: 'A' }, ...inner({ escalation: '=c' })));
    assert.deepEqual(rig.at(rig.create({ c: 'A' })), ['c']);
    rig.create();
    assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
  });

  test('leave a called process (case 342)', async () => {
    const xml = (interrupting: boolean): string =>
      file(
        processPart(
          'p',
          {},
          ...chain(start(), other('callActivity', 'ca', { extensions: '<zeebe:calledElement processId="q"/>' }), end()),
          boundary('b', 'ca', { escalation: 'A', interrupting }),
          end('late'),
          ...path('b', 'late'),
        ),
        processPart('q', {}, ...inner({ escalation: 'A' })),
      );
    const parallel = await rigWith(xml(false));
    parallel.create();
    assert.deepEqual([parallel.count('late'), parallel.jobs('after').length], [1, 1]);
    const interrupting = await rigWith(xml(true));
    assert.equal(interrupting.state(interrupting.create()), 'COMPLETED');
    assert.deepEqual(interrupting.machine.jobs(), []);
  });
});
