import { readFileSync } from 'node:fs';
import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from 'citty';
import { fault, isFault } from '../common/fault.ts';
import { printable } from '../common/printable.ts';
import { readArguments, readDevRequest } from './arguments.ts';
import { type CliContext, exitCodes } from './context.ts';
import { readStartRequest, startOptions } from './start-request.ts';
import { readTemplateRequest, templateOptions } from './template/request.ts';

const exitCodeHelp = `EXIT CODES

  0  Stopped as asked, the process instance of --run completed, or the templates are as they should be.
  1  The connection or the runtime failed, the process instance of --run did not complete, or --check found a difference.
  2  Something in the command line, the modules, the files or the settings has to be changed first.
`;

const module: ArgsDef[string] = {
  type: 'positional',
  description:
    'Modules that export connectors: files with their extension, folders of them, or package names; one or more',
};

const startArguments: ArgsDef = { module, ...startOptions };

const checkArguments: ArgsDef = {
  module: {
    ...module,
    required: false,
    description: 'Modules as for start; without any, the settings and the connection alone',
  },
};

const devArguments: ArgsDef = {
  module,
  resource: {
    type: 'string',
    valueHint: 'FILE',
    description: 'BPMN file or folder to deploy; may be given repeatedly',
  },
  port: { type: 'string', valueHint: 'PORT', description: 'Port on 127.0.0.1; default: a free one' },
  run: {
    type: 'string',
    valueHint: 'PROCESS_ID',
    description: 'Run one instance of this process, show its variables, end',
  },
  variables: { type: 'string', valueHint: 'JSON', description: 'Variables of the instance that --run starts' },
};

const templateArguments: ArgsDef = { module, ...templateOptions };

/** The command tree. The handlers set `exit` to the code that the program ends with. */
const commands = (context: CliContext, end: (code: number) => void): CommandDef => {
  const start = defineCommand({
    meta: {
      name: 'start',
      description: 'Run connectors on the cluster that .env and the environment name, until SIGTERM',
    },
    args: startArguments,
    run: async ({ rawArgs }) => {
      const request = readStartRequest(readArguments(rawArgs, startArguments));
      if (request.watch) {
        const { watchStart } = await import('./start-watch.ts');
        end(await watchStart(request, rawArgs, context));
        return;
      }
      const { start: run } = await import('./start.ts');
      end(await run(request, context));
    },
  });
  const check = defineCommand({
    meta: {
      name: 'check',
      description: 'Check settings, connection and modules; show the cluster and what start would ask of it',
    },
    args: checkArguments,
    run: async ({ rawArgs }) => {
      const { positionals } = readArguments(rawArgs, checkArguments);
      const { check: run } = await import('./check.ts');
      end(await run(positionals, context));
    },
  });
  const dev = defineCommand({
    meta: { name: 'dev', description: 'Run connectors on an embedded engine of their own, until SIGINT' },
    args: devArguments,
    run: async ({ rawArgs }) => {
      const request = readDevRequest(readArguments(rawArgs, devArguments));
      const { dev: run } = await import('./dev.ts');
      end(await run(request, context));
    },
  });
  const template = defineCommand({
    meta: {
      name: 'template',
      description: 'Write the element templates of connectors, which make them choosable in the Camunda Modeler',
    },
    args: templateArguments,
    run: async ({ rawArgs }) => {
      const request = readTemplateRequest(readArguments(rawArgs, templateArguments));
      const { template: run } = await import('./template/template.ts');
      end(await run(request, context));
    },
  });
  return defineCommand({
    meta: { name: 'camunda-connectors', description: 'Connectors for Camunda 8' },
    subCommands: { start, check, dev, template },
  });
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins every colour
const colour = /\u001B\[[\d;]*m/g;

const usage = async (root: CommandDef, args: readonly string[], context: CliContext): Promise<string> => {
  const subCommands = root.subCommands as Record<string, CommandDef>;
  const named = Object.entries(subCommands).find(([name]) => name === args.find((arg) => !arg.startsWith('-')));
  const text = named === undefined ? await renderUsage(root) : await renderUsage(named[1], root);
  return `${context.colours ? text : text.replace(colour, '')}\n\n${exitCodeHelp}`;
};

/** Of the package that this file belongs to, built or not. */
const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

const isUsageError = (error: unknown): error is Error => error instanceof Error && error.name === 'CLIError';

/** An embedded engine that refuses its files is a matter of the files, not of a connection. */
const isOutage = (error: unknown): boolean =>
  isFault(error, 'connection') && !isFault(error.cause, 'rejection') && !isFault(error.cause, 'configuration');

const failure = (error: unknown): { readonly code: number; readonly text: string } => {
  if (isFault(error)) {
    const code = isOutage(error) ? exitCodes.failed : exitCodes.usage;
    return { code, text: error.message };
  }
  return { code: exitCodes.failed, text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
};

/**
 * Runs the command line and resolves with the exit code; the process may live on after that, as `start` does.
 *
 * @param args what stands after the program's name
 */
export const runCli = async (args: readonly string[], context: CliContext): Promise<number> => {
  let code: number = exitCodes.done;
  const root = commands(context, (value) => {
    code = value;
  });
  if (args.length === 1 && args[0] === '--version') {
    context.print(`${version()}\n`);
    return exitCodes.done;
  }
  if (args.includes('--help') || args.includes('-h')) {
    context.print(await usage(root, args, context));
    return exitCodes.done;
  }
  try {
    await runCommand(root, { rawArgs: [...args] });
    return code;
  } catch (error) {
    if (isUsageError(error)) {
      const { message } = fault('definition', { what: error.message.replace(colour, ''), fix: 'see below.' });
      context.printError(`${message}\n\n${await usage(root, args, context)}`);
      return exitCodes.usage;
    }
    const { code: failed, text } = failure(error);
    context.printError(`${printable(text)}\n`);
    return failed;
  }
};
