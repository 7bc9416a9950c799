import type { EngineEvent, Key, MachineDecisionInstance } from '../../engine/machine/types.ts';
import type { ElementRecord, History, ReceivedMessage } from './types.ts';

/** Records what happens in all process instances. */
export interface HistoryRecorder {
  /** Records an event. */
  record(event: EngineEvent): void;
  /** What has happened in an instance so far. */
  of(processInstanceKey: Key): History;
  /** The keys of all instances of a process, oldest first. */
  instancesOf(bpmnProcessId: string): readonly Key[];
}

type MutableRecord = { -readonly [Name in keyof ElementRecord]: ElementRecord[Name] };

interface InstanceRecord {
  readonly elements: Map<Key, MutableRecord>;
  readonly flows: string[];
  readonly messages: ReceivedMessage[];
  readonly decisions: MachineDecisionInstance[];
  ended: number;
}

/** Creates a recorder without instances. */
export const createHistoryRecorder = (): HistoryRecorder => {
  const instances = new Map<Key, InstanceRecord>();
  const byProcess = new Map<string, Key[]>();

  const instance = (key: Key): InstanceRecord => {
    let found = instances.get(key);
    if (found === undefined) {
      found = { elements: new Map(), flows: [], messages: [], decisions: [], ended: 0 };
      instances.set(key, found);
    }
    return found;
  };

  const end = (event: EngineEvent & { readonly kind: 'element:completed' | 'element:terminated' }): void => {
    const { key, processInstanceKey } = event.element;
    const owner = instance(processInstanceKey);
    const record = owner.elements.get(key);
    if (record === undefined) return;
    record.state = event.kind === 'element:completed' ? 'COMPLETED' : 'TERMINATED';
    record.ended = owner.ended++;
  };

  return {
    record: (event) => {
      switch (event.kind) {
        case 'instance:created': {
          const { bpmnProcessId, key } = event.instance;
          byProcess.set(bpmnProcessId, [...(byProcess.get(bpmnProcessId) ?? []), key]);
          return;
        }
        case 'element:activated': {
          const { key, elementId, name, kind, scopeKey, processInstanceKey } = event.element;
          const { elements } = instance(processInstanceKey);
          elements.set(key, { key, elementId, name, kind, scopeKey, state: 'ACTIVE' });
          return;
        }
        case 'element:completed':
        case 'element:terminated':
          end(event);
          return;
        case 'flow:taken':
          instance(event.processInstanceKey).flows.push(event.flowId);
          return;
        case 'message:correlated': {
          const { message, processInstanceKey, elementId } = event;
          const { name, correlationKey } = message;
          instance(processInstanceKey).messages.push({ name, correlationKey, elementId });
          return;
        }
        case 'decision:evaluated':
        case 'decision:failed': {
          for (const decision of event.evaluation.evaluatedDecisions) {
            if (decision.processInstanceKey !== null) instance(decision.processInstanceKey).decisions.push(decision);
          }
          return;
        }
        default:
      }
    },
    of: (key) => {
      const { elements, flows, messages, decisions } = instance(key);
      return {
        elements: [...elements.values()].map((element) => ({ ...element })),
        flows: [...flows],
        messages: [...messages],
        decisions: [...decisions],
      };
    },
    instancesOf: (bpmnProcessId) => byProcess.get(bpmnProcessId) ?? [],
  };
};
