import { stringifyValue } from '../../../connector/values/json-text.ts';
import type { MachineIncident } from '../../../engine/machine/types.ts';
import type { ReceivedMessage } from '../../state/types.ts';
import type { SeenDecision, SeenState, Sight } from '../sight.ts';
import type { Cluster } from './cluster.ts';
import { elementHistory } from './element-history.ts';
import type { OwnInstances } from './own-instances.ts';
import { type ProcessModel, readProcessModel } from './process-model.ts';
import {
  type ElementItem,
  type InstanceItem,
  type JobItem,
  readDecision,
  readElement,
  readIncident,
  readJob,
  readSubscription,
  readUserTask,
  readVariable,
  type SubscriptionItem,
  type UserTaskItem,
  type VariableItem,
} from './read-items.ts';
import { waitsOf } from './waits.ts';

/** What a look asks the cluster for, beside the instances themselves. */
export type Kind =
  | 'elements'
  | 'variables'
  | 'incidents'
  | 'jobs'
  | 'userTasks'
  | 'subscriptions'
  | 'correlations'
  | 'decisions';

export const allKinds: readonly Kind[] = [
  ...(['elements', 'variables', 'incidents', 'jobs', 'userTasks', 'subscriptions', 'correlations'] as const),
  'decisions',
];

/** What was found of one instance. */
interface Found {
  readonly instance: InstanceItem;
  readonly elements: readonly ElementItem[];
  readonly variables: readonly VariableItem[];
  readonly incidents: readonly MachineIncident[];
  readonly jobs: readonly JobItem[];
  readonly userTasks: readonly UserTaskItem[];
  readonly subscriptions: readonly SubscriptionItem[];
  readonly correlations: readonly ReceivedMessage[];
}

/** The states of a job that can be completed. */
const openJobs = ['CREATED', 'FAILED', 'TIMED_OUT', 'RETRIES_UPDATED', 'TIMEOUT_UPDATED', 'PRIORITY_UPDATED'];

/** What a look needs. */
export interface LookParts {
  readonly cluster: Cluster;
  readonly own: OwnInstances;
  /** The keys of the evaluations of decisions that the case has asked for. */
  readonly evaluations: ReadonlySet<string>;
  readonly now: () => number;
  readonly warn: (text: string) => void;
}

/** What a look has found. */
export interface ClusterSight extends Sight {
  /** The same for two looks that have found the same. */
  readonly print: string;
}

/** Looks at what a cluster says about the instances of a test case. */
export type Look = (kinds: readonly Kind[]) => Promise<ClusterSight>;

