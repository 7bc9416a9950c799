import { isSchema, type SchemaView, viewSchema } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { type HintPlace, refuseHints } from '../validation/hint-places.ts';
import type { Report } from '../validation/problems.ts';
import { isDocument } from './document-kinds.ts';
import { childrenOf, laterSchemas, ownHints } from './read-schema.ts';

const isoText =
  'take text and convert it, e.g. v.pipe(v.string(), v.isoTimestamp(), v.transform((text) => new Date(text))), or use feelDate() or feelDateTime()';

/** Types that JSON does not have, and what to use instead. */
const refused: ReadonlyMap<string, string> = new Map([
  ['date', isoText],
  ['bigint', 'take text and convert it, e.g. v.pipe(v.string(), v.digits(), v.transform(BigInt))'],
  ['map', 'use v.record'],
  ['set', 'use v.array'],
  ['file', 'use document()'],
  ['blob', 'use document()'],
  ['instance', 'take the data that it is built from, and build it in v.transform'],
  ['custom', 'use a schema of the data, with v.check for the rest'],
  ['function', 'a process contains only data; leave it out'],
  ['promise', 'a process contains only data; use the schema of its value'],
  ['symbol', 'use v.string'],
  ['nan', 'use v.number'],
  ['undefined', 'leave it out'],
  ['void', 'leave it out'],
  ['never', 'leave it out'],
  ['null', 'use v.nullable with a schema of the value'],
]);

/** Reports a schema that no JSON value matches. Returns whether it did. */
export const refuseKind = (view: SchemaView, path: string, report: Report): boolean => {
  const { type } = view;
  const fix = isDocument(view) ? undefined : refused.get(type);
  if (fix !== undefined) report(path, `the Modeler has no field for a schema of type "${type}"`, fix);
  return fix !== undefined;
};

const isEmptyOption = (type: string): boolean => type === 'null' || type === 'undefined';

/** Calls `visit` for a schema and everything inside it, each once. */
const visitAll = (
  core: Schema,
  visit: (schema: Schema) => void,
  next: (schema: Schema) => readonly unknown[],
): void => {
  const seen = new Set<Schema>();
  const walk = (schema: Schema): void => {
    if (seen.has(schema)) return;
    seen.add(schema);
    visit(schema);
    // A schema behind `lazy` is recursive here, and was visited on the way in.
    for (const child of next(schema)) if (isSchema(child)) walk(child);
  };
  walk(core);
};

/** Reports every hint on schemas that have no field of their own, and inside them. */
export const refuseHintsInside = (schemas: readonly Schema[], where: HintPlace, path: string, report: Report): void => {
  const refuse = (schema: Schema): void => refuseHints(ownHints(schema), where, path, report);
  for (const schema of schemas)
    visitAll(schema, refuse, (one) => [...childrenOf(viewSchema(one)), ...laterSchemas(one)]);
};

/** As {@link refuseKind}, for everything inside a schema that becomes one expression. Hints have no effect there either. */
export const refuseInside = (core: Schema, path: string, report: Report): void => {
  const inside = (schema: Schema): readonly Schema[] => childrenOf(viewSchema(schema));
  visitAll(
    core,
    (schema) => {
      const view = viewSchema(schema);
      if (!isEmptyOption(view.type)) refuseKind(view, path, report);
    },
    inside,
  );
  refuseHintsInside(childrenOf(viewSchema(core)).filter(isSchema), 'expression', path, report);
};
