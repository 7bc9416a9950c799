import { isDeepStrictEqual } from 'node:util';
import type { MachineIncident, MachineUserTask } from '../../engine/machine/types.ts';
import type { Wait } from '../../engine/waits/types.ts';
import { failureText } from './describe-state.ts';
import { type ElementSelector, listText, type SelectedElement, selectElement, selectElements } from './elements.ts';
import { checkKnown, checkNotMisspelt } from './known-names.ts';
import { printJson } from './print-json.ts';
import type { CheckResult, ElementRecord, ProcessState } from './types.ts';

/** The variables that are expected, with their whole values; others may exist. */
export type ExpectedVariables = Readonly<Record<string, unknown>>;

/** How an instance is expected to end. */
export interface ExpectedEnd {
  /** The end events that are expected to be reached. */
  readonly at?: ElementSelector | readonly ElementSelector[];
  readonly variables?: ExpectedVariables;
}

/** What an incident is expected to be. Each given field must fit. */
export interface ExpectedIncident {
  readonly at?: ElementSelector;
  readonly type?: MachineIncident['type'];
  /** A part of the message, or an expression that it matches. */
  readonly message?: string | RegExp;
}

const passed: CheckResult = { pass: true, message: () => 'It is as expected.' };

/** The first check that fails; otherwise a result that passes. */
export const allOf = (results: readonly CheckResult[]): CheckResult => results.find(({ pass }) => !pass) ?? passed;

const toList = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

const has = ({ ids }: SelectedElement, { elementId }: { readonly elementId: string }): boolean => ids.has(elementId);

/** The elements that have ended, in the order of their ends. */
const endedElements = (state: ProcessState, how: ElementRecord['state']): readonly ElementRecord[] =>
  state.history.elements.filter((element) => element.state === how).sort((a, b) => (a.ended ?? 0) - (b.ended ?? 0));

