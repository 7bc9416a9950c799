import { documentSchemaType } from '../../connector/documents/schema.ts';
import { type SchemaView, viewSchema } from '../../connector/schema.ts';
import type { Schema } from '../../connector/types.ts';
import { childrenOf } from './read-schema.ts';

/** Whether a schema takes the reference of a document: as a document, or as its bytes. */
export const isDocument = (view: SchemaView): boolean =>
  view.type === documentSchemaType || (view.type === 'instance' && Reflect.get(view, 'class') === Uint8Array);

/** Whether a schema takes a document, or values with documents in them. */
export const holdsDocument = (schema: Schema): boolean => {
  const view = viewSchema(schema);
  return isDocument(view) || childrenOf(view).some(holdsDocument);
};
