import { isObject } from '../../../../common/is-object.ts';
import { didYouMean, misspelt } from '../../../../common/nearest-name.ts';
import { invalidArgument } from '../../call-status.ts';
import { isLike, readPattern } from './like.ts';

/** A value that can be searched for. */
export type Scalar = string | number | boolean;

/** What the values of a field are; each type has operators of its own. Times are milliseconds since the epoch. */
export type FieldType = 'text' | 'key' | 'enum' | 'number' | 'time' | 'flag';

/** A field by which records can be filtered and sorted. */
export interface SearchField<Item> {
  readonly type: FieldType;
  /** The value of a record; of a field with several values, the list of them. Undefined and null are no value. */
  readonly of: (item: Item) => unknown;
  /** The field takes a value only, no operators. */
  readonly isExact?: boolean;
  /** The values of an `enum`, in upper case. Default: any. */
  readonly values?: readonly string[];
}

/** What a filter may say of a field. */
type FieldRules = Omit<SearchField<never>, 'of'>;

type Test = (value: unknown) => boolean;

const equality = ['$eq', '$neq', '$exists', '$in'];

const operatorsOf: Readonly<Record<FieldType, readonly string[]>> = {
  text: [...equality, '$notIn', '$like'],
  key: [...equality, '$notIn'],
  enum: [...equality, '$notIn', '$like'],
  number: [...equality, '$gt', '$gte', '$lt', '$lte'],
  time: [...equality, '$gt', '$gte', '$lt', '$lte'],
  flag: [],
};

const kinds: Readonly<Record<FieldType, string>> = {
  text: 'a text',
  key: 'a key',
  enum: 'a text',
  number: 'a number',
  time: 'a date and time such as 2030-01-31T09:00:00Z',
  flag: 'true or false',
};

/** A comparison can take as many steps as the product of the lengths of pattern and text. */
const longestPattern = 2_000;

const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;

const readTime = (value: unknown): number | undefined => {
  if (typeof value !== 'string' || !isTime.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
};

const readers: Readonly<Record<FieldType, (value: unknown) => Scalar | undefined>> = {
  text: (value) => (typeof value === 'string' ? value : undefined),
  key: (value) => (typeof value !== 'object' && /^-?\d{1,25}$/.test(String(value)) ? String(value) : undefined),
  enum: (value) => (typeof value === 'string' ? value.toUpperCase() : undefined),
  number: (value) => (typeof value === 'number' ? value : undefined),
  time: readTime,
  flag: (value) => (typeof value === 'boolean' ? value : undefined),
};

/** Length up to which a refusal repeats a value. */
const longestShown = 60;

const checkValue = (values: readonly string[], value: string, where: string): void => {
  if (values.includes(value)) return;
  const shown = value.length > longestShown ? `${value.slice(0, longestShown)}…` : value;
  throw invalidArgument(
    didYouMean(`${where} cannot be ${JSON.stringify(shown)}.`, misspelt(value, values)),
    `use one of ${values.join(', ')}.`,
  );
};

const readScalar = ({ type, values }: FieldRules, value: unknown, where: string): Scalar => {
  const scalar = readers[type](value);
  if (scalar === undefined) throw invalidArgument(`${where} must be ${kinds[type]}.`);
  if (values !== undefined) checkValue(values, String(scalar), where);
  return scalar;
};

const readScalars = (field: FieldRules, value: unknown, where: string): ReadonlySet<unknown> => {
  if (!Array.isArray(value)) throw invalidArgument(`${where} must be a list.`);
  return new Set(value.map((item) => readScalar(field, item, where)));
};

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** Whether an operator says nothing. As on a cluster, an empty list is no condition: Camunda's client for Java sends one always. */
const isUnused = (operand: unknown): boolean => isAbsent(operand) || (Array.isArray(operand) && operand.length === 0);

const ordered =
  (holds: (difference: number) => boolean) =>
  (field: FieldRules, operand: unknown, where: string): Test => {
    const limit = readScalar(field, operand, where);
    // What is absent is neither before nor after it.
    return (value) => typeof value === 'number' && holds(value - Number(limit));
  };

const operators: Readonly<Record<string, (field: FieldRules, operand: unknown, where: string) => Test>> = {
  $eq: (field, operand, where) => {
    const wanted = readScalar(field, operand, where);
    return (value) => value === wanted;
  },
  $neq: (field, operand, where) => {
    const unwanted = readScalar(field, operand, where);
    return (value) => value !== unwanted;
  },
  $exists: (_field, operand, where) => {
    if (typeof operand !== 'boolean') throw invalidArgument(`${where} must be true or false.`);
    return (value) => isAbsent(value) !== operand;
  },
  $in: (field, operand, where) => {
    const wanted = readScalars(field, operand, where);
    return (value) => wanted.has(value);
  },
  $notIn: (field, operand, where) => {
    const unwanted = readScalars(field, operand, where);
    return (value) => !unwanted.has(value);
  },
  $gt: ordered((difference) => difference > 0),
  $gte: ordered((difference) => difference >= 0),
  $lt: ordered((difference) => difference < 0),
  $lte: ordered((difference) => difference <= 0),
  $like: (field, operand, where) => {
    // A pattern is not one of the values.
    const text = String(readScalar({ type: field.type }, operand, where));
    if (text.length > longestPattern) {
      throw invalidArgument(`${where} must have at most ${longestPattern} characters, but has ${text.length}.`);
    }
    const pattern = readPattern(text);
    return (value) => typeof value === 'string' && isLike(pattern, value);
  },
};

/**
 * The test of one property of a filter: a value, or an object of operators that must all hold.
 *
 * @param where the path of the property, for the text of a refusal
 * @throws a `rejection` (INVALID_ARGUMENT) if the field does not have the operator or the value
 */
export const readProperty = (field: FieldRules, property: unknown, where: string): Test => {
  const { type, isExact = false } = field;
  if (!isObject(property)) return operators.$eq!(field, property, where);
  const allowed = isExact ? [] : operatorsOf[type];
  const tests = Object.entries(property)
    .filter(([, operand]) => !isUnused(operand))
    .map(([name, operand]) => {
      if (!allowed.includes(name)) {
        const instead = allowed.length === 0 ? 'It takes a value only' : `Its operators are ${allowed.join(', ')}`;
        throw invalidArgument(`${where} does not have the operator ${name}. ${instead}.`);
      }
      return operators[name]!(field, operand, `${where}.${name}`);
    });
  return tests.length === 1 ? tests[0]! : (value) => tests.every((test) => test(value));
};

/** Tests a field of a record. One of several values suffices. */
export const readField = <Item>(
  field: SearchField<Item>,
  property: unknown,
  where: string,
): ((item: Item) => boolean) => {
  const { of } = field;
  const test = readProperty(field, property, where);
  return (item) => {
    const value = of(item);
    return Array.isArray(value) ? value.some(test) : test(value);
  };
};

/** The values of which a record must have one, if the property says so; `undefined` if it says something else. */
export const wantedValues = (property: unknown): readonly string[] | undefined => {
  if (typeof property === 'string' || typeof property === 'number') return [String(property)];
  if (!isObject(property)) return undefined;
  const { $eq, $in } = property;
  if ($eq !== undefined && $eq !== null) return wantedValues($eq);
  return Array.isArray($in) && $in.length > 0 ? [...new Set($in.map(String))] : undefined;
};
