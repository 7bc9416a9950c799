import { refuse } from '../faults.ts';
import { type FeelRange, isRange, type Kind, kindOf } from '../values/kinds.ts';
import { and, comparisons, not, or, type Truth } from '../values/operators.ts';
import { type Builtin, builtin } from './builtin.ts';

const less = comparisons['<']!;
const more = comparisons['>']!;
const same = comparisons['=']!;

const all = (...truths: readonly unknown[]): Truth => truths.reduce<Truth>(and, true);

/** A point as a range that contains only this point. */
const asRange = (value: unknown): FeelRange =>
  isRange(value) ? value : { start: value, end: value, startIncluded: true, endIncluded: true };

/** a ends before b starts. */
const before = (a: FeelRange, b: FeelRange): Truth =>
  or(less(a.end, b.start), all(same(a.end, b.start), !(a.endIncluded && b.startIncluded)));

const meets = (a: FeelRange, b: FeelRange): Truth => all(a.endIncluded, b.startIncluded, same(a.end, b.start));

const startsNoEarlier = (a: FeelRange, b: FeelRange): Truth =>
  or(more(a.start, b.start), all(same(a.start, b.start), !a.startIncluded || b.startIncluded));

const endsNoLater = (a: FeelRange, b: FeelRange): Truth =>
  or(less(a.end, b.end), all(same(a.end, b.end), !a.endIncluded || b.endIncluded));

const includes = (a: FeelRange, b: FeelRange): Truth => and(startsNoEarlier(b, a), endsNoLater(b, a));

const overlaps = (a: FeelRange, b: FeelRange): Truth => and(not(before(a, b)), not(before(b, a)));

const overlapsBefore = (a: FeelRange, b: FeelRange): Truth =>
  all(overlaps(a, b), not(startsNoEarlier(a, b)), endsNoLater(a, b));

const finishes = (a: FeelRange, b: FeelRange): Truth =>
  all(a.endIncluded === b.endIncluded, same(a.end, b.end), startsNoEarlier(a, b));

const starts = (a: FeelRange, b: FeelRange): Truth =>
  all(a.startIncluded === b.startIncluded, same(a.start, b.start), endsNoLater(a, b));

const coincides = (a: FeelRange, b: FeelRange): Truth => and(starts(a, b), finishes(a, b));

type Relation = (a: FeelRange, b: FeelRange) => Truth;

/** The kinds of points that relations accept, alone and as the start of a range. Texts are not among them. */
const kindsOfPoints: ReadonlySet<Kind | undefined> = new Set<Kind>([
  'number',
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
]);

const pointOf = (value: unknown): unknown => (isRange(value) ? value.start : value);

/** Points with a zone and points without one cannot be compared. */
const areComparable = (a: unknown, b: unknown): boolean => {
  const kind = kindOf(a);
  return kindsOfPoints.has(kind) && kind === kindOf(b) && less(a, b) !== null;
};

/**
 * A relation gives null for values that cannot be compared.
 *
 * @param misfit what it makes of a point where it needs a range: by default, it fails as Camunda's engine does
 */
const define = (
  signatures: string,
  holds: Relation,
  fits: (a: unknown, b: unknown) => boolean,
  misfit: () => Truth = () => {
    throw refuse('a function of ranges received a point where it needs a range');
  },
): readonly Builtin[] =>
  builtin(signatures, (a: unknown, b: unknown) => {
    if (!areComparable(pointOf(a), pointOf(b))) return null;
    return fits(a, b) ? holds(asRange(a), asRange(b)) : misfit();
  });

const ranges = 'range1, range2';
const points = 'point1, point2; point, range; range, point; range1, range2';
const pointInRange = 'point, range; range1, range2';
const rangeWithPoint = 'range, point; range1, range2';

const anything = (): boolean => true;
const areRanges = (a: unknown, b: unknown): boolean => isRange(a) && isRange(b);
const secondIsRange = (_a: unknown, b: unknown): boolean => isRange(b);
const firstIsRange = (a: unknown): boolean => isRange(a);
const alike = (a: unknown, b: unknown): boolean => isRange(a) === isRange(b);

const inverse =
  (holds: Relation): Relation =>
  (a, b) =>
    holds(b, a);

/** Relations between ranges and points. */
export const rangeFunctions: Readonly<Record<string, readonly Builtin[]>> = {
  before: define(points, before, anything),
  after: define(points, inverse(before), anything),
  meets: define(ranges, meets, areRanges),
  'met by': define(ranges, inverse(meets), areRanges),
  overlaps: define(ranges, overlaps, areRanges),
  'overlaps before': define(ranges, overlapsBefore, areRanges),
  'overlaps after': define(ranges, inverse(overlapsBefore), areRanges),
  finishes: define(pointInRange, finishes, secondIsRange),
  'finished by': define(rangeWithPoint, inverse(finishes), firstIsRange),
  includes: define(rangeWithPoint, includes, firstIsRange),
  during: define(pointInRange, inverse(includes), secondIsRange),
  starts: define(pointInRange, starts, secondIsRange),
  'started by': define(rangeWithPoint, inverse(starts), firstIsRange),
  coincides: define('point1, point2; range1, range2', coincides, alike, () => false),
};
