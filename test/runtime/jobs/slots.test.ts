import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSlots, type Slots } from '../../../src/runtime/jobs/slots.ts';

/** Requests slots and records what is granted, in order. */
const requester = (slots: Slots) => {
  const grants: [type: string, granted: number][] = [];
  const ask = (type: string, eager = true): void =>
    slots.request({ type, eager, grant: (granted) => grants.push([type, granted]) });
  return { ask, grants };
};

const limits = (entries: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(entries));

test('without contention each type gets all its slots', () => {
  const slots = createSlots(30, limits({ a: 10, b: 20 }));
  const { ask, grants } = requester(slots);
  ask('a', false);
  ask('b', false);
  assert.equal(slots.contended, false);
  assert.deepEqual(grants, [
    ['a', 10],
    ['b', 20],
  ]);
});

test('a request waits until a slot of its own type is free', () => {
  const slots = createSlots(30, limits({ a: 1, b: 20 }));
  const { ask, grants } = requester(slots);
  ask('a');
  ask('a');
  ask('b');
  assert.deepEqual(grants, [
    ['a', 1],
    ['b', 20],
  ]);
  slots.release('a', 1);
  assert.deepEqual(grants.at(-1), ['a', 1]);
});

test('a type without jobs gets a single slot when slots are short', () => {
  const slots = createSlots(8, limits({ a: 8, b: 8 }));
  const { ask, grants } = requester(slots);
  ask('a', false);
  ask('b', true);
  assert.deepEqual(grants, [
    ['a', 1],
    ['b', 7],
  ]);
});

test('the oldest request is served first, and none gets all slots', () => {
  const slots = createSlots(4, limits({ a: 4, b: 4, c: 4 }));
  const { ask, grants } = requester(slots);
  ask('a');
  ask('b');
  ask('c');
  assert.deepEqual(grants, [['a', 4]]);
  ask('a');
  slots.release('a', 3);
  assert.deepEqual(grants.slice(1), [
    ['b', 1],
    ['c', 1],
    ['a', 1],
  ]);
});

test('closed slots grant nothing', () => {
  const slots = createSlots(1, limits({ a: 1 }));
  const { ask, grants } = requester(slots);
  ask('a');
  ask('a');
  slots.close();
  slots.release('a', 1);
  ask('a');
  assert.equal(grants.length, 1);
});

test('the limits hold and no slot is lost in any sequence of requests and releases', () => {
  const step = fc.record({
    type: fc.constantFrom('a', 'b', 'c'),
    act: fc.constantFrom('ask', 'release'),
    eager: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 60 }), (total, steps) => {
      const own: Record<string, number> = { a: 2, b: 5, c: 7 };
      const slots = createSlots(total, limits(own));
      const held: Record<string, number> = { a: 0, b: 0, c: 0 };
      const sum = (): number => held.a! + held.b! + held.c!;
      let open = 0;
      for (const { type, act, eager } of steps) {
        if (act === 'ask') {
          open++;
          slots.request({
            type,
            eager,
            grant: (granted) => {
              assert.ok(granted >= 1);
              open--;
              held[type]! += granted;
            },
          });
        } else if (held[type]! > 0) {
          held[type]!--;
          slots.release(type, 1);
        }
        assert.ok(sum() <= total);
        for (const name of Object.keys(own)) assert.ok(held[name]! <= own[name]!);
      }
      for (let rounds = 0; open > 0; rounds++) {
        assert.ok(rounds < 500, 'a request was never granted');
        for (const name of Object.keys(own)) {
          if (held[name]! > 0) {
            held[name]!--;
            slots.release(name, 1);
          }
        }
      }
    }),
  );
});
