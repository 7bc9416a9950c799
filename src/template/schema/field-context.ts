import type { SimpleCondition } from '../types.ts';
import type { Report } from '../validation/problems.ts';
import { refusedName } from '../validation/variable-name.ts';
import { type Default, noDefault } from './read-schema.ts';

/** The field that chooses the member of a variant. */
export interface Discriminator {
  /** The id of its property. */
  readonly id: string;
  /** Its values are booleans that the field holds as texts. */
  readonly asText: boolean;
}

/** The discriminators that are known where a member of a variant is read, by name. */
export type Discriminators = ReadonlyMap<string, Discriminator>;

/** Where in the input a schema stands, and what that means for its fields. */
export interface Place {
  /** Names from the root. */
  readonly path: readonly string[];
  /** Section that the fields inherit. */
  readonly group: string | undefined;
  /** What must hold for the fields to be shown. */
  readonly conditions: readonly SimpleCondition[];
  /** The object around may be left out, so that no field in it has to be filled. */
  readonly mayBeEmpty: boolean;
  /** It may be left out and has no default: every field needs a way to say nothing. */
  readonly mayBeUnset: boolean;
  /** The default of the object around for this value; it counts before the value's own. */
  readonly preset: Default;
  /** The engine deploys no input without a value (before 8.8). */
  readonly legacy: boolean;
  readonly report: Report;
}

/** The dotted path, which is also the name of the input mapping. */
export const pathOf = ({ path }: Place): string => path.join('.');

/** Reports the last name of the path if no input variable can be called so. */
export const reportName = (place: Place): void => {
  const name = place.path.at(-1)!;
  const fix = refusedName(name);
  if (fix !== undefined) {
    place.report(pathOf(place), `the name ${JSON.stringify(name)} cannot be an input variable`, fix);
  }
};

/** The place of a whole input. */
export const rootPlace = (legacy: boolean, report: Report): Place => ({
  path: [],
  group: undefined,
  conditions: [],
  mayBeEmpty: false,
  mayBeUnset: false,
  preset: noDefault,
  legacy,
  report,
});
