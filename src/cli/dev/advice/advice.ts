import type { Engine, Key, Wait } from '../../../engine/index.ts';
import type { Hint } from '../../hints/types.ts';
import type { Advice, AdviceLine } from '../session.ts';

/** How many jobs keep the reasons why their inputs were null. */
const maxJobs = 1_000;

/** Creates the advice of a session, without any at first. */
export const createAdvice = (engine: Pick<Engine, 'on'>): Advice => {
  let hints: readonly Hint[] = [];
  const waits = new Map<Key, readonly Wait[]>();
  const reasons = new Map<Key, readonly string[]>();
  const listeners: ((line: AdviceLine) => void)[] = [];

  // An instance that has ended waits for nothing.
  engine.on((event) => {
    if (event.kind === 'instance:completed' || event.kind === 'instance:terminated') waits.delete(event.instance.key);
  });

  const keepReason = (job: Key, text: string): void => {
    reasons.set(job, [...new Set([...(reasons.get(job) ?? []), text])]);
    const [oldest] = reasons.keys();
    if (reasons.size > maxJobs && oldest !== undefined) reasons.delete(oldest);
  };

  return {
    hints: () => hints,
    setHints: (found) => {
      hints = found;
    },
    waits: () => waits,
    setWaits: (instance, found) => {
      if (found.length === 0) waits.delete(instance);
      else waits.set(instance, found);
    },
    reasons: (job) => reasons.get(job) ?? [],
    say: (line) => {
      if (line.job !== undefined) keepReason(line.job, line.text);
      for (const listener of listeners) listener(line);
    },
    onLine: (listener) => void listeners.push(listener),
  };
};
