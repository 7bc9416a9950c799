import cluster from 'node:cluster';
import { type Clock, systemClock } from '../../common/clock.ts';
import type { Logger } from '../../connector/types.ts';
import { healthAnswersFrom } from '../observe/health-answers.ts';
import { type HealthOptions, serveAnswers } from '../observe/health-server.ts';
import { onSignals } from '../process-signals.ts';
import { type Child, type Ending, startChild } from './child.ts';
import { createPlaces, type Place, placesHealth } from './places.ts';
import { replaceInTurn } from './replace-in-turn.ts';
import { replaceSignal, replaceSignalIgnored } from './replace-signal.ts';
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

/** The exit code of a supervisor that cannot pass on one of a process. */
const failed = 1;

/**
 * Runs several processes of one program, which share a listening port, until SIGINT or SIGTERM. A process that ends is
 * started again, after growing pauses. The first signal stops all processes gracefully, the second aborts their jobs, and
 * any further one kills them. SIGUSR2 replaces the processes one after the other.
 *
 * The first process starts alone, and the others follow when it works: what is wrong with a module or a setting is
 * reported once, and ends the supervisor with the exit code of that process.
 *
 * @returns the exit code: 0 after a graceful stop; otherwise that of the process that has failed
 * @throws a fault of kind `configuration` if the health server cannot listen
 */
export const supervise = async (options: SupervisorOptions): Promise<number> => {
  const { processes, health, logger, program, clock = systemClock } = options;
  const places = createPlaces(processes);
  const children = new Set<Child>();
  let hasWorked = false;
  let server: string | undefined;
  let isStopping = false;
  let isReplacing = false;
  let replaceAgain = false;
  let orders = 0;
  let code = 0;
  let allEnded = (): void => {};
  const ended = new Promise<void>((resolve) => {
    allEnded = resolve;
  });

  /** Stops every process and starts none again. */
  const stop = (): void => {
    isStopping = true;
    for (const { cancelRestart } of places) cancelRestart();
    for (const child of children) child.stop();
    if (children.size === 0) allEnded();
  };

  const fail = (exitCode: number): void => {
    code = exitCode;
    stop();
  };

  const restart = (place: Place, lived: number, how: string, exitCode: number): void => {
    const { shortLives, delay } = restartAfter(place.shortLives, lived, clock.random());
    place.shortLives = shortLives;
    if (delay === undefined) {
      logger.error(
        `${how} It has now ended ${maxShortLives} times in a row within ${shortLife / 1000} s of its start, so all processes stop. Fix: see its lines above for the reason.`,
      );
      fail(exitCode);
      return;
    }
    logger.warn(`${how} It starts again in ${(delay / 1000).toFixed(1)} s.`);
    place.cancelRestart = clock.timer(delay, () => fill(place));
  };

  const fill = (place: Place): void => {
    place.restarts++;
    place.current = start(place);
  };

  const onEnd = (place: Place, child: Child, { exitCode, signal }: Ending): void => {
    children.delete(child);
    const ownCode = exitCode === null || exitCode === 0 ? failed : exitCode;
    const reason = signal === null ? `has ended with exit code ${exitCode ?? failed}` : `was ended by ${signal}`;
    const how = `Process ${place.number} (pid ${child.pid}) ${reason}.`;
    const isCurrent = place.current === child;
    if (isCurrent) place.current = undefined;
    if (isStopping) {
      // A process that was aborted as requested has ended by a signal.
      if (code === 0 && exitCode !== null) code = exitCode;
      if (children.size === 0) allEnded();
    } else if (place.leaving === child) logger.info(how);
    else if (!isCurrent) return;
    else if (place.successor !== undefined) logger.warn(`${how} Its successor is starting.`);
    else if (hasWorked) restart(place, clock.now() - child.startedAt, how, ownCode);
    else {
      // The process has said what is wrong itself, unless it had no chance to.
      if (signal !== null) logger.error(`${how} It was the first, so no other process starts.`);
      if (exitCode === 0) {
        code = 0;
        stop();
      } else fail(ownCode);
    }
  };

  const onWorks = (place: Place, child: Child): void => {
    logger.info(`Process ${place.number} of ${processes} works (pid ${child.pid}).`);
    if (hasWorked || isStopping) return;
    hasWorked = true;
    for (const other of places) if (other !== place) other.current = start(other);
  };

  const start = (place: Place): Child => {
    const warn = (message: string): void => logger.warn(`Process ${place.number}: ${message}`);
    const serving = (url: string): void => {
      server ??= url;
    };
    const child = startChild(place.number, { clock, server: hasWorked ? server : undefined, serving, warn });
    children.add(child);
    void child.works.then((works) => {
      if (works) onWorks(place, child);
    });
    void child.ended.then((ending) => onEnd(place, child, ending));
    return child;
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
    for (const child of children) {
      if (orders === 2) child.abort();
      else child.kill();
    }
  };

  const startSuccessor = (place: Place): Child => {
    const child = start(place);
    place.successor = child;
    return child;
  };

  const replaceAll = async (): Promise<void> => {
    if (isStopping || !hasWorked) {
      logger.info(`${replaceSignal}: ignored, because the processes are ${isStopping ? 'stopping' : 'starting'}.`);
      return;
    }
    if (isReplacing) {
      logger.info(`${replaceSignal}: the processes will be replaced once more.`);
      replaceAgain = true;
      return;
    }
    isReplacing = true;
    do {
      replaceAgain = false;
      logger.info(`${replaceSignal}: replacing ${processes} processes, one after the other.`);
      await replaceInTurn(places, { startSuccessor, fill, isStopping: () => isStopping, clock, logger });
    } while (replaceAgain && !isStopping);
    isReplacing = false;
  };

  const obeyReplace = (): void => void replaceAll();

  cluster.setupPrimary({
    execArgv: [...process.execArgv, ...replaceSignalIgnored],
    ...(program === undefined ? {} : { exec: program.file, args: [...program.args] }),
  });
  const healthServer =
    health === undefined ? undefined : await serveAnswers(healthAnswersFrom(placesHealth(places)), health);
  if (healthServer !== undefined) {
    logger.info(
      `Health at ${healthServer.url}/health/ready, metrics at ${healthServer.url}/metrics, of all processes.`,
    );
  }
  const ignoreSignals = onSignals({ stop: obeySignal, force: obeySignal });
  process.on(replaceSignal, obeyReplace);
  try {
    places[0]!.current = start(places[0]!);
    await ended;
    return code;
  } finally {
    ignoreSignals();
    process.off(replaceSignal, obeyReplace);
    await healthServer?.close();
  }
};
