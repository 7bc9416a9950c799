import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Flow, Source } from '../../../src/engine/model/index.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  exclusiveGateway,
  flow,
  manualTask,
  parallelGateway,
  path,
  process,
  receiveTask,
  sendTask,
  serviceTask,
  start,
  subProcess,
  task,
  throwEvent,
} from '../support/bpmn.ts';
import { modelOf, nodeOf } from './support.ts';

/** The text of a source as in the file: static text, or an expression with its `=`. */
const textOf = (source: Source | undefined): string | undefined =>
  source?.kind === 'feel' ? `=${source.expression.source}` : source?.text;

describe('tasks', () => {
  test('have type, retries and headers, without empty headers (case 77)', async () => {
    const headers = { k: 'v', empty: '', '': 'nameless', ['__proto__']: 'harmless' };
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          serviceTask('a', { type: '=kind', retries: '=2 + 1', headers }),
          sendTask('b', { type: 'b' }),
          end(),
        ),
      ),
    );
    const { job } = nodeOf(model, 'a', 'jobTask');
    assert.equal(textOf(job.type), '=kind');
    assert.equal(textOf(job.retries), '=2 + 1');
    assert.deepEqual(Object.entries(job.headers), [
      ['k', 'v'],
      ['__proto__', 'harmless'],
    ]);
    assert.deepEqual(nodeOf(model, 'b', 'jobTask').job.headers, {});
  });

  test('have their mappings in document order', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start('start', { outputs: { ready: '=true' } }),
          serviceTask('a', {
            type: 'a',
            inputs: [
              ['x', '=y'],
              ['user.name', 'Ada'],
              ['none', undefined],
              ['empty', ''],
              ['x', '=1'],
            ],
            outputs: { 'r.s': '=t', größe_1: '=u' },
          }),
          end(),
        ),
      ),
    );
    const { inputs, outputs } = nodeOf(model, 'a', 'jobTask');
    assert.deepEqual(
      inputs.map(({ target, source }) => [target.join('/'), textOf(source)]),
      [
        ['x', '=y'],
        ['user/name', 'Ada'],
        ['none', undefined],
        ['empty', undefined],
        ['x', '=1'],
      ],
    );
    assert.deepEqual(
      outputs.map(({ target, source }) => [target.join('/'), source.source]),
      [
        ['r/s', 't'],
        ['größe_1', 'u'],
      ],
    );
    assert.deepEqual(
      nodeOf(model, 'start', 'startEvent').outputs.map(({ target }) => target),
      [['ready']],
    );
  });

  test('without work are passed through', async () => {
    const model = await modelOf(process('p', ...chain(start(), task('a'), manualTask('b'), throwEvent('c'), end())));
    for (const id of ['a', 'b', 'c']) nodeOf(model, id, 'passThrough');
  });

  test('of type receive wait for a message', async () => {
    const message = { name: 'paid', correlationKey: '=order.id' };
    const model = await modelOf(process('p', ...chain(start(), receiveTask('r', { message }), end())));
    const { trigger } = nodeOf(model, 'r', 'receiveTask');
    assert.equal(textOf(trigger.message.name), 'paid');
    assert.equal(trigger.message.correlationKey?.source, 'order.id');
  });
});

describe('events', () => {
  test('wait for messages and timers', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          catchEvent('m', { message: { name: '=name', correlationKey: '=key' } }),
          catchEvent('t', { duration: ' PT0S ' }),
          catchEvent('d', { date: '=due' }),
          end(),
        ),
      ),
    );
    const [m, t, d] = ['m', 't', 'd'].map((id) => nodeOf(model, id, 'catchEvent').trigger);
    assert.equal(m?.kind === 'message' && textOf(m.message.name), '=name');
    assert.deepEqual(t, { kind: 'timer', timer: { kind: 'duration', value: { kind: 'static', text: 'PT0S' } } });
    assert.equal(d?.kind === 'timer' && `${d.timer.kind} ${textOf(d.timer.value)}`, 'date =due');
  });

  test('can be attached to tasks, receive tasks and subprocesses', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          serviceTask('a', { type: 'a' }),
          receiveTask('r', { message: 'm' }),
          subProcess('s', {}, ...chain(start('ss'), end('se'))),
          manualTask('q'),
          end(),
        ),
        boundary('b1', 'a', { error: 'E' }),
        boundary('b2', 'a', { error: null }),
        boundary('b3', 'a', { error: '', attributes: 'name="unused"' }),
        boundary('b4', 'r', { cycle: 'R3/PT10S', interrupting: false }),
        boundary('b5', 's', { message: 'x', interrupting: false }),
        boundary('b6', 'q', { duration: '=d' }),
        ...path('b6', 'end'),
      ).replace('<bpmn:boundaryEvent id="b3" attachedToRef="a"', '<bpmn:boundaryEvent id="b3" attachedToRef="r"'),
    );
    assert.deepEqual(nodeOf(model, 'a', 'jobTask').boundaryEvents, ['b1', 'b2']);
    assert.deepEqual(nodeOf(model, 'r', 'receiveTask').boundaryEvents, ['b3', 'b4']);
    assert.deepEqual(nodeOf(model, 's', 'subProcess').boundaryEvents, ['b5']);
    const events = ['b1', 'b2', 'b3', 'b4', 'b5'].map((id) => nodeOf(model, id, 'boundaryEvent'));
    assert.deepEqual(
      events.map(({ attachedTo, interrupting, trigger }) => [attachedTo, interrupting, trigger.kind]),
      [
        ['a', true, 'error'],
        ['a', true, 'error'],
        ['r', true, 'error'],
        ['r', false, 'timer'],
        ['s', false, 'message'],
      ],
    );
    assert.deepEqual(
      events.slice(0, 3).map(({ trigger }) => trigger),
      [{ kind: 'error', code: 'E' }, { kind: 'error' }, { kind: 'error' }],
    );
  });

  test('can end a process in three ways', async () => {
    const model = await modelOf(
      process(
        'p',
        start(),
        end('n'),
        end('t', { terminate: true }),
        end('e', { error: 'E' }),
        end('f', { error: '=code' }),
      ),
    );
    assert.deepEqual(nodeOf(model, 'n', 'endEvent').end, { kind: 'none' });
    assert.deepEqual(nodeOf(model, 't', 'endEvent').end, { kind: 'terminate' });
    assert.deepEqual(nodeOf(model, 'e', 'endEvent').end, { kind: 'error', code: { kind: 'static', text: 'E' } });
    const { end: thrown } = nodeOf(model, 'f', 'endEvent');
    assert.equal(thrown.kind === 'error' && textOf(thrown.code), '=code');
  });

  test('of different activities can wait for the same message or error', async () => {
    const hosts = [serviceTask('a', { type: 'a' }), serviceTask('b', { type: 'b' })];
    const caught = ['a', 'b'].flatMap((host) => [
      boundary(`${host}1`, host, { error: 'E' }),
      boundary(`${host}2`, host, { message: 'm' }),
    ]);
    const model = await modelOf(process('p', ...chain(start(), ...hosts, end()), ...caught));
    assert.equal(model.nodes.size, 8);
  });
});

