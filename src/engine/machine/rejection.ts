import { type Fault, fault } from '../../common/fault.ts';
import type { RejectionCode } from './types.ts';

/** The error of a command that the machine rejects. The command has changed nothing. */
export interface Rejection extends Fault<'rejection'> {
  readonly code: RejectionCode;
  /** Zeebe's name of the command, e.g. `COMPLETE`. */
  readonly intent: string;
  /** The message without its prefix. */
  readonly reason: string;
}

/**
 * Creates a rejection. Its text follows Zeebe's, because clients match on it.
 *
 * @example
 * throw reject('NOT_FOUND', 'COMPLETE', `Expected to complete job with key '${key}', but no such job was found`);
 */
export const reject = (code: RejectionCode, intent: string, reason: string): Rejection =>
  fault('rejection', { what: `Command '${intent}' rejected with code '${code}': ${reason}` }, { code, intent, reason });

/** The rejection of variables that are not JSON; for `adoptVariables`. */
export const rejectVariables =
  (intent: string, where: string) =>
  (reason: string): Rejection =>
    reject('INVALID_ARGUMENT', intent, `Expected the variables of ${where} to be a JSON object, but ${reason}`);
