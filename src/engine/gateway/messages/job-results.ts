import { fault } from '../../../common/fault.ts';
import type { AdHocSubProcessResult, JobResult, UserTaskCorrections } from '../../../connector/job-results.ts';
import type { Key } from '../../machine/types.ts';
import { readVariables } from './grpc-messages.ts';

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
  readonly activateElements?: readonly { readonly elementId: string; readonly variables: string }[];
  readonly isCompletionConditionFulfilled?: boolean | null;
  readonly isCancelRemainingInstances?: boolean | null;
}

export interface CompleteJobRequest {
  readonly jobKey: Key;
  readonly variables: string;
  readonly result?: JobResultMessage | null;
  readonly jobLeaseToken?: string | null;
  /** Only REST has it so far. */
  readonly businessId?: string | undefined;
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

const readAdHoc = (message: JobResultMessage): AdHocSubProcessResult => ({
  type: 'adHocSubProcess',
  activateElements: (message.activateElements ?? []).map(({ elementId, variables }) => ({
    elementId,
    variables: readVariables(variables),
  })),
  completionConditionFulfilled: message.isCompletionConditionFulfilled === true,
  cancelRemainingInstances: message.isCancelRemainingInstances === true,
});

/** Reads the decision that the completion of a job carries; `undefined` without one. */
export const readJobResult = (message: JobResultMessage | null | undefined): JobResult | undefined => {
  if (message === null || message === undefined) return undefined;
  if (message.type === 'adHocSubProcess') return readAdHoc(message);
  if ((message.activateElements ?? []).length > 0) {
    throw fault(
      'rejection',
      { what: "CompleteJob activates elements, so its result must be of the type 'adHocSubProcess'." },
      { code: 'INVALID_ARGUMENT' },
    );
  }
  const { denied, deniedReason, corrections } = message;
  return {
    type: 'userTask',
    denied: denied === true,
    ...(typeof deniedReason === 'string' ? { deniedReason } : {}),
    ...(corrections === null || corrections === undefined ? {} : { corrections: readCorrections(corrections) }),
  };
};
