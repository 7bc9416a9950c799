import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boundary, chain, end, flow, other, path, sendTask, start, subProcess, throwEvent } from '../support/bpmn.ts';
import { p, rigWith } from './support.ts';

const jobOf = (type: string): string => `<zeebe:taskDefinition type="${type}"/>`;
const message = { definition: '<bpmn:messageEventDefinition/>' };

const script = (expression: string, options: Parameters<typeof other>[2] = {}): string =>
  p(
    ...chain(
      start(),
      other('scriptTask', 's', {
        extensions: `<zeebe:script expression="${expression}" resultVariable="r"/>`,
        ...options,
      }),
      end(),
    ),
  );

describe('a thrown message', () => {
  test('is the job of a worker (case 292)', async () => {
    const rig = await rigWith(p(...chain(start(), throwEvent('t', { ...message, extensions: jobOf('t') }), end())));
    const instance = rig.create();
    assert.deepEqual(rig.at(instance), ['t']);
    rig.complete('t', { x: 1 });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { x: 1 });
  });

  test('keeps the instance open at an end event (case 292)', async () => {
    const rig = await rigWith(p(...chain(start(), end('e', { ...message, extensions: jobOf('t') }))));
    const instance = rig.create();
    assert.equal(rig.state(instance), 'ACTIVE');
    rig.complete('t');
    assert.equal(rig.state(instance), 'COMPLETED');
  });

  test('lets a worker throw an error to the scope around it (case 295)', async () => {
    const thrown = throwEvent('t', { ...message, extensions: jobOf('t') });
    const rig = await rigWith(
      p(
        ...chain(start(), subProcess('sub', {}, ...chain(start('s'), thrown, end('f'))), end()),
        boundary('b', 'sub', { error: 'E' }),
        end('late'),
        ...path('b', 'late'),
      ),
    );
    const instance = rig.create();
    rig.machine.throwError(rig.job('t').key, { code: 'E', errorMessage: '', variables: {} });
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.equal(rig.count('late'), 1);
  });
});

test('a timer ends the job of a send task (case 294)', async () => {
  const rig = await rigWith(
    p(
      ...chain(start(), sendTask('s', { type: 't' }), end()),
      boundary('b', 's', { duration: 'PT1S' }),
      end('late'),
      ...path('b', 'late'),
    ),
  );
  const instance = rig.create();
  rig.pass(1000);
  assert.equal(rig.state(instance), 'COMPLETED');
  assert.deepEqual(rig.machine.jobs(), []);
});

describe('a script task', () => {
  test('writes its result, which may be null (case 297)', async () => {
    const rig = await rigWith(script('=a + b'));
    assert.deepEqual(rig.root(rig.create({ a: 1, b: 2 })), { a: 1, b: 2, r: 3 });
    assert.deepEqual(rig.root(rig.create({ b: 2 })), { b: 2, r: null });
  });

  test('raises an incident if the evaluation fails (case 298)', async () => {
    const rig = await rigWith(script('=assert(a, a != null)'));
    const instance = rig.create();
    const { key, type } = rig.incident();
    assert.equal(type, 'EXTRACT_VALUE_ERROR');
    rig.machine.setVariables(instance, { a: 1 }, false);
    rig.machine.resolveIncident(key);
    assert.equal(rig.state(instance), 'COMPLETED');
    assert.deepEqual(rig.root(instance), { a: 1, r: 1 });
  });

  test('maps its input and output (case 299)', async () => {
    const rig = await rigWith(script('=a + 1', { inputs: { a: '=1' }, outputs: { s: '=r' } }));
    assert.deepEqual(rig.root(rig.create()), { s: 2 });
  });

  test('can be the job of a worker, as can a business rule task (cases 300 and 288)', async () => {
    const rig = await rigWith(
      p(
        ...chain(
          start(),
          other('scriptTask', 's', { extensions: jobOf('script') }),
          other('businessRuleTask', 'b', { extensions: jobOf('rule') }),
          end(),
        ),
      ),
    );
    const instance = rig.create();
    rig.complete('script');
    rig.complete('rule');
    assert.equal(rig.state(instance), 'COMPLETED');
  });
});

test('the expressions of one command share their time: 20 slow ones take no longer than one', async () => {
  const slow = 'matches(&quot;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!&quot;, &quot;^(a+)+$&quot;)';
  const tasks = Array.from({ length: 20 }, (_, index) =>
    other('scriptTask', `s${index}`, {
      extensions: `<zeebe:script expression="=${slow}" resultVariable="r"/>`,
    }),
  );
  const rig = await rigWith(
    p(start(), ...tasks, end(), ...tasks.flatMap(({ id }) => [flow('start', id), flow(id, 'end')])),
  );
  rig.create();
  const messages = rig.machine.incidents().map(({ message }) => message);
  assert.equal(messages.length, 20);
  assert.match(messages[0]!, /it takes longer than 3 s/);
  for (const message of messages.slice(1))
    assert.match(message, /longer than 3 s, together with the expressions before/);
});

test('the next command has its own time', async () => {
  const slow = 'for i in 1..20000 return i';
  const rig = await rigWith(script(`=count(${slow})`));
  for (const _ of [1, 2, 3]) assert.deepEqual(rig.root(rig.create()), { r: 20000 });
});
