import { isObject } from '../../../../common/is-object.ts';
import { isExpression } from '../../../../feel/index.ts';
import {
  type FormField,
  type FormPath,
  fieldsOf,
  fieldValue,
  isList,
  pathOf,
  rowsAt,
  valueAt,
  withValueAt,
} from '../contract/form-fields.ts';
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

const texts = [
  ...(['label', 'text', 'content', 'description', 'alt', 'source', 'url'] as const),
  ...(['dateLabel', 'timeLabel', 'accept'] as const),
];

/** Settings that an expression may decide. */
const decisions = ['readonly', 'multiple'] as const;

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

/** What the expressions of a place in the form read. */
interface Place {
  /** The variables, with the values of all fields. */
  readonly data: Scope;
  /** The row that the place is in; outside of lists, the same as the data. */
  readonly row: unknown;
  /** The scope around the row. */
  readonly parent: Scope | null;
  /** The positions of the rows around it, from 1 on. */
  readonly positions: readonly number[];
}

/** The scope of a place. In a row, its values are behind `this`, as in Camunda; a variable with such a name comes first. */
const scopeOf = ({ data, row, parent, positions }: Place): Scope => ({
  ...{ this: row, parent, i: positions },
  ...data,
  ...{ _this_: row, _parent_: parent, _i_: positions },
});

const outermost = (data: Scope): Place => ({ data, row: data, parent: null, positions: [] });

const rowPlace = (place: Place, row: unknown, index: number): Place => ({
  ...{ data: place.data, row, parent: scopeOf(place) },
  positions: [...place.positions, index + 1],
});

/** A component with its expressions evaluated; `undefined` if it is hidden. */
const evaluate = (
  component: FormComponent,
  place: Place,
  around: FormPath,
  feel: FormFeel,
): FormComponent | undefined => {
  const { conditional, type, validate, valuesExpression, components, dataSource } = component;
  const scope = scopeOf(place);
  if (conditional?.hide !== undefined && settingOf(conditional.hide, scope, feel) === true) return undefined;
  const path = pathOf(component, around);
  const written = texts.flatMap((name) => {
    const text = component[name];
    return typeof text === 'string' ? [[name, formText(text, scope, feel)] as const] : [];
  });
  const decided = decisions.flatMap((name) => {
    const setting = component[name];
    return setting === undefined ? [] : [[name, settingOf(setting, scope, feel) === true] as const];
  });
  const rules = Object.entries(validate ?? {}).flatMap(([name, rule]) => {
    const value = settingOf(rule, scope, feel);
    return value === null || value === undefined ? [] : [[name, value] as const];
  });
  const inner = (of: Place, at: FormPath): readonly FormComponent[] =>
    (components ?? []).flatMap((each) => evaluate(each, of, at, feel) ?? []);
  return {
    ...component,
    ...Object.fromEntries(written),
    ...Object.fromEntries(decided),
    ...(validate === undefined ? {} : { validate: Object.fromEntries(rules) }),
    ...(valuesExpression === undefined
      ? {}
      : { values: listOf(feel.evaluate(valuesExpression, scope)) as NonNullable<FormComponent['values']> }),
    ...(type === 'expression' ? { computed: valueAt(place.data, path) } : {}),
    ...(type === 'table' ? tableOf(component, scope, feel) : {}),
    ...(type === 'documentPreview' ? { rows: sourceOf(dataSource, scope, feel).filter(isObject) } : {}),
    ...(isList(component)
      ? { items: rowsAt(place.data, path).map((row, index) => inner(rowPlace(place, row, index), [...path, index])) }
      : components === undefined
        ? {}
        : { components: inner(place, path) }),
  };
};

/** The place of a path: that of the innermost row around it. */
const placeOf = (data: Scope, path: FormPath): Place =>
  path.reduce<Place>(
    (place, name, index) =>
      typeof name === 'number' ? rowPlace(place, valueAt(data, path.slice(0, index + 1)), name) : place,
    outermost(data),
  );

const namesOf = (fields: readonly FormField[]): ReadonlySet<string> =>
  new Set(fields.map(({ path }) => JSON.stringify(path)));

/**
 * Evaluates the expressions of a form with FEEL: which components are hidden, their texts, options and rules, tables, the values of
 * expression components, and the same for each row of a list. Fields that are hidden have no value.
 *
 * @param components as in the file
 * @param variables what the form can read, without the values of its fields
 * @param values what has been entered in its fields
 * @example
 * const form = evaluateForm([{ type: 'expression', key: 'total', expression: '=price * 2' }], { price: 4 }, {});
 * form.components[0].computed; // 8
 */
export const evaluateForm = (components: readonly FormComponent[], variables: Scope, values: Scope): EvaluatedForm => {
  const all = fieldsOf(components, values);
  const ofFields = new Set(all.map(({ path }) => path[0]));
  // Who writes JSON can have values for which there is no field.
  const others = Object.entries(values).filter(([name]) => !ofFields.has(name));
  const base = { ...variables, ...Object.fromEntries(others) };
  let feel = createFormFeel();
  let shown = components;
  let computed: readonly (readonly [path: FormPath, value: unknown])[] = [];
  let before = '';
  for (let round = 0; round < mostRounds; round += 1) {
    feel = createFormFeel();
    const visible = namesOf(fieldsOf(shown, values));
    const isVisible = ({ path }: FormField): boolean => visible.has(JSON.stringify(path));
    const put = (data: unknown, path: FormPath, value: unknown): Scope => withValueAt(data, path, value) as Scope;
    let data = all.reduce(
      (given, field) => put(given, field.path, isVisible(field) ? fieldValue(field, values) : undefined),
      base,
    );
    for (const [path, value] of computed) data = put(data, path, value);
    computed = all.filter(isVisible).flatMap(({ component: { type, expression }, path }) => {
      if (type !== 'expression' || expression === undefined) return [];
      const value = feel.evaluate(expression, scopeOf(placeOf(data, path)));
      data = put(data, path, value);
      return [[path, value] as const];
    });
    const place = outermost(data);
    shown = components.flatMap((each) => evaluate(each, place, [], feel) ?? []);
    const now = JSON.stringify([shown, computed]);
    if (now === before) break;
    before = now;
  }
  return { components: shown, problems: feel.problems() };
};
