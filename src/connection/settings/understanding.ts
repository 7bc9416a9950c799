import type { ConnectionConfig } from './config.ts';
import { type SettingName, secretSettings } from './definitions.ts';

/** One setting of a configuration, as it was understood. */
export interface UnderstoodSetting {
  readonly name: SettingName | 'type';
  /** The variable or property that set it; absent for a default and for what follows from other settings. */
  readonly from?: string;
  /** The value for readers. Secrets are hidden. */
  readonly text: string;
}

/** How the settings of a configuration were understood. */
export interface Understanding {
  readonly settings: readonly UnderstoodSetting[];
  /** Settings without effect, contradictions, and credentials in plain text. Contain no secret. */
  readonly warnings: readonly string[];
}

// Beside the configuration and not in it, so that a configuration copies and compares like any plain object.
const understandings = new WeakMap<ConnectionConfig, Understanding>();

/** Remembers how a checked configuration was understood. */
export const setUnderstanding = (config: ConnectionConfig, understanding: Understanding): void => {
  understandings.set(config, understanding);
};

/** How a configuration was understood; `undefined` if it has not been checked. */
export const understandingOf = (config: unknown): Understanding | undefined =>
  typeof config === 'object' && config !== null ? understandings.get(config as ConnectionConfig) : undefined;

const pemNames: readonly string[] = ['rootCa', 'certificateChain', 'assertionCertificate'];
const urlNames: readonly string[] = ['oauthUrl', 'issuerUrl'];

/** The value of a setting for readers: without secrets, and URLs without their query, which may contain a key. */
export const readableValue = (name: string, value: unknown): unknown => {
  if (secretSettings.includes(name as SettingName)) return '[hidden]';
  if (typeof value === 'string' && urlNames.includes(name)) return value.replace(/[?#].*$/s, '');
  return value;
};

/** The value of a setting as a short text for readers. */
export const readableText = (name: string, value: unknown): string => {
  if (pemNames.includes(name)) return 'PEM text';
  const readable = readableValue(name, value);
  if (typeof readable === 'function') return 'a function';
  return Array.isArray(readable) ? readable.join(', ') || 'none' : String(readable);
};
