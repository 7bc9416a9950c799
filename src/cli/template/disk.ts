import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FolderFile, readTemplateFolder, type TemplateFolder } from './folder.ts';
import type { PlannedFile } from './plan.ts';

const jsonFiles = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    // A folder that is not there yet holds nothing.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** Reads the output folder: its own files and those of `versioned/`, no deeper. */
export const readOut = (out: string): TemplateFolder => {
  const paths = [...jsonFiles(out), ...jsonFiles(join(out, 'versioned')).map((name) => `versioned/${name}`)];
  return readTemplateFolder(paths.map((path): FolderFile => ({ path, text: readFileSync(join(out, path), 'utf8') })));
};

const holds = (path: string, text: string): boolean => {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
};

/** Writes what is not yet there; files that stay the same keep their time of change. */
export const writeOut = (out: string, files: readonly PlannedFile[]): void => {
  for (const { path, text } of files) {
    const target = join(out, path);
    if (holds(target, text)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
};
