import { isObject } from '../../../common/is-object.ts';
import { setKey } from '../../../common/set-key.ts';
import type { FlowNode } from '../../../engine/model/types.ts';
import { exampleValue } from '../../modules/example-value.ts';
import { constantText } from '../model-parts.ts';
import type { HintFacts } from '../types.ts';

/** The variables that forms write, with examples, by the ids of the forms. */
export type FormVariables = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

type Component = Readonly<Record<string, unknown>>;

const componentsIn = (given: unknown): readonly Component[] => (Array.isArray(given) ? given.filter(isObject) : []);

const numberOf = ({ validate, serializeToString }: Component): unknown => {
  const least = isObject(validate) ? validate.min : undefined;
  const value = exampleValue({ type: 'number', ...(typeof least === 'number' ? { minimum: least } : {}) });
  return serializeToString === true ? String(value) : value;
};

/** An example of what a component writes; `undefined` if it has no value. */
const exampleOf = (component: Component, name: string): unknown => {
  const { type, defaultValue, values, subtype } = component;
  const text = (format = ''): unknown => exampleValue({ type: 'string', format }, name);
  switch (type) {
    case 'textfield':
    case 'textarea':
      return defaultValue ?? text();
    case 'number':
      return defaultValue ?? numberOf(component);
    case 'checkbox':
      return defaultValue ?? false;
    case 'select':
    case 'radio':
      return defaultValue ?? componentsIn(values)[0]?.value ?? null;
    case 'datetime':
      return text(subtype === 'datetime' ? 'date-time' : subtype === 'time' ? 'time' : 'date');
    case 'checklist':
    case 'taglist':
    case 'filepicker':
      return defaultValue ?? [];
    case 'expression':
      return null;
    default:
      return undefined;
  }
};

const put = (target: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: unknown): void => {
  if (rest.length === 0) {
    setKey(target, name, value);
    return;
  }
  const found = Object.hasOwn(target, name) ? target[name] : undefined;
  const inner = isObject(found) ? { ...found } : {};
  put(inner, rest, value);
  setKey(target, name, inner);
};

const namesIn = (path: unknown): readonly string[] => (typeof path === 'string' && path !== '' ? path.split('.') : []);

const readComponents = (
  components: readonly Component[],
  parent: readonly string[],
  found: Record<string, unknown>,
): void => {
  for (const component of components) {
    // Nobody can fill in a field that is disabled.
    if (component.disabled === true) continue;
    const names = [...parent, ...namesIn(component.components === undefined ? component.key : component.path)];
    if (component.type === 'dynamiclist' && component.isRepeating !== false) {
      if (names.length > parent.length) put(found, names, []);
    } else if (component.components !== undefined) {
      readComponents(componentsIn(component.components), names, found);
    } else {
      const value = exampleOf(component, names.at(-1) ?? '');
      if (names.length > parent.length && value !== undefined) put(found, names, value);
    }
  }
};

/**
 * The variables that a form writes, with an example of each.
 *
 * @param text its file
 * @returns nothing if it is not a form of form-js
 * @example
 * formVariables('{ "components": [{ "type": "number", "key": "age" }] }'); // { age: 1 }
 */
export const formVariables = (text: string): Readonly<Record<string, unknown>> => {
  const found: Record<string, unknown> = {};
  try {
    const form: unknown = JSON.parse(text);
    if (isObject(form)) readComponents(componentsIn(form.components), [], found);
  } catch {
    // Its text is gone.
  }
  return found;
};

/** What the forms of definitions write; those that are deployed together count before those from before. */
export const formsAmong = (definitions: HintFacts['definitions']): FormVariables =>
  new Map(
    [...(definitions?.before ?? []), ...(definitions?.together ?? [])].flatMap(({ kind, id, variables }) =>
      kind === 'form' && variables !== undefined ? [[id, variables]] : [],
    ),
  );

/** What the form of a user task writes; nothing if the task has none, or one that is not known. */
export const writtenByForm = (node: FlowNode, forms: FormVariables): Readonly<Record<string, unknown>> => {
  const form = node.kind === 'userTask' ? node.properties.form : undefined;
  const id = form?.kind === 'formId' ? constantText(form.value) : undefined;
  return (id === undefined ? undefined : forms.get(id)) ?? {};
};
