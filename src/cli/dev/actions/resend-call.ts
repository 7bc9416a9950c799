import { fault } from '../../../common/fault.ts';
import { callbackRoute } from '../../../runtime/inbound/callback-address.ts';
import type { DevSession, RecordedCall, Resent, StoredRequest } from '../session.ts';

/** A call whose request can be sent again. */
export type RepeatableCall = RecordedCall & { readonly stored: StoredRequest };

/** Whether the request of a call can be sent again. */
export const isRepeatable = (recorded: RecordedCall): recorded is RepeatableCall => recorded.stored !== undefined;

/** Opening the page of a callback changes nothing, so nobody means it by "the last call". */
const isPageView = ({ call: { route, method } }: RecordedCall): boolean => route === callbackRoute && method !== 'POST';

/**
 * Finds the call that is to be sent again.
 *
 * @param calls oldest first
 * @param number `undefined`: the last one
 * @throws a fault of kind `rejection` if there is none
 */
export const findCall = (calls: readonly RecordedCall[], number: number | undefined): RepeatableCall => {
  if (number === undefined) {
    const last = calls.filter((each) => isRepeatable(each) && !isPageView(each)).at(-1);
    if (last !== undefined && isRepeatable(last)) return last;
    throw fault('rejection', {
      what: 'No call of a webhook or callback has arrived that can be sent again.',
      fix: 'call one first, e.g. with the command for curl that dev has printed.',
    });
  }
  const found = calls.find((each) => each.number === number);
  if (found === undefined) {
    const [first, last] = [calls.at(0)?.number, calls.at(-1)?.number];
    throw fault('rejection', {
      what: `There is no call ${number}.`,
      fix: first === undefined ? 'call a webhook first.' : `use a number from ${first} to ${last}.`,
    });
  }
  if (isRepeatable(found)) return found;
  throw fault('rejection', {
    what: `The call ${number} was refused before its request was received, so it cannot be sent again.`,
    fix: 'let its sender repeat it.',
  });
};

/** How a request was sent again, in words. */
const manner: Readonly<Record<Resent['signature'], string>> = {
  anew: 'signed anew',
  unchanged: 'as it was',
  sender: 'as it was, because only its sender can sign it',
};

/**
 * Sends a call again: to the connectors that are loaded now, signed as its sender would sign it now.
 *
 * @returns a line for the user
 * @throws a fault that says why it could not be sent
 */
export const resendCall = async (
  { host }: Pick<DevSession, 'host'>,
  { number, call, stored }: RepeatableCall,
): Promise<string> => {
  const { status, signature } = await host.resend(stored);
  return `Sent the call ${number} again, ${manner[signature]}: ${call.method} ${call.route} -> ${status}.`;
};
