import { type ClusterVersion, isSince } from '../../model/cluster-version.ts';

/*
 * A gateway ignores fields and does not know calls of newer versions of the protocol. The client may have them, because the
 * protocol of the engine is the newest one.
 */

type Fields = Readonly<Record<string, unknown>>;

interface NewerField {
  readonly since: ClusterVersion;
  /** The field, or a path to it. In a list, each entry has the field. */
  readonly path: readonly string[];
  /** What the gateway reads instead. */
  readonly instead: unknown;
}

const creation = (...path: readonly string[]): readonly NewerField[] => [
  { since: '8.8', path: [...path, 'runtimeInstructions'], instead: [] },
  { since: '8.8', path: [...path, 'tags'], instead: [] },
  { since: '8.9', path: [...path, 'businessId'], instead: undefined },
];

const lease: NewerField = { since: '8.10', path: ['jobLeaseToken'], instead: undefined };

const activation: readonly NewerField[] = [
  { since: '8.9', path: ['tenantFilter'], instead: 'PROVIDED' },
  { since: '8.10', path: ['withLease'], instead: false },
];

/** By call. */
const newerFields: Readonly<Record<string, readonly NewerField[]>> = {
  CreateProcessInstance: creation(),
  CreateProcessInstanceWithResult: creation('request'),
  ActivateJobs: activation,
  StreamActivatedJobs: activation,
  CompleteJob: [{ since: '8.8', path: ['result'], instead: null }, lease],
  FailJob: [lease],
  ThrowError: [lease],
  UpdateJobRetries: [lease],
  UpdateJobTimeout: [lease],
  ModifyProcessInstance: [
    { since: '8.9', path: ['moveInstructions'], instead: [] },
    { since: '8.9', path: ['terminateInstructions', 'elementId'], instead: '' },
  ],
};

/** Since when a gateway knows a call; others are older than 8.6. */
const newerCalls: Readonly<Record<string, ClusterVersion>> = {
  EvaluateConditional: '8.9',
  UpdateJobPriority: '8.10',
  AssignProcessInstanceBusinessId: '8.10',
};

/** Tells whether a gateway of a version knows a call. */
export const knowsCall = (version: ClusterVersion, rpc: string): boolean => isSince(version, newerCalls[rpc] ?? '8.6');

const replace = (message: unknown, [name, ...rest]: readonly string[], instead: unknown): unknown => {
  if (name === undefined) return instead;
  if (Array.isArray(message)) return message.map((entry) => replace(entry, [name, ...rest], instead));
  if (typeof message !== 'object' || message === null || !(name in message)) return message;
  return { ...message, [name]: replace((message as Fields)[name], rest, instead) };
};

/** A function that reads the request of a call as a gateway of a version does; `undefined` if it reads everything. */
export const olderRequest = (
  version: ClusterVersion,
  rpc: string,
): (<Request extends object>(request: Request) => Request) | undefined => {
  const newer = (newerFields[rpc] ?? []).filter(({ since }) => !isSince(version, since));
  if (newer.length === 0) return undefined;
  return (request) =>
    newer.reduce((message, { path, instead }) => replace(message, path, instead), request as unknown) as typeof request;
};

/** The job as a gateway of a version sends it. */
export const olderJob = (version: ClusterVersion): (<Job extends object>(job: Job) => object) =>
  isSince(version, '8.8')
    ? (job) => job
    : (job) => {
        const { kind, listenerEventType, tags, userTask, ...older } = job as Fields;
        return older;
      };
