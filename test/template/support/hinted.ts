/** Random schemas with random hints at a random place, and whether a template shows what a hint asks for. */
import fc from 'fast-check';
import * as v from 'valibot';
import { type Hints, hints } from '../../../src/connector/hints.ts';
import type { ElementTemplate, Step, TemplateProperty } from '../../../src/template/index.ts';

/** A schema as data, so that a counterexample can be read. */
export type Spec =
  | { readonly leaf: keyof typeof leaves }
  | { readonly optional: Spec }
  | { readonly nullish: Spec }
  | { readonly list: Spec }
  | { readonly converted: Spec }
  | { readonly fields: Fields }
  | { readonly parts: readonly [Fields, Fields] }
  | VariantSpec;

type Fields = Readonly<Record<string, Spec>>;

interface VariantSpec {
  readonly key: string;
  readonly members: readonly (Fields | VariantSpec)[];
}

const leaves = {
  text: () => v.string(),
  textDefault: () => v.optional(v.string(), 'd'),
  digits: () => v.pipe(v.string(), v.regex(/^\d+$/)),
  json: () => v.pipe(v.string(), v.parseJson()),
  number: () => v.number(),
  boolean: () => v.boolean(),
  choice: () => v.picklist(['a', 'b']),
  sizes: () => v.picklist([1, 2]),
  literals: () => v.union([v.literal('a'), v.literal('b')]),
  fixed: () => v.literal('x'),
  free: () => v.record(v.string(), v.unknown()),
  mixed: () => v.union([v.string(), v.number()]),
} satisfies Readonly<Record<string, () => v.GenericSchema>>;

/** Where a schema is: the path of its value, and what it is there. */
export interface Place {
  readonly path: string;
  readonly kind: 'value' | 'member' | 'key';
}

type Decorate = (place: Place, schema: v.GenericSchema) => v.GenericSchema;

const inside = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const entries = (fields: Fields, path: string, decorate: Decorate): v.ObjectEntries =>
  Object.fromEntries(Object.entries(fields).map(([name, spec]) => [name, build(spec, inside(path, name), decorate)]));

/** Each member has fields of its own, so that a path says which field is meant. */
const numbered = (fields: Fields, tag: string): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, spec]) => [`${name}${tag}`, spec]));

const keyOf = (key: string, outer: v.ObjectEntries): string =>
  Object.keys(outer).length === 0 ? key : `${key}${Object.keys(outer).length}`;

/** The members of a variant. Those of an inner variant have the keys of the outer ones too. */
const memberSchemas = (
  { key: ownKey, members }: VariantSpec,
  path: string,
  decorate: Decorate,
  outer: v.ObjectEntries,
  around = '',
): readonly v.GenericSchema[] => {
  // A variant in a variant has a key of its own.
  const key = keyOf(ownKey, outer);
  return members.map((member, index) => {
    const tag = `${around}${index}`;
    const own = { ...outer, [key]: decorate({ path: inside(path, key), kind: 'key' }, v.literal(`${key}${index}`)) };
    const schema =
      'members' in member
        ? v.variant(
            keyOf((member as VariantSpec).key, own),
            memberSchemas(member as VariantSpec, path, decorate, own, tag) as never,
          )
        : v.object({ ...own, ...entries(numbered(member as Fields, tag), path, decorate) });
    return decorate({ path, kind: 'member' }, schema as v.GenericSchema);
  });
};

/** The schema that a spec describes, with each schema inside it decorated. */
export const build = (spec: Spec, path: string, decorate: Decorate): v.GenericSchema => {
  const make = (): v.GenericSchema => {
    if ('leaf' in spec) return leaves[spec.leaf]();
    if ('optional' in spec) return v.optional(build(spec.optional, path, decorate));
    if ('nullish' in spec) return v.nullish(build(spec.nullish, path, decorate));
    if ('list' in spec) return v.array(build(spec.list, path, decorate));
    if ('converted' in spec) return v.pipe(v.string(), v.parseJson(), build(spec.converted, path, decorate) as never);
    if ('fields' in spec) return v.object(entries(spec.fields, path, decorate));
    if ('parts' in spec) {
      return v.intersect(spec.parts.map((part) => v.object(entries(part, path, decorate))) as never);
    }
    return v.variant(spec.key, memberSchemas(spec, path, decorate, {}) as never) as v.GenericSchema;
  };
  return decorate({ path, kind: 'value' }, make());
};

/** The input of a connector with hints at one of its places, and which place that is. */
export const hintedInput = (
  spec: Spec,
  pick: number,
  given: Hints,
): { readonly input: v.GenericSchema; readonly place: Place } => {
  const input = (decorate: Decorate): v.GenericSchema =>
    v.object({ other: v.picklist(['on', 'off']), it: build(spec, 'it', decorate) });
  const places: Place[] = [];
  input((place, schema) => {
    places.push(place);
    return schema;
  });
  const chosen = pick % places.length;
  let index = 0;
  const hinted = input((_, schema) => {
    const isChosen = index === chosen;
    index += 1;
    return isChosen ? v.pipe(schema, hints(given)) : schema;
  });
  return { input: hinted, place: places[chosen]! };
};

const names = ['a', 'b', 'c', 'd'];

const fieldsOf = (spec: fc.Arbitrary<Spec>, prefix: string): fc.Arbitrary<Fields> =>
  fc
    .array(spec, { minLength: 1, maxLength: 3 })
    .map((list) => Object.fromEntries(list.map((one, index) => [`${prefix}${names[index]}`, one])));

