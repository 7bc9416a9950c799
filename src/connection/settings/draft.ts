import type { ConnectionType, SettingProblem } from './config.ts';
import { type SettingName, type SettingValue, settings } from './definitions.ts';
import type { SettingSource } from './source.ts';

/** The settings of a connection while they are checked. */
export interface Draft {
  readonly type: ConnectionType;
  /** Whether the type was given. Otherwise it follows from the settings. */
  readonly isTypeGiven: boolean;
  readonly source: SettingSource;
  readonly values: Partial<Record<SettingName, SettingValue>>;
  /** The settings that were given and have an effect, as they were understood. */
  readonly used: Map<SettingName, SettingValue>;
  readonly problems: SettingProblem[];
  /** What the reader of the log should know. Contains no secret. */
  readonly warnings: string[];
}

/** Whether a setting was given, well-formed or not. */
export const isGiven = ({ source }: Draft, name: SettingName): boolean => source.read(name) !== undefined;

/** The name under which a setting was given, or would be. */
export const labelOf = ({ source }: Draft, name: SettingName): string => source.read(name)?.label ?? source.label(name);

/** The value of a setting as text; `undefined` if it has none. */
export const textValue = ({ values }: Draft, name: SettingName): string | undefined => {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
};

/** Notes what is wrong with a setting, with its meaning and an example. */
export const addProblem = (draft: Draft, name: SettingName, problem: string): void => {
  const { meaning, example } = settings[name];
  const label = labelOf(draft, name);
  const message = `${label} ${problem}. It must be ${meaning}, e.g. ${draft.source.example(name, example)}`;
  draft.problems.push({ setting: label, message });
};

/** Notes that a setting is missing. */
export const addMissing = (draft: Draft, name: SettingName, needer: string): void => {
  const { meaning, example } = settings[name];
  const label = draft.source.label(name);
  const message = `${label} is not set. ${needer} needs it: ${meaning}, e.g. ${draft.source.example(name, example)}`;
  draft.problems.push({ setting: label, message });
};

/**
 * Takes settings without effect out of the draft. In an object that is an error, because nothing else explains why they
 * were written; environment variables may be meant for another program, so they get one warning.
 */
export const removeUnused = (draft: Draft, names: readonly SettingName[], why: string): void => {
  const given = names.filter((name) => isGiven(draft, name));
  const labels = names.flatMap((name) => {
    const found = draft.source.read(name);
    return [...(found === undefined ? [] : [found]), ...draft.source.others(name)].map(({ label }) => label);
  });
  for (const name of names) {
    delete draft.values[name];
    draft.used.delete(name);
  }
  if (labels.length === 0) return;
  if (!draft.source.isDeliberate) {
    draft.warnings.push(`${labels.join(', ')} ${labels.length === 1 ? 'has' : 'have'} no effect: ${why}.`);
    return;
  }
  for (const name of given) {
    const setting = labelOf(draft, name);
    if (draft.problems.some((problem) => problem.setting === setting)) continue;
    draft.problems.push({
      setting,
      message: `${setting} has no effect: ${why}. Remove it, or correct the other settings.`,
    });
  }
};
