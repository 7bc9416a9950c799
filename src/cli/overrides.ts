import { fault } from '../common/fault.ts';
import type { Environment } from '../connection/index.ts';
import type { AnyInboundConnector, AnyOutbound } from '../connector/types.ts';

/** Connectors as they shall run, and the types and names that are switched off. */
export interface Chosen {
  readonly outbound: readonly AnyOutbound[];
  readonly inbound: readonly AnyInboundConnector[];
  readonly disabled: readonly string[];
}

const variableOf = (env: Environment, name: string): string | undefined =>
  Object.hasOwn(env, name) ? env[name] : undefined;

/**
 * A connector's name as part of a variable's name: letters, digits and underscores, a space as an underscore.
 *
 * @example
 * variablePart('My super-fancy connector'); // 'MY_SUPERFANCY_CONNECTOR'
 */
export const variablePart = (name: string): string =>
  name
    .trim()
    .replace(/[^a-zA-Z0-9_ ]/g, '')
    .replaceAll(' ', '_')
    .toUpperCase();

const adjusted = (connector: AnyOutbound, env: Environment, problems: string[]): AnyOutbound => {
  const prefix = `CONNECTOR_${variablePart(connector.name)}`;
  const type = variableOf(env, `${prefix}_TYPE`)?.trim();
  const timeout = variableOf(env, `${prefix}_TIMEOUT`)?.trim();
  if (type === '') problems.push(`${prefix}_TYPE is empty; it needs a job type.`);
  if (timeout !== undefined && !/^[1-9]\d{0,9}$/.test(timeout)) {
    problems.push(`${prefix}_TIMEOUT needs a whole number of milliseconds, e.g. 30000.`);
    return connector;
  }
  return {
    ...connector,
    ...(type === undefined ? {} : { type }),
    ...(timeout === undefined ? {} : { timeout: Number(timeout) / 1000 }),
  };
};

const listOf = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .split(',')
      .map((part) => part.trim().toLowerCase())
      .filter((part) => part !== ''),
  );

/** What the two lists of a direction let through. */
const allows = (direction: 'OUTBOUND' | 'INBOUND', env: Environment, problems: string[]): ((id: string) => boolean) => {
  const [onName, offName] = [`CONNECTOR_${direction}_ENABLED`, `CONNECTOR_${direction}_DISABLED`];
  const [on, off] = [variableOf(env, onName), variableOf(env, offName)];
  if (on !== undefined && off !== undefined) {
    problems.push(`${onName} and ${offName} are both set, even if one is empty; keep one of them.`);
  }
  const [enabled, disabled] = [on === undefined ? undefined : listOf(on), listOf(off ?? '')];
  return (id) => (enabled?.has(id.toLowerCase()) ?? true) && !disabled.has(id.toLowerCase());
};

/**
 * Applies the environment variables by which operators of the official runtime adjust connectors: `CONNECTOR_<NAME>_TYPE`
 * and `CONNECTOR_<NAME>_TIMEOUT` (milliseconds) of outbound connectors, and per direction a list of what runs,
 * `CONNECTOR_OUTBOUND_ENABLED`, or of what does not, `CONNECTOR_OUTBOUND_DISABLED`. Lists name job types, for
 * `INBOUND` names. Pure.
 *
 * Throws a fault of kind `configuration` that names every variable that cannot be used, and where nothing is left.
 */
export const applyOverrides = (
  { outbound, inbound }: Pick<Chosen, 'outbound' | 'inbound'>,
  env: Environment,
): Chosen => {
  const problems: string[] = [];
  const ours = outbound.map((connector) => adjusted(connector, env, problems));
  const allowsOutbound = allows('OUTBOUND', env, problems);
  const allowsInbound = allows('INBOUND', env, problems);
  const [outOn, inOn] = [
    ours.filter(({ type }) => allowsOutbound(type)),
    inbound.filter(({ name }) => allowsInbound(name)),
  ];
  if (problems.length === 0 && outOn.length + inOn.length === 0) {
    problems.push('CONNECTOR_…_ENABLED and CONNECTOR_…_DISABLED switch every connector off.');
  }
  if (problems.length > 0) {
    throw fault('configuration', {
      what: problems.join('\n'),
      where: 'the environment and .env',
      fix: 'change the variables named above, or remove them.',
    });
  }
  const off = [
    ...ours.filter((connector) => !outOn.includes(connector)).map(({ type }) => type),
    ...inbound.filter((connector) => !inOn.includes(connector)).map(({ name }) => name),
  ];
  return { outbound: outOn, inbound: inOn, disabled: off };
};
