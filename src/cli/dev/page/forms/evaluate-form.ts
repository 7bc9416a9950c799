import { isObject } from '../../../../common/is-object.ts';
import { isExpression } from '../../../../feel/index.ts';
import type { EvaluatedForm, FormComponent } from '../contract/forms.ts';
import { createFormFeel, type FormFeel, formText, type Scope } from './form-text.ts';

/** How often a form is evaluated until its expressions agree with one another. */
const mostRounds = 4;

/** The rows of a table that are shown. */
const maxRows = 100;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A setting that is a value, or an expression for one. */
const settingOf = (value: unknown, scope: Scope, feel: FormFeel): unknown =>
  typeof value === 'string' && isExpression(value) ? feel.evaluate(value, scope) : value;

/** The list behind the name of a variable, or behind an expression. */
const sourceOf = (source: string | undefined, scope: Scope, feel: FormFeel): readonly unknown[] =>
  source === undefined ? [] : listOf(isExpression(source) ? feel.evaluate(source, scope) : scope[source]);

const texts = ['label', 'text', 'content', 'description', 'alt', 'source', 'url', 'dateLabel', 'timeLabel'] as const;

const tableOf = (
  { dataSource, columns, columnsExpression }: FormComponent,
  scope: Scope,
  feel: FormFeel,
): Pick<FormComponent, 'columns' | 'rows'> => {
  const rows = sourceOf(dataSource, scope, feel).filter(isObject).slice(0, maxRows);
  const given = columnsExpression === undefined ? columns : listOf(feel.evaluate(columnsExpression, scope));
  const found = (given ?? []).flatMap((column) =>
    isObject(column) && typeof column.key === 'string'
      ? [{ key: column.key, label: typeof column.label === 'string' ? column.label : column.key }]
      : [],
  );
  return { columns: found, rows };
};

/** A component with its expressions evaluated; `undefined` if it is hidden. */
const evaluate = (component: FormComponent, scope: Scope, feel: FormFeel): FormComponent | undefined => {
  const { conditional, type, readonly, validate, valuesExpression, components, dataSource } = component;
  if (conditional?.hide !== undefined && settingOf(conditional.hide, scope, feel) === true) return undefined;
  const written = texts.flatMap((name) => {
    const text = component[name];
    return typeof text === 'string' ? [[name, formText(text, scope, feel)] as const] : [];
  });
  const rules = Object.entries(validate ?? {}).flatMap(([name, rule]) => {
    const value = settingOf(rule, scope, feel);
    return value === null || value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...component,
    ...Object.fromEntries(written),
    ...(readonly === undefined ? {} : { readonly: settingOf(readonly, scope, feel) === true }),
    ...(validate === undefined ? {} : { validate: Object.fromEntries(rules) }),
    ...(valuesExpression === undefined
      ? {}
      : { values: listOf(feel.evaluate(valuesExpression, scope)) as NonNullable<FormComponent['values']> }),
    ...(type === 'table' ? tableOf(component, scope, feel) : {}),
    ...(type === 'documentPreview' ? { rows: sourceOf(dataSource, scope, feel).filter(isObject) } : {}),
    ...(components === undefined || type === 'dynamiclist'
      ? {}
      : { components: components.flatMap((each) => evaluate(each, scope, feel) ?? []) }),
  };
};

/** All components, those of groups too. */
const flat = (components: readonly FormComponent[]): readonly FormComponent[] =>
  components.flatMap((component) => [component, ...flat(component.components ?? [])]);

const keysOf = (components: readonly FormComponent[]): ReadonlySet<string> =>
  new Set(flat(components).flatMap(({ key, path }) => key ?? path ?? []));

/**
 * Evaluates the expressions of a form with FEEL: which components are hidden, their texts, options and rules, tables, and the values
 * of expression components. Fields that are hidden have no value.
 *
 * @param components as in the file
 * @param variables what the form can read, without the values of its fields
 * @param values what has been entered in its fields
 * @example
 * evaluateForm([{ type: 'expression', key: 'total', expression: '=price * 2' }], { price: 4 }, {}).computed; // { total: 8 }
 */
export const evaluateForm = (components: readonly FormComponent[], variables: Scope, values: Scope): EvaluatedForm => {
  const all = keysOf(components);
  const expressions = flat(components).filter(({ type }) => type === 'expression');
  let feel = createFormFeel();
  let shown = components;
  let computed: Record<string, unknown> = {};
  let before = '';
  for (let round = 0; round < mostRounds; round += 1) {
    feel = createFormFeel();
    const visible = keysOf(shown);
    const entered = Object.fromEntries(Object.entries(values).filter(([key]) => visible.has(key) || !all.has(key)));
    const scope = { ...variables, ...entered, ...computed };
    const next: Record<string, unknown> = {};
    for (const { key, expression } of expressions) {
      if (key !== undefined && expression !== undefined && visible.has(key)) {
        next[key] = feel.evaluate(expression, { ...scope, ...next });
      }
    }
    computed = next;
    shown = components.flatMap((each) => evaluate(each, { ...scope, ...computed }, feel) ?? []);
    const now = JSON.stringify([shown, computed]);
    if (now === before) break;
    before = now;
  }
  return { components: shown, computed, problems: feel.problems() };
};
