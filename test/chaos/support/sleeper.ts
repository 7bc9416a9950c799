/**
 * A process with a runtime that suspends itself at the worst moment: after the work of a job and before its result is sent, or
 * after a call to `loop` and before what it returns is stored. Tells what happens by lines; a line on its standard input
 * releases what it holds.
 */
import { existsSync, unlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { createRuntime, defineInbound, defineOutbound, pending } from '../../../src/index.ts';
import { moveTimeBy } from './movable-time.ts';

/** Where a process suspends itself or waits to be released, and at which call. */
export interface Moment {
  readonly in: 'run' | 'loop' | 'message';
  readonly call?: number;
}

/** What the process is told when it starts. */
export interface SleeperSettings {
  readonly port: number;
  readonly name: string;
  /** A file with the milliseconds by which its time is ahead of the machine's. */
  readonly time: string;
  /** The letter, a file that the first `loop` that finds it takes away. */
  readonly letter: string;
  readonly suspends?: Moment;
  readonly holds?: Moment;
}

const { port, name, time, letter, suspends, holds } = JSON.parse(process.argv[2] ?? '{}') as SleeperSettings;
moveTimeBy(time);

let hasBeenSuspended = false;
let release = (): void => {};
const released = new Promise<void>((resolve) => {
  release = resolve;
});
createInterface({ input: process.stdin }).on('line', () => release());
(process.stdin as { unref?(): void }).unref?.();

const isAt = (moment: Moment | undefined, place: Moment['in'], call?: number): boolean =>
  moment?.in === place && (moment.call === undefined || moment.call === call);

const pass = async (place: Moment['in'], call?: number): Promise<void> => {
  if (isAt(holds, place, call)) await released;
  if (!isAt(suspends, place, call) || hasBeenSuspended) return;
  hasBeenSuspended = true;
  console.log('suspending');
  process.kill(process.pid, 'SIGSTOP');
};

const worker = defineOutbound({
  name: 'Work',
  type: 'work',
  input: v.object({}),
  run: async () => {
    console.log('ran');
    await pass('run');
    return { by: name };
  },
});

const box = defineInbound({
  name: 'box',
  cycle: 0.02,
  input: v.object({ order: v.string() }),
  state: v.object({ count: v.number() }),
  loop: async (_input, { state }) => {
    if (existsSync(letter)) {
      unlinkSync(letter);
      console.log('took the letter');
      await pass('message');
      return { by: name };
    }
    const count = (state?.count ?? 0) + 1;
    console.log(`loop ${count}`);
    await pass('loop', count);
    return pending({ count });
  },
});

const runtime = createRuntime({
  outbound: [worker],
  inbound: [box],
  connection: { type: 'INSECURE', hostname: '127.0.0.1', port },
  workerName: name,
  logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
});
runtime.on('job:settled', ({ job, delivery }) => {
  if (job.type === 'work') console.log(`settled ${delivery.kind}`);
});
runtime.on('job:returned', ({ delivery }) => console.log(`returned ${delivery.kind}`));
runtime.on('runtime:suspended', () => console.log('resumed'));
runtime.on('message:published', ({ duplicate }) => console.log(duplicate ? 'repeated' : 'published'));
runtime.on('subscription:released', ({ reason }) => console.log(`released ${reason}`));
runtime.on('subscription:delivered', () => console.log('delivered'));
await runtime.start();
console.log('started');
