import { compileOnce } from '../../../../engine/deployment/compile-once.ts';
import type { MachineProcess } from '../../../../engine/index.ts';
import type { ProcessModel } from '../../../../engine/model/types.ts';
import type { Sources } from '../sources.ts';

/** The model of a version; `undefined` if its file is gone. */
export const modelOf = async (
  sources: Sources,
  { processDefinitionKey, resourceName, bpmnProcessId }: MachineProcess,
): Promise<ProcessModel | undefined> => {
  const content = sources.engine().resource(processDefinitionKey)?.content;
  if (content === undefined) return undefined;
  const compiled = await compileOnce(resourceName, content);
  return compiled.ok ? compiled.processes.find(({ id }) => id === bpmnProcessId) : undefined;
};
