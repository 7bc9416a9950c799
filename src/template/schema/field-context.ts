import type { SimpleCondition } from '../types.ts';
import type { Report } from '../validation/problems.ts';
import { refusedName } from '../validation/variable-name.ts';
import { type Default, noDefault } from './read-schema.ts';

/** The field that selects the member of a variant. */
export interface Discriminator {
  /** The id of its property. */
  readonly id: string;
  /** The field holds the booleans of the key as text. */
  readonly asText: boolean;
}

/** The discriminators of the variants around a field, by name. */
export type Discriminators = ReadonlyMap<string, Discriminator>;

/** What the position of a schema in the input means for its fields. */
export interface FieldContext {
  /** Names from the root. */
  readonly path: readonly string[];
  /** The section that the fields inherit. */
  readonly group: string | undefined;
  /** The fields are shown while all of these hold. */
  readonly conditions: readonly SimpleCondition[];
  /** The surrounding object may be left out, so none of its fields must be filled in. */
  readonly mayBeEmpty: boolean;
  /** The surrounding object may be left out and has no default, so every field must be able to send nothing. */
  readonly mayBeUnset: boolean;
  /** The default that the surrounding object has for this value; it takes precedence over the value's own. */
  readonly outerDefault: Default;
  /** The template is also for engines before 8.8, which do not deploy an input without a value. */
  readonly legacy: boolean;
  /** The fields are those of a credential: their values are stored as they are, without FEEL. */
  readonly stored: boolean;
  /** Whether the template is for a tool of an agent, which fills in the fields; `undefined`: there is no such template. */
  readonly tool: boolean | undefined;
  readonly report: Report;
}

/** The dotted path, which is also the name of the input mapping. */
export const pathOf = ({ path }: FieldContext): string => path.join('.');

/** Reports the last name of the path if an input variable cannot have it. */
export const reportName = (context: FieldContext): void => {
  const name = context.path.at(-1)!;
  const fix = refusedName(name);
  if (fix !== undefined) {
    context.report(pathOf(context), `the name ${JSON.stringify(name)} cannot be an input variable`, fix);
  }
};

/** The context of a whole input. */
export const rootContext = (legacy: boolean, report: Report, tool?: boolean): FieldContext => ({
  path: [],
  group: undefined,
  conditions: [],
  mayBeEmpty: false,
  mayBeUnset: false,
  outerDefault: noDefault,
  legacy,
  stored: false,
  tool,
  report,
});
