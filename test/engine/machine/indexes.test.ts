import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deploy } from '../../../src/engine/machine/commands/deploy.ts';
import { cancelInstance, createInstance } from '../../../src/engine/machine/commands/instances.ts';
import { completeJob } from '../../../src/engine/machine/commands/job-results.ts';
import { publishMessage } from '../../../src/engine/machine/commands/messages.ts';
import { createRunner } from '../../../src/engine/machine/run.ts';
import { newElement } from '../../../src/engine/machine/store/element.ts';
import { keyNumber, keyText } from '../../../src/engine/machine/store/keys.ts';
import type { Definition, Message, Subscription } from '../../../src/engine/machine/store/records.ts';
import { createState } from '../../../src/engine/machine/store/state.ts';
import {
  bufferMessage,
  indexSubscription,
  oldestMessage,
  oldestSubscriptions,
  unbufferMessage,
  unindexSubscription,
} from '../../../src/engine/machine/store/subscriptions.ts';
import { adopt, fromTagged, toTagged } from '../../../src/engine/machine/store/values.ts';
import type { Json, Key } from '../../../src/engine/machine/types.ts';
import { boundary, end, path, serviceTask, start } from '../support/bpmn.ts';
import { compile, noon, p } from './support.ts';

test('a key and its text go both ways; other text is no key', () => {
  assert.equal(keyText(1), '2251799813685249');
  for (const counter of [1, 2, 4711, 2 ** 31, 2 ** 51 - 1]) assert.equal(keyNumber(keyText(counter)), counter);
  for (const text of [
    '',
    '0',
    '-1',
    '1',
    'x',
    '2251799813685248',
    '4503599627370496',
    '2251799813685249.5',
    ' 2251799813685249',
  ]) {
    assert.equal(keyNumber(text), 0, text);
  }
});

const definitionOf = (id: string): Definition =>
  ({
    key: 1,
    version: 1,
    model: { id },
    resource: { name: '', content: new Uint8Array(), checksum: '' },
  }) as Definition;

test('of each process the oldest subscription is found, oldest first, and nothing stays of those that are gone', () => {
  const entry = fc.record({
    name: fc.constantFrom('a', 'b'),
    correlationKey: fc.constantFrom('', 'k'),
    id: fc.constantFrom('p', 'q', 'r'),
    // Elements do not always begin to wait in the order in which they came up.
    elementKey: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(entry), fc.func(fc.nat()), (entries, pick) => {
      const state = createState();
      const open: Subscription[] = [];
      const check = (): void => {
        for (const name of ['a', 'b']) {
          for (const correlationKey of ['', 'k']) {
            const fitting = open
              .filter((each) => each.name === name && each.correlationKey === correlationKey)
              .sort((a, b) => a.element.key - b.element.key || a.key - b.key);
            const expected = new Map<string, number>();
            for (const { key, element } of fitting) {
              const { id } = element.definition.model;
              if (!expected.has(id)) expected.set(id, key);
            }
            assert.deepEqual(
              oldestSubscriptions(state, { name, correlationKey }).map(({ key }) => key),
              [...expected.values()],
            );
          }
        }
      };
      entries.forEach(({ name, correlationKey, id, elementKey }, index) => {
        const element = newElement(elementKey, definitionOf(id));
        const node = { id: 'n' } as Subscription['node'];
        const subscription: Subscription = {
          kind: 'subscription',
          key: index + 1,
          name,
          correlationKey,
          element,
          node,
          open: true,
          previous: undefined,
          next: undefined,
        };
        indexSubscription(state, subscription);
        open.push(subscription);
        check();
        if (pick(index) % 3 === 0) unindexSubscription(state, open.splice(pick(index) % open.length, 1)[0]!);
        check();
      });
      while (open.length > 0) unindexSubscription(state, open.splice(pick(open.length) % open.length, 1)[0]!);
      assert.equal(state.subscriptions.size, 0);
    }),
  );
});

