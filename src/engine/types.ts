import type {
  Deployment,
  EngineEvent,
  Key,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineMessage,
  MachineSnapshot,
  ProcessMetadata,
  Variables,
} from './machine/types.ts';

/** A clock that a test moves by hand: time passes only by `advance`. Made by `createTestClock`. */
export interface TestClock {
  readonly kind: 'test';
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves time on and fires, in due order, everything that falls due on every engine that uses the clock. */
  advance(milliseconds: number): void;
  /**
   * Called by the engine; returns the way to unsubscribe. With `nextDue` the clock stops at each instant that falls due
   * on the way, instead of jumping over it.
   */
  onAdvance(listener: () => void, nextDue?: () => number | undefined): () => void;
}

/** Options of `createEngine`. */
export interface EngineOptions {
  /** Port on 127.0.0.1; 0 or none: a free one. */
  readonly port?: number;
  /** Default: the system's clock. */
  readonly clock?: TestClock;
  /** State of an earlier engine, as `engine.snapshot()` gave it. */
  readonly snapshot?: MachineSnapshot;
}

/** A file to deploy: a path, or a name with its content. */
export type ResourceInput = string | { readonly name: string; readonly content: string | Uint8Array };

/** The embedded engine: a process engine with Zeebe's gRPC gateway on loopback. */
export interface Engine {
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  readonly port: number;
  /**
   * Deploys files, all or none; a folder's path deploys every `.bpmn` file in it. Relative paths start at the working
   * directory. Rejects with a `configuration` fault that names everything which cannot be read, or with a `rejection`
   * that names every problem by file and element id.
   *
   * @example
   * await engine.deploy(['processes', { name: 'order.bpmn', content: xml }]);
   */
  deploy(resources: ResourceInput | readonly ResourceInput[]): Promise<Deployment>;
  /**
   * Starts an instance; when it returns, everything up to the first job, message or timer has happened. Throws a
   * `rejection` where there is no such process, or the request is malformed.
   *
   * @example
   * const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'order', variables: { id: 7 } });
   */
  createInstance(request: {
    readonly bpmnProcessId: string;
    /** Default: the latest. */
    readonly version?: number;
    readonly variables?: Variables;
  }): ProcessMetadata & { readonly processInstanceKey: Key };
  /** Ends an instance with all that it waits for. Throws a `rejection` where it is not active. */
  cancelInstance(processInstanceKey: Key): void;
  /** Publishes a message and returns its key. Throws a `rejection` where one with this id waits already. */
  publishMessage(message: {
    readonly name: string;
    readonly correlationKey: string;
    readonly messageId?: string;
    /** Milliseconds; default 0: only for subscriptions that are open now. */
    readonly timeToLive?: number;
    readonly variables?: Variables;
  }): Key;
  /** Writes variables where each name lives, from this scope upwards; `local`: into this scope only. */
  setVariables(elementInstanceKey: Key, variables: Variables, local?: boolean): void;
  /** Gives a job this many attempts; its incident, if it has one, is still to be resolved. */
  updateJobRetries(jobKey: Key, retries: number): void;
  /** Tries again what had failed. */
  resolveIncident(incidentKey: Key): void;
  /** An instance, also one that has ended; `undefined` where there was none. */
  instance(processInstanceKey: Key): MachineInstance | undefined;
  instances(): readonly MachineInstance[];
  elements(processInstanceKey: Key): readonly MachineElement[];
  jobs(): readonly MachineJob[];
  incidents(): readonly MachineIncident[];
  messages(): readonly MachineMessage[];
  /** Calls the listener for every event; returns the way to unsubscribe. A throwing listener is ignored. */
  on(listener: (event: EngineEvent) => void): () => void;
  /**
   * Resolves with the first event that the test accepts, from now on.
   *
   * @example
   * const incident = engine.next((event) => event.kind === 'incident:created');
   */
  next<E extends EngineEvent>(test: (event: EngineEvent) => event is E, options?: { signal?: AbortSignal }): Promise<E>;
  next(test: (event: EngineEvent) => boolean, options?: { signal?: AbortSignal }): Promise<EngineEvent>;
  /** Resolves when the instance has completed or was terminated, at once if it has; rejects with the signal's reason. */
  ended(processInstanceKey: Key, options?: { signal?: AbortSignal }): Promise<MachineInstance>;
  /** The whole state as plain data, for `createEngine({ snapshot })`. */
  snapshot(): MachineSnapshot;
  /** Ends streams and polls, closes the port. `{ abrupt: true }` cuts the connections, as a crash would. */
  stop(options?: { readonly abrupt?: boolean }): Promise<void>;
}
