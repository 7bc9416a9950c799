import type { Engine, Json, Key, MachineProcess } from '../../../engine/index.ts';
import type { ConnectorFacts } from '../../modules/connector-facts.ts';
import type { Advice, InboundRecord } from '../session.ts';
import type { Actions, Overview } from './contract.ts';
import type { History } from './history/history.ts';

/** What is known of an attempt from the connectors: the engine does not know it. */
export interface AttemptFacts {
  /** The stack of the error with its causes. */
  readonly stack?: string;
  /** Real milliseconds. */
  readonly took?: number;
  /** What `run` was called with. */
  readonly input?: Json;
  /** What it has returned. */
  readonly returned?: Json;
}

/** What is known of the attempts of a job. */
export interface JobFacts {
  /** Of those that have ended, oldest first. */
  readonly settled: readonly AttemptFacts[];
  /** Of the one that runs. */
  readonly open?: AttemptFacts | undefined;
}

/** What the views are made of. */
export interface Sources {
  /** The engine at work, which is another one after going back. */
  readonly engine: () => Engine;
  readonly history: History;
  /** All processes, as the engine has them. */
  readonly processes: () => readonly MachineProcess[];
  readonly attempts: (job: Key) => JobFacts;
  /** The job types of the loaded connectors. */
  readonly jobTypes: () => ReadonlySet<string>;
  readonly connectorCount: () => number;
  /** The connectors, what they are going to publish and who has called them; absent where none are loaded. */
  readonly connectors?: () => ConnectorFacts;
  readonly inbound?: InboundRecord;
  /** Absent where nobody gives it. */
  readonly advice?: Pick<Advice, 'hints' | 'waits' | 'reasons'>;
  /** Whether the connectors have stopped without being asked to; absent where none are loaded. */
  readonly hasStopped?: () => boolean;
  /** Whether changed connectors can be loaded. */
  readonly canReload: boolean;
  readonly clock: () => { readonly running: boolean } | undefined;
  /** What is shown, if it is not an engine at work. */
  readonly recording?: Overview['recording'] & object;
}

/** Some of the actions, by name. */
export type ActionsOf<Name extends keyof Actions> = { readonly [Each in Name]: (body: Actions[Each]) => unknown };
