import type { ActivatedJob } from '../../connection/port.ts';
import type { Activation, Outcome } from '../../connector/types.ts';
import { parseValue } from '../../connector/values/json-text.ts';
import type { Runtime } from '../../runtime/index.ts';
import type { TraceEntry } from './types.ts';

type Place = Pick<TraceEntry, 'processInstanceKey' | 'bpmnProcessId' | 'elementId' | 'connector'>;

const ofJob = ({ type, processInstanceKey, bpmnProcessId, elementId }: ActivatedJob): Place => ({
  ...{ processInstanceKey, bpmnProcessId, elementId, connector: type },
});

const ofActivation = ({ processInstanceKey, bpmnProcessId, elementId, connector }: Activation): Place => ({
  ...{ processInstanceKey, bpmnProcessId, elementId, connector },
});

const variablesOf = ({ variables }: ActivatedJob): unknown => {
  if (typeof variables !== 'string') return variables;
  try {
    return parseValue(variables);
  } catch {
    return variables;
  }
};

const outcomeEntry = (place: Place, outcome: Outcome): TraceEntry => {
  switch (outcome.kind) {
    case 'complete':
      return { ...place, kind: 'result', variables: outcome.variables };
    case 'bpmnError':
      return { ...place, kind: 'bpmnError', code: outcome.code, message: outcome.message };
    case 'fail':
      return {
        ...{ ...place, kind: 'failed', message: outcome.message },
        ...{ attemptsLeft: outcome.retries, pause: outcome.backoff },
      };
  }
};

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Makes entries of the events of a runtime.
 *
 * @returns a function that ends it
 */
export const followRuntime = (runtime: Pick<Runtime, 'on'>, add: (entry: TraceEntry) => void): (() => void) => {
  const removals = [
    runtime.on('job:started', ({ job }) =>
      add({ ...ofJob(job), kind: 'input', variables: variablesOf(job), attempt: 1 }),
    ),
    runtime.on('job:settled', ({ job, outcome }) => add(outcomeEntry(ofJob(job), outcome))),
    runtime.on('subscription:opened', ({ subscription: { activation } }) =>
      add({ ...ofActivation(activation), kind: 'activated', messageName: activation.messageName }),
    ),
    runtime.on('message:published', ({ activation, variables }) => {
      const { messageName, correlationKey } = activation;
      add({ ...ofActivation(activation), kind: 'published', messageName, correlationKey, variables });
    }),
    runtime.on('connection:waiting', ({ address, error }) =>
      add({ kind: 'connection', text: `Waiting for ${address}: ${reason(error)}` }),
    ),
    runtime.on('connection:lost', ({ address, error }) =>
      add({ kind: 'connection', text: `Connection to ${address} lost: ${reason(error)}` }),
    ),
    runtime.on('connection:restored', ({ address }) =>
      add({ kind: 'connection', text: `Connection to ${address} restored` }),
    ),
  ];
  return () => {
    for (const remove of removals) remove();
  };
};
