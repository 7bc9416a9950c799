import type {
  LostMessage,
  MachineJob,
  MachineMessage,
  MachineSubscription,
} from '../../../src/engine/machine/types.ts';
import { explainWaits } from '../../../src/engine/waits/explain.ts';
import { gatherFacts } from '../../../src/engine/waits/gather-facts.ts';
import type { KnownWorker, Wait, WaitFacts } from '../../../src/engine/waits/types.ts';
import { noon, type Rig } from '../machine/support.ts';

/** Facts about nothing, at a time. */
export const noFacts: WaitFacts = {
  now: noon,
  elements: [],
  jobs: [],
  userTasks: [],
  incidents: [],
  subscriptions: [],
  timers: [],
  joins: [],
  messages: [],
  lostMessages: [],
};

/** The element `Told` of instance 1, with key 2, waits for the message `order-status` with key `7`. */
export const subscription: MachineSubscription = {
  kind: 'message',
  key: '3',
  name: 'order-status',
  correlationKey: '7',
  elementId: 'Told',
  elementName: 'Told',
  elementInstanceKey: '2',
  processInstanceKey: '1',
  bpmnProcessId: 'p',
  processDefinitionKey: '9',
};

export const buffered = (name: string, correlationKey: string, more: Partial<MachineMessage> = {}): MachineMessage => ({
  key: `${name} ${correlationKey}`,
  name,
  correlationKey,
  messageId: '',
  publishedAt: noon - 3000,
  deadline: noon + 60_000,
  correlatedTo: [],
  variables: {},
  ...more,
});

export const lost = (name: string, correlationKey: string, more: Partial<LostMessage> = {}): LostMessage => ({
  key: `${name} ${correlationKey} lost`,
  name,
  correlationKey,
  publishedAt: noon - 3000,
  expiredAt: noon - 3000,
  ...more,
});

/** The element `Charge` of instance 1, with key 2, has a job of type `charge`. */
export const job: MachineJob = {
  key: '4',
  type: 'charge',
  kind: 'BPMN_ELEMENT',
  state: 'ACTIVATABLE',
  processInstanceKey: '1',
  bpmnProcessId: 'p',
  processDefinitionVersion: 1,
  processDefinitionKey: '9',
  elementId: 'Charge',
  elementInstanceKey: '2',
  headers: {},
  retries: 3,
  worker: '',
  deadline: 0,
  errorMessage: '',
};

export const worker = (type: string, connected = true): KnownWorker => ({ type, worker: 'w', connected });

/** What an instance or element of a machine waits for. */
export const waitsOf = (rig: Rig, key: string, workers: readonly KnownWorker[] = []): readonly Wait[] =>
  explainWaits(gatherFacts(rig.machine, key, { now: rig.now(), workers }), key);
