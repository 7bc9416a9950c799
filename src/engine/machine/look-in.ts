import type { FlowNode } from '../model/types.ts';
import { namesOf, startsOf } from './elements/process-names.ts';
import { findVersion } from './store/bindings.ts';
import { withKey } from './store/definitions.ts';
import { viewDue, viewStart, viewSubscription, viewTimer } from './store/events/wait-views.ts';
import { keyNumber, keyText } from './store/keys.ts';
import type { Definition, ElementInstance, EventSubscription, Scheduled, Timer } from './store/records.ts';
import type { State } from './store/state.ts';
import { viewDecision, viewDefinition, viewFile, viewForm, viewRequirements } from './store/views.ts';
import { tenantKey, viewTenant } from './tenants.ts';
import type {
  DueItem,
  FormMetadata,
  Key,
  LostMessage,
  MachineDecisionFile,
  MachineProcess,
  MachineResource,
  MachineSubscription,
  MachineTimer,
  ResourceMetadata,
} from './types.ts';

/*
 * Lists of what waits, for tests and pages. They are made from the indexes of the state, and sorted, so that they are the same
 * after a snapshot is restored.
 */

const byDue = (a: Scheduled, b: Scheduled): number => a.due - b.due || a.key - b.key;

/** What elements wait for. */
export const waitsOf = (elements: readonly ElementInstance[]): readonly EventSubscription[] =>
  elements.flatMap(({ subscriptions }) => subscriptions ?? []);

/** The timers among items that are scheduled, in the order in which they fire. */
export const listTimers = (items: readonly (Scheduled | EventSubscription)[]): readonly MachineTimer[] =>
  items
    .filter((item) => item.kind === 'timer')
    .map((item) => item as Timer)
    .filter(({ dueIndex }) => dueIndex >= 0)
    .sort(byDue)
    .map(viewTimer);

/** What is due next and passes the test. */
export const findDue = ({ due }: State, test?: (item: DueItem) => boolean): DueItem | undefined => {
  if (test === undefined) return due[0] && viewDue(due[0]);
  // The heap is only partly sorted.
  let next: Scheduled | undefined;
  for (const item of due) if ((next === undefined || byDue(item, next) < 0) && test(viewDue(item))) next = item;
  return next && viewDue(next);
};

/** The open subscriptions of elements, oldest first. */
export const subscriptionsOf = (elements: readonly ElementInstance[]): readonly MachineSubscription[] =>
  waitsOf(elements)
    .filter((subscription) => subscription.kind !== 'timer')
    .sort((a, b) => a.key - b.key)
    .map(viewSubscription);

/** All open subscriptions: those of start events, then the others, oldest first. */
export const listSubscriptions = (state: State): readonly MachineSubscription[] => {
  const starts = [
    ...[...state.messageStarts.values()].flat().map((start) => viewStart('message', start)),
    ...[...state.signalStarts.values()].flat().map((start) => viewStart('signal', start)),
  ];
  return [...starts, ...subscriptionsOf([...state.elements.values()])];
};

/** The latest messages that correlated with nothing, oldest first. */
export const listLostMessages = ({ lost }: State): readonly LostMessage[] =>
  lost.map(({ tenant, ...message }) => ({
    ...message,
    key: keyText(message.key),
    ...(tenant === undefined ? {} : { tenantId: tenant }),
  }));

/** The inner instances of ad-hoc subprocesses are nodes, but not elements of the file. */
const isInFile = ({ kind }: FlowNode): boolean => kind !== 'adHocInnerInstance';

const viewProcess = (definition: Definition): MachineProcess => {
  const { id, name, versionTag, nodes, flows } = definition.model;
  return {
    ...viewDefinition(definition),
    name: name ?? id,
    ...(versionTag === undefined ? {} : { versionTag }),
    ...(definition.deleted === true ? { deleted: true } : {}),
    elements: [...nodes.values()].filter(isInFile).map((node) => ({
      id: node.id,
      name: node.name ?? node.id,
      kind: node.kind,
      type: node.elementType,
      scope: node.scope,
      ...(node.extensionProperties === undefined ? {} : { properties: node.extensionProperties }),
    })),
    flows: [...flows.values()].map(({ id: flowId, source, target }) => ({ id: flowId, source, target })),
    names: namesOf(definition.model),
    starts: startsOf(definition.model),
  };
};

/** All versions of all processes, oldest first. */
export const listProcesses = ({ definitions }: State): readonly MachineProcess[] =>
  [...definitions.values()].map(viewProcess);

/** The deployed file with this key: of a process, a form, decision requirements, or any other file. */
export const findResource = (
  { definitions, forms, requirements, files }: State,
  key: Key,
): MachineResource | undefined => {
  const number = keyNumber(key);
  const stored = [forms, files].flatMap((index) => withKey(index, number) ?? [])[0];
  const found = stored ?? definitions.get(number) ?? withKey(requirements, number);
  if (found === undefined) return undefined;
  const { resource, version } = found;
  const { id, versionTag } = 'model' in found ? { versionTag: undefined, ...found.model } : found;
  return {
    id,
    name: resource.name,
    // A copy, because the snapshots of the engine contain the file.
    content: Uint8Array.from(resource.content),
    version,
    ...(versionTag === undefined ? {} : { versionTag }),
    ...viewTenant(found),
  };
};

/** A version of a process. */
export const findProcess = ({ definitions }: State, processDefinitionKey: Key): MachineProcess | undefined => {
  const definition = definitions.get(keyNumber(processDefinitionKey));
  return definition && viewProcess(definition);
};

const versionsOf = <Version>(index: ReadonlyMap<string, readonly Version[]>): readonly Version[] =>
  [...index.values()].flat();

/** All versions of all forms. */
export const listForms = ({ forms }: State): readonly FormMetadata[] => versionsOf(forms).map(viewForm);

/** All versions of all other files. */
export const listFiles = ({ files }: State): readonly ResourceMetadata[] => versionsOf(files).map(viewFile);

/** All versions of all DMN files. */
export const listDecisionFiles = ({ requirements, decisions }: State): readonly MachineDecisionFile[] =>
  versionsOf(requirements).map((file) => ({
    decisionRequirements: viewRequirements(file),
    decisions: versionsOf(decisions)
      .filter((decision) => decision.requirements === file)
      .map(viewDecision),
  }));

/** The form of the start event of a process, in the version to which it is bound. */
export const findStartForm = ({ definitions, forms }: State, processDefinitionKey: Key): FormMetadata | undefined => {
  const definition = definitions.get(keyNumber(processDefinitionKey));
  const startForm = definition?.model.startForm;
  if (definition === undefined || startForm === undefined) return undefined;
  const versions = forms.get(tenantKey(definition.tenant, startForm.formId)) ?? [];
  const form = findVersion(versions, startForm.binding, definition, ({ versionTag }) => versionTag);
  return form && viewForm(form);
};
