import type { ElementRecord } from '../../state/types.ts';
import type { ProcessModel } from './process-model.ts';
import type { ElementItem } from './read-items.ts';

/** Keys grow, and have up to 19 digits. */
const byKey = (first: string, second: string): number =>
  first.length - second.length || (first < second ? -1 : first > second ? 1 : 0);

/**
 * The key after which an element has ended, among those that have ended in the same millisecond: a subprocess ends after
 * everything in it, which has later keys.
 */
const lastKeyInside = (item: ElementItem, all: readonly ElementItem[], { around }: ProcessModel): string => {
  const next = all.find(({ elementId, key }) => elementId === item.elementId && byKey(key, item.key) > 0)?.key;
  const inside = all.filter(
    ({ elementId, key }) =>
      around.get(elementId)?.includes(item.elementId) === true &&
      byKey(key, item.key) > 0 &&
      (next === undefined || byKey(key, next) < 0),
  );
  return inside.at(-1)?.key ?? item.key;
};

/**
 * What has happened at the elements of an instance, in the order of their activation. The times of a cluster are in
 * milliseconds; keys order what happens within one.
 *
 * @param items element instances, in any order
 * @param processInstanceKey the instance
 */
export const elementHistory = (
  items: readonly ElementItem[],
  model: ProcessModel,
  processInstanceKey: string,
): readonly ElementRecord[] => {
  const all = items
    .filter(({ elementId, type }) => type !== 'PROCESS' && elementId !== model.bpmnProcessId)
    .sort((first, second) => byKey(first.key, second.key));
  const ended = all
    .filter((item) => item.ended !== undefined)
    .map((item) => ({ item, last: lastKeyInside(item, all, model) }))
    .sort(
      (first, second) =>
        first.item.ended! - second.item.ended! ||
        byKey(first.last, second.last) ||
        // Of two that end with the same element, the inner one was entered later, and ends first.
        byKey(second.item.key, first.item.key),
    )
    .map(({ item }) => item.key);
  return all.map(({ key, elementId, name, type, state }) => {
    const position = ended.indexOf(key);
    const record = { key, elementId, name, kind: type, scopeKey: processInstanceKey, state };
    return position < 0 ? record : { ...record, ended: position };
  });
};
