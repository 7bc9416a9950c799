/** What a new project says to people: its README.md and .gitignore, and the commands that the program names. */
import type { InitRequest } from './options.ts';

/** A script of the project, and what to type to run it. */
export interface ProjectCommand {
  readonly text: string;
  readonly comment: string;
}

const comments: Readonly<Record<string, string>> = {
  test: 'calls the connector, and runs the process on the embedded engine',
  try: 'runs the process once and prints its variables',
  dev: 'runs the process and the connector until Ctrl-C; its page shows what happens',
  coverage: 'shows what the tests have used of the process',
  types: 'checks the types',
  template: 'writes the element template for the Camunda Modeler',
  start: 'runs the connector on a cluster until Ctrl-C',
};

/** npm has short commands for these. */
const short: ReadonlySet<string> = new Set(['test', 'start']);

/** What to type if the project has another script with this name. */
const directly = (script: string): string => (script.startsWith('node ') ? script : `npx ${script}`);

/**
 * The commands of a project, in the order in which one needs them.
 *
 * @param wanted the scripts of a new project
 * @param present the scripts of its package.json, in which earlier ones have stayed
 */
export const projectCommands = (
  wanted: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
): Readonly<Record<string, ProjectCommand>> =>
  Object.fromEntries(
    Object.entries(comments).flatMap(([name, comment]) => {
      const script = wanted[name];
      if (script === undefined) return [];
      const text = present[name] === script ? `npm ${short.has(name) ? '' : 'run '}${name}` : directly(script);
      return [[name, { text, comment }]];
    }),
  );

/** Lines for a shell, with the comments below each other. */
const shellLines = (commands: readonly ProjectCommand[]): string => {
  const width = Math.max(...commands.map(({ text }) => text.length));
  return commands.map(({ text, comment }) => `${text.padEnd(width)} # ${comment}`).join('\n');
};

/** What the README and the program need to know. */
export interface GuideFacts {
  readonly name: string;
  readonly language: InitRequest['language'];
  readonly extension: string;
  readonly commands: Readonly<Record<string, ProjectCommand>>;
}

/** The commands that the program names once the project is written, each on a line. */
export const nextSteps = ({ commands }: GuideFacts): string => {
  const named = ['test', 'try', 'dev', 'coverage', 'template'].map((name) => commands[name]!);
  return `npm install\n${shellLines(named)}`;
};

/** How to add a connector. */
export const addConnector = ({ extension, commands }: GuideFacts): string =>
  `To add a connector, write its module, for example src/mail.${extension}, and add it to the scripts dev, try, start and template of
package.json, after the first one. ${commands.test!.text} runs every src/*.test.${extension}.`;

const list = (commands: readonly (ProjectCommand | undefined)[]): string =>
  shellLines(commands.filter((command) => command !== undefined));

/** The README.md of a project. */
export const readme = (facts: GuideFacts): string => {
  const { name, language, extension, commands } = facts;
  const { test, try: once, dev, coverage, types, template, start } = commands;
  return `# ${name}

A connector for Camunda 8, and a process that uses it. It runs on the embedded engine of camunda-connectors: you need no cluster, no Java
and no Docker.

## Run it

\`\`\`sh
npm install
${list([test, once, dev])}
\`\`\`

\`${dev!.text}\` prints the address of a page with the diagram, on which you can start instances. It takes over changes of the connector and
of the process.

## Test it

\`\`\`sh
${list([test, coverage, types])}
\`\`\`

The report of the coverage is \`coverage/processes/index.html\`. The command fails below 80 %.

## What each file is

| file | what it is |
| --- | --- |
| \`src/greet.${extension}\` | the connector: a schema for its input, one for its output, and a function |
| \`src/greet.test.${extension}\` | tests of the connector and of the process |
| \`bpmn/greeting.bpmn\` | the process; open it in the Camunda Modeler |
| \`package.json\` | the scripts, and the packages that they need |
${language === 'typescript' ? '| `tsconfig.json` | the settings for TypeScript |\n' : ''}
${addConnector(facts)}

## Model with it

\`\`\`sh
${list([template])}
\`\`\`

The template is written to \`.camunda/element-templates\`, where the Camunda Modeler finds it for the files of this folder. Add the folder to
your repository.

## Run it on a cluster

Write the settings of the cluster into a file \`.env\`. For a cluster without authentication on this machine, these lines are enough:

\`\`\`
CAMUNDA_CONNECTION_TYPE=INSECURE
ZEEBE_HOSTNAME=127.0.0.1
ZEEBE_PORT=26500
\`\`\`

\`\`\`sh
npx camunda-connectors check src/greet.${extension} # shows the settings, and whether the cluster answers
${list([start])}
\`\`\`

The pages in \`node_modules/camunda-connectors/docs\` describe everything else: \`connection.md\` all settings, \`dev.md\` the page, and
\`process-tests.md\` the tests.
`;
};

/** What the commands of a project write, and what has no place in a repository. */
const ignored = [
  ['node_modules/', 'the packages'],
  ['coverage/', 'written by the script coverage'],
  ['camunda-recordings/', 'what failed tests leave behind, if CAMUNDA_TEST_TRACE is set'],
  ['.env', 'settings, which contain secrets'],
] as const;

/** The .gitignore of a project. */
export const gitignore: string = ignored.map(([pattern, reason]) => `# ${reason}\n${pattern}\n`).join('');

/** What may follow the name of a folder, and of a file, in a line that ignores it. */
const endings = { folder: ['', '/', '*', '/*', '/**'], file: ['', '*'] } as const;

/** Whether a line of a .gitignore ignores what a pattern does, in the common spellings. */
const isIgnoredBy = (line: string, pattern: string): boolean => {
  const name = pattern.replace(/\/$/, '');
  const allowed = name === pattern ? endings.file : endings.folder;
  const given = line.trim().replace(/^(?:\*\*)?\//, '');
  return allowed.some((ending) => given === `${name}${ending}`);
};

/** What a .gitignore that exists does not name. Pure. */
export const missingPatterns = (text: string): readonly string[] => {
  const lines = text.split(/\r?\n/);
  return ignored.map(([pattern]) => pattern).filter((pattern) => !lines.some((line) => isIgnoredBy(line, pattern)));
};
