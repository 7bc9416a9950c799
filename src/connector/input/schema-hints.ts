import type { Hints } from '../hints.ts';
import { isSchema, viewSchema } from '../schema.ts';
import type { Schema } from '../types.ts';

interface Item {
  readonly metadata?: { readonly camunda?: Hints };
}

/** The hints of a schema and of those that it wraps; the outer ones win. */
export const hintsOf = (schema: Schema): Hints => {
  const { wrapped } = viewSchema(schema);
  const pipe = (schema as { pipe?: readonly (Schema | Item)[] }).pipe ?? [];
  const inner = wrapped === undefined ? {} : hintsOf(wrapped);
  const own = pipe.map((item) =>
    isSchema(item) ? (item === schema ? {} : hintsOf(item)) : (item.metadata?.camunda ?? {}),
  );
  return Object.assign({}, inner, ...own);
};
