import { setKey } from '../../../common/set-key.ts';
import { type Expression, findPlaces } from '../../../feel/index.ts';
import { isSince } from '../../model/cluster-version.ts';
import type { InputMapping } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import { jobKindOf } from '../store/listeners.ts';
import type { ElementInstance, Job } from '../store/records.ts';
import { defaultTenant } from '../tenants.ts';
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

/** References that the variables of the cluster bring along: in the text of a stored credential, for example. */
interface CarriedPlaces {
  readonly places: readonly Place[];
  /** The reference in a list, which has no place that could be filled. */
  readonly problem?: string;
}

const found = new WeakMap<readonly InputMapping[], readonly Place[]>();

/** A reference in a text of a variable of the cluster. `foo.camunda.secrets.X` is not one. */
const inText = /(?<![\w.])camunda\.secrets\.([\w-]+)/g;

/** A mapping whose expression reads what the cluster provides. */
type ReadingMapping = InputMapping & { readonly source: { readonly kind: 'feel'; readonly expression: Expression } };

const isRead = (mapping: InputMapping): mapping is ReadingMapping =>
  mapping.source?.kind === 'feel' && mapping.source.expression.names.includes('camunda');

/** Where the input mappings of an element put secrets, from the variables on. */
const placesOf = (inputs: readonly InputMapping[]): readonly Place[] => {
  const known = found.get(inputs);
  if (known !== undefined) return known;
  const places = inputs.filter(isRead).flatMap(({ source, target }) =>
    findPlaces(source.expression.source, ['camunda', 'secrets'])
      .places.filter(({ names }) => names.length === 1)
      .map(({ path, names }) => ({ path: [...target, ...path], names })),
  );
  found.set(inputs, places);
  return places;
};

/** The references in the texts of a value, with their paths in it. */
const referencesIn = (
  value: Json,
  path: readonly string[],
  isInList: boolean,
): readonly (Place & { readonly isInList: boolean })[] => {
  if (typeof value === 'string') {
    const names = [...value.matchAll(inText)].map((match) => match[1]!);
    return names.length === 0 ? [] : [{ path, names, isInList }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    referencesIn(item as Json, [...path, name], isInList || Array.isArray(value)),
  );
};

/** Where the input mappings put the texts of variables of the cluster whose references are resolved. */
const carriedPlaces = (context: Context, element: ElementInstance, inputs: readonly InputMapping[]): CarriedPlaces => {
  const { secretVariables, clusterVariables, tenantVariables } = context;
  if (secretVariables.size === 0) return { places: [] };
  const tenant = tenantVariables[element.definition.tenant ?? defaultTenant] ?? {};
  const scopes: Readonly<Record<string, Variables>> = {
    cluster: clusterVariables,
    tenant,
    env: { ...clusterVariables, ...tenant },
  };
  const places: Place[] = [];
  for (const { source, target } of inputs.filter(isRead)) {
    for (const { path, names } of findPlaces(source.expression.source, ['camunda', 'vars']).places) {
      const [scope = '', name = '', ...below] = names;
      const variables = Object.hasOwn(scopes, scope) ? scopes[scope] : undefined;
      if (variables === undefined || !secretVariables.has(name)) continue;
      const value = valueAt(variables, [name, ...below]);
      for (const inside of value === undefined ? [] : referencesIn(value, [], false)) {
        const where = [...target, ...path, ...inside.path];
        if (inside.isInList) {
          const reference = referenceText(inside.names[0]!);
          return {
            places,
            problem: `Failed to resolve the secret reference '${reference}' of the input '${where.join('.')}': it is in a list.`,
          };
        }
        places.push({ path: where, names: inside.names });
      }
    }
  }
  return { places };
};

/** The places with all their secrets, each once. */
const merged = (places: readonly Place[]): readonly Place[] => {
  const byPath = new Map<string, Place>();
  for (const { path, names } of places) {
    const id = JSON.stringify(path);
    byPath.set(id, { path, names: [...(byPath.get(id)?.names ?? []), ...names] });
  }
  return [...byPath.values()];
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
  const own = placesOf(inputs);
  const kind = jobKindOf(element);
  if (kind !== 'BPMN_ELEMENT' && kind !== 'AD_HOC_SUB_PROCESS') return { variables };
  const carried = carriedPlaces(context, element, inputs);
  if (carried.problem !== undefined) return { problem: carried.problem };
  if (own.length + carried.places.length === 0) return { variables };
  let filled: Fields = variables;
  for (const { path, names } of merged([...own, ...carried.places])) {
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
