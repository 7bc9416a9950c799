import { defaultTenant } from './default-tenant.ts';
import type { Exploration, Walk, WalkOptions } from './explore-types.ts';

/**
 * Walks through a process: whenever several things can happen, the next number decides which one. Jobs, user tasks, messages,
 * signals and the passing of time are such things. The same numbers lead to the same walk.
 *
 * @param options files and mocks as for `createProcessTest`, the id of the process, and what can happen
 * @param choices whole numbers of any size, 0 or more; 0 counts after the last one
 * @example
 * await fc.assert(
 *   fc.asyncProperty(fc.array(fc.nat()), async (choices) => {
 *     const { end, description } = await walk(options, choices);
 *     assert.equal(end, 'completed', description);
 *   }),
 * );
 */
export const walk = async (options: WalkOptions, choices: readonly number[]): Promise<Walk> => {
  const { checkChoices } = await import('./fixture/options.ts');
  checkChoices(choices);
  const { startWalker } = await import('./fixture/walk.ts');
  const walker = await startWalker(options);
  try {
    return await walker.walk((index) => choices[index] ?? 0);
  } finally {
    await walker.stop();
  }
};

/** A small generator of whole numbers, so that a seed gives the same walks on every machine. */
const numbersFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
};

const tenantOf = ({ tenantId = defaultTenant }: { readonly tenantId?: string | undefined }): string => tenantId;

/** Walks with the same end at the same place are one problem. */
const problemKey = ({ end, incident, path }: Walk): string =>
  JSON.stringify([end, incident?.elementId ?? path.at(-1), incident?.type]);

/**
 * Walks through a process at random, many times, and reports what is wrong with it: walks that end in an incident, get stuck
 * or do not end, and elements that no walk reaches.
 *
 * @param options as for {@link walk}; `runs` is the number of walks (default: 100), `seed` makes them repeatable (default: 1)
 * @returns the number of walks by their ends, the shortest walk to each problem, and the elements that were not reached
 * @example
 * const { problems, unreached } = await explore({
 *   resources: 'processes',
 *   process: 'order',
 *   starts: [{ total: 1 }, { total: 500 }],
 *   jobs: { charge: [{ paid: true }, bpmnError('DECLINED'), jobError('busy', { backoff: 60 })] },
 * });
 * assert.deepEqual(problems, []);
 * assert.deepEqual(unreached, []);
 */
export const explore = async (
  options: WalkOptions & { readonly runs?: number; readonly seed?: number },
): Promise<Exploration> => {
  const { checkExploreOptions } = await import('./fixture/options.ts');
  checkExploreOptions(options);
  const { runs = 100, seed = 1, ...rest } = options;
  const { startWalker } = await import('./fixture/walk.ts');
  const walker = await startWalker(rest);
  try {
    const next = numbersFrom(seed);
    const ends: Record<Walk['end'], number> = { completed: 0, terminated: 0, incident: 0, stuck: 0, endless: 0 };
    const problems = new Map<string, Walk>();
    for (let run = 0; run < runs; run += 1) {
      const found = await walker.walk(next);
      ends[found.end] += 1;
      if (found.end === 'completed' || found.end === 'terminated') continue;
      const known = problems.get(problemKey(found));
      if (known === undefined || found.steps.length < known.steps.length) problems.set(problemKey(found), found);
    }
    const counts = walker.processes.counts();
    const own = counts.processes
      .filter(({ process }) => process.bpmnProcessId === rest.process && tenantOf(process) === tenantOf(walker))
      .at(-1);
    const unreached = Object.entries(own?.elements ?? {}).flatMap(([id, { entered }]) => (entered === 0 ? [id] : []));
    return { ends, problems: [...problems.values()], unreached, counts };
  } finally {
    await walker.stop();
  }
};
