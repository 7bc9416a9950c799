/** The clients that take part in the races. */
import { nodeClient, tsxClient } from './client.ts';
import type { Racer } from './race.ts';

/** Names of the clients that others are compared with, or that bars are about. */
export const names = {
  bare: 'bare grpc-js, stream',
  ours: 'camunda-connectors, stream',
  worker: '@camunda8/sdk `createWorker`, defaults',
} as const;

/** The rows that decide. */
export const decidingRows: readonly string[] = ['bare', 'ours', 'worker'];

/** The clients that run on Node.js; the first one is the reference. */
export const nodeRacers: readonly Racer[] = [
  { id: 'bare', name: names.bare, push: true, start: nodeClient('bare stream') },
  { id: 'ours', name: names.ours, push: true, start: nodeClient('ours stream') },
  {
    id: 'stock',
    name: 'bare grpc-js with its default channel options, stream',
    push: true,
    start: nodeClient('stock stream'),
  },
  { id: 'sdk-stream', name: '@camunda8/sdk `streamJobs`', push: true, start: nodeClient('sdk stream') },
  { id: 'bare-poll', name: 'bare grpc-js, polling', push: false, start: nodeClient('bare poll') },
  { id: 'ours-poll', name: 'camunda-connectors, polling', push: false, start: nodeClient('ours poll') },
  {
    id: 'tuned-worker',
    name: '@camunda8/sdk `createWorker`, 10 ms, 256 jobs',
    push: false,
    start: nodeClient('sdk tuned worker'),
  },
  { id: 'worker', name: names.worker, push: false, start: nodeClient('sdk worker') },
  {
    id: 'tsx',
    name: 'camunda-connectors, stream, not compiled (tsx)',
    push: true,
    start: tsxClient('ours stream'),
  },
];

export const restNames = {
  bare: 'bare node:http',
  ours: 'camunda-connectors over REST',
  worker: '@camunda8/orchestration-cluster-api `createJobWorker`',
} as const;

/** The same over REST; the first one is the reference. */
export const restRacers: readonly Racer[] = [
  { id: 'bare', name: restNames.bare, push: false, protocol: 'rest', start: nodeClient('bare rest') },
  { id: 'ours', name: restNames.ours, push: false, protocol: 'rest', start: nodeClient('ours rest') },
  {
    id: 'connection',
    name: 'the REST connection of camunda-connectors alone',
    push: false,
    protocol: 'rest',
    start: nodeClient('connection rest'),
  },
  { id: 'worker', name: restNames.worker, push: false, protocol: 'rest', start: nodeClient('official rest') },
];
