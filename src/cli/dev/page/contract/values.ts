/** Values that are too large to be sent with everything that shows their beginning. */

/** Instead of a large value. */
export interface CutValue {
  readonly 'camunda-connectors:cut': {
    /** The beginning of its JSON. */
    readonly text: string;
    /** Where the whole value is; absent if nothing shows it as a whole. */
    readonly path?: string;
  };
}
