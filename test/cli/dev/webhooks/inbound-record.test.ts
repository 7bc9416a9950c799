/** What the inbound connectors of a session are going to publish, and which calls have arrived. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallbackAddress, HostEvent, InboundRecord, ShownCall } from '../../../../src/cli/dev/session.ts';
import { waitText } from '../../../../src/cli/dev/webhooks/expected-messages.ts';
import { recordInbound } from '../../../../src/cli/dev/webhooks/inbound-record.ts';
import type { EngineEvent, Wait } from '../../../../src/engine/index.ts';

interface Session {
  readonly inbound: InboundRecord;
  readonly emit: (event: HostEvent) => void;
  /** Saves what goes back with the state; the function it returns goes back. */
  readonly save: () => () => void;
  /** Ends an instance. */
  readonly endInstance: (key: string) => void;
}

/** Instances that run: `child` is called by `1`. */
const parents: Readonly<Record<string, string | undefined>> = { '1': undefined, '2': undefined, child: '1' };

const session = (): Session => {
  let emit = (_event: HostEvent): void => {};
  let save = (): (() => void) => () => {};
  let emitEngine = (_event: EngineEvent): void => {};
  const ended = new Set<string>();
  const engine = {
    on: (listener: (event: EngineEvent) => void) => {
      emitEngine = listener;
      return () => {};
    },
    instance: (key: string) => {
      if (!Object.hasOwn(parents, key)) return undefined;
      const state = ended.has(key) ? 'TERMINATED' : 'ACTIVE';
      return { state, parentProcessInstanceKey: parents[key] };
    },
  };
  const inbound = recordInbound({
    host: {
      on: (listener: (event: HostEvent) => void) => {
        emit = listener;
        return () => {};
      },
    } as never,
    engine: engine as never,
    onRestore: (mark, goBack) => {
      save = () => {
        const saved = mark();
        return () => goBack(saved);
      };
    },
  });
  return {
    inbound,
    emit: (event) => emit(event),
    save: () => save(),
    endInstance: (key) => {
      ended.add(key);
      emitEngine({ kind: 'instance:terminated', instance: { key } } as EngineEvent);
    },
  };
};

const address = (id: string, more: Partial<CallbackAddress> = {}): HostEvent => ({
  kind: 'callback:addressed',
  callback: {
    ...{ id, connector: 'paid', messageName: 'paid', correlationKey: id, variable: 'callback_url' },
    ...{ address: `http://a/callbacks/${id}`, expiresAt: Date.now() + 60_000 },
    ...{ processInstanceKey: '1', bpmnProcessId: 'p', elementId: 'a' },
    ...more,
  },
});

const callOf = (id: string, more: Partial<ShownCall> = {}): ShownCall => ({
  ...{ connector: 'paid', method: 'POST', route: '/callbacks/…', result: 'published', took: 1, status: 200 },
  messages: [{ messageName: 'paid', correlationKey: id, messageId: id, duplicate: false }],
  ...more,
});

const called = (id: string): HostEvent => ({ kind: 'call:ended', call: callOf(id) });

const ids = ({ inbound }: Session): readonly string[] => inbound.addresses().map(({ id }) => id);

test('an address waits until it is called or expires', () => {
  const own = session();
  own.emit(address('1'));
  own.emit(address('2'));
  own.emit(address('3', { expiresAt: Date.now() - 1 }));
  assert.deepEqual(ids(own), ['1', '2']);
  assert.deepEqual(own.inbound.expected(), [
    { connector: 'paid', name: 'paid', key: '1', addressVariable: 'callback_url' },
    { connector: 'paid', name: 'paid', key: '2', addressVariable: 'callback_url' },
  ]);
  own.emit(called('1'));
  assert.deepEqual(ids(own), ['2']);
});

test('a call that is faster than the answer to the activation counts', () => {
  const own = session();
  own.emit(called('1'));
  own.emit(address('1'));
  assert.deepEqual(ids(own), []);
});

test('a call that published nothing leaves the address as it is', () => {
  const own = session();
  own.emit(address('1'));
  own.emit({ kind: 'call:ended', call: callOf('1', { result: 'invalid', status: 422, messages: [] }) });
  assert.deepEqual(ids(own), ['1']);
});

