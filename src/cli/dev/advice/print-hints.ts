import { printable } from '../../../common/printable.ts';
import { secretNames } from '../../../runtime/secrets/secret-names.ts';
import { findHints, hintLine } from '../../hints/hints.ts';
import { readModels } from '../../hints/read-models.ts';
import { resourcePaths } from '../deploy.ts';
import type { DevSession } from '../session.ts';

const hintsLeft = (count: number): string =>
  count === 0
    ? 'No hint about the processes is left.'
    : `${count} hint${count === 1 ? '' : 's'} about the processes left.`;

/**
 * Prints what would wait in vain in the deployed processes, and what has no effect in them.
 *
 * @param printed the lines that were printed before, which are not repeated
 */
export const printHints = async (
  { request, context, env, host, advice }: DevSession,
  printed: Set<string>,
): Promise<void> => {
  const secrets = secretNames(env);
  const { run } = request;
  const hints = findHints({
    models: await readModels(resourcePaths(request, context.folder)),
    connectors: host.connectors(),
    secrets,
    clusterSecrets: secrets,
    run: run && { processId: run.processId, variables: Object.keys(run.variables) },
  });
  const before = advice.hints().length;
  advice.setHints(hints);
  for (const hint of hints) {
    const line = hintLine(hint);
    if (printed.size === printed.add(line).size) continue;
    context.printError(`${printable(line)}\n`);
    advice.say({ level: hint.level === 'warning' ? 'warn' : 'info', text: line });
  }
  if (hints.length < before) advice.say({ level: 'info', text: hintsLeft(hints.length) });
};
