import { FeelRange } from 'feelin';
import { and, type Bounds, boundsOf, comparisons, not, or, type Truth, within } from '../values/operators.ts';
import { type Builtin, builtin } from './builtin.ts';

/** A point is treated as a range that contains only this point. */
const asBounds = (value: unknown): Bounds =>
  value instanceof FeelRange ? boundsOf(value) : { start: value, end: value, startIncluded: true, endIncluded: true };

const less = comparisons['<']!;
const more = comparisons['>']!;
const same = comparisons['=']!;

const all = (...truths: readonly Truth[]): Truth => truths.reduce<Truth>(and, true);

/** a ends before b starts. */
const before = (a: Bounds, b: Bounds): Truth =>
  or(less(a.end, b.start), and(same(a.end, b.start), !(a.endIncluded && b.startIncluded)));

const meets = (a: Bounds, b: Bounds): Truth => all(a.endIncluded, b.startIncluded, same(a.end, b.start));

const startsNoEarlier = (a: Bounds, b: Bounds): Truth =>
  or(more(a.start, b.start), and(same(a.start, b.start), !a.startIncluded || b.startIncluded));

const endsNoLater = (a: Bounds, b: Bounds): Truth =>
  or(less(a.end, b.end), and(same(a.end, b.end), !a.endIncluded || b.endIncluded));

const includes = (a: Bounds, b: Bounds): Truth => and(startsNoEarlier(b, a), endsNoLater(b, a));

const overlaps = (a: Bounds, b: Bounds): Truth => and(not(before(a, b)), not(before(b, a)));

const overlapsBefore = (a: Bounds, b: Bounds): Truth =>
  all(overlaps(a, b), not(startsNoEarlier(a, b)), endsNoLater(a, b));

const finishes = (a: Bounds, b: Bounds): Truth =>
  all(a.endIncluded === b.endIncluded, same(a.end, b.end), startsNoEarlier(a, b));

const starts = (a: Bounds, b: Bounds): Truth =>
  all(a.startIncluded === b.startIncluded, same(a.start, b.start), endsNoLater(a, b));

const coincides = (a: Bounds, b: Bounds): Truth => and(starts(a, b), finishes(a, b));

type Relation = (a: Bounds, b: Bounds) => Truth;

const relation = (holds: Relation): Builtin =>
  builtin('a, b', (a: unknown, b: unknown) => holds(asBounds(a), asBounds(b)));

const inverse = (holds: Relation): Builtin => relation((a, b) => holds(b, a));

const includesPointOrRange = (range: unknown, value: unknown): Truth => {
  if (!(range instanceof FeelRange)) return null;
  return value instanceof FeelRange ? includes(boundsOf(range), boundsOf(value)) : within(value, boundsOf(range));
};

/** Relations between ranges and points. */
export const rangeFunctions: Readonly<Record<string, Builtin>> = {
  before: relation(before),
  after: inverse(before),
  meets: relation(meets),
  'met by': inverse(meets),
  overlaps: relation(overlaps),
  'overlaps before': relation(overlapsBefore),
  'overlaps after': inverse(overlapsBefore),
  finishes: relation(finishes),
  'finished by': inverse(finishes),
  includes: builtin('range, value', includesPointOrRange),
  during: builtin('value, range', (value: unknown, range: unknown) => includesPointOrRange(range, value)),
  starts: relation(starts),
  'started by': inverse(starts),
  coincides: relation(coincides),
};
