import { reject } from '../machine/rejection.ts';
import type {
  EngineEvent,
  Key,
  ListenerEvent,
  Machine,
  MachineUserTask,
  UserTaskChanges,
  Variables,
} from '../machine/types.ts';
import type { EventWaiter } from './event-waiter.ts';
import type { MachineHost } from './machine-host.ts';

/**
 * Commands that change user tasks. Each promise resolves when the change has taken effect, after the listeners of the task.
 * It rejects with a `rejection` if a listener denies the change or the task is cancelled. What the machine rejects at once
 * is thrown.
 */
export interface TaskChanges {
  /** @param action what listeners see as the cause; default: `assign` or `claim` */
  assign(key: Key, assignee: string, allowOverride: boolean, action?: string): Promise<void>;
  unassign(key: Key): Promise<void>;
  update(key: Key, changes: UserTaskChanges, action?: string): Promise<void>;
  complete(key: Key, variables: Variables, action?: string): Promise<void>;
  /** Resolves with the key of the command. */
  setVariables(elementInstanceKey: Key, variables: Variables, local: boolean): Promise<Key>;
}

type TaskEvent = Extract<EngineEvent, { readonly userTask: MachineUserTask }>;

interface Expected {
  readonly verb: string;
  readonly event: ListenerEvent;
  /** The event of a change that has taken effect. */
  readonly done: TaskEvent['kind'];
}

const assigning: Expected = { verb: 'assign', event: 'ASSIGNING', done: 'userTask:assigned' };
const updating: Expected = { verb: 'update', event: 'UPDATING', done: 'userTask:updated' };
const completing: Expected = { verb: 'complete', event: 'COMPLETING', done: 'userTask:completed' };

const isOutcome = (event: EngineEvent, expected: Expected): event is TaskEvent =>
  event.kind === expected.done ||
  event.kind === 'userTask:cancelled' ||
  (event.kind === 'userTask:denied' && event.event === expected.event);

/** What a command that has not taken effect rejects with. */
const refusalOf = (event: TaskEvent, { verb }: Expected): Error | undefined => {
  const intent = verb.toUpperCase();
  const what = `Expected to ${verb} user task with key '${event.userTask.key}'`;
  if (event.kind === 'userTask:denied') {
    const reason = event.reason === '' ? 'it gave no reason' : event.reason;
    return reject('INVALID_STATE', intent, `${what}, but a task listener denied it: ${reason}`);
  }
  if (event.kind !== 'userTask:cancelled') return undefined;
  return reject('NOT_FOUND', intent, `${what}, but it was cancelled before its listeners had completed`);
};

/** Creates the commands. */
export const createTaskChanges = (host: MachineHost, waiter: EventWaiter): TaskChanges => {
  const change = <T>(
    expected: Expected,
    concerns: (task: MachineUserTask) => boolean,
    command: (machine: Machine) => T,
    isPending: (machine: Machine) => boolean = () => true,
  ): Promise<T> => {
    const controller = new AbortController();
    // Before the command, because it can take effect at once.
    const outcome = waiter.next((event) => isOutcome(event, expected) && concerns(event.userTask), {
      signal: controller.signal,
    });
    let result: T;
    try {
      result = host.run(command);
    } catch (error) {
      controller.abort();
      throw error;
    }
    if (!host.read(isPending)) {
      controller.abort();
      return Promise.resolve(result);
    }
    const settled = outcome.then((event) => {
      const refusal = refusalOf(event as TaskEvent, expected);
      if (refusal !== undefined) throw refusal;
      return result;
    });
    // Without this, a denial that nobody awaits would end the process.
    settled.catch(() => {});
    return settled;
  };

  const ofTask =
    (key: Key) =>
    (task: MachineUserTask): boolean =>
      task.key === key;

  return {
    assign: (key, assignee, allowOverride, action) =>
      change(assigning, ofTask(key), (machine) => machine.assignUserTask(key, assignee, allowOverride, action)),
    unassign: (key) => change(assigning, ofTask(key), (machine) => machine.unassignUserTask(key)),
    update: (key, changes, action) =>
      change(updating, ofTask(key), (machine) => machine.updateUserTask(key, changes, action)),
    complete: (key, variables, action) =>
      change(completing, ofTask(key), (machine) => machine.completeUserTask(key, variables, action)),
    setVariables: (key, variables, local) => {
      let pending = false;
      return change(
        updating,
        ({ elementInstanceKey }) => elementInstanceKey === key,
        (machine) => {
          const written = machine.setVariables(key, variables, local);
          pending = machine.isUpdating(key);
          return written;
        },
        () => pending,
      );
    },
  };
};
