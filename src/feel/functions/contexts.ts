import { setKey } from '../../common/set-key.ts';
import { type Context, isContext } from '../values/kinds.ts';
import { member } from '../values/member.ts';
import { type Builtin, builtin } from './builtin.ts';

const mergeAll = (contexts: readonly Context[]): Record<string, unknown> => {
  const merged: Record<string, unknown> = {};
  for (const context of contexts) for (const key of Object.keys(context)) setKey(merged, key, context[key]);
  return merged;
};

const areTexts = (values: unknown): values is readonly string[] =>
  Array.isArray(values) && values.every((value) => typeof value === 'string');

/** A list of keys is a path: `get value({a: {b: 1}}, ["a", "b"])`. A single key is one name, even with dots in it. */
const getValue = (context: Context, key: unknown): unknown => {
  if (typeof key === 'string') return member(context, key);
  if (!areTexts(key) || key.length === 0) return null;
  return key.reduce<unknown>((value, part) => (isContext(value) ? member(value, part) : null), context);
};

const putAt = (context: unknown, [key, ...deeper]: readonly string[], value: unknown): unknown => {
  const copy = mergeAll(isContext(context) ? [context] : []);
  setKey(copy, key!, deeper.length === 0 ? value : putAt(member(copy, key!), deeper, value));
  return copy;
};

const put = (context: Context, key: unknown, value: unknown): unknown => {
  const keys = typeof key === 'string' ? [key] : key;
  return areTexts(keys) && keys.length > 0 ? putAt(context, keys, value) : null;
};

const merge = (contexts: readonly unknown[]): unknown => (contexts.every(isContext) ? mergeAll(contexts) : null);

const fromEntries = (entries: readonly unknown[]): unknown => {
  const context: Record<string, unknown> = {};
  for (const entry of entries) {
    if (!isContext(entry) || typeof entry.key !== 'string' || !Object.hasOwn(entry, 'value')) return null;
    setKey(context, entry.key, entry.value);
  }
  return context;
};

const putSignatures = 'context: context, key, value; context: context, keys: list, value';

/** FEEL's functions on contexts. */
export const contextFunctions: Readonly<Record<string, readonly Builtin[]>> = {
  'get value': builtin('context: context, key; context: context, keys: list', getValue),
  'get entries': builtin('context: context; m: context', (context: Context) =>
    Object.entries(context).map(([key, value]) => ({ key, value })),
  ),
  'context put': builtin(putSignatures, put),
  put: builtin('context: context, key, value', put),
  'context merge': builtin('...contexts', merge),
  'put all': builtin('...contexts', merge),
  context: builtin('entries: list', fromEntries),
};
