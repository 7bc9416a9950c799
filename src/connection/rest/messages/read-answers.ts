import { isObject } from '../../../common/is-object.ts';
import type { DocumentLink, DocumentReference } from '../../../connector/document.ts';
import type { JobKind, ListenerEvent, UserTaskProperties } from '../../../connector/job-kinds.ts';
import type { JsonText } from '../../../connector/types.ts';
import { parseValue } from '../../../connector/values/json-text.ts';
import type {
  ActivatedJob,
  CorrelatedMessage,
  CreatedInstance,
  DeployedProcess,
  Identity,
  Topology,
} from '../../port.ts';
import { cutMembers } from './raw-members.ts';
import { readUsualJobs } from './usual-jobs.ts';

/*
 * The gateway's answers, checked and converted to the data of the port. A part that is not as expected throws a TypeError
 * with its path: the caller makes the error of the call from it. Fields that are not known are ignored.
 */

type Fields = Readonly<Record<string, unknown>>;

const strange = (path: string, expected: string): never => {
  throw new TypeError(`${path} is not ${expected}`);
};

const objectIn = (value: unknown, path: string): Fields =>
  isObject(value) ? (value as Fields) : strange(path, 'an object');

const listIn = (value: unknown, path: string): readonly unknown[] =>
  Array.isArray(value) ? value : strange(path, 'a list');

const textIn = (fields: Fields, name: string, path: string): string => {
  const value = fields[name];
  return typeof value === 'string' ? value : strange(`${path}.${name}`, 'a text');
};

const numberIn = (fields: Fields, name: string, path: string): number => {
  const value = fields[name];
  return typeof value === 'number' ? value : strange(`${path}.${name}`, 'a number');
};

/** A key is a decimal text. A number would have been rounded. */
const keyIn = (fields: Fields, name: string, path: string): string => {
  const value = fields[name];
  return typeof value === 'string' && /^-?\d{1,25}$/.test(value) ? value : strange(`${path}.${name}`, 'a key');
};

const optionalText = (fields: Fields, name: string, path: string): string | undefined =>
  fields[name] === undefined || fields[name] === null ? undefined : textIn(fields, name, path);

const textsIn = (fields: Fields, name: string, path: string): readonly string[] => {
  const value = fields[name];
  if (value === undefined || value === null) return [];
  return listIn(value, `${path}.${name}`).map((item) =>
    typeof item === 'string' ? item : strange(`${path}.${name}`, 'a list of texts'),
  );
};

/** Parses JSON text without its cut values. */
const parseCut = (
  text: string,
  level: number,
  names: readonly string[],
): { readonly value: unknown; readonly cutAt: (index: unknown, path: string) => JsonText } => {
  const cut = cutMembers(text, level, names);
  if (cut === undefined) throw new TypeError('the JSON is not complete');
  const cutAt = (index: unknown, path: string): JsonText => {
    const raw = typeof index === 'number' ? cut.cuts[index] : undefined;
    return raw?.startsWith('{') === true ? raw : strange(path, 'an object');
  };
  return { value: parse(cut.rest), cutAt };
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The message of the parser would quote the answer.
    throw new TypeError('the body is not JSON');
  }
};

const jobKinds: readonly JobKind[] = ['BPMN_ELEMENT', 'EXECUTION_LISTENER', 'TASK_LISTENER', 'AD_HOC_SUB_PROCESS'];

const listenerEvents: readonly ListenerEvent[] = [
  ...(['START', 'END', 'CREATING', 'ASSIGNING', 'UPDATING', 'COMPLETING', 'CANCELING'] as const),
];

const kindIn = (fields: Fields, path: string): JobKind => {
  const kind = optionalText(fields, 'kind', path);
  if (kind === undefined) return 'BPMN_ELEMENT';
  return jobKinds.find((known) => known === kind) ?? 'UNKNOWN';
};

const eventIn = (fields: Fields, kind: JobKind, path: string): ListenerEvent | undefined => {
  if (kind !== 'EXECUTION_LISTENER' && kind !== 'TASK_LISTENER') return undefined;
  const event = optionalText(fields, 'listenerEventType', path);
  return listenerEvents.find((known) => known === event) ?? 'UNKNOWN';
};

