import type { HttpAnswer } from '../http-answer.ts';
import { randomId } from './reference.ts';

/** A call that waits for the answer of a process. */
export interface HeldCall {
  /** Whether the process has answered a call with this id before. */
  readonly wasAnswered: boolean;
  /**
   * Resolves with the answer, or with nothing when the wait has ended.
   *
   * @param endWith calls its argument when the wait has to end; returns a function that takes that back
   */
  answer(endWith: (end: () => void) => () => void): Promise<HttpAnswer | undefined>;
  /** The answer if it has come already. As with `answer`, the caller must then get it. */
  take(): HttpAnswer | undefined;
  /** Gives up the place. */
  release(): void;
}

/** The calls of a runtime that wait for the answers of processes. */
export interface HeldCalls {
  /** The id of this runtime. */
  readonly holder: string;
  /** Takes a place for a call; `undefined` if there is none. */
  hold(call: string): HeldCall | undefined;
  /**
   * Answers all callers with this id. Only the first job can answer.
   *
   * @param job the key of the job that answers: its repetition has the same result
   * @returns whether a caller gets the answer. A process can be faster than the publication of all its call's messages: this is known
   * when they are published. Never rejects
   */
  answer(call: string, job: string, answer: HttpAnswer): Promise<boolean>;
}

/** Answered calls that are remembered, for jobs that are repeated. */
const maxRemembered = 10_000;

/** @param limit calls at once */
export const createHeldCalls = (limit: number): HeldCalls => {
  /** Each tells whether its caller takes the answer. */
  const waiting = new Map<string, Set<(answer: HttpAnswer) => Promise<boolean>>>();
  /** The jobs that have answered, by the ids of the calls. */
  const answered = new Map<string, { readonly job: string; readonly isTaken: Promise<boolean> }>();
  let held = 0;

  const remember = (call: string, job: string, isTaken: Promise<boolean>): void => {
    // At the end of the order, if the id of an expired message comes again.
    answered.delete(call);
    answered.set(call, { job, isTaken });
    if (answered.size > maxRemembered) answered.delete(answered.keys().next().value!);
  };

  return {
    holder: randomId(),
    hold: (call) => {
      if (held >= limit) return undefined;
      held += 1;
      let given: HttpAnswer | undefined;
      let wake = (): void => {};
      let settle = (_isTaken: boolean): void => {};
      const isTaken = new Promise<boolean>((resolve) => {
        settle = resolve;
      });
      const caller = (answer: HttpAnswer): Promise<boolean> => {
        given = answer;
        wake();
        return isTaken;
      };
      const take = (): HttpAnswer | undefined => {
        leave();
        settle(given !== undefined);
        return given;
      };
      const callers = waiting.get(call) ?? new Set();
      callers.add(caller);
      waiting.set(call, callers);
      const leave = (): void => {
        callers.delete(caller);
        if (callers.size === 0 && waiting.get(call) === callers) waiting.delete(call);
      };
      let isReleased = false;
      return {
        wasAnswered: answered.has(call),
        answer: (endWith) =>
          new Promise((resolve) => {
            let isOver = false;
            let stop = (): void => {};
            const end = (): void => {
              if (isOver) return;
              isOver = true;
              stop();
              resolve(take());
            };
            wake = end;
            // The process may have been faster than the answer to the publication.
            if (given !== undefined) end();
            else stop = endWith(end);
            if (isOver) stop();
          }),
        take,
        release: () => {
          if (isReleased) return;
          isReleased = true;
          held -= 1;
          leave();
          settle(false);
        },
      };
    },
    answer: async (call, job, answer) => {
      const earlier = answered.get(call);
      if (earlier?.job === job) return earlier.isTaken;
      const callers = waiting.get(call);
      if (callers === undefined) return false;
      waiting.delete(call);
      const taken = Promise.all([...callers].map((caller) => caller(answer)));
      const isTaken = taken.then((each) => each.includes(true));
      remember(call, job, isTaken);
      return isTaken;
    },
  };
};
