import type { EngineEvent, Machine } from '../machine/types.ts';
import { type Change, type EventOf, orderOf } from './change.ts';
import { addRequirements, evaluated, toProcess } from './definition-changes.ts';
import {
  addElement,
  addIncident,
  addInstance,
  endElement,
  endInstance,
  resolveIncident,
  setVariable,
} from './instance-changes.ts';
import { closeSubscription, correlate, openSubscription } from './message-changes.ts';
import { append } from './short-lists.ts';
import { listen, offerJob, setJob, setUserTask } from './work-changes.ts';

/*
 * What each event changes. What an event does not contain is read from the machine when the event happens, because the
 * change itself can be applied later.
 */

/** What a migration has made of an instance and of everything in it. */
const migrate = (event: EventOf<'instance:migrated'>, machine: Machine, at: number): Change => {
  const { key, processDefinitionKey } = event.instance;
  const elements = machine.elements(key);
  const incidents = machine.incidents(key);
  const jobs = machine.jobs(key);
  const tasks = machine.userTasks(key);
  const subscriptions = machine.subscriptions(key);
  return (store) => {
    const { tables } = store;
    const instance = tables.instances.get(key);
    const process = tables.processes.get(processDefinitionKey);
    if (instance === undefined || process === undefined) return;
    instance.process = process;
    for (const { key: elementKey, elementId, name } of elements) {
      const element = tables.elements.get(elementKey);
      if (element !== undefined) Object.assign(element, { elementId, name });
    }
    for (const { key: incidentKey, elementId } of incidents) {
      const incident = tables.incidents.get(incidentKey);
      if (incident !== undefined) incident.elementId = elementId;
    }
    for (const job of jobs) setJob(job, at)(store);
    for (const task of tasks) setUserTask(task, at)(store);
    for (const subscription of subscriptions) openSubscription(subscription, at)(store);
  };
};

type Handlers = {
  readonly [Kind in EngineEvent['kind']]?: (event: EventOf<Kind>, machine: Machine, at: number) => Change | undefined;
};

const handlers: Handlers = {
  'process:deployed': ({ process }, machine) => {
    const view = machine.process(process.processDefinitionKey);
    return view && ((store) => store.addProcess(toProcess(view)));
  },
  'form:deployed':
    ({ form }) =>
    (store) =>
      store.addForm({ key: form.formKey, order: orderOf(form.formKey), view: form }),
  'file:deployed':
    ({ resource }) =>
    (store) =>
      store.addFile({ key: resource.resourceKey, order: orderOf(resource.resourceKey), view: resource }),
  'decisions:deployed': (event) => addRequirements(event),
  'resource:deleted':
    ({ key }) =>
    (store) =>
      store.deleteResource(key),
  'instance:created':
    ({ instance }, _machine, at) =>
    (store) =>
      void addInstance(store, instance, at),
  'instance:completed': (event, _machine, at) => endInstance(event, at),
  'instance:terminated': (event, _machine, at) => endInstance(event, at),
  'instance:modified':
    ({ instance: { key, businessId } }) =>
    ({ tables }) => {
      const instance = tables.instances.get(key);
      if (instance !== undefined) instance.businessId = businessId;
    },
  'instance:migrated': migrate,
  'element:activated':
    ({ element }, _machine, at) =>
    (store) => {
      if (!store.tables.elements.has(element.key)) addElement(store, element, at);
    },
  'element:completed': ({ element }, _machine, at) => endElement(element, 'COMPLETED', at),
  'element:terminated': ({ element }, _machine, at) => endElement(element, 'TERMINATED', at),
  'flow:taken':
    ({ flowId, processInstanceKey }) =>
    ({ tables }) => {
      const instance = tables.instances.get(processInstanceKey);
      if (instance !== undefined && !instance.flows.includes(flowId)) instance.flows = append(instance.flows, flowId);
    },
  'variable:created': setVariable,
  'variable:updated': setVariable,
  'job:activatable': ({ job }, machine, at) => {
    const offer = offerJob(job, at);
    if (job.kind !== 'TASK_LISTENER') return offer;
    const task = machine.userTasks(job.processInstanceKey).find(({ key }) => key === job.userTask?.userTaskKey);
    return (store) => {
      offer(store);
      if (task !== undefined && !store.tables.userTasks.has(task.key)) setUserTask(task, at)(store);
      listen(job)(store);
    };
  },
  'job:activated': ({ job }, _machine, at) => setJob(job, at),
  'job:updated': ({ job, property }, _machine, at) =>
    setJob(job, at, `${property.toUpperCase() as 'RETRIES' | 'TIMEOUT' | 'PRIORITY'}_UPDATED`),
  'job:completed': ({ job }, _machine, at) => setJob(job, at, 'COMPLETED', true),
  'job:failed': ({ job }, _machine, at) => setJob(job, at, 'FAILED'),
  'job:errorThrown': ({ job, code }, machine, at) => {
    // A job whose error is caught is gone.
    const isOver = !machine.jobs(job.processInstanceKey).some(({ key }) => key === job.key);
    return (store) => {
      setJob(job, at, 'ERROR_THROWN', isOver)(store);
      const stored = store.tables.jobs.get(job.key);
      if (stored !== undefined) stored.errorCode = code;
    };
  },
  'job:cancelled':
    ({ job }, _machine, at) =>
    (store) => {
      // The error of a job that has thrown one ends its element.
      const hasThrown = store.tables.jobs.get(job.key)?.state === 'ERROR_THROWN';
      setJob(job, at, hasThrown ? undefined : 'CANCELED', true)(store);
    },
  'userTask:created': ({ userTask }, _machine, at) => setUserTask(userTask, at),
  'userTask:assigned': ({ userTask }, _machine, at) => setUserTask(userTask, at),
  'userTask:updated': ({ userTask }, _machine, at) => setUserTask(userTask, at),
  'userTask:completed': ({ userTask }, _machine, at) => setUserTask(userTask, at),
  'userTask:cancelled': ({ userTask }, _machine, at) => setUserTask(userTask, at),
  'userTask:denied': ({ userTask }, _machine, at) => setUserTask(userTask, at),
  'incident:created': ({ incident }, machine, at) => {
    const { processInstanceKey, elementInstanceKey } = incident;
    const holder = machine.elements(processInstanceKey).find(({ key }) => key === elementInstanceKey);
    return (store) => addIncident(store, incident, holder, at);
  },
  'incident:resolved': ({ incident }) => resolveIncident(incident),
  'subscription:opened': ({ subscription }, _machine, at) => openSubscription(subscription, at),
  'subscription:closed': ({ subscription }, _machine, at) => closeSubscription(subscription, at),
  'message:correlated': (event, _machine, at) => correlate(event, at),
  'decision:evaluated': (event, _machine, at) => evaluated(event, at),
  'decision:failed': (event, _machine, at) => evaluated(event, at),
};

/** What an event changes; `undefined` if nothing. */
export const changeOf = (event: EngineEvent, machine: Machine, at: number): Change | undefined =>
  (handlers[event.kind] as ((event: EngineEvent, machine: Machine, at: number) => Change | undefined) | undefined)?.(
    event,
    machine,
    at,
  );
