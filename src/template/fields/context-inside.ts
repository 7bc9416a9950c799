import { isObject } from '../../common/is-object.ts';
import { entryNames } from '../../connector/schema.ts';
import { effectiveDefault } from '../controls/defaults.ts';
import { type FieldContext, pathOf } from '../schema/field-context.ts';
import { type Default, noDefault, type Reading } from '../schema/read-schema.ts';

/** The default that an object's default holds for one of its fields. */
export const defaultFor = (outer: Default, name: string): Default => {
  if (outer.kind !== 'value') return noDefault;
  const { value } = outer;
  return isObject(value) && Object.hasOwn(value, name) ? { ...outer, value: value[name] } : noDefault;
};

/** Reports a default of a hint that has no effect, because nothing inside the value reads it. */
const checkObjectDefault = ({ core, hints }: Reading, found: Default, context: FieldContext): void => {
  if (found.kind !== 'value' || found.unchecked !== true) return;
  const path = pathOf(context) || '(root)';
  if (!isObject(found.value)) {
    context.report(
      path,
      'its default must be an object, with defaults for its entries',
      hints.default === undefined ? 'use an object' : 'use an object, or add opaque: true for a single expression',
    );
    return;
  }
  if (Object.keys(found.value).length === 0 && hints.default !== undefined) {
    context.report(path, 'the hint "default" has no effect, because it is empty', 'leave it out');
  }
  const known = new Set(entryNames(core));
  for (const name of Object.keys(found.value)) {
    if (known.has(name)) continue;
    context.report(path, `its default has ${JSON.stringify(name)}, which the schema does not have`, 'correct the name');
  }
};

/** The context of the fields inside an object or a variant. */
export const contextInside = (reading: Reading, context: FieldContext): FieldContext => {
  const { hints, optional, nullable } = reading;
  const mayBeLeftOut = optional || nullable;
  const outerDefault = effectiveDefault(reading, context);
  checkObjectDefault(reading, outerDefault, context);
  const inside = { ...context, group: hints.group ?? context.group, outerDefault };
  // The hint says of all fields inside what it says of a single field.
  if (hints.notEmpty !== undefined) {
    return { ...inside, mayBeEmpty: !hints.notEmpty, mayBeUnset: !hints.notEmpty && outerDefault.kind !== 'value' };
  }
  return {
    ...inside,
    mayBeEmpty: context.mayBeEmpty || mayBeLeftOut,
    mayBeUnset: outerDefault.kind !== 'value' && (context.mayBeUnset || mayBeLeftOut),
  };
};
