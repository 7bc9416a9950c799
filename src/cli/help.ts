import { type CommandDef, renderUsage } from 'citty';
import { didYouMean, nearest } from '../common/nearest-name.ts';

/** The parts of a command's help that citty does not write. */
export interface HelpText {
  /** Command lines, without the name of the program. */
  readonly examples: readonly string[];
  /** A note below the options. */
  readonly note?: string;
  /** When the program exits with 0 and with 1, and for some commands with 3; 2 has the same meaning for all commands. */
  readonly exitCodes: readonly [done: string, failed: string, stray?: string];
}

/** A command with its help. */
export interface HelpedCommand {
  readonly definition: CommandDef;
  readonly help: HelpText;
}

const program = 'camunda-connectors';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins every colour
const colour = /\u001B\[[\d;]*m/g;

/** Removes the colours that citty puts into its texts. */
export const withoutColours = (text: string): string => text.replace(colour, '');

/** When `start` and `dev` exit with 3. */
export const strayText =
  'A connector caused an error outside its run or loop; its jobs and subscriptions were returned.';

const allCommands: HelpText = {
  examples: [
    'init ./my-connectors',
    'dev ./log.ts --resource ./hello.bpmn --run hello --variables \'{ "name": "Ada" }\'',
    'check ./connectors.ts',
    'start ./connectors.ts',
  ],
  exitCodes: [
    'Success: stopped as requested, the instance of --run completed, or the templates are up to date.',
    'Failure: the connection or the runtime failed, the instance of --run did not complete, or --check found a difference.',
    strayText,
  ],
};

const section = (title: string, lines: readonly string[]): string =>
  `${title}\n\n${lines.map((line) => `  ${line}`).join('\n')}`;

/**
 * The help text of the program, or of one command.
 *
 * @param root the program
 * @param command the command to describe; all commands if absent
 */
export const helpText = async (
  root: CommandDef,
  command: HelpedCommand | undefined,
  colours: boolean,
): Promise<string> => {
  const usage = command === undefined ? await renderUsage(root) : await renderUsage(command.definition, root);
  const { examples, note, exitCodes } = command?.help ?? allCommands;
  const text = [
    usage.replace(/[^\S\n]+$/gm, '').trim(),
    ...(note === undefined ? [] : [note]),
    section(
      'EXAMPLES',
      examples.map((example) => `${program} ${example}`),
    ),
    section('EXIT CODES', [
      `0  ${exitCodes[0]}`,
      `1  ${exitCodes[1]}`,
      '2  The command line, a module, a file or a setting is wrong and must be fixed first.',
      ...(exitCodes[2] === undefined ? [] : [`3  ${exitCodes[2]}`]),
    ]),
  ].join('\n\n');
  return `${colours ? text : withoutColours(text)}\n`;
};

/**
 * What is wrong with a command line that citty refuses.
 *
 * @param code of citty's error
 * @param name of the command, as it was given
 * @param commands the names of all commands
 */
export const usageProblem = (
  code: unknown,
  name: string,
  commands: readonly string[],
): { readonly what: string; readonly fix: string } => {
  const choose = `use one of ${commands.join(', ')}; ${program} --help describes them.`;
  if (code === 'E_NO_COMMAND') return { what: 'The command is missing.', fix: choose };
  if (code === 'E_UNKNOWN_COMMAND') {
    return { what: didYouMean(`There is no command ${name}.`, nearest(name, commands)), fix: choose };
  }
  return {
    what: `${name} needs at least one module that exports connectors.`,
    fix: `name a file, a folder or a package, e.g. ${program} ${name} ./connectors.ts; see ${program} ${name} --help.`,
  };
};
