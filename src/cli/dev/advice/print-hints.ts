import { printable } from '../../../common/printable.ts';
import { readEnvironment } from '../../../connection/settings/environment.ts';
import { secretNames, secretPrefix } from '../../../runtime/secrets/secret-names.ts';
import { findHints, hintLine } from '../../hints/hints.ts';
import { definitionsOn } from '../../hints/references/definitions.ts';
import { readBeside, readResources } from '../../hints/references/read-resources.ts';
import type { Hint, HintFacts } from '../../hints/types.ts';
import { resourcePaths } from '../deploy.ts';
import type { DevSession } from '../session.ts';

const hintsLeft = (count: number): string =>
  count === 0
    ? 'No hint about the processes is left.'
    : `${count} hint${count === 1 ? '' : 's'} about the processes left.`;

/** The hints about the deployed files. The files beside them are read only if something is missing. */
const findAll = async ({ request, context, host, engine }: DevSession): Promise<readonly Hint[]> => {
  // Not that of the start: `.env` may have changed.
  const env = readEnvironment();
  const secrets = secretNames(env);
  const { run } = request;
  const paths = resourcePaths(request, context.folder);
  const { models, definitions: together, open } = await readResources(paths);
  const definitions = { together, open, before: definitionsOn(engine), beside: [], isForCluster: false };
  const facts: HintFacts = {
    ...{ models, definitions, secrets, clusterSecrets: secrets },
    connectors: host.connectors(),
    environment: { names: Object.keys(env), prefix: secretPrefix(env) },
    run: run && { processId: run.processId, variables: Object.keys(run.variables) },
  };
  const hints = findHints(facts);
  if (!hints.some(({ kind }) => kind === 'reference')) return hints;
  return findHints({ ...facts, definitions: { ...definitions, beside: await readBeside(paths) } });
};

/**
 * Prints what would wait in vain in the deployed processes, and what has no effect in them.
 *
 * @param printed the lines that were printed before, which are not repeated
 */
export const printHints = async (session: DevSession, printed: Set<string>): Promise<void> => {
  const { context, advice } = session;
  const hints = await findAll(session);
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
