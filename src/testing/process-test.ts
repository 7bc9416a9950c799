import { fault } from '../common/fault.ts';
import { type CleanUp, cleanUpOf, failureOf } from './clean-up.ts';
import type { ProcessTest, ProcessTestOptions } from './types.ts';

const isOptions = (given: unknown): given is ProcessTestOptions | undefined =>
  given === undefined || (typeof given === 'object' && given !== null && cleanUpOf(given) === undefined);

/**
 * Starts everything that the test of a process needs: an embedded engine with its files, a runtime with the connectors, mocks,
 * and a clock. The connectors run as in production, over gRPC on 127.0.0.1.
 *
 * While the test awaits something that is to happen, and nothing is under way, the clock skips to the next timer, the end of a
 * back-off or the next call to a `loop`. An await that cannot come true any more fails at once, and says what the process
 * is doing instead.
 *
 * @param cleanUp what calls `stop` after the test: the context of a test of node:test or Vitest, or what `cleanUpAfter` returns.
 *   Without it, use `await using`, or call `stop`
 * @param options files, connectors, mocks, secrets and more; see {@link ProcessTestOptions}
 * @throws (as a rejection) a fault of kind `configuration` that names all invalid options, of kind `definition` for invalid
 *   connectors, or a `rejection` that names everything wrong with the files
 * @example
 * test('a declined card ends the order', async (t) => {
 *   const processes = await createProcessTest(t, {
 *     resources: 'processes',
 *     connectors: { outbound: [log] },
 *     mocks: { jobs: { charge: bpmnError('DECLINED') } },
 *   });
 *   const order = await processes.start('order', { id: 7 });
 *   await order.completed({ at: 'EndDeclined', variables: { id: 7 } });
 * });
 * @example
 * await using processes = await createProcessTest({ resources: 'processes' });
 */
export const createProcessTest: {
  (cleanUp: CleanUp | undefined, options?: ProcessTestOptions): Promise<ProcessTest>;
  (options?: ProcessTestOptions): Promise<ProcessTest>;
} = async (first?: CleanUp | ProcessTestOptions, second?: ProcessTestOptions): Promise<ProcessTest> => {
  const options = second ?? (isOptions(first) ? first : undefined) ?? {};
  const addCleanUp = cleanUpOf(first);
  if (addCleanUp === undefined && !isOptions(first)) {
    throw fault('configuration', {
      what: 'The first argument does not tell when the test ends.',
      where: 'createProcessTest(cleanUp, options)',
      fix: 'pass the context of the test, what cleanUpAfter(afterEach) returns, or only the options.',
    });
  }
  // Here, so that unit tests of connectors do not load the engine.
  const { startProcessTest } = await import('./fixture/fixture.ts');
  const { processes, finish } = await startProcessTest(options);
  addCleanUp?.(() => finish(failureOf(first)));
  return processes;
};
