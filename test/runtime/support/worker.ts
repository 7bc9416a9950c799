/** A process with a runtime, for tests of how it ends: connects to the port given as argument. */
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import { createRuntime } from '../../../src/runtime/runtime.ts';

const [port, mode] = process.argv.slice(2);

const work = defineOutbound({
  name: 'Work',
  type: 'work',
  timeout: 600,
  input: v.object({}),
  run: () => {
    if (mode !== 'stubborn') return { done: true };
    // Ignores its signal and keeps the process alive.
    setInterval(() => {}, 1_000);
    console.log('WORKING');
    return new Promise<object>(() => {});
  },
});

const runtime = createRuntime({
  outbound: [work],
  connection: { type: 'INSECURE', hostname: '127.0.0.1', port: Number(port) },
});
await runtime.start();
console.log('STARTED');
if (mode === 'stop') await runtime.stop();
