/** The runtime on the embedded engine, over gRPC and over REST: a no-op connector with a validated five-field input. */
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRuntime, defineOutbound } from '../../src/index.ts';
import { startChild } from '../child.ts';
import { fiveFields } from '../input.ts';

const jobs = 5_000;

const gatewayFile = fileURLToPath(new URL(`./gateway${extname(import.meta.url)}`, import.meta.url));

interface Way {
  readonly maxJobs: number;
  readonly protocol?: 'grpc' | 'rest';
  readonly streaming?: boolean;
}

interface Result {
  /** From the first in hand to the last accepted. */
  readonly jobsPerSecond: number;
  /** CPU time of the engine in microseconds. */
  readonly cpuPerJob: number;
}

/** Completes a backlog of jobs. */
const completeAll = async ({ maxJobs, protocol = 'grpc', streaming = true }: Way): Promise<Result> => {
  const gateway = await startChild(gatewayFile, { args: [protocol], flags: process.execArgv });
  const cpuBefore = await gateway.ask<number>(jobs);
  const address = String(gateway.greeting);
  const [hostname = '', port] = address.split(':');
  let begun = 0;
  let settled = 0;
  const runtime = createRuntime({
    outbound: [
      defineOutbound({
        name: 'Bench',
        type: 'bench',
        maxJobs,
        timeout: 60,
        input: fiveFields,
        run: () => ({}),
      }),
    ],
    connection:
      protocol === 'rest'
        ? { type: 'INSECURE', restAddress: address }
        : { type: 'INSECURE', hostname, port: Number(port) },
    streaming,
    signals: false,
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  });
  const seconds = await new Promise<number>((resolve) => {
    runtime.on('job:started', () => {
      if (begun === 0) begun = performance.now();
    });
    runtime.on('job:settled', () => {
      settled += 1;
      if (settled === jobs) resolve((performance.now() - begun) / 1_000);
    });
    void runtime.start();
  });
  await runtime.stop();
  const cpuAfter = await gateway.ask<number>(0);
  await gateway.stop();
  return { jobsPerSecond: jobs / seconds, cpuPerJob: (cpuAfter - cpuBefore) / jobs };
};

const jobsPerSecond = async (way: Way): Promise<number> => (await completeAll(way)).jobsPerSecond;
const cpuPerJob = async (way: Way): Promise<number> => (await completeAll(way)).cpuPerJob;

const polling: Way = { maxJobs: 256, streaming: false };
const rest: Way = { ...polling, protocol: 'rest' };

export const runtimeCases = {
  'runtime on the embedded engine, 32 jobs at once (jobs/s)': () => jobsPerSecond({ maxJobs: 32 }),
  'the same, 256 jobs at once (jobs/s)': () => jobsPerSecond({ maxJobs: 256 }),
  'the same with polling (jobs/s)': () => jobsPerSecond(polling),
  'the same with polling over REST (jobs/s)': () => jobsPerSecond(rest),
  'CPU of the engine with polling (µs per job)': () => cpuPerJob(polling),
  'CPU of the engine with polling over REST (µs per job)': () => cpuPerJob(rest),
} as const;
