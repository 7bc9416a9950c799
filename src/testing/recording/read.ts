import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { parseDocument } from '../../connector/values/json-text.ts';
import type { RecordedEvent, TestRecording } from './types.ts';

const lists = ['skips', 'events'] as const;
const texts = ['failure', 'description'] as const;
const numbers = ['began', 'ended'] as const;

/** What is wrong with the content of a file; undefined if it is a recording of this version. */
const problemOf = (found: Readonly<Record<string, unknown>>): string | undefined => {
  if (found.format !== 'camunda-connectors/recording') return 'It is not a recording of a process test.';
  if (found.version !== 1)
    return `It has the version ${JSON.stringify(found.version)} of the format, and this program reads version 1.`;
  const wrong = [
    ...lists.filter((name) => !Array.isArray(found[name])),
    ...texts.filter((name) => typeof found[name] !== 'string'),
    ...numbers.filter((name) => typeof found[name] !== 'number'),
    ...(isObject(found.snapshot) ? [] : ['snapshot']),
  ];
  return wrong.length === 0 ? undefined : `It has no valid ${wrong.join(', ')}.`;
};

/**
 * Reads the text of a recording.
 *
 * @param name of the file, for the error
 * @throws a fault of kind `definition` if it is not a recording of this version
 */
export const readRecording = (text: string, name: string): TestRecording => {
  let found: Readonly<Record<string, unknown>>;
  try {
    found = parseDocument(text);
  } catch (cause) {
    throw fault('definition', {
      what: `${name} does not contain a JSON object.`,
      fix: 'name a file that a failed test has left.',
      cause,
    });
  }
  const problem = problemOf(found);
  if (problem === undefined) return found as unknown as TestRecording;
  throw fault('definition', {
    what: `${name} cannot be shown. ${problem}`,
    fix: 'name a file that a failed test has left.',
  });
};

/**
 * Does something with each event of a recording, in order.
 *
 * @param name of the file, for the error
 * @throws a fault of kind `definition` that says which event is incomplete: a reader checks only the outline of a file
 */
export const forEachEvent = (
  events: readonly RecordedEvent[],
  name: string,
  act: (recorded: RecordedEvent) => void,
): void => {
  for (const [index, recorded] of events.entries()) {
    try {
      act(recorded);
    } catch (cause) {
      throw fault('definition', {
        what: `${name} cannot be shown. Its event ${index + 1} of ${events.length} is not complete.`,
        fix: 'name a file as a failed test has left it.',
        cause,
      });
    }
  }
};
