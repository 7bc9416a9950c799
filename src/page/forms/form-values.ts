/** The forms of form-js as data: the values that a person enters, what is wrong with them, and what is sent. */
import {
  type FormPath,
  fieldsOf,
  fieldValue,
  isList,
  pathOf,
  rowsAt,
  silentTypes,
  valueAt,
  withValueAt,
} from '../../cli/dev/page/contract/form-fields.ts';
import type { EvaluatedForm, FormComponent } from '../../cli/dev/page/contract.ts';

/** Values by the names of variables. */
export type Values = Readonly<Record<string, unknown>>;

/** Most rows with which a list begins because its form says so. */
const mostFirstRows = 100;

const asObject = (value: unknown): object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** The rows with which a list begins. */
const firstRows = ({ defaultRepetitions = 1 }: FormComponent, given: unknown): readonly object[] => {
  if (Array.isArray(given)) return given.map(asObject);
  const count = Number.isInteger(defaultRepetitions) ? Math.max(0, defaultRepetitions) : 1;
  return Array.from({ length: Math.min(count, mostFirstRows) }, () => ({}));
};

const begin = (values: Values, components: readonly FormComponent[], variables: Values, parent: FormPath): Values =>
  components.reduce<Values>((before, component) => {
    if (silentTypes.has(component.type) || component.type === 'expression') return before;
    const path = pathOf(component, parent);
    const { components: inner, defaultValue, type } = component;
    if (inner !== undefined && !isList(component)) return begin(before, inner, variables, path);
    if (path.length === parent.length) return before;
    const given = valueAt(variables, path);
    if (inner === undefined) {
      const value = given ?? defaultValue ?? (type === 'checkbox' ? false : undefined);
      return withValueAt(before, path, value) as Values;
    }
    const rows = firstRows(component, given);
    return rows.reduce<Values>(
      (each, _, index) => begin(each, inner, variables, [...path, index]),
      withValueAt(before, path, rows) as Values,
    );
  }, values);

/**
 * The values with which a form begins: those of the variables, else the defaults of the form. The rows of a list keep what they have
 * besides their fields, because expressions can read it.
 *
 * @example
 * firstValues([{ type: 'number', key: 'total', defaultValue: 5 }], {}); // { total: 5 }
 */
export const firstValues = (components: readonly FormComponent[], variables: Values): Values =>
  begin({}, components, variables, []);

/** A new row of a list. */
export const newRow = ({ components = [] }: FormComponent): Values => firstValues(components, {});

/** The name of a place, for problems and for the parts of the page. */
export const pathText = (path: FormPath): string =>
  path.map((name, index) => (typeof name === 'number' ? `[${name}]` : index === 0 ? name : `.${name}`)).join('');

/** What is wrong with the value of a field. */
export interface FieldProblem {
  /** Of its path, from {@link pathText}. */
  readonly key: string;
  readonly text: string;
}

/** In which row of which rows something is, for a sentence. */
const rowText = (path: FormPath): string => {
  const rows = path.filter((name) => typeof name === 'number').map((index) => Number(index) + 1);
  return rows.length === 0 ? '' : ` in row ${rows.join('.')}`;
};

interface Format {
  readonly test: (value: string) => boolean;
  /** What a value must be. */
  readonly text: string;
}

/** The formats of texts that a form names instead of a pattern. */
const formats: ReadonlyMap<string, Format> = new Map([
  [
    'email',
    {
      test: (value) => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(value),
      text: 'an email address, such as ada@example.com',
    },
  ],
  [
    'phone',
    {
      // At most 15 digits: no number of the world is longer.
      test: (value) => /^\+[\d\s()./-]+$/.test(value) && /^\d{7,15}$/.test(value.replace(/\D/g, '')),
      text: 'an international phone number, such as +49 30 1234567',
    },
  ],
]);

/**
 * Whether a form takes a file. A browser uses this list only for its dialog: a file that is dropped, or chosen among all, can be another one.
 *
 * @param accept endings and media types, as in HTML; empty: all files
 * @example
 * isAccepted({ name: 'plan.PDF', type: 'application/pdf' }, '.pdf, image/*'); // true
 */
export const isAccepted = (
  { name, type }: { readonly name: string; readonly type: string },
  accept: string,
): boolean => {
  const wanted = accept
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  if (wanted.length === 0) return true;
  return wanted.some((each) => {
    if (each.startsWith('.')) return name.toLowerCase().endsWith(each);
    // The browser does not know the type of every file.
    return type === '' || (each.endsWith('/*') ? type.startsWith(each.slice(0, -1)) : type.split(';')[0] === each);
  });
};

