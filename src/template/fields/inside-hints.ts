import type { Hints } from '../../connector/hints.ts';
import type { Report } from '../validation/problems.ts';
import type { Draft } from './draft.ts';

/** Whether a field always sends a value, or must be filled in. */
const isSent = ({ property: { constraints, type } }: Draft): boolean =>
  constraints?.notEmpty === true || type === 'Boolean' || type === 'Hidden';

/** Reports hints on a value with several fields that change none of them. */
export const checkInside = (hints: Hints, drafts: readonly Draft[], path: string, report: Report): void => {
  const refuse = (name: keyof Hints, why: string): void =>
    report(path, `the hint "${name}" has no effect, because ${why}`, 'leave it out');
  if (hints.group !== undefined && !drafts.some(({ property }) => property.group === hints.group)) {
    refuse('group', 'none of its fields is in that section');
  }
  if (hints.notEmpty === true && !drafts.some(isSent)) refuse('notEmpty', 'none of its entries is required');
  if (hints.condition !== undefined && drafts.length === 0) refuse('condition', 'it has no fields');
};
