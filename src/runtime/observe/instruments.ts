type Template = 'elementTemplateId' | 'elementTemplateVersion';

/** The labels of each counter. */
export interface Counters {
  readonly invocations: 'action' | 'type' | Template;
  readonly retries: 'type';
  readonly incidents: 'type';
  readonly deliveries: 'type' | 'result';
  readonly jobsActivated: 'type';
  readonly jobsHandled: 'type';
  readonly repeats: 'command';
  readonly activations: 'action' | 'type' | Template;
  readonly triggers: 'action' | 'type' | Template;
  readonly loops: 'type' | 'result';
  readonly calls: 'type' | 'result';
  readonly outages: never;
}

/** The labels of each gauge. */
export interface Gauges {
  readonly longestExecution: 'type' | Template;
  readonly maxExecutionTime: 'type';
  readonly lastCompleted: 'type';
  readonly lastFailed: 'type';
  readonly inFlight: 'type';
  readonly lastActivated: 'type';
  readonly lastTriggered: 'type';
  readonly subscriptions: 'type';
  readonly connectionUp: never;
}

/** The labels of each histogram. */
export interface Histograms {
  readonly executionTime: 'type' | Template;
  readonly loopTime: 'type';
  readonly callTime: 'type';
}

/** A counter, a gauge or a histogram. Names and labels are those of the official connector runtime if it has them. */
export interface Instrument<Kind extends string = 'counter' | 'gauge' | 'histogram', Label extends string = string> {
  /** The name with dots, as in OpenTelemetry and Micrometer. */
  readonly name: string;
  readonly kind: Kind;
  /** Seconds. The unit is part of the name in the Prometheus format. */
  readonly unit?: 's';
  readonly description: string;
  readonly labels: readonly Label[];
}

type Group<Kind extends string, Labels> = {
  readonly [Name in keyof Labels]: Instrument<Kind, Labels[Name] & string>;
};

type Instruments = Group<'counter', Counters> & Group<'gauge', Gauges> & Group<'histogram', Histograms>;

/** The name of an instrument in the code. */
export type InstrumentName = keyof Instruments;

const template = ['elementTemplateId', 'elementTemplateVersion'] as const;