/** What is wrong with the values, in the order of the fields. The texts have the labels of the form. */
export const formProblems = (components: readonly FormComponent[], values: Values): readonly FieldProblem[] =>
  fieldsOf(components, values).flatMap(({ component, path }) => {
    const { key, label = key, validate = {}, type, disabled } = component;
    // Nobody can correct a disabled field, and its value is not sent.
    if (disabled === true || type === 'expression' || isList(component)) return [];
    const name = `${label}${rowText(path)}`;
    const value = valueAt(values, path);
    const isEmpty =
      value === undefined ||
      value === '' ||
      value === null ||
      (type === 'checkbox' && value !== true) ||
      (Array.isArray(value) && value.length === 0);
    if (isEmpty) return validate.required === true ? [{ key: pathText(path), text: `${name} is required.` }] : [];
    const { min, max, minLength, maxLength, pattern, validationType = '' } = validate;
    const found: string[] = [];
    if (type === 'number') {
      if (min !== undefined && Number(value) < Number(min)) found.push(`${name} must be at least ${min}.`);
      if (max !== undefined && Number(value) > Number(max)) found.push(`${name} must be at most ${max}.`);
    } else if (typeof value === 'string') {
      if (minLength !== undefined && value.length < Number(minLength))
        found.push(`${name} must have at least ${minLength} characters.`);
      if (maxLength !== undefined && value.length > Number(maxLength))
        found.push(`${name} must have at most ${maxLength} characters.`);
      const format = formats.get(validationType);
      if (format !== undefined) {
        if (!format.test(value)) found.push(`${name} must be ${format.text}.`);
      } else if (pattern !== undefined && pattern !== '' && !matches(pattern, value))
        found.push(`${name} must match ${pattern}.`);
    }
    return found.map((text) => ({ key: pathText(path), text }));
  });

/** A pattern that is no regular expression in the browser refuses nothing. */
const matches = (pattern: string, value: string): boolean => {
  try {
    return new RegExp(pattern).test(value);
  } catch {
    return true;
  }
};

/** The options of a component, from the form or from a variable. */
export const optionsOf = ({ values = [], valuesKey }: FormComponent, variables: Values) => {
  const given = valuesKey === undefined ? undefined : valueAt(variables, valuesKey.split('.'));
  const list: readonly unknown[] = Array.isArray(given) ? given : values;
  return list.map((item) => {
    const { label, value } =
      typeof item === 'object' && item !== null
        ? (item as { readonly label?: string; readonly value: unknown })
        : { label: undefined, value: item };
    return { label: label ?? String(value), value };
  });
};

/** Types of components whose values are entered in fields, or computed. */
const fieldTypes: ReadonlySet<string> = new Set([
  ...['textfield', 'textarea', 'number', 'checkbox', 'select', 'radio', 'checklist', 'taglist', 'datetime'],
  ...['filepicker', 'dynamiclist', 'group', 'expression'],
]);

/** Whether the page has a field for a component, or it has no value. */
export const isKnown = ({ type }: FormComponent): boolean => fieldTypes.has(type) || silentTypes.has(type);

/** Whether all values of a form can be entered in it. */
export const canDraw = (components: readonly FormComponent[]): boolean =>
  components.every((component) => isKnown(component) && canDraw(component.components ?? []));

/** Whether something in a form depends on values: expressions begin with `=`, and templates contain `{{`. */
export const hasExpressions = (form: string): boolean =>
  /"\s*=|\{\{|"type"\s*:\s*"(?:table|documentPreview|expression)"/.test(form);

/** The same values with those that the form computes. */
export const withComputed = ({ components }: EvaluatedForm, values: Values): Values =>
  fieldsOf(components, values).reduce<Values>(
    (before, { component: { type, computed }, path }) =>
      type === 'expression' ? (withValueAt(before, path, computed) as Values) : before,
    values,
  );

/**
 * The values of the fields that are shown and not disabled, those that are computed, and the rows of lists with their fields only. As in
 * Camunda, a field without a value has an empty text or list, `false` or null.
 */
export const valuesToSend = ({ components }: EvaluatedForm, values: Values): Values =>
  fieldsOf(components, values).reduce<Values>((sent, field) => {
    const { component, path } = field;
    if (component.disabled === true && !isList(component)) return sent;
    const value = isList(component)
      ? rowsAt(values, path).map(() => ({}))
      : component.type === 'expression'
        ? component.computed
        : fieldValue(field, values);
    return withValueAt(sent, path, value) as Values;
  }, {});
