import { activationType, isInternalProcess } from '../../connector/activation-names.ts';
import type {
  EngineEvent,
  MachineDecisionEvaluation,
  MachineInstance,
  MachineJob,
} from '../../engine/machine/types.ts';
import type { TraceEntry } from './types.ts';

type Place = Pick<TraceEntry, 'processInstanceKey' | 'bpmnProcessId' | 'elementId' | 'connector'>;

/** What an activation says about itself, from its start to its end. */
interface Activation {
  readonly connector: string;
  readonly messageName: string;
}

/** What has to be remembered of a job. */
interface KnownJob {
  attempt: number;
  activation?: Activation;
}

/** Elements that a line about their job shows. */
const withJobs: ReadonlySet<string> = new Set(['jobTask', 'jobUserTask', 'userTask', 'process', 'adHocInnerInstance']);

/** The message of a failure ends with the error's variables, which name classes of the official runtime. */
const ownMessage = (message: string): string => message.replace(/ \| Error variables: [\s\S]*$/, '');

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const activationOf = (type: string, variables: Readonly<Record<string, unknown>>): Activation | undefined => {
  const connector = type === activationType ? textOf(variables.name) : undefined;
  return connector === undefined ? undefined : { connector, messageName: textOf(variables.message_name) ?? connector };
};

/** What is about an instance; those of the runtime's own process are not shown. */
const placed = ({ processInstanceKey, bpmnProcessId, elementId }: Place, entry: object): readonly TraceEntry[] => {
  if (isInternalProcess(bpmnProcessId ?? '')) return [];
  return [{ ...entry, processInstanceKey, bpmnProcessId, elementId } as TraceEntry];
};

const ofInstance = (
  { key, bpmnProcessId }: MachineInstance,
  kind: 'started' | 'completed',
  variables: unknown,
): readonly TraceEntry[] => placed({ processInstanceKey: key, bpmnProcessId }, { kind, variables });

const decisionEntry = ({
  decisionId,
  output,
  failureMessage,
  evaluatedDecisions,
}: MachineDecisionEvaluation): readonly TraceEntry[] => {
  const { processInstanceKey, bpmnProcessId, elementId } = evaluatedDecisions.at(-1) ?? {};
  const failure = failureMessage === null ? {} : { failure: failureMessage };
  const entry = { kind: 'decision', decisionId, output, ...failure };
  if (typeof processInstanceKey !== 'string') return [entry as TraceEntry];
  const place = { processInstanceKey, bpmnProcessId: bpmnProcessId ?? '', elementId: elementId ?? '' };
  return placed(place, entry);
};

/**
 * Creates the function that makes entries of the events of an engine, in their order. It remembers the jobs that are open. The entry of
 * a new instance comes with the next event, which says whether a message has started it.
 */
export const createEngineEntries = (): ((event: EngineEvent, now: number) => readonly TraceEntry[]) => {
  const jobs = new Map<string, KnownJob>();

  const jobEntry = (job: MachineJob, entry: object, isOver: boolean): readonly TraceEntry[] => {
    const known = jobs.get(job.key);
    if (isOver) jobs.delete(job.key);
    return placed(job, { ...entry, connector: known?.activation?.connector ?? job.type });
  };

  const activated = (job: MachineJob, variables: Readonly<Record<string, unknown>>): readonly TraceEntry[] => {
    if (isInternalProcess(job.bpmnProcessId)) return [];
    const known: KnownJob = jobs.get(job.key) ?? { attempt: 0 };
    known.attempt += 1;
    const activation = activationOf(job.type, variables);
    if (activation !== undefined) known.activation = activation;
    jobs.set(job.key, known);
    return jobEntry(job, { kind: 'input', variables, attempt: known.attempt }, false);
  };

  const entriesOf = (event: EngineEvent, now: number): readonly TraceEntry[] => {
    switch (event.kind) {
      case 'instance:completed':
        return ofInstance(event.instance, 'completed', event.instance.variables);
      case 'instance:terminated':
        return placed(
          { processInstanceKey: event.instance.key, bpmnProcessId: event.instance.bpmnProcessId },
          { kind: 'terminated' },
        );
      case 'element:activated':
        return withJobs.has(event.element.kind) ? [] : placed(event.element, { kind: 'entered' });
      case 'job:activated':
        return activated(event.job, event.variables);
      case 'job:completed': {
        const activation = jobs.get(event.job.key)?.activation;
        if (activation === undefined) return jobEntry(event.job, { kind: 'result', variables: event.variables }, true);
        return jobEntry(event.job, { kind: 'activated', messageName: activation.messageName }, true);
      }
      case 'job:failed': {
        const { errorMessage, retries, backoffUntil = now } = event.job;
        const entry = {
          kind: 'failed',
          message: ownMessage(errorMessage),
          attemptsLeft: retries,
          pause: backoffUntil - now,
        };
        return jobEntry(event.job, entry, false);
      }
      case 'job:errorThrown':
        return jobEntry(event.job, { kind: 'bpmnError', code: event.code, message: event.job.errorMessage }, true);
      case 'job:cancelled':
        jobs.delete(event.job.key);
        return [];
      case 'incident:created': {
        const { type, message } = event.incident;
        // The failure of the job has said why.
        return placed(event.incident, {
          kind: 'incident',
          type,
          message: type === 'JOB_NO_RETRIES' ? '' : ownMessage(message),
        });
      }
      case 'incident:resolved':
        return placed(event.incident, { kind: 'resolved' });
      case 'message:published': {
        const { name, correlationKey, variables } = event.message;
        if (isInternalProcess(name)) return [];
        return [{ kind: 'published', messageName: name, correlationKey, variables }];
      }
      case 'message:correlated':
        return placed(event, { kind: 'correlated', messageName: event.message.name });
      case 'signal:broadcast':
        return [{ kind: 'signal', signalName: event.signal.name, variables: event.signal.variables }];
      case 'timer:triggered':
        return placed(event, { kind: 'timer' });
      case 'userTask:created':
        return placed(event.userTask, { kind: 'userTask', state: 'created' });
      case 'userTask:completed':
        return placed(event.userTask, { kind: 'userTask', state: 'completed', variables: event.variables });
      case 'decision:evaluated':
      case 'decision:failed':
        return decisionEntry(event.evaluation);
      default:
        return [];
    }
  };

  let created: MachineInstance | undefined;
  return (event, now) => {
    const before = created;
    created = event.kind === 'instance:created' ? event.instance : undefined;
    const entries = entriesOf(event, now);
    if (before === undefined) return entries;
    // An instance that a message starts gets its variables later.
    const isStart = event.kind === 'message:correlated' && event.processInstanceKey === before.key;
    const variables = isStart ? event.message.variables : before.variables;
    return [...ofInstance(before, 'started', variables), ...entries];
  };
};
