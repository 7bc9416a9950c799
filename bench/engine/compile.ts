import type { CompiledResource } from '../../src/engine/machine/types.ts';
import { compileBpmn } from '../../src/engine/model/index.ts';
import { bytes } from '../../test/engine/support/bpmn.ts';

/** Compiles a file for a machine. */
export const compile = async (name: string, xml: string): Promise<CompiledResource> => {
  const content = bytes(xml);
  const compiled = await compileBpmn(name, content);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return { name, content, processes: compiled.processes };
};
