/**
 * Ten thousand waiting subscriptions in one runtime: what they cost in memory, delay of the event loop, commands and CPU.
 * The engine runs in a process of its own, the runtime in another, so that each figure is one of the runtime alone.
 *
 * npx tsx bench/subscriptions.ts            BENCH_SUBSCRIPTIONS=10000 BENCH_SECONDS=60 BENCH_CYCLE=1 are the defaults
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import type { Connection } from '../src/connection/port.ts';
import { createConnection, createRuntime, defineInbound } from '../src/index.ts';

const count = Number(process.env.BENCH_SUBSCRIPTIONS ?? 10_000);
const seconds = Number(process.env.BENCH_SECONDS ?? 60);
const cycle = Number(process.env.BENCH_CYCLE ?? 1);

const self = fileURLToPath(import.meta.url);
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The engine: starts instances that ask for the connector, a few at a time, when it is told to. */
const serve = async (): Promise<void> => {
  const { createEngine } = await import('../src/engine/index.ts');
  const { waitingProcess } = await import('../test/runtime/support/subscriptions.ts');
  const engine = await createEngine();
  await engine.deploy({ name: 'waiting.bpmn', content: waitingProcess('bench') });
  process.on('message', async () => {
    for (let started = 0; started < count; started++) {
      engine.createInstance({ bpmnProcessId: 'waiting', variables: { order: `order-${started}` } });
      if (started % 100 === 99) await wait(20);
    }
  });
  process.on('disconnect', () => process.exit());
  process.send?.(engine.address);
};

interface Memory {
  readonly rss: number;
  readonly heap: number;
}

const memory = async (): Promise<Memory> => {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await wait(100);
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
};

const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** Median, 99th percentile and maximum of the event loop's delay in milliseconds, sampled every millisecond. */
const delayOf = (histogram: ReturnType<typeof monitorEventLoopDelay>): string => {
  const beyondSample = (nanoseconds: number): string => Math.max(0, nanoseconds / 1e6 - 1).toFixed(1);
  return [50, 99, 100].map((percentile) => beyondSample(histogram.percentile(percentile))).join(' / ');
};

/** The runtime under measurement. */
const measure = async (address: string): Promise<void> => {
  const [hostname = '', port] = address.split(':');
  const plain = createConnection({ type: 'INSECURE', hostname, port: Number(port) });
  const renewals: number[] = [];
  let loops = 0;
  const connection: Connection = {
    ...plain,
    address: plain.address,
    send: (command, options) => {
      if (command.kind === 'updateJobTimeout') renewals.push(performance.now());
      return plain.send(command, options);
    },
  };
  const runtime = createRuntime({
    inbound: [
      defineInbound({
        name: 'bench',
        cycle,
        input: v.object({ order: v.string() }),
        loop: () => {
          loops++;
          return undefined;
        },
      }),
    ],
    connection,
    signals: false,
    logger: silent,
  });
  const rows: [string, string][] = [];
  await runtime.start();
  await wait(1_000);
  const idle = await memory();
  const begun = performance.now();
  const taking = monitorEventLoopDelay({ resolution: 1 });
  taking.enable();
  process.send?.('start');
  while (runtime.status().subscriptions.length < count) await wait(50);
  taking.disable();
  rows.push(['subscriptions', `${count}, cycle ${cycle} s`]);
  rows.push(['taken on in', `${((performance.now() - begun) / 1_000).toFixed(1)} s`]);
  rows.push(['event loop delay meanwhile, p50 / p99 / most', `${delayOf(taking)} ms`]);

  renewals.length = 0;
  loops = 0;
  const from = performance.now();
  const cpu = process.cpuUsage();
  const holding = monitorEventLoopDelay({ resolution: 1 });
  holding.enable();
  await wait(seconds * 1_000);
  holding.disable();
  const { user, system } = process.cpuUsage(cpu);
  const elapsed = (performance.now() - from) / 1_000;
  const perSecond = new Map<number, number>();
  for (const time of renewals) {
    const second = Math.floor((time - from) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  const held = await memory();
  rows.push(['event loop delay while they wait, p50 / p99 / most', `${delayOf(holding)} ms`]);
  rows.push(['renewals a second, mean', (renewals.length / elapsed).toFixed(0)]);
  rows.push(['renewals a second, most', String(Math.max(0, ...perSecond.values()))]);
  rows.push(['calls of loop a second', (loops / elapsed).toFixed(0)]);
  rows.push(['CPU of one core', `${(((user + system) / 1e6 / elapsed) * 100).toFixed(0)} %`]);
  rows.push(['heap beyond an idle runtime', megabytes(held.heap - idle.heap)]);
  rows.push(['resident memory beyond an idle runtime', megabytes(held.rss - idle.rss)]);
  const stopping = performance.now();
  await runtime.stop();
  rows.push(['handed back in', `${((performance.now() - stopping) / 1_000).toFixed(1)} s`]);
  await connection.close();
  console.log(
    ['| figure | value |', '| --- | --- |', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n'),
  );
};

const conduct = async (): Promise<void> => {
  const execArgv = ['--import', 'tsx'];
  const engine = fork(self, ['engine'], { execArgv });
  const [address] = (await once(engine, 'message')) as [string];
  const runtime = fork(self, ['runtime', address], { execArgv: [...execArgv, '--expose-gc'] });
  runtime.once('message', () => engine.send('start'));
  const [code] = (await once(runtime, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
  engine.disconnect();
};

const [role, address = ''] = process.argv.slice(2);
if (role === 'engine') await serve();
else if (role === 'runtime') {
  await measure(address);
  process.disconnect();
} else await conduct();
