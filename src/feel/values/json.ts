import { setKey } from '../../common/set-key.ts';
import { refuse } from '../faults.ts';
import { countValue, createSizeBudget, type SizeBudget } from '../limits/steps.ts';
import { hasFunctions } from './context-functions.ts';
import { type Context, type FeelError, isContext, kindOf } from './kinds.ts';
import { isoDateTime, isoDays } from './temporal/format.ts';
import type { DaysDuration, FeelDateTime } from './temporal/types.ts';

type Path = (string | number)[];

const resultAt = (path: Path): string =>
  path.length === 0 ? 'its result' : `its result at ${path.map((part) => `[${JSON.stringify(part)}]`).join('')}`;

const listJson = (list: readonly unknown[], path: Path, budget: SizeBudget): unknown => {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    path.push(index);
    const json = toJson(list[index], path, budget);
    path.pop();
    if (copy === undefined && json !== list[index]) copy = list.slice(0, index);
    copy?.push(json);
  }
  return copy ?? list;
};

const contextJson = (context: Context, path: Path, budget: SizeBudget): unknown => {
  const keys = Object.keys(context);
  let copy: Record<string, unknown> | undefined = hasFunctions(context) ? {} : undefined;
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const json = toJson(context[key], path, budget);
    path.pop();
    if (copy === undefined && json !== context[key]) {
      copy = {};
      for (const earlier of keys.slice(0, index)) setKey(copy, earlier, context[earlier]);
    }
    if (copy !== undefined) setKey(copy, key, json);
  }
  return copy ?? context;
};

/** Throws a refusal if a value is too large to be written out or flattened. */
export const refuseHuge = (value: unknown, budget: SizeBudget = createSizeBudget()): void => {
  countValue(value, budget);
  if (Array.isArray(value)) for (const item of value) refuseHuge(item, budget);
  else if (isContext(value)) for (const key of Object.keys(value)) refuseHuge(value[key], budget);
};

/**
 * Converts a FEEL value to JSON: temporal values become ISO 8601 text, missing values and NaN become null. A value that
 * is JSON already is returned without a copy.
 *
 * @throws a refusal that names the path, for a range or a function; a refusal for more than 5 million values; and the
 *   reason of an error
 */
export const toJson = (value: unknown, path: Path = [], budget: SizeBudget = createSizeBudget()): unknown => {
  countValue(value, budget);
  switch (kindOf(value)) {
    case 'null':
      return null;
    case 'number':
      return typeof value === 'number' && !Number.isFinite(value) ? null : value;
    case 'boolean':
    case 'string':
      return value;
    case 'list':
      return listJson(value as readonly unknown[], path, budget);
    case 'context':
      return contextJson(value as Context, path, budget);
    case 'range':
      throw refuse(`${resultAt(path)} is a range, which has no JSON form; compare with it, or give its bounds`);
    case 'function':
      throw refuse(`${resultAt(path)} is a function, which has no JSON form; call it`);
    case 'error':
      throw refuse((value as FeelError).reason);
    case 'date and time':
      return isoDateTime(value as FeelDateTime);
    case 'days and time duration':
      return isoDays(value as DaysDuration);
    case 'date':
    case 'time':
    case 'years and months duration':
      return String(value);
    default:
      throw refuse(`${resultAt(path)} has no JSON form`);
  }
};
