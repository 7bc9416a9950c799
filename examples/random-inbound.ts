/**
 * The smallest inbound connector: it answers every activation with a random number.
 * Try it without an engine: npx tsx examples/random-inbound.ts
 */
import { defineInbound } from 'camunda-connectors';
import * as v from 'valibot';
import { tryIfStarted } from './support/try.ts';

// #region connector
/** A whole number from 1 to 100. */
export const drawNumber = (random: () => number): number => 1 + Math.floor(random() * 100);

export const randomInbound = defineInbound({
  name: 'random_inbound',
  cycle: 10,
  output: v.object({ random_number: v.number() }),
  loop: () => ({ random_number: drawNumber(Math.random) }),
});
// #endregion

await tryIfStarted(import.meta.url, randomInbound, {});
