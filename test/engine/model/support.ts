import assert from 'node:assert/strict';
import { compileBpmn, type FlowNode, type Problem, type ProcessModel } from '../../../src/engine/model/index.ts';
import { bytes } from '../support/bpmn.ts';

/** The problems of a file, none if it compiles. */
export const problemsOf = async (content: string | Uint8Array): Promise<readonly Problem[]> => {
  const compiled = await compileBpmn('test.bpmn', typeof content === 'string' ? bytes(content) : content);
  return compiled.ok ? [] : compiled.problems;
};

/** The processes of a file that has to compile. */
export const modelsOf = async (content: string | Uint8Array): Promise<readonly ProcessModel[]> => {
  const compiled = await compileBpmn('test.bpmn', typeof content === 'string' ? bytes(content) : content);
  assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.problems, null, 2));
  return compiled.processes;
};

/** The only process of a file that has to compile. */
export const modelOf = async (content: string | Uint8Array): Promise<ProcessModel> => {
  const [model, ...others] = await modelsOf(content);
  assert.ok(model);
  assert.equal(others.length, 0);
  return model;
};

/** A node that has to be there and of the kind. */
export const nodeOf = <K extends FlowNode['kind']>(
  model: ProcessModel,
  id: string,
  kind: K,
): FlowNode & { readonly kind: K } => {
  const node = model.nodes.get(id);
  assert.equal(node?.kind, kind);
  return node as FlowNode & { readonly kind: K };
};
