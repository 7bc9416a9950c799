import cluster, { type Worker } from 'node:cluster';
import { type Clock, systemClock } from '../../common/clock.ts';
import type { Logger } from '../../connector/types.ts';
import { healthAnswersFrom } from '../observe/health-answers.ts';
import type { HealthReport } from '../observe/health-report.ts';
import { type HealthOptions, serveAnswers } from '../observe/health-server.ts';
import { onSignals } from '../process-signals.ts';
import { type ProcessHealth, processesMetrics, processesReport } from './health.ts';
import { type Notice, type Order, processVariable, unwrap, wrap } from './messages.ts';
import { maxShortLives, restartAfter, shortLife } from './restarts.ts';

/** What a supervisor needs. */
export interface SupervisorOptions {
  /** How many processes, at least 1. */
  readonly processes: number;
  /** Where the health and the metrics of all processes are served; absent: nowhere. */
  readonly health?: HealthOptions | undefined;
  readonly logger: Logger;
  /** The program of the processes and its arguments. Default: those of this process. */
  readonly program?: { readonly file: string; readonly args: readonly string[] };
  readonly clock?: Clock;
}

/** One of the processes, through all its restarts. */
interface Member {
  readonly number: number;
  worker?: Worker | undefined;
  /** Whether it listens to orders. */
  joined: boolean;
  startedAt: number;
  shortLives: number;
  restarts: number;
  cancelRestart: () => void;
}

/** Milliseconds for an answer of a process. A process waits 900 ms for the cluster, and a probe of Kubernetes one second. */
const answerTime = 950;

/** The exit code of a supervisor that cannot pass on one of a process. */
const failed = 1;

type Question = { readonly kind: 'metrics' } | Omit<Extract<Order, { readonly kind: 'report' }>, 'id'>;

/**
 * Runs several processes of one program, which share a listening port, until SIGINT or SIGTERM. A process that ends is
 * started again, after growing pauses. The first signal stops all processes gracefully, the second aborts their jobs, and
 * any further one kills them.
 *
 * The first process starts alone, and the others follow when it works: what is wrong with a module or a setting is
 * reported once, and ends the supervisor with the exit code of that process.
 *
 * @returns the exit code: 0 after a graceful stop; otherwise that of the process that has failed
 * @throws a fault of kind `configuration` if the health server cannot listen
 */
