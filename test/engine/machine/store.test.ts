import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cancelInstance, createInstance } from '../../../src/engine/machine/commands/instances.ts';
import { completeJob } from '../../../src/engine/machine/commands/jobs/job-results.ts';
import { publishMessage } from '../../../src/engine/machine/commands/messages.ts';
import { deploy } from '../../../src/engine/machine/commands/resources/deploy.ts';
import { createRunner } from '../../../src/engine/machine/runner.ts';
import {
  bufferMessage,
  indexSubscription,
  oldestMessage,
  oldestSubscriptions,
  unbufferMessage,
  unindexSubscription,
} from '../../../src/engine/machine/store/events/messages.ts';
import { newInstance } from '../../../src/engine/machine/store/instances.ts';
import { adopt, fromTagged, toTagged } from '../../../src/engine/machine/store/json-values.ts';
import { keyNumber, keyText } from '../../../src/engine/machine/store/keys.ts';
import type { Definition, Message, MessageSubscription } from '../../../src/engine/machine/store/records.ts';
import { createState } from '../../../src/engine/machine/store/state.ts';
import type { Json, Key } from '../../../src/engine/machine/types.ts';
import { boundary, end, path, serviceTask, start } from '../support/bpmn.ts';
import { compile, noon, p } from './support.ts';

test('a key is converted to text and back; other text is not a key', () => {
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

test('the oldest subscription of each process is found, oldest first, and closed subscriptions leave nothing behind', () => {
  const processes = ['p', 'q', 'r'];
  const entry = fc
    .record({
      name: fc.constantFrom('a', 'b'),
      correlationKey: fc.constantFrom('', 'k'),
      process: fc.nat(processes.length - 1),
      // Elements do not always begin to wait in the order of their creation.
      place: fc.nat(20),
    })
    // An element belongs to one process, so elements of two processes never have the same key.
    .map(({ process, place, ...rest }) => ({
      ...rest,
      id: processes[process]!,
      elementKey: place * processes.length + process,
    }));
  fc.assert(
    fc.property(fc.array(entry), fc.func(fc.nat()), (entries, pick) => {
      const state = createState(0);
      const open: MessageSubscription[] = [];
      const check = (): void => {
        for (const name of ['a', 'b']) {
          for (const correlationKey of ['', 'k']) {
            const matching = open
              .filter((each) => each.name === name && each.correlationKey === correlationKey)
              .sort((a, b) => a.element.key - b.element.key || a.key - b.key);
            const expected = new Map<string, number>();
            for (const { key, element } of matching) {
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
        const element = newInstance(elementKey, definitionOf(id));
        const node = { id: 'n' } as MessageSubscription['node'];
        const subscription: MessageSubscription = {
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

test('the buffer finds the oldest message that has not expired, is new enough and was not received', () => {
  const state = createState(0);
  const message = (key: number, due: number): Message => ({
    kind: 'message',
    key,
    name: 'm',
    correlationKey: 'k',
    messageId: `${key}`,
    publishedAt: 0,
    variables: {},
    correlated: [],
    due,
    dueIndex: -1,
    previous: undefined,
    next: undefined,
  });
  const messages = [message(1, 10), message(2, 20), message(3, 30)];
  for (const each of messages) bufferMessage(state, each);
  const find = (now: number, since = 0, processId = 'p'): number | undefined =>
    oldestMessage(state, { name: 'm', correlationKey: 'k', tenant: undefined, processId, since, now })?.key;
  assert.deepEqual([find(9), find(10), find(20), find(30)], [1, 2, 3, undefined]);
  assert.deepEqual([find(0, 1), find(0, 3)], [2, undefined]);
  messages[0]!.correlated = ['p'];
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

test('tagged text can represent every JSON value and bigint', () => {
  fc.assert(
    fc.property(json, (value) => {
      const tagged = toTagged(value);
      assert.deepEqual(fromTagged(tagged), value);
      assert.doesNotThrow(() => JSON.stringify(tagged));
    }),
  );
});

const isDeeplyFrozen = (value: Json): boolean =>
  typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));

const never = (text: string): Error => assert.fail(text);

test('an adopted value is equal, deeply frozen, and not copied again', () => {
  fc.assert(
    fc.property(json, (value) => {
      const adopted = adopt(value, never);
      assert.deepEqual(adopted, value);
      assert.ok(isDeeplyFrozen(adopted));
      assert.equal(adopt(adopted, never), adopted);
    }),
  );
});

test('an adopted value shares nothing mutable, even inside frozen objects', () => {
  const inner = { a: 1 };
  const list = [2];
  const adopted = adopt(Object.freeze({ inner, list: Object.freeze([list]), gone: undefined }), never);
  inner.a = 9;
  list.push(9);
  assert.deepEqual(adopted, { inner: { a: 1 }, list: [[2]] });
});

test('when everything has ended, all indexes are empty', async () => {
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
  const { context, run } = createRunner({ now: () => noon });
  run(() => deploy(context, [resource]));
  const begin = (key: string): Key =>
    run(() => createInstance(context, { bpmnProcessId: 'p', variables: { key } })).processInstanceKey;
  begin('completed');
  const cancelled = begin('cancelled');
  begin('called');
  const { state } = context;
  assert.deepEqual([state.ready.size, state.subscriptions.get('m')?.size, state.due.length], [3, 3, 3]);
  run(() => completeJob(context, keyText([...state.jobs.values()][0]!.key), {}));
  run(() => cancelInstance(context, cancelled));
  run(() =>
    publishMessage(context, { name: 'm', correlationKey: 'called', messageId: 'id', timeToLive: 0, variables: {} }),
  );
  const { elements, jobs, ready, incidents, due, subscriptions, messages, buffer, messageIds, locks } = state;
  const left = { elements, jobs, ready, incidents, subscriptions, messages, buffer, messageIds, locks };
  assert.deepEqual(
    Object.entries(left).filter(([, index]) => index.size > 0),
    [],
  );
  assert.deepEqual(due, []);
});
