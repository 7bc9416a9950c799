import type { JobResultMessage } from '../../messages/job-results.ts';
import { readFields } from '../fields.ts';

const readCorrections = (given: object): NonNullable<JobResultMessage['corrections']> => {
  const { candidateUsers, candidateGroups, ...rest } = readFields('completeJob', given, {
    ...({ assignee: 'text', dueDate: 'text', followUpDate: 'text', priority: 'integer' } as const),
    ...({ candidateUsers: 'texts', candidateGroups: 'texts' } as const),
  });
  return {
    ...rest,
    ...(candidateUsers === undefined ? {} : { candidateUsers: { values: candidateUsers } }),
    ...(candidateGroups === undefined ? {} : { candidateGroups: { values: candidateGroups } }),
  } as NonNullable<JobResultMessage['corrections']>;
};

/** Reads the result in the completion of a job, as gRPC has it. */
export const readJobResultFields = (given: object): JobResultMessage => {
  const fields = readFields('completeJob', given, {
    ...({ type: 'text', denied: 'boolean', deniedReason: 'text', corrections: 'object' } as const),
    ...({ activateElements: 'objects' } as const),
    ...({ isCompletionConditionFulfilled: 'boolean', isCancelRemainingInstances: 'boolean' } as const),
  });
  const { corrections, activateElements = [], ...rest } = fields;
  return {
    ...(rest as JobResultMessage),
    ...(corrections === undefined ? {} : { corrections: readCorrections(corrections) }),
    activateElements: activateElements.map((element) => {
      const { elementId, variables = '' } = readFields('completeJob', element, {
        ...({ 'elementId!': 'text', variables: 'document' } as const),
      });
      return { elementId, variables };
    }),
  };
};
