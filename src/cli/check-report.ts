import type { Topology } from '../connection/port.ts';
import type { AnyInboundConnector } from '../connector/types.ts';
import type { JobRequest } from '../runtime/jobs/requests.ts';
import { processId } from '../runtime/subscriptions/durable/process.ts';

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** Lines with their cells aligned. */
const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
};

const partitionText = ({ partitionId, role, health }: Topology['brokers'][number]['partitions'][number]): string =>
  `partition ${partitionId} ${role.toLowerCase()} ${health.toLowerCase()}`;

/** What the cluster is made of. */
export const topologyReport = (address: string, { gatewayVersion, brokers, partitionsCount }: Topology): string => {
  const head = `Cluster ${address}: gateway version ${gatewayVersion}, ${counted(brokers.length, 'broker')}, ${counted(partitionsCount, 'partition')}`;
  const rows = brokers.map(({ nodeId, host, port, version, partitions }) => [
    ...[`broker ${nodeId}`, `${host}:${port}`, `version ${version}`],
    partitions.map(partitionText).join(', '),
  ]);
  return `${[head, ...columns(rows)].join('\n')}\n`;
};

const requestRow = ({ type, connector, maxJobs, jobTimeout, variables }: JobRequest): readonly string[] => [
  ...[type, connector, `up to ${counted(maxJobs, 'job')}`, `leased for ${jobTimeout / 1000} s`],
  `variables: ${variables === undefined ? 'all' : variables.join(', ') || 'none'}`,
];

const inboundRow = ({ name, cycle, messageTimeToLive }: AnyInboundConnector): readonly string[] => [
  ...[name, `every ${cycle} s`, `messages kept for ${messageTimeToLive} s`],
];

/**
 * What a runtime would ask the cluster for.
 *
 * @param subscriptions what it asks for to keep subscriptions in the cluster; none: it does not
 */
export const requestReport = (
  requests: readonly JobRequest[],
  subscriptions: readonly JobRequest[],
  inbound: readonly AnyInboundConnector[],
  disabled: readonly string[],
): string => {
  const part = (title: string, rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : [title, ...columns(rows)];
  const lines = [
    ...part('Job types', requests.map(requestRow)),
    ...part('Inbound connectors', inbound.map(inboundRow)),
    ...part(`Subscriptions, kept by the process ${processId}, which start deploys`, subscriptions.map(requestRow)),
    ...(disabled.length === 0 ? [] : [`Switched off by the environment: ${disabled.join(', ')}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
};
