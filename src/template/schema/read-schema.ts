import * as v from 'valibot';
import { isObject } from '../../common/is-object.ts';
import type { Hints } from '../../connector/hints.ts';
import { issueTexts } from '../../connector/input/issue-texts.ts';
import { hintRule } from '../../connector/rules/hints.ts';
import { findProblems, problemLine } from '../../connector/rules/rule-engine.ts';
import { isSchema, type SchemaView, viewSchema } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { formatPath } from '../../connector/values/path.ts';
import type { Report } from '../validation/problems.ts';

/** An item of a pipe that is not a schema. valibot keeps it as plain data. */
export interface Action {
  readonly kind: 'validation' | 'transformation' | 'metadata';
  readonly type: string;
  readonly requirement?: unknown;
  readonly message?: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What a schema returns for an absent value. A `dynamic` default is a function, called for each job: no template can show it. */
export type Default =
  | { readonly kind: 'none' | 'dynamic' }
  | {
      readonly kind: 'value';
      readonly value: unknown;
      /** It comes from a hint, so the schema has not checked it yet. */
      readonly unchecked?: true;
    };

export const noDefault: Default = { kind: 'none' };

/** A schema without its wrappers, and what the wrappers and the pipe add to it. */
export interface Reading {
  /** The schema that receives the value: not a wrapper, not a pipe, and `lazy` only if it is recursive. */
  readonly core: Schema;
  readonly view: SchemaView;
  /** The checks on the value as the process sends it. Checks after a transformation are left out: they see another value. */
  readonly checks: readonly Action[];
  /** The first item of the pipe that turns it into another kind of value, e.g. `transform` or `parse_json`. */
  readonly conversion?: string;
  /** The value may be absent. */
  readonly optional: boolean;
  /** The value may be null. */
  readonly nullable: boolean;
  /** The variable must exist, even if it is null. */
  readonly mustExist: boolean;
  /** The default of the schema itself. */
  readonly ownDefault: Default;
  readonly title?: string;
  readonly description?: string;
  readonly examples: readonly unknown[];
  readonly hints: Hints;
  /** The schemas behind a conversion. They see another value than the process sends. */
  readonly later: readonly Schema[];
}

type Item = Schema | Action;

const pipeOf = (schema: Schema): readonly Item[] | undefined => (schema as { pipe?: readonly Item[] }).pipe;

/** The items of a pipe, with those of the pipes inside it. A schema without a pipe is its own only item. */
const flatten = (schema: Schema): readonly Item[] =>
  pipeOf(schema)?.flatMap((item) => (isSchema(item) ? flatten(item) : item)) ?? [schema];

const optionalTypes: ReadonlySet<string> = new Set(['optional', 'exact_optional', 'undefinedable', 'nullish']);
const nullableTypes: ReadonlySet<string> = new Set(['nullable', 'nullish']);
const refusesAbsence: ReadonlySet<string> = new Set(['non_optional', 'non_nullish']);
const refusesNull: ReadonlySet<string> = new Set(['non_nullable', 'non_nullish']);
const toleratesAbsentKey: ReadonlySet<string> = new Set(['optional', 'exact_optional', 'nullish']);

/** Transformations that do not matter for a field: the Modeler trims text itself. */
const harmless: ReadonlySet<string> = new Set(['trim', 'trim_start', 'trim_end', 'brand', 'flavor', 'readonly']);

/** Transformations that keep the kind of value, but change the text: later checks do not apply to what a person types. */
const sameKind: ReadonlySet<string> = new Set(['to_lower_case', 'to_upper_case', 'normalize']);

const conversionIndex = (items: readonly Item[]): number => {
  const index = items.findIndex(
    (item) => isSchema(item) || (item.kind === 'transformation' && !harmless.has(item.type)),
  );
  return index < 0 ? items.length : index;
};

const isAction = (item: Item): item is Action => !isSchema(item);

const validations = (items: readonly Item[]): readonly Action[] =>
  items.filter((item): item is Action => isAction(item) && item.kind === 'validation');

const conversionOf = (items: readonly Item[]): string | undefined => {
  const found = items
    .slice(conversionIndex(items))
    .find((item) => isSchema(item) || (item.kind === 'transformation' && !sameKind.has(item.type)));
  return found?.type;
};

const last = <T>(list: readonly T[]): T | undefined => list.at(-1);

const textOf = (actions: readonly Action[], name: 'title' | 'description'): string | undefined =>
  last(
    actions.flatMap(({ type, metadata, ...action }) => {
      const value = type === 'metadata' ? metadata?.[name] : action[name];
      return typeof value === 'string' && value.trim() !== '' ? [value] : [];
    }),
  );

const examplesOf = (actions: readonly Action[]): readonly unknown[] =>
  actions.flatMap(({ metadata, examples }) => {
    const given = metadata?.examples ?? examples;
    return Array.isArray(given) ? given : [];
  });

/**
 * Checks the hints in the metadata of a schema. Problems are reported, and the hints that have one are left out.
 *
 * @param given the value of the metadata `camunda`
 * @param path the path of the field
 */
const checkedHints = (given: unknown, path: string, report: Report): Hints => {
  const problems = findProblems(hintRule, given, ['hints']);
  for (const problem of problems) report(path, problemLine(problem));
  if (!isObject(given)) return {};
  const wrong = new Set(problems.map((problem) => problem.path[1]));
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== undefined && !wrong.has(name)));
};

const hintsOf = (actions: readonly Action[], path: string, report: Report): Hints =>
  Object.assign(
    {},
    ...actions.flatMap(({ metadata }) =>
      metadata?.camunda === undefined ? [] : [checkedHints(metadata.camunda, path, report)],
    ),
  );

