import { addActive, removeActive } from './active-elements.ts';
import type { ElementEvent, InstanceHistory } from './entry.ts';
import { countOf } from './figures.ts';

/** Counts an event of an element that is not the process itself. */
export const countElement = ({ figures, active }: InstanceHistory, { kind, element }: ElementEvent): void => {
  const { key, elementId } = element;
  const count = countOf(figures, elementId);
  if (kind === 'element:activated') {
    addActive(active, key, elementId);
    count.active += 1;
    return;
  }
  if (removeActive(active, key)) count.active -= 1;
  count[kind === 'element:completed' ? 'done' : 'terminated'] += 1;
};