export const supervise = async (options: SupervisorOptions): Promise<number> => {
  const { processes, health, logger, program, clock = systemClock } = options;
  const members = Array.from(
    { length: processes },
    (_, index): Member => ({
      number: index + 1,
      joined: false,
      startedAt: 0,
      shortLives: 0,
      restarts: 0,
      cancelRestart: () => {},
    }),
  );
  const answers = new Map<number, (answer: HealthReport | string | undefined) => void>();
  let lastQuestion = 0;
  let hasWorked = false;
  let isStopping = false;
  let orders = 0;
  let code = 0;
  let allEnded = (): void => {};
  const ended = new Promise<void>((resolve) => {
    allEnded = resolve;
  });

  // A process that is ending cannot take messages any more; its end is noticed anyway.
  const send = (worker: Worker, order: Order): void => void worker.send(wrap(order), () => {});

  const ask = ({ worker, joined }: Member, question: Question): Promise<HealthReport | string | undefined> =>
    new Promise((resolve) => {
      if (worker === undefined || !joined || !worker.isConnected()) {
        resolve(undefined);
        return;
      }
      const id = ++lastQuestion;
      const finish = (answer: HealthReport | string | undefined): void => {
        cancel();
        answers.delete(id);
        resolve(answer);
      };
      const cancel = clock.timer(answerTime, () => finish(undefined));
      answers.set(id, finish);
      send(worker, { ...question, id });
    });

  const healthOf = ({ number, worker, joined, restarts }: Member): ProcessHealth => ({
    number,
    pid: worker?.process.pid,
    joined,
    restarts,
  });

  /** Stops every process and starts none again. One that does not listen yet has no work: it ends at once. */
  const stop = (): void => {
    isStopping = true;
    for (const { worker, joined, cancelRestart } of members) {
      cancelRestart();
      if (worker === undefined) continue;
      if (joined) send(worker, { kind: 'stop' });
      else worker.process.kill('SIGTERM');
    }
    if (members.every(({ worker }) => worker === undefined)) allEnded();
  };

  const fail = (exitCode: number): void => {
    code = exitCode;
    stop();
  };

  const restart = (member: Member, how: string, exitCode: number): void => {
    const lived = clock.now() - member.startedAt;
    const { shortLives, delay } = restartAfter(member.shortLives, lived, clock.random());
    member.shortLives = shortLives;
    if (delay === undefined) {
      logger.error(
        `${how} It has now ended ${maxShortLives} times in a row within ${shortLife / 1000} s of its start, so all processes stop. Fix: see its lines above for the reason.`,
      );
      fail(exitCode);
      return;
    }
    logger.warn(`${how} It starts again in ${(delay / 1000).toFixed(1)} s.`);
    member.cancelRestart = clock.timer(delay, () => {
      member.restarts++;
      fork(member);
    });
  };

  const onEnd = (member: Member, exitCode: number | null, signal: string | null, pid: number | undefined): void => {
    member.worker = undefined;
    member.joined = false;
    const ownCode = exitCode === null || exitCode === 0 ? failed : exitCode;
    const reason = signal === null ? `has ended with exit code ${exitCode}` : `was ended by ${signal}`;
    const how = `Process ${member.number} (pid ${pid}) ${reason}.`;
    if (isStopping) {
      // A process that was aborted as requested has ended by a signal.
      if (code === 0 && exitCode !== null) code = exitCode;
      if (members.every(({ worker }) => worker === undefined)) allEnded();
    } else if (hasWorked) restart(member, how, ownCode);
    else {
      // The process has said what is wrong itself, unless it had no chance to.
      if (signal !== null) logger.error(`${how} It was the first, so no other process starts.`);
      if (exitCode === 0) {
        code = 0;
        stop();
      } else fail(ownCode);
    }
  };

  const onNotice = (member: Member, notice: Notice): void => {
    if (notice.kind === 'answer') answers.get(notice.id)?.(notice.answer);
    else if (notice.kind === 'joined') {
      member.joined = true;
      if (isStopping && member.worker !== undefined) send(member.worker, { kind: 'stop' });
    } else {
      logger.info(`Process ${member.number} of ${processes} works (pid ${member.worker?.process.pid}).`);
      if (hasWorked || isStopping) return;
      hasWorked = true;
      for (const other of members) if (other !== member) fork(other);
    }
  };

  const fork = (member: Member): void => {
    const worker = cluster.fork({ [processVariable]: String(member.number) });
    const { pid } = worker.process;
    member.worker = worker;
    member.startedAt = clock.now();
    worker.on('message', (message) => {
      const notice = unwrap<Notice>(message);
      if (notice !== undefined && member.worker === worker) onNotice(member, notice);
    });
    worker.once('exit', (exitCode: number | null, signal: string | null) => onEnd(member, exitCode, signal, pid));
    worker.on('error', (error) => {
      logger.warn(`Process ${member.number}: ${error.message}`);
      // The system could not start it, so it does not exit either.
      if (pid === undefined && member.worker === worker) onEnd(member, failed, null, pid);
    });
  };

  const obeySignal = (signal: NodeJS.Signals): void => {
    orders++;
    if (orders === 1) {
      logger.info(`${signal}: stopping ${processes} processes.`);
      stop();
      return;
    }
    logger.warn(`${signal} again: ${orders === 2 ? 'aborting the jobs of all processes' : 'killing all processes'}.`);
    code = failed;
    for (const { worker, joined } of members) {
      if (worker === undefined) continue;
      if (orders === 2 && joined) send(worker, { kind: 'abort' });
      else worker.process.kill('SIGKILL');
    }
  };

  cluster.setupPrimary(program === undefined ? {} : { exec: program.file, args: [...program.args] });
  const source = {
    report: async (check: Parameters<typeof processesReport>[0]) =>
      processesReport(
        check,
        await Promise.all(
          members.map(async (member) => {
            const report = (await ask(member, { kind: 'report', check })) as HealthReport | undefined;
            return { ...healthOf(member), report };
          }),
        ),
      ),
    metrics: async () =>
      processesMetrics(
        await Promise.all(
          members.map(async (member) => {
            const text = (await ask(member, { kind: 'metrics' })) as string | undefined;
            return { ...healthOf(member), text };
          }),
        ),
      ),
  };
  const server = health === undefined ? undefined : await serveAnswers(healthAnswersFrom(source), health);
  if (server !== undefined) {
    logger.info(`Health at ${server.url}/health/ready, metrics at ${server.url}/metrics, of all processes.`);
  }
  const ignoreSignals = onSignals({ stop: obeySignal, force: obeySignal });
  try {
    fork(members[0]!);
    await ended;
    return code;
  } finally {
    ignoreSignals();
    await server?.close();
  }
};
