import type { CheckName } from './arguments.ts';
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

interface Matching {
  /** The function of the handle. */
  readonly name: CheckName;
  readonly args: readonly unknown[];
  readonly skip: boolean;
  readonly check: Check;
  /** The check with `not`. Default: the opposite of `check`. */
  readonly checkNot?: Check | undefined;
}

const isHandle = (given: unknown): given is ProcessHandle =>
  typeof given === 'object' && given !== null && typeof (given as Partial<ProcessHandle>).check === 'function';

/** Waits as the handle's own function does; with `not`, it looks when nothing is under way any more. */
const match = async (
  given: unknown,
  { isNot = false }: MatcherContext,
  expected: string,
  { name, args, skip, check, checkNot }: Matching,
): Promise<MatcherResult> => {
  if (!isHandle(given)) {
    const message = `expect(…).${expected}: expected the handle of a process instance. Fix: pass what processes.start(…) returns.`;
    throw new TypeError(message);
  }
  // Here, so that unit tests of connectors do not load it.
  const checks = await import('./state/checks.ts');
  const { checkArguments } = await import('./arguments.ts');
  checkArguments(name, args, `expect(…).${isNot ? 'not.' : ''}${expected}(…)`);
  const look = isNot && checkNot !== undefined ? checkNot : check;
  const result = await given.check((state) => look(checks, state), { skip: skip && !isNot });
  if (!isNot) return { pass: result.pass, message: result.message };
  const what = `Expected ${given.bpmnProcessId} ${given.key} not.${expected}, but`;
  // With `not`, the runner fails if it passes.
  if (result.hang !== undefined) {
    return { pass: true, message: () => `${what} something hangs:\n  ${result.hang}\n${given.describe()}` };
  }
  if (checkNot !== undefined) return { pass: !result.pass, message: result.message };
  return { pass: result.pass, message: result.pass ? () => `${what} it is so:\n${given.describe()}` : result.message };
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
  toHaveCompleted(this: MatcherContext, handle: unknown, ...args: [expected?: ExpectedEnd]): Promise<MatcherResult> {
    return match(handle, this, 'toHaveCompleted', {
      ...{ name: 'completed', args, skip: true },
      check: (checks, state) => checks.checkCompleted(state, ...args),
    });
  },
  toBeTerminated(this: MatcherContext, handle: unknown, ...args: []): Promise<MatcherResult> {
    return match(handle, this, 'toBeTerminated', {
      ...{ name: 'terminated', args, skip: true },
      check: (checks, state) => checks.checkTerminated(state),
    });
  },
  toHavePassed(this: MatcherContext, handle: unknown, ...args: readonly ElementSelector[]): Promise<MatcherResult> {
    return match(handle, this, 'toHavePassed', {
      ...{ name: 'passed', args, skip: true },
      check: (checks, state) => checks.checkPassed(state, args),
      // An element that is active has not been passed, but the author of a test means that it is never reached.
      checkNot: args.length === 1 ? (checks, state) => checks.checkNotPassed(state, args) : undefined,
    });
  },
  toWaitAt(this: MatcherContext, handle: unknown, ...args: readonly ElementSelector[]): Promise<MatcherResult> {
    return match(handle, this, 'toWaitAt', {
      ...{ name: 'waitsAt', args, skip: false },
      check: (checks, state) => checks.checkWaitsAt(state, args),
    });
  },
  toWaitForMessage(
    this: MatcherContext,
    handle: unknown,
    ...args: [name: string, correlationKey?: string]
  ): Promise<MatcherResult> {
    return match(handle, this, 'toWaitForMessage', {
      ...{ name: 'waitsForMessage', args, skip: false },
      check: (checks, state) => checks.checkWaitsForMessage(state, ...args),
    });
  },
  toHaveReceived(
    this: MatcherContext,
    handle: unknown,
    ...args: [name: string, correlationKey?: string]
  ): Promise<MatcherResult> {
    return match(handle, this, 'toHaveReceived', {
      ...{ name: 'received', args, skip: true },
      check: (checks, state) => checks.checkReceived(state, ...args),
    });
  },
  toHaveVariables(
    this: MatcherContext,
    handle: unknown,
    ...args: [expected: ExpectedVariables, options?: { readonly at?: ElementSelector }]
  ): Promise<MatcherResult> {
    return match(handle, this, 'toHaveVariables', {
      ...{ name: 'variables', args, skip: false },
      check: (checks, state) => checks.checkVariables(state, args[0], args[1]?.at),
    });
  },
  toHaveIncident(
    this: MatcherContext,
    handle: unknown,
    ...args: [expected?: ExpectedIncident]
  ): Promise<MatcherResult> {
    return match(handle, this, 'toHaveIncident', {
      ...{ name: 'incident', args, skip: true },
      check: (checks, state) => checks.checkIncident(state, ...args),
    });
  },
  toHaveDecided(
    this: MatcherContext,
    handle: unknown,
    ...args: [decisionId: string, expected?: ExpectedDecision]
  ): Promise<MatcherResult> {
    return match(handle, this, 'toHaveDecided', {
      ...{ name: 'decided', args, skip: true },
      check: (checks, state) => checks.checkDecided(state, ...args),
    });
  },
};
