import { resolve } from 'node:path';
import { printable } from '../../common/printable.ts';
import { readFiles } from '../../engine/deployment/read-files.ts';
import { unservedInbound } from '../../engine/deployment/unserved-inbound.ts';
import { compileBpmn } from '../../engine/model/index.ts';

/**
 * Says which elements of BPMN files nobody serves: those for inbound connectors of the official runtime.
 *
 * @param resources files and folders
 * @param folder where relative paths start
 * @returns one line for each such element, and for each file that could not be checked
 * @throws a fault that names every file that cannot be read
 */
export const inboundElementReport = async (
  resources: readonly string[],
  folder: string,
): Promise<readonly string[]> => {
  const files = await readFiles(resources.map((path) => resolve(folder, path)));
  const lines = await Promise.all(
    files
      .filter(({ name }) => /\.(?:bpmn|xml)$/i.test(name))
      .map(async ({ name, content }) => {
        const compiled = await compileBpmn(name, content);
        if (compiled.ok) return compiled.processes.flatMap(unservedInbound).map((text) => `Warning: ${text}`);
        return [
          `Note: ${name} was not searched for elements that nobody serves, because the embedded engine cannot run it.`,
        ];
      }),
  );
  return lines.flat().map(printable);
};
