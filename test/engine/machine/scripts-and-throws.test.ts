import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { boundary, chain, end, other, path, sendTask, start, subProcess, throwEvent } from '../support/bpmn.ts';
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
