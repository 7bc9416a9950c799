import type { BpmnError, JobError } from '../connector/errors.ts';
import type { JobResultReturn } from '../connector/job-results.ts';
import type { Job, MaybePromise } from '../connector/types.ts';

const sequenceBrand: unique symbol = Symbol.for('camunda-connectors.testing.sequence') as never;

/** One outcome after the other, for the calls of a mock. {@link sequence} makes it. */
export interface Sequence<Outcome = unknown> {
  readonly outcomes: readonly Outcome[];
  readonly [sequenceBrand]: true;
}

/**
 * Gives a mock a different outcome for each call. The last outcome counts for all further calls.
 *
 * @param outcomes at least one; each may be a function of the call, as where there is only one outcome
 * @throws TypeError without an outcome
 * @example
 * mocks: { jobs: { charge: sequence(jobError('busy', { backoff: 60 }), { paid: true }) } }
 */
export const sequence = <const Outcomes extends readonly [unknown, ...unknown[]]>(
  ...outcomes: Outcomes
): Sequence<Outcomes[number]> => {
  if (outcomes.length === 0)
    throw new TypeError('sequence(…) needs at least one outcome. Fix: pass one for each call.');
  return Object.freeze({ outcomes, [sequenceBrand]: true as const });
};

/** Tells whether {@link sequence} made a value. */
export const isSequence = (value: unknown): value is Sequence =>
  typeof value === 'object' && value !== null && sequenceBrand in value;

/**
 * The outcome of the call with this number, the first being 0: a single outcome counts for every call.
 *
 * @example
 * outcomeOf(sequence('a', 'b'), 5); // 'b'
 */
export const outcomeOf = (mock: unknown, call: number): unknown =>
  isSequence(mock) ? mock.outcomes[Math.min(call, mock.outcomes.length - 1)] : mock;

/**
 * How a job ends: with variables, which complete it; with an error of `bpmnError` or `jobError`; or with a result of
 * `adHocResult` or `userTaskResult`.
 */
export type JobOutcome = Readonly<Record<string, unknown>> | BpmnError | JobError | JobResultReturn;

type JobFunction = (job: Job) => MaybePromise<JobOutcome | undefined>;

/**
 * What a mock does with the jobs of its type: always the same, a function of the job, or a {@link sequence} of these. A
 * function that returns nothing completes the job without variables.
 */
export type JobMock = JobOutcome | JobFunction | Sequence<JobOutcome | JobFunction>;
