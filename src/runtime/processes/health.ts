import type { HealthCheck, HealthReport } from '../observe/health-report.ts';

/** What is known of one process. */
export interface ProcessHealth {
  /** From 1. */
  readonly number: number;
  /** Absent while it waits for its start. */
  readonly pid?: number | undefined;
  /** The pid of its successor, which does not work yet. */
  readonly starting?: number | undefined;
  /** The pid of its predecessor, which finishes its jobs. */
  readonly stopping?: number | undefined;
  readonly restarts: number;
  /** Its own report; absent if it gave none in time, or has not begun to work. */
  readonly report?: HealthReport | undefined;
  /** Whether it is able to answer: false while its modules are loaded. */
  readonly joined: boolean;
}

const noReport = ({ pid, joined }: ProcessHealth): string => {
  if (pid === undefined) return 'The process is not running.';
  return joined ? 'The process does not answer.' : 'The process is loading its modules.';
};

const pidsOf = ({ pid, starting, stopping }: ProcessHealth): Readonly<Record<string, number>> => ({
  ...(pid === undefined ? {} : { pid }),
  ...(starting === undefined ? {} : { starting }),
  ...(stopping === undefined ? {} : { stopping }),
});

/**
 * The health of several processes that do the same work. Pure.
 *
 * - `live`: every process that runs answers. One that has crashed is started again, so it does not count.
 * - the others: at least one process is up, since it does the work of all.
 *
 * @param processes all of them, in order
 */
export const processesReport = (check: HealthCheck, processes: readonly ProcessHealth[]): HealthReport => {
  const found = processes.map((one) => {
    const reasons = one.report?.reasons ?? [noReport(one)];
    return { one, reasons, isUp: one.report?.status === 'UP' };
  });
  const isUp =
    check === 'live' ? found.every(({ one, isUp }) => isUp || !one.joined) : found.some(({ isUp: anyUp }) => anyUp);
  return {
    status: isUp ? 'UP' : 'DOWN',
    reasons: isUp
      ? []
      : found.flatMap(({ one, reasons }) => reasons.map((reason) => `Process ${one.number}: ${reason}`)),
    components: Object.fromEntries(
      found.map(({ one, reasons, isUp: up }) => [
        `process${one.number}`,
        { status: up ? 'UP' : 'DOWN', details: { ...pidsOf(one), restarts: one.restarts, reasons } },
      ]),
    ),
  };
};

/** The measurements of one process. */
export interface ProcessMetrics extends Omit<ProcessHealth, 'report'> {
  /** In the Prometheus text format; absent if it gave none in time. */
  readonly text?: string | undefined;
}

/** A name at the start of a line, and the brace of its labels. */
const sample = /^([A-Za-z_:][\w:]*)(\{?)/;

const labelled = (line: string, number: number): string =>
  line.replace(sample, (_, name: string, brace: string) => `${name}{process="${number}"${brace === '' ? '}' : ','}`);

/** The samples of each family. A family begins with two lines of comment. */
const addFamilies = (families: Map<string, string[]>, text: string, number: number): void => {
  let samples: string[] = [];
  let help = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('# HELP')) help = line;
    else if (line.startsWith('# TYPE')) {
      const head = `${help}\n${line}`;
      samples = families.get(head) ?? [];
      families.set(head, samples);
    } else if (line !== '') samples.push(labelled(line, number));
  }
};

const ownSamples = (processes: readonly ProcessMetrics[]): readonly string[] => [
  '# HELP camunda_connector_process_up 1 while the process answers, otherwise 0',
  '# TYPE camunda_connector_process_up gauge',
  ...processes.map(
    ({ number, text }) => `camunda_connector_process_up{process="${number}"} ${text === undefined ? 0 : 1}`,
  ),
  '# HELP camunda_connector_process_restarts_total Number of times the process was started again',
  '# TYPE camunda_connector_process_restarts_total counter',
  ...processes.map(
    ({ number, restarts }) => `camunda_connector_process_restarts_total{process="${number}"} ${restarts}`,
  ),
];

/**
 * The measurements of several processes in one text, each with the label `process`. They are not summed: the counters of
 * a process begin at 0 again when it is started again, and only series of its own show that. Pure.
 */
export const processesMetrics = (processes: readonly ProcessMetrics[]): string => {
  const families = new Map<string, string[]>();
  for (const { number, text } of processes) if (text !== undefined) addFamilies(families, text, number);
  const lines = [...families].flatMap(([head, samples]) => [head, ...samples]);
  return `${[...lines, ...ownSamples(processes)].join('\n')}\n`;
};
