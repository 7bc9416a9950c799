import { resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { fileLimits, readFailure, readFileWithin } from '../../common/files/read-file.ts';
import { printable } from '../../common/printable.ts';
import { readRecording } from '../../testing/recording/read.ts';
import { recordingText } from '../../testing/recording/text.ts';
import type { Parsed } from '../arguments.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const usage = 'camunda-connectors view --text camunda-recordings/order-1.json';

const fileOf = ({ positionals, flags }: Parsed): string => {
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    throw fault('definition', {
      what: `view needs one file, but got ${positionals.length}.`,
      fix: `name one, e.g. ${usage}.`,
    });
  }
  if (!flags.has('text')) {
    throw fault('definition', { what: 'view shows a recording as text only.', fix: `add --text: ${usage}.` });
  }
  return file;
};

/**
 * Prints the recording that a failed process test has left.
 *
 * @returns the exit code
 * @throws a fault of kind `definition` if the arguments are wrong or the file is not a recording
 */
export const view = async (parsed: Parsed, { folder, print }: CliContext): Promise<number> => {
  const file = fileOf(parsed);
  let content: string;
  try {
    content = (await readFileWithin(resolve(folder, file), fileLimits.recording)).toString('utf8');
  } catch (error) {
    throw fault('definition', { what: `${file} cannot be read: ${readFailure(error)}.`, fix: 'correct the path.' });
  }
  print(printable(recordingText(readRecording(content, file))));
  return exitCodes.done;
};
