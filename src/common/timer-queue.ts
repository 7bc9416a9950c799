import type { Clock } from './clock.ts';

/** Something that is to happen once. */
export interface Appointment {
  readonly due: number;
  readonly run: () => void;
  /** Its place in the heap; negative: it has happened or was cancelled. */
  place: number;
}

/** Appointments by the thousand on a single timer of the clock. */
export interface Timetable {
  /** Calls back once when the clock shows `due`, or soon after. */
  at(due: number, run: () => void): Appointment;
  /** One that is over is left alone. */
  cancel(appointment: Appointment | undefined): void;
  /** Cancels all. */
  clear(): void;
}

/**
 * Callbacks before others get their turn: when thousands fall due at once, sockets and jobs should not wait for all of
 * them.
 */
const mostInARow = 32;

/** Makes an empty timetable. */
export const createTimetable = (clock: Clock): Timetable => {
  const heap: Appointment[] = [];
  let armed: { readonly due: number; readonly cancel: () => void } | undefined;

  const put = (appointment: Appointment, place: number): void => {
    heap[place] = appointment;
    appointment.place = place;
  };

  const rise = (appointment: Appointment, from: number): void => {
    let place = from;
    while (place > 0) {
      const parent = heap[(place - 1) >> 1]!;
      if (parent.due <= appointment.due) break;
      put(parent, place);
      place = (place - 1) >> 1;
    }
    put(appointment, place);
  };

  const sink = (appointment: Appointment, from: number): void => {
    let place = from;
    for (let below = 2 * place + 1; below < heap.length; below = 2 * place + 1) {
      const right = heap[below + 1];
      if (right !== undefined && right.due < heap[below]!.due) below += 1;
      const child = heap[below]!;
      if (appointment.due <= child.due) break;
      put(child, place);
      place = below;
    }
    put(appointment, place);
  };

  const remove = (appointment: Appointment): void => {
    const { place } = appointment;
    appointment.place = -1;
    const last = heap.pop()!;
    if (last === appointment) return;
    if (place > 0 && last.due < heap[(place - 1) >> 1]!.due) rise(last, place);
    else sink(last, place);
  };

  const arm = (): void => {
    const first = heap[0];
    if (first === undefined ? armed === undefined : armed?.due === first.due) return;
    armed?.cancel();
    armed = undefined;
    if (first === undefined) return;
    armed = { due: first.due, cancel: clock.timer(Math.max(0, first.due - clock.now()), runDue) };
  };

  const runDue = (): void => {
    armed = undefined;
    const now = clock.now();
    for (let count = 0; count < mostInARow; count++) {
      const first = heap[0];
      if (first === undefined || first.due > now) break;
      remove(first);
      first.run();
    }
    arm();
  };

  return {
    at: (due, run) => {
      const appointment = { due, run, place: heap.length };
      heap.push(appointment);
      rise(appointment, appointment.place);
      arm();
      return appointment;
    },
    cancel: (appointment) => {
      if (appointment === undefined || appointment.place < 0) return;
      remove(appointment);
      arm();
    },
    clear: () => {
      for (const appointment of heap) appointment.place = -1;
      heap.length = 0;
      arm();
    },
  };
};
