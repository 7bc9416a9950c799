import * as v from 'valibot';
import type { Schema } from '../../connector/types.ts';
import { compileExpression } from '../../feel/index.ts';
import { type FieldContext, pathOf } from '../schema/field-context.ts';
import { checkDefault, type Default, type Reading } from '../schema/read-schema.ts';

/** The default that applies to a value: the one in its hints, else that of the surrounding object, else its schema's. */
export const effectiveDefault = ({ hints, ownDefault }: Reading, { outerDefault }: FieldContext): Default => {
  if (hints.default !== undefined) return { kind: 'value', value: hints.default, unchecked: true };
  return outerDefault.kind === 'none' ? ownDefault : outerDefault;
};

/** The value that a field has at first; `undefined`: none. A field that sends null is empty. */
export const defaultValueOf = (reading: Reading, context: FieldContext): unknown => {
  const found = effectiveDefault(reading, context);
  return found.kind === 'value' ? (found.value ?? undefined) : undefined;
};

/** Whether the default is a FEEL expression. Only a hint can be one: the text of a schema's default is just text. */
export const isFeelHint = ({ hints }: Reading): boolean =>
  typeof hints.default === 'string' && hints.default.startsWith('=');

/** Reports a default that is not a valid FEEL expression. */
export const checkFeel = (text: string, context: FieldContext): void => {
  try {
    compileExpression(text);
  } catch {
    context.report(pathOf(context), 'its default starts with "=" but is not valid FEEL', 'correct the expression');
  }
};

/** Reports a default of a hint that the schema refuses. The defaults of schemas are checked when the schema is read. */
export const checkHintDefault = (reading: Reading, context: FieldContext): void => {
  const found = effectiveDefault(reading, context);
  if (found.kind !== 'value' || found.unchecked !== true || found.value === undefined || isFeelHint(reading)) return;
  const schema = v.pipe(reading.core as v.GenericSchema, ...(reading.checks as unknown as [])) as unknown as Schema;
  checkDefault(schema, found.value, pathOf(context), context.report);
};
