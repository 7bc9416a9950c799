import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Appointment, createTimetable } from '../../src/common/timer-queue.ts';
import { createManualClock } from '../runtime/support/clock.ts';

test('appointments are kept in the order of their times, on one timer', () => {
  const clock = createManualClock();
  const timetable = createTimetable(clock);
  const done: string[] = [];
  timetable.at(30, () => done.push('c'));
  timetable.at(10, () => done.push('a'));
  timetable.at(20, () => done.push('b'));
  assert.deepEqual(clock.timers(), [10]);
  clock.advance(15);
  assert.deepEqual(done, ['a']);
  assert.deepEqual(clock.timers(), [5]);
  clock.advance(15);
  assert.deepEqual(done, ['a', 'b', 'c']);
  assert.deepEqual(clock.timers(), []);
});

test('what is due already happens soon, and never at once', () => {
  const clock = createManualClock();
  const timetable = createTimetable(clock);
  let done = false;
  timetable.at(-5, () => {
    done = true;
  });
  assert.equal(done, false);
  clock.advance(0);
  assert.equal(done, true);
});

test('a cancelled appointment does not happen, and the last one takes the timer with it', () => {
  const clock = createManualClock();
  const timetable = createTimetable(clock);
  const appointment = timetable.at(10, () => assert.fail('cancelled'));
  timetable.cancel(appointment);
  timetable.cancel(appointment);
  timetable.cancel(undefined);
  assert.deepEqual(clock.timers(), []);
  clock.advance(20);
});

test('clear cancels all, and cancelling one of them afterwards changes nothing', () => {
  const clock = createManualClock();
  const timetable = createTimetable(clock);
  const appointments = [5, 6, 7].map((due) => timetable.at(due, () => assert.fail('cleared')));
  timetable.clear();
  for (const appointment of appointments) timetable.cancel(appointment);
  clock.advance(10);
  let done = 0;
  timetable.at(12, () => done++);
  clock.advance(2);
  assert.equal(done, 1);
});

test('many that fall due together leave room for others in between', () => {
  const clock = createManualClock();
  const timetable = createTimetable(clock);
  let done = 0;
  for (let count = 0; count < 100; count++) timetable.at(10, () => done++);
  const seen: number[] = [];
  // A timer that stands for everything else which waits for its turn.
  const watch = (): void => {
    seen.push(done);
    if (done < 100) clock.timer(0, watch);
  };
  clock.timer(10, watch);
  clock.advance(10);
  assert.equal(done, 100);
  assert.ok(seen.length > 3, `${seen.length} turns`);
});

test('whatever is made and cancelled in whatever order, exactly what is left happens, in order', () => {
  const step = fc.record({ due: fc.nat(50), cancel: fc.option(fc.nat(), { nil: undefined }), wait: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = createManualClock();
      const timetable = createTimetable(clock);
      const open = new Map<number, { readonly due: number; readonly appointment: Appointment }>();
      const times: number[] = [];
      steps.forEach(({ due, cancel, wait }, id) => {
        const at = Math.max(due, clock.now());
        const appointment = timetable.at(due, () => {
          assert.ok(open.delete(id), `${id} was cancelled or has happened`);
          times.push(at);
        });
        open.set(id, { due: at, appointment });
        const chosen = cancel === undefined ? undefined : [...open][cancel % open.size];
        if (chosen !== undefined) {
          open.delete(chosen[0]);
          timetable.cancel(chosen[1].appointment);
        }
        clock.advance(wait);
        for (const one of open.values()) assert.ok(one.due > clock.now(), 'late');
      });
      clock.advance(100);
      assert.equal(open.size, 0);
      assert.deepEqual(clock.timers(), []);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
    }),
  );
});
