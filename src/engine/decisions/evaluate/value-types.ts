import { type Kind, kindOf } from '../../../feel/index.ts';
import type { Parameter } from '../types.ts';
import { decisionFailure } from './run.ts';

/** The types that are checked. All others are only documentation, as in Camunda. */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['string', 'string'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['time', 'time'],
  ['dateTime', 'date and time'],
  ['dayTimeDuration', 'days and time duration'],
  ['yearMonthDuration', 'years and months duration'],
]);

/** Checks that a value has a type. Null has every type. */
export const checkType = (value: unknown, typeRef: Parameter['typeRef']): void => {
  const type = typeRef?.replace(/^feel:/, '');
  const expected = type === undefined ? undefined : kinds.get(type);
  if (expected === undefined || value === null || value === undefined) return;
  const found = kindOf(value) ?? 'value of another kind';
  if (found !== expected) throw decisionFailure(`expected '${type}' but found a ${found}`);
};
