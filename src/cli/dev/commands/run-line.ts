import { type Fault, fault, isFault } from '../../../common/fault.ts';
import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import type { RejectionCode } from '../../../engine/machine/types.ts';
import { errorText } from '../../command.ts';
import { inboundCommands } from './inbound-commands.ts';
import { parseLine } from './parse-line.ts';
import { processCommands } from './process-commands.ts';
import { sessionCommands } from './session-commands.ts';
import type { Command, CommandTools } from './types.ts';

const named: readonly Command[] = [...processCommands, ...inboundCommands, ...sessionCommands];

const helpLines = (commands: readonly Command[], withKeys: boolean): readonly string[] => {
  const heads = commands.map(({ name, usage }) => `${name} ${usage}`.trim());
  const width = Math.max(...heads.map(({ length }) => length));
  return commands.map(
    ({ key, description }, index) => `${withKeys ? `${key}  ` : ''}${heads[index]!.padEnd(width)}  ${description}`,
  );
};

/** All commands. */
export const commands: readonly Command[] = [
  ...named,
  {
    ...{ name: 'help', key: 'h', usage: '', isComplete: true, description: 'Show this list' },
    run: () => helpLines(commands, true),
  },
];

/** What to do about a rejection of the engine, which says why, as a cluster does. */
const adviceForCode: Readonly<Record<RejectionCode, string>> = {
  NOT_FOUND: 'it may have ended meanwhile; the commands instances and waits show what there is now.',
  INVALID_STATE: 'the command waits shows what has to happen before.',
  INVALID_ARGUMENT: 'correct what the reason names, and write the command again; help shows how.',
  ALREADY_EXISTS: 'choose another name or key.',
  FORBIDDEN: 'choose a tenant of the engine with dev --tenant.',
  PROCESSING_ERROR: 'correct what the reason names, for example in the process.',
};

/** What to do about an error that does not say so itself. */
const adviceFor = (error: unknown): string => {
  if (!isFault(error, 'rejection')) return 'this is unexpected; report it together with the lines above.';
  const { code = 'PROCESSING_ERROR' } = error as Fault & { readonly code?: RejectionCode };
  return adviceForCode[code];
};

/**
 * Refuses what a command would not look at, such as a list instead of variables.
 *
 * @throws a fault of kind `definition`
 */
const checkRest = ({ name, usage }: Command, words: readonly string[], hasVariables: boolean): void => {
  const [places = ''] = usage.split('{');
  const most = places.includes('…') ? Number.POSITIVE_INFINITY : (places.match(/[A-Z_]+/g) ?? []).length;
  const surplus = words.slice(most);
  if (surplus.length === 0 && (!hasVariables || usage.includes('{'))) return;
  const what = surplus.length === 0 ? 'variables' : surplus.map((word) => JSON.stringify(word)).join(', ');
  throw fault('definition', {
    what: `${name} does not take ${what}.`,
    fix: `write ${`${name} ${usage}`.trim()}; a word with blanks needs quotation marks.`,
  });
};

/**
 * Runs the command of a line.
 *
 * @returns lines for the user. What is wrong is a line as well, with what to do about it.
 */
export const runLine = async (line: string, tools: CommandTools): Promise<readonly string[]> => {
  try {
    const { name, words, variables } = parseLine(line);
    if (name === '') return [];
    const command = commands.find((each) => each.name === name);
    if (command === undefined) {
      const names = commands.map((each) => each.name);
      throw fault('definition', {
        what: didYouMean(`There is no command ${name}.`, nearest(name, names)),
        fix: `use one of ${names.join(', ')}.`,
      });
    }
    checkRest(command, words, Object.keys(variables).length > 0);
    return await command.run(tools, words, variables);
  } catch (error) {
    const text = errorText(error);
    return [text.includes('Fix: ') ? text : `${text}\nFix: ${adviceFor(error)}`];
  }
};
