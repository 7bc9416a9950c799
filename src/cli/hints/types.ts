import type { ProcessModel } from '../../engine/model/types.ts';
import type { ConnectorFacts } from '../modules/connector-facts.ts';

/** Something in a process that would wait in vain, or that has no effect. */
export interface Hint {
  readonly kind:
    | 'jobType'
    | 'inboundName'
    | 'reference'
    | 'message'
    | 'correlationKey'
    | 'header'
    | 'secret'
    | 'variable'
    | 'function';
  /** A `note` may be right as it is, because something outside may do what is missing. */
  readonly level: 'warning' | 'note';
  readonly bpmnProcessId: string;
  readonly elementId: string;
  /** What is wrong, where, and how to fix it. */
  readonly text: string;
}

/** What an element of a process can refer to by an id. */
export type DefinitionKind = 'process' | 'decision' | 'form' | 'embeddedForm' | 'file';

/** Something to which elements of processes can refer. */
export interface Definition {
  readonly kind: DefinitionKind;
  readonly id: string;
  /** The name of its file. */
  readonly resourceName: string;
  readonly versionTag?: string | undefined;
  /** Whether it may have a version tag that is not known. */
  readonly mayHaveTag?: true;
  /** For a process: whether a call activity can start it. */
  readonly isCallable?: boolean;
  /** For a form: the variables that it writes, with examples. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** What is known of the definitions to which processes can refer. */
export interface KnownDefinitions {
  /** Those of the files that are deployed together. */
  readonly together: readonly Definition[];
  /** Those that were deployed before. */
  readonly before: readonly Definition[];
  /** Those of files in the same folders that are not deployed. */
  readonly beside: readonly Definition[];
  /** Kinds of which there are more than are known, because a file cannot be read. */
  readonly open: ReadonlySet<DefinitionKind>;
  /** Whether a cluster runs the processes: it may have more. An engine has nothing but this. */
  readonly isForCluster: boolean;
}

/** From what hints follow. */
export interface HintFacts {
  readonly models: readonly ProcessModel[];
  /** Undefined: not known, so nothing is said about what they serve. */
  readonly connectors?: ConnectorFacts | undefined;
  /** To what processes can refer. Undefined: not known, so nothing is said about references. */
  readonly definitions?: KnownDefinitions | undefined;
  /** The names of the secrets of `{{secrets.NAME}}`. Undefined: not known. */
  readonly secrets?: ReadonlySet<string> | undefined;
  /** The names of the secrets of `camunda.secrets.NAME`. Undefined: not known. */
  readonly clusterSecrets?: ReadonlySet<string> | undefined;
  /** The variables of the environment, in which secrets have names with a prefix. */
  readonly environment?: { readonly names: readonly string[]; readonly prefix: string } | undefined;
  /** The instance that is about to start, with the names of its variables. */
  readonly run?: { readonly processId: string; readonly variables: readonly string[] } | undefined;
}
