/**
 * The engine and two connectors in one process, composed as `dev` composes them. The first argument is `page`, or `none` for
 * `dev --no-page`. Greets with the address of the page, or an empty text.
 */
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { createSession } from '../../src/cli/dev/create-session.ts';
import { createLocalHost } from '../../src/cli/dev/host/local-host.ts';
import type { DevRequest } from '../../src/cli/dev/options.ts';
import { partsReady, startParts } from '../../src/cli/dev/parts.ts';
import type { DevPart } from '../../src/cli/dev/session.ts';
import { startEngine } from '../../src/cli/dev/start-engine.ts';
import { defineOutbound } from '../../src/index.ts';
import { noLine } from '../../src/runtime/shared/logger.ts';
import { catchEvent, chain, end, file, processPart, serviceTask, start } from '../../test/engine/support/bpmn.ts';

/** What the process is asked to do. Each request is answered with a {@link Lap}. */
export type ServerRequest =
  /** Runs instances from start to end, with so many active at a time. */
  | { readonly do: 'run'; readonly instances: number; readonly atOnce: number }
  /** The same at a number of events a second. */
  | { readonly do: 'pace'; readonly events: number; readonly seconds: number }
  /** Starts instances that wait for a message afterwards. */
  | { readonly do: 'wait'; readonly instances: number };

/** What was done. */
export interface Lap {
  readonly instances: number;
  readonly events: number;
  /** CPU time of the process in microseconds: all of its threads, so the collection of garbage counts. */
  readonly cpu: number;
  readonly seconds: number;
}

const fields = v.object({ orderId: v.string(), total: v.number() });

const reserve = defineOutbound({
  name: 'Reserve goods',
  type: 'reserve',
  maxJobs: 64,
  input: fields,
  run: ({ orderId }) => ({ reserved: orderId }),
});

const charge = defineOutbound({
  name: 'Charge a card',
  type: 'charge',
  maxJobs: 64,
  input: fields,
  run: ({ total }) => ({ paid: total }),
});

const tasks = [
  start('Ordered', { name: 'Order received' }),
  serviceTask('Reserve', { name: 'Reserve the goods', type: 'reserve' }),
  serviceTask('Charge', { name: 'Charge the card', type: 'charge' }),
];

const models: Readonly<Record<string, string>> = {
  'order.bpmn': file(processPart('order', { name: 'Order' }, ...chain(...tasks, end('Done')))),
  'delivery.bpmn': file(
    processPart(
      'delivery',
      { name: 'Delivery' },
      ...chain(
        ...tasks,
        catchEvent('Shipped', { message: { name: 'shipped', correlationKey: '=orderId' } }),
        end('Done'),
      ),
    ),
  ),
};

const hasPage = process.argv[2] === 'page';
const request: DevRequest = {
  ...{ modules: [], resources: [], tenants: [], port: 0, restPort: 0, pagePort: 0 },
  ...{ hasTestClock: hasPage, hasPage, opensPage: false, trace: 'none', watch: false },
};
let address = '';
const context = {
  folder: process.cwd(),
  print: (text: string) => {
    address = /^Page: (\S+)/.exec(text)?.[1] ?? address;
  },
  printError: () => {},
  colours: false,
};

// Lines of the level `debug` are off, as they are in `dev` unless one asks for them.
const quiet = (): void => {};
const logger = { debug: noLine, info: quiet, warn: quiet, error: quiet };
const started = await startEngine(request, {}, context);
const { engine } = started;
const host = createLocalHost(
  { outbound: [reserve, charge], inbound: [] },
  { port: engine.port, tenants: [], server: {}, showsValues: hasPage, signals: false },
  logger,
);
const session = createSession({ request, context, host }, started);
const parts: DevPart[] = [];
await startParts(session, parts);
await engine.deploy(Object.entries(models).map(([name, content]) => ({ name, content })));
await host.start();
await partsReady(parts);

let events = 0;
let onEnd = (): void => {};
engine.on(({ kind }) => {
  events += 1;
  if (kind === 'instance:completed') onEnd();
});

let orders = 0;
const begin = (bpmnProcessId: string): void => {
  orders += 1;
  engine.createInstance({
    bpmnProcessId,
    variables: { orderId: `order-${orders}`, total: orders % 50, city: 'Berlin' },
  });
};

/** Runs instances; `isDue` says whether another one may begin. */
const runAll = (instances: number, isDue: (begun: number, ended: number) => boolean): Promise<void> =>
  new Promise((resolve) => {
    let begun = 0;
    let ended = 0;
    const fill = (): void => {
      while (begun < instances && isDue(begun, ended)) {
        begun += 1;
        begin('order');
      }
    };
    let isFilling = false;
    onEnd = () => {
      ended += 1;
      if (ended === instances) resolve();
      if (isFilling) return;
      isFilling = true;
      setImmediate(() => {
        isFilling = false;
        fill();
      });
    };
    fill();
  });

/** Runs instances at a pace, whatever they take. */
const paced = async (perSecond: number, seconds: number): Promise<number> => {
  const began = performance.now();
  let begun = 0;
  for (let left = 1; left > 0; ) {
    const elapsed = (performance.now() - began) / 1_000;
    for (; begun < Math.min(elapsed, seconds) * perSecond; begun += 1) begin('order');
    left = seconds - elapsed;
    await pause(1_000 / perSecond / 2);
  }
  return begun;
};

/** How many events an instance of `order` has. */
let perInstance = 1;

const carryOut = async (asked: ServerRequest): Promise<number> => {
  if (asked.do === 'pace') return paced(asked.events / perInstance, asked.seconds);
  if (asked.do === 'run') {
    const before = events;
    await runAll(asked.instances, (begun, ended) => begun - ended < asked.atOnce);
    perInstance = (events - before) / asked.instances;
  } else {
    const reached = new Promise<void>((resolve) => {
      let left = asked.instances;
      const leave = engine.on((event) => {
        if (event.kind !== 'subscription:opened') return;
        left -= 1;
        if (left > 0) return;
        leave();
        resolve();
      });
    });
    for (let index = 0; index < asked.instances; index += 1) begin('delivery');
    await reached;
  }
  return asked.instances;
};

process.on('message', async (asked: ServerRequest) => {
  const before = { cpu: process.cpuUsage(), time: performance.now(), events };
  const instances = await carryOut(asked);
  const { user, system } = process.cpuUsage(before.cpu);
  const lap: Lap = {
    ...{ instances, events: events - before.events, cpu: user + system },
    seconds: (performance.now() - before.time) / 1_000,
  };
  process.send?.({ answer: lap });
});
process.once('disconnect', () => process.exit(0));
process.send?.({ answer: address });
