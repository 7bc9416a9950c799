import type { Outcome } from '../../connector/types.ts';
import type { RawRequest } from '../../connector/webhooks/auth-types.ts';
import type { Engine, Key, MachineSnapshot, TestClock, Variables, Wait } from '../../engine/index.ts';
import type { RepeatableRequest } from '../../runtime/inbound/sign-again.ts';
import type { EndedCall } from '../../runtime/index.ts';
import type { CliContext } from '../command.ts';
import type { Hint } from '../hints/types.ts';
import type { ConnectorFacts } from '../modules/connector-facts.ts';
import type { LoggedLine } from './log-lines.ts';
import type { DevRequest } from './options.ts';

/** A call of a webhook or callback, as plain data: the error is the text of the reason. */
export type ShownCall = Omit<EndedCall, 'error'> & { readonly reason?: string };

/** An address of a callback that a process has got. */
export interface CallbackAddress {
  /** Of the activation, and of the message. */
  readonly id: string;
  readonly connector: string;
  readonly messageName: string;
  readonly correlationKey: string;
  /** The process variable with the address. */
  readonly variable: string;
  /** A secret: whoever has it can make the call. Shown to the developer only. */
  readonly address: string;
  /** Real milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly processInstanceKey: string;
  readonly bpmnProcessId: string;
  readonly elementId: string;
}

/** A message that an inbound connector is going to publish. */
export interface ExpectedMessage {
  readonly connector: string;
  readonly name: string;
  readonly key: string;
  /** The process variable with the address whose call becomes the message. Absent: a `loop` publishes it. */
  readonly addressVariable?: string;
}

/** The addresses of the server for webhooks and callbacks, without a slash at the end. */
export interface ServerAddress {
  readonly url: string;
  /** At which the world outside reaches it. */
  readonly publicUrl: string;
}

/** A request as it has arrived. Contains secrets: it may be sent again, but not shown. */
export interface StoredRequest {
  /** The name of the webhook or callback. */
  readonly connector: string;
  readonly request: RawRequest;
}

/** What came of sending a request again. */
export interface Resent {
  readonly status: number;
  readonly signature: RepeatableRequest['signature'];
}

/** A call with its number. */
export interface RecordedCall {
  /** From 1 on, for the whole session. */
  readonly number: number;
  /** When it ended, in real milliseconds since the epoch. */
  readonly at: number;
  readonly call: ShownCall;
  /** Absent if it was refused before its request was received. */
  readonly stored?: StoredRequest;
}

/** What the inbound connectors are about. */
export interface InboundRecord {
  /** Absent until the server listens. */
  readonly server: () => ServerAddress | undefined;
  /** The last calls, oldest first. */
  readonly calls: () => readonly RecordedCall[];
  /** The messages that they are going to publish. */
  readonly expected: () => readonly ExpectedMessage[];
  /** The addresses of callbacks that are valid and were not called, and whose instances still run, oldest first. */
  readonly addresses: () => readonly CallbackAddress[];
}

/** What the connectors do, in order. */
export type HostEvent =
  | { readonly kind: 'job:started'; readonly connector: string; readonly jobKey: string }
  /** What `run` of a connector was called with, and what it has returned, without secrets. Only with a page. */
  | { readonly kind: 'job:input'; readonly jobKey: string; readonly input: unknown }
  | { readonly kind: 'job:returned'; readonly jobKey: string; readonly value: unknown }
  | {
      readonly kind: 'job:settled';
      readonly connector: string;
      readonly jobKey: string;
      /** Without the error behind a failure, which can be anything. */
      readonly outcome: Outcome;
      /** The stack of that error and of its causes. */
      readonly stack?: string;
      /** Real milliseconds that the connector needed. */
      readonly took: number;
    }
  /** The connectors, or the runtime that runs them, have logged a line. */
  | ({ readonly kind: 'line' } & LoggedLine)
  /** An inbound connector is going to publish a message. */
  | {
      readonly kind: 'subscription:opened';
      readonly id: string;
      readonly connector: string;
      readonly messageName: string;
      readonly correlationKey: string;
    }
  /** It has published it, or does so no more. */
  | { readonly kind: 'subscription:ended'; readonly id: string }
  /** A process has got the address of a callback. */
  | { readonly kind: 'callback:addressed'; readonly callback: CallbackAddress }
  /** The server for webhooks and callbacks listens. */
  | ({ readonly kind: 'server:listening' } & ServerAddress)
  /** It does so no more, and its port is free. Active jobs may go on. */
  | { readonly kind: 'server:closed' }
  /** A call of a webhook or callback has ended. */
  | { readonly kind: 'call:ended'; readonly call: ShownCall; readonly request?: RawRequest }
  /** Changed connectors have replaced the ones before. */
  | { readonly kind: 'connectors:loaded'; readonly facts: ConnectorFacts }
  /** Changed connectors cannot be loaded or started. The problem says whether the ones before stay at work. */
  | { readonly kind: 'connectors:refused'; readonly problem: string }
  /** The connectors have stopped without being asked to. Nothing works until changed ones are loaded. */
  | { readonly kind: 'connectors:stopped' };

/** What came of loading changed connectors. A problem says whether the ones before stay at work. */
export type Reload =
  /** `isSame`: nothing was loaded, because nothing has changed since. */
  { readonly ok: true; readonly isSame?: true } | { readonly ok: false; readonly problem: string };

/** The connectors at work on the engine, wherever they run. */
export interface ConnectorHost {
  readonly connectors: () => ConnectorFacts;
  /** Connects to the engine. Resolves with whether the connectors work; they do not if they were stopped meanwhile. */
  start(): Promise<boolean>;
  /**
   * Aborts active jobs and stops the connectors, and starts them again. Their results are not sent.
   *
   * @param between called while nothing works
   */
  restart(between: () => Promise<void>): Promise<void>;
  /**
   * Loads the modules and all that they import again. Absent if the connectors cannot be replaced.
   *
   * @param onlyChanged whether nothing is loaded if none of these files has changed since they were loaded
   */
  readonly reload?: (onlyChanged?: boolean) => Promise<Reload>;
  /**
   * Sends a request to the server for webhooks and callbacks again, signed as its sender would sign it now. Rejects with a fault if
   * it cannot be signed or sent.
   */
  resend(stored: StoredRequest): Promise<Resent>;
  /** Lets active jobs end. Afterwards, the log has the failure of every job. */
  stop(): Promise<void>;
  /** Resolves when the connectors have stopped: because of a signal, of an error outside of a job, or of `stop`. */
  readonly stopped: Promise<void>;
  /** Whether a connector has caused an error outside of its functions. */
  readonly hasStrayError: () => boolean;
  /** Closes the connection to the engine, before the engine stops. */
  end(): Promise<void>;
  /** Ends the watch for such errors, at the very end. */
  close(): void;
  /** Calls the listener for every event; returns a function that unsubscribes. */
  on(listener: (event: HostEvent) => void): () => void;
}

/** The actions of a person, on the page or by commands: the page can go back to the state before each. */
export interface ActionSteps {
  /**
   * Saves the state before an action, if somebody keeps it.
   *
   * @param title names the action in the list of steps
   * @returns a function that forgets it, for an action that has changed nothing
   */
  readonly save: (title: string) => () => void;
  /** Sets who keeps the states. */
  readonly keepWith: (save: ActionSteps['save']) => void;
}

/** With which variables running instances have started. */
export interface StartVariables {
  of(processInstanceKey: Key): Variables;
  /** Stops remembering. */
  stop(): void;
}

/** A line of advice, as it was printed. */
export interface AdviceLine {
  readonly level: 'info' | 'warn';
  readonly text: string;
  readonly instance?: Key;
  readonly job?: Key;
}

/** What is known of processes and instances that do not go on, for whoever shows it. */
export interface Advice {
  /** What would wait in vain in the deployed processes, or has no effect in them. */
  readonly hints: () => readonly Hint[];
  readonly setHints: (hints: readonly Hint[]) => void;
  /** What instances wait for in which nothing has happened for a second, and which nobody is about to continue. */
  readonly waits: () => ReadonlyMap<Key, readonly Wait[]>;
  readonly setWaits: (instance: Key, waits: readonly Wait[]) => void;
  /** Why inputs of a job were null. */
  readonly reasons: (job: Key) => readonly string[];
  /** Passes on a line that has been printed. A line about a job says why an input of it is null. */
  readonly say: (line: AdviceLine) => void;
  readonly onLine: (listener: (line: AdviceLine) => void) => void;
}

/** Everything that `dev` has started, for what shows it and acts on it: a trace, a recording, a page. */
export interface DevSession {
  readonly request: DevRequest;
  readonly context: CliContext;
  readonly engine: Engine;
  /** The values of all secrets since the start, with those of a changed `.env`. What was shown before may contain an old one. */
  readonly secretValues: () => readonly string[];
  /** Absent unless the time of processes can be set. */
  readonly clock?: TestClock;
  /** Replaces the state of the engine by an earlier one, with the time of then. Clients reconnect by themselves. */
  readonly restore: (snapshot: MachineSnapshot) => Promise<void>;
  /** Lets something else go back with the state: the mark of a snapshot is passed on when the state is replaced by it. */
  readonly onRestore: <Mark>(mark: () => Mark, goBack: (mark: Mark) => void) => void;
  readonly steps: ActionSteps;
  readonly starts: StartVariables;
  readonly advice: Advice;
  readonly host: ConnectorHost;
  readonly inbound: InboundRecord;
}

/** What accompanies a session. */
export interface DevPart {
  /** Called when the files are deployed and the connectors work, before the instance of `--run` starts. */
  readonly ready?: () => Promise<void> | void;
  /**
   * Called at the end, while the engine still answers, also after an error.
   *
   * @param code the exit code, or `undefined` after an error
   */
  readonly stop?: (code: number | undefined) => Promise<void> | void;
}

/** Starts a part as soon as the engine exists, before anything is deployed, so that it sees every event. */
export type StartPart = (session: DevSession) => Promise<DevPart> | DevPart;
