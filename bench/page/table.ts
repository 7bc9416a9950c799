/** The figures of the page of `dev`. */
import { join } from 'node:path';
import { buildPage } from '../../scripts/page.ts';
import { costTable } from './cost.ts';
import { reloadsTable } from './reloads.ts';
import { startTable } from './start.ts';

/**
 * @param path where a compiled file of the benchmark is
 * @param tell takes lines about how far it is
 */
export const pageTable = async (
  path: (file: string) => string,
  rounds: number,
  tell: (line: string) => void,
): Promise<string> => {
  // As in the package, beside the compiled modules.
  await buildPage(join(path('page'), '../../src/page'));
  const parts = [await costTable(path, rounds, tell), await startTable(path, rounds), await reloadsTable(path)];
  return parts.join('\n\n');
};
