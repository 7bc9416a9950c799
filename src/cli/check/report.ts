import type { Identity, Topology } from '../../connection/port.ts';
import type { UnderstoodSetting } from '../../connection/settings/understanding.ts';
import type { AnyInbound } from '../../runtime/index.ts';
import type { JobRequest } from '../../runtime/jobs/requests.ts';
import { processId } from '../../runtime/subscriptions/durable/subscription-process.ts';
import { columns } from './columns.ts';

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/**
 * Describes how the settings of the connection were understood, and what there is to say about them.
 *
 * @param settings secrets are hidden in them
 * @param notices settings without effect, proxies, credentials in plain text
 */
export const settingsReport = (settings: readonly UnderstoodSetting[], notices: readonly string[]): string => {
  const rows = settings.map(({ name, text, from }) => [name, text, from === undefined ? '' : `from ${from}`]);
  const lines = ['Settings', ...columns(rows), ...notices.map((notice) => `Note: ${notice}`)];
  return `${lines.join('\n')}\n`;
};

const partitionText = ({ partitionId, role, health }: Topology['brokers'][number]['partitions'][number]): string =>
  `partition ${partitionId} ${role.toLowerCase()} ${health.toLowerCase()}`;

/** Describes the cluster: its gateway, brokers and partitions. */
export const topologyReport = (address: string, { gatewayVersion, brokers, partitionsCount }: Topology): string => {
  const head = `Cluster ${address}: gateway version ${gatewayVersion}, ${counted(brokers.length, 'broker')}, ${counted(partitionsCount, 'partition')}`;
  const rows = brokers.map(({ nodeId, host, port, version, partitions }) => [
    ...[`broker ${nodeId}`, `${host}:${port}`, `version ${version}`],
    partitions.map(partitionText).join(', '),
  ]);
  return `${[head, ...columns(rows)].join('\n')}\n`;
};

/** Says whom the cluster takes the client for. */
export const identityReport = ({ username, tenantIds }: Identity): string =>
  `Logged in as ${username}${tenantIds.length === 0 ? '' : `, with the tenants ${tenantIds.join(', ')}`}\n`;

const reservedFor = ({ jobTimeout, keepFor = jobTimeout }: JobRequest): string =>
  `reserved for ${jobTimeout / 1000} s${keepFor > jobTimeout ? `, renewed for ${keepFor / 1000} s` : ''}`;

const requestRow = (request: JobRequest): readonly string[] => [
  ...[request.type, request.connector, `up to ${counted(request.maxJobs, 'job')}`, reservedFor(request)],
  `variables: ${request.variables === undefined ? 'all' : request.variables.join(', ') || 'none'}`,
];

/** One runtime with lease tokens shuts out every worker without them, also after it has stopped. */
const leaseWarning = ({ type }: JobRequest): string =>
  `Warning: ${type} takes lease tokens, so every runtime and worker of this job type must. The cluster gives a job that had a token to no worker without one. Fix: set leaseToken in all of them at once, or in none.`;

const inboundRows = (connector: AnyInbound): readonly (readonly string[])[] => {
  if (connector.kind === 'webhook') return [];
  const { name, messageTimeToLive } = connector;
  const when = 'cycle' in connector ? `every ${connector.cycle} s` : `one call, for ${connector.expires} s`;
  return [[name, when, `messages kept for ${messageTimeToLive} s`]];
};

/**
 * Describes what a runtime would request from the cluster.
 *
 * @param requests job types of connectors
 * @param subscriptions job types of durable subscriptions; empty if subscriptions are kept in memory
 * @param disabled job types and names that environment variables disable
 */
export const requestReport = (
  requests: readonly JobRequest[],
  subscriptions: readonly JobRequest[],
  inbound: readonly AnyInbound[],
  disabled: readonly string[],
): string => {
  const part = (title: string, rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : [title, ...columns(rows)];
  const leased = requests.filter(({ leaseToken }) => leaseToken === true);
  const lines = [
    ...part('Job types', requests.map(requestRow)),
    ...leased.map(leaseWarning),
    ...part('Inbound connectors', inbound.flatMap(inboundRows)),
    ...part(`Subscriptions, in the process ${processId}, which start deploys`, subscriptions.map(requestRow)),
    ...(disabled.length === 0 ? [] : [`Disabled by the environment: ${disabled.join(', ')}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
};
