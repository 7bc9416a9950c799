/** Assertions about process instances, their elements and their messages. */

import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import { listText, type SelectedElement } from '../../state/elements.ts';
import type { ElementRecord } from '../../state/types.ts';
import type { SeenState, Sight } from '../sight.ts';
import type { Instruction } from '../types.ts';
import { fail, recordsOf, type Selector, selectElementBy, selectInstance, selectorIn } from './select.ts';

const instanceStates = {
  IS_ACTIVE: { state: 'ACTIVE', expected: 'to be active' },
  IS_COMPLETED: { state: 'COMPLETED', expected: 'to have completed' },
  IS_TERMINATED: { state: 'TERMINATED', expected: 'to be terminated' },
} as const;

/** ASSERT_PROCESS_INSTANCE */
export const assertProcessInstance = (sight: Sight, instruction: Instruction): void => {
  const { state: wanted, hasActiveIncidents } = instruction;
  const state = selectInstance(sight, instruction);
  if (wanted === undefined && hasActiveIncidents === undefined) {
    sight.warn('ASSERT_PROCESS_INSTANCE checks nothing. Fix: add state or hasActiveIncidents.');
  }
  if (wanted !== undefined && wanted !== 'IS_CREATED') {
    const { state: expected, expected: text } = instanceStates[wanted as keyof typeof instanceStates];
    if (state.instance.state !== expected) fail(sight, state, text);
  }
  const has = state.incidents.length > 0;
  if (hasActiveIncidents === true && !has) fail(sight, state, 'to have an incident', 'has none');
  if (hasActiveIncidents === false && has) fail(sight, state, 'to have no incident', 'has one');
};

const stateNames = { IS_ACTIVE: 'ACTIVE', IS_COMPLETED: 'COMPLETED', IS_TERMINATED: 'TERMINATED' } as const;

const stateVerbs = { ACTIVE: 'to be active', COMPLETED: 'to have completed', TERMINATED: 'to be terminated' } as const;

const recordText = (records: readonly ElementRecord[]): string => {
  if (records.length === 0) return 'not activated';
  const counts = new Map<string, number>();
  for (const { state } of records) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .map(([state, count]) => `${count === 1 ? '' : `${count} times `}${state.toLowerCase()}`)
    .join(', ');
};

/** ASSERT_ELEMENT_INSTANCE */
export const assertElementInstance = (sight: Sight, instruction: Instruction): void => {
  const state = selectInstance(sight, instruction);
  const element = selectElementBy(state.process, selectorIn(instruction, 'elementSelector'));
  const wanted = stateNames[instruction.state as keyof typeof stateNames];
  const { amount = 1 } = instruction;
  const records = recordsOf(state, element);
  const count = records.filter((record) => record.state === wanted).length;
  if (count === amount) return;
  const found = `there it is ${recordText(records)}: ${count} instead of ${amount}`;
  fail(sight, state, `${stateVerbs[wanted]} ${amount} times at ${element.text}`, found);
};

const completedInOrder = ({ history }: SeenState): readonly ElementRecord[] =>
  history.elements
    .filter(({ state }) => state === 'COMPLETED')
    .sort((first, second) => (first.ended ?? 0) - (second.ended ?? 0));

/** What an assertion about several elements looks at. */
interface Elements {
  readonly state: SeenState;
  readonly elements: readonly SelectedElement[];
  /** The elements in a sentence. */
  readonly text: string;
}

/** What is expected, and what is the case instead. */
interface Difference {
  readonly expected: string;
  readonly found: string;
}

const isOneOf =
  (elements: readonly SelectedElement[]) =>
  ({ elementId }: ElementRecord): boolean =>
    elements.some(({ ids }) => ids.has(elementId));

/** The difference if the instances of an element are not as expected. */
const differenceOfEach = (
  { state, elements }: Elements,
  expected: string,
  isWrong: (records: readonly ElementRecord[]) => boolean,
): Difference | undefined => {
  const wrong = elements.filter((element) => isWrong(recordsOf(state, element)));
  if (wrong.length === 0) return undefined;
  const found = wrong.map((element) => `${element.text} is ${recordText(recordsOf(state, element))}`).join(', ');
  return { expected, found: `is different: ${found}` };
};

const hasOne =
  (wanted: ElementRecord['state']) =>
  (records: readonly ElementRecord[]): boolean =>
    records.some(({ state }) => state === wanted);

