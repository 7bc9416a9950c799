import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ArgsDef, type CommandDef, defineCommand, runCommand } from 'citty';
import { fault, isFault } from '../common/fault.ts';
import { printable } from '../common/printable.ts';
import { type Parsed, readArguments } from './arguments.ts';
import { type CliContext, errorText } from './command.ts';
import { devOptions, readDevRequest } from './dev/options.ts';
import { engineOptions, readEngineRequest } from './engine/options.ts';
import { exitCodes } from './exit-codes.ts';
import { type HelpedCommand, type HelpText, helpText, strayText, usageProblem } from './help.ts';
import { initOptions, readInitRequest } from './init/options.ts';
import { packageRoot } from './own-files.ts';
import { readStartRequest, startOptions } from './start/options.ts';
import { readTemplateRequest, templateOptions } from './template/options.ts';
import { readTestRequest, testOptions } from './test/options.ts';

const module: ArgsDef[string] = {
  type: 'positional',
  description: 'One or more modules that export connectors: files, folders or package names',
};

const folder: ArgsDef[string] = {
  type: 'positional',
  required: false,
  description: 'Folder of the new project; default: the current folder',
};

const commandArguments = {
  init: { folder, ...initOptions },
  start: { module, ...startOptions },
  check: {
    module: {
      ...module,
      required: false,
      description: 'Modules as for start; without them, only the settings and the connection are checked',
    },
    resource: {
      type: 'string',
      valueHint: 'FILE',
      description: 'BPMN file, or folder of such files, to search for elements that nobody serves; may be repeated',
    },
  },
  dev: { module, ...devOptions },
  engine: {
    action: {
      type: 'positional',
      required: false,
      description: 'start, publish, complete, resolve, cancel, instances, incidents or clock, and what it is about',
    },
    ...engineOptions,
  },
  template: { module, ...templateOptions },
  test: {
    file: {
      type: 'positional',
      required: false,
      description: "One or more files of test cases in Camunda's JSON format, or folders of such files",
    },
    ...testOptions,
  },
  view: {
    file: { type: 'positional', required: false, description: 'The recording that a failed process test has left' },
    text: { type: 'boolean', description: 'Print it as text' },
    'page-port': {
      type: 'string',
      valueHint: 'PORT',
      description: 'Port of the page on 127.0.0.1; default: a free one',
    },
    open: { type: 'boolean', description: 'Open the page in the browser' },
  },
} as const satisfies Readonly<Record<string, ArgsDef>>;

type CommandName = keyof typeof commandArguments;

/** How to run a command, once it is known that its arguments are right. Loads the command's own code only then. */
type RunCommand = (parsed: Parsed, rawArgs: readonly string[], context: CliContext) => Promise<number>;

interface CommandText extends HelpText {
  readonly description: string;
  readonly run: RunCommand;
}

const settingsNote =
  'The environment and the file .env select the cluster; docs/connection.md describes the variables.\nFor the embedded engine: CAMUNDA_CONNECTION_TYPE=EMBEDDED';

