import cluster from 'node:cluster';
import { runtimeHealth } from '../observe/health-answers.ts';
import type { Runtime } from '../shared/runtime-interface.ts';
import { type Notice, type Order, processVariable, unwrap, wrap } from './messages.ts';

/** The number of this process among those of its supervisor, from 1; `undefined` if no supervisor started it. */
export const processNumber = (): number | undefined => {
  // A process that a connector starts inherits the variable, but is no worker.
  const text = cluster.isWorker ? process.env[processVariable] : undefined;
  return text === undefined ? undefined : Number(text);
};

const send = (notice: Notice): void => {
  // Without the supervisor there is nobody to notify; the end of the channel stops the runtime.
  if (process.connected) process.send!(wrap(notice), undefined, undefined, () => {});
};

/** Ends the connection to the supervisor, so that the process can exit. */
export const leaveSupervisor = (): void => {
  // Node.js would end the process at once, with exit code 0.
  cluster.worker!.exitedAfterDisconnect = true;
  if (process.connected) process.disconnect();
};

/**
 * Lets the supervisor of this process stop a runtime and ask for its health and metrics. The runtime also stops when the
 * supervisor disappears.
 *
 * @param runtime before its `start`, so the metrics are complete
 * @returns a function that ends the connection to the supervisor as {@link leaveSupervisor} does
 */
export const joinSupervisor = (runtime: Runtime): (() => void) => {
  const health = runtimeHealth(runtime);
  // Node.js would end the process at once, with jobs in hand, if the supervisor disappeared.
  cluster.worker!.exitedAfterDisconnect = true;
  const stop = (): void => void runtime.stop().catch(() => {});
  const obey = async (order: Order): Promise<void> => {
    if (order.kind === 'stop') stop();
    else if (order.kind === 'abort') {
      // As two signals to this process: the first stops the runtime, the second aborts its jobs.
      for (let count = 0; count < 2; count++) process.emit('SIGTERM', 'SIGTERM');
    } else {
      const answer = order.kind === 'report' ? await health.report(order.check) : await health.metrics();
      send({ kind: 'answer', id: order.id, answer });
    }
  };
  const onMessage = (message: unknown): void => {
    const order = unwrap<Order>(message);
    if (order !== undefined) void obey(order);
  };
  process.on('message', onMessage).once('disconnect', stop);
  const ignoreState = runtime.on('runtime:state', ({ state }) => {
    if (state === 'running') send({ kind: 'running' });
  });
  send({ kind: 'joined' });
  return () => {
    ignoreState();
    process.off('message', onMessage).off('disconnect', stop);
    leaveSupervisor();
  };
};
