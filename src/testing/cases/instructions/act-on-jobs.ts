/** Instructions about jobs and user tasks, and mocks. */
import { bpmnError } from '../../../connector/errors.ts';
import type { ElementActivation, UserTaskCorrections } from '../../../connector/job-results.ts';
import { adHocResult, userTaskResult } from '../../../connector/make-job-results.ts';
import type { Job } from '../../../connector/types.ts';
import type { Key } from '../../../engine/machine/types.ts';
import { decisionMock, processMock, processMockType } from '../../fixture/model-mocks.ts';
import type { JobMock } from '../../outcomes.ts';
import { refuse } from '../refuse.ts';
import type { Session } from '../session/session.ts';
import type { Fields, Instruction } from '../types.ts';
import { variablesOf } from '../variables.ts';
import { selectJob, selectUserTask } from './select.ts';

interface Place {
  readonly processDefinitionKey: Key;
  readonly elementId: string;
}

/** The variables of an instruction, or the example data of the element. */
const resultOf = async (session: Session, instruction: Instruction, place: Place): Promise<Fields> => {
  if (instruction.useExampleData !== true) return variablesOf(instruction.variables);
  const found = await session.exampleData(place.processDefinitionKey, place.elementId);
  if (found === undefined) {
    session.warn(
      `${place.elementId} has no example data, or it is not a JSON object: it was completed without variables. Fix: add the data in the Modeler, or use variables.`,
    );
  }
  return found ?? {};
};

const errorOf = ({ errorCode, errorMessage, variables }: Instruction) =>
  bpmnError(errorCode as string, errorMessage as string | undefined, variablesOf(variables));

const setMock = (session: Session, { jobType }: Instruction, mock: JobMock): void => {
  const type = jobType as string;
  if (session.mocked.has(type)) {
    session.warn(`There were several mocks of the job type "${type}": each replaces the one before.`);
  }
  session.mocked.add(type);
  session.processes.mock(type, mock);
};

/** MOCK_JOB_WORKER_COMPLETE_JOB */
export const mockCompletion = (session: Session, instruction: Instruction): void =>
  setMock(session, instruction, (job: Job) => resultOf(session, instruction, job));

/** MOCK_JOB_WORKER_THROW_BPMN_ERROR */
export const mockError = (session: Session, instruction: Instruction): void =>
  setMock(session, instruction, errorOf(instruction));

/** MOCK_CHILD_PROCESS */
export const mockProcess = async ({ processes }: Session, instruction: Instruction): Promise<void> => {
  const id = instruction.processDefinitionId as string;
  const versionTag = instruction.versionTag as string | undefined;
  await processes.deploy(processMock(id, versionTag));
  processes.mock(processMockType(id, versionTag), variablesOf(instruction.variables));
};

/** MOCK_DMN_DECISION */
export const mockDecision = async ({ processes }: Session, instruction: Instruction): Promise<void> => {
  const { decisionDefinitionId, decisionOutput, variables = {} } = instruction;
  const output = 'decisionOutput' in instruction ? decisionOutput : variables;
  await processes.deploy(decisionMock(decisionDefinitionId as string, output));
};

/** COMPLETE_JOB */
export const completeJob = async (session: Session, instruction: Instruction): Promise<void> => {
  const job = selectJob(session, instruction);
  await session.endJob(job, await resultOf(session, instruction, job));
};

/** THROW_BPMN_ERROR_FROM_JOB */
export const throwError = async (session: Session, instruction: Instruction): Promise<void> =>
  session.endJob(selectJob(session, instruction), errorOf(instruction));

/** COMPLETE_JOB_AD_HOC_SUB_PROCESS */
export const completeAdHocJob = async (session: Session, instruction: Instruction): Promise<void> => {
  const { activateElements, cancelRemainingInstances, completionConditionFulfilled, variables } = instruction;
  const result = adHocResult({
    activateElements: (activateElements ?? []) as readonly ElementActivation[],
    cancelRemainingInstances: cancelRemainingInstances === true,
    completionConditionFulfilled: completionConditionFulfilled === true,
    variables: variablesOf(variables),
  });
  await session.endJob(selectJob(session, instruction, 'AD_HOC_SUB_PROCESS'), result);
};

/** COMPLETE_JOB_USER_TASK_LISTENER */
export const completeListenerJob = async (session: Session, instruction: Instruction): Promise<void> => {
  const { denied, deniedReason, corrections } = instruction;
  const job = selectJob(session, instruction, 'TASK_LISTENER');
  const result =
    denied === true
      ? userTaskResult({ denied: (deniedReason as string | undefined) ?? true })
      : userTaskResult(corrections === undefined ? {} : { corrections: corrections as UserTaskCorrections });
  await session.endJob(job, result);
};

/** COMPLETE_USER_TASK. A listener that a later instruction answers may delay the completion. */
export const completeUserTask = async (session: Session, instruction: Instruction): Promise<void> => {
  const { engine, processes } = session;
  const open = engine.userTasks().filter(({ state }) => state === 'CREATED');
  const task = selectUserTask(open, instruction, 'open user task');
  const variables = variablesOf(await resultOf(session, instruction, task));
  let failure: unknown;
  engine.completeUserTask(task.key, variables).catch((error: unknown) => {
    failure = error;
  });
  await processes.settle();
  if (failure !== undefined) refuse(`The user task ${task.elementId} was not completed: ${(failure as Error).message}`);
};
