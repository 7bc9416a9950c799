/** Whether the npm registry answers: without it, nothing can be installed. */
import { run } from './shell.ts';

/** What npm prints about an error: `npm error code ENOTFOUND`. */
const codeIn = (output: string): string => /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1] ?? 'no error code';

/** What to do about a registry that does not answer, as lines for the terminal. */
export const unreachableText = (registry: string, output: string): string =>
  [
    '',
    `==> The npm registry ${registry} cannot be reached (${codeIn(output)}).`,
    '    The packed package is installed with the tools of its users, so this check needs a registry. Either',
    '    - make it reachable, or name another one: npm config set registry <URL>, or',
    '    - leave this check out (WITHOUT_REGISTRY=1 does so in .ci/run).',
    '',
  ].join('\n');

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
  return ok ? undefined : unreachableText(registry, output);
};
