import * as v from 'valibot';
import type { Schema } from '../../connector/types.ts';
import { compileExpression } from '../../feel/index.ts';
import { type Place, pathOf } from '../schema/field-context.ts';
import { checkDefault, type Default, type Reading } from '../schema/read-schema.ts';

/** The default that the Modeler shows: a hint's, else that of the object around, else the schema's own. */
const defaultOf = ({ hints, preset }: Reading, place: Place): Default => {
  if (hints.default !== undefined) return { kind: 'value', value: hints.default, unchecked: true };
  return place.preset.kind === 'none' ? preset : place.preset;
};

/** The value that a field has at first; `undefined`: none. */
export const presetOf = (reading: Reading, place: Place): unknown => {
  const found = defaultOf(reading, place);
  return found.kind === 'value' ? found.value : undefined;
};

/** Only a hint can say FEEL; text of a schema's default is text. */
export const isFeelHint = ({ hints }: Reading): boolean =>
  typeof hints.default === 'string' && hints.default.startsWith('=');

/** Reports a FEEL default that does not parse. */
export const checkFeel = (text: string, place: Place): void => {
  try {
    compileExpression(text);
  } catch {
    place.report(pathOf(place), 'its default starts with "=" and is no FEEL expression', 'correct the expression');
  }
};

/** Reports a default of a hint that the schema would refuse; those of schemas are checked where they stand. */
export const checkPreset = (reading: Reading, place: Place): void => {
  const found = defaultOf(reading, place);
  if (found.kind !== 'value' || found.unchecked !== true || found.value === undefined || isFeelHint(reading)) return;
  const schema = v.pipe(reading.core as v.GenericSchema, ...(reading.checks as unknown as [])) as unknown as Schema;
  checkDefault(schema, found.value, pathOf(place), place.report);
};
