/** Contexts for unit tests, which call a connector's function without an engine or a connection. */
import type { Activation, InboundContext, Job, Logger, OutboundContext } from 'camunda-connectors';

/** A logger that records its lines, so that tests can check them. */
export const recordingLogger = (): Logger & { readonly lines: string[] } => {
  const lines: string[] = [];
  const keep = (message: string): void => {
    lines.push(message);
  };
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
};

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

/** A context for `run`. Every part can be replaced. */
export const outboundContext = (parts: Partial<OutboundContext> = {}): OutboundContext => ({
  job,
  signal: new AbortController().signal,
  logger: recordingLogger(),
  ...parts,
});

/** A context for `loop`. Every part can be replaced. */
export const inboundContext = <State>(parts: Partial<InboundContext<State>> = {}): InboundContext<State> => ({
  activation,
  signal: new AbortController().signal,
  logger: recordingLogger(),
  ...parts,
});
