import {
  createEngine,
  createTestClock,
  type Engine,
  type EngineEvent,
  type EngineOptions,
  type MachineSnapshot,
  type TestClock,
} from '../../engine/index.ts';

/** An engine whose state can be replaced by an earlier one. */
export interface RestorableEngine {
  /** Always speaks for the engine at work; its listeners stay when the state is replaced. */
  readonly engine: Engine;
  /** Absent unless the time of processes can be set. */
  readonly clock?: TestClock;
  /**
   * Stops the engine, and starts one with an earlier state on the same ports, at the time of that state. Keys go on from the highest one
   * that was ever assigned, so that nobody who still has a key of the other future can mean something else by it.
   */
  readonly restore: (snapshot: MachineSnapshot) => Promise<void>;
  /**
   * Lets something else go back with the state.
   *
   * @param mark called whenever a snapshot is taken
   * @param goBack called with the mark of a snapshot when the state is replaced by it, before anything else happens
   */
  readonly onRestore: <Mark>(mark: () => Mark, goBack: (mark: Mark) => void) => void;
}

/** Something that goes back with the state. */
interface Follower {
  readonly mark: () => unknown;
  readonly goBack: (mark: never) => void;
}

interface Running {
  readonly engine: Engine;
  readonly clock: TestClock | undefined;
}

/** The parts of a snapshot's state that are changed. Its time is that of processes. */
interface SavedState {
  readonly lastKey: number;
  readonly jobs: readonly { readonly state: string; readonly due: number }[];
}

const stateOf = ({ state }: MachineSnapshot): SavedState => state as unknown as SavedState;

/**
 * The snapshot as it is restored: its next key follows another one, and the time of the workers that have jobs is over, since those
 * workers belong to the other future.
 */
const prepared = (snapshot: MachineSnapshot, lastKey: number, time: number): MachineSnapshot => {
  const state = stateOf(snapshot);
  const jobs = state.jobs.map((job) => (job.state === 'ACTIVATED' ? { ...job, due: time } : job));
  const changed = { ...state, jobs, lastKey: Math.max(state.lastKey, lastKey) };
  return { ...snapshot, state: changed as unknown as MachineSnapshot['state'] };
};

/** A clock that speaks for the one at work. */
const clockOf = (running: () => Running): TestClock => {
  const clock = (): TestClock => running().clock!;
  return {
    kind: 'test',
    get running() {
      return clock().running;
    },
    now: () => clock().now(),
    advance: (milliseconds) => clock().advance(milliseconds),
    advanceTo: (time) => clock().advanceTo(time),
    run: () => clock().run(),
    pause: () => clock().pause(),
    onAdvance: (listener, nextDue) => clock().onAdvance(listener, nextDue),
  };
};

/** Copies the documents, which are not part of a snapshot: variables refer to them. */
const copyDocuments = async (from: Engine, to: Engine): Promise<void> => {
  for (const reference of from.documents.references()) {
    const { documentId, metadata } = reference;
    const { fileName, contentType, expiresAt, customProperties, processDefinitionId, processInstanceKey } = metadata;
    const parts: Uint8Array[] = [];
    for await (const part of await from.documents.read(reference)) parts.push(part);
    await to.documents.create({
      ...{ documentId, content: Buffer.concat(parts), fileName, contentType },
      customProperties: customProperties ?? {},
      ...(expiresAt == null ? {} : { expiresAt }),
      ...(processDefinitionId == null ? {} : { processDefinitionId }),
      ...(processInstanceKey == null ? {} : { processInstanceKey }),
    });
  }
};

/** Functions that speak for the object at work. */
const delegating = <Target extends object>(target: () => Target): Target =>
  Object.fromEntries(
    Object.entries(target()).map(([name, value]): readonly [string, unknown] => [
      name,
      typeof value === 'function'
        ? (...args: readonly unknown[]) => (target()[name as keyof Target] as AnyFunction)(...args)
        : value,
    ]),
  ) as Target;

type AnyFunction = (...args: readonly unknown[]) => unknown;

/**
 * Starts an engine whose state can be replaced.
 *
 * @param options as of `createEngine`
 * @param hasClock whether the time of processes can be set
 */
export const createRestorableEngine = async (
  options: Omit<EngineOptions, 'clock' | 'snapshot'>,
  hasClock: boolean,
): Promise<RestorableEngine> => {
  const startAt = async (time: number, isRunning: boolean, more: Partial<EngineOptions>): Promise<Running> => {
    const clock = hasClock ? createTestClock(time) : undefined;
    // Time passes only when the listeners see what happens.
    const engine = await createEngine({ ...options, ...more, ...(clock === undefined ? {} : { clock }) });
    if (isRunning) clock?.run();
    return { engine, clock };
  };
  let running = await startAt(Date.now(), true, {});
  const listeners = new Map<(event: EngineEvent) => void, () => void>();
  const followers: Follower[] = [];
  const marks = new WeakMap<MachineSnapshot, ReadonlyMap<Follower, unknown>>();

  const on: Engine['on'] = (listener) => {
    // One that was registered twice is called twice, so each registration is a function of its own.
    const own = (event: EngineEvent): void => listener(event);
    listeners.set(own, running.engine.on(own));
    return () => {
      listeners.get(own)?.();
      listeners.delete(own);
    };
  };
  const engine: Engine = {
    ...delegating(() => running.engine),
    documents: delegating(() => running.engine.documents),
    snapshot: () => {
      const snapshot = running.engine.snapshot();
      marks.set(snapshot, new Map(followers.map((follower) => [follower, follower.mark()])));
      return snapshot;
    },
    on,
  };

  const restore = async (snapshot: MachineSnapshot): Promise<void> => {
    const { engine: old, clock } = running;
    const restPort = old.restAddress === undefined ? undefined : Number(new URL(old.restAddress).port);
    const time = snapshot.time ?? old.now();
    const wanted = prepared(snapshot, stateOf(old.snapshot()).lastKey, time);
    await old.stop({ abrupt: true });
    running = await startAt(time, false, {
      ...{ port: old.port, snapshot: wanted },
      ...(restPort === undefined ? {} : { restPort }),
    });
    for (const [follower, mark] of marks.get(snapshot) ?? []) follower.goBack(mark as never);
    await copyDocuments(old, running.engine);
    for (const listener of listeners.keys()) listeners.set(listener, running.engine.on(listener));
    if (clock?.running !== false) running.clock?.run();
  };
  const onRestore: RestorableEngine['onRestore'] = (mark, goBack) => void followers.push({ mark, goBack });
  return hasClock ? { engine, clock: clockOf(() => running), restore, onRestore } : { engine, restore, onRestore };
};
