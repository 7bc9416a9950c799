import { type Fault, fault } from '../../../common/fault.ts';
import type { RejectionCode } from '../types.ts';

/** A command that the machine refuses. Nothing has changed when it is thrown. */
export interface Rejection extends Fault<'rejection'> {
  readonly code: RejectionCode;
  /** Zeebe's name of the refused command, e.g. `COMPLETE`. */
  readonly intent: string;
  /** The message without its prefix. */
  readonly reason: string;
}

/**
 * Makes a rejection with the text that Zeebe's clients match on.
 *
 * @example
 * throw reject('NOT_FOUND', 'COMPLETE', `Expected to complete job with key '${key}', but no such job was found`);
 */
export const reject = (code: RejectionCode, intent: string, reason: string): Rejection =>
  fault('rejection', { what: `Command '${intent}' rejected with code '${code}': ${reason}` }, { code, intent, reason });

/** Makes the rejection of variables that are no JSON data; for `adoptVariables`. */
export const refuseVariables =
  (intent: string, where: string) =>
  (reason: string): Rejection =>
    reject('INVALID_ARGUMENT', intent, `Expected the variables of ${where} to be a JSON object, but ${reason}`);
