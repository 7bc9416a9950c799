import { setKey } from '../../common/set-key.ts';
import { type Context, isContext, member } from '../values/kinds.ts';
import { type Builtin, builtin, itemsOf, listOf } from './builtin.ts';

const mergeAll = (contexts: readonly Context[]): Record<string, unknown> => {
  const merged: Record<string, unknown> = {};
  for (const context of contexts) for (const key of Object.keys(context)) setKey(merged, key, context[key]);
  return merged;
};

/** A list of keys is a path: `get value({a: {b: 1}}, ["a", "b"])`. A single key is one name, even with dots in it. */
const getValue = (context: unknown, key: unknown): unknown => {
  if (!isContext(context)) return null;
  if (typeof key === 'string') return member(context, key);
  if (!Array.isArray(key) || key.length === 0 || !key.every((part) => typeof part === 'string')) return null;
  return key.reduce<unknown>((value, part: string) => (isContext(value) ? member(value, part) : undefined), context);
};

const putAt = (context: unknown, keys: readonly string[], value: unknown): unknown => {
  const [key, ...deeper] = keys;
  const copy = mergeAll(isContext(context) ? [context] : []);
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
  return contexts.every(isContext) ? mergeAll(contexts) : null;
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