const userTaskIn = (fields: Fields, path: string): UserTaskProperties | undefined => {
  const { userTask: value } = fields;
  if (value === undefined || value === null) return undefined;
  const at = `${path}.userTask`;
  const task = objectIn(value, at);
  const optional = ['action', 'assignee', 'dueDate', 'followUpDate', 'formKey', 'userTaskKey'] as const;
  const texts = optional.flatMap((name) => {
    const text = optionalText(task, name, at);
    return text === undefined ? [] : [[name, text] as const];
  });
  const { priority } = task;
  return {
    candidateGroups: textsIn(task, 'candidateGroups', at),
    candidateUsers: textsIn(task, 'candidateUsers', at),
    changedAttributes: textsIn(task, 'changedAttributes', at),
    ...Object.fromEntries(texts),
    ...(typeof priority === 'number' ? { priority } : {}),
  };
};

const noTags: readonly string[] = Object.freeze([]);

/** Reads activated jobs. Their variables and headers stay the text that the gateway sent. */
export const readJobs = (body: string): readonly ActivatedJob[] => readUsualJobs(body) ?? readAnyJobs(body);

/** The general reader behind {@link readJobs}. Throws a TypeError with the path of what is not as it should be. */
export const readAnyJobs = (body: string): readonly ActivatedJob[] => {
  const { value, cutAt } = parseCut(body, 3, ['variables', 'customHeaders']);
  return listIn(objectIn(value, 'the body').jobs, 'jobs').map((item, index): ActivatedJob => {
    const path = `jobs[${index}]`;
    const job = objectIn(item, path);
    const kind = kindIn(job, path);
    const leaseToken = optionalText(job, 'jobLeaseToken', path);
    return {
      key: keyIn(job, 'jobKey', path),
      type: textIn(job, 'type', path),
      processInstanceKey: keyIn(job, 'processInstanceKey', path),
      bpmnProcessId: textIn(job, 'processDefinitionId', path),
      processDefinitionVersion: numberIn(job, 'processDefinitionVersion', path),
      processDefinitionKey: keyIn(job, 'processDefinitionKey', path),
      elementId: textIn(job, 'elementId', path),
      elementInstanceKey: keyIn(job, 'elementInstanceKey', path),
      customHeaders: cutAt(job.customHeaders, `${path}.customHeaders`),
      worker: textIn(job, 'worker', path),
      retries: numberIn(job, 'retries', path),
      deadline: numberIn(job, 'deadline', path),
      variables: cutAt(job.variables, `${path}.variables`),
      tenantId: textIn(job, 'tenantId', path),
      kind,
      listenerEvent: eventIn(job, kind, path),
      userTask: userTaskIn(job, path),
      tags: job.tags === undefined ? noTags : textsIn(job, 'tags', path),
      ...(leaseToken === undefined ? {} : { leaseToken }),
    };
  });
};

const roles = { leader: 'LEADER', follower: 'FOLLOWER', inactive: 'INACTIVE' } as const;
const healths = { healthy: 'HEALTHY', unhealthy: 'UNHEALTHY', dead: 'DEAD' } as const;

const oneOf = <Value>(values: Readonly<Record<string, Value>>, text: string, path: string): Value =>
  Object.entries(values).find(([name]) => name === text.toLowerCase())?.[1] ?? strange(path, 'a known value');

/** Reads the description of a cluster. */
export const readTopology = (body: string): Topology => {
  const fields = objectIn(parse(body), 'the body');
  const clusterId = optionalText(fields, 'clusterId', 'the body');
  return {
    gatewayVersion: textIn(fields, 'gatewayVersion', 'the body'),
    ...(clusterId === undefined || clusterId === '' ? {} : { clusterId }),
    clusterSize: numberIn(fields, 'clusterSize', 'the body'),
    partitionsCount: numberIn(fields, 'partitionsCount', 'the body'),
    brokers: listIn(fields.brokers, 'brokers').map((item, index) => {
      const path = `brokers[${index}]`;
      const broker = objectIn(item, path);
      return {
        nodeId: numberIn(broker, 'nodeId', path),
        host: textIn(broker, 'host', path),
        port: numberIn(broker, 'port', path),
        version: textIn(broker, 'version', path),
        partitions: listIn(broker.partitions, `${path}.partitions`).map((entry, place) => {
          const at = `${path}.partitions[${place}]`;
          const partition = objectIn(entry, at);
          return {
            partitionId: numberIn(partition, 'partitionId', at),
            role: oneOf(roles, textIn(partition, 'role', at), `${at}.role`),
            health: oneOf(healths, textIn(partition, 'health', at), `${at}.health`),
          };
        }),
      };
    }),
  };
};

