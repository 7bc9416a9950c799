/** Instructions that act, on a cluster. */
import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import { isConnectionFault } from '../../../connection/faults.ts';
import type { Item } from '../../../connection/rest-calls.ts';
import { adHocResultOf, errorOf, listenerResultOf, resultOf } from '../instructions/results.ts';
import {
  fail,
  selectElementBy,
  selectIncident,
  selectInstance,
  selectJob,
  selectorIn,
  selectUserTask,
} from '../instructions/select.ts';
import { refuse } from '../refuse.ts';
import type { SeenJob } from '../sight.ts';
import type { Fields, Instruction } from '../types.ts';
import { variablesOf } from '../variables.ts';
import type { CaseOnCluster } from './case-on-cluster.ts';

/** What an instruction does on a cluster. */
export type Act = (run: CaseOnCluster, instruction: Instruction) => Promise<void>;

/** The default of Camunda's clients, in milliseconds. */
const defaultTimeToLive = 3_600_000;

const keyIn = (item: Item, name: string): string => String(item[name] ?? '');

const tenantOf = ({ cluster }: CaseOnCluster): Fields =>
  cluster.tenantId === undefined ? {} : { tenantId: cluster.tenantId };

/** Those fields of an instruction that are given. */
const given = (instruction: Instruction, ...names: readonly string[]): Fields =>
  Object.fromEntries(names.flatMap((name) => (instruction[name] === undefined ? [] : [[name, instruction[name]]])));

/** Refuses a process that the cluster does not know. */
const unknownProcess = async (run: CaseOnCluster, id: string): Promise<never> => {
  const found = await run.cluster.search('/process-definitions/search', { isLatestVersion: true, ...tenantOf(run) });
  const known = found.map(({ processDefinitionId }) => String(processDefinitionId));
  const what = `There is no process with the id ${JSON.stringify(id)} on the cluster.`;
  return refuse(
    `${didYouMean(what, nearest(id, known))}\nFix: correct the id, or deploy the file: --resource <BPMN file or folder>.`,
  );
};

const createInstance: Act = async (run, instruction) => {
  const processDefinitionId = selectorIn(instruction, 'processDefinitionSelector').processDefinitionId!;
  let answer: Item;
  try {
    answer = await run.cluster.ask('POST', '/process-instances', {
      processDefinitionId,
      variables: variablesOf(instruction.variables),
      ...given(instruction, 'startInstructions', 'runtimeInstructions'),
      ...tenantOf(run),
    });
  } catch (error) {
    if (!isConnectionFault(error) || error.status !== 'NOT_FOUND') throw error;
    return unknownProcess(run, processDefinitionId);
  }
  run.own.add(keyIn(answer, 'processInstanceKey'), processDefinitionId);
};

const messageOf = (run: CaseOnCluster, instruction: Instruction): Fields => ({
  name: instruction.name,
  correlationKey: instruction.correlationKey ?? '',
  variables: variablesOf(instruction.variables),
  ...tenantOf(run),
});

const publishMessage: Act = async (run, instruction) => {
  await run.cluster.ask('POST', '/messages/publication', {
    ...messageOf(run, instruction),
    timeToLive: instruction.timeToLive ?? defaultTimeToLive,
    ...given(instruction, 'messageId'),
  });
};

/** At once, or not at all: nothing is repeated that a message could start twice. */
const correlateMessage: Act = async (run, instruction) => {
  let answer: Item;
  try {
    answer = await run.cluster.ask('POST', '/messages/correlation', messageOf(run, instruction));
  } catch (error) {
    if (!isConnectionFault(error) || error.status !== 'NOT_FOUND') throw error;
    const { name, correlationKey = '' } = instruction;
    return refuse(
      `Nothing waits for the message "${String(name)}" with the key "${String(correlationKey)}".\nFix: assert before that the instance waits (ASSERT_PROCESS_INSTANCE_MESSAGE_SUBSCRIPTION), or use PUBLISH_MESSAGE.`,
    );
  }
  run.own.adopt(keyIn(answer, 'processInstanceKey'));
};

const broadcastSignal: Act = async (run, { signalName, variables }) => {
  await run.cluster.ask('POST', '/signals/broadcast', {
    ...{ signalName, variables: variablesOf(variables) },
    ...tenantOf(run),
  });
};

const evaluateDecision: Act = async (run, instruction) => {
  const { decisionDefinitionId } = selectorIn(instruction, 'decisionDefinitionSelector');
  const answer = await run.cluster.ask('POST', '/decision-definitions/evaluation', {
    ...{ decisionDefinitionId, variables: variablesOf(instruction.variables) },
    ...tenantOf(run),
  });
  const { failureMessage } = answer;
  if (typeof failureMessage === 'string' && failureMessage !== '') {
    refuse(`The decision ${decisionDefinitionId} cannot be evaluated: ${failureMessage}`);
  }
  run.evaluations.add(keyIn(answer, 'decisionEvaluationKey'));
};

