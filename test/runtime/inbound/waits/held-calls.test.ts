import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { httpAnswer } from '../../../../src/runtime/inbound/http-answer.ts';
import { createHeldCalls, type HeldCalls } from '../../../../src/runtime/inbound/waits/held-calls.ts';

const answer = httpAnswer(200, {}, 'sunny');

/** Waits until the test ends the wait. */
const waitFor = (held: HeldCalls, call: string) => {
  const place = held.hold(call)!;
  let end = (): void => {};
  let stopped = 0;
  const given = place.answer((stop) => {
    end = stop;
    return () => {
      stopped += 1;
    };
  });
  return { place, given, end: () => end(), stopped: () => stopped };
};

describe('calls that wait', () => {
  test('the first answer wins; its job has the same result when it is repeated, and another job has none', async () => {
    const held = createHeldCalls(2);
    const { place, given, stopped } = waitFor(held, 'c');
    assert.equal(await held.answer('c', 'job-1', answer), true);
    assert.equal(await held.answer('c', 'job-2', httpAnswer(500)), false);
    assert.equal(await held.answer('c', 'job-1', answer), true);
    assert.equal(await given, answer);
    assert.equal(stopped(), 1);
    place.release();
    assert.equal(await held.answer('c', 'job-2', answer), false);
  });

  test('an answer that comes before the wait is not lost', async () => {
    const held = createHeldCalls(1);
    const place = held.hold('c')!;
    const answered = held.answer('c', 'job', answer);
    assert.equal(await place.answer(() => assert.fail('there is nothing to wait for')), answer);
    assert.equal(await answered, true);
  });

  test('an answer that comes before the wait can be taken without one', async () => {
    const held = createHeldCalls(2);
    const [place, other] = [held.hold('c')!, held.hold('d')!];
    const answered = held.answer('c', 'job', answer);
    assert.deepEqual([place.take(), other.take()], [answer, undefined]);
    assert.equal(await answered, true);
    assert.equal(await held.answer('d', 'job-2', answer), false, 'the call without an answer does not wait');
  });

  test('a caller that does not take the answer was not answered, and neither was it for the repeated job', async () => {
    const held = createHeldCalls(1);
    const place = held.hold('c')!;
    const answered = held.answer('c', 'job', answer);
    place.release();
    assert.deepEqual([await answered, await held.answer('c', 'job', answer)], [false, false]);
  });

  test('a repeated job does not answer a later call with the same id, which its own job answers', async () => {
    const held = createHeldCalls(2);
    const first = waitFor(held, 'c');
    assert.equal(await held.answer('c', 'job-1', answer), true);
    first.place.release();
    const second = waitFor(held, 'c');
    assert.equal(await held.answer('c', 'job-1', answer), true);
    const own = httpAnswer(200, {}, 'cloudy');
    assert.equal(await held.answer('c', 'job-2', own), true);
    assert.equal(await second.given, own);
  });

  test('when the wait has ended, there is nobody to answer', async () => {
    const held = createHeldCalls(1);
    const { given, end } = waitFor(held, 'c');
    end();
    end();
    assert.equal(await held.answer('c', 'job', answer), false);
    assert.equal(await given, undefined);
  });

  test('a wait that is over as it begins ends at once', async () => {
    const held = createHeldCalls(1);
    let stopped = 0;
    const given = held.hold('c')!.answer((stop) => {
      stop();
      return () => {
        stopped += 1;
      };
    });
    assert.deepEqual([await given, stopped], [undefined, 1]);
    assert.equal(await held.answer('c', 'job', answer), false);
  });

  test('all callers with one id are answered, and a later one learns that it was answered', async () => {
    const held = createHeldCalls(3);
    const [first, second] = [waitFor(held, 'c'), waitFor(held, 'c')];
    second.end();
    const third = waitFor(held, 'c');
    assert.equal(await held.answer('c', 'job', answer), true);
    assert.deepEqual([await first.given, await second.given, await third.given], [answer, undefined, answer]);
    for (const { place } of [first, second, third]) place.release();
    assert.equal(held.hold('c')!.wasAnswered, true);
    assert.equal(held.hold('d')!.wasAnswered, false);
  });

  test('there are as many places as the limit says, and each is given up once', () => {
    const held = createHeldCalls(2);
    const [first, second] = [held.hold('a'), held.hold('b')];
    assert.equal(held.hold('c'), undefined);
    first!.release();
    first!.release();
    assert.notEqual(held.hold('c'), undefined);
    assert.equal(held.hold('d'), undefined);
    second!.release();
    assert.notEqual(held.hold('d'), undefined);
  });

  test('a call that was given up has nobody to answer', async () => {
    const held = createHeldCalls(1);
    held.hold('c')!.release();
    assert.equal(await held.answer('c', 'job', answer), false);
  });

  test('each runtime has an id of its own', () => {
    assert.notEqual(createHeldCalls(1).holder, createHeldCalls(1).holder);
  });
});
