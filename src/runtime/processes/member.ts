import cluster from 'node:cluster';
import { startTimer, startUnrefTimer } from '../../common/timer.ts';
import { runtimeHealth } from '../observe/health-answers.ts';
import type { Runtime } from '../shared/runtime-interface.ts';
import { endTime, type Notice, type Order, processVariable, unwrap, wrap } from './messages.ts';

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

/** Milliseconds for the answer of the supervisor to a process that leaves. */
const byeTime = 1_000;

/** The exit code of a process that is ended although something keeps it running. */
const cutOff = 1;

/**
 * Ends this process if something keeps it running. The supervisor would wait for it, and with it a rolling restart; if the
 * supervisor has disappeared, nobody else would end it.
 */
const endSoon = (): void => {
  startUnrefTimer(endTime, () => {
    // Whatever was under way is lost, which must not look like success.
    const code = Number(process.exitCode) || cutOff;
    process.stderr.write(
      `[process ${process.env[processVariable]}] The runtime has stopped, but something still keeps this process running ${endTime / 1_000} s later: work of the program after its runtime, or a timer or a connection that a connector or the program has opened. The process ends now, with exit code ${code}. Fix: do such work before the runtime stops or in less time, and close what is open or call its unref().\n`,
    );
    process.exit(code);
  });
};

/**
 * Ends the connection to the supervisor, so that the process can exit. Before that, connections that were on their way to this
 * process go back to the supervisor, which gives them to another one. A process that does not exit within ten seconds is ended
 * with an exit code other than 0.
 */
export const leaveSupervisor = async (): Promise<void> => {
  // Node.js would end the process at once, with exit code 0.
  cluster.worker!.exitedAfterDisconnect = true;
  endSoon();
  if (!process.connected) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      cancel();
      process.off('message', onMessage).off('disconnect', finish);
      resolve();
    };
    const onMessage = (message: unknown): void => {
      if (unwrap<Order>(message)?.kind === 'bye') finish();
    };
    const cancel = startTimer(byeTime, finish);
    process.on('message', onMessage).once('disconnect', finish);
    send({ kind: 'leaving' });
  });
  if (process.connected) process.disconnect();
};

/**
 * Lets the supervisor of this process stop a runtime and ask for its health and metrics. The runtime also stops when the
 * supervisor disappears.
 *
 * @param runtime before its `start`, so the metrics are complete
 * @returns a function that ends the connection to the supervisor as {@link leaveSupervisor} does
 */
export const joinSupervisor = (runtime: Runtime): (() => Promise<void>) => {
  const health = runtimeHealth(runtime);
  // Node.js would end the process at once, with jobs in hand, if the supervisor disappeared.
  cluster.worker!.exitedAfterDisconnect = true;
  const stop = (): void => void runtime.stop().catch(() => {});
  const obey = async (order: Order): Promise<void> => {
    if (order.kind === 'stop') stop();
    else if (order.kind === 'abort') {
      // As two signals to this process: the first stops the runtime, the second aborts its jobs.
      for (let count = 0; count < 2; count++) process.emit('SIGTERM', 'SIGTERM');
    } else if (order.kind !== 'bye') {
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
  const ignoreServer = runtime.on('server:listening', ({ url }) => send({ kind: 'serving', url }));
  send({ kind: 'joined' });
  return () => {
    ignoreState();
    ignoreServer();
    process.off('message', onMessage).off('disconnect', stop);
    return leaveSupervisor();
  };
};