test('the buffer gives the oldest message that lives, is young enough and was not had', () => {
  const state = createState();
  const message = (key: number, due: number): Message => ({
    kind: 'message',
    key,
    name: 'm',
    correlationKey: 'k',
    messageId: `${key}`,
    variables: {},
    correlated: [],
    due,
    dueAt: -1,
    previous: undefined,
    next: undefined,
  });
  const messages = [message(1, 10), message(2, 20), message(3, 30)];
  for (const each of messages) bufferMessage(state, each);
  const find = (now: number, since = 0, processId = 'p'): number | undefined =>
    oldestMessage(state, { name: 'm', correlationKey: 'k', processId, since, now })?.key;
  assert.deepEqual([find(9), find(10), find(20), find(30)], [1, 2, 3, undefined]);
  assert.deepEqual([find(0, 1), find(0, 3)], [2, undefined]);
  messages[0]!.correlated.push('p');
  assert.deepEqual([find(0), find(0, 0, 'q')], [2, 1]);
  for (const each of messages) unbufferMessage(state, each);
  assert.deepEqual([state.buffer.size, state.messages.size, state.messageIds.size], [0, 0, 0]);
});

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, true, 'bigint:1', 'text:', '__proto__'),
    fc.string(),
    fc.bigInt(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'), {
      noNullPrototype: true,
    }) as fc.Arbitrary<Json>,
  ),
})).value;

test('tagged text holds every JSON value and bigint', () => {
  fc.assert(
    fc.property(json, (value) => {
      const tagged = toTagged(value);
      assert.deepEqual(fromTagged(tagged), value);
      assert.doesNotThrow(() => JSON.stringify(tagged));
    }),
  );
});

const frozenThrough = (value: Json): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozenThrough));

const never = (text: string): Error => assert.fail(text);

test('an adopted value is equal, frozen through and through, and not copied twice', () => {
  fc.assert(
    fc.property(json, (value) => {
      const adopted = adopt(value, never);
      assert.deepEqual(adopted, value);
      assert.ok(frozenThrough(adopted));
      assert.equal(adopt(adopted, never), adopted);
    }),
  );
});

test('an adopted value shares nothing that somebody else may change, also below what is frozen', () => {
  const inner = { a: 1 };
  const list = [2];
  const adopted = adopt(Object.freeze({ inner, list: Object.freeze([list]), gone: undefined }), never);
  inner.a = 9;
  list.push(9);
  assert.deepEqual(adopted, { inner: { a: 1 }, list: [[2]] });
});

test('when everything has ended, no index holds anything any more', async () => {
  const task = serviceTask('task', { type: '=key' });
  const xml = p(
    start(),
    task,
    boundary('called', 'task', { message: 'm' }),
    boundary('late', 'task', { duration: 'PT1M' }),
    end(),
    ...path('start', 'task', 'end'),
    ...path('called', 'end'),
    ...path('late', 'end'),
  );
  const resource = await compile(xml);
  const { core, run } = createRunner({ now: () => noon });
  run(() => deploy(core, [resource]));
  const begin = (key: string): Key =>
    run(() => createInstance(core, { bpmnProcessId: 'p', variables: { key } })).processInstanceKey;
  begin('completed');
  const cancelled = begin('cancelled');
  begin('called');
  const { state } = core;
  assert.deepEqual([state.ready.size, state.subscriptions.get('m')?.size, state.due.length], [3, 3, 3]);
  run(() => completeJob(core, keyText([...state.jobs.keys()][0]!), {}));
  run(() => cancelInstance(core, cancelled));
  run(() =>
    publishMessage(core, { name: 'm', correlationKey: 'called', messageId: 'id', timeToLive: 0, variables: {} }),
  );
  const { elements, jobs, ready, incidents, due, subscriptions, messages, buffer, messageIds, locks } = state;
  const left = { elements, jobs, ready, incidents, subscriptions, messages, buffer, messageIds, locks };
  assert.deepEqual(
    Object.entries(left).filter(([, index]) => index.size > 0),
    [],
  );
  assert.deepEqual(due, []);
});
