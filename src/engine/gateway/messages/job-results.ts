import type { JobResult, UserTaskCorrections } from '../../../connector/job-results.ts';

/** A list whose absence differs from an empty one. */
interface TextListMessage {
  readonly values: readonly string[];
}

interface CorrectionsMessage {
  readonly assignee?: string | null;
  readonly dueDate?: string | null;
  readonly followUpDate?: string | null;
  readonly candidateUsers?: TextListMessage | null;
  readonly candidateGroups?: TextListMessage | null;
  readonly priority?: number | null;
}

/** `JobResult` of the protocol. Absent fields are null or undefined. */
export interface JobResultMessage {
  readonly denied?: boolean | null;
  readonly deniedReason?: string | null;
  readonly corrections?: CorrectionsMessage | null;
  readonly type?: string | null;
}

const readCorrections = (message: CorrectionsMessage): UserTaskCorrections => {
  const { candidateUsers, candidateGroups, assignee, dueDate, followUpDate, priority } = message;
  const given = Object.entries({
    assignee,
    dueDate,
    followUpDate,
    priority,
    candidateUsers: candidateUsers?.values,
    candidateGroups: candidateGroups?.values,
  }).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given) as UserTaskCorrections;
};

/** Reads the decision that the completion of a job carries; `undefined` without one. */
export const readJobResult = (message: JobResultMessage | null | undefined): JobResult | undefined => {
  if (message === null || message === undefined) return undefined;
  const { denied, deniedReason, corrections } = message;
  return {
    type: 'userTask',
    denied: denied === true,
    ...(typeof deniedReason === 'string' ? { deniedReason } : {}),
    ...(corrections === null || corrections === undefined ? {} : { corrections: readCorrections(corrections) }),
  };
};
