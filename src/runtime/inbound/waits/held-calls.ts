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
   * Answers all callers with this id.
   *
   * @param job the key of the job that answers: its repetition has the same result
   * @returns whether a caller gets the answer; only the first job can answer
   */
  answer(call: string, job: string, answer: HttpAnswer): boolean;
}

/** Answered calls that are remembered, for jobs that are repeated. */
const maxRemembered = 10_000;

/** @param limit calls at once */
export const createHeldCalls = (limit: number): HeldCalls => {
  const waiting = new Map<string, Set<(answer: HttpAnswer) => void>>();
  /** The jobs that have answered, by the ids of the calls. */
  const answered = new Map<string, string>();
  let held = 0;

  const remember = (call: string, job: string): void => {
    answered.set(call, job);
    if (answered.size > maxRemembered) answered.delete(answered.keys().next().value!);
  };

  return {
    holder: randomId(),
    hold: (call) => {
      if (held >= limit) return undefined;
      held += 1;
      let given: HttpAnswer | undefined;
      let take = (): void => {};
      const caller = (answer: HttpAnswer): void => {
        given = answer;
        take();
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
              leave();
              resolve(given);
            };
            take = end;
            // The process may have been faster than the answer to the publication.
            if (given !== undefined) end();
            else stop = endWith(end);
            if (isOver) stop();
          }),
        release: () => {
          if (isReleased) return;
          isReleased = true;
          held -= 1;
          leave();
        },
      };
    },
    answer: (call, job, answer) => {
      const callers = waiting.get(call);
      if (callers === undefined) return answered.get(call) === job;
      waiting.delete(call);
      remember(call, job);
      for (const caller of callers) caller(answer);
      return true;
    },
  };
};
