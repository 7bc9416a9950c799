/** What the views of the page are made of, on an engine without connectors. */
import type { TestContext } from 'node:test';
import { createHistory } from '../../../../../src/cli/dev/page/history/history.ts';
import type { JobFacts, Sources } from '../../../../../src/cli/dev/page/sources.ts';
import { createEngine, type Engine } from '../../../../../src/engine/index.ts';

/**
 * Starts an engine whose history is kept. It stops with the test.
 *
 * @param facts what the connectors tell of each job. Default: nothing
 */
export const openSources = async (
  t: TestContext,
  facts: JobFacts = { settled: [] },
): Promise<{ readonly engine: Engine; readonly sources: Sources }> => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const history = createHistory(engine);
  engine.on(history.add);
  const sources = {
    engine: () => engine,
    history,
    processes: () => engine.processes(),
    attempts: () => facts,
    jobTypes: () => new Set(),
  } as unknown as Sources;
  return { engine, sources };
};
