import { fault } from '../../../src/common/fault.ts';
import type {
  ActivatedJob,
  ActivateOptions,
  ActivateRequest,
  CallOptions,
  Command,
  Connection,
  ConnectionFault,
  StatusName,
  StreamRequest,
  Topology,
} from '../../../src/connection/port.ts';

/** An error as a connection throws it. */
export const connectionFault = (
  status: StatusName,
  reason: ConnectionFault['reason'] = 'transient',
  what = `The twin says ${status}.`,
): ConnectionFault => fault('connection', { what }, { status, reason });

const abortedFault = (): ConnectionFault => connectionFault('CANCELLED', 'aborted');

/** Decides about a call before the twin answers it: an error rejects the call. */
export type Script<T> = (request: T, call: number) => ConnectionFault | Error | undefined | Promise<undefined>;

/** A stream that a runtime opened on the twin. */
export interface TwinStream {
  readonly request: StreamRequest;
  paused(): boolean;
  closed(): boolean;
  /** Pushes a job, even if the stream is paused: jobs in transit arrive anyway. */
  push(job?: Partial<ActivatedJob>): ActivatedJob;
  /** Confirms that the stream is open, as some gateways do. */
  open(): void;
  /** Ends the stream from the gateway's side. */
  end(error: ConnectionFault): void;
}

/** A cluster in memory whose failures a test scripts, for situations that a real gateway cannot be brought into. */
export interface Twin {
  readonly connection: Connection;
  /** Adds a job. A poll that waits for its type gets it at once. */
  push(job: Partial<ActivatedJob> & { readonly type: string }): ActivatedJob;
  /** All streams so far; a twin without streams has none. */
  readonly streams: readonly TwinStream[];
  /** All polls so far. */
  readonly polls: readonly ActivateRequest[];
  /** All commands so far, including the refused ones. */
  readonly commands: readonly Command[];
  /** Commands that were accepted. */
  readonly accepted: readonly Command[];
  /** Ends the waiting polls without jobs, as after their request timeout. */
  expire(): void;
  /** Polls that wait for jobs now, by type. */
  waiting(type: string): number;
  /** Resolves with the first accepted command, past or future, that `pick` accepts. */
  command(pick: (command: Command) => boolean): Promise<Command>;
  /** Resolves when the condition holds. It is evaluated after every call. */
  until(condition: () => boolean): Promise<void>;
  /** Whether `close` was called. */
  closed(): boolean;
  /** The topology that it answers: one healthy broker by default. */
  topology: Topology;
  onTopology?: Script<undefined>;
  onPoll?: Script<ActivateRequest>;
  onSend?: Script<Command>;
  /** Answers a poll instead of the pushed jobs, e.g. with more jobs than requested, or passes jobs on before the end of the call. */
  answer?: (
    request: ActivateRequest,
    options?: ActivateOptions,
  ) => readonly ActivatedJob[] | Promise<readonly ActivatedJob[]> | undefined;
}

let lastKey = 2251799813685248;

/** A job with all its parts. */
export const makeJob = (job: Partial<ActivatedJob> & { readonly type: string }): ActivatedJob => {
  const key = String(++lastKey);
  return {
    key,
    processInstanceKey: '1',
    bpmnProcessId: 'process',
    processDefinitionVersion: 1,
    processDefinitionKey: '2',
    elementId: 'task',
    elementInstanceKey: `${key}0`,
    customHeaders: '{}',
    worker: 'twin',
    retries: 3,
    deadline: 0,
    variables: '{}',
    tenantId: '<default>',
    kind: 'BPMN_ELEMENT',
    tags: [],
    ...job,
  };
};

/** A cluster of one broker with one partition. */
export const topologyOf = (health: 'HEALTHY' | 'UNHEALTHY' | 'DEAD'): Topology => ({
  gatewayVersion: '8.8.0',
  clusterSize: 1,
  partitionsCount: 1,
  brokers: [
    {
      nodeId: 0,
      host: '127.0.0.1',
      port: 26_501,
      version: '8.8.0',
      partitions: [{ partitionId: 1, role: 'LEADER', health }],
    },
  ],
});

