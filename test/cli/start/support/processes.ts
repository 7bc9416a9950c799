/** An engine for several processes, and the instances that run on it. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { createEngine, createTestClock } from '../../../../src/engine/index.ts';
import { chain, end, process as processFile, serviceTask, start } from '../../../engine/support/bpmn.ts';

type Engine = Awaited<ReturnType<typeof createEngine>>;

/** Signals that Windows does not have. */
export const posix = { skip: process.platform === 'win32' ? 'no signals on Windows' : false };

/** How a program ends that was stopped. */
export const clean = { code: 0, signal: null };

/** An engine with a process `p`, whose task has the type `a`, and the settings for a connection to it. */
export const withEngine = async (t: TestContext) => {
  const clock = createTestClock();
  const engine = await createEngine({ clock });
  t.after(() => engine.stop());
  await engine.deploy({
    name: 'p.bpmn',
    content: processFile('p', ...chain(start(), serviceTask('t', { type: 'a' }), end())),
  });
  const env = {
    CAMUNDA_CONNECTION_TYPE: 'INSECURE',
    ZEEBE_HOSTNAME: '127.0.0.1',
    ZEEBE_PORT: String(engine.port),
    CAMUNDA_CONNECTORS_LOG_FORMAT: 'text',
  };
  return { engine, clock, env };
};

/** Runs an instance and returns its variables. */
export const variablesOf = async (engine: Engine): Promise<Readonly<Record<string, unknown>>> => {
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const { state, variables } = await engine.ended(processInstanceKey);
  assert.equal(state, 'COMPLETED');
  return variables as Readonly<Record<string, unknown>>;
};

/** Runs instances until as many processes as expected have had a job, and returns their values of a variable. */
export const valuesOf = async (engine: Engine, name: string, count: number): Promise<Set<unknown>> => {
  const values = new Set<unknown>();
  for (let round = 0; round < 200 && values.size < count; round++) values.add((await variablesOf(engine))[name]);
  return values;
};

/** The pids of the processes that had jobs. */
export const pidsOf = (engine: Engine, count: number): Promise<Set<unknown>> => valuesOf(engine, 'pid', count);

/** A server that answers its requests at once, or holds them until it is opened. */
export interface Gate {
  readonly url: string;
  /** Holds what comes from now on. */
  close(): void;
  /** Answers everything that it holds, and everything that comes. */
  open(): void;
  /** Answers what it holds of some paths. */
  release(isReleased: (path: string) => boolean): void;
  /** Resolves with the paths that it holds, when there are that many. */
  holds(count: number): Promise<readonly string[]>;
}

/** Starts a gate, which is open. */
export const createGate = async (t: TestContext): Promise<Gate> => {
  let held: { readonly path: string; readonly response: ServerResponse }[] = [];
  let isOpen = true;
  const arrivals = new EventEmitter();
  const server = createServer(({ url: path = '' }, response) => {
    if (isOpen) response.end('done');
    else {
      held.push({ path, response });
      arrivals.emit('held');
    }
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const release: Gate['release'] = (isReleased) => {
    for (const { response } of held.filter(({ path }) => isReleased(path))) response.end('done');
    held = held.filter(({ path }) => !isReleased(path));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      isOpen = false;
    },
    open: () => {
      isOpen = true;
      release(() => true);
    },
    release,
    holds: async (count) => {
      while (held.length < count) await once(arrivals, 'held');
      return held.map(({ path }) => path);
    },
  };
};
