import { isFault } from '../../../common/fault.ts';
import { stringifyValue } from '../../../connector/values/json-text.ts';
import { checkStorable, largestVariables } from '../../shared/stored-variables.ts';
import type { CallEnd } from '../call-end.ts';
import { invalidCall } from './read-request.ts';

/**
 * The end of a call whose body was to be the message or a part of it, if no cluster can store this body: a mistake of the caller, and not
 * of ours.
 *
 * @returns `undefined` if a cluster can store the body
 * @example
 * unstorableBody({ n: 2n ** 64n })?.answer.status; // 422
 */
export const unstorableBody = (body: Readonly<Record<string, unknown>>): CallEnd | undefined => {
  try {
    if (Buffer.byteLength(stringifyValue(body)) > largestVariables) {
      const limit = largestVariables.toLocaleString('en');
      return invalidCall(413, `The body is larger than ${limit} bytes, the limit of a message.`);
    }
    checkStorable(body, 'The body');
    return undefined;
  } catch (error) {
    // Other values do not come from JSON or a form, but from the schema of the connector.
    if (!isFault(error, 'input')) return undefined;
    return invalidCall(422, 'The body has an integer beyond 64 bits. Send it as text.');
  }
};
