import cluster from 'node:cluster';
import type { Clock } from '../../common/clock.ts';
import type { HealthReport } from '../observe/health-report.ts';
import { endTime, type Notice, type Order, processVariable, serverVariable, unwrap, wrap } from './messages.ts';

/** How a process has ended. Both are `null` if the system could not start it. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What a process can be asked. */
export type Question = { readonly kind: 'metrics' } | Omit<Extract<Order, { readonly kind: 'report' }>, 'id'>;

/** A process that the supervisor has started. */
export interface Child {
  /** Absent if the system could not start it. */
  readonly pid: number | undefined;
  readonly startedAt: number;
  /** Whether it listens to orders: false while its modules are loaded. */
  joined(): boolean;
  /** Resolves with `true` when its runtime works, and with `false` if it has ended before. */
  readonly works: Promise<boolean>;
  readonly ended: Promise<Ending>;
  /** Stops it gracefully. One that does not listen yet has no work, so it is ended at once. */
  stop(): void;
  /** Aborts its jobs after {@link stop}. One that does not listen yet is killed. One whose runtime has stopped may use its ten seconds. */
  abort(): void;
  kill(): void;
  /** Resolves with `undefined` if it does not answer in time. */
  ask(question: Question): Promise<HealthReport | string | undefined>;
}

/** What a child needs. */
export interface ChildServices {
  readonly clock: Clock;
  /** The address at which other processes serve webhooks already. */
  readonly server: string | undefined;
  /** Receives the address at which this one serves them. */
  readonly serving: (url: string) => void;
  /** Receives errors of the system about the process. */
  readonly warn: (message: string) => void;
}

/** Milliseconds for an answer of a process. A process waits 900 ms for the cluster, and a probe of Kubernetes one second. */
const answerTime = 950;

/**
 * Starts a process with the program that `cluster.setupPrimary` has set.
 *
 * @param number what the process gets as its number, from 1
 */
export const startChild = (number: number, { clock, server, serving, warn }: ChildServices): Child => {
  const worker = cluster.fork({
    [processVariable]: String(number),
    ...(server === undefined ? {} : { [serverVariable]: server }),
  });
  const { pid } = worker.process;
  const answers = new Map<number, (answer: HealthReport | string | undefined) => void>();
  let lastQuestion = 0;
  let isJoined = false;
  let isStopping = false;
  let isAborting = false;
  let leftAt: number | undefined;
  let setWorks = (_works: boolean): void => {};
  const works = new Promise<boolean>((resolve) => {
    setWorks = resolve;
  });
  let setEnded = (_ending: Ending): void => {};
  const ended = new Promise<Ending>((resolve) => {
    setEnded = resolve;
  });

  // A process that is ending cannot take messages any more; its end is noticed anyway.
  const send = (order: Order): void => void worker.send(wrap(order), () => {});

  const onNotice = (notice: Notice): void => {
    if (notice.kind === 'answer') answers.get(notice.id)?.(notice.answer);
    else if (notice.kind === 'running') setWorks(true);
    else if (notice.kind === 'serving') serving(notice.url);
    else if (notice.kind === 'leaving') {
      leftAt = clock.now();
      send({ kind: 'bye' });
    } else {
      isJoined = true;
      if (isStopping) send({ kind: 'stop' });
    }
  };

  /** Ends one that cannot receive orders any more. Its runtime may have stopped, after which it may tidy up for some time. */
  const end = (): void => {
    const isTidyingUp = leftAt !== undefined && clock.now() < leftAt + endTime;
    if (!isTidyingUp) worker.process.kill('SIGTERM');
  };

  const finish = (ending: Ending): void => {
    isJoined = false;
    setWorks(false);
    setEnded(ending);
  };

  worker
    .on('message', (message) => {
      const notice = unwrap<Notice>(message);
      if (notice !== undefined) onNotice(notice);
    })
    // The runtime may stop while the order to abort is on its way.
    .once('disconnect', () => {
      if (isAborting) end();
    })
    .once('exit', (exitCode: number | null, signal: string | null) => finish({ exitCode, signal }))
    .on('error', (error) => {
      warn(error.message);
      // The system could not start it, so it does not exit either.
      if (pid === undefined) finish({ exitCode: null, signal: null });
    });

  return {
    pid,
    startedAt: clock.now(),
    joined: () => isJoined,
    works,
    ended,
    stop: () => {
      isStopping = true;
      if (isJoined) send({ kind: 'stop' });
      else worker.process.kill('SIGTERM');
    },
    abort: () => {
      isAborting = true;
      if (isJoined && !worker.isConnected()) end();
      else if (isJoined) send({ kind: 'abort' });
      else worker.process.kill('SIGKILL');
    },
    kill: () => void worker.process.kill('SIGKILL'),
    ask: (question) =>
      new Promise((resolve) => {
        if (!isJoined || !worker.isConnected()) {
          resolve(undefined);
          return;
        }
        const id = ++lastQuestion;
        const answer = (value: HealthReport | string | undefined): void => {
          cancel();
          answers.delete(id);
          resolve(value);
        };
        const cancel = clock.timer(answerTime, () => answer(undefined));
        answers.set(id, answer);
        send({ ...question, id });
      }),
  };
};
