import { type Element, elementAt, elements, textAt } from '../../model/xml/element.ts';
import type { Report } from '../../model/xml/problems.ts';

/** The elements that others can require, by id. */
export type ElementsById = ReadonlyMap<string, Element>;

/** How an element names what it requires. */
interface RequirementKind {
  readonly list: 'informationRequirement' | 'knowledgeRequirement';
  readonly reference: 'requiredDecision' | 'requiredKnowledge';
  readonly type: 'dmn:Decision' | 'dmn:BusinessKnowledgeModel';
  readonly noun: string;
}

export const requiredDecisions: RequirementKind = {
  list: 'informationRequirement',
  reference: 'requiredDecision',
  type: 'dmn:Decision',
  noun: 'decision',
};

export const requiredKnowledge: RequirementKind = {
  list: 'knowledgeRequirement',
  reference: 'requiredKnowledge',
  type: 'dmn:BusinessKnowledgeModel',
  noun: 'business knowledge model',
};

/** What an element requires, in document order. A reference to something else is reported. */
export const requiredBy = (
  element: Element,
  { list, reference, type, noun }: RequirementKind,
  byId: ElementsById,
  report: Report,
): readonly Element[] =>
  elements(element, list).flatMap((requirement) => {
    const end = elementAt(requirement, reference);
    const href = end && textAt(end, 'href');
    if (end === undefined || href === undefined) return [];
    const found = byId.get(href.slice(href.indexOf('#') + 1));
    if (found?.$type === type) return [found];
    report(element, `It requires the ${noun} "${href}", which does not exist in the file.`);
    return [];
  });

/**
 * Orders elements so that each one follows what it requires. Elements that require each other in a circle are reported,
 * and left out together with those that require them.
 */
export const inOrder = (
  all: readonly Element[],
  requirements: ReadonlyMap<Element, readonly Element[]>,
  report: Report,
): readonly Element[] => {
  const waiting = new Map(all.map((element) => [element, new Set(requirements.get(element))]));
  const requiring = new Map<Element, Element[]>();
  for (const [element, required] of waiting) {
    for (const each of required) requiring.set(each, [...(requiring.get(each) ?? []), element]);
  }
  const ordered = all.filter((element) => waiting.get(element)!.size === 0);
  // The loop appends to the list.
  for (const element of ordered) {
    for (const other of requiring.get(element) ?? []) {
      const left = waiting.get(other)!;
      left.delete(element);
      if (left.size === 0) ordered.push(other);
    }
  }
  const done = new Set(ordered);
  const circular = new Set(all.filter((element) => !done.has(element)));
  // What requires a circle, but is not required by it, is not part of it.
  let changed = true;
  while (changed) {
    changed = false;
    for (const element of circular) {
      if ((requiring.get(element) ?? []).some((other) => circular.has(other))) continue;
      circular.delete(element);
      changed = true;
    }
  }
  for (const element of circular) {
    const others = (requirements.get(element) ?? []).filter((other) => circular.has(other)).map(({ id }) => `"${id}"`);
    report(
      element,
      `It requires itself in a circle, through ${[...new Set(others)].join(', ')}. Remove a requirement.`,
    );
  }
  return ordered;
};
