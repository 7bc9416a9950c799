import type { Session } from '../session/session.ts';
import type { Instruction } from '../types.ts';
import * as jobs from './act-on-jobs.ts';
import * as processes from './act-on-processes.ts';
import * as data from './assert-data.ts';
import * as instances from './assert-processes.ts';

/** What each type of instruction does. It rejects if that is not possible, or if an assertion does not hold. */
const handlers: Readonly<Record<string, (session: Session, instruction: Instruction) => void | Promise<void>>> = {
  CREATE_PROCESS_INSTANCE: processes.createInstance,
  PUBLISH_MESSAGE: processes.publishMessage,
  CORRELATE_MESSAGE: processes.correlateMessage,
  BROADCAST_SIGNAL: processes.broadcastSignal,
  EVALUATE_DECISION: processes.evaluateDecision,
  EVALUATE_CONDITIONAL_START_EVENT: processes.evaluateConditional,
  UPDATE_VARIABLES: processes.updateVariables,
  RESOLVE_INCIDENT: processes.resolveIncident,
  INCREASE_TIME: processes.increaseTime,
  SET_TIME: processes.setTime,
  MOCK_JOB_WORKER_COMPLETE_JOB: jobs.mockCompletion,
  MOCK_JOB_WORKER_THROW_BPMN_ERROR: jobs.mockError,
  MOCK_CHILD_PROCESS: jobs.mockProcess,
  MOCK_DMN_DECISION: jobs.mockDecision,
  COMPLETE_JOB: jobs.completeJob,
  THROW_BPMN_ERROR_FROM_JOB: jobs.throwError,
  COMPLETE_JOB_AD_HOC_SUB_PROCESS: jobs.completeAdHocJob,
  COMPLETE_JOB_USER_TASK_LISTENER: jobs.completeListenerJob,
  COMPLETE_USER_TASK: jobs.completeUserTask,
  ASSERT_PROCESS_INSTANCE: instances.assertProcessInstance,
  ASSERT_ELEMENT_INSTANCE: instances.assertElementInstance,
  ASSERT_ELEMENT_INSTANCES: instances.assertElementInstances,
  ASSERT_PROCESS_INSTANCE_MESSAGE_SUBSCRIPTION: instances.assertSubscription,
  ASSERT_USER_TASK: data.assertUserTask,
  ASSERT_VARIABLES: data.assertVariables,
  ASSERT_VARIABLE: data.assertVariable,
  ASSERT_DECISION: data.assertDecision,
};

/** Carries out an instruction that is not a behavior. */
export const carryOut = async (session: Session, instruction: Instruction): Promise<void> =>
  handlers[instruction.type]!(session, instruction);
