/** One step of a walk: one of the things that can happen to a waiting process. */
import type { Machine } from '../../src/engine/machine/types.ts';
import type { Choices } from './choices.ts';
import type { Hints } from './hints.ts';

const minute = 60_000;

const takeJob = (machine: Machine, choices: Choices, hints: Hints, key: string): void => {
  const request = { worker: 'walk', timeout: minute, fetchVariables: [] };
  machine.activateJob(key, request);
  const way = choices.next();
  if (way < 0.2 && hints.errorCodes.length > 0) {
    machine.throwError(key, {
      code: choices.pick(hints.errorCodes)!,
      errorMessage: '',
      variables: hints.variables(choices),
    });
  } else machine.completeJob(key, hints.variables(choices));
};

/** Takes a step; `false` if nothing can happen any more. */
export const takeStep = (machine: Machine, choices: Choices, hints: Hints): boolean => {
  const running = machine.instances().filter(({ state }) => state === 'ACTIVE');
  if (running.length === 0) return false;
  const steps: (() => void)[] = [
    ...machine
      .jobs()
      .flatMap(({ key, state }) => (state === 'ACTIVATABLE' ? [() => takeJob(machine, choices, hints, key)] : [])),
    ...machine.userTasks().map(
      ({ key }) =>
        () =>
          machine.completeUserTask(key, hints.variables(choices)),
    ),
    ...machine.subscriptions().flatMap(({ kind, name, correlationKey, processInstanceKey }) => {
      if (processInstanceKey === undefined) return [];
      const variables = hints.variables(choices);
      if (kind === 'message')
        return [
          () =>
            machine.publishMessage({
              name,
              correlationKey: correlationKey ?? '',
              messageId: '',
              timeToLive: 0,
              variables,
            }),
        ];
      if (kind === 'signal') return [() => machine.broadcastSignal(name, variables)];
      return [() => machine.setVariables(processInstanceKey, variables, false)];
    }),
    ...machine
      .timers()
      .flatMap(({ key, processInstanceKey }) =>
        processInstanceKey === undefined ? [] : [() => machine.fireTimer(key)],
      ),
    ...machine.incidents().map(({ key, elementInstanceKey, jobKey }) => () => {
      if (jobKey !== '-1' && machine.jobs().some((job) => job.key === jobKey)) machine.updateJobRetries(jobKey, 3);
      machine.setVariables(elementInstanceKey, hints.variables(choices), false);
      machine.resolveIncident(key);
    }),
  ];
  const step = choices.pick(steps);
  step?.();
  return step !== undefined;
};
