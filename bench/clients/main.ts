/**
 * A client under measurement as a process: `main.ts KIND ADDRESS [CONNECTORS]`. Loads nothing but what its kind needs, and
 * tells its parent when it began to.
 */
import { setTimeout } from 'node:timers/promises';
import { microseconds } from '../lean/jobs.ts';
import { pickedUp, reportToParent } from './common.ts';

/** What a client needs. */
export interface ClientParts {
  readonly address: string;
  /** Job types, each with a worker of its own. */
  readonly types: readonly string[];
  readonly maxJobs: number;
  /** The variables that complete a job, from those of the job; a promise if the handler waits. */
  readonly resultOf: (variables: object) => object | Promise<object>;
  /** To be called with the variables of each job. */
  readonly handle: (variables: { readonly a?: unknown }) => void;
}

/** Starts taking jobs. */
export type StartClient = (parts: ClientParts) => void | Promise<void>;

const nothing = {};

/** What a handler does with a job, by the second word of the kind. */
const works: Readonly<Record<string, ClientParts['resultOf']>> = {
  echo: (variables) => ({ p: 'p' in variables ? variables.p : undefined }),
  wait: () => setTimeout(10, nothing),
};

const load: Readonly<Record<string, () => Promise<StartClient>>> = {
  'bare stream': async () => (await import('./bare.ts')).bareStream,
  'stock stream': async () => (await import('./bare.ts')).stockStream,
  'bare poll': async () => (await import('./bare.ts')).barePoll,
  'bare echo': async () => (await import('./bare.ts')).bareStream,
  'bare wait': async () => (await import('./bare.ts')).bareStream,
  'ours echo': async () => (await import('./ours.ts')).oursEcho,
  'ours wait': async () => (await import('./ours.ts')).oursStream,
  'ours stream': async () => (await import('./ours.ts')).oursStream,
  'ours poll': async () => (await import('./ours.ts')).oursPoll,
  'bare rest': async () => (await import('./rest.ts')).bareRest,
  'ours rest': async () => (await import('./ours.ts')).oursRest,
  'connection rest': async () => (await import('./ours.ts')).connectionRest,
  'official rest': async () => (await import('./rest.ts')).officialRest,
  'sdk worker': async () => (await import('./sdk.ts')).sdkWorker,
  'sdk tuned worker': async () => (await import('./sdk.ts')).sdkTunedWorker,
  'sdk stream': async () => (await import('./sdk.ts')).sdkStream,
};

const [kind = '', address = '', connectors = '1', maxJobs = '256'] = process.argv.slice(2);
reportToParent();
const begun = microseconds();
const start = await load[kind]!();
await start({
  address,
  types: Array.from({ length: Number(connectors) }, (_, index) => (index === 0 ? 'bench' : `bench-${index}`)),
  maxJobs: Number(maxJobs),
  resultOf: works[kind.split(' ')[1] ?? ''] ?? (() => nothing),
  handle: ({ a }) => pickedUp(a),
});
process.send?.({ answer: begun });