const hasNone =
  (wanted: ElementRecord['state']) =>
  (records: readonly ElementRecord[]): boolean =>
    !hasOne(wanted)(records);

const differenceOfOthers = ({ state, elements, text }: Elements): Difference | undefined => {
  const others = state.history.elements.filter((record) => record.state === 'ACTIVE' && !isOneOf(elements)(record));
  if (others.length === 0) return undefined;
  const found = `is also active at ${others.map(({ elementId }) => elementId).join(', ')}`;
  return { expected: `to be active at exactly ${text}`, found };
};

const differenceOfOrder = ({ state, elements, text }: Elements): Difference | undefined => {
  const order = completedInOrder(state).filter(isOneOf(elements));
  const isRun = order.some((_, begin) =>
    elements.every(({ ids }, index) => ids.has(order[begin + index]?.elementId ?? '')),
  );
  if (isRun) return undefined;
  const real = order.map(({ elementId }) => elementId).join(', ');
  const found = real === '' ? 'has completed none of them' : `has completed them in this order: ${real}`;
  return { expected: `to have completed ${text} in this order`, found };
};

const elementsDifferences: Readonly<Record<string, (all: Elements) => Difference | undefined>> = {
  IS_ACTIVE: (all) => differenceOfEach(all, `to be active at ${all.text}`, hasNone('ACTIVE')),
  IS_COMPLETED: (all) => differenceOfEach(all, `to have completed ${all.text}`, hasNone('COMPLETED')),
  IS_TERMINATED: (all) => differenceOfEach(all, `to have terminated ${all.text}`, hasNone('TERMINATED')),
  IS_NOT_ACTIVE: (all) => differenceOfEach(all, `not to be active at ${all.text}`, hasOne('ACTIVE')),
  IS_NOT_ACTIVATED: (all) => differenceOfEach(all, `not to have entered ${all.text}`, (records) => records.length > 0),
  IS_ACTIVE_EXACTLY: (all) =>
    differenceOfEach(all, `to be active at exactly ${all.text}`, hasNone('ACTIVE')) ?? differenceOfOthers(all),
  IS_COMPLETED_IN_ORDER: differenceOfOrder,
};

/** ASSERT_ELEMENT_INSTANCES */
export const assertElementInstances = (sight: Sight, instruction: Instruction): void => {
  const state = selectInstance(sight, instruction);
  const elements = (instruction.elementSelectors as readonly Selector[]).map((selector) =>
    selectElementBy(state.process, selector),
  );
  const difference = elementsDifferences[instruction.state as string]!({ state, elements, text: listText(elements) });
  if (difference !== undefined) fail(sight, state, difference.expected, difference.found);
};

/** ASSERT_PROCESS_INSTANCE_MESSAGE_SUBSCRIPTION */
export const assertSubscription = (sight: Sight, instruction: Instruction): void => {
  const state = selectInstance(sight, instruction);
  const { messageName, correlationKey } = selectorIn(instruction, 'messageSelector');
  const fits = (message: { readonly name: string; readonly correlationKey?: string }): boolean =>
    message.name === messageName && (correlationKey === undefined || message.correlationKey === correlationKey);
  const text = `the message "${messageName}"${correlationKey === undefined ? '' : ` with the key "${correlationKey}"`}`;
  const names = state.process.names?.messages ?? [];
  if (names.length > 0 && !names.includes(messageName!) && !names.some((name) => name.startsWith('='))) {
    sight.warn(
      didYouMean(
        `${state.process.bpmnProcessId} has no message with the name ${JSON.stringify(messageName)}.`,
        nearest(messageName!, names),
      ),
    );
  }
  const isWaiting = sight.messagesAwaitedBy(state.instance.key).some(fits);
  if (instruction.state === 'IS_WAITING' && !isWaiting) {
    fail(sight, state, `to wait for ${text}`, 'does not wait for it');
  }
  if (instruction.state === 'IS_NOT_WAITING' && isWaiting)
    fail(sight, state, `not to wait for ${text}`, 'waits for it');
  if (instruction.state !== 'IS_CORRELATED' || state.history.messages.some(fits)) return;
  const received = state.history.messages.map(({ name, correlationKey: key }) => `"${name}" with the key "${key}"`);
  const found = received.length === 0 ? 'has received none' : `has received ${received.join(', ')}`;
  fail(sight, state, `to have received ${text}`, found);
};
