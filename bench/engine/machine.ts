/** The engine's state machine without its gateway: instances per second, and memory of what waits. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMachine } from '../../src/engine/machine/index.ts';
import type { Machine } from '../../src/engine/machine/types.ts';
import { catchEvent, chain, end, process as processFile, serviceTask, start } from '../../test/engine/support/bpmn.ts';
import { compile } from './compile.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const withMappings = await compile(
  'mapped.bpmn',
  processFile(
    'p',
    ...chain(
      start(),
      serviceTask('work', {
        type: 'work',
        inputs: { total: '=order.price * order.count', label: '="order " + order.id' },
        outputs: { result: '=result + 1' },
      }),
      catchEvent('wait', { message: { name: 'go', correlationKey: '=order.id' } }),
      end(),
    ),
  ),
);
const plain = await compile(
  'plain.bpmn',
  processFile(
    'p',
    ...chain(
      start(),
      serviceTask('work', { type: 'work' }),
      catchEvent('wait', { message: { name: 'go', correlationKey: '=order.id' } }),
      end(),
    ),
  ),
);

const count = 5_000;

/** Runs `count` instances from start to end, jobs in batches of 32 as a worker takes them. */
const runAll = (resource: typeof plain): number => {
  const machine = createMachine({ now: Date.now });
  machine.deploy([resource]);
  const begun = performance.now();
  for (let i = 0; i < count; i += 1) {
    machine.createInstance({ bpmnProcessId: 'p', variables: { order: { id: `o${i}`, price: 3, count: 4 } } });
  }
  for (;;) {
    const jobs = machine.activateJobs({ type: 'work', worker: 'w', timeout: 60_000, maxJobs: 32, fetchVariables: [] });
    if (jobs.length === 0) break;
    for (const job of jobs) machine.completeJob(job.key, { result: 1 });
  }
  for (let i = 0; i < count; i += 1) {
    machine.publishMessage({ name: 'go', correlationKey: `o${i}`, messageId: '', timeToLive: 0, variables: { x: i } });
  }
  const seconds = (performance.now() - begun) / 1_000;
  const open = machine.instances().filter(({ state }) => state !== 'COMPLETED').length;
  if (open > 0) throw new Error(`${open} instances did not complete`);
  return count / seconds;
};

const waiting = (resource: typeof plain): Machine => {
  const machine = createMachine({ now: Date.now });
  machine.deploy([resource]);
  for (let i = 0; i < count; i += 1) {
    machine.createInstance({ bpmnProcessId: 'p', variables: { order: { id: `o${i}` } } });
  }
  return machine;
};

/** Heap bytes per instance that waits at its service task. */
const heapPerInstance = (): number => {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const machine = waiting(plain);
  collectGarbage();
  const bytesUsed = process.memoryUsage().heapUsed - before;
  if (machine.jobs().length !== count) throw new Error('The instances do not wait.');
  return bytesUsed / count;
};

export const machineCases = {
  'start, service task, message, end; 3 FEEL mappings and a FEEL key (instances/s)': () => runAll(withMappings),
  'the same without mappings, with a plain path as key (instances/s)': () => runAll(plain),
  'heap per waiting instance, 5,000 waiting (bytes)': heapPerInstance,
} as const;
