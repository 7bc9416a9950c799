import type { Ended } from '../../../scripts/program.ts';
import { runCli } from '../../../src/cli/cli.ts';

/** Runs the command line in this process. */
export const runInProcess = async (args: readonly string[], folder = process.cwd()): Promise<Ended> => {
  const texts = { output: '', errors: '' };
  const code = await runCli(args, {
    folder,
    print: (text) => {
      texts.output += text;
    },
    printError: (text) => {
      texts.errors += text;
    },
    colours: false,
  });
  return { code, ...texts };
};