const { spec } = fc.letrec<{ spec: Spec; object: Spec; variant: VariantSpec }>((tie) => ({
  spec: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(...(Object.keys(leaves) as (keyof typeof leaves)[])).map((leaf): Spec => ({ leaf })),
    fc.record({ optional: tie('spec') }),
    fc.record({ nullish: tie('spec') }),
    fc.record({ list: tie('spec') }),
    fc.record({ converted: tie('object') }),
    tie('object'),
    fc.record({ parts: fc.tuple(fieldsOf(tie('spec'), 'l'), fieldsOf(tie('spec'), 'r')) }),
    tie('variant'),
  ),
  object: fc.record({ fields: fieldsOf(tie('spec'), 'f') }),
  variant: fc.record({
    key: fc.constantFrom('k', 'm'),
    members: fc.array(fc.oneof({ maxDepth: 3 }, fieldsOf(tie('spec'), 'v'), fc.constant({}), tie('variant')), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
}));

/** A random schema. */
export const anySpec: fc.Arbitrary<Spec> = spec;

const valuesByHint: { readonly [Name in keyof Hints]-?: readonly unknown[] } = {
  group: ['g'],
  order: [-1, 1],
  placeholder: ['p'],
  tooltip: ['t'],
  documentation: ['https://example.org/d'],
  type: ['String', 'Text', 'Hidden'],
  feel: ['optional', 'required', 'static', 'none'],
  language: ['json'],
  choices: [{ a: 'Label A' }, { 1: 'Label 1' }, { k0: 'Label K' }, { true: 'Label Y' }],
  condition: [{ property: 'other', equals: 'on' }],
  notEmpty: [true, false],
  default: ['a', '7', 3, 1, true, '=n', ['x'], { fa: 'a' }, { k: 'k0' }, { va0: true }, {}],
  generated: ['uuid'],
  hidden: [true],
  secret: [true],
  credential: [{ id: 'acme:key:1', name: 'Key' }],
  opaque: [true],
  target: ['header'],
  binding: ['h'],
  id: ['own-id'],
  menu: [true, false],
  keywords: [['word']],
  tool: [true, false],
};

/** One to three random hints. */
export const anyHints: fc.Arbitrary<Hints> = fc
  .array(
    fc
      .constantFrom(...(Object.keys(valuesByHint) as (keyof Hints)[]))
      .chain((name) => fc.constantFrom(...(valuesByHint[name] ?? [])).map((value) => [name, value] as const)),
    { minLength: 1, maxLength: 3 },
  )
  .map((pairs) => Object.fromEntries(pairs) as Hints);

const leavesOf = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step) => ('steps' in step ? leavesOf(step.steps) : [step]));

const nameOf = ({ binding }: TemplateProperty): string =>
  binding.type === 'zeebe:input' ? binding.name : binding.type === 'zeebe:taskHeader' ? binding.key : '';

const literals = (value: unknown): readonly unknown[] => {
  if (typeof value !== 'object' || value === null) return [value];
  return Array.isArray(value) ? [value] : Object.values(value).flatMap(literals);
};

const isWritten = (value: unknown, { value: written }: TemplateProperty): boolean =>
  written === value || written === `=${JSON.stringify(value)}` || written === String(value);

/** Whether a template shows what a hint asks for at a place. */
export const shows = (template: ElementTemplate, name: keyof Hints, given: Hints, { path }: Place): boolean => {
  const below = template.properties.filter(
    (one) => nameOf(one) === path || nameOf(one).startsWith(`${path}.`) || nameOf(one) === (given.binding ?? path),
  );
  const some = (test: (one: TemplateProperty) => boolean): boolean => below.some(test);
  switch (name) {
    case 'group':
      return some(({ group }) => group === given.group);
    case 'order':
      return below.length > 0;
    case 'placeholder':
    case 'tooltip':
    case 'language':
    case 'secret':
    case 'id':
      return some((one) => one[name] === given[name]);
    case 'documentation':
      return some(({ description = '' }) => description.includes(given.documentation ?? ''));
    case 'type':
      return some(({ type }) => type === given.type);
    case 'feel':
      return some(({ feel }) => feel === (given.feel === 'none' ? undefined : given.feel));
    case 'choices':
      return Object.values(given.choices ?? {}).every((label) =>
        some(({ choices = [] }) => choices.some((one) => one.name === label)),
      );
    case 'condition':
      return below.length > 0 && below.every(({ condition }) => JSON.stringify(condition ?? {}).includes('"other"'));
    case 'notEmpty':
      return given.notEmpty === true
        ? some(({ constraints, type }) => constraints?.notEmpty === true || type === 'Boolean' || type === 'Hidden')
        : some(({ constraints }) => constraints?.notEmpty !== true);
    case 'default':
      return [[given.default], literals(given.default)].some((values) =>
        values.every((value) => some((one) => isWritten(value, one))),
      );
    case 'generated':
      return some(({ generatedValue }) => generatedValue !== undefined);
    case 'hidden':
      return below.length === 0;
    case 'credential':
      return some(({ type }) => type === 'Configuration') && template.configurationTemplates?.length === 1;
    case 'opaque':
      return below.length === 1 && nameOf(below[0]!) === (given.binding ?? path);
    case 'target':
    case 'binding':
      return some(({ binding }) => binding.type === 'zeebe:taskHeader');
    case 'menu':
      return (template.steps !== undefined) === given.menu;
    case 'keywords':
      return leavesOf(template.steps ?? []).some((step) => 'keywords' in step && step.keywords?.includes('word'));
    case 'tool':
      return some(({ value }) => String(value).startsWith('=fromAi(')) === given.tool;
  }
};
