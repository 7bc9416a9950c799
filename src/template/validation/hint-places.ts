import type { Hints } from '../../connector/hints.ts';
import type { Report } from './problems.ts';

/** Where hints may be: on a schema with a field of its own, or on one that only contains fields. */
export type HintPlace =
  | 'object'
  | 'variant'
  | 'input'
  | 'variantInput'
  | 'part'
  | 'variantPart'
  | 'member'
  | 'variantMember'
  | 'key'
  | 'option'
  | 'expression'
  | 'hidden'
  | 'credential'
  | 'converted'
  | 'output';

interface Place {
  /** The hints that have an effect there. */
  readonly effective: readonly (keyof Hints)[];
  /** Follows "has no effect". */
  readonly why: string;
  readonly fix: string;
}

const onEntries = 'move it to its entries';

const places: Readonly<Record<HintPlace, Place>> = {
  object: {
    effective: ['group', 'order', 'condition', 'notEmpty', 'default', 'hidden', 'opaque'],
    why: 'on an object, which has no field of its own',
    fix: `${onEntries}, or add opaque: true for one field`,
  },
  variant: {
    effective: [
      'group',
      'order',
      'condition',
      'notEmpty',
      'default',
      'hidden',
      'opaque',
      'tooltip',
      'documentation',
      'choices',
      'id',
      'menu',
    ],
    why: 'on a variant, whose only field is the list of its members',
    fix: 'remove it, or move it to the entries of its members',
  },
  input: { effective: ['group', 'default'], why: 'on a whole input', fix: onEntries },
  variantInput: {
    effective: ['group', 'default', 'tooltip', 'documentation', 'choices', 'id', 'menu'],
    why: 'on a whole input',
    fix: 'move it to the entries of its members',
  },
  part: { effective: ['group', 'default'], why: 'on a part of an intersection', fix: onEntries },
  variantPart: {
    effective: ['group', 'default', 'tooltip', 'documentation', 'choices', 'id', 'menu'],
    why: 'on a part of an intersection',
    fix: 'move it to the entries of its members',
  },
  member: {
    effective: ['group', 'default', 'keywords'],
    why: 'on a member of a variant, which has no field of its own',
    fix: onEntries,
  },
  variantMember: {
    effective: ['group', 'default', 'notEmpty', 'tooltip', 'documentation', 'choices', 'id'],
    why: 'on a variant that is a member of another variant',
    fix: 'move it to the outer variant, or to the entries of its members',
  },
  key: {
    effective: [],
    why: 'on the key of a variant, whose field belongs to the variant',
    fix: 'move it to the variant',
  },
  option: { effective: [], why: 'on one of the values of a list', fix: 'move it to the list' },
  expression: {
    effective: [],
    why: 'inside a value that has a single field',
    fix: 'remove it, or move it to the whole value',
  },
  hidden: { effective: ['hidden'], why: 'on an entry that is left out', fix: 'remove it, or remove "hidden"' },
  credential: {
    effective: ['group', 'order', 'condition', 'notEmpty', 'default', 'tooltip', 'documentation', 'id', 'credential'],
    why: 'on a credential',
    fix: 'remove it, or remove "credential"',
  },
  converted: {
    effective: [],
    why: 'on a schema behind a conversion, because the field is that of the value before it',
    fix: 'move it to the first schema of the pipe',
  },
  output: { effective: [], why: 'on an output', fix: 'remove it' },
};

/** Whether a hint only states what holds without it. */
const isNeutral = (name: string, value: unknown): boolean =>
  (value === false && !['notEmpty', 'default', 'menu', 'tool'].includes(name)) ||
  (name === 'target' && value === 'input');

/** The names of the hints that ask for something. */
export const givenHints = (hints: Hints): readonly (keyof Hints)[] =>
  (Object.keys(hints) as (keyof Hints)[]).filter((name) => !isNeutral(name, hints[name]));

/** Reports every hint that has no effect where it is. A hint either takes effect or is refused. */
export const refuseHints = (hints: Hints, where: HintPlace, path: string, report: Report): void => {
  const { effective, why, fix } = places[where];
  for (const name of givenHints(hints)) {
    if (!effective.includes(name)) report(path, `the hint "${name}" has no effect ${why}`, fix);
  }
};
