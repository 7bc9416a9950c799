import { fault } from '../../common/fault.ts';
import { isObject } from '../../common/is-object.ts';
import { didYouMean, nearest } from '../../common/nearest-name.ts';
import { describeValue } from '../../connector/rules/rule-engine.ts';
import type { MachineProcess, ProcessElement } from '../../engine/machine/types.ts';

/** An element of a process: its id, or its name as people see it in the diagram. */
export type ElementSelector = string | { readonly name: string };

/** An element as a test has named it. */
export interface SelectedElement {
  /** The ids that it can have; names need not be unique. */
  readonly ids: ReadonlySet<string>;
  /** For messages. */
  readonly text: string;
}

/** The elements of a process, by their ids and names. */
export type NamedElements = Pick<MachineProcess, 'bpmnProcessId'> & {
  readonly elements: readonly Pick<ProcessElement, 'id' | 'name'>[];
};

/**
 * Finds an element in a process.
 *
 * @throws a fault of kind `definition` if the process has no such element; it names the nearest one
 */
export const selectElement = (process: NamedElements, selector: ElementSelector): SelectedElement => {
  const byName = isObject(selector);
  const wanted = byName ? selector.name : selector;
  if (typeof wanted !== 'string') {
    throw fault('definition', {
      what: `An element must be named by a text, but got ${describeValue(wanted)}.`,
      fix: "pass its id, or { name: … } for the name in the diagram, e.g. { at: 'EndPaid' }.",
    });
  }
  const known = process.elements.map(({ id, name }) => (byName ? name : id));
  const ids = process.elements.filter((_, index) => known[index] === wanted).map(({ id }) => id);
  if (ids.length > 0) return { ids: new Set(ids), text: byName ? JSON.stringify(wanted) : wanted };
  const what = `The process ${process.bpmnProcessId} has no element with the ${byName ? 'name' : 'id'} ${JSON.stringify(wanted)}.`;
  const guess = nearest(wanted, known);
  const otherwise = `It has ${known.map((each) => JSON.stringify(each)).join(', ')}.`;
  throw fault('definition', {
    what: didYouMean(what, guess && JSON.stringify(guess), otherwise),
    fix: byName ? 'correct the name.' : 'correct the id, or pass { name: … } for the name in the diagram.',
  });
};

/** Finds several elements; see {@link selectElement}. */
export const selectElements = (
  process: NamedElements,
  selectors: readonly ElementSelector[],
): readonly SelectedElement[] => selectors.map((selector) => selectElement(process, selector));

/** The elements in a sentence. */
export const listText = (elements: readonly SelectedElement[]): string => elements.map(({ text }) => text).join(', ');