const evaluateConditional: Act = async (run, { variables }) => {
  const { processInstances = [] } = (await run.cluster.ask('POST', '/conditionals/evaluation', {
    variables: variablesOf(variables),
    ...tenantOf(run),
  })) as { readonly processInstances?: readonly Item[] };
  for (const instance of processInstances) run.own.add(keyIn(instance, 'processInstanceKey'));
};

const updateVariables: Act = (run, instruction) =>
  run.until(['elements', 'variables'], async (sight) => {
    const state = selectInstance(sight, instruction);
    if (state.instance.state !== 'ACTIVE') fail(sight, state, 'to be active, so that its variables can be updated');
    let scope = state.instance.key;
    if (instruction.elementSelector !== undefined) {
      const element = selectElementBy(state.process, selectorIn(instruction, 'elementSelector'));
      const found = state.history.elements.find(
        ({ elementId, state: is }) => element.ids.has(elementId) && is === 'ACTIVE',
      );
      if (found === undefined) return fail(sight, state, `to be active at ${element.text}`, 'is not active there');
      scope = found.key;
    }
    await run.cluster.ask('PUT', `/element-instances/${scope}/variables`, {
      variables: variablesOf(instruction.variables),
      local: instruction.createLocalVariables === true,
    });
  });

const resolveIncident: Act = (run, instruction) =>
  run.until(['incidents'], async (sight) => {
    const { key, jobKey } = selectIncident(sight, instruction);
    if (jobKey !== '-1') await run.cluster.ask('PATCH', `/jobs/${jobKey}`, { changeset: { retries: 1 } });
    await run.cluster.ask('POST', `/incidents/${key}/resolution`);
  });

const fasterWorker =
  'Fix: if a runtime that has the connector is connected to the cluster, the connector was faster: stop the runtime, or replace the instruction by an assertion of what the connector does. Otherwise, correct the selector.';

/** The job that an instruction ends. Unlike the engine of a test, a cluster may have workers. */
const selectFreeJob: typeof selectJob = (...args) => {
  try {
    return selectJob(...args);
  } catch (error) {
    return refuse(`${(error as Error).message}\n${fasterWorker}`);
  }
};

/** Makes an instruction that ends a job. */
const endJob =
  (
    resultFor: (run: CaseOnCluster, instruction: Instruction, job: SeenJob) => object | Promise<object>,
    kind?: SeenJob['kind'],
  ): Act =>
  (run, instruction) =>
    run.until(['jobs'], async (sight) => {
      const job = selectFreeJob(sight, instruction, kind);
      await run.endJob(job, (await resultFor(run, instruction, job)) as Fields);
    });

const completeUserTask: Act = (run, instruction) =>
  run.until(['userTasks'], async (sight) => {
    const open = sight.userTasks().filter(({ state }) => state === 'CREATED');
    const task = selectUserTask(open, instruction, 'open user task');
    const variables = variablesOf(await resultOf(run, instruction, task));
    await run.cluster.ask('POST', `/user-tasks/${task.key}/completion`, { variables });
  });

/** What the instructions do that act, by their types. Mocks and behaviors are part of the case. */
export const acts: Readonly<Record<string, Act>> = {
  CREATE_PROCESS_INSTANCE: createInstance,
  PUBLISH_MESSAGE: publishMessage,
  CORRELATE_MESSAGE: correlateMessage,
  BROADCAST_SIGNAL: broadcastSignal,
  EVALUATE_DECISION: evaluateDecision,
  EVALUATE_CONDITIONAL_START_EVENT: evaluateConditional,
  UPDATE_VARIABLES: updateVariables,
  RESOLVE_INCIDENT: resolveIncident,
  INCREASE_TIME: async (run, { duration }) => {
    await run.settle();
    await run.clock.increase(duration as string);
  },
  SET_TIME: async (run, { time }) => {
    await run.settle();
    await run.clock.set(time as string);
  },
  COMPLETE_JOB: endJob(resultOf),
  THROW_BPMN_ERROR_FROM_JOB: endJob((_, instruction) => errorOf(instruction)),
  COMPLETE_JOB_AD_HOC_SUB_PROCESS: endJob((_, instruction) => adHocResultOf(instruction), 'AD_HOC_SUB_PROCESS'),
  COMPLETE_JOB_USER_TASK_LISTENER: endJob((_, instruction) => listenerResultOf(instruction), 'TASK_LISTENER'),
  COMPLETE_USER_TASK: completeUserTask,
};
