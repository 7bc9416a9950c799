/** An element of a process, and how often it was used. */
export interface CoveredElement {
  readonly id: string;
  /** Its name in the diagram; its id if it has none. */
  readonly name: string;
  /** What it is in the file, e.g. `SERVICE_TASK`. */
  readonly type: string;
  readonly entered: number;
  readonly completed: number;
  readonly terminated: number;
}

/** A sequence flow, and how often it was taken. */
export interface CoveredFlow {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly taken: number;
}

/** A process, and what tests have used of it. */
export interface ProcessCoverage {
  readonly bpmnProcessId: string;
  readonly name: string;
  readonly resourceName: string;
  /** The name of the file of the same folder that has the model. Processes with other models count apart. */
  readonly model: string;
  readonly elements: readonly CoveredElement[];
  readonly flows: readonly CoveredFlow[];
}

/** A rule of a decision table, and how often it matched. */
export interface CoveredRule {
  readonly id: string;
  readonly matched: number;
}

/** A decision, and what tests have used of it. Only decision tables have rules. */
export interface DecisionCoverage {
  readonly decisionId: string;
  readonly name: string;
  readonly resourceName: string;
  readonly model: string;
  readonly evaluated: number;
  readonly rules: readonly CoveredRule[];
}

/** What tests have used of processes and decisions, in a file of JSON. Files of several tests can be added up. */
export interface Coverage {
  readonly format: 'camunda-connectors/coverage';
  /** Changes when a reader of this version could not read the file any more. */
  readonly version: 1;
  readonly processes: readonly ProcessCoverage[];
  readonly decisions: readonly DecisionCoverage[];
}
