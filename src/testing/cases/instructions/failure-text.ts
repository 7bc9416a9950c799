/** The texts of instructions that fail: as those of the kit's checks, with instructions as advice. */
import { describeWait } from '../../../engine/waits/describe.ts';
import type { Wait } from '../../../engine/waits/types.ts';
import { type DescribedState, describeState, subjectOf } from '../../state/describe-state.ts';
import { printJson } from '../../state/print-json.ts';

/**
 * Writes a length of time as an ISO 8601 duration.
 *
 * @example
 * durationText(93_600_000); // 'P1DT2H'
 */
export const durationText = (milliseconds: number): string => {
  const days = Math.floor(milliseconds / 86_400_000);
  const hours = Math.floor(milliseconds / 3_600_000) % 24;
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const seconds = (milliseconds % 60_000) / 1000;
  const part = (count: number, unit: string): string => (count === 0 ? '' : `${count}${unit}`);
  const time = part(hours, 'H') + part(minutes, 'M') + part(seconds, 'S');
  if (days === 0 && time === '') return 'PT0S';
  return `P${part(days, 'D')}${time === '' ? '' : `T${time}`}`;
};

/** The instruction after which a wait would end. */
const adviceFor = (wait: Wait, now: number): string | undefined => {
  switch (wait.kind) {
    case 'job':
      if (wait.state === 'held') return undefined;
      if (wait.state === 'backoff') {
        return `let the time pass: ${printJson({ type: 'INCREASE_TIME', duration: durationText((wait.until ?? now) - now) })}.`;
      }
      return `answer it: ${printJson({ type: 'MOCK_JOB_WORKER_COMPLETE_JOB', jobType: wait.jobType })}, or COMPLETE_JOB.`;
    case 'message':
      return wait.optional
        ? undefined
        : `publish it: ${printJson({ type: 'PUBLISH_MESSAGE', name: wait.name, correlationKey: wait.correlationKey })}.`;
    case 'signal':
      return wait.optional
        ? undefined
        : `broadcast it: ${printJson({ type: 'BROADCAST_SIGNAL', signalName: wait.name })}.`;
    case 'timer':
      return wait.optional
        ? undefined
        : `let the time pass: ${printJson({ type: 'INCREASE_TIME', duration: durationText(Math.max(0, wait.due - now)) })}.`;
    case 'userTask':
      return `complete it: ${printJson({ type: 'COMPLETE_USER_TASK', userTaskSelector: { elementId: wait.elementId } })}.`;
    case 'incident':
      return `correct the cause, or resolve it: ${printJson({ type: 'RESOLVE_INCIDENT', incidentSelector: { elementId: wait.elementId } })}.`;
    case 'instance':
      return wait.waits.map((inner) => adviceFor(inner, now)).find((advice) => advice !== undefined);
    default:
      return undefined;
  }
};

const stateWords = { ACTIVE: 'is active', COMPLETED: 'has completed', TERMINATED: 'was terminated' } as const;

/**
 * The text of an assertion that failed.
 *
 * @param expected what should be the case, e.g. `to have completed`
 * @param found what is the case instead. Default: the state of the instance
 * @param notes further lines
 */
export const assertionText = (
  state: DescribedState,
  expected: string,
  found: string = stateWords[state.instance.state],
  notes: readonly string[] = [],
): string => {
  const advice = state.waits.map((wait) => adviceFor(wait, state.now)).find((each) => each !== undefined);
  return [
    `Expected ${subjectOf(state)} ${expected}, but it ${found}.`,
    ...[...describeState(state), ...notes].map((line) => `  ${line}`),
    ...(advice === undefined ? [] : [`  Fix: ${advice}`]),
  ].join('\n');
};

/** What instances are doing, in a line for each. */
export const instancesText = (states: readonly DescribedState[]): readonly string[] =>
  states.map((state) => {
    const doing = state.waits.map((wait) => describeWait(wait, state.now)).join(' ');
    return `${subjectOf(state)} ${stateWords[state.instance.state]}.${doing === '' ? '' : ` ${doing}`}`;
  });
