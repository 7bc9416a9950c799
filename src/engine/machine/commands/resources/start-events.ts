import type { FlowNode, ProcessModel } from '../../../model/types.ts';
import { evaluateText } from '../../evaluation/expressions.ts';
import { planTimer, type TimerPlan } from '../../evaluation/timer-due-times.ts';
import { cancelTimer } from '../../flow/event-subscriptions.ts';
import type { Context } from '../../store/context.ts';
import { indexMessageStarts, indexTimerStarts } from '../../store/definitions.ts';
import { schedule } from '../../store/events/schedule.ts';
import { indexSignalStarts } from '../../store/events/signals.ts';
import { viewStart, viewTimer } from '../../store/events/wait-views.ts';
import { isStepFailure } from '../../store/incidents.ts';
import { nextKey } from '../../store/keys.ts';
import type { Definition, MessageStart, SignalStart, Timer } from '../../store/records.ts';
import type { State } from '../../store/state.ts';
import { lookupIn } from '../../store/variables.ts';
import { processKey } from '../../tenants.ts';
import type { MachineSubscription } from '../../types.ts';

/** The message, timer and signal start events of a process, evaluated at deployment without variables. */
export interface StartPlan {
  readonly messages: readonly { readonly node: FlowNode; readonly name: string }[];
  readonly timers: readonly { readonly node: FlowNode; readonly timer: TimerPlan }[];
  readonly signals: readonly { readonly node: FlowNode; readonly name: string }[];
}

/**
 * Evaluates the start events of a process of a tenant, without variables.
 *
 * @param report called for each event that cannot be evaluated
 */
export const planStarts = (
  context: Context,
  { model, tenant }: { readonly model: ProcessModel; readonly tenant?: string },
  report: (element: string, text: string) => void,
): StartPlan => {
  const lookup = lookupIn(tenant);
  const messages: { node: FlowNode; name: string }[] = [];
  const timers: { node: FlowNode; timer: TimerPlan }[] = [];
  const signals: { node: FlowNode; name: string }[] = [];
  for (const id of model.triggeredStarts) {
    const node = model.nodes.get(id);
    if (node?.kind !== 'startEvent' || node.trigger === undefined) continue;
    try {
      if (node.trigger.kind === 'message') {
        messages.push({ node, name: evaluateText(context, node.trigger.message.name, lookup) });
      } else if (node.trigger.kind === 'signal') {
        signals.push({ node, name: evaluateText(context, node.trigger.name, lookup) });
      } else if (node.trigger.kind === 'timer') {
        timers.push({ node, timer: planTimer(context, node.trigger.timer, lookup) });
      }
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      report(id, error.message);
    }
  }
  return { messages, timers, signals };
};

const startsOf = (state: State, process: string): readonly MachineSubscription[] => [
  ...(state.messageStarts.get(process) ?? []).map((start) => viewStart('message', start)),
  ...(state.signalStarts.get(process) ?? []).map((start) => viewStart('signal', start)),
];

/** Replaces the message and signal start events of a process. */
const replaceSubscriptions = (
  { state, emit }: Context,
  process: string,
  messages: readonly MessageStart[],
  signals: readonly SignalStart[],
): void => {
  for (const subscription of startsOf(state, process)) emit?.({ kind: 'subscription:closed', subscription });
  indexMessageStarts(state, process, messages);
  indexSignalStarts(state, process, signals);
  for (const subscription of startsOf(state, process)) emit?.({ kind: 'subscription:opened', subscription });
};

/**
 * Replaces the start events of a process by those of this version.
 *
 * @param since key of the deployment since which a message starts the process, unless the version before had the message
 */
export const openStarts = (context: Context, definition: Definition, plan: StartPlan, since: number): void => {
  const { state } = context;
  const process = processKey(definition);
  const before = state.messageStarts.get(process) ?? [];
  const sinceOf = (name: string): number => before.find((start) => start.name === name)?.since ?? since;
  replaceSubscriptions(
    context,
    process,
    plan.messages.map(({ node, name }) => ({ name, definition, node, since: sinceOf(name) })),
    plan.signals.map((start) => ({ ...start, definition })),
  );
  for (const timer of state.timerStarts.get(process) ?? []) cancelTimer(context, timer);
  const timers = plan.timers
    .filter(({ timer }) => timer.repetitions !== 0)
    .map(({ node, timer: { due, repetitions, cycle } }): Timer => {
      const key = nextKey(context);
      return { kind: 'timer', key, definition, node, element: undefined, cycle, repetitions, due, dueIndex: -1 };
    });
  for (const timer of timers) {
    schedule(context, timer, timer.due);
    context.emit?.({ kind: 'timer:scheduled', timer: viewTimer(timer) });
  }
  indexTimerStarts(state, process, timers);
};

/** Closes the start events of a process of which no version is left. */
export const closeStarts = (context: Context, process: string): void => {
  const { state } = context;
  replaceSubscriptions(context, process, [], []);
  for (const timer of state.timerStarts.get(process) ?? []) cancelTimer(context, timer);
  indexTimerStarts(state, process, []);
};
