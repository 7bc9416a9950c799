import { unmatchedKeys } from './correlation-keys.ts';
import { droppedVariables } from './dropped-variables.ts';
import { unknownFunctions } from './functions.ts';
import { unreadHeaders } from './headers.ts';
import { unservedJobs } from './job-types.ts';
import { unmatchedMessages } from './messages.ts';
import { missingReferences } from './references/missing-references.ts';
import { lostResults } from './results.ts';
import { misspeltReferences, unknownSecrets } from './secrets.ts';
import type { Hint, HintFacts } from './types.ts';
import { unwrittenVariables } from './variables.ts';

const checks: readonly ((facts: HintFacts) => readonly Hint[])[] = [
  unservedJobs,
  missingReferences,
  unmatchedMessages,
  unmatchedKeys,
  unreadHeaders,
  lostResults,
  unknownSecrets,
  misspeltReferences,
  unwrittenVariables,
  droppedVariables,
  unknownFunctions,
];

const levels: Readonly<Record<Hint['level'], string>> = { warning: 'Warning', note: 'Note' };

/** A hint as a line. */
export const hintLine = ({ level, text }: Hint): string => `${levels[level]}: ${text}`;

/**
 * Finds what would wait in vain in processes, and what has no effect in them: job types and inbound connectors that are not
 * loaded, forms, decisions, called processes and linked resources that are not deployed, messages without a counterpart, correlation keys that cannot meet, task headers that are not read, secrets that do
 * not exist, results that are dropped or become null, misspelt variables, and variables of messages that output mappings drop.
 * It is pure, and silent where something may be right.
 *
 * @param facts the compiled processes, and what is known of connectors and secrets
 * @returns each hint once, warnings before notes
 * @example
 * for (const hint of findHints({ models, connectors })) console.log(hintLine(hint));
 * // Warning: shop.bpmn: no loaded connector has the job type "chrage" of Charge (process shop) … Did you mean "charge"? …
 */
export const findHints = (facts: HintFacts): readonly Hint[] => {
  const found = new Map<string, Hint>();
  for (const hint of checks.flatMap((check) => check(facts))) found.set(hint.text, hint);
  const hints = [...found.values()];
  return [...hints.filter(({ level }) => level === 'warning'), ...hints.filter(({ level }) => level === 'note')];
};
