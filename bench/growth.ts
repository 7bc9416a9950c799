/** Whether our runtime grows with the jobs that it has seen. */
import { nodeClient, startGateway } from './client.ts';
import { readable, table, wait } from './measure.ts';
import { usualLap } from './race.ts';

/** Memory after so many jobs and a collection of garbage; and what they cost. */
interface Stage {
  readonly jobs: number;
  readonly heap: number;
  readonly rss: number;
  /** Of the jobs since the stage before, in microseconds. */
  readonly cpuPerJob: number;
  readonly jobsPerSecond: number;
}

const run = async (
  path: (file: string) => string,
  stages: readonly number[],
  told: (stage: Stage) => void,
): Promise<readonly Stage[]> => {
  const gateway = await startGateway(path);
  const client = await nodeClient('ours stream', ['--expose-gc'])(path, gateway.address, 1);
  await wait(500);
  const results: Stage[] = [];
  let before = 0;
  for (const jobs of stages) {
    const [from, clientFrom] = await Promise.all([gateway.mark(), client.mark()]);
    await gateway.ask({ do: 'flood', push: true, window: usualLap.window, limit: jobs - before });
    let to = await gateway.mark();
    while (to.completed < jobs) {
      await wait(50);
      to = await gateway.mark();
    }
    const clientTo = await client.mark();
    const { heap, rss } = await client.markClean();
    const done = jobs - before;
    const stage = {
      jobs,
      heap,
      rss,
      cpuPerJob: (clientTo.cpu - clientFrom.cpu) / done,
      jobsPerSecond: done / ((to.at - from.at) / 1e6),
    };
    results.push(stage);
    told(stage);
    before = jobs;
  }
  const { double, failed, unknown } = await gateway.account();
  if (double + failed + unknown > 0) throw new Error('A job was completed twice, or failed.');
  await client.stop();
  await gateway.stop();
  return results;
};

/**
 * @param stages numbers of jobs, growing
 * @param tell takes lines about how far it is
 */
export const growthTable = async (
  path: (file: string) => string,
  stages: readonly number[],
  tell: (line: string) => void,
): Promise<string> => {
  const results = await run(path, stages, ({ jobs, heap }) =>
    tell(`${jobs.toLocaleString('en-US')} jobs: heap of ${readable(heap / 1e6)} MB`),
  );
  return table(
    ['jobs', 'heap MB', 'RSS MB', 'CPU µs per job', 'jobs/s'],
    results.map(({ jobs, heap, rss, cpuPerJob, jobsPerSecond }) => [
      jobs.toLocaleString('en-US'),
      readable(heap / 1e6),
      readable(rss / 1e6),
      readable(cpuPerJob),
      readable(jobsPerSecond),
    ]),
  );
};
