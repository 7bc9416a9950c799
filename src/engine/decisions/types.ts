import type { EvaluateOptions, Expression, Lookup } from '../../feel/types.ts';
import type { Problem } from '../model/types.ts';

/** What kind of logic a decision has, by the names of Camunda's interfaces. */
export type DecisionType = 'DECISION_TABLE' | 'LITERAL_EXPRESSION' | 'CONTEXT' | 'LIST' | 'RELATION' | 'INVOCATION';

/** An input of a decision table, evaluated. The value is JSON. */
export interface EvaluatedInput {
  readonly id: string;
  /** The label; empty if there is none. */
  readonly name: string;
  readonly value: unknown;
}

/** An output of a matched rule, evaluated. The value is JSON. */
export interface EvaluatedOutput {
  readonly id: string;
  readonly name: string;
  readonly value: unknown;
}

export interface MatchedRule {
  readonly ruleId: string;
  /** Counts from 1. */
  readonly ruleIndex: number;
  readonly outputs: readonly EvaluatedOutput[];
}

/** One decision of an evaluation, or one call of a business knowledge model. */
export interface EvaluatedDecision {
  readonly id: string;
  readonly name: string;
  readonly type: DecisionType;
  /** JSON; null if the decision has failed. */
  readonly output: unknown;
  /** Of a decision table. */
  readonly inputs: readonly EvaluatedInput[];
  readonly matchedRules: readonly MatchedRule[];
}

/** The result of an evaluation. */
export interface DecisionResult {
  /** JSON; null if the evaluation has failed. */
  readonly output: unknown;
  /** In the order of their ends: required decisions first, the decision itself last. */
  readonly evaluated: readonly EvaluatedDecision[];
  readonly failure?: { readonly decisionId: string; readonly reason: string };
}

/** A decision of a file, compiled. */
export interface DecisionModel {
  readonly id: string;
  readonly name: string;
  readonly versionTag?: string;
  /** Evaluates the decision with everything that it requires. It does not throw because of the decision or the variables. */
  readonly evaluate: (lookup: Lookup, options: EvaluateOptions) => DecisionResult;
}

/** A DMN file, compiled: its decisions and their requirements. */
export interface RequirementsModel {
  readonly id: string;
  readonly name: string;
  /** In document order. */
  readonly decisions: readonly DecisionModel[];
}

/** The result of compiling a DMN file. */
export type CompiledRequirements =
  | { readonly ok: true; readonly requirements: RequirementsModel }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A parameter, with the type that its argument must have. */
export interface Parameter {
  readonly name: string;
  readonly typeRef?: string;
}

export type HitPolicy = 'UNIQUE' | 'FIRST' | 'PRIORITY' | 'ANY' | 'COLLECT' | 'RULE ORDER' | 'OUTPUT ORDER';

export type Aggregation = 'SUM' | 'COUNT' | 'MIN' | 'MAX';

export interface TableInput {
  readonly id: string;
  readonly name: string;
  readonly expression: Expression;
}

export interface TableOutput {
  readonly id: string;
  readonly name: string;
  /** The allowed values as texts; the first one has the highest priority. */
  readonly priorities: readonly string[];
  readonly defaultValue?: Expression;
}

export interface TableRule {
  readonly id: string;
  /** One for each input; undefined for an entry that always matches. */
  readonly tests: readonly (Expression | undefined)[];
  /** One for each output. */
  readonly results: readonly Expression[];
}

export interface Table {
  readonly hitPolicy: HitPolicy;
  readonly aggregation?: Aggregation;
  readonly inputs: readonly TableInput[];
  readonly outputs: readonly TableOutput[];
  readonly rules: readonly TableRule[];
}

/** The logic of a decision or a business knowledge model, or a part of it. */
export type Logic =
  | { readonly kind: 'literal'; readonly expression: Expression }
  | { readonly kind: 'table'; readonly table: Table }
  /** The last entry may have no name: it is the result then. */
  | { readonly kind: 'context'; readonly entries: readonly { readonly name?: string; readonly value: Logic }[] }
  | { readonly kind: 'list'; readonly items: readonly Logic[] }
  | { readonly kind: 'relation'; readonly columns: readonly string[]; readonly rows: readonly (readonly Logic[])[] }
  | {
      readonly kind: 'invocation';
      readonly called: Knowledge;
      readonly bindings: readonly { readonly name: string; readonly expression: Expression }[];
    }
  | { readonly kind: 'function'; readonly parameters: readonly Parameter[]; readonly body: Expression };

/** A business knowledge model: a function that decisions call by its name. */
export interface Knowledge {
  readonly id: string;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** A business knowledge model without logic cannot be called. */
  readonly logic?: Logic;
  readonly knowledge: readonly Knowledge[];
}

/** A decision and what it requires. */
export interface Decision {
  readonly id: string;
  readonly name: string;
  readonly versionTag?: string;
  /** The name by which the decisions that require this one read its result. */
  readonly resultName: string;
  readonly typeRef?: string;
  readonly logic: Logic;
  readonly decisions: readonly Decision[];
  readonly knowledge: readonly Knowledge[];
}
