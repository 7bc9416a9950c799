import { setKey } from '../../common/set-key.ts';
import { refuse } from '../failure.ts';
import { type Allowance, allowance, weigh } from '../limits/size.ts';
import { temporalJson } from './temporal.ts';
import { type Context, kindOf } from './values.ts';

type Path = (string | number)[];

const placeOf = (path: Path): string =>
  path.length === 0 ? 'its result' : `its result at ${path.map((part) => `[${JSON.stringify(part)}]`).join('')}`;

const listJson = (list: readonly unknown[], path: Path, allowed: Allowance): unknown => {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    path.push(index);
    const json = toJson(list[index], path, allowed);
    path.pop();
    if (copy === undefined && json !== list[index]) copy = list.slice(0, index);
    copy?.push(json);
  }
  return copy ?? list;
};

const contextJson = (context: Context, path: Path, allowed: Allowance): unknown => {
  const keys = Object.keys(context);
  let copy: Record<string, unknown> | undefined;
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const json = toJson(context[key], path, allowed);
    path.pop();
    if (copy === undefined && json !== context[key]) {
      copy = {};
      for (const earlier of keys.slice(0, index)) setKey(copy, earlier, context[earlier]);
    }
    if (copy !== undefined) setKey(copy, key, json);
  }
  return copy ?? context;
};

/**
 * A FEEL value as JSON: temporal values as ISO 8601 text, missing values and NaN as null. What is JSON already is
 * returned as it is, not copied.
 *
 * @throws a refusal that names the place, for a range or a function; and one for more than 5 million values
 */
export const toJson = (value: unknown, path: Path = [], allowed: Allowance = allowance()): unknown => {
  weigh(value, allowed);
  switch (kindOf(value)) {
    case 'null':
      return null;
    case 'number':
      return typeof value === 'number' && !Number.isFinite(value) ? null : value;
    case 'boolean':
    case 'string':
      return value;
    case 'list':
      return listJson(value as readonly unknown[], path, allowed);
    case 'context':
      return contextJson(value as Context, path, allowed);
    case 'range':
      throw refuse(`${placeOf(path)} is a range, which has no JSON form; compare with it, or give its bounds`);
    case 'function':
      throw refuse(`${placeOf(path)} is a function, which has no JSON form; call it`);
    case undefined:
      throw refuse(`${placeOf(path)} has no JSON form`);
    default:
      return temporalJson(value as object);
  }
};
