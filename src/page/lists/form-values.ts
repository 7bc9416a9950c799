/** The forms of form-js as data: their fields, and the values that a person enters. */
import type { EvaluatedForm, FormComponent } from '../../cli/dev/page/contract.ts';

/** Values by the keys of their fields. */
export type Values = Readonly<Record<string, unknown>>;

/** Types of components without a value. */
export const silent = new Set([
  'text',
  'html',
  'image',
  'separator',
  'spacer',
  'button',
  'iframe',
  'documentPreview',
  'table',
  'expression',
]);

/** All components with a value, those of groups too. */
const fieldsOf = (components: readonly FormComponent[]): readonly FormComponent[] =>
  components.flatMap((component) => {
    if (component.type === 'group') return fieldsOf(component.components ?? []);
    if (silent.has(component.type)) return [];
    // A list has a path instead of a key.
    const key = component.key ?? component.path;
    return key === undefined ? [] : [{ ...component, key }];
  });

/**
 * The values with which a form begins: those of the variables, else the defaults of the form.
 *
 * @example
 * firstValues([{ type: 'number', key: 'total', defaultValue: 5 }], {}); // { total: 5 }
 */
export const firstValues = (components: readonly FormComponent[], variables: Values): Values =>
  Object.fromEntries(
    fieldsOf(components).flatMap(({ key = '', defaultValue, type }) => {
      const value = variables[key] ?? defaultValue ?? (type === 'checkbox' ? false : undefined);
      return value === undefined ? [] : [[key, value]];
    }),
  );

/** What is wrong with the value of a field. */
export interface FieldProblem {
  readonly key: string;
  readonly text: string;
}

/** What is wrong with the values, in the order of the fields. The texts have the labels of the form. */
export const formProblems = (components: readonly FormComponent[], values: Values): readonly FieldProblem[] =>
  fieldsOf(components).flatMap(({ key = '', label = key, validate = {}, type }) => {
    const value = values[key];
    const isEmpty =
      value === undefined ||
      value === '' ||
      value === null ||
      (type === 'checkbox' && value !== true) ||
      (Array.isArray(value) && value.length === 0);
    if (isEmpty) return validate.required === true ? [{ key, text: `${label} is required.` }] : [];
    const { min, max, minLength, maxLength, pattern } = validate;
    const found: string[] = [];
    if (typeof value === 'number') {
      if (min !== undefined && value < Number(min)) found.push(`${label} must be at least ${min}.`);
      if (max !== undefined && value > Number(max)) found.push(`${label} must be at most ${max}.`);
    }
    if (typeof value === 'string') {
      if (minLength !== undefined && value.length < Number(minLength))
        found.push(`${label} must have at least ${minLength} characters.`);
      if (maxLength !== undefined && value.length > Number(maxLength))
        found.push(`${label} must have at most ${maxLength} characters.`);
      if (pattern !== undefined && pattern !== '' && !matches(pattern, value))
        found.push(`${label} must match ${pattern}.`);
    }
    return found.map((text) => ({ key, text }));
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
  const given = valuesKey === undefined ? undefined : variables[valuesKey];
  const list: readonly unknown[] = Array.isArray(given) ? given : values;
  return list.map((item) => {
    const { label, value } =
      typeof item === 'object' && item !== null
        ? (item as { readonly label?: string; readonly value: unknown })
        : { label: undefined, value: item };
    return { label: label ?? String(value), value };
  });
};

/** Types of components that the page draws as fields. */
const drawn = new Set([
  'textfield',
  'textarea',
  'number',
  'checkbox',
  'select',
  'radio',
  'checklist',
  'taglist',
  'datetime',
]);

/** Whether something in a form depends on values: expressions begin with `=`, and templates contain `{{`. */
export const hasExpressions = (form: string): boolean =>
  /"\s*=|\{\{|"type"\s*:\s*"(?:table|documentPreview|expression)"/.test(form);

/** The values of the fields that are shown, and those that are computed. Empty texts and numbers are left out already. */
export const valuesToSend = ({ components, computed }: EvaluatedForm, values: Values): Values => {
  const keys = new Set(fieldsOf(components).map(({ key }) => key));
  return { ...Object.fromEntries(Object.entries(values).filter(([key]) => keys.has(key))), ...computed };
};

/** Whether all values of a form can be entered in it. */
export const canDraw = (components: readonly FormComponent[]): boolean =>
  fieldsOf(components).every(({ type }) => drawn.has(type));
