import { isExpression } from '../../../../feel/index.ts';
import { parseCron } from '../../cron.ts';
import { parseCycle, parseDateTime, parseDuration, resemblesDuration } from '../../iso8601.ts';
import type { TimerDefinition, Trigger } from '../../types.ts';
import { bodyAt, type Element, elementAt } from '../../xml/element.ts';
import type { Context } from '../../xml/references.ts';
import { sourceAt } from '../expressions.ts';
import { type Place, withoutVariables } from './place.ts';

type TimerKind = TimerDefinition['kind'];

const allowedKinds: Readonly<Record<Place, readonly TimerKind[]>> = {
  processStart: ['date', 'cycle'],
  catch: ['duration', 'date'],
  interruptingBoundary: ['duration', 'date'],
  nonInterruptingBoundary: ['duration', 'date', 'cycle'],
};

const kinds = { timeDuration: 'duration', timeDate: 'date', timeCycle: 'cycle' } as const;

/** Reads the timer of an event definition; `undefined` after a problem. */
export const readTimer = (definition: Element, place: Place, context: Context): Trigger | undefined => {
  const timer = readDefinition(definition, place, context);
  return timer && Object.freeze({ kind: 'timer', timer });
};

const readDefinition = (definition: Element, place: Place, { report }: Context): TimerDefinition | undefined => {
  const given = Object.entries(kinds).filter(([property]) => elementAt(definition, property) !== undefined);
  const [entry] = given;
  if (entry === undefined || given.length > 1) {
    report(
      definition,
      `Exactly one of timeDate, timeDuration and timeCycle is required, but there are ${given.length}.`,
    );
    return undefined;
  }
  const [property, kind] = entry;
  if (!allowedKinds[place].includes(kind)) {
    report(definition, `This event supports only ${allowedKinds[place].join(' or ')}, not ${kind}.`, property);
    return undefined;
  }
  const text = bodyAt(definition, property) ?? '';
  if (!isExpression(text)) {
    const problem = problemOf(kind, text);
    if (problem !== undefined) report(definition, problem, property);
    return problem === undefined ? Object.freeze({ kind, value: Object.freeze({ kind: 'static', text }) }) : undefined;
  }
  const source = sourceAt(text, report, definition, property);
  const value = source && place === 'processStart' ? withoutVariables(source, report, definition, property) : source;
  return value && Object.freeze({ kind, value: Object.freeze(value) });
};

const parsers: Readonly<Record<TimerKind, { parse: (text: string) => unknown; expected: string }>> = {
  // In a wrong order such as PT1D, the timer gets an incident when it is reached.
  duration: {
    parse: (text) => parseDuration(text) ?? (resemblesDuration(text) || undefined),
    expected: 'an ISO 8601 duration such as PT15S or P1DT2H',
  },
  date: { parse: parseDateTime, expected: 'an ISO 8601 date and time such as 2030-01-31T09:00:00Z' },
  cycle: {
    parse: (text) => parseCycle(text) ?? parseCron(text),
    expected:
      'an ISO 8601 repeating interval such as R3/PT10S, with an interval above zero if it repeats forever, or a cron expression such as "0 0 9 * * MON-FRI"',
  },
};

const problemOf = (kind: TimerKind, text: string): string | undefined => {
  const { parse, expected } = parsers[kind];
  if (parse(text) !== undefined) return undefined;
  if (text === '') return `The timer's ${kind} is empty. Set ${expected}, or a FEEL expression that begins with "=".`;
  return `The timer's ${kind} "${text}" is not ${expected}. Fix: write one, or a FEEL expression that begins with "=".`;
};
