/** Instructions that start something, send something, let time pass or change what is there. */
import type { EngineEvent } from '../../../engine/machine/types.ts';
import { refuse } from '../refuse.ts';
import type { Session } from '../session/session.ts';
import type { Instruction } from '../types.ts';
import { variablesOf } from '../variables.ts';
import { fail, selectElementBy, selectIncident, selectInstance, selectorIn } from './select.ts';

/** CREATE_PROCESS_INSTANCE */
export const createInstance = async ({ processes }: Session, instruction: Instruction): Promise<void> => {
  const { processDefinitionId } = selectorIn(instruction, 'processDefinitionSelector');
  const { startInstructions, runtimeInstructions = [] } = instruction;
  const terminations = (runtimeInstructions as readonly { readonly afterElementId: string }[]).map(
    ({ afterElementId }) => ({ terminateAfterElementId: afterElementId }),
  );
  await processes.start(processDefinitionId!, variablesOf(instruction.variables), {
    ...(startInstructions === undefined
      ? {}
      : { startInstructions: startInstructions as readonly { readonly elementId: string }[] }),
    ...(terminations.length === 0 ? {} : { runtimeInstructions: terminations }),
  });
};

/** PUBLISH_MESSAGE */
export const publishMessage = async ({ processes }: Session, instruction: Instruction): Promise<void> => {
  const { name, correlationKey, variables, timeToLive, messageId } = instruction;
  await processes.publish({
    name: name as string,
    variables: variablesOf(variables),
    ...(correlationKey === undefined ? {} : { correlationKey: correlationKey as string }),
    ...(timeToLive === undefined ? {} : { timeToLive: timeToLive as number }),
    ...(messageId === undefined ? {} : { messageId: messageId as string }),
  });
};

/** CORRELATE_MESSAGE: as a message that nothing buffers, which somebody must receive. */
export const correlateMessage = ({ engine }: Session, instruction: Instruction): void => {
  const name = instruction.name as string;
  const correlationKey = (instruction.correlationKey ?? '') as string;
  const waiting = engine.subscriptions().filter(({ kind }) => kind === 'message');
  let receivers = 0;
  const stop = engine.on((event: EngineEvent) => {
    if (event.kind === 'message:correlated') receivers += 1;
  });
  try {
    engine.publishMessage({ name, correlationKey, timeToLive: 0, variables: variablesOf(instruction.variables) });
  } finally {
    stop();
  }
  if (receivers > 0) return;
  const others = waiting.map(
    (each) =>
      `${each.bpmnProcessId} for "${each.name}"${each.correlationKey === undefined ? '' : ` with the key "${each.correlationKey}"`} at ${each.elementId}`,
  );
  const known = others.length === 0 ? 'Nothing waits for a message.' : `Waiting: ${others.join('; ')}.`;
  refuse(`Nothing waits for the message "${name}" with the key "${correlationKey}". ${known}`);
};

/** BROADCAST_SIGNAL */
export const broadcastSignal = ({ engine }: Session, { signalName, variables }: Instruction): void => {
  engine.broadcastSignal(signalName as string, variablesOf(variables));
};

/** EVALUATE_DECISION */
export const evaluateDecision = ({ engine }: Session, instruction: Instruction): void => {
  const decisionId = selectorIn(instruction, 'decisionDefinitionSelector').decisionDefinitionId!;
  const { failureMessage } = engine.evaluateDecision({ decisionId, variables: variablesOf(instruction.variables) });
  if (failureMessage !== null) refuse(`The decision ${decisionId} cannot be evaluated: ${failureMessage}`);
};

/** EVALUATE_CONDITIONAL_START_EVENT */
export const evaluateConditional = ({ engine }: Session, { variables }: Instruction): void => {
  engine.evaluateConditional({ variables: variablesOf(variables) });
};

/** UPDATE_VARIABLES */
export const updateVariables = async (session: Session, instruction: Instruction): Promise<void> => {
  const { engine, processes } = session;
  const state = selectInstance(session, instruction);
  const { key } = state.instance;
  if (state.instance.state !== 'ACTIVE') fail(session, state, 'to be active, so that its variables can be updated');
  let scope = key;
  if (instruction.elementSelector !== undefined) {
    const element = selectElementBy(state.process, selectorIn(instruction, 'elementSelector'));
    const found = engine
      .elements(key)
      .find(({ elementId, state: is }) => element.ids.has(elementId) && is === 'ACTIVE');
    if (found === undefined) return fail(session, state, `to be active at ${element.text}`, 'is not active there');
    scope = found.key;
  }
  let failure: unknown;
  engine
    .setVariables(scope, variablesOf(instruction.variables), instruction.createLocalVariables === true)
    .catch((error: unknown) => {
      failure = error;
    });
  await processes.settle();
  if (failure !== undefined) refuse(`The variables were not updated: ${(failure as Error).message}`);
};

/** RESOLVE_INCIDENT: the job of an incident gets one more attempt first. */
export const resolveIncident = (session: Session, instruction: Instruction): void => {
  const { key, jobKey } = selectIncident(session, instruction);
  if (jobKey !== '-1') session.engine.updateJobRetries(jobKey, 1);
  session.engine.resolveIncident(key);
};

/** INCREASE_TIME */
export const increaseTime = ({ processes }: Session, { duration }: Instruction): Promise<void> =>
  processes.elapse(duration as string);

/** SET_TIME */
export const setTime = async ({ processes, engine }: Session, { time }: Instruction): Promise<void> => {
  const now = engine.now();
  if (Date.parse(time as string) < now) {
    refuse(
      `The time cannot be set to ${String(time)}: it is ${new Date(now).toISOString()}, and moves only forward. Fix: set a later time, or let the cases start earlier (option now).`,
    );
  }
  await processes.at(time as string);
};
