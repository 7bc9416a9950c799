/** Finds what the selectors of instructions mean: the oldest that fits each given field. */
import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import type { Key, MachineInstance, MachineJob } from '../../../engine/machine/types.ts';
import { type NamedElements, type SelectedElement, selectElement } from '../../state/elements.ts';
import { printJson } from '../../state/print-json.ts';
import type { ElementRecord } from '../../state/types.ts';
import { refuse } from '../refuse.ts';
import type { SeenJob, SeenState, SeenUserTask, Sight } from '../sight.ts';
import type { Fields, Instruction } from '../types.ts';
import { assertionText, instancesText } from './failure-text.ts';

/** A selector of an instruction; the rules have checked that its fields are texts. */
export type Selector = Readonly<Record<string, string | undefined>>;

/** The selector in a field of an instruction. */
export const selectorIn = (instruction: Fields, name: string): Selector => (instruction[name] ?? {}) as Selector;

const deployedText = (sight: Sight, id: string): string | undefined => {
  const known = [...new Set(sight.processIds())];
  if (known.includes(id)) return undefined;
  const otherwise = known.length === 0 ? 'No process is deployed.' : `Deployed: ${known.join(', ')}.`;
  return didYouMean(`There is no process with the id ${JSON.stringify(id)}.`, nearest(id, known), otherwise);
};

/** Oldest first: keys grow. */
const oldestFirst = <T extends { readonly key: Key }>(found: readonly T[]): readonly T[] =>
  [...found].sort((first, second) => first.key.length - second.key.length || (first.key < second.key ? -1 : 1));

const instancesOf = (sight: Sight, id: string): readonly Pick<MachineInstance, 'key'>[] =>
  oldestFirst(sight.instances().filter(({ bpmnProcessId }) => bpmnProcessId === id));

/** The state of the oldest instance of the process in `processInstanceSelector`. */
export const selectInstance = (sight: Sight, instruction: Instruction): SeenState => {
  const id = selectorIn(instruction, 'processInstanceSelector').processDefinitionId!;
  const [found] = instancesOf(sight, id);
  if (found !== undefined) return sight.stateOf(found.key);
  return refuse(deployedText(sight, id) ?? `An instance of the process ${id} was not created.`);
};

/** Notes for a failure: that there are other instances, which the selector does not mean. */
export const otherInstances = (sight: Sight, { instance }: SeenState): readonly string[] => {
  const others = instancesOf(sight, instance.bpmnProcessId).filter(({ key }) => key !== instance.key);
  if (others.length === 0) return [];
  return [
    'The selector means the oldest instance. There are others:',
    ...instancesText(others.map(({ key }) => sight.stateOf(key))).map((line) => `  ${line}`),
  ];
};

/** Throws the text of an assertion that failed. */
export const fail = (
  sight: Sight,
  state: SeenState,
  expected: string,
  found?: string,
  notes: readonly string[] = [],
): never => refuse(assertionText(state, expected, found, [...notes, ...otherInstances(sight, state)]));

/** The elements that a selector means. */
export const selectElementBy = (process: NamedElements, { elementId, elementName }: Selector): SelectedElement => {
  const byId = elementId === undefined ? undefined : selectElement(process, elementId);
  const byName = elementName === undefined ? undefined : selectElement(process, { name: elementName });
  if (byId === undefined || byName === undefined) return (byId ?? byName)!;
  return { ids: new Set([...byId.ids].filter((id) => byName.ids.has(id))), text: byId.text };
};

/** The instances of an element, oldest first. */
export const recordsOf = ({ history }: SeenState, { ids }: SelectedElement): readonly ElementRecord[] =>
  history.elements.filter(({ elementId }) => ids.has(elementId));

const jobText = ({ type, elementId, state, worker, bpmnProcessId, retries, backoffUntil }: SeenJob): string => {
  const place = `"${type}" at ${elementId} of ${bpmnProcessId}`;
  if (state === 'ACTIVATED') return `${place}, which the worker "${worker}" has`;
  if (state === 'ACTIVATABLE') return place;
  return backoffUntil === undefined
    ? `${place}, which has failed (retries: ${retries})`
    : `${place}, which has failed and waits until ${new Date(backoffUntil).toISOString()}`;
};

