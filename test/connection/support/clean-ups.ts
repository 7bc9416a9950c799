import { afterEach } from 'node:test';

/** What a test leaves behind. */
export type CleanUps = (() => Promise<unknown> | unknown)[];

/**
 * A list for the tests of a file. After each test, its functions are called, the latest first, and the list is empty again.
 *
 * @example
 * const cleanUps = cleanUpsAfterEach();
 * cleanUps.push(() => connection.close());
 */
export const cleanUpsAfterEach = (): CleanUps => {
  const cleanUps: CleanUps = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
  return cleanUps;
};
