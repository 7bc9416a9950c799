import { printable } from '../../common/printable.ts';
import { findHints, hintLine } from '../hints/hints.ts';
import { readModels } from '../hints/read-models.ts';
import { secretNames } from '../hints/secret-names.ts';
import { resourcePaths } from './deploy.ts';
import type { DevSession } from './session.ts';

/**
 * Prints what would wait in vain in the deployed processes, and what has no effect in them.
 *
 * @param printed the lines that were printed before, which are not repeated
 */
export const printHints = async ({ request, context, env, host }: DevSession, printed: Set<string>): Promise<void> => {
  const secrets = secretNames(env);
  const { run } = request;
  const hints = findHints({
    models: await readModels(resourcePaths(request, context.folder)),
    connectors: host.connectors(),
    secrets,
    clusterSecrets: secrets,
    run: run && { processId: run.processId, variables: Object.keys(run.variables) },
  });
  for (const line of hints.map(hintLine)) {
    if (printed.size < printed.add(line).size) context.printError(`${printable(line)}\n`);
  }
};
