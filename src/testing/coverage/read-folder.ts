import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '../../common/fault.ts';
import { mergeCoverage } from './merge.ts';
import { coverageVariable } from './record.ts';
import type { Coverage } from './types.ts';

/** The coverage of a run, and its models by their names. */
export interface RecordedCoverage {
  readonly coverage: Coverage;
  readonly models: ReadonlyMap<string, Uint8Array>;
}

const isCoverage = (value: unknown): value is Coverage => {
  if (typeof value !== 'object' || value === null) return false;
  const { format, version } = value as Partial<Coverage>;
  return format === 'camunda-connectors/coverage' && version === 1;
};

const parse = (path: string, text: string): Coverage => {
  try {
    const value: unknown = JSON.parse(text);
    if (isCoverage(value)) return value;
  } catch {
    // The message below says enough.
  }
  throw fault('configuration', {
    what: 'The file is not the coverage of a process test in the format of this version.',
    where: path,
    fix: 'delete the folder, and run the tests again.',
  });
};

/**
 * Adds up what the tests of a run have left in a folder.
 *
 * @throws a `configuration` fault if the folder has no coverage, or a file in another format
 */
export const readCoverage = async (folder: string): Promise<RecordedCoverage> => {
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => /^coverage-\d+-\d+\.json$/.test(name)).sort();
  if (files.length === 0) {
    throw fault('configuration', {
      what: 'No process test has left coverage.',
      where: folder,
      fix: `run tests that call createProcessTest, with ${coverageVariable}=${folder} in their environment.`,
    });
  }
  const parts: Coverage[] = [];
  for (const name of files) {
    const path = join(folder, name);
    parts.push(parse(path, await readFile(path, 'utf8')));
  }
  const coverage = mergeCoverage(parts);
  const models = new Map<string, Uint8Array>();
  for (const { model } of [...coverage.processes, ...coverage.decisions]) {
    if (!models.has(model)) models.set(model, await readFile(join(folder, model)));
  }
  return { coverage, models };
};