/**
 * The oldest job that `jobSelector` means and that no worker has.
 *
 * @param kind the only kind of jobs that is meant
 */
export const selectJob = (sight: Sight, instruction: Instruction, kind?: MachineJob['kind']): SeenJob => {
  const selector = selectorIn(instruction, 'jobSelector');
  const { jobType, elementId, processDefinitionId } = selector;
  const jobs = oldestFirst(sight.jobs());
  const found = jobs.find(
    (job) =>
      job.state === 'ACTIVATABLE' &&
      (kind === undefined || kind === job.kind) &&
      (jobType === undefined || jobType === job.type) &&
      (elementId === undefined || elementId === job.elementId) &&
      (processDefinitionId === undefined || processDefinitionId === job.bpmnProcessId),
  );
  if (found !== undefined) return found;
  const wanted = kind === undefined ? '' : ` of the kind ${kind}`;
  const others = jobs.length === 0 ? 'There are no jobs.' : `There are: ${jobs.map(jobText).join('; ')}.`;
  return refuse(`No job${wanted} is available that fits ${printJson(selector)}. ${others}`);
};

/** Whether a user task is one that `userTaskSelector` means. */
export const fitsUserTask = ({ elementId, taskName, processDefinitionId }: Selector, task: SeenUserTask): boolean =>
  (elementId === undefined || elementId === task.elementId) &&
  (taskName === undefined || taskName === task.name) &&
  (processDefinitionId === undefined || processDefinitionId === task.bpmnProcessId);

/** Notes for a failure: the user tasks that fit `userTaskSelector` as well, but are not the oldest one. */
export const otherUserTasks = (
  tasks: readonly SeenUserTask[],
  instruction: Instruction,
  { key }: SeenUserTask,
): readonly string[] => {
  const selector = selectorIn(instruction, 'userTaskSelector');
  const others = oldestFirst(tasks.filter((task) => task.key !== key && fitsUserTask(selector, task)));
  if (others.length === 0) return [];
  const texts = others.map(({ elementId, state, assignee }) => `${elementId} (${state}) of ${assignee ?? 'nobody'}`);
  return [`The selector means the oldest user task. There are others: ${texts.join('; ')}.`];
};

/** The user task that `userTaskSelector` means, oldest first. */
export const selectUserTask = (
  tasks: readonly SeenUserTask[],
  instruction: Instruction,
  what: string,
): SeenUserTask => {
  const selector = selectorIn(instruction, 'userTaskSelector');
  const found = oldestFirst(tasks).find((task) => fitsUserTask(selector, task));
  if (found !== undefined) return found;
  const others = tasks.map(({ elementId, name, state }) => `${elementId} "${name}" (${state})`).join('; ');
  const known = others === '' ? 'There are none.' : `There are: ${others}.`;
  return refuse(`There is no ${what} that fits ${printJson(selector)}. ${known}`);
};

/** The oldest active incident that `incidentSelector` means. */
export const selectIncident = (sight: Sight, instruction: Instruction): ReturnType<Sight['incidents']>[number] => {
  const selector = selectorIn(instruction, 'incidentSelector');
  const { elementId, processDefinitionId } = selector;
  const incidents = oldestFirst(sight.incidents());
  const found = incidents.find(
    (incident) =>
      (elementId === undefined || elementId === incident.elementId) &&
      (processDefinitionId === undefined || processDefinitionId === incident.bpmnProcessId),
  );
  if (found !== undefined) return found;
  const others = incidents.map((each) => `${each.type} at ${each.elementId} of ${each.bpmnProcessId}`).join('; ');
  const known = others === '' ? 'There are no active incidents.' : `Active: ${others}.`;
  return refuse(`There is no incident that fits ${printJson(selector)}. ${known}`);
};