/** Creates a twin that answers every call. With `streams` it can push jobs. */
export const createTwin = ({ streams: hasStreams = false }: { readonly streams?: boolean } = {}): Twin => {
  const streams: TwinStream[] = [];
  const queues = new Map<string, ActivatedJob[]>();
  const waiters = new Map<string, Set<() => void>>();
  const watchers = new Set<() => void>();
  const polls: ActivateRequest[] = [];
  const commands: Command[] = [];
  const accepted: Command[] = [];
  let closed = false;
  let calls = 0;

  const look = (): void => {
    for (const watcher of [...watchers]) watcher();
  };

  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const watcher = (): void => {
        if (!condition()) return;
        watchers.delete(watcher);
        resolve();
      };
      watchers.add(watcher);
      watcher();
    });

  const scripted = async <T>(
    script: Script<T> | undefined,
    request: T,
    { signal }: CallOptions = {},
  ): Promise<void> => {
    const refuseEnded = (): void => {
      if (closed || signal?.aborted === true) throw abortedFault();
    };
    refuseEnded();
    const answer = script?.(request, ++calls);
    if (answer instanceof Error) {
      look();
      throw answer;
    }
    await answer;
    refuseEnded();
  };

  const hold = (type: string, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const own = waiters.get(type) ?? new Set();
      waiters.set(type, own);
      const wake = (): void => {
        own.delete(wake);
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        own.delete(wake);
        reject(abortedFault());
        look();
      };
      if (signal?.aborted === true) {
        onAbort();
        return;
      }
      own.add(wake);
      signal?.addEventListener('abort', onAbort, { once: true });
      look();
    });

  const activateJobs: Connection['activateJobs'] = async (request, options) => {
    polls.push(request);
    await scripted(twin.onPoll, request, options);
    const answer = twin.answer?.(request, options);
    if (answer !== undefined) return answer;
    const queue = queues.get(request.type) ?? [];
    queues.set(request.type, queue);
    if (queue.length === 0 && request.requestTimeout >= 0) await hold(request.type, options?.signal);
    return queue.splice(0, request.maxJobs);
  };

  const send: Connection['send'] = async (command, options) => {
    commands.push(command);
    look();
    await scripted(twin.onSend, command, options);
    accepted.push(command);
    look();
  };

  const streamJobs: NonNullable<Connection['streamJobs']> = (request, listener) => {
    let isPaused = false;
    let isOver = false;
    const end = (error: ConnectionFault): void => {
      if (isOver) return;
      isOver = true;
      queueMicrotask(() => {
        listener.ended(error);
        look();
      });
    };
    streams.push({
      request,
      paused: () => isPaused,
      closed: () => isOver,
      push: (job = {}) => {
        const made = makeJob({ ...job, type: request.type });
        listener.job(made);
        return made;
      },
      open: listener.opened,
      end,
    });
    look();
    return {
      pause: () => {
        isPaused = true;
      },
      resume: () => {
        isPaused = false;
      },
      close: () => end(abortedFault()),
    };
  };

  const unused = (): Promise<never> => Promise.reject(new Error('the twin has no processes'));

  const twin: Twin = {
    topology: topologyOf('HEALTHY'),
    connection: {
      address: 'twin://memory',
      topology: async (options) => {
        await scripted(twin.onTopology, undefined, options);
        return twin.topology;
      },
      activateJobs,
      ...(hasStreams ? { streamJobs } : {}),
      send,
      deploy: unused,
      createInstance: unused,
      createInstanceWithResult: unused,
      close: async () => {
        closed = true;
      },
    },
    push: (partial) => {
      const job = makeJob(partial);
      const queue = queues.get(job.type) ?? [];
      queues.set(job.type, queue);
      queue.push(job);
      const first = waiters.get(job.type)?.values().next().value;
      first?.();
      return job;
    },
    streams,
    polls,
    commands,
    accepted,
    expire: () => {
      for (const own of waiters.values()) for (const wake of [...own]) wake();
    },
    waiting: (type) => waiters.get(type)?.size ?? 0,
    command: async (pick) => {
      await until(() => accepted.some(pick));
      return accepted.find(pick)!;
    },
    until,
    closed: () => closed,
  };
  return twin;
};
