import { fault } from '../../../common/fault.ts';
import { asStep } from '../actions/action-steps.ts';
import { findCall, resendCall } from '../actions/resend-call.ts';
import { callLine } from '../webhooks/webhook-lines.ts';
import type { Command } from './types.ts';

const pad = (value: number): string => String(value).padStart(2, '0');

/** The time of day, in the time zone of the developer. */
const timeOf = (milliseconds: number): string => {
  const date = new Date(milliseconds);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(pad).join(':');
};

const calls: Command['run'] = ({ inbound }) => {
  const lines = inbound.calls().map(({ number, at, call }) => `${number}  ${timeOf(at)}  ${callLine(call)}`);
  return lines.length === 0 ? ['No webhook or callback has been called.'] : lines;
};

const resend: Command['run'] = async ({ host, inbound, steps }, [text]) => {
  if (text !== undefined && !/^\d{1,9}$/.test(text)) {
    throw fault('definition', {
      what: `${text} is not the number of a call.`,
      fix: 'write e.g. resend 3. The command calls lists the calls with their numbers; without a number, it is the last one.',
    });
  }
  const found = findCall(inbound.calls(), text === undefined ? undefined : Number(text));
  return [await asStep(steps, `Send the call ${found.number} again`, () => resendCall({ host }, found))];
};

/** The commands about webhooks and callbacks. */
export const inboundCommands: readonly Command[] = [
  {
    ...{ name: 'calls', key: 'k', usage: '', isComplete: true },
    ...{ description: 'List the last calls of webhooks and callbacks', run: calls },
  },
  {
    ...{ name: 'resend', key: 'e', usage: '[NUMBER]', isComplete: true },
    ...{ description: 'Send a call again, signed anew; without a number: the last one', run: resend },
  },
];
