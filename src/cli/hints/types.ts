import type { ProcessModel } from '../../engine/model/types.ts';
import type { ConnectorFacts } from '../modules/connector-facts.ts';

/** Something in a process that would wait in vain, or that has no effect. */
export interface Hint {
  readonly kind:
    | 'jobType'
    | 'inboundName'
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

/** From what hints follow. */
export interface HintFacts {
  readonly models: readonly ProcessModel[];
  /** Undefined: not known, so nothing is said about what they serve. */
  readonly connectors?: ConnectorFacts | undefined;
  /** The names of the secrets of `{{secrets.NAME}}`. Undefined: not known. */
  readonly secrets?: ReadonlySet<string> | undefined;
  /** The names of the secrets of `camunda.secrets.NAME`. Undefined: not known. */
  readonly clusterSecrets?: ReadonlySet<string> | undefined;
  /** The instance that is about to start, with the names of its variables. */
  readonly run?: { readonly processId: string; readonly variables: readonly string[] } | undefined;
}
