/** Whether the npm registry answers: without it, nothing can be installed. */
import { run } from './shell.ts';

/** What npm prints about an error: `npm error code ENOTFOUND`. */
const codeIn = (output: string): string | undefined => /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1];

/** Lines of npm that are shown if there is no code. */
const mostLines = 5;

const shown = (output: string): readonly string[] => {
  const lines = output.trim().split('\n').slice(0, mostLines);
  return [
    `    npm printed ${output.trim() === '' ? 'nothing.' : 'no code, but:'}`,
    ...lines.filter((line) => line !== '').map((line) => `      ${line}`),
  ];
};

/**
 * What to do about a registry that does not answer, as lines for the terminal.
 *
 * @param output what npm has printed
 * @param code why a request without npm fails; `undefined` if it is answered
 */
export const unreachableText = (registry: string, output: string, code?: string): string =>
  [
    '',
    `==> The npm registry ${registry} cannot be reached (${codeIn(output) ?? code ?? 'no error code'}).`,
    ...(codeIn(output) === undefined ? shown(output) : []),
    '    The packed package is installed with the tools of its users, so this check needs a registry. Either',
    '    - make it reachable, or name another one: npm config set registry <URL>, or',
    '    - leave this check out (WITHOUT_REGISTRY=1 does so in .ci/run).',
    '',
  ].join('\n');

/** Why a request fails. npm can end without its error, for example if the operating system kills it or cannot start it. */
const codeOfRequest = async (registry: string): Promise<string | undefined> => {
  try {
    await fetch(registry, { signal: AbortSignal.timeout(30_000) });
    return undefined;
  } catch (error) {
    const { cause, name } = error as Error;
    return (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
  }
};

/**
 * Asks the registry for a package that every project of the check needs. Makes one attempt more, and gives up after about a
 * minute.
 *
 * @param folder the working directory
 * @returns what is wrong, or `undefined` if it answers
 */
export const registryProblem = async (registry: string, folder: string): Promise<string | undefined> => {
  const limits = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=30000'];
  const command = [
    'npm',
    'view',
    'valibot',
    'version',
    '--prefer-online',
    `--registry=${registry}`,
    ...limits,
  ] as const;
  const { ok, output } = await run(command, folder);
  if (ok) return undefined;
  return unreachableText(registry, output, codeIn(output) === undefined ? await codeOfRequest(registry) : undefined);
};
