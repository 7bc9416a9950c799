import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileBpmn, type FlowNode, type Problem, type ProcessModel } from '../../../src/engine/model/index.ts';
import { bytes, chain, end, type Part, process, serviceTask, start } from '../support/bpmn.ts';

/** The problems of a file; none if it compiles. */
export const problemsOf = async (content: string | Uint8Array): Promise<readonly Problem[]> => {
  const compiled = await compileBpmn('test.bpmn', typeof content === 'string' ? bytes(content) : content);
  return compiled.ok ? [] : compiled.problems;
};

/** The processes of a file, which must compile. */
export const modelsOf = async (content: string | Uint8Array): Promise<readonly ProcessModel[]> => {
  const compiled = await compileBpmn('test.bpmn', typeof content === 'string' ? bytes(content) : content);
  assert.ok(compiled.ok, compiled.ok ? '' : JSON.stringify(compiled.problems, null, 2));
  return compiled.processes;
};

/** The only process of a file, which must compile. */
export const modelOf = async (content: string | Uint8Array): Promise<ProcessModel> => {
  const [model, ...others] = await modelsOf(content);
  assert.ok(model);
  assert.equal(others.length, 0);
  return model;
};

/** A node of the model, which must exist and have this kind. */
export const nodeOf = <K extends FlowNode['kind']>(
  model: ProcessModel,
  id: string,
  kind: K,
): FlowNode & { readonly kind: K } => {
  const node = model.nodes.get(id);
  assert.equal(node?.kind, kind);
  return node as FlowNode & { readonly kind: K };
};

/** A title, a file, and its expected problems: element and text. */
export type RejectedCase = readonly [
  title: string,
  xml: string,
  ...problems: readonly (readonly [element: string, text: RegExp])[],
];

/** Creates one test per case. */
export const rejects = (cases: readonly RejectedCase[]): void => {
  for (const [title, xml, ...expected] of cases) {
    test(title, async () => {
      assert.ok(expected.length > 0);
      const problems = await problemsOf(xml);
      assert.deepEqual(
        problems.map(({ element }) => element).sort(),
        expected.map(([element]) => element).sort(),
        JSON.stringify(problems, null, 2),
      );
      for (const [element, text] of expected) {
        assert.ok(
          problems.some((problem) => problem.element === element && text.test(problem.text)),
          `${text} at ${element}: ${JSON.stringify(problems, null, 2)}`,
        );
      }
    });
  }
};

/** A service task with a job type. */
export const job = (id: string, extra: Parameters<typeof serviceTask>[1] = {}): Part =>
  serviceTask(id, { type: 'work', ...extra });
/** A process with the element between start and end. */
export const around = (part: Part, ...more: readonly Part[]): string =>
  process('p', ...chain(start(), part, end()), ...more);
/** A process with additional elements, not connected to the others. */
export const withUnconnected = (...parts: readonly Part[]): string =>
  process('p', ...chain(start(), job('host'), end()), ...parts);
