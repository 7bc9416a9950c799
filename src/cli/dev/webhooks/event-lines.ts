import type { HostEvent } from '../session.ts';
import { callLine, isProblem } from './webhook-lines.ts';

/** A line about webhooks and callbacks. */
export interface EventLine {
  readonly level: 'info' | 'warn';
  readonly text: string;
  /** The key of the process instance that it is about. */
  readonly instance?: string;
}

/** The line about an event; `undefined` if the event has nothing to do with webhooks and callbacks. */
export const eventLine = (event: HostEvent): EventLine | undefined => {
  switch (event.kind) {
    case 'call:ended':
      return { level: isProblem(event.call) ? 'warn' : 'info', text: callLine(event.call) };
    case 'callback:addressed': {
      const { connector, correlationKey, processInstanceKey } = event.callback;
      const text = `The callback ${connector} has an address for the key ${JSON.stringify(correlationKey)}.`;
      return { level: 'info', text, instance: processInstanceKey };
    }
    default:
      return undefined;
  }
};

/** Whether a line of the runtime says what {@link eventLine} says as well. */
export const isAboutCall = (text: string): boolean => text.startsWith('Call of "');
