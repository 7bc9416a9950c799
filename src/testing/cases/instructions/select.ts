/** Finds what the selectors of instructions mean: the oldest that fits each given field. */
import { didYouMean, nearest } from '../../../common/nearest-name.ts';
import type {
  Key,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineProcess,
  MachineUserTask,
} from '../../../engine/machine/types.ts';
import { type SelectedElement, selectElement } from '../../state/elements.ts';
import { printJson } from '../../state/print-json.ts';
import type { ElementRecord, ProcessState } from '../../state/types.ts';
import { refuse, type Session } from '../session/session.ts';
import type { Fields, Instruction } from '../types.ts';
import { assertionText, instancesText } from './failure-text.ts';

/** A selector of an instruction; the rules have checked that its fields are texts. */
export type Selector = Readonly<Record<string, string | undefined>>;

/** The selector in a field of an instruction. */
export const selectorIn = (instruction: Fields, name: string): Selector => (instruction[name] ?? {}) as Selector;

const deployedText = ({ engine }: Session, id: string): string | undefined => {
  const known = [...new Set(engine.processes().map(({ bpmnProcessId }) => bpmnProcessId))];
  if (known.includes(id)) return undefined;
  const otherwise = known.length === 0 ? 'No process is deployed.' : `Deployed: ${known.join(', ')}.`;
  return didYouMean(`There is no process with the id ${JSON.stringify(id)}.`, nearest(id, known), otherwise);
};

/** Oldest first: keys grow. */
const oldestFirst = <T extends { readonly key: Key }>(found: readonly T[]): readonly T[] =>
  [...found].sort((first, second) => first.key.length - second.key.length || (first.key < second.key ? -1 : 1));

const instancesOf = ({ engine }: Session, id: string): readonly MachineInstance[] =>
  oldestFirst(engine.instances().filter(({ bpmnProcessId }) => bpmnProcessId === id));

const stateOf = ({ processes }: Session, key: Key): ProcessState => processes.instance(key).state();

/** The state of the oldest instance of the process in `processInstanceSelector`. */
export const selectInstance = (session: Session, instruction: Instruction): ProcessState => {
  const id = selectorIn(instruction, 'processInstanceSelector').processDefinitionId!;
  const [found] = instancesOf(session, id);
  if (found !== undefined) return stateOf(session, found.key);
  return refuse(deployedText(session, id) ?? `An instance of the process ${id} was not created.`);
};

/** Notes for a failure: that there are other instances, which the selector does not mean. */
export const otherInstances = (session: Session, { instance }: ProcessState): readonly string[] => {
  const others = instancesOf(session, instance.bpmnProcessId).filter(({ key }) => key !== instance.key);
  if (others.length === 0) return [];
  return [
    'The selector means the oldest instance. There are others:',
    ...instancesText(others.map(({ key }) => stateOf(session, key))).map((line) => `  ${line}`),
  ];
};

/** Throws the text of an assertion that failed. */
export const fail = (
  session: Session,
  state: ProcessState,
  expected: string,
  found?: string,
  notes: readonly string[] = [],
): never => refuse(assertionText(state, expected, found, [...notes, ...otherInstances(session, state)]));

/** The elements that a selector means. */
export const selectElementBy = (process: MachineProcess, { elementId, elementName }: Selector): SelectedElement => {
  const byId = elementId === undefined ? undefined : selectElement(process, elementId);
  const byName = elementName === undefined ? undefined : selectElement(process, { name: elementName });
  if (byId === undefined || byName === undefined) return (byId ?? byName)!;
  return { ids: new Set([...byId.ids].filter((id) => byName.ids.has(id))), text: byId.text };
};

/** The instances of an element, oldest first. */
export const recordsOf = ({ history }: ProcessState, { ids }: SelectedElement): readonly ElementRecord[] =>
  history.elements.filter(({ elementId }) => ids.has(elementId));

const jobText = ({ type, elementId, state, worker, bpmnProcessId, retries, backoffUntil }: MachineJob): string => {
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
export const selectJob = ({ engine }: Session, instruction: Instruction, kind?: MachineJob['kind']): MachineJob => {
  const selector = selectorIn(instruction, 'jobSelector');
  const { jobType, elementId, processDefinitionId } = selector;
  const jobs = oldestFirst(engine.jobs());
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
export const fitsUserTask = ({ elementId, taskName, processDefinitionId }: Selector, task: MachineUserTask): boolean =>
  (elementId === undefined || elementId === task.elementId) &&
  (taskName === undefined || taskName === task.name) &&
  (processDefinitionId === undefined || processDefinitionId === task.bpmnProcessId);

/** Notes for a failure: the user tasks that fit `userTaskSelector` as well, but are not the oldest one. */
export const otherUserTasks = (
  tasks: readonly MachineUserTask[],
  instruction: Instruction,
  { key }: MachineUserTask,
): readonly string[] => {
  const selector = selectorIn(instruction, 'userTaskSelector');
  const others = oldestFirst(tasks.filter((task) => task.key !== key && fitsUserTask(selector, task)));
  if (others.length === 0) return [];
  const texts = others.map(({ elementId, state, assignee }) => `${elementId} (${state}) of ${assignee ?? 'nobody'}`);
  return [`The selector means the oldest user task. There are others: ${texts.join('; ')}.`];
};

/** The user task that `userTaskSelector` means, oldest first. */
export const selectUserTask = (
  tasks: readonly MachineUserTask[],
  instruction: Instruction,
  what: string,
): MachineUserTask => {
  const selector = selectorIn(instruction, 'userTaskSelector');
  const found = oldestFirst(tasks).find((task) => fitsUserTask(selector, task));
  if (found !== undefined) return found;
  const others = tasks.map(({ elementId, name, state }) => `${elementId} "${name}" (${state})`).join('; ');
  const known = others === '' ? 'There are none.' : `There are: ${others}.`;
  return refuse(`There is no ${what} that fits ${printJson(selector)}. ${known}`);
};

/** The oldest active incident that `incidentSelector` means. */
export const selectIncident = ({ engine }: Session, instruction: Instruction): MachineIncident => {
  const selector = selectorIn(instruction, 'incidentSelector');
  const { elementId, processDefinitionId } = selector;
  const incidents = oldestFirst(engine.incidents());
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
