import { resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { fileLimits, readFailure, readFileWithin } from '../../common/files/read-file.ts';
import { printable } from '../../common/printable.ts';
import { forEachEvent, readRecording } from '../../testing/recording/read.ts';
import { eventText, recordingText } from '../../testing/recording/text.ts';
import { type Parsed, readPort, single } from '../arguments.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const usage = 'camunda-connectors view camunda-recordings/order-1.json';

const fileOf = ({ positionals }: Parsed): string => {
  const [file] = positionals;
  if (file !== undefined && positionals.length === 1) return file;
  throw fault('definition', {
    what: `view needs one file, but got ${positionals.length}.`,
    fix: `name one, e.g. ${usage}.`,
  });
};

/**
 * Shows the recording that a failed process test has left: as a page until a signal ends it, or as text.
 *
 * @returns the exit code
 * @throws a fault of kind `definition` if the arguments are wrong or the file is not a recording
 */
export const view = async (parsed: Parsed, context: CliContext): Promise<number> => {
  const file = fileOf(parsed);
  let content: string;
  try {
    content = (await readFileWithin(resolve(context.folder, file), fileLimits.recording)).toString('utf8');
  } catch (error) {
    throw fault('definition', { what: `${file} cannot be read: ${readFailure(error)}.`, fix: 'correct the path.' });
  }
  const recording = readRecording(content, file);
  forEachEvent(recording.events, file, ({ event }) => eventText(event));
  if (parsed.flags.has('text')) {
    context.print(printable(recordingText(recording)));
    return exitCodes.done;
  }
  const port = single(parsed.options, 'page-port');
  const { showRecording } = await import('./show-recording.ts');
  return showRecording(
    recording,
    { file, port: port === undefined ? 0 : readPort(port, 'page-port'), opens: parsed.flags.has('open') },
    context,
  );
};
