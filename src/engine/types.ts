import type { DocumentReference, DocumentStore } from '../connector/document.ts';
import type { ResourceInput } from './deployment/read-files.ts';
import type {
  ConditionalEvaluation,
  CreatedInstance,
  CreateOptions,
  DecisionMetadata,
  Deployment,
  DueItem,
  ElementActivation,
  EngineEvent,
  FormMetadata,
  Key,
  LostMessage,
  MachineDecisionEvaluation,
  MachineDecisionInstance,
  MachineElement,
  MachineIncident,
  MachineInstance,
  MachineJob,
  MachineJoin,
  MachineMessage,
  MachineProcess,
  MachineResource,
  MachineSnapshot,
  MachineSubscription,
  MachineTimer,
  MachineUserTask,
  MigrationPlan,
  Modification,
  ResourceMetadata,
  SnapshotPart,
  UserTaskChanges,
  Variables,
} from './machine/types.ts';
import type { KnownWorker, Wait, WaitFacts } from './waits/types.ts';

/** The documents of an embedded engine. */
export interface EngineDocuments extends DocumentStore {
  /** The references of all documents, the oldest first. */
  references(): readonly DocumentReference[];
}

/** The embedded engine: a process engine with Zeebe's gRPC gateway on loopback. */
export interface Engine {
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>`, as for `CAMUNDA_REST_ADDRESS`; absent without `restPort`. */
  readonly restAddress?: string;
  /**
   * The documents that clients store over REST: in memory, 1,000 at most with 100 MiB together. They are not part of a snapshot,
   * as a cluster keeps them outside its state as well.
   *
   * @example
   * const invoice = await engine.documents.create({ content: 'a;b', fileName: 'invoice.csv' });
   * engine.createInstance({ bpmnProcessId: 'pay', variables: { invoice } });
   */
  readonly documents: EngineDocuments;
  /**
   * Deploys files, all or none. The path of a folder deploys all `.bpmn`, `.dmn` and `.form` files in it; a file with another
   * name is only stored, as in Camunda 8.10. Relative paths start at the working
   * directory. Rejects with a `configuration` fault that names everything that cannot be read, or with a `rejection`
   * that names all problems by file and element id.
   *
   * @example
   * await engine.deploy(['processes', { name: 'order.bpmn', content: xml }]);
   */
  deploy(
    resources: ResourceInput | readonly ResourceInput[],
    options?: { readonly tenantId?: string },
  ): Promise<Deployment>;
  /**
   * Deletes a process, a form, a DMN file with its decisions, or any other file. The version before becomes the latest one, and running
   * instances end normally. Throws a `rejection` if there is no such resource, or, before version 8.10, if the process has
   * running instances.
   */
  deleteResource(key: Key): void;
  /**
   * Creates an instance. When it returns, everything up to the first job, message or timer has happened. Throws a
   * `rejection` if there is no such process or the request is invalid.
   *
   * @example
   * const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'order', variables: { id: 7 } });
   * engine.createInstance({ bpmnProcessId: 'order', startInstructions: [{ elementId: 'pay' }], tags: ['trial'] });
   */
  createInstance(
    request: CreateOptions & {
      readonly bpmnProcessId: string;
      /** Default: the latest version. */
      readonly version?: number;
      readonly variables?: Variables;
      readonly tenantId?: string;
    },
  ): CreatedInstance;
  /** Terminates an instance and everything in it. Throws a `rejection` if it is not active. */
  cancelInstance(processInstanceKey: Key): void;
  /**
   * Changes a running instance: activates elements, terminates others, and moves from elements to others; all of it or, with a
   * `rejection`, nothing. Scopes around an activated element are created without their input mappings.
   *
   * @example
   * engine.modifyInstance(processInstanceKey, { activate: [{ elementId: 'pay' }], terminate: [{ elementId: 'check' }] });
   */
  modifyInstance(processInstanceKey: Key, modification: Modification): void;
  /**
   * Migrates a running instance to another definition. Jobs, timers and messages of mapped elements stay; everything that
   * follows comes from the target. Throws a `rejection` if an active element has no mapping or becomes something else.
   *
   * @example
   * engine.migrateInstance(processInstanceKey, {
   *   targetProcessDefinitionKey,
   *   mappingInstructions: [{ sourceElementId: 'pay', targetElementId: 'pay' }],
   * });
   */
  migrateInstance(processInstanceKey: Key, plan: MigrationPlan): void;
  /** Publishes a message and returns its key. Throws a `rejection` if a message with this id is buffered. */
  publishMessage(message: {
    readonly name: string;
    readonly correlationKey: string;
    readonly messageId?: string;
    /** Milliseconds. Default: 0, which reaches only subscriptions that are open now. */
    readonly timeToLive?: number;
    readonly variables?: Variables;
    readonly tenantId?: string;
    /**
     * The business id of the instance that the message starts. With `uniqueBusinessIds`, it starts none while an instance of
     * the process has this id. Events that wait in running instances do not look at it.
     */
    readonly businessId?: string;
  }): Key;
  /**
   * Broadcasts a signal to every event that waits for it now, and starts the processes that begin with it. Returns its key.
   * Throws a `rejection` without a name.
   *
   * @example
   * engine.broadcastSignal('closing', { at: '18:00' });
   */
  broadcastSignal(name: string, variables?: Variables, options?: { readonly tenantId?: string }): Key;
  /**
   * Starts an instance for each conditional start event whose condition is true with these variables, which become its
   * variables. Throws a `rejection` if there is no process with the key.
   *
   * @param request the variables, and the key of the only process to look at (default: the latest versions of all processes)
   * @example
   * const { instances } = engine.evaluateConditional({ variables: { stock: 3 } });
   */
  evaluateConditional(request?: {
    readonly processDefinitionKey?: Key;
    readonly variables?: Variables;
    readonly tenantId?: string;
  }): ConditionalEvaluation;
  /**
   * Evaluates a decision: the latest version with this id, or the version with this key. A decision that fails does not
   * throw: the answer has a `failureMessage` then. Throws a `rejection` if there is no such decision.
   *
   * @example
   * await engine.deploy('decisions/dish.dmn');
   * const { output } = engine.evaluateDecision({ decisionId: 'dish', variables: { season: 'Winter' } });
   */
  evaluateDecision(request: {
    readonly decisionId?: string;
    readonly decisionKey?: Key;
    readonly variables?: Variables;
    readonly tenantId?: string;
  }): MachineDecisionEvaluation;
  /**
   * Writes each variable into the innermost scope that has it, from this scope outward; with `local`, into this scope. It
   * has happened when the function returns, unless it is the scope of a user task with listeners to its updates; the promise
   * resolves after them.
   */
  setVariables(elementInstanceKey: Key, variables: Variables, local?: boolean): Promise<Key>;
  /**
   * Assigns a user task that has no job (a "Camunda user task"). Throws a `rejection` if there is no such task, if its
   * listeners are being called, or, with `allowOverride: false`, if somebody else has it.
   *
   * @returns a promise that resolves when the task is assigned: at once, or when its listeners have completed their jobs. It
   *   rejects with a `rejection` if a listener denies the change
   * @example
   * const [task] = engine.userTasks();
   * await engine.assignUserTask(task.key, 'ada');
   * await engine.completeUserTask(task.key, { approved: true });
   */
  assignUserTask(userTaskKey: Key, assignee: string, options?: { readonly allowOverride?: boolean }): Promise<void>;
  /** Removes the assignee of a user task; as {@link assignUserTask}. */
  unassignUserTask(userTaskKey: Key): Promise<void>;
  /**
   * Changes a user task; the promise is that of {@link assignUserTask}. Throws a `rejection` if there is no such task, if
   * its listeners are being called, or if a value is invalid; then nothing has changed.
   *
   * @example
   * await engine.updateUserTask(task.key, { priority: 80, dueDate: '2030-01-31T09:00:00Z', candidateGroups: [] });
   */
  updateUserTask(userTaskKey: Key, changes: UserTaskChanges): Promise<void>;
  /**
   * Completes a user task that has no job; the promise is that of {@link assignUserTask}. The variables are applied as those
   * of a completed job.
   */
  completeUserTask(userTaskKey: Key, variables?: Variables): Promise<void>;
  /**
   * Activates elements of an ad-hoc subprocess. Throws a `rejection` if there is no such ad-hoc subprocess, or if one of the
   * elements cannot be activated; then nothing has happened.
   *
   * @param adHocInstanceKey the key of the element instance, from `engine.elements(…)`
   * @param activations ids of elements without incoming flows, each with local variables of its activation
   * @param options with `cancelRemainingInstances`, what is active in it is terminated first
   * @example
   * const adHoc = engine.elements(processInstanceKey).find(({ kind }) => kind === 'adHocSubProcess');
   * engine.activateAdHocActivities(adHoc.key, [{ elementId: 'call', variables: { number: '110' } }]);
   */
  activateAdHocActivities(
    adHocInstanceKey: Key,
    activations: readonly ElementActivation[],
    options?: { readonly cancelRemainingInstances?: boolean },
  ): void;
  /** Sets the retries of a job. An incident of the job must be resolved separately. */
  updateJobRetries(jobKey: Key, retries: number): void;
  /** Resolves an incident: repeats what has failed. */
  resolveIncident(incidentKey: Key): void;
  /** A process instance, active or ended; `undefined` if there is none with this key. */
  instance(processInstanceKey: Key): MachineInstance | undefined;
  instances(): readonly MachineInstance[];
  elements(processInstanceKey: Key): readonly MachineElement[];
  /** All current jobs, or those of one instance. `userTasks`, `incidents`, `subscriptions` and `timers` take an instance, too. */
  jobs(processInstanceKey?: Key): readonly MachineJob[];
  /** The open user tasks that have no job. */
  userTasks(processInstanceKey?: Key): readonly MachineUserTask[];
  /**
   * The decisions that were evaluated, oldest first, each with its inputs and the rules that matched: for business rule
   * tasks and for `evaluateDecision`. A decision that another one requires is an entry of its own.
   */
  decisionInstances(): readonly MachineDecisionInstance[];
  incidents(processInstanceKey?: Key): readonly MachineIncident[];
  /** The buffered messages. */
  messages(): readonly MachineMessage[];
  /** The latest messages that correlated with nothing and can no longer do so, oldest first: at most 100. */
  lostMessages(): readonly LostMessage[];
  /** All open subscriptions: those of the start events of processes, then the others, oldest first. */
  subscriptions(processInstanceKey?: Key): readonly MachineSubscription[];
  /** All timers, in the order in which they fire. */
  timers(processInstanceKey?: Key): readonly MachineTimer[];
  /** The parallel and inclusive gateways of an active instance at which tokens wait for others. */
  joins(processInstanceKey: Key): readonly MachineJoin[];
  /** All versions of all processes with their elements and flows, oldest first. */
  processes(): readonly MachineProcess[];
  /**
   * All versions of all forms, those of each form oldest first.
   *
   * @example
   * for (const { formId, version, resourceName } of engine.forms()) console.log(formId, version, resourceName);
   */
  forms(): readonly FormMetadata[];
  /**
   * All versions of all decisions, those of each DMN file together, oldest first.
   *
   * @example
   * const ids = engine.decisions().map(({ dmnDecisionId }) => dmnDecisionId);
   */
  decisions(): readonly DecisionMetadata[];
  /** All versions of all files that are neither processes nor forms nor decisions: those that linked resources name. */
  files(): readonly ResourceMetadata[];
  /** A deployed file: of a process, a form, a DMN file, or any other file; `undefined` if there is none with this key. */
  resource(key: Key): MachineResource | undefined;
  /** The workers that have asked for jobs since the engine was created, by job type. */
  workers(): readonly KnownWorker[];
  /**
   * What an active instance or element waits for, with what almost fits it: a message with the same name and another key, a
   * worker for almost the same job type. See `explainWaits`; `describeWait` makes a sentence of each.
   *
   * @param key of a process instance or an element instance
   * @example
   * for (const wait of engine.waits(processInstanceKey)) console.log(describeWait(wait, clock.now()));
   */
  waits(key: Key): readonly Wait[];
  /**
   * What `waits` explains, as plain data: to keep it in a recording, or to explain it with workers of your own.
   *
   * @param key of a process instance or an element instance. Default: all active instances
   * @example
   * const facts = engine.waitFacts(processInstanceKey);
   * const workers = [...(facts.workers ?? []), { type: 'charge', worker: 'shop', connected: true }];
   * const waits = explainWaits({ ...facts, workers }, processInstanceKey);
   */
  waitFacts(key?: Key): WaitFacts;
  /** The time of processes, in milliseconds since the epoch. */
  now(): number;
  /**
   * What is due next: a timer, the timeout or the end of the back-off of a job, or the expiry of a message. `undefined` if
   * nothing is.
   *
   * @param test leaves out what it does not accept
   * @example
   * const next = engine.nextDue(({ kind }) => kind === 'timer');
   * if (next !== undefined) clock.advance(Math.max(0, next.due - clock.now()));
   */
  nextDue(test?: (item: DueItem) => boolean): DueItem | undefined;
  /**
   * Fires a timer now, whatever its due time. The time of processes does not change, and further repetitions keep their
   * times. Throws a `rejection` if there is no timer with this key.
   *
   * @example
   * const [timer] = engine.timers();
   * engine.fireTimer(timer.key);
   */
  fireTimer(timerKey: Key): void;
  /** Calls the listener for every event; returns a function that unsubscribes. Errors of the listener are ignored. */
  on(listener: (event: EngineEvent) => void): () => void;
  /**
   * Resolves with the first future event that passes the test.
   *
   * @example
   * const incident = engine.next((event) => event.kind === 'incident:created');
   */
  next<E extends EngineEvent>(test: (event: EngineEvent) => event is E, options?: { signal?: AbortSignal }): Promise<E>;
  next(test: (event: EngineEvent) => boolean, options?: { signal?: AbortSignal }): Promise<EngineEvent>;
  /** Resolves when the instance is completed or terminated, or at once if it is. Rejects with the reason of the signal. */
  ended(processInstanceKey: Key, options?: { signal?: AbortSignal }): Promise<MachineInstance>;
  /** The complete state as plain data, for `createEngine({ snapshot })`. */
  snapshot(): MachineSnapshot;
  /**
   * As `snapshot()`, in parts that are so small that nothing has to wait for long while one is made, and that each is a short line
   * of a file. Meanwhile the engine continues: the parts together are the state when the first one was asked for. Read all of
   * them, or leave the loop: until then, the engine keeps copies of what changes.
   *
   * @example
   * const file = await open('state.jsonl', 'w');
   * for await (const part of engine.snapshotParts()) await file.write(`${JSON.stringify(part)}\n`);
   * await file.close();
   */
  snapshotParts(): AsyncGenerator<SnapshotPart, void, void>;
  /** Ends streams and polls and closes the port. `{ abrupt: true }` resets the connections, as a crash would. */
  stop(options?: { readonly abrupt?: boolean }): Promise<void>;
}
