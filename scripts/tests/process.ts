/**
 * The program of a process of `scripts/test.ts`: imports test files one after the other, each within a suite of its own,
 * so that its hooks are its own, and reports what a file leaves behind.
 */
import { suite } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Order } from './channel.ts';
import { cpuTime } from './cpu.ts';
import { nextOrder, pause, report, untilFileEnded } from './inbox.ts';
import { changesBetween, resourcesBeyond, stateNow } from './traces.ts';

/**
 * Looks at what keeps the process alive: what a file has closed may take a while to be gone. The first ones are quick.
 * Requests to the file system end by themselves, but tsx, which the command line enables for modules in TypeScript, reads a
 * whole folder of what it has compiled in earlier processes, which may be large.
 */
const looks = { quick: 20, all: 200, files: 2_000 };

/** Milliseconds between the others. */
const lookPause = 20;

type RunOrder = Extract<Order, { kind: 'run' }>;

/** Whether a file runs. */
let busy = false;

process.on('beforeExit', () => {
  if (busy) report({ kind: 'stuck' });
});

/** Resolves when all tests of the file are over; the reporter tells how they went. */
const runFile = async ({ file, compiled }: RunOrder, began: () => void): Promise<void> => {
  const over = untilFileEnded();
  busy = true;
  void suite(file, async () => {
    began();
    await import(pathToFileURL(compiled).href);
  });
  await over;
  busy = false;
};

const remaining = async (before: readonly string[]): Promise<readonly string[]> => {
  const look = (): readonly string[] => resourcesBeyond(before, process.getActiveResourcesInfo());
  const most = (): number => (look().every((name) => / FSReq\w+$/.test(name)) ? looks.files : looks.all);
  for (let count = 0; look().length > 0 && count < most(); count += 1) {
    if (count < looks.quick) await new Promise(setImmediate);
    else await pause(lookPause);
  }
  return look();
};

const run = async (order: RunOrder): Promise<void> => {
  const cpuBefore = cpuTime();
  let before = stateNow();
  const resourcesBefore = process.getActiveResourcesInfo();
  await runFile(order, () => {
    // The first suite makes the test runner listen to the process.
    before = stateNow();
  });
  const resources = await remaining(resourcesBefore);
  const changes = order.shared ? changesBetween(before, stateNow()) : [];
  report({ kind: 'left', resources, changes, cpu: cpuTime() - cpuBefore });
};

const main = async (): Promise<void> => {
  while (true) {
    report({ kind: 'ready' });
    const order = await nextOrder();
    if (order.kind === 'end') return;
    await run(order);
  }
};

void main();
