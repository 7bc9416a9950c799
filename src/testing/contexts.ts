import type { DocumentStore, Documents } from '../connector/document.ts';
import { createContextDocuments } from '../connector/documents/context-documents.ts';
import { checkExtension, extensionAdvice } from '../connector/extension.ts';
import type { Activation, InboundContext, Job, OutboundContext } from '../connector/types.ts';
import { defaultTenant } from './default-tenant.ts';
import { memoryDocuments } from './memory-documents.ts';
import { recordingLogger } from './recording-logger.ts';

/** What a test sets in the context of `run`. Everything else has a plausible value. */
export interface OutboundContextParts extends Partial<Omit<OutboundContext, 'job' | 'documents'>> {
  readonly job?: Partial<Job>;
  /** Documents as the connector sees them, or a store for them. Default: an empty store in memory. */
  readonly documents?: Documents | DocumentStore;
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
  tenantId: defaultTenant,
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
 * @param parts what the test depends on: fields of the `job`, the `signal`, the `logger`, the `documents`. By default the job
 *   has three attempts left and no variables, the signal never aborts, the logger is a {@link recordingLogger}, documents
 *   are in memory, and `extend` grants every time. It refuses the same arguments as at run time
 * @example
 * const result = await log.run({ message: 'Hello' }, outboundContext());
 * @example
 * const context = outboundContext({ job: { retries: 1 }, signal: AbortSignal.abort() });
 */
export const outboundContext = ({ documents, ...parts }: OutboundContextParts = {}): OutboundContext => {
  const { signal = new AbortController().signal, logger = recordingLogger() } = parts;
  const whole = { ...job, ...parts.job };
  const isStore = documents !== undefined && 'createLink' in documents;
  return {
    extend: async (milliseconds) => {
      checkExtension(milliseconds);
      const advice = extensionAdvice(milliseconds);
      if (advice !== undefined) logger.warn(advice);
    },
    ...parts,
    signal,
    logger,
    job: whole,
    documents:
      documents === undefined || isStore
        ? createContextDocuments(documents ?? memoryDocuments(), whole, () => signal)
        : documents,
  };
};

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
