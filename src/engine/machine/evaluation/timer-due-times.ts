import type { Lookup } from '../../../feel/types.ts';
import { nextCronTime, parseCron } from '../../model/cron.ts';
import { addDuration, type Duration, parseCycle, parseDateTime, parseDuration } from '../../model/iso8601.ts';
import type { TimerDefinition } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import type { Json } from '../types.ts';
import { evaluateSource, typeName } from './expressions.ts';

/** When a timer fires, and how often. */
export interface TimerPlan {
  readonly due: number;
  /** -1: forever; 0: never. */
  readonly repetitions: number;
  readonly cycle: string | undefined;
}

const forms = {
  duration: 'an ISO 8601 duration such as PT10S',
  date: 'an ISO 8601 date and time such as 2030-01-31T10:00:00Z',
  cycle: 'an ISO 8601 repeating interval such as R3/PT10S or a cron expression',
} as const;

/** The first due time of a cycle from `start` on that is not in the past. */
const firstDueTime = (start: number, interval: Duration, now: number): number => {
  const { years, months, days, milliseconds } = interval;
  const exact = days * 86_400_000 + milliseconds;
  if (start >= now) return start;
  if (years === 0 && months === 0) return exact <= 0 ? now : start + Math.ceil((now - start) / exact) * exact;
  let due = start;
  while (due < now) {
    const next = addDuration(due, interval);
    if (next <= due) return now;
    due = next;
  }
  return due;
};

const planCron = (text: string, now: number): TimerPlan | undefined => {
  const cron = parseCron(text);
  if (cron === undefined) return undefined;
  const due = nextCronTime(cron, now);
  return due === undefined ? { due: now, repetitions: 0, cycle: text } : { due, repetitions: -1, cycle: text };
};

const planOf = (kind: TimerDefinition['kind'], text: string, now: number): TimerPlan | undefined => {
  if (kind === 'duration') {
    const duration = parseDuration(text);
    return duration && { due: Math.max(now, addDuration(now, duration)), repetitions: 1, cycle: undefined };
  }
  if (kind === 'date') {
    const date = parseDateTime(text);
    return date === undefined ? undefined : { due: Math.max(now, date), repetitions: 1, cycle: undefined };
  }
  const cycle = parseCycle(text);
  if (cycle === undefined) return planCron(text, now);
  const { start, interval, repetitions } = cycle;
  const due = start === undefined ? Math.max(now, addDuration(now, interval)) : firstDueTime(start, interval, now);
  return { due, repetitions: repetitions === 'unbounded' ? -1 : repetitions, cycle: text };
};

/** Evaluates the value of a timer and computes its due time, before the timer is created. */
export const planTimer = (context: Context, { kind, value }: TimerDefinition, lookup: Lookup): TimerPlan => {
  const result: Json = evaluateSource(context, value, lookup, 'EXTRACT_VALUE_ERROR');
  const plan = typeof result === 'string' ? planOf(kind, result, context.now()) : undefined;
  if (plan !== undefined) return plan;
  const [text, found] =
    value.kind === 'static' ? [value.text, 'another text'] : [value.expression.source, `'${typeName(result)}'`];
  const was = typeof result === 'string' ? 'another text' : found;
  throw stepFailure('EXTRACT_VALUE_ERROR', `Expected the timer value '${text}' to be ${forms[kind]}, but was ${was}.`);
};

/** The next due time of a cycle; `undefined` if there is none. */
export const nextDueTime = (cycle: string, due: number): number | undefined => {
  const interval = parseCycle(cycle)?.interval;
  if (interval !== undefined) return Math.max(due, addDuration(due, interval));
  const cron = parseCron(cycle);
  return cron && nextCronTime(cron, due);
};