describe('gateways', () => {
  test('have conditions; the condition of a default flow is ignored (case 19)', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(start(), exclusiveGateway('g', { default: 'd' })),
        end('a'),
        end('b'),
        flow('g', 'b', { id: 'd', condition: '=false' }),
        flow('g', 'a', { id: 'c', condition: '=x < 1 and y = "&"' }),
      ),
    );
    const gateway = nodeOf(model, 'g', 'exclusiveGateway');
    assert.equal(gateway.defaultFlow, 'd');
    assert.deepEqual(gateway.outgoing, ['d', 'c']);
    assert.deepEqual(model.flows.get('d'), { id: 'd', source: 'g', target: 'b' } satisfies Flow);
    assert.equal(model.flows.get('c')?.condition?.source, 'x < 1 and y = "&"');
  });

  test('can be parallel or event-based', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          exclusiveGateway('x'),
          parallelGateway('fork'),
          eventBasedGateway('e'),
          catchEvent('m', { message: 'm' }),
          parallelGateway('join'),
          end(),
        ),
        ...path('fork', 'join'),
        catchEvent('t', { duration: 'PT1M' }),
        ...path('e', 't', 'join'),
      ),
    );
    assert.ok(!('defaultFlow' in nodeOf(model, 'x', 'exclusiveGateway')));
    assert.deepEqual(nodeOf(model, 'join', 'parallelGateway').incoming, ['m-join', 'fork-join', 't-join']);
    assert.deepEqual(nodeOf(model, 'e', 'eventBasedGateway').outgoing, ['e-m', 'e-t']);
  });

  test('can be part of a loop that waits or that has only gateways, as on a cluster', async () => {
    const model = await modelOf(
      process(
        'p',
        ...chain(
          start(),
          task('a'),
          serviceTask('b', { type: 'b' }),
          exclusiveGateway('g', { default: 'd' }),
          exclusiveGateway('h', { default: 'back' }),
          end(),
        ),
        flow('g', 'a', { id: 'd' }),
        flow('h', 'g', { id: 'back' }),
      )
        .replace(
          'id="g-h" sourceRef="g" targetRef="h"/>',
          'id="g-h" sourceRef="g" targetRef="h"><bpmn:conditionExpression>=x</bpmn:conditionExpression></bpmn:sequenceFlow>',
        )
        .replace(
          'id="h-end" sourceRef="h" targetRef="end"/>',
          'id="h-end" sourceRef="h" targetRef="end"><bpmn:conditionExpression>=x</bpmn:conditionExpression></bpmn:sequenceFlow>',
        ),
    );
    assert.equal(model.flows.size, 7);
  });
});

test('subprocesses can be nested', async () => {
  const inner = subProcess('inner', {}, ...chain(start('is'), serviceTask('work', { type: 'w' }), end('ie')));
  const outer = subProcess('outer', { inputs: { a: '=1' } }, ...chain(start('os'), inner, end('oe')));
  const model = await modelOf(process('p', ...chain(start(), outer, end())));
  assert.deepEqual(Object.fromEntries([...model.nodes].map(([id, { scope }]) => [id, scope])), {
    start: 'p',
    outer: 'p',
    end: 'p',
    os: 'outer',
    inner: 'outer',
    oe: 'outer',
    is: 'inner',
    work: 'inner',
    ie: 'inner',
  });
  assert.equal(nodeOf(model, 'outer', 'subProcess').start, 'os');
  assert.equal(nodeOf(model, 'inner', 'subProcess').start, 'is');
  assert.equal(model.noneStart, 'start');
  assert.deepEqual([...model.flows.keys()].sort(), [
    'inner-oe',
    'is-work',
    'os-inner',
    'outer-end',
    'start-outer',
    'work-ie',
  ]);
});