const commandTexts: Readonly<Record<CommandName, CommandText>> = {
  init: {
    description: 'Write a small project: a connector, its tests, a process, and scripts to run them',
    examples: ['init ./my-connectors', 'init --javascript'],
    exitCodes: ['The project was written.', 'A file could not be written.'],
    run: async (parsed, _rawArgs, context) => (await import('./init/init.ts')).init(readInitRequest(parsed), context),
  },
  start: {
    description: 'Run connectors on a Camunda 8 cluster until stopped',
    note: settingsNote,
    examples: [
      'start ./connectors.ts',
      'start ./connectors --health-port 8080 --log-format json',
      'start ./connectors --processes auto',
    ],
    exitCodes: ['A signal stopped the runtime.', 'The connection or the runtime failed.', strayText],
    run: async (parsed, rawArgs, context) => {
      const request = readStartRequest(parsed);
      if (request.watch) return (await import('./start/watch.ts')).watchStart(request, rawArgs, context);
      return (await import('./start/start.ts')).start(request, rawArgs, context);
    },
  },
  check: {
    description: 'Check settings, connection and modules; show the cluster and what start would request',
    note: settingsNote,
    examples: ['check', 'check ./connectors.ts --resource ./processes'],
    exitCodes: [
      'The cluster answered and is healthy.',
      'The cluster did not answer, is not healthy, or refuses a tenant.',
    ],
    run: async ({ positionals, options }, _rawArgs, context) =>
      (await import('./check/check.ts')).check(positionals, context, options.resource),
  },
  dev: {
    description: 'Run connectors on an embedded engine, without a cluster, until stopped',
    examples: [
      'dev ./log.ts --resource ./hello.bpmn',
      'dev ./log.ts --resource ./hello.bpmn --run hello --variables \'{ "name": "Ada" }\'',
      'dev ./log.ts --resource ./hello.bpmn --watch',
    ],
    note: 'While it runs, it reads keys on a terminal and lines from a pipe: help lists them.',
    exitCodes: [
      'A signal stopped the engine, or the instance of --run completed.',
      'The engine or the runtime failed, or the instance of --run did not complete.',
      strayText,
    ],
    run: async (parsed, _rawArgs, context) => (await import('./dev/dev.ts')).dev(readDevRequest(parsed), context),
  },
  engine: {
    description: 'Start instances, publish messages and more, in a running engine or cluster',
    note: 'The settings select the cluster, as for start. For the engine of dev: --address, with the address that dev prints.',
    examples: [
      'engine start hello --variables \'{ "name": "Ada" }\' --address http://127.0.0.1:8080',
      'engine publish paid --key 7',
      'engine complete charge-card --variables \'{ "ok": true }\'',
      'engine incidents',
      'engine resolve 2251799813685261 --retries 3',
      'engine instances hello --all',
      'engine cancel 2251799813685249',
      'engine clock 2030-01-31T09:00:00Z',
    ],
    exitCodes: ['It was done.', 'The request was refused, or not answered.'],
    run: async (parsed, _rawArgs, context) =>
      (await import('./engine/engine.ts')).engine(readEngineRequest(parsed), context),
  },
  template: {
    description: 'Generate element templates, which make the connectors available in the Camunda Modeler',
    examples: ['template ./connectors.ts', 'template ./connectors.ts --check'],
    exitCodes: ['The templates were written, or are up to date.', 'With --check: there are differences.'],
    run: async (parsed, _rawArgs, context) =>
      (await import('./template/template.ts')).template(readTemplateRequest(parsed), context),
  },
  test: {
    description: "Run test cases of Camunda's JSON format on an embedded engine, with connectors and mocks",
    examples: [
      'test cases/order.json --resource ./processes',
      'test ./cases --resource ./processes --connectors ./connectors.ts --reporter junit',
      'test --coverage ./coverage --min 80 -- node --test',
    ],
    note: 'What follows -- is a command that runs process tests; its coverage is added to that of the test cases. Without files and\ncommand, --coverage reports again what the last run has left.',
    exitCodes: ['All tests have passed.', 'A test has failed, or the coverage is below --min.', strayText],
    run: async (parsed, rawArgs, context) =>
      (await import('./test/test.ts')).test(readTestRequest(parsed, rawArgs), context),
  },
  view: {
    description: 'Show the recording of a failed process test, on a page or as text',
    note: 'With the environment variable CAMUNDA_TEST_TRACE=on-failure, failed process tests leave recordings in the folder\ncamunda-recordings.',
    examples: ['view --open camunda-recordings/order-1.json', 'view --text camunda-recordings/order-1.json'],
    exitCodes: ['The recording was shown.', 'It could not be shown.'],
    run: async (parsed, _rawArgs, context) => (await import('./view/view.ts')).view(parsed, context),
  },
};

const names = Object.keys(commandArguments) as readonly CommandName[];

/** The command tree. The handlers pass the exit code of the program to `end`. */
const buildCommands = (
  context: CliContext,
  end: (code: number) => void,
): { readonly root: CommandDef; readonly commands: Readonly<Record<string, HelpedCommand>> } => {
  const commands = Object.fromEntries(
    names.map((name): [string, HelpedCommand] => {
      const { description, run, ...help } = commandTexts[name];
      const definition = defineCommand({
        meta: { name, description },
        args: commandArguments[name] as ArgsDef,
        run: async ({ rawArgs }) => end(await run(readArguments(rawArgs, name, commandArguments), rawArgs, context)),
      });
      return [name, { definition, help }];
    }),
  );
  const root = defineCommand({
    meta: {
      name: 'camunda-connectors',
      description: 'Run connectors for Camunda 8 and generate their element templates',
    },
    subCommands: Object.fromEntries(names.map((name) => [name, commands[name]!.definition])),
  });
  return { root, commands };
};

/** The version of the package that this file belongs to, in the sources as well as in the build. */
const version = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;

const isUsageError = (error: unknown): error is Error & { readonly code?: unknown } =>
  error instanceof Error && error.name === 'CLIError';

/** If an embedded engine rejects its files, the files are wrong, not the connection. */
const isOutage = (error: unknown): boolean =>
  isFault(error, 'connection') && !isFault(error.cause, 'rejection') && !isFault(error.cause, 'configuration');

/**
 * Runs the command line and resolves with the exit code of the process.
 *
 * @param args the arguments after the program's name
 * @example
 * process.exitCode = await runCli(['check'], { folder: process.cwd(), print, printError, colours: false });
 */
export const runCli = async (args: readonly string[], context: CliContext): Promise<number> => {
  let code: number = exitCodes.done;
  const { root, commands } = buildCommands(context, (value) => {
    code = value;
  });
  const name = args.find((arg) => !arg.startsWith('-'));
  const named = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (args.length === 1 && args[0] === '--version') {
    context.print(`${version()}\n`);
    return exitCodes.done;
  }
  // What follows `--` belongs to another program.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  if (own.includes('--help') || own.includes('-h')) {
    context.print(await helpText(root, named, context.colours));
    return exitCodes.done;
  }
  try {
    await runCommand(root, { rawArgs: [...args] });
    return code;
  } catch (error) {
    if (isUsageError(error)) {
      const problem = fault('definition', usageProblem(error.code, name ?? '', names)).message;
      const help = error.code === 'E_NO_COMMAND' ? `\n${await helpText(root, undefined, context.colours)}` : '';
      context.printError(`${printable(problem)}\n${help}`);
      return exitCodes.usage;
    }
    context.printError(`${printable(errorText(error))}\n`);
    return isFault(error) && !isOutage(error) ? exitCodes.usage : exitCodes.failed;
  }
};
