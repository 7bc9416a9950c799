import type { FlowNode } from '../../model/types.ts';
import { reject } from '../rejection.ts';
import type { Definition, ElementInstance } from '../store/records.ts';
import type { State } from '../store/state.ts';

/** The rejection of a snapshot that cannot be restored. */
export const rejection = (reason: string): Error =>
  reject('INVALID_ARGUMENT', 'RESTORE', `Expected a snapshot of this engine, but ${reason}`);

/** Something that the snapshot refers to. */
export const required = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw rejection(`${what} is missing`);
  return value;
};

export const definitionOf = ({ definitions }: State, key: number): Definition =>
  required(definitions.get(key), 'a process definition');

export const nodeOf = (definition: Definition, id: string): FlowNode =>
  definition.model.nodes.get(id) ??
  required<FlowNode>(undefined, `the element '${id}' of the process '${definition.model.id}'`);

export const elementOf = ({ elements }: State, key: number): ElementInstance =>
  required(elements.get(key), 'an element instance');
