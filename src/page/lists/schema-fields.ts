/** Which fields a JSON Schema becomes. Pure. */
import { digitsOf } from '../parts/json.ts';

/** The parts of JSON Schema that a form is made from. */
export interface FormSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, FormSchema>>;
  readonly required?: readonly string[];
  readonly items?: FormSchema | readonly FormSchema[] | boolean;
  readonly anyOf?: readonly FormSchema[];
  readonly oneOf?: readonly FormSchema[];
  readonly allOf?: readonly FormSchema[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
}

/** The values of the fields of an object. */
export type Values = Readonly<Record<string, unknown>>;

/** One of several objects that a value may be. */
export interface Variant {
  readonly title: string;
  readonly schema: FormSchema;
  /** What distinguishes it from the others. */
  readonly constants: Values;
}

/** A field, or a group of them. */
export type FieldKind =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'json' }
  | { readonly kind: 'choice'; readonly choices: readonly unknown[] }
  | { readonly kind: 'group'; readonly schema: FormSchema }
  | { readonly kind: 'variants'; readonly variants: readonly Variant[] }
  | { readonly kind: 'list'; readonly items: FormSchema };

const isFields = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && digitsOf(value) === undefined;

/** An object that has to be all of several objects. */
const joined = (schema: FormSchema, parts: readonly FormSchema[]): FormSchema => ({
  ...schema,
  properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as NonNullable<FormSchema['properties']>,
  required: parts.flatMap(({ required = [] }) => required),
});

/** A schema without the alternative null, and as one object if it has to be all of several. */
export const plainSchema = (schema: FormSchema): FormSchema => {
  const alternatives = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null');
  if (alternatives?.length === 1) {
    const { anyOf: _, oneOf: __, ...rest } = schema;
    return plainSchema({ ...alternatives[0], ...rest });
  }
  const parts = schema.allOf?.map(plainSchema) ?? [];
  return parts.length > 0 && parts.every(({ properties }) => properties !== undefined) ? joined(schema, parts) : schema;
};

const typeOf = ({ type }: FormSchema): string | undefined =>
  typeof type === 'string' ? type : type?.find((each) => each !== 'null');

/** The values of which one has to be chosen; `undefined` if there are others. */
const choicesOf = (schema: FormSchema): readonly unknown[] | undefined => {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return schema.enum;
  const alternatives = (schema.anyOf ?? schema.oneOf)?.filter(({ type }) => type !== 'null').map(plainSchema);
  const choices = alternatives?.map(choicesOf);
  return choices?.every((each) => each !== undefined) ? choices.flat() : undefined;
};

const constantsOf = ({ properties = {} }: FormSchema): Values =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, part]) => {
      const choices = choicesOf(plainSchema(part));
      return choices?.length === 1 ? [[name, choices[0]]] : [];
    }),
  );

const titleOf = ({ title, properties = {} }: FormSchema, constants: Values): string => {
  const [constant] = Object.values(constants);
  if (title !== undefined) return title;
  return constant === undefined ? Object.keys(properties).join(', ') || 'nothing' : String(constant);
};

/** The objects that a value may be; `undefined` if it may be something else. */
const variantsOf = (schema: FormSchema): readonly Variant[] | undefined => {
  const parts = (schema.anyOf ?? schema.oneOf)
    ?.filter(({ type }) => type !== 'null')
    .map(plainSchema)
    .flatMap((part): readonly (FormSchema | undefined)[] => {
      if (part.properties !== undefined) return [part];
      return variantsOf(part)?.map((inner) => inner.schema) ?? [undefined];
    });
  if (parts === undefined || parts.length === 0) return undefined;
  const found = parts.flatMap((part): readonly Variant[] => {
    if (part === undefined) return [];
    const constants = constantsOf(part);
    return [{ title: titleOf(part, constants), schema: part, constants }];
  });
  return found.length === parts.length ? found : undefined;
};

