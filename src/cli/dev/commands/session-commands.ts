import { parseDayTimeDuration } from '../../../common/duration.ts';
import { fault } from '../../../common/fault.ts';
import { asStep } from '../actions/action-steps.ts';
import type { Command } from './types.ts';

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a text such as `PT1H` or `1h`; `undefined` for others. */
export const readDuration = (text: string): number | undefined => {
  const short = /^(\d{1,6})(s|min|m|h|d)$/.exec(text);
  if (short !== null) return Number(short[1]) * units[short[2]!]!;
  const duration = parseDayTimeDuration(text);
  return duration !== undefined && duration >= 0 ? duration : undefined;
};

const advance: Command['run'] = async ({ engine, clock, steps }, [text]) => {
  if (clock === undefined) {
    throw fault('definition', {
      what: 'The time of processes is the system time, which cannot be set.',
      fix: 'start dev with --test-clock.',
    });
  }
  const next = engine.nextDue(({ kind }) => kind === 'timer');
  if (text === undefined && next === undefined) return ['No timer is due.'];
  const time = text === undefined ? Math.max(0, (next?.due ?? 0) - clock.now()) : readDuration(text);
  if (time === undefined) {
    throw fault('definition', {
      what: `${text} is not a duration.`,
      fix: 'write e.g. advance 1h or advance PT1H; without a duration, the clock advances to the next timer.',
    });
  }
  await asStep(steps, 'Move the clock', () => clock.advance(time));
  return [`It is ${new Date(clock.now()).toISOString()} now.`];
};

const reload: Command['run'] = async ({ host }) => {
  if (host.reload === undefined) {
    throw fault('definition', { what: 'The connectors cannot be replaced.', fix: 'start dev with --watch.' });
  }
  const result = await host.reload();
  return [result.ok ? 'Reloaded the connectors.' : result.problem];
};

/** The commands about the session. */
export const sessionCommands: readonly Command[] = [
  {
    ...{ name: 'advance', key: 't', usage: '[DURATION]', isComplete: false },
    description: 'Advance the time of processes, e.g. by 1h; without a duration: to the next timer',
    run: advance,
  },
  {
    ...{ name: 'reload', key: 'o', usage: '', isComplete: true },
    ...{ description: 'Load the connectors again', run: reload },
  },
  {
    ...{ name: 'quit', key: 'q', usage: '', isComplete: true, description: 'Stop' },
    run: ({ host }) => {
      void host.stop();
      return [];
    },
  },
];
