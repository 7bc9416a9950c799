import type { DecisionType } from '../decisions/types.ts';
import type { Json, Key } from './values.ts';

export interface DecisionMetadata {
  readonly dmnDecisionId: string;
  readonly dmnDecisionName: string;
  readonly version: number;
  readonly decisionKey: Key;
  readonly dmnDecisionRequirementsId: string;
  readonly decisionRequirementsKey: Key;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

/** A DMN file: its decisions and their requirements. */
export interface DecisionRequirementsMetadata {
  readonly dmnDecisionRequirementsId: string;
  readonly dmnDecisionRequirementsName: string;
  readonly version: number;
  readonly decisionRequirementsKey: Key;
  readonly resourceName: string;
  /** Absent for the default tenant. */
  readonly tenantId?: string;
}

/** A version of a DMN file with its decisions. */
export interface MachineDecisionFile {
  readonly decisionRequirements: DecisionRequirementsMetadata;
  readonly decisions: readonly DecisionMetadata[];
}

/** A value of a decision table: of an input, or of an output of a matched rule. */
export interface MachineDecisionValue {
  /** Empty if the file has none, as is the name. */
  readonly id: string;
  readonly name: string;
  readonly value: Json;
}

/** One decision that was evaluated: the decision that was asked for, or one that it requires. */
export interface MachineDecisionInstance {
  /** The key of the evaluation and a number, e.g. `2251799813685251-1`. */
  readonly key: string;
  readonly evaluationKey: Key;
  readonly decisionId: string;
  readonly decisionName: string;
  readonly decisionVersion: number;
  readonly decisionKey: Key;
  readonly decisionType: DecisionType;
  readonly state: 'EVALUATED' | 'FAILED';
  /** Null if no rule matched, and if the decision has failed. */
  readonly output: Json;
  readonly inputs: readonly MachineDecisionValue[];
  /** `ruleIndex` counts from 1. */
  readonly matchedRules: readonly {
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly outputs: readonly MachineDecisionValue[];
  }[];
  readonly failureMessage: string | null;
  /** The business rule task that asked for the decision. If a client did, this and the other three are null. */
  readonly elementId: string | null;
  readonly elementInstanceKey: Key | null;
  readonly processInstanceKey: Key | null;
  readonly bpmnProcessId: string | null;
}

/** An evaluation of a decision with everything that it requires. */
export interface MachineDecisionEvaluation {
  readonly key: Key;
  readonly decisionId: string;
  readonly decisionName: string;
  readonly decisionVersion: number;
  readonly decisionKey: Key;
  readonly decisionRequirementsId: string;
  readonly decisionRequirementsKey: Key;
  readonly output: Json;
  /** The decision that has failed: this one, or one that it requires. Null if none has failed. */
  readonly failedDecisionId: string | null;
  readonly failureMessage: string | null;
  /** Required decisions first, the decision itself last. After a failure, the failed decision is the last one. */
  readonly evaluatedDecisions: readonly MachineDecisionInstance[];
}