/** Creates the looks of a test case. */
export const createLook = ({ cluster, own, evaluations, now, warn }: LookParts): Look => {
  const models = new Map<string, Promise<ProcessModel>>();
  const modelOf = ({ processDefinitionKey, bpmnProcessId }: InstanceItem): Promise<ProcessModel> => {
    const known = models.get(processDefinitionKey);
    if (known !== undefined) return known;
    const read = cluster.readXml(processDefinitionKey).then((xml) => readProcessModel(bpmnProcessId, xml));
    // The file of a new version may not be found yet.
    read.catch(() => models.delete(processDefinitionKey));
    models.set(processDefinitionKey, read);
    return read;
  };

  const find = async (instance: InstanceItem, kinds: readonly Kind[]): Promise<Found> => {
    const ofInstance = { processInstanceKey: instance.key };
    const search = async <T>(
      kind: Kind,
      path: string,
      filter: object,
      read: (item: Readonly<Record<string, unknown>>) => T,
    ): Promise<readonly T[]> =>
      kinds.includes(kind) ? (await cluster.search(path, { ...ofInstance, ...filter })).map(read) : [];
    const [elements, variables, incidents, jobs, userTasks, subscriptions, correlations] = await Promise.all([
      search('elements', '/element-instances/search', {}, readElement),
      search('variables', '/variables/search?truncateValues=false', {}, readVariable),
      search('incidents', '/incidents/search', { state: 'ACTIVE' }, readIncident),
      search('jobs', '/jobs/search', { state: { $in: openJobs } }, readJob),
      search('userTasks', '/user-tasks/search', {}, readUserTask),
      search(
        'subscriptions',
        '/message-subscriptions/search',
        { messageSubscriptionState: 'CREATED' },
        readSubscription,
      ),
      search(
        'correlations',
        '/correlated-message-subscriptions/search',
        {},
        ({ messageName, correlationKey, elementId }) => ({
          ...{ name: String(messageName), correlationKey: String(correlationKey ?? ''), elementId: String(elementId) },
        }),
      ),
    ]);
    return { instance, elements, variables, incidents, jobs, userTasks, subscriptions, correlations };
  };

  const findDecisions = async (instances: readonly InstanceItem[]): Promise<readonly SeenDecision[]> => {
    const filters = [
      ...instances.map(({ key }) => ({ processInstanceKey: key })),
      ...[...evaluations].map((key) => ({ decisionEvaluationKey: key })),
    ];
    const items = (
      await Promise.all(filters.map((filter) => cluster.search('/decision-instances/search', filter)))
    ).flat();
    const keyOf = (item: Readonly<Record<string, unknown>>): string => String(item.decisionEvaluationInstanceKey);
    const sorted = [...items].sort(
      (first, second) =>
        String(first.evaluationDate).localeCompare(String(second.evaluationDate)) ||
        keyOf(first).localeCompare(keyOf(second), 'en', { numeric: true }),
    );
    const whole = sorted.map((item) => cluster.ask('GET', `/decision-instances/${encodeURIComponent(keyOf(item))}`));
    return (await Promise.all(whole)).map(readDecision);
  };

  const stateOf = (found: Found, model: ProcessModel): SeenState => {
    const { instance, elements, variables, incidents, correlations } = found;
    const { key } = instance;
    const idOf = (scope: string): string => elements.find((element) => element.key === scope)?.elementId ?? '';
    const variablesOf = (scope: string) =>
      Object.fromEntries(
        variables.filter(({ scopeKey }) => scopeKey === scope).map(({ name, value }) => [name, value]),
      );
    const inner = elements.filter(({ state }) => state === 'ACTIVE').map((element) => element.key);
    const history = elementHistory(elements, model, key);
    const nameOf = new Map(model.elements.map(({ id, name }) => [id, name]));
    return {
      instance: { ...instance, variables: variablesOf(key) },
      process: {
        bpmnProcessId: instance.bpmnProcessId,
        processDefinitionKey: instance.processDefinitionKey,
        // A file that cannot be read names no elements; those that were entered are known.
        elements:
          model.elements.length > 0 ? model.elements : elements.map(({ elementId: id, name }) => ({ id, name })),
      },
      history: {
        elements: history.map((record) => ({ ...record, name: nameOf.get(record.elementId) ?? record.name })),
        ...{ flows: [], messages: correlations, decisions: [] },
      },
      waits: waitsOf({ ...found, processInstanceKey: key, bpmnProcessId: instance.bpmnProcessId }),
      incidents,
      locals: inner
        .filter((scope) => variables.some(({ scopeKey }) => scopeKey === scope))
        .map((scope) => ({ elementId: idOf(scope), variables: variablesOf(scope) })),
      skips: [],
      now: now(),
    };
  };

  return async (kinds) => {
    const instances = await own.find();
    const [found, decisions] = await Promise.all([
      Promise.all(instances.map((instance) => find(instance, kinds))),
      kinds.includes('decisions') ? findDecisions(instances) : [],
    ]);
    const states = new Map<string, SeenState>();
    for (const each of found) states.set(each.instance.key, stateOf(each, await modelOf(each.instance)));
    const definitions =
      instances.length > 0 ? [] : await cluster.search('/process-definitions/search', { isLatestVersion: true });
    return {
      processIds: () => [
        ...instances.map(({ bpmnProcessId }) => bpmnProcessId),
        ...definitions.map(({ processDefinitionId }) => String(processDefinitionId)),
      ],
      instances: () => instances,
      stateOf: (key) => states.get(key)!,
      variablesOf: (scope) =>
        Object.fromEntries(
          found
            .flatMap(({ variables }) => variables)
            .filter(({ scopeKey }) => scopeKey === scope)
            .map(({ name, value }) => [name, value]),
        ),
      jobs: () => found.flatMap(({ jobs }) => jobs),
      incidents: () => found.flatMap(({ incidents }) => incidents),
      userTasks: () => found.flatMap(({ userTasks }) => userTasks),
      decisions: () => decisions,
      messagesAwaitedBy: (key) => found.find(({ instance }) => instance.key === key)?.subscriptions ?? [],
      now,
      warn,
      print: stringifyValue([found, decisions]),
    };
  };
};
