/** What is chosen in the dialog that migrates instances, and what the engine would refuse of it. Pure. */
import type { MigratedElement, Migration } from '../../cli/dev/page/contract.ts';
import { ownOf } from '../parts/format.ts';

/** Ids of targets by those of elements. An empty one: an event that stops waiting. */
export type Choices = Readonly<Record<string, string>>;

/** What an element becomes; empty if nothing is chosen. */
export const choiceOf = ({ id, preset }: MigratedElement, chosen: Choices): string =>
  ownOf(chosen, id) ?? preset?.id ?? '';

type Target = Migration['targets'][number];

/** What an element around others becomes, or one to which events are attached. */
const becomes = ({ elements }: Migration, chosen: Choices, id: string): string | undefined => {
  const element = elements.find((each) => each.id === id);
  return element && choiceOf(element, chosen);
};

/** Why an element cannot become a target because of what is chosen for other elements; `undefined` if it can. */
const placeRefusal = (
  migration: Migration,
  chosen: Choices,
  element: MigratedElement,
  target: Target,
): string | undefined => {
  if (element.attachedTo !== undefined && target.attachedTo !== undefined) {
    const activity = becomes(migration, chosen, element.attachedTo);
    return activity === undefined || activity === target.attachedTo
      ? undefined
      : `attached to another activity than what ${element.attachedTo} becomes`;
  }
  if (element.isEvent) return undefined;
  const around = element.inside === undefined ? undefined : becomes(migration, chosen, element.inside);
  if ((target.inside ?? '') === (around ?? '')) return undefined;
  return element.inside === undefined ? 'inside a subprocess' : `not directly inside what ${element.inside} becomes`;
};

/** A reason, and the targets that it rules out. */
export interface Refusal {
  readonly reason: string;
  readonly targets: readonly Target[];
}

/** What an element can become with the present choices, and why it cannot become the rest. */
export const optionsOf = (
  migration: Migration,
  chosen: Choices,
  element: MigratedElement,
): { readonly possible: readonly Target[]; readonly refusals: readonly Refusal[] } => {
  const byId = new Map(migration.targets.map((target) => [target.id, target]));
  const fixed = element.refusals.map(({ reason, targets }) => ({
    reason,
    targets: targets.flatMap((id) => byId.get(id) ?? []),
  }));
  const refused = new Set(element.refusals.flatMap(({ targets }) => targets));
  const possible: Target[] = [];
  const placed = new Map<string, Target[]>();
  for (const target of migration.targets) {
    if (refused.has(target.id)) continue;
    const reason = placeRefusal(migration, chosen, element, target);
    if (reason === undefined) possible.push(target);
    else placed.set(reason, [...(placed.get(reason) ?? []), target]);
  }
  return { possible, refusals: [...[...placed].map(([reason, targets]) => ({ reason, targets })), ...fixed] };
};

/** What is wrong with the choice for an element; `undefined` if nothing is. */
export const choiceProblem = (migration: Migration, chosen: Choices, element: MigratedElement): string | undefined => {
  if (element.problem !== undefined) return `It cannot be migrated: ${element.problem}.`;
  const choice = choiceOf(element, chosen);
  const { possible, refusals } = optionsOf(migration, chosen, element);
  if (choice === '') {
    if (element.isEvent) return undefined;
    return possible.length === 0
      ? 'It has no counterpart, and nothing in the newer version is possible: see the reasons in the list.'
      : 'It has no counterpart: choose one.';
  }
  const refusal = refusals.find(({ targets }) => targets.some(({ id }) => id === choice));
  if (refusal !== undefined) return `It cannot become ${choice}: ${refusal.reason}.`;
  const isTaken =
    element.isEvent &&
    migration.elements.some((other) => other.isEvent && other.id !== element.id && choiceOf(other, chosen) === choice);
  return isTaken ? `Another event becomes ${choice} already: choose another one.` : undefined;
};

/** What the server needs to know: what was chosen, and what was found by its name. */
export const mappingOf = ({ elements }: Migration, chosen: Choices): Choices => ({
  ...Object.fromEntries(elements.flatMap(({ id, preset }) => (preset?.by === 'name' ? [[id, preset.id]] : []))),
  ...chosen,
});
