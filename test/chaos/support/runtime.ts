/**
 * A process with a runtime, for tests that kill it or cut it off. Tells what happens by lines of JSON, obeys lines on its
 * standard input, and ends when the runtime has stopped: nothing here keeps it alive.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { createRuntime, defineInbound, defineOutbound, pending, type Runtime } from '../../../src/index.ts';
import { moveTimeBy } from './movable-time.ts';
import type { Told, WorkerSettings } from './told.ts';

const {
  name,
  connection,
  work,
  timeout,
  lease,
  maxJobs,
  drainTimeout = 30,
  time,
} = JSON.parse(process.argv[2] ?? '{}') as WorkerSettings;

const tell = (told: Told): void => {
  process.stdout.write(`${JSON.stringify(told)}\n`);
};

const worker = defineOutbound({
  name: 'Work',
  type: 'work',
  timeout,
  maxJobs,
  input: v.object({ n: v.number() }),
  run: async ({ n }, { job }) => {
    tell({ kind: 'ran', key: job.key });
    await sleep(work);
    return { done: n, by: name };
  },
});

/** Its message is there at the second call, so that a state has to be kept in between. */
const letter = defineInbound({
  name: 'letter',
  cycle: 0.02,
  input: v.object({ order: v.string() }),
  state: v.object({ calls: v.number() }),
  loop: ({ order }, { state }) => (state === undefined ? pending({ calls: 1 }) : { letter: order }),
});

const line =
  (level: string) =>
  (text: string): void =>
    tell({ kind: 'line', level, text });

const listen = (runtime: Runtime): void => {
  runtime.on('runtime:state', ({ state }) => tell({ kind: 'state', state }));
  runtime.on('job:started', ({ job }) => tell({ kind: 'started', key: job.key, type: job.type }));
  runtime.on('job:settled', ({ job, delivery }) => tell({ kind: 'settled', key: job.key, delivery: delivery.kind }));
  runtime.on('runtime:suspended', () => tell({ kind: 'event', name: 'suspended' }));
  runtime.on('connection:lost', () => tell({ kind: 'event', name: 'connection:lost' }));
  runtime.on('connection:restored', () => tell({ kind: 'event', name: 'connection:restored' }));
  runtime.on('poll:failed', ({ attempt }) => tell({ kind: 'refused', attempt }));
  runtime.on('stream:ended', ({ reason }) => tell({ kind: 'event', name: `stream:${reason}` }));
  runtime.on('command:repeated', ({ attempt }) => tell({ kind: 'repeated', attempt }));
  runtime.on('subscription:opened', () => tell({ kind: 'event', name: 'subscription:opened' }));
  runtime.on('subscription:released', ({ reason }) => tell({ kind: 'event', name: `subscription:${reason}` }));
};

/** Milliseconds by which the time of day differs from the machine's. */
let offset = 0;

/** Lets the time of day be set, as somebody does who sets the machine's clock; before anything holds on to it. */
const makeDateMovable = (): void => {
  const real = Date;
  const now = (): number => real.now() + offset;
  globalThis.Date = new Proxy(real, {
    construct: (target, given) => Reflect.construct(target, given.length === 0 ? [now()] : given),
    get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
  });
};

makeDateMovable();
if (time !== undefined) moveTimeBy(time);
createInterface({ input: process.stdin }).on('line', (text) => {
  offset += Number(text);
  tell({ kind: 'event', name: 'date:moved' });
});
(process.stdin as { unref?(): void }).unref?.();

const runtime = createRuntime({
  outbound: [worker],
  inbound: [letter],
  connection,
  workerName: name,
  lease,
  drainTimeout,
  logger: { debug: () => {}, info: line('info'), warn: line('warn'), error: line('error') },
});
listen(runtime);
await runtime.start();
