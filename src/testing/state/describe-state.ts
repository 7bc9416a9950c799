import { activationType } from '../../connector/activation-names.ts';
import { describeWait } from '../../engine/waits/describe.ts';
import { differenceOf } from '../../engine/waits/differences.ts';
import type { Wait } from '../../engine/waits/types.ts';
import { printJson } from './print-json.ts';
import type { ElementRecord, LocalVariables, ProcessState, Skip } from './types.ts';

/** More elements of a path, or characters of a variable, would hide the rest of the text. */
const maxPath = 30;
const maxValue = 200;

/** What the description of an instance is made from. */
export type DescribedState = Pick<ProcessState, 'instance' | 'history' | 'waits' | 'locals' | 'skips' | 'now'>;

type JobWait = Extract<Wait, { readonly kind: 'job' }>;

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text);

/** The names of the elements that were entered, in order; a repeated part is not folded, but a long path is cut. */
const pathText = (elements: readonly ElementRecord[]): string => {
  const names = elements.map(({ name }) => name);
  const left = names.length - maxPath;
  return left > 0 ? [`(${left} more)`, ...names.slice(left)].join(' → ') : names.join(' → ');
};

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/**
 * A length of time in all its units.
 *
 * @example
 * lengthText(93_600_000); // '1 d 2 h'
 */
export const lengthText = (milliseconds: number): string => {
  let left = milliseconds;
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return parts.length === 0 ? '0 ms' : parts.join(' ');
};

/** The skipped time, by what it was skipped to. */
const skipText = (skips: readonly Skip[]): string => {
  const sums = new Map<string, { time: number; count: number }>();
  for (const { from, to, until } of skips) {
    const sum = sums.get(until) ?? { time: 0, count: 0 };
    sums.set(until, { time: sum.time + to - from, count: sum.count + 1 });
  }
  return [...sums]
    .map(([until, { time, count }]) => `${lengthText(time)} to ${until}${count === 1 ? '' : `, ${count} times`}`)
    .join('; ');
};

const variablesText = (variables: Readonly<Record<string, unknown>>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}: ${cut(printJson(value), maxValue)}`)
    .join(', ');

/** The inbound connector that a task activates, as its input mapping names it. */
const inboundFix = (locals: readonly LocalVariables[], elementId: string): string => {
  const name = locals.find((each) => each.elementId === elementId)?.variables.name;
  const connector =
    typeof name === 'string' ? `the inbound connector ${JSON.stringify(name)}` : 'its inbound connector';
  return `pass ${connector} with { connectors: { inbound: [ … ] } }, or a mock of it: mockInbound(connector, { … }).`;
};

type FixFacts = Pick<ProcessState, 'locals' | 'servedTypes'>;

const noWorkerFix = ({ jobType, elementId }: JobWait, { locals, servedTypes }: FixFacts): string => {
  if (jobType === activationType) return inboundFix(locals, elementId);
  const similar = servedTypes.find((type) => {
    const difference = differenceOf(type, jobType);
    return difference !== undefined && difference !== 'other';
  });
  if (similar !== undefined) {
    return `the types must be the same: change ${JSON.stringify(similar)}, the type of the connector or mock, to ${JSON.stringify(jobType)}, or correct the type in the file.`;
  }
  return `pass a connector of the type "${jobType}", or a mock: { mocks: { jobs: { ${JSON.stringify(jobType)}: {} } } }.`;
};

/** @param place the element of the instance itself that waits: for a called instance, the call activity */
const fixOf = (wait: Wait, facts: FixFacts, place: string = wait.elementId): string | undefined => {
  switch (wait.kind) {
    case 'job':
      if (wait.state === 'noWorker') return noWorkerFix(wait, facts);
      return wait.state === 'backoff'
        ? `await instance.passed(…), or move the clock: await processes.elapse(…).`
        : undefined;
    case 'message':
      return wait.optional
        ? undefined
        : `publish it: await processes.publish({ name: ${JSON.stringify(wait.name)}, correlationKey: ${JSON.stringify(wait.correlationKey)} }).`;
    case 'signal':
      return wait.optional
        ? undefined
        : `broadcast it: processes.engine.broadcastSignal(${JSON.stringify(wait.name)}).`;
    case 'userTask':
      return `complete it: await (await instance.userTask(${JSON.stringify(wait.elementId)})).complete({ … }).`;
    case 'timer':
      return wait.optional ? undefined : 'let the time pass: await processes.elapse(…).';
    case 'incident':
      return `correct the cause, or expect the incident: await instance.incident({ at: ${JSON.stringify(place)} }).`;
    case 'instance':
      // The variables of the called instance are not at hand.
      return wait.waits.map((each) => fixOf(each, { ...facts, locals: [] }, place)).find((fix) => fix !== undefined);
    default:
      return undefined;
  }
};

/** What an instance is, as the subject of a sentence. */
export const subjectOf = ({ instance }: Pick<ProcessState, 'instance'>): string =>
  `${instance.bpmnProcessId} ${instance.key}`;

const stateWords = { ACTIVE: 'is active', COMPLETED: 'has completed', TERMINATED: 'was terminated' } as const;

/**
 * The lines that say what an instance is doing: what it waits for and what almost fits, its path, its variables and the time
 * that was skipped.
 *
 * @example
 * describeState(state).join('\n');
 * // Pay waits for the message "paid" with the key "A-7".
 * // path: Start → Check → Pay
 * // variables: id: 7
 */
export const describeState = (state: DescribedState): readonly string[] => {
  const { instance, history, waits, locals, skips, now } = state;
  const skipped = skipText(skips);
  return [
    ...waits.map((wait) => describeWait(wait, now)),
    `path: ${pathText(history.elements) || 'nothing was entered'}`,
    `variables: ${variablesText(instance.variables) || 'none'}`,
    ...locals.map(({ elementId, variables }) => `variables of ${elementId}: ${variablesText(variables)}`),
    ...(skipped === '' ? [] : [`skipped: ${skipped}`]),
  ];
};

/**
 * The text of a check that failed.
 *
 * @param expected what should be the case, e.g. `to have completed`
 * @param found what is the case instead. Default: the state of the instance
 * @param fix what the author of the test may have left out. Default: what the first wait suggests
 */
export const failureText = (
  state: ProcessState,
  expected: string,
  found: string = stateWords[state.instance.state],
  fix: string | undefined = state.waits.map((wait) => fixOf(wait, state)).find((each) => each !== undefined),
): string =>
  [
    `Expected ${subjectOf(state)} ${expected}, but it ${found}.`,
    ...describeState(state).map((line) => `  ${line}`),
    ...(fix === undefined ? [] : [`  Fix: ${fix}`]),
  ].join('\n');
