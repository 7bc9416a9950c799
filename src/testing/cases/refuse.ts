import { AssertionError } from 'node:assert';

/** Ends an instruction with a text. */
export const refuse: (message: string) => never = (message) => {
  throw new AssertionError({ message, operator: 'test case' });
};
