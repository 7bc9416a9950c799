import type { ExpectedDecision, ExpectedEnd, ExpectedIncident, ExpectedVariables } from './state/checks.ts';
import type { ElementSelector } from './state/elements.ts';
import type { CheckResult, ProcessState } from './state/types.ts';
import type { ProcessHandle } from './types.ts';

/**
 * What {@link matchers} adds to `expect`. Declare it for your runner:
 *
 * @example
 * declare module 'vitest' {
 *   interface Matchers<T> extends ProcessMatchers<Promise<void>> {}
 * }
 * @example
 * declare module 'expect' {
 *   interface Matchers<R> extends ProcessMatchers<Promise<void>> {}
 * }
 */
export interface ProcessMatchers<Result = Promise<void>> {
  /** As `completed` of the handle. */
  toHaveCompleted(expected?: ExpectedEnd): Result;
  /** As `terminated`. */
  toBeTerminated(): Result;
  /** As `passed`. `not.toHavePassed` with one element is as `notPassed`. */
  toHavePassed(...elements: readonly ElementSelector[]): Result;
  /** As `waitsAt`. */
  toWaitAt(...elements: readonly ElementSelector[]): Result;
  /** As `waitsForMessage`. */
  toWaitForMessage(name: string, correlationKey?: string): Result;
  /** As `received`. */
  toHaveReceived(name: string, correlationKey?: string): Result;
  /** As `variables`. */
  toHaveVariables(expected: ExpectedVariables, options?: { readonly at?: ElementSelector }): Result;
  /** As `incident`. */
  toHaveIncident(expected?: ExpectedIncident): Result;
  /** As `decided`. */
  toHaveDecided(decisionId: string, expected?: ExpectedDecision): Result;
}

/** What a matcher returns. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** The `this` of a matcher. */
interface MatcherContext {
  readonly isNot?: boolean;
}

type Checks = typeof import('./state/checks.ts');

type Check = (checks: Checks, state: ProcessState) => CheckResult;

const isHandle = (given: unknown): given is ProcessHandle =>
  typeof given === 'object' && given !== null && typeof (given as Partial<ProcessHandle>).check === 'function';

/** Waits as the handle's own function does; with `not`, it looks when nothing is under way any more. */
const match = async (
  given: unknown,
  { isNot = false }: MatcherContext,
  expected: string,
  skip: boolean,
  check: Check,
): Promise<MatcherResult> => {
  if (!isHandle(given)) {
    const message = `expect(…).${expected}: expected the handle of a process instance. Fix: pass what processes.start(…) returns.`;
    throw new TypeError(message);
  }
  // Here, so that unit tests of connectors do not load it.
  const checks = await import('./state/checks.ts');
  const result = await given.check((state) => check(checks, state), { skip: skip && !isNot });
  if (!result.pass || !isNot) return { pass: result.pass, message: result.message };
  const { bpmnProcessId, key } = given;
  const what = `Expected ${bpmnProcessId} ${key} not.${expected}, but it is so:`;
  return { pass: true, message: () => `${what}\n${given.describe()}` };
};

/**
 * Matchers for `expect` of Vitest and Jest. They return promises, wait as the functions of the handle do, and fail with the
 * same texts.
 *
 * @param handle each of them takes what `processes.start` returns, as the argument of `expect`
 * @example
 * import { matchers } from 'camunda-connectors/testing';
 * expect.extend(matchers);
 * await expect(order).toHaveCompleted({ at: 'EndPaid' });
 * await expect(order).not.toHavePassed('Refund');
 */
export const matchers = {
  toHaveCompleted(this: MatcherContext, handle: unknown, expected?: ExpectedEnd): Promise<MatcherResult> {
    return match(handle, this, 'toHaveCompleted', true, (checks, state) => checks.checkCompleted(state, expected));
  },
  toBeTerminated(this: MatcherContext, handle: unknown): Promise<MatcherResult> {
    return match(handle, this, 'toBeTerminated', true, (checks, state) => checks.checkTerminated(state));
  },
  toHavePassed(this: MatcherContext, handle: unknown, ...elements: readonly ElementSelector[]): Promise<MatcherResult> {
    return match(handle, this, 'toHavePassed', true, (checks, state) => checks.checkPassed(state, elements));
  },
  toWaitAt(this: MatcherContext, handle: unknown, ...elements: readonly ElementSelector[]): Promise<MatcherResult> {
    return match(handle, this, 'toWaitAt', false, (checks, state) => checks.checkWaitsAt(state, elements));
  },
  toWaitForMessage(
    this: MatcherContext,
    handle: unknown,
    name: string,
    correlationKey?: string,
  ): Promise<MatcherResult> {
    return match(handle, this, 'toWaitForMessage', false, (checks, state) =>
      checks.checkWaitsForMessage(state, name, correlationKey),
    );
  },
  toHaveReceived(this: MatcherContext, handle: unknown, name: string, correlationKey?: string): Promise<MatcherResult> {
    return match(handle, this, 'toHaveReceived', true, (checks, state) =>
      checks.checkReceived(state, name, correlationKey),
    );
  },
  toHaveVariables(
    this: MatcherContext,
    handle: unknown,
    expected: ExpectedVariables,
    options: { readonly at?: ElementSelector } = {},
  ): Promise<MatcherResult> {
    return match(handle, this, 'toHaveVariables', false, (checks, state) =>
      checks.checkVariables(state, expected, options.at),
    );
  },
  toHaveIncident(this: MatcherContext, handle: unknown, expected?: ExpectedIncident): Promise<MatcherResult> {
    return match(handle, this, 'toHaveIncident', true, (checks, state) => checks.checkIncident(state, expected));
  },
  toHaveDecided(
    this: MatcherContext,
    handle: unknown,
    decisionId: string,
    expected?: ExpectedDecision,
  ): Promise<MatcherResult> {
    return match(handle, this, 'toHaveDecided', true, (checks, state) =>
      checks.checkDecided(state, decisionId, expected),
    );
  },
};
