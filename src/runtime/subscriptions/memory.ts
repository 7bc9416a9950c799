import { fault } from '../../common/fault.ts';
import { createTimerQueue } from '../../common/timer-queue.ts';
import type { Activation } from '../../connector/types.ts';
import { createRecentIds } from './recent-ids.ts';
import { createSubscriptionRunner, type SubscriptionRunner } from './runner.ts';
import {
  alreadyStartedFault,
  expirySeconds,
  maxRemembered,
  notRunningFault,
  type Scheduler,
  type SchedulerServices,
} from './scheduler.ts';

/**
 * Creates a scheduler that keeps its subscriptions in memory: they end with the process. A loop that throws is called
 * again after a pause that grows, without a limit of attempts. One scheduler serves one runtime.
 *
 * @example
 * createRuntime({ inbound: [ticker], scheduler: createMemoryScheduler() });
 */
export const createMemoryScheduler = (): Scheduler => {
  const open = new Map<string, Activation>();
  // So that a repeated activation does not publish a second message.
  const delivered = createRecentIds(maxRemembered);
  let services: SchedulerServices | undefined;
  let runner: SubscriptionRunner | undefined;
  let isStopping = false;

  return {
    start: (given) => {
      if (services !== undefined) throw alreadyStartedFault('createMemoryScheduler()');
      services = given;
      runner = createSubscriptionRunner({ ...given, timers: createTimerQueue(given.clock) });
    },
    add: (activation) => {
      if (services === undefined || runner === undefined || isStopping) throw notRunningFault();
      const connector = services.connectors.get(activation.connector);
      if (connector === undefined) {
        const what = `There is no inbound connector named ${JSON.stringify(activation.connector)}.`;
        const fix = 'use the name of a connector that was passed to start.';
        throw fault('definition', { what, where: 'scheduler.add', fix });
      }
      const { id } = activation;
      if (open.has(id) || delivered.has(id)) return;
      open.set(id, activation);
      const seconds = expirySeconds(activation, connector);
      const expiresIn = seconds === undefined ? undefined : seconds * 1000;
      const { ended } = runner.run({ activation, connector, expiresIn });
      void ended.then(({ kind }) => {
        if (kind === 'released') return;
        open.delete(id);
        delivered.add(id);
      });
    },
    subscriptions: () => runner?.subscriptions() ?? [],
    stop: async (force) => {
      isStopping = true;
      const left = new Map(runner?.subscriptions().map((one) => [one.activation.id, one]));
      await runner?.stop(force);
      const ended = [...left.values()].filter(({ activation }) => open.has(activation.id));
      open.clear();
      if (ended.length > 0) services?.emit('subscriptions:ended', { subscriptions: ended });
    },
  };
};
