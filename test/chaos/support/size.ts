/** How much a scenario does. */
export interface Size {
  readonly long: boolean;
  /** Instances started before a fault, during it, and after it: so many each. */
  readonly batch: number;
  /** Milliseconds of a fault beyond the moment at which it has been felt. */
  readonly fault: number;
  /** Milliseconds of a fault in which pauses between attempts have to show. */
  readonly storm: number;
  /**
   * Most times that one command is sent in a storm. The pauses grow to 5 s at most, and are random: of some hundred commands,
   * one is sent 16 to 19 times in 12 s.
   */
  readonly attempts: number;
  /** How often a fault comes that comes again and again. */
  readonly times: number;
  /** Milliseconds after which waiting for anything is a failure. */
  readonly limit: number;
}

const short: Size = { long: false, batch: 20, fault: 500, storm: 2_500, attempts: 14, times: 4, limit: 150_000 };
const long: Size = { long: true, batch: 200, fault: 12_000, storm: 12_000, attempts: 22, times: 15, limit: 150_000 };

/** Set by `scripts/chaos.ts`; without it, `npm test` runs a selection of the scenarios in their short form. */
const form = process.env.CHAOS;

export const size: Size = form === 'long' ? long : short;

/** Options that may skip a scenario, with the reason. */
export interface SkipOption {
  readonly skip?: string;
}

/** Options of a scenario that is not part of the selection. */
export const notSelected: SkipOption = form === undefined ? { skip: 'npm run test:chaos runs it' } : {};
