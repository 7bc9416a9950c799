/** What is made from the project's files, kept below `node_modules` until one of them changes. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));

/** Where a file finds the project's packages, and where nobody looks for sources. */
const cache = join(project, 'node_modules', '.cache');

/** Milliseconds after which what was made is removed: no run of tests takes that long. */
const lifetime = 3 * 3_600_000;

const digest = (paths: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(project, path)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
};

/** Removes from a folder what is older than any run of tests. Other processes may do the same, and move what is in it. */
export const removeOld = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - made > lifetime) rmSync(path, { recursive: true, force: true });
  }
};

/** Processes may get here at the same time: the first one that is done wins. */
const move = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
    rmSync(from, { recursive: true });
  }
};

/**
 * A folder with what `make` has put there, now or before.
 *
 * @param kind name of what is made
 * @param paths the files that it depends on, as seen from the project
 * @param make fills an empty folder, which is another one than the folder returned
 * @example
 * const folder = await made('upper', ['a.txt'], (into) => writeFileSync(join(into, 'A.txt'), upper('a.txt')));
 */
export const made = async (
  kind: string,
  paths: readonly string[],
  make: (folder: string) => Promise<void> | void,
): Promise<string> => {
  const all = join(cache, kind);
  const folder = join(all, digest(paths));
  if (existsSync(folder)) return folder;
  mkdirSync(all, { recursive: true });
  removeOld(all);
  const fresh = mkdtempSync(join(all, 'new-'));
  await make(fresh);
  move(fresh, folder);
  return folder;
};
