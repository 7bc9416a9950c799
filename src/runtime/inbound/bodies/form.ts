import { setKey } from '../../../common/set-key.ts';

/** A name and a value of a form or of a query. */
export type FormPair = readonly [name: string, value: string];

/** Fields by name. It has no prototype, so that no name means anything but a field. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

const decode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

/**
 * Reads a form (`application/x-www-form-urlencoded`), or a query, which has the same format. It is split first and decoded then,
 * so `%26` and `%3D` are part of a value. A pair without a name is left out; a name without `=` has an empty value.
 *
 * @returns the pairs in their order; `undefined` if a percent sign does not begin an escape, or the bytes are not UTF-8
 * @example
 * readPairs('a=1&a=%26&b=c=d'); // [['a', '1'], ['a', '&'], ['b', 'c=d']]
 */
export const readPairs = (text: string): readonly FormPair[] | undefined => {
  const pairs: FormPair[] = [];
  try {
    for (const part of text.split('&')) {
      const at = part.indexOf('=');
      const name = decode(at === -1 ? part : part.slice(0, at));
      const value = at === -1 ? '' : decode(part.slice(at + 1));
      if (name !== '') pairs.push([name, value]);
    }
  } catch {
    return undefined;
  }
  return pairs;
};

/**
 * Collects pairs by name. A name that occurs once has a text, any other has the list of its values.
 *
 * @example
 * fieldsOf([['a', '1'], ['b', '2'], ['a', '3']]); // { a: ['1', '3'], b: '2' }
 */
export const fieldsOf = (pairs: readonly FormPair[]): FormFields => {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  const fields: Record<string, string | readonly string[]> = Object.create(null);
  for (const [name, all] of values) setKey<string | readonly string[]>(fields, name, all.length === 1 ? all[0]! : all);
  return fields;
};

/** The value of a parameter that occurs exactly once in a query; `undefined` otherwise. */
export const singleParameter = (query: string, name: string): string | undefined => {
  const values = (readPairs(query) ?? []).filter(([one]) => one === name);
  return values.length === 1 ? values[0]![1] : undefined;
};
