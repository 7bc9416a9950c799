import { parseDateTime } from '../../model/iso8601.ts';
import type { TaskProperties } from '../store/records.ts';
import type { UserTaskChanges } from '../types.ts';

/** Values that commands and listeners give to the properties of a user task. What is absent or null stays. */
export type GivenProperties = UserTaskChanges & { readonly assignee?: string | null };

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isDate = (value: unknown): boolean =>
  typeof value === 'string' && (value === '' || parseDateTime(value) !== undefined);
const isPriority = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 100;

/** What each property must be. */
const rules: Readonly<Record<keyof TaskProperties, readonly [test: (value: unknown) => boolean, expected: string]>> = {
  assignee: [isText, 'a text'],
  candidateGroups: [isTexts, 'a list of texts'],
  candidateUsers: [isTexts, 'a list of texts'],
  dueDate: [isDate, 'an ISO 8601 date and time'],
  followUpDate: [isDate, 'an ISO 8601 date and time'],
  priority: [isPriority, 'a whole number from 0 to 100'],
};

const names = Object.keys(rules) as readonly (keyof TaskProperties)[];

/** The names of the properties that are given, also as null. */
export const givenNames = (given: GivenProperties): readonly string[] =>
  names.filter((name) => given[name] !== undefined);

/** What is wrong with the given values, e.g. `priority to be a whole number from 0 to 100`. */
export const wrongProperties = (given: GivenProperties): readonly string[] =>
  names
    .filter((name) => given[name] !== undefined && given[name] !== null && !rules[name][0](given[name]))
    .map((name) => `${name} to be ${rules[name][1]}`);

/** The values as a task stores them: an empty text is nothing. */
export const storedProperties = (given: GivenProperties): Readonly<Partial<TaskProperties>> => {
  const entries = names
    .filter((name) => given[name] !== undefined && given[name] !== null)
    .map((name) => {
      const value = given[name];
      return [name, Array.isArray(value) ? Object.freeze([...value]) : value === '' ? null : value];
    });
  return Object.fromEntries(entries) as Partial<TaskProperties>;
};
