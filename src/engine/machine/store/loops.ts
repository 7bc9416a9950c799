import type { ElementInstance } from './records.ts';

/*
 * A multi-instance activity is an instance of its node, the body, with instances of the same node inside.
 */

/** Tells whether an element is the body of a multi-instance activity. */
export const isLoopBody = ({ node, scope }: ElementInstance): boolean =>
  node?.loop !== undefined && scope?.node !== node;

/** Tells whether an element is one of the instances inside the body of a multi-instance activity. */
export const isLoopInstance = ({ node, scope }: ElementInstance): boolean =>
  node?.loop !== undefined && scope?.node === node;
