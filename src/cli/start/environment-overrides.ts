import { fault } from '../../common/fault.ts';
import type { Environment } from '../../connection/index.ts';
import type { AnyOutbound } from '../../connector/types.ts';
import type { AnyInbound } from '../../runtime/index.ts';

/** Connectors with the overrides applied. */
export interface OverriddenConnectors {
  readonly outbound: readonly AnyOutbound[];
  readonly inbound: readonly AnyInbound[];
  /** Job types and names of the connectors that are disabled. */
  readonly disabled: readonly string[];
}

const variableOf = (env: Environment, name: string): string | undefined =>
  Object.hasOwn(env, name) ? env[name] : undefined;

/**
 * The form of a connector's name in the name of a variable: only letters, digits and underscores, spaces as underscores.
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
  if (type === '') problems.push(`${prefix}_TYPE must be a job type, but is empty.`);
  if (timeout !== undefined && !/^[1-9]\d{0,9}$/.test(timeout)) {
    problems.push(`${prefix}_TIMEOUT must be a whole number of milliseconds, e.g. 30000.`);
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

/** Whether the two lists of a direction enable a connector. */
const enabledBy = (
  direction: 'OUTBOUND' | 'INBOUND',
  env: Environment,
  problems: string[],
): ((id: string) => boolean) => {
  const [onName, offName] = [`CONNECTOR_${direction}_ENABLED`, `CONNECTOR_${direction}_DISABLED`];
  const [on, off] = [variableOf(env, onName), variableOf(env, offName)];
  if (on !== undefined && off !== undefined) {
    problems.push(
      `${onName} and ${offName} are both set; keep one of them. A variable counts as set even if it is empty.`,
    );
  }
  const [enabled, disabled] = [on === undefined ? undefined : listOf(on), listOf(off ?? '')];
  return (id) => (enabled?.has(id.toLowerCase()) ?? true) && !disabled.has(id.toLowerCase());
};

/**
 * Applies the environment variables that operators of the official runtime use to adjust connectors. For outbound
 * connectors: `CONNECTOR_<NAME>_TYPE` and `CONNECTOR_<NAME>_TIMEOUT` (milliseconds). For each direction, a list of what
 * runs, `CONNECTOR_OUTBOUND_ENABLED`, or of what does not, `CONNECTOR_OUTBOUND_DISABLED`; the lists contain job types, or
 * names for `INBOUND`. Pure.
 *
 * @throws a fault of kind `configuration` that names every wrong variable, or says that no connector is left
 */
export const applyOverrides = (
  { outbound, inbound }: Pick<OverriddenConnectors, 'outbound' | 'inbound'>,
  env: Environment,
): OverriddenConnectors => {
  const problems: string[] = [];
  const ours = outbound.map((connector) => adjusted(connector, env, problems));
  const isOutboundEnabled = enabledBy('OUTBOUND', env, problems);
  const isInboundEnabled = enabledBy('INBOUND', env, problems);
  const [outOn, inOn] = [
    ours.filter(({ type }) => isOutboundEnabled(type)),
    inbound.filter(({ name }) => isInboundEnabled(name)),
  ];
  if (problems.length === 0 && outOn.length + inOn.length === 0) {
    problems.push('CONNECTOR_…_ENABLED and CONNECTOR_…_DISABLED disable every connector.');
  }
  if (problems.length > 0) {
    throw fault('configuration', {
      what: problems.join('\n'),
      where: 'the environment and .env',
      fix: 'correct or remove the variables named above.',
    });
  }
  const off = [
    ...ours.filter((connector) => !outOn.includes(connector)).map(({ type }) => type),
    ...inbound.filter((connector) => !inOn.includes(connector)).map(({ name }) => name),
  ];
  return { outbound: outOn, inbound: inOn, disabled: off };
};
