import { setKey } from '../../common/set-key.ts';
import { type Context, isContext, member } from '../values/values.ts';
import { type Builtin, builtin, itemsOf, listOf } from './builtin.ts';

const copyOf = (context: Context): Record<string, unknown> => {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(context)) setKey(copy, key, context[key]);
  return copy;
};

/** `get value({a: {b: 1}}, ["a", "b"])` walks; a single key is looked up as it is, dots and all. */
const getValue = (context: unknown, key: unknown): unknown => {
  if (!isContext(context)) return null;
  if (typeof key === 'string') return member(context, key);
  if (!Array.isArray(key) || key.length === 0 || !key.every((part) => typeof part === 'string')) return null;
  return key.reduce<unknown>((value, part: string) => (isContext(value) ? member(value, part) : undefined), context);
};

const putAt = (context: unknown, keys: readonly string[], value: unknown): unknown => {
  const [key, ...deeper] = keys;
  const copy = isContext(context) ? copyOf(context) : {};
  setKey(copy, key!, deeper.length === 0 ? value : putAt(member(copy, key!), deeper, value));
  return copy;
};

const put = (context: unknown, key: unknown, value: unknown): unknown => {
  const keys = listOf(key) ?? [];
  if (!isContext(context) || keys.length === 0 || !keys.every((part) => typeof part === 'string')) return null;
  return putAt(context, keys, value);
};

const merge = (args: readonly unknown[]): unknown => {
  const contexts = itemsOf(args);
  if (!contexts.every(isContext)) return null;
  const merged: Record<string, unknown> = {};
  for (const context of contexts) for (const key of Object.keys(context)) setKey(merged, key, context[key]);
  return merged;
};

const fromEntries = (entries: unknown): unknown => {
  const context: Record<string, unknown> = {};
  for (const entry of listOf(entries) ?? [null]) {
    if (!isContext(entry) || typeof entry.key !== 'string' || !Object.hasOwn(entry, 'value')) return null;
    setKey(context, entry.key, entry.value);
  }
  return context;
};

/** FEEL's functions on contexts. */
export const contextFunctions: Readonly<Record<string, Builtin>> = {
  'get value': builtin('context, key', getValue),
  'get entries': builtin('context', (context: unknown) =>
    isContext(context) ? Object.entries(context).map(([key, value]) => ({ key, value })) : null,
  ),
  'context put': builtin('context, key, value', put),
  'context merge': builtin('...contexts', merge),
  context: builtin('entries', fromEntries),
};
