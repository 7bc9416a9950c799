/** Instructions about jobs and user tasks, and mocks. */
import { isFault } from '../../../common/fault.ts';
import type { Job } from '../../../connector/types.ts';
import { decisionMock, processMock, processMockType } from '../../fixture/model-mocks.ts';
import type { JobMock } from '../../outcomes.ts';
import { refuse } from '../refuse.ts';
import type { Session } from '../session/session.ts';
import type { Instruction } from '../types.ts';
import { variablesOf } from '../variables.ts';
import { adHocResultOf, errorOf, listenerResultOf, resultOf } from './results.ts';
import { selectJob, selectUserTask } from './select.ts';

const setMock = (session: Session, { jobType }: Instruction, mock: JobMock): void => {
  const type = jobType as string;
  if (session.mocked.has(type)) {
    session.warn(`There were several mocks of the job type "${type}": each replaces the one before.`);
  }
  session.mocked.add(type);
  try {
    session.processes.mock(type, mock);
  } catch (error) {
    // In Camunda, a mock that no process needs is no failure.
    if (!isFault(error, 'definition')) throw error;
    session.warn(error.message);
  }
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
export const completeAdHocJob = async (session: Session, instruction: Instruction): Promise<void> =>
  session.endJob(selectJob(session, instruction, 'AD_HOC_SUB_PROCESS'), adHocResultOf(instruction));

/** COMPLETE_JOB_USER_TASK_LISTENER */
export const completeListenerJob = async (session: Session, instruction: Instruction): Promise<void> =>
  session.endJob(selectJob(session, instruction, 'TASK_LISTENER'), listenerResultOf(instruction));

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
