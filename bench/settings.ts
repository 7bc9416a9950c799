/** What a run of the benchmark measures: from the command line and the environment. */
import { enoughRounds } from './bars.ts';

/** What is measured, and how often. */
export interface Settings {
  /** 0: nothing is measured, and the report is about the laps that are kept. */
  readonly rounds: number;
  readonly sections: readonly string[];
  /** Whether a row of the races takes part, by its short name. */
  readonly hasRow: (id: string) => boolean;
  /** The file in which laps are kept, so that several runs make one report. */
  readonly keep?: string;
  readonly isLong: boolean;
}

/** What can be selected. */
export interface Choices {
  readonly sections: readonly string[];
  /** Short names of the rows of the races; all of them take part in a long run. */
  readonly rows: readonly string[];
  /** Those of a short run; the first one is the reference of all others. */
  readonly decidingRows: readonly string[];
}

const selected = (
  variable: string,
  text: string | undefined,
  known: readonly string[],
): readonly string[] | undefined => {
  if (text === undefined || text === '') return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return names;
  throw new Error(`${variable} has unknown names: ${unknown.join(', ')}. Fix: use some of ${known.join(', ')}.`);
};

const roundsOf = (text: string | undefined): number => {
  if (text === undefined || text === '') return enoughRounds;
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 0) return rounds;
  throw new Error(
    `BENCH_ROUNDS must be a whole number, but it is ${text}. Fix: set it to ${enoughRounds}, for example.`,
  );
};

/**
 * Reads the settings. Throws an error with a fix if one of them is wrong.
 *
 * @param args the arguments of the program
 */
export const readSettings = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { sections, rows, decidingRows }: Choices,
): Settings => {
  const isLong = args.includes('--long');
  const wanted = selected('BENCH_ROWS', env.BENCH_ROWS, rows) ?? (isLong ? rows : decidingRows);
  const [reference = ''] = decidingRows;
  if (!wanted.includes(reference)) {
    throw new Error(`BENCH_ROWS must contain ${reference}, because all ratios are relative to it. Fix: add it.`);
  }
  const rounds = roundsOf(env.BENCH_ROUNDS);
  const keep = env.BENCH_KEEP;
  if (rounds === 0 && !keep) {
    throw new Error(
      'BENCH_ROUNDS is 0, so there is nothing to report. Fix: set BENCH_KEEP to a file with laps as well.',
    );
  }
  return {
    rounds,
    sections: selected('BENCH_ONLY', env.BENCH_ONLY, sections) ?? (isLong ? sections : ['race']),
    hasRow: (id) => wanted.includes(id),
    ...(keep ? { keep } : {}),
    isLong,
  };
};
