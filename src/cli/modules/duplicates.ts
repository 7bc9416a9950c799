import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fault } from '../../common/fault.ts';
import { asList } from '../../connector/rules/rule-engine.ts';

/** A module, as far as texts name it. */
interface Origin {
  readonly name: string;
  readonly url: string;
}

/** Connectors, by what a cluster knows of them. */
interface Named {
  readonly outbound: readonly { readonly type: string }[];
  readonly inbound: readonly { readonly kind: string; readonly name: string }[];
}

/** Where connectors come from, by their functions: a copy with another type has the same ones. */
const origins = new WeakMap<object, string>();

/** What identifies a connector and its copies. */
const identityOf = (connector: object): object => {
  const { run, operations, loop } = connector as Readonly<Record<string, unknown>>;
  const own = run ?? operations ?? loop;
  return typeof own === 'function' || (typeof own === 'object' && own !== null) ? own : connector;
};

/** How texts name a module: a module of a folder by both. */
const moduleName = ({ name, url }: Origin): string => {
  const file = basename(fileURLToPath(url));
  return name.endsWith(file) ? name : `${name} (${file})`;
};

/** Remembers the modules of connectors, for {@link refuseDuplicates}. */
export const rememberOrigin = (connector: object, module: Origin): void => {
  const identity = identityOf(connector);
  if (!origins.has(identity)) origins.set(identity, moduleName(module));
};

const problemsOf = <Connector extends object>(
  connectors: readonly Connector[],
  idOf: (connector: Connector) => string,
  what: string,
): readonly string[] => {
  const byId = new Map<string, readonly string[]>();
  for (const connector of connectors) {
    const origin = origins.get(identityOf(connector)) ?? 'a module';
    byId.set(idOf(connector), [...(byId.get(idOf(connector)) ?? []), origin]);
  }
  return [...byId].flatMap(([id, found]) => {
    if (found.length < 2) return [];
    const modules = [...new Set(found)];
    const where = modules.length === 1 ? `${modules[0]} exports ${found.length} of them` : modules.join(' and ');
    return [`${what} ${JSON.stringify(id)}: ${where}`];
  });
};

/**
 * Refuses connectors of which a runtime could choose only one, and names their modules.
 *
 * @throws a fault of kind `definition`
 */
export const refuseDuplicates = ({ outbound, inbound }: Named): void => {
  const problems = [
    ...problemsOf(outbound, ({ type }) => type, 'the job type'),
    ...problemsOf(
      inbound.filter(({ kind }) => kind === 'inbound'),
      ({ name }) => name,
      'the inbound name',
    ),
  ];
  if (problems.length === 0) return;
  throw fault('definition', {
    what: `Several connectors have the same name for the cluster:\n${asList(problems)}`,
    fix: 'rename one of each, or leave its module out.',
  });
};