const kindOf = (schema: FormSchema): FieldKind => {
  const choices = choicesOf(schema);
  if (choices !== undefined) return { kind: 'choice', choices };
  if (schema.properties !== undefined) return { kind: 'group', schema };
  const variants = variantsOf(schema);
  if (variants !== undefined) return { kind: 'variants', variants };
  const type = typeOf(schema);
  switch (type) {
    case 'array': {
      const { items } = schema;
      const isOneKind = typeof items === 'object' && !Array.isArray(items);
      return isOneKind ? { kind: 'list', items: items as FormSchema } : { kind: 'json' };
    }
    case 'string':
      return { kind: 'text' };
    case 'integer':
    case 'number':
      return { kind: 'number' };
    case 'boolean':
      return { kind: 'boolean' };
    default:
      return { kind: 'json' };
  }
};

/** Whether a field can show a value. */
const canShow = (field: FieldKind, value: unknown): boolean => {
  switch (field.kind) {
    case 'choice':
      return field.choices.includes(value);
    case 'group':
    case 'variants':
      return isFields(value);
    case 'list':
      return Array.isArray(value);
    case 'text':
      // A field of one line would lose the others.
      return typeof value === 'string' && !/[\r\n]/.test(value);
    case 'number':
      return digitsOf(value) !== undefined;
    case 'boolean':
      return typeof value === 'boolean';
    case 'json':
      return true;
  }
};

/**
 * The field for a schema. A value that it could not show, such as a reference to a secret where a number is wanted, is JSON.
 *
 * @param schema of {@link plainSchema}
 * @example
 * fieldFor({ type: 'integer' }, 7); // { kind: 'number' }
 * fieldFor({ type: 'integer' }, '{{secrets.LIMIT}}'); // { kind: 'json' }
 */
export const fieldFor = (schema: FormSchema, value: unknown): FieldKind => {
  const field = kindOf(schema);
  if (value === undefined || value === null) {
    // A box would look as if the value were false.
    return field.kind === 'boolean' ? { kind: 'choice', choices: [true, false] } : field;
  }
  return canShow(field, value) ? field : { kind: 'json' };
};

/** The position of the variant that a value is, or is most like. */
export const variantFor = (variants: readonly Variant[], value: unknown): number => {
  const given: Values = isFields(value) ? value : {};
  const scoreOf = ({ schema, constants }: Variant): number => {
    const distinct = Object.entries(constants).filter(([name, constant]) => given[name] === constant).length;
    const named = Object.keys(given).filter((name) => Object.hasOwn(schema.properties ?? {}, name)).length;
    const missing = (schema.required ?? []).filter((name) => given[name] === undefined).length;
    return distinct * 1_000 + named - missing;
  };
  const scores = variants.map(scoreOf);
  return scores.indexOf(Math.max(...scores));
};

/** The values of another variant: those that both have, and what distinguishes it. */
export const changeVariant = ({ schema, constants }: Variant, value: unknown): Values => {
  const kept = Object.entries(isFields(value) ? value : {}).filter(
    ([name]) => Object.hasOwn(schema.properties ?? {}, name) && !Object.hasOwn(constants, name),
  );
  return { ...constants, ...Object.fromEntries(kept) };
};

/** The value of a new row of a list, before anything is entered. */
export const newItem = (schema: FormSchema): unknown => {
  const plain = plainSchema(schema);
  if (plain.default !== undefined) return plain.default;
  const field = fieldFor(plain, undefined);
  switch (field.kind) {
    case 'choice':
      return field.choices[0];
    case 'group':
      return constantsOf(field.schema);
    case 'variants':
      return changeVariant(field.variants[0]!, {});
    case 'list':
      return [];
    case 'text':
      return '';
    default:
      return null;
  }
};

/**
 * The values of an object after a field has changed.
 *
 * @param value `undefined`: the object does not have the field
 */
export const withField = (values: Values, name: string, value: unknown): Values => {
  const { [name]: _, ...rest } = values;
  if (value === undefined) return rest;
  // In its place, so that the JSON of an example keeps its order.
  if (!Object.hasOwn(values, name)) return { ...values, [name]: value };
  return Object.fromEntries(Object.entries(values).map(([each, old]) => [each, each === name ? value : old]));
};