/** Reads the processes of a deployment. */
export const readDeployment = (body: string): readonly DeployedProcess[] => {
  const fields = objectIn(parse(body), 'the body');
  return listIn(fields.deployments, 'deployments').flatMap((item, index) => {
    const { processDefinition: value } = objectIn(item, `deployments[${index}]`);
    if (value === undefined || value === null) return [];
    const path = `deployments[${index}].processDefinition`;
    const process = objectIn(value, path);
    return [
      {
        bpmnProcessId: textIn(process, 'processDefinitionId', path),
        version: numberIn(process, 'processDefinitionVersion', path),
        processDefinitionKey: keyIn(process, 'processDefinitionKey', path),
        resourceName: textIn(process, 'resourceName', path),
      },
    ];
  });
};

/** Reads a created instance. Its variables stay the text that the gateway sent. */
export const readInstance = (body: string): CreatedInstance & { readonly variables: JsonText } => {
  const { value, cutAt } = parseCut(body, 1, ['variables']);
  const path = 'the body';
  const fields = objectIn(value, path);
  const tags = textsIn(fields, 'tags', path);
  const businessId = optionalText(fields, 'businessId', path);
  return {
    processInstanceKey: keyIn(fields, 'processInstanceKey', path),
    processDefinitionKey: keyIn(fields, 'processDefinitionKey', path),
    bpmnProcessId: textIn(fields, 'processDefinitionId', path),
    version: numberIn(fields, 'processDefinitionVersion', path),
    ...(tags.length === 0 ? {} : { tags }),
    ...(businessId === undefined ? {} : { businessId }),
    variables: fields.variables === undefined ? '{}' : cutAt(fields.variables, `${path}.variables`),
  };
};

/** Checks the answer to a published message. */
export const readPublished = (body: string): void => {
  keyIn(objectIn(parse(body), 'the body'), 'messageKey', 'the body');
};

/** Reads the answer to a correlation. */
export const readCorrelated = (body: string): CorrelatedMessage => {
  const path = 'the body';
  const fields = objectIn(parse(body), path);
  return {
    messageKey: keyIn(fields, 'messageKey', path),
    processInstanceKey: keyIn(fields, 'processInstanceKey', path),
  };
};

/** Reads whom the cluster takes a client for. */
export const readIdentity = (body: string): Identity => {
  const path = 'the body';
  const fields = objectIn(parse(body), path);
  return {
    username: textIn(fields, 'username', path),
    tenantIds: listIn(fields.tenants ?? [], 'tenants').map((item, index) =>
      textIn(objectIn(item, `tenants[${index}]`), 'tenantId', `tenants[${index}]`),
    ),
  };
};

const parseExact = (text: string): unknown => {
  try {
    return parseValue(text);
  } catch {
    throw new TypeError('the body is not JSON');
  }
};

/** Reads the reference of a document. It stays as the gateway sent it, with every digit and with fields that are not known. */
export const readReference = (body: string): DocumentReference => {
  const fields = objectIn(parseExact(body), 'the body');
  if (fields['camunda.document.type'] !== 'camunda') strange('camunda.document.type', '"camunda"');
  textIn(fields, 'documentId', 'the body');
  textIn(fields, 'storeId', 'the body');
  objectIn(fields.metadata, 'metadata');
  return fields as unknown as DocumentReference;
};

/** Reads the link of a document. */
export const readLink = (body: string): DocumentLink => {
  const fields = objectIn(parse(body), 'the body');
  return { url: textIn(fields, 'url', 'the body'), expiresAt: textIn(fields, 'expiresAt', 'the body') };
};
