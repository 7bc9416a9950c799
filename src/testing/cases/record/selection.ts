/** Whether the selector of an instruction will mean what was meant: it means the oldest that fits. */
import type { Key, MachineIncident, MachineJob, MachineUserTask } from '../../../engine/machine/types.ts';

const byKey = (first: Key, second: Key): number => first.length - second.length || (first < second ? -1 : 1);

/** Something that a selector can mean. */
interface Selectable {
  readonly key: Key;
  readonly bpmnProcessId: string;
  readonly elementId: string;
}

/** What is open while a recording is run again, which has no failed attempts. */
export interface OpenThings {
  readonly jobs: Map<Key, MachineJob>;
  readonly userTasks: Map<Key, MachineUserTask>;
  readonly incidents: Map<Key, MachineIncident>;
}

export const createOpenThings = (): OpenThings => ({ jobs: new Map(), userTasks: new Map(), incidents: new Map() });

/** Whether something is the oldest at its element, among those that are open. */
export const isOldest = <T extends Selectable>(
  open: ReadonlyMap<Key, T>,
  meant: T,
  isSame: (other: T) => boolean = () => true,
): boolean =>
  ![...open.values()].some(
    (other) =>
      other.elementId === meant.elementId &&
      other.bpmnProcessId === meant.bpmnProcessId &&
      isSame(other) &&
      byKey(other.key, meant.key) < 0,
  );
