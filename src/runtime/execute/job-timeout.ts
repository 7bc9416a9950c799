import { parseDayTimeDuration } from './duration.ts';
import type { Headers } from './headers.ts';
import { headerText } from './headers.ts';

/** How long the cluster leaves a job with us after we have asked for a time of our own. */
export interface Granted {
  /** Milliseconds from now. */
  readonly milliseconds: number;
  /** Whether the cluster has answered; if not, the shorter of both times is reckoned with. */
  readonly certain: boolean;
}

/** Asks the cluster to leave the job with us for so many milliseconds from now. Rejects when it refuses. */
export type UpdateTimeout = (milliseconds: number) => Promise<Granted>;

/** The time that the task header `jobTimeout` asks for (`undefined`: it is absent), or why it cannot be had. */
export const readJobTimeout = (
  headers: Headers,
): { readonly ok: true; readonly timeout: number | undefined } | { readonly ok: false; readonly message: string } => {
  const text = headerText(headers, 'jobTimeout');
  if (text === undefined) return { ok: true, timeout: undefined };
  const timeout = parseDayTimeDuration(text);
  const fix = 'Fix: write e.g. PT10M (days, hours, minutes and seconds) in the task header jobTimeout.';
  if (timeout === undefined) {
    const what = `Failed to parse job timeout header: ${JSON.stringify(text)} is no duration, or too large to represent.`;
    return { ok: false, message: `${what} ${fix}` };
  }
  if (timeout > 0) return { ok: true, timeout };
  const what = `The job timeout header must be a positive duration of at least a millisecond, but is ${JSON.stringify(text)}.`;
  return { ok: false, message: `${what} ${fix}` };
};

const longestMargin = 10_000;

/** The part of a job's time that `run` may take; the rest is for telling the cluster before it takes the job away. */
export const runTime = (granted: number): number => granted - Math.min(longestMargin, granted / 10);