const firstIncident = (waits: readonly Wait[]): (Wait & { readonly kind: 'incident' }) | undefined => {
  for (const wait of waits) {
    if (wait.kind === 'incident') return wait;
    const inside = wait.kind === 'instance' ? firstIncident(wait.waits) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
};

const isOver = ({ instance, waits }: ProcessState): boolean =>
  instance.state !== 'ACTIVE' || firstIncident(waits) !== undefined;

/** The difference of the variables from those that are expected; `undefined` if there is none. */
const variablesDifference = (
  variables: Readonly<Record<string, unknown>>,
  expected: ExpectedVariables,
): string | undefined => {
  const differences = Object.entries(expected).flatMap(([name, value]) => {
    if (!Object.hasOwn(variables, name)) return [`has no variable ${name} (expected ${printJson(value)})`];
    return isDeepStrictEqual(variables[name], value)
      ? []
      : [`has ${name} = ${printJson(variables[name])} (expected ${printJson(value)})`];
  });
  return differences.length === 0 ? undefined : differences.join(', and ');
};

/**
 * Checks variables: each named variable must exist and have the whole value.
 *
 * @param at an active element whose own variables are meant. Default: those of the process instance
 */
export const checkVariables = (state: ProcessState, expected: ExpectedVariables, at?: ElementSelector): CheckResult => {
  const names = Object.keys(expected).join(', ');
  const element = at === undefined ? undefined : selectElement(state.process, at);
  const local = state.locals.find((each) => element !== undefined && has(element, each));
  const found = element === undefined ? state.instance.variables : (local?.variables ?? {});
  const difference = variablesDifference(found, expected);
  if (difference === undefined) return passed;
  const place = element === undefined ? '' : ` at ${element.text}`;
  const elsewhere = state.locals.find(({ variables }) => variablesDifference(variables, expected) === undefined);
  const fix =
    at === undefined && elsewhere !== undefined
      ? `the variables are local to ${elsewhere.elementId}: pass { at: ${JSON.stringify(elsewhere.elementId)} }.`
      : undefined;
  return { pass: false, message: () => failureText(state, `to have the variables ${names}${place}`, difference, fix) };
};

const checkReached = (state: ProcessState, at: ExpectedEnd['at']): CheckResult => {
  const expected = selectElements(state.process, toList(at));
  const ended = endedElements(state, 'COMPLETED');
  const missing = expected.filter((element) => !ended.some((each) => has(element, each)));
  if (missing.length === 0) return passed;
  const last = ended.at(-1)?.elementId ?? 'nothing';
  return {
    pass: false,
    final: isOver(state),
    message: () => failureText(state, `to have completed at ${listText(missing)}`, `has completed at ${last}`),
  };
};

/** Checks that an instance has completed: at these end events, and with these variables. */
export const checkCompleted = (state: ProcessState, { at, variables = {} }: ExpectedEnd = {}): CheckResult => {
  const places = selectElements(state.process, toList(at));
  if (state.instance.state === 'COMPLETED') return allOf([checkReached(state, at), checkVariables(state, variables)]);
  const where = places.length === 0 ? '' : ` at ${listText(places)}`;
  return { pass: false, final: isOver(state), message: () => failureText(state, `to have completed${where}`) };
};

/** Checks that an instance was terminated. */
export const checkTerminated = (state: ProcessState): CheckResult =>
  state.instance.state === 'TERMINATED'
    ? passed
    : { pass: false, final: isOver(state), message: () => failureText(state, 'to be terminated') };

/** Whether an element waits: it is active, or it is an event that something waits for. */
const isWaiting = ({ history, waits }: ProcessState, element: SelectedElement): boolean =>
  history.elements.some((each) => each.state === 'ACTIVE' && has(element, each)) ||
  waits.some((wait) => has(element, wait) || ('eventId' in wait && element.ids.has(wait.eventId)));

/** Checks that an instance waits at each of these elements. Others may wait as well. */
export const checkWaitsAt = (state: ProcessState, selectors: readonly ElementSelector[]): CheckResult => {
  const missing = selectElements(state.process, selectors).filter((element) => !isWaiting(state, element));
  if (missing.length === 0) return passed;
  return { pass: false, message: () => failureText(state, `to wait at ${listText(missing)}`, ...notThere(state)) };
};

const notThere = ({ instance }: ProcessState): [string?] =>
  instance.state === 'ACTIVE' ? ['does not wait there'] : [];

/** Checks that these elements have completed, in this order. Others may have completed before, between and after them. */
export const checkPassed = (state: ProcessState, selectors: readonly ElementSelector[]): CheckResult => {
  const expected = selectElements(state.process, selectors);
  const ended = endedElements(state, 'COMPLETED');
  let next = 0;
  for (const element of ended) if (next < expected.length && has(expected[next]!, element)) next += 1;
  if (next === expected.length) return passed;
  const missing = expected[next]!;
  const isLate = next > 0 && ended.some((element) => has(missing, element));
  const order = ended.map(({ elementId }) => elementId).join(', ');
  const found = isLate
    ? `has not completed ${missing.text} after ${expected[next - 1]!.text}: the order was ${order}`
    : `has not completed ${missing.text}`;
  return {
    pass: false,
    final: isOver(state),
    message: () => failureText(state, `to have passed ${listText(expected)}`, found),
  };
};

/** Checks that none of these elements was entered. */
export const checkNotPassed = (state: ProcessState, selectors: readonly ElementSelector[]): CheckResult => {
  const expected = selectElements(state.process, selectors);
  const entered = state.history.elements.find((each) => expected.some((element) => has(element, each)));
  if (entered === undefined) return passed;
  const words = { ACTIVE: 'is active', COMPLETED: 'has completed', TERMINATED: 'was terminated' }[entered.state];
  return {
    pass: false,
    final: true,
    message: () =>
      failureText(state, `not to have entered ${listText(expected)}`, `did: ${entered.elementId} ${words}`),
  };
};

/** Whether an incident is the one that is expected. */
const fitsIncident = (incident: MachineIncident, { type, message }: ExpectedIncident): boolean =>
  (type === undefined || type === incident.type) &&
  (message === undefined ||
    // Unlike `test`, `search` does not remember where an expression with the flag g has matched.
    (typeof message === 'string' ? incident.message.includes(message) : incident.message.search(message) >= 0));

/** The incidents of an instance that are as expected: its own, and then those of the instances that it has called. */
export const findIncidents = (state: ProcessState, expected: ExpectedIncident = {}): readonly MachineIncident[] => {
  const at = expected.at === undefined ? undefined : selectElement(state.process, expected.at);
  const places = [
    ...state.incidents.map((incident) => ({ at: incident.elementId, incident })),
    ...state.calledIncidents,
  ];
  return places
    .filter((place) => (at === undefined || at.ids.has(place.at)) && fitsIncident(place.incident, expected))
    .map(({ incident }) => incident);
};

/** Checks that an instance has an incident. */
export const checkIncident = (state: ProcessState, expected: ExpectedIncident = {}): CheckResult => {
  if (findIncidents(state, expected).length > 0) return passed;
  const details = [
    expected.type === undefined ? '' : ` of the type ${expected.type}`,
    expected.at === undefined ? '' : ` at ${selectElement(state.process, expected.at).text}`,
    expected.message === undefined ? '' : ` with the message ${String(expected.message)}`,
  ].join('');
  const found = findIncidents(state).length === 0 ? 'has none' : 'has another one';
  return {
    pass: false,
    final: state.instance.state !== 'ACTIVE',
    message: () => failureText(state, `to have an incident${details}`, found),
  };
};

/** Checks that an instance has no incident. */
export const checkNoIncident = (state: ProcessState): CheckResult =>
  findIncidents(state).length === 0
    ? passed
    : { pass: false, final: true, message: () => failureText(state, 'to have no incident', 'has one') };

/** Refuses a message for which no event of the process waits: neither its absence nor its presence could be checked. */
const checkMessage = ({ process }: ProcessState, name: string): void =>
  checkKnown(
    name,
    {
      sentence: `The process ${process.bpmnProcessId} has no event that waits for a message with the name`,
      ...{ noun: 'name of the message', names: process.names.messages },
    },
    'name',
  );

/** Checks that an instance waits for a message, with any key or with this one. */
export const checkWaitsForMessage = (state: ProcessState, name: string, correlationKey?: string): CheckResult => {
  checkMessage(state, name);
  const fits = (wait: Wait): boolean =>
    wait.kind === 'message' &&
    wait.name === name &&
    (correlationKey === undefined || wait.correlationKey === correlationKey);
  if (state.waits.some(fits)) return passed;
  const key = correlationKey === undefined ? '' : ` with the key ${JSON.stringify(correlationKey)}`;
  return {
    pass: false,
    message: () => failureText(state, `to wait for the message ${JSON.stringify(name)}${key}`, 'does not wait for it'),
  };
};

/** Checks that an instance has received a message, with any key or with this one. */
export const checkReceived = (state: ProcessState, name: string, correlationKey?: string): CheckResult => {
  checkMessage(state, name);
  const { messages } = state.history;
  const fits = messages.some(
    (message) => message.name === name && (correlationKey === undefined || message.correlationKey === correlationKey),
  );
  if (fits) return passed;
  const received = messages.map((message) => `"${message.name}" with the key "${message.correlationKey}"`);
  const found = received.length === 0 ? 'has received none' : `has received ${received.join(', ')}`;
  const key = correlationKey === undefined ? '' : ` with the key ${JSON.stringify(correlationKey)}`;
  return {
    pass: false,
    final: isOver(state),
    message: () => failureText(state, `to have received the message ${JSON.stringify(name)}${key}`, found),
  };
};

/** What a decision is expected to have yielded. */
export interface ExpectedDecision {
  readonly output?: unknown;
  /** The numbers of rules that matched, counted from 1. Others may have matched as well. */
  readonly rules?: readonly number[];
}

/** Checks the last evaluation of a decision in an instance. */
export const checkDecided = (state: ProcessState, decisionId: string, expected: ExpectedDecision = {}): CheckResult => {
  const evaluated = state.history.decisions.map((each) => each.decisionId);
  // A decision that another one requires is not in the file of the process.
  const names = [...state.process.names.decisions, ...evaluated];
  const sentence = `The process ${state.process.bpmnProcessId} has no business rule task with the decision`;
  checkNotMisspelt(decisionId, { sentence, noun: 'id of the decision', names }, 'decisionId');
  const found = state.history.decisions.filter((each) => each.decisionId === decisionId).at(-1);
  const fail = (text: string, actual: string): CheckResult => ({
    pass: false,
    final: isOver(state),
    message: () => failureText(state, `${text} by the decision ${decisionId}`, actual),
  });
  if (found === undefined) {
    const others = [...new Set(state.history.decisions.map((each) => each.decisionId))].join(', ');
    return fail('to be decided', others === '' ? 'has evaluated no decision' : `has evaluated only ${others}`);
  }
  if (found.state === 'FAILED') return fail('to be decided', `failed: ${found.failureMessage}`);
  if ('output' in expected && !isDeepStrictEqual(found.output, expected.output)) {
    return fail(`to get ${printJson(expected.output)}`, `got ${printJson(found.output)}`);
  }
  const matched = found.matchedRules.map(({ ruleIndex }) => ruleIndex);
  const missing = (expected.rules ?? []).filter((rule) => !matched.includes(rule));
  if (missing.length === 0) return passed;
  const rules = matched.length === 0 ? 'matched no rule' : `matched the rules ${matched.join(', ')}`;
  return fail(`to match the rules ${missing.join(', ')}`, rules);
};

/** Which user task is meant. Each given field must fit. */
export interface UserTaskSelector {
  readonly at?: ElementSelector;
  readonly assignee?: string | null;
}

/** Whether a user task is the one that is meant. */
export const fitsUserTask = (state: ProcessState, task: MachineUserTask, selector: UserTaskSelector): boolean =>
  (selector.at === undefined || has(selectElement(state.process, selector.at), task)) &&
  (selector.assignee === undefined || selector.assignee === task.assignee);
