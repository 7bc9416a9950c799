import { setKey } from '../../../common/set-key.ts';
import { findPlaces } from '../../../feel/index.ts';
import { isSince } from '../../model/cluster-version.ts';
import type { InputMapping } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import { jobKindOf } from '../store/listeners.ts';
import type { Job } from '../store/records.ts';
import type { Json, Variables } from '../types.ts';

/*
 * Secrets of the cluster. In FEEL, `camunda.secrets.NAME` is the text of the reference, which the variables keep. When a job of
 * the element is handed out, the text becomes the value at the places where the input mappings put it.
 */

/** The text of a reference to a secret. */
export const referenceText = (name: string): string => `camunda.secrets.${name}`;

/** What expressions read as `camunda.secrets`: each name gives its reference. */
export const secretsContext: object = new Proxy(
  {},
  {
    get: (_, name) => (typeof name === 'string' ? referenceText(name) : undefined),
    getOwnPropertyDescriptor: (_, name) =>
      typeof name === 'string'
        ? { value: referenceText(name), configurable: true, enumerable: true, writable: true }
        : undefined,
  },
);

/** A place in the variables, and the secrets that are there. */
interface Place {
  readonly path: readonly string[];
  readonly names: readonly string[];
}

const found = new WeakMap<readonly InputMapping[], readonly Place[]>();

/** Where the input mappings of an element put secrets, from the variables on. */
const placesOf = (inputs: readonly InputMapping[]): readonly Place[] => {
  const known = found.get(inputs);
  if (known !== undefined) return known;
  const places = new Map<string, Place>();
  for (const { source, target } of inputs) {
    if (source?.kind !== 'feel' || !source.expression.names.includes('camunda')) continue;
    for (const inside of findPlaces(source.expression.source, ['camunda', 'secrets']).places) {
      const path = [...target, ...inside.path];
      const id = JSON.stringify(path);
      places.set(id, { path, names: [...(places.get(id)?.names ?? []), inside.name] });
    }
  }
  const list = [...places.values()];
  found.set(inputs, list);
  return list;
};

/** The variables of a job with its secrets in place, or why it cannot be handed out. */
export type WithSecrets = { readonly variables: Variables } | { readonly problem: string };

type Fields = Readonly<Record<string, Json>>;

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path; `undefined` if there is none. */
const valueAt = (fields: Fields, [name, ...rest]: readonly string[]): Json | undefined => {
  const value = Object.hasOwn(fields, name!) ? fields[name!] : undefined;
  if (rest.length === 0) return value;
  return isFields(value) ? valueAt(value, rest) : undefined;
};

const withValue = (fields: Fields, [name, ...rest]: readonly string[], value: Json): Fields => {
  const copy: Record<string, Json> = { ...fields };
  const inner = copy[name!];
  setKey(copy, name!, rest.length > 0 && isFields(inner) ? withValue(inner, rest, value) : value);
  return copy;
};

const mentions = (value: Json, text: string): boolean => {
  if (typeof value === 'string') return value.includes(text);
  return (
    typeof value === 'object' && value !== null && Object.values(value).some((item) => mentions(item as Json, text))
  );
};

/** The text at one place, with the values in one pass: a secret that looks like a reference stays as it is. */
const replaced = (text: string, values: ReadonlyMap<string, string>): string => {
  // The longest first, because the name of one may begin the name of another.
  const references = [...values.keys()].sort((one, other) => other.length - one.length);
  const pattern = references.map((reference) => reference.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return text.replace(new RegExp(pattern, 'gu'), (reference) => values.get(reference)!);
};

/**
 * Puts the secrets into the variables that a worker gets. A variable that was overwritten since then stays as it is, unless it
 * still has the reference somewhere else. Listeners get no secrets.
 *
 * @param variables the visible variables that the worker has asked for
 */
export const withSecrets = (context: Context, { element }: Job, variables: Variables): WithSecrets => {
  const inputs = element.node?.inputs ?? [];
  if (inputs.length === 0 || !isSince(context.version, '8.10')) return { variables };
  const places = placesOf(inputs);
  const kind = jobKindOf(element);
  if (places.length === 0 || (kind !== 'BPMN_ELEMENT' && kind !== 'AD_HOC_SUB_PROCESS')) return { variables };
  let filled: Fields = variables;
  for (const { path, names } of places) {
    const value = valueAt(filled, path);
    if (value === undefined) continue;
    const values = new Map<string, string>();
    for (const name of names) {
      const reference = referenceText(name);
      if (!mentions(value, reference)) continue;
      const where = `the secret reference '${reference}' of the input '${path.join('.')}'`;
      if (typeof value !== 'string') {
        return { problem: `Failed to resolve ${where}: it is not where the mapping put it.` };
      }
      const secret = Object.hasOwn(context.secrets, name) ? context.secrets[name] : undefined;
      if (secret === undefined) return { problem: `Failed to resolve ${where}: there is no secret of this name.` };
      values.set(reference, secret);
    }
    if (typeof value === 'string' && values.size > 0) filled = withValue(filled, path, replaced(value, values));
  }
  return { variables: filled };
};