/** All instruments. */
export const instruments: Instruments = {
  invocations: {
    name: 'camunda.connector.outbound.invocations',
    kind: 'counter',
    description:
      'Jobs: activated when the job starts; completed, failed or bpmn-error when the cluster has accepted the command',
    labels: ['action', 'type', ...template],
  },
  executionTime: {
    name: 'camunda.connector.outbound.execution-time',
    kind: 'histogram',
    unit: 's',
    description: 'Time from the start of a job to the sending of its command',
    labels: ['type', ...template],
  },
  longestExecution: {
    name: 'camunda.connector.outbound.execution-time.max',
    kind: 'gauge',
    unit: 's',
    description: 'Longest execution time since the start, in seconds',
    labels: ['type', ...template],
  },
  maxExecutionTime: {
    name: 'camunda.connector.outbound.max-execution-time',
    kind: 'gauge',
    description: 'Longest execution time since the start, in milliseconds',
    labels: ['type'],
  },
  lastCompleted: {
    name: 'camunda.connector.outbound.last-completed',
    kind: 'gauge',
    description: 'Time when the cluster last accepted a completion, in milliseconds since the epoch',
    labels: ['type'],
  },
  lastFailed: {
    name: 'camunda.connector.outbound.last-failed',
    kind: 'gauge',
    description: 'Time when a job last failed, in milliseconds since the epoch',
    labels: ['type'],
  },
  inFlight: {
    name: 'camunda.connector.outbound.in-flight',
    kind: 'gauge',
    description: 'Jobs in progress',
    labels: ['type'],
  },
  retries: {
    name: 'camunda.connector.outbound.retries',
    kind: 'counter',
    description: 'Failed jobs with attempts left, which the cluster offers again',
    labels: ['type'],
  },
  incidents: {
    name: 'camunda.connector.outbound.incidents',
    kind: 'counter',
    description: 'Failed jobs without attempts left, for which the cluster raises an incident',
    labels: ['type'],
  },
  deliveries: {
    name: 'camunda.connector.outbound.deliveries',
    kind: 'counter',
    description: 'Commands for jobs by their result: accepted, gone, superseded, refused, expired or abandoned',
    labels: ['type', 'result'],
  },
  jobsActivated: {
    name: 'camunda.client.worker.job.activated',
    kind: 'counter',
    description: 'Jobs received from the cluster',
    labels: ['type'],
  },
  jobsHandled: {
    name: 'camunda.client.worker.job.handled',
    kind: 'counter',
    description: 'Jobs settled, whatever the outcome',
    labels: ['type'],
  },
  repeats: {
    name: 'camunda.connector.command.repeats',
    kind: 'counter',
    description: 'Commands sent again after a temporary failure',
    labels: ['command'],
  },
  activations: {
    name: 'camunda.connector.inbound.activations',
    kind: 'counter',
    description: 'Subscriptions: activated, deactivated, or activation-failed',
    labels: ['action', 'type', ...template],
  },
  triggers: {
    name: 'camunda.connector.inbound.triggers',
    kind: 'counter',
    description: 'Messages: triggered, and then correlated (accepted by the cluster) or correlation-failed',
    labels: ['action', 'type', ...template],
  },
  lastActivated: {
    name: 'camunda.connector.inbound.last-activated',
    kind: 'gauge',
    description: 'Time when a subscription was last opened, in milliseconds since the epoch',
    labels: ['type'],
  },
  lastTriggered: {
    name: 'camunda.connector.inbound.last-triggered',
    kind: 'gauge',
    description: 'Time when a message was last published, in milliseconds since the epoch',
    labels: ['type'],
  },
  subscriptions: {
    name: 'camunda.connector.inbound.subscriptions',
    kind: 'gauge',
    description: 'Subscriptions that have not delivered their message yet',
    labels: ['type'],
  },
  loops: {
    name: 'camunda.connector.inbound.loops',
    kind: 'counter',
    description: 'Calls to loop by their result: pending, message or failed',
    labels: ['type', 'result'],
  },
  loopTime: {
    name: 'camunda.connector.inbound.loop-time',
    kind: 'histogram',
    unit: 's',
    description: 'Duration of one call to loop',
    labels: ['type'],
  },
  calls: {
    name: 'camunda.connector.inbound.calls',
    kind: 'counter',
    description:
      'Requests to webhooks and callbacks by their result: published, duplicate, correlated, late, unmatched, answered, handshake, refused, invalid, unavailable or failed',
    labels: ['type', 'result'],
  },
  callTime: {
    name: 'camunda.connector.inbound.call-time',
    kind: 'histogram',
    unit: 's',
    description: 'Time from the head of a request to its answer',
    labels: ['type'],
  },
  connectionUp: {
    name: 'camunda.connector.connection.up',
    kind: 'gauge',
    description: '1 while the cluster answers, otherwise 0',
    labels: [],
  },
  outages: {
    name: 'camunda.connector.connection.outages',
    kind: 'counter',
    description: 'Number of times the cluster stopped answering',
    labels: [],
  },
};

/** The values of the labels. Only series of another tenant than the default one have its id. */
type Values<Label> = Readonly<Record<Label & string, string>> & { readonly tenantId?: string };

/** Receives measurements: stores them for Prometheus, or passes them to an OpenTelemetry SDK. */
export interface Recorder {
  add<Name extends keyof Counters>(name: Name, labels: Values<Counters[Name]>): void;
  set<Name extends keyof Gauges>(name: Name, labels: Values<Gauges[Name]>, value: number): void;
  observe<Name extends keyof Histograms>(name: Name, labels: Values<Histograms[Name]>, value: number): void;
}

/** The bounds of the buckets of all histograms, in seconds. */
export const durationBuckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
