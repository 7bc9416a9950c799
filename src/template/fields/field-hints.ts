import type { Hints } from '../../connector/hints.ts';
import type { Control } from '../controls/control.ts';
import { isFeelHint } from '../controls/defaults.ts';
import { type FieldContext, pathOf } from '../schema/field-context.ts';
import type { Reading } from '../schema/read-schema.ts';
import type { FeelMode, PropertyType } from '../types.ts';
import { givenHints } from '../validation/hint-places.ts';

const isText = (type: PropertyType): boolean => type === 'String' || type === 'Text';

/** The type of a field, which its hints may change. */
export const typeOf = ({ hints }: Reading, { type }: Control): PropertyType =>
  hints.type === 'Hidden' || (hints.type !== undefined && isText(type)) ? hints.type : type;

/** How a field takes FEEL, which its hints may change. */
export const feelOf = ({ hints }: Reading, control: Control, type: PropertyType): FeelMode | undefined => {
  if (type === 'Hidden' || type === 'Dropdown' || hints.target === 'header' || hints.feel === 'none') return undefined;
  return hints.feel ?? control.feel;
};

type Refuse = (name: keyof Hints, why: string, fix: string) => void;

/** What a hidden field has nothing to show for. */
const shownOnly: readonly (keyof Hints)[] = [
  'tooltip',
  'documentation',
  'placeholder',
  'notEmpty',
  'choices',
  'language',
  'feel',
  'secret',
];

const checkLooks = ({ hints }: Reading, control: Control, type: PropertyType, refuse: Refuse): void => {
  const kind = `has no effect on a field of type ${type}`;
  for (const name of givenHints(hints)) {
    if (type === 'Hidden' && shownOnly.includes(name)) refuse(name, kind, 'leave it out');
    if (name === 'keywords') refuse(name, 'has an effect on the members of a variant only', 'leave it out');
    if (name === 'menu') refuse(name, 'has an effect on a variant only', 'leave it out');
  }
  if ((hints.type === 'Text' || hints.type === 'String') && !isText(control.type)) refuse('type', kind, 'leave it out');
  if (type === 'Hidden') return;
  if (hints.placeholder !== undefined && !isText(type)) refuse('placeholder', kind, 'use "tooltip" instead');
  if (hints.choices !== undefined && type !== 'Dropdown') refuse('choices', kind, 'leave it out');
  if (hints.secret === true && !isText(type)) refuse('secret', kind, 'leave it out');
  if (hints.notEmpty !== undefined && type === 'Boolean') {
    refuse('notEmpty', 'has no effect on a checkbox, which always sends a value', 'leave it out');
  }
  if (hints.notEmpty === false && control.constraints?.notEmpty === true) {
    refuse('notEmpty', 'must not be false before Camunda 8.8, where an empty field is not sent', 'leave it out');
  }
};

const checkFeelMode = (reading: Reading, control: Control, type: PropertyType, refuse: Refuse): void => {
  const { hints } = reading;
  const feel = feelOf(reading, control, type);
  if (hints.language !== undefined && type !== 'Hidden') {
    if (type !== 'Text') refuse('language', 'needs a field of type Text', "add type: 'Text'");
    else if (feel !== undefined) refuse('language', 'has no effect on a field that takes FEEL', "add feel: 'none'");
  }
  if (type !== 'Hidden' && isFeelHint(reading) && (feel === undefined || feel === 'static') && type !== 'Dropdown') {
    refuse('default', 'is an expression, but the field does not take FEEL', 'use a value, or let the field take FEEL');
  }
  if (hints.feel === undefined || type === 'Hidden') return;
  if (type === 'Dropdown') refuse('feel', 'has no effect on a field of type Dropdown', 'leave it out');
  else if (hints.target === 'header' && hints.feel !== 'none') {
    refuse('feel', 'has no effect on a header, which is text', 'leave it out');
  } else if (hints.feel === 'static' && isText(type)) refuse('feel', 'must not be "static" for text', 'use "none"');
  else if (hints.feel === 'none' && hints.target !== 'header') {
    if (!isText(type)) refuse('feel', `must not be "none" for a field of type ${type}`, 'use "static"');
    else if (control.feel === 'required') {
      refuse('feel', 'must not be "none" for a value that is written as an expression', 'leave it out');
    }
  }
};

const checkPlace = (reading: Reading, control: Control, refuse: Refuse): void => {
  const { hints } = reading;
  if (hints.generated !== undefined) {
    if (!isText(control.type) || control.feel === 'required') {
      refuse('generated', 'needs a field of text', 'leave it out');
    } else if (control.value !== undefined) refuse('generated', 'does not go with a default', 'remove one of them');
    else if (hints.secret === true) refuse('generated', 'does not go with a secret', 'remove one of them');
  }
  if (hints.type === 'Hidden' && control.value === undefined && hints.generated === undefined) {
    refuse('type', 'hides a field without a default', 'give it a default, or use "hidden" to leave it out');
  }
  if (hints.binding !== undefined && hints.target !== 'header') {
    refuse(
      'binding',
      'would give the variable a different name than the schema',
      "rename the entry, or add target: 'header'",
    );
  }
  if (hints.target !== 'header') return;
  const values = [control.value, ...(control.choices ?? []).map(({ value }) => value)];
  if (values.some((value) => typeof value === 'string' && value.startsWith('='))) {
    refuse('target', 'sends it as a header, which is text, but one of its values is not text', 'use texts');
  }
};

/** Reports hints that have no effect on a field of this kind, or contradict the schema. */
export const checkHints = (reading: Reading, control: Control, context: FieldContext): void => {
  const { hints } = reading;
  const type = typeOf(reading, control);
  const refuse: Refuse = (name, why, fix) => context.report(pathOf(context), `the hint "${name}" ${why}`, fix);
  checkLooks(reading, control, type, refuse);
  checkFeelMode(reading, control, type, refuse);
  checkPlace(reading, control, refuse);
  // An engine before 8.8 needs a value for a variable that must exist.
  if (hints.secret === true && control.value !== undefined && control.value !== '=null') {
    context.report(
      pathOf(context),
      'a secret must not have a default, because everyone who opens the diagram could read it',
      'remove the default',
    );
  }
};