test('after a step back, an address that was called since waits again, and one that was made since is gone', () => {
  const own = session();
  own.emit(address('1'));
  const goBack = own.save();
  own.emit(called('1'));
  own.emit(address('2'));
  assert.deepEqual(ids(own), ['2']);
  goBack();
  assert.deepEqual(ids(own), ['1']);
  own.emit(called('1'));
  goBack();
  assert.deepEqual(ids(own), ['1'], 'one can go back to it again');
});

test('an address waits no longer than its instance, or the one that has called it', () => {
  const own = session();
  own.emit(address('a'));
  own.emit(address('b', { processInstanceKey: 'child' }));
  own.emit(address('c', { processInstanceKey: '2' }));
  const goBack = own.save();
  own.endInstance('child');
  assert.deepEqual(ids(own), ['a', 'b', 'c'], 'the instance that has called it may wait');
  own.endInstance('1');
  assert.deepEqual(ids(own), ['c']);
  own.emit(address('d'));
  assert.deepEqual(ids(own), ['c'], 'the end of the instance was faster than the answer to the activation');
  goBack();
  assert.deepEqual(ids(own), ['a', 'b', 'c']);
  own.endInstance('2');
  assert.deepEqual(ids(own), ['a', 'b']);
});

test('a loop is going to publish its message until its subscription ends', () => {
  const { inbound, emit } = session();
  emit({ kind: 'subscription:opened', id: 's', connector: 'seen', messageName: 'seen', correlationKey: '7' });
  assert.deepEqual(inbound.expected(), [{ connector: 'seen', name: 'seen', key: '7' }]);
  emit({ kind: 'subscription:ended', id: 's' });
  assert.deepEqual(inbound.expected(), []);
});

test('the last 20 calls are kept, with their numbers and requests', () => {
  const { inbound, emit } = session();
  const request = { method: 'POST', path: '/a', query: '', headers: [], body: Buffer.from('{}') };
  for (let number = 1; number <= 22; number += 1) {
    emit({ kind: 'call:ended', call: callOf(String(number)), ...(number === 22 ? {} : { request }) });
  }
  const calls = inbound.calls();
  assert.deepEqual(
    calls.map(({ number }) => number),
    Array.from({ length: 20 }, (_, index) => index + 3),
  );
  assert.deepEqual(calls.at(-2)?.stored, { connector: 'paid', request });
  assert.equal(calls.at(-1)?.stored, undefined);
});

const wait = (nearMisses: readonly object[] = []): Wait =>
  ({
    ...{ kind: 'message', name: 'paid', correlationKey: '7', nearMisses },
    ...{ elementId: 'Paid', elementName: 'Order paid', eventId: 'Paid', eventName: 'Order paid', optional: false },
  }) as unknown as Wait;

const miss = {
  ...{ reason: 'correlationKey', keyDifference: 'other', name: 'paid', correlationKey: '8', buffered: true },
};

for (const [title, given, expected, text] of [
  [
    'a callback',
    wait(),
    [{ connector: 'paid', name: 'paid', key: '7', addressVariable: 'callback_url' }],
    'Order paid waits for a call of its callback address (variable callback_url), which publishes the message "paid" with the key "7".',
  ],
  [
    'a callback, while a message almost fits',
    wait([miss]),
    [{ connector: 'paid', name: 'paid', key: '7', addressVariable: 'u' }],
    'Order paid waits for a call of its callback address (variable u), which publishes the message "paid" with the key "7". The message "paid" with the key "8" is buffered.',
  ],
  [
    'a loop',
    wait(),
    [{ connector: 'seen', name: 'paid', key: '7' }],
    'Order paid waits for the message "paid" with the key "7". The inbound connector "seen" watches, and is going to publish it.',
  ],
  [
    'a callback for another key',
    wait(),
    [{ connector: 'paid', name: 'paid', key: '8', addressVariable: 'u' }],
    'Order paid waits for the message "paid" with the key "7". A call of the callback address of "paid" (variable u) publishes "paid" with the key "8".',
  ],
  [
    'a message of another name, while a loop has its key',
    wait(),
    [{ connector: 'seen', name: 'seen', key: '7' }],
    'Order paid waits for the message "paid" with the key "7". The inbound connector "seen" is going to publish "seen" with the key "7".',
  ],
  [
    'a message that nobody publishes',
    wait(),
    [{ connector: 'seen', name: 'seen', key: '8' }],
    'Order paid waits for the message "paid" with the key "7".',
  ],
] as const) {
  test(`what is said of a wait for ${title}`, () => assert.equal(waitText(given, 0, expected), text));
}
