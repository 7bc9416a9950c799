import type { ConnectionFault } from '../../../src/connection/port.ts';

/** The error of a call that must fail. */
export const failure = async (promise: Promise<unknown>): Promise<ConnectionFault> => {
  try {
    await promise;
  } catch (error) {
    return error as ConnectionFault;
  }
  throw new Error('The call should have failed.');
};
