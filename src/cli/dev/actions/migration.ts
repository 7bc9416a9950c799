import type { Engine, Key, MachineInstance, MachineProcess } from '../../../engine/index.ts';

/** Ids of target elements by those of source elements. `undefined`: an event that stops waiting. */
export type Mapping = Readonly<Record<string, string | undefined>>;

/** An element of an instance that a migration has to map. */
export interface MappedElement {
  readonly id: string;
  /** Whether it is an event beside the active elements, such as a boundary event. It can stay without a counterpart. */
  readonly isEvent: boolean;
}

/** The elements of an instance that are active, and the events for which they wait besides. */
export const mappedElements = (engine: Engine, instance: Key): readonly MappedElement[] => {
  const active = new Set(
    engine
      .elements(instance)
      .filter(({ kind }) => kind !== 'process')
      .map(({ elementId }) => elementId),
  );
  const events = new Set(
    [...engine.subscriptions(instance), ...engine.timers(instance)]
      .map(({ elementId }) => elementId)
      .filter((id) => !active.has(id)),
  );
  return [...[...active].map((id) => ({ id, isEvent: false })), ...[...events].map((id) => ({ id, isEvent: true }))];
};

/**
 * The element of a version that has the same id and is of the same type.
 *
 * @returns `undefined` if there is none
 */
const counterpartOf = (id: string, source: MachineProcess | undefined, target: MachineProcess): string | undefined => {
  const type = source?.elements.find((each) => each.id === id)?.type;
  return target.elements.find((each) => each.id === id && (type === undefined || each.type === type))?.id;
};

/**
 * Migrates an instance: each element to the one with the same id, unless the mapping names another one.
 *
 * @throws a `rejection` of the engine if an active element has no counterpart, or becomes something else
 */
export const migrate = (
  engine: Engine,
  { key, processDefinitionKey }: Pick<MachineInstance, 'key' | 'processDefinitionKey'>,
  target: MachineProcess,
  mapping: Mapping = {},
): void => {
  const source = engine.processes().find((each) => each.processDefinitionKey === processDefinitionKey);
  const elements = mappedElements(engine, key);
  const send = (wanted: readonly MappedElement[]): void =>
    engine.migrateInstance(key, {
      targetProcessDefinitionKey: target.processDefinitionKey,
      mappingInstructions: wanted.flatMap(({ id, isEvent }) => {
        // An active element is named in any case, so that the engine says what is wrong with it.
        const same = isEvent ? counterpartOf(id, source, target) : id;
        const targetElementId = Object.hasOwn(mapping, id) ? mapping[id] : same;
        return targetElementId === undefined ? [] : [{ sourceElementId: id, targetElementId }];
      }),
    });
  const events = elements.filter(({ isEvent, id }) => isEvent && !Object.hasOwn(mapping, id));
  try {
    send(elements);
  } catch (error) {
    // An event that waits for something else now begins to wait anew.
    if (events.length === 0) throw error;
    send(elements.filter((each) => !events.includes(each)));
  }
};
