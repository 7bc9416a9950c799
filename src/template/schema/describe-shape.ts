import { viewSchema } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { isDocument } from './document-kinds.ts';

/** How to describe a value that is written as one expression, and an example to show. */
export interface Shape {
  /** E.g. `a list of texts`. */
  readonly text: string;
  /** The same for several values, e.g. `texts`; absent if there is no short word for them. */
  readonly plural?: string;
  /** A JSON value; absent if any example would mislead. */
  readonly sample?: unknown;
}

const listOf = (shape: Shape | undefined): Shape => ({
  text: shape?.plural === undefined ? 'a list' : `a list of ${shape.plural}`,
  ...(shape?.sample === undefined ? {} : { sample: [shape.sample] }),
});

const isOptional = (schema: Schema): boolean =>
  ['optional', 'exact_optional', 'nullish', 'undefinedable'].includes(viewSchema(schema).type);

const objectOf = (entries: Readonly<Record<string, Schema>>, depth: number): Shape => {
  const samples = Object.entries(entries)
    .filter(([, schema]) => !isOptional(schema))
    .map(([name, schema]) => [name, shapeOf(schema, depth)?.sample] as const);
  const whole = samples.length > 0 && samples.every(([, sample]) => sample !== undefined);
  return { text: 'an object', plural: 'objects', ...(whole ? { sample: Object.fromEntries(samples) } : {}) };
};

/** Deeper structures are too long for an example, and recursive ones have no end. */
const deepest = 3;

/** Describes a schema for a person; `undefined` if it accepts anything. */
export const shapeOf = (schema: Schema, depth = 0): Shape | undefined => {
  const view = viewSchema(schema);
  if (depth > deepest) return undefined;
  if (isDocument(view)) return { text: 'a document', plural: 'documents' };
  switch (view.type) {
    case 'string':
      return { text: 'some text', plural: 'texts', sample: 'text' };
    case 'number':
      return { text: 'a number', plural: 'numbers', sample: 1 };
    case 'boolean':
      return { text: 'true or false', plural: 'booleans', sample: true };
    case 'literal':
      return { text: JSON.stringify(view.literal) ?? 'a value', sample: view.literal };
    case 'picklist':
    case 'enum':
      return { text: 'a value', sample: view.options?.[0] };
    case 'array':
      return listOf(shapeOf(view.item!, depth + 1));
    case 'tuple':
    case 'loose_tuple':
    case 'strict_tuple':
    case 'tuple_with_rest': {
      const samples = (view.items ?? []).map((item) => shapeOf(item, depth + 1)?.sample);
      const whole = samples.length > 0 && samples.every((sample) => sample !== undefined);
      const least = view.type === 'loose_tuple' || view.type === 'tuple_with_rest' ? 'at least ' : '';
      return { text: `a list of ${least}${samples.length} values`, ...(whole ? { sample: samples } : {}) };
    }
    case 'record': {
      const value = shapeOf(view.value!, depth + 1);
      return {
        ...(value?.plural === undefined
          ? { text: 'an object', plural: 'objects' }
          : { text: `an object of ${value.plural}` }),
        ...(value?.sample === undefined ? {} : { sample: { name: value.sample } }),
      };
    }
    case 'object':
    case 'loose_object':
    case 'strict_object':
    case 'object_with_rest':
      return objectOf(view.entries ?? {}, depth + 1);
    default:
      return view.wrapped === undefined ? undefined : shapeOf(view.wrapped, depth);
  }
};
