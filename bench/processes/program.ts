/**
 * Our runtime in several processes, as a program of a user has it: `program.ts ADDRESS PROCESSES`. The process that the
 * benchmark starts answers for all of them.
 */
import cluster, { type Worker } from 'node:cluster';
import { createRuntime, defineOutbound, runProcesses } from '../../src/index.ts';
import { fiveFields } from '../input.ts';

/** A moment of one process. */
export interface ProcessMark {
  /** CPU time so far, in microseconds. */
  readonly cpu: number;
  /** Jobs that its handler has seen. */
  readonly jobs: number;
  /** Bytes. */
  readonly rss: number;
}

const [address = '', processes = '1'] = process.argv.slice(2);
const question = 'bench: mark';
let jobs = 0;

const ownMark = (): ProcessMark => {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, jobs, rss: process.memoryUsage.rss() };
};

/** The mark of a process that this one has started. The supervisor exchanges messages of its own with it. */
const askWorker = (worker: Worker): Promise<ProcessMark> =>
  new Promise((resolve) => {
    const take = (message: object): void => {
      if (!('cpu' in message)) return;
      worker.off('message', take);
      resolve(message as ProcessMark);
    };
    worker.on('message', take);
    worker.send(question);
  });

/** The marks of this process and of those that it has started. */
const marks = (): Promise<readonly ProcessMark[]> =>
  Promise.all([ownMark(), ...Object.values(cluster.workers ?? {}).map((worker) => askWorker(worker!))]);

if (cluster.isPrimary) {
  process.on('message', () => void marks().then((answer) => process.send?.({ answer })));
  // With the end of the benchmark, as with SIGTERM, the processes stop gracefully.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.send?.({ answer: undefined });
} else {
  process.on('message', (message) => {
    if (message === question) process.send?.(ownMark());
  });
}
process.exitCode = await runProcesses(
  () =>
    createRuntime({
      outbound: [
        defineOutbound({
          name: 'No-op',
          type: 'bench',
          maxJobs: 256,
          timeout: 60,
          input: fiveFields,
          run: () => {
            jobs++;
            return {};
          },
        }),
      ],
      connection: { grpcAddress: `grpc://${address}` },
    }),
  { processes: Number(processes) },
);