/** The schemas behind a conversion in the pipe of a schema. */
export const laterSchemas = (schema: Schema): readonly Schema[] => flatten(schema).slice(1).filter(isSchema);

/** The hints of a schema itself, without those of the schemas that it wraps, and unchecked. */
export const ownHints = (schema: Schema): Hints =>
  Object.assign({}, ...flatten(schema).map((item) => (isSchema(item) ? undefined : item.metadata?.camunda)));

/** Reports a default that the schema itself refuses: every job that relies on it would fail. */
export const checkDefault = (wrapped: Schema, value: unknown, path: string, report: Report): void => {
  if (wrapped.async || value === null) return;
  try {
    const result = v.safeParse(wrapped, value);
    if (result.success) return;
    const issues = issueTexts(result.issues).map((issue) =>
      issue.path.length === 0 ? issue.text : `${formatPath(issue.path)}: ${issue.text}`,
    );
    report(path, `its default does not match its own schema (${issues.join('; ')})`, 'correct the default');
  } catch {
    report(
      path,
      'a check or transformation of its schema threw an error for its default',
      'correct the schema or the default',
    );
  }
};

const defaultOf = (view: SchemaView & { readonly default?: unknown }, path: string, report: Report): Default => {
  const value = view.default;
  if (value === undefined || value === null) return noDefault;
  if (typeof value === 'function') return { kind: 'dynamic' };
  checkDefault(view.wrapped!, value, path, report);
  return { kind: 'value', value };
};

/** After this many schemas the one behind `lazy` counts as recursive, because a getter may return a new schema each time. */
const maxSchemas = 2000;

/** The schema behind `lazy`; `undefined` if it is recursive, since that has no end. */
const resolveLazy = (view: SchemaView): Schema | undefined => {
  let seen = 0;
  const endless = (schema: Schema): boolean => {
    seen += 1;
    if (seen > maxSchemas) return true;
    const inner = viewSchema(schema);
    if (inner.getter !== undefined) return inner.getter === view.getter || endless(inner.getter(undefined));
    return childrenOf(inner).some(endless);
  };
  try {
    const schema = view.getter!(undefined);
    return endless(schema) ? undefined : schema;
  } catch {
    return undefined;
  }
};

const emptyTypes: ReadonlySet<string> = new Set(['null', 'undefined']);

/** The options of a union except `null` and `undefined`, which only say that the value may be absent. */
export const valuesOf = ({ options }: SchemaView): readonly Schema[] =>
  (options ?? []).filter(isSchema).filter((option) => !emptyTypes.has(viewSchema(option).type));

const takesAlone = (view: SchemaView, type: 'null' | 'undefined'): boolean =>
  view.type === 'union' && (view.options ?? []).some((option) => isSchema(option) && viewSchema(option).type === type);

/** The schema inside a wrapper. A union with a single option other than null and undefined is a wrapper too. */
const wrappedBy = (view: SchemaView): Schema | undefined => {
  if (view.type === 'lazy') return resolveLazy(view);
  if (view.type !== 'union') return view.wrapped;
  const values = valuesOf(view);
  return values.length === 1 ? values[0] : undefined;
};

/** The schemas directly inside a schema. */
export const childrenOf = ({ entries, options, wrapped, item, items, rest, value }: SchemaView): readonly Schema[] => [
  ...Object.values(entries ?? {}),
  ...(options ?? []).filter(isSchema),
  ...(items ?? []),
  ...[wrapped, item, rest, value].filter(isSchema),
];

/**
 * Reads a schema: unwraps it, flattens its pipes and collects what they say about it.
 *
 * @param path the path of the value, for problems
 */
export const readSchema = (schema: Schema, path: string, report: Report): Reading => {
  const [core, ...items] = flatten(schema) as [Schema, ...Item[]];
  const view = viewSchema(core);
  const actions = items.filter(isAction);
  const before = items.slice(0, conversionIndex(items));
  const conversion = conversionOf(items);
  const title = textOf(actions, 'title');
  const description = textOf(actions, 'description');
  const own = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
  const hints = hintsOf(actions, path, report);
  const later = items.filter(isSchema);
  const fallback = 'fallback' in schema;

  const takesNull = nullableTypes.has(view.type) || takesAlone(view, 'null');
  const takesAbsence = fallback || optionalTypes.has(view.type) || takesAlone(view, 'undefined');
  const target = wrappedBy(view);
  if (target === undefined) {
    return {
      core,
      view,
      checks: validations(before),
      ...(conversion === undefined ? {} : { conversion }),
      optional: takesAbsence,
      nullable: takesNull,
      mustExist: !fallback,
      ownDefault: noDefault,
      ...own,
      examples: examplesOf(actions),
      hints,
      later,
    };
  }

  const inner = readSchema(target, path, report);
  const outer = defaultOf(view, path, report);
  const firstConversion = inner.conversion ?? conversion;
  const refusing = refusesAbsence.has(view.type);
  return {
    ...inner,
    checks: inner.conversion === undefined ? [...inner.checks, ...validations(before)] : inner.checks,
    ...(firstConversion === undefined ? {} : { conversion: firstConversion }),
    optional: takesAbsence || (inner.optional && !refusing),
    nullable: takesNull || (inner.nullable && !refusesNull.has(view.type)),
    mustExist: !fallback && !toleratesAbsentKey.has(view.type) && (inner.mustExist || refusing),
    ownDefault: outer.kind === 'none' && !refusing ? inner.ownDefault : outer,
    ...own,
    examples: [...inner.examples, ...examplesOf(actions)],
    hints: { ...inner.hints, ...hints },
    later: [...inner.later, ...later],
  };
};
