import { showFailurePlaces } from './advice/failure-places.ts';
import { explainNullInputs } from './advice/null-inputs.ts';
import { reportWaits } from './advice/waits.ts';
import { readCommands } from './commands/read-commands.ts';
import type { DevPart, DevSession, StartPart } from './session.ts';
import { showWebhooks } from './webhooks/show-webhooks.ts';

/** Loaded only if something is recorded. */
const record: StartPart = async (session) =>
  session.request.record === undefined ? {} : (await import('./record.ts')).recordCase(session);

/** Loaded only if there is a page. */
const servePage: StartPart = async (session) =>
  session.request.hasPage ? (await import('./page/start-page.ts')).startPage(session) : {};

/** What accompanies every session, in the order in which it starts. It ends in the opposite order. */
const parts: readonly StartPart[] = [
  reportWaits,
  explainNullInputs,
  showFailurePlaces,
  showWebhooks,
  record,
  servePage,
  readCommands,
];

/**
 * Starts the parts of a session.
 *
 * @param started receives each part that has started, also if a later one fails
 */
export const startParts = async (session: DevSession, started: DevPart[]): Promise<void> => {
  for (const start of parts) started.push(await start(session));
};

/** Tells the parts that the session is ready. */
export const partsReady = async (started: readonly DevPart[]): Promise<void> => {
  for (const { ready } of started) await ready?.();
};

/**
 * Ends the parts, the last one first.
 *
 * @param code the exit code, or `undefined` after an error
 */
export const stopParts = async (started: readonly DevPart[], code: number | undefined): Promise<void> => {
  for (const { stop } of [...started].reverse()) await stop?.(code);
};
