import { isWorthLogging } from '../../common/backoff.ts';
import type { Logger } from '../../connector/types.ts';
import type { CallResult, EndedCall } from '../shared/call.ts';
import { errorStack, errorText } from '../shared/error-text.ts';
import type { Listen } from '../shared/events.ts';
import { withFields } from '../shared/logger.ts';

/** An entry of the log is one line, even if the message has several. */
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' | ');

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const textOf: Readonly<Record<CallResult, (call: EndedCall) => string>> = {
  published: ({ messages }) => `published ${plural(messages.length, 'message')}`,
  duplicate: () => 'a repetition, which the cluster knew',
  correlated: () => 'correlated',
  late: ({ messages }) =>
    `${messages.length === 0 ? 'correlated' : `published ${plural(messages.length, 'message')}`}, but the process has not answered in time`,
  unmatched: () => 'no instance waits for it',
  answered: () => 'answered',
  handshake: () => 'a handshake',
  refused: () => 'refused',
  invalid: () => 'not valid',
  unavailable: () => 'not handled in time, so its sender should repeat it',
  failed: () => 'failed because of an error on this side',
};

const problems: ReadonlySet<CallResult> = new Set(['refused', 'invalid', 'unavailable', 'failed']);

const lineOf = (call: EndedCall): string => {
  const { connector, method, route, status, took, result, error } = call;
  const end = status === undefined ? 'connection closed before the answer' : `status ${status}`;
  const why = error === undefined ? '' : `: ${oneLine(errorText(error))}`;
  return `Call of "${connector}" (${method} ${route}): ${textOf[result](call)}, ${end}, ${took} ms${why}`;
};

/**
 * Writes the lines about calls of webhooks and callbacks. Calls without a problem have a line at level debug only. An error on
 * our side is always logged; any other problem the 1st, 8th, 64th, … time in a row, because anyone can cause it.
 */
export const logCalls = (on: Listen, logger: Logger): void => {
  const inARow = new Map<string, number>();
  on('server:listening', ({ url, publicUrl }) =>
    logger.info(`Webhooks are served at ${url}${url === publicUrl ? '' : `, from outside at ${publicUrl}`}.`),
  );
  on('call:ended', (call) => {
    const { connector, method, route, result, error } = call;
    const own = withFields(logger, {
      connector,
      httpMethod: method,
      httpRoute: route,
      callResult: result,
      ...(call.status === undefined ? {} : { httpStatus: call.status }),
    });
    if (!problems.has(result)) {
      inARow.set(connector, 0);
      own.debug(lineOf(call));
      return;
    }
    const count = (inARow.get(connector) ?? 0) + 1;
    inARow.set(connector, count);
    if (result === 'failed') own.error(lineOf(call));
    else if (isWorthLogging(count)) own.warn(lineOf(call));
    else own.debug(lineOf(call));
    const stack = result === 'failed' ? errorStack(error) : undefined;
    if (stack !== undefined) own.debug(`Stack of a call of "${connector}": ${stack}`);
  });
};
