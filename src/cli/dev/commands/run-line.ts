import { fault } from '../../../common/fault.ts';
import { didYouMean, nearest } from '../../../common/nearest-name.ts';
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
    return await command.run(tools, words, variables);
  } catch (error) {
    const text = errorText(error);
    return [text.includes('Fix: ') ? text : `${text}\nFix: the command help shows how to write it.`];
  }
};
