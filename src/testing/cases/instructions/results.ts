/** What instructions say about the results of jobs and user tasks. */
import { type BpmnError, bpmnError } from '../../../connector/errors.ts';
import type { ElementActivation, JobResultReturn, UserTaskCorrections } from '../../../connector/job-results.ts';
import { adHocResult, userTaskResult } from '../../../connector/make-job-results.ts';
import type { Key } from '../../../engine/machine/types.ts';
import type { ExampleData } from '../session/example-data.ts';
import type { Sight } from '../sight.ts';
import type { Fields, Instruction } from '../types.ts';
import { variablesOf } from '../variables.ts';

/** Where a job or a user task is. */
interface Place {
  readonly processDefinitionKey: Key;
  readonly elementId: string;
}

/** What results are read from. */
export interface ResultSource extends Pick<Sight, 'warn'> {
  readonly exampleData: ExampleData;
}

/** The variables of an instruction, or the example data of the element. */
export const resultOf = async (
  { exampleData, warn }: ResultSource,
  instruction: Instruction,
  { processDefinitionKey, elementId }: Place,
): Promise<Fields> => {
  if (instruction.useExampleData !== true) return variablesOf(instruction.variables);
  const found = await exampleData(processDefinitionKey, elementId);
  if (found === undefined) {
    warn(
      `${elementId} has no example data, or it is not a JSON object: it was completed without variables. Fix: add the data in the Modeler, or use variables.`,
    );
  }
  return found ?? {};
};

/** The BPMN error of an instruction. */
export const errorOf = ({ errorCode, errorMessage, variables }: Instruction): BpmnError =>
  bpmnError(errorCode as string, errorMessage as string | undefined, variablesOf(variables));

/** The result of the job of an ad-hoc subprocess. */
export const adHocResultOf = ({
  activateElements,
  cancelRemainingInstances,
  completionConditionFulfilled,
  variables,
}: Instruction): JobResultReturn =>
  adHocResult({
    activateElements: (activateElements ?? []) as readonly ElementActivation[],
    cancelRemainingInstances: cancelRemainingInstances === true,
    completionConditionFulfilled: completionConditionFulfilled === true,
    variables: variablesOf(variables),
  });

/** The result of the job of a task listener. */
export const listenerResultOf = ({ denied, deniedReason, corrections }: Instruction): JobResultReturn => {
  if (denied === true) return userTaskResult({ denied: (deniedReason as string | undefined) ?? true });
  return userTaskResult(corrections === undefined ? {} : { corrections: corrections as UserTaskCorrections });
};
