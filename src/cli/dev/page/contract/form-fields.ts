/**
 * Which components of a form have values, and where those are. The page and its server arrange the values of a form in the same way, so
 * both use these functions.
 */
import { isObject } from '../../../../common/is-object.ts';
import { setKey } from '../../../../common/set-key.ts';
import type { FormComponent } from './forms.ts';

/** Where a value is among others: the names of properties, and positions in lists. */
export type FormPath = readonly (string | number)[];

/** A component with a value, and where the value is. A list comes before the fields of its rows. */
export interface FormField {
  readonly component: FormComponent;
  readonly path: FormPath;
}

/** Types of components without a value. */
export const silentTypes: ReadonlySet<string> = new Set([
  ...['text', 'html', 'image', 'iframe', 'table', 'documentPreview'],
  ...['separator', 'spacer', 'button'],
]);

/** Whether a component repeats those inside of it for each row of a list. */
export const isList = ({ type, isRepeating }: FormComponent): boolean =>
  type === 'dynamiclist' && isRepeating !== false;

const namesOf = (name: string | undefined): FormPath => (name === undefined || name === '' ? [] : name.split('.'));

/**
 * Where the value of a component is, or the values of those inside of it.
 *
 * @param parent the path of what is around it
 * @example
 * pathOf({ type: 'number', key: 'order.total' }, ['orders', 0]); // ['orders', 0, 'order', 'total']
 */
export const pathOf = ({ components, key, path }: FormComponent, parent: FormPath): FormPath => [
  ...parent,
  ...namesOf(components === undefined ? key : path),
];

/** The value at a path; `undefined` if there is none. */
export const valueAt = (values: unknown, path: FormPath): unknown => {
  let value = values;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[name];
  }
  return value;
};

/**
 * The same values with another one at a path. What is on the way and is not an object or a list becomes one.
 *
 * @param value `undefined`: the values have nothing there
 * @example
 * withValueAt({ rows: [{ a: 1 }] }, ['rows', 0, 'b'], 2); // { rows: [{ a: 1, b: 2 }] }
 */
export const withValueAt = (values: unknown, path: FormPath, value: unknown): unknown => {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const before = valueAt(values, [name]);
  // There is nothing to take away.
  if (value === undefined && before === undefined) return values;
  const inner = withValueAt(before, rest, value);
  if (typeof name === 'number') return Object.assign(Array.isArray(values) ? [...values] : [], { [name]: inner });
  const copy: Record<string, unknown> = isObject(values) ? { ...values } : {};
  if (inner === undefined) delete copy[name];
  else setKey(copy, name, inner);
  return copy;
};

/** What a field without a value has in the forms of Camunda; null for other types. */
const emptyValues: Readonly<Record<string, unknown>> = {
  ...{ textfield: '', textarea: '', checkbox: false, checklist: [], taglist: [], dynamiclist: [] },
};

/** The value of a field among the values of a form, or what stands for none. */
export const fieldValue = ({ component: { type }, path }: FormField, values: unknown): unknown =>
  valueAt(values, path) ?? (Object.hasOwn(emptyValues, type) ? emptyValues[type] : null);

/** The rows of a list. */
export const rowsAt = (values: unknown, path: FormPath): readonly unknown[] => {
  const rows = valueAt(values, path);
  return Array.isArray(rows) ? rows : [];
};

/** The components of a row. A list that was evaluated has some for each row, and none for one that was added since. */
export const rowComponents = (list: FormComponent, index: number): readonly FormComponent[] =>
  (list.items === undefined ? list.components : list.items[index]) ?? [];

/**
 * The components with a value, with those of groups and of all rows, in their order.
 *
 * @param values decide how many rows a list has
 * @param parent the path of what is around the components
 */
export const fieldsOf = (
  components: readonly FormComponent[],
  values: unknown,
  parent: FormPath = [],
): readonly FormField[] =>
  components.flatMap((component): readonly FormField[] => {
    if (silentTypes.has(component.type)) return [];
    const path = pathOf(component, parent);
    const hasPlace = path.length > parent.length;
    if (isList(component)) {
      if (!hasPlace) return [];
      const rows = rowsAt(values, path).map((_, index) =>
        fieldsOf(rowComponents(component, index), values, [...path, index]),
      );
      return [{ component, path }, ...rows.flat()];
    }
    if (component.components !== undefined) return fieldsOf(component.components, values, path);
    return hasPlace ? [{ component, path }] : [];
  });
