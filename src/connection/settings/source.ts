import { fault } from '../../common/fault.ts';
import type { ConfigurationFault, SettingProblem } from './config.ts';
import type { SettingName } from './definitions.ts';

/** A value as it was given, and the name under which it was found. */
export interface Found {
  readonly value: unknown;
  readonly label: string;
}

/** The origin of the settings: environment variables, or an object. */
export interface SettingSource {
  /** For error messages. */
  readonly where: string;
  /** Whether every setting was written for this connection, so that one without effect is an error and not only a warning. */
  readonly isDeliberate: boolean;
  /** The value of a setting; `undefined` if it is not set. */
  read(name: SettingName): Found | undefined;
  /** The values of a setting under other names, which do not count. */
  others(name: SettingName): readonly Found[];
  /** What the setting is called in this source. */
  label(name: SettingName): string;
  /** All names of the setting in this source. */
  names(name: SettingName): readonly string[];
  /** How to write the setting in this source. */
  example(name: SettingName, example: string): string;
}

/** Makes the error that names all problems. */
export const configurationFault = (where: string, problems: readonly SettingProblem[]): ConfigurationFault =>
  fault(
    'configuration',
    {
      what: `The connection to Camunda cannot be set up:\n${problems.map(({ message }) => `- ${message}`).join('\n')}`,
      where,
      fix: 'correct the settings named above. docs/connection.md of camunda-connectors describes them.',
    },
    { problems },
  );

/** Whether a value counts as not set. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
