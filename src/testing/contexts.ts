import type { Activation, InboundContext, Job, OutboundContext } from '../connector/types.ts';
import { recordingLogger } from './recording-logger.ts';

/** What a test sets in the context of `run`. Everything else has a plausible value. */
export interface OutboundContextParts extends Partial<Omit<OutboundContext, 'job'>> {
  readonly job?: Partial<Job>;
}

/** What a test sets in the context of `loop`. Everything else has a plausible value. */
export interface InboundContextParts<State = unknown> extends Partial<Omit<InboundContext<State>, 'activation'>> {
  readonly activation?: Partial<Activation>;
}

const job: Job = {
  key: '1',
  type: 'example',
  processInstanceKey: '2',
  bpmnProcessId: 'example',
  processDefinitionVersion: 1,
  processDefinitionKey: '3',
  elementId: 'Task',
  elementInstanceKey: '4',
  customHeaders: {},
  worker: 'test',
  retries: 3,
  deadline: Number.MAX_SAFE_INTEGER,
  variables: {},
  tenantId: '<default>',
  kind: 'BPMN_ELEMENT',
  tags: [],
};

const activation: Activation = {
  id: '4',
  connector: 'example',
  messageName: 'example',
  correlationKey: 'key',
  variables: {},
  processInstanceKey: '2',
  bpmnProcessId: 'example',
  elementId: 'Task',
};

/**
 * Makes the second argument of an outbound connector's `run`, for a unit test that calls it directly.
 *
 * @param parts what the test depends on: fields of the `job`, the `signal`, the `logger`. By default the job has three
 *   attempts left and no variables, the signal never aborts, and the logger is a {@link recordingLogger}
 * @example
 * const result = await log.run({ message: 'Hello' }, outboundContext());
 * @example
 * const context = outboundContext({ job: { retries: 1 }, signal: AbortSignal.abort() });
 */
export const outboundContext = (parts: OutboundContextParts = {}): OutboundContext => ({
  signal: new AbortController().signal,
  logger: recordingLogger(),
  extend: async () => {},
  ...parts,
  job: { ...job, ...parts.job },
});

/**
 * Makes the second argument of an inbound connector's `loop`, for a unit test that calls it directly.
 *
 * @param parts what the test depends on: fields of the `activation`, the `state`, the `signal`, the `logger`. By default
 *   there is no state, the signal never aborts, and the logger is a {@link recordingLogger}
 * @example
 * const message = await feed.loop({ url }, inboundContext({ state: { seen: 3 } }));
 */
export const inboundContext = <State = unknown>(parts: InboundContextParts<State> = {}): InboundContext<State> => ({
  signal: new AbortController().signal,
  logger: recordingLogger(),
  ...parts,
  activation: { ...activation, ...parts.activation },
});
