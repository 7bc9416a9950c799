import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '../../common/fault.ts';

const isPattern = (part: string): boolean => part.includes('*');

const toExpression = (part: string): RegExp =>
  new RegExp(`^${part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`);

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

const entriesOf = (folder: string): readonly Entry[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
};

/** Names that begin with a dot, and installed packages, are never meant. */
const isHidden = ({ name }: Entry): boolean => name.startsWith('.') || name === 'node_modules';

/** The paths below a folder that fit the parts of a pattern. */
const find = (folder: string, path: string, [part, ...rest]: readonly string[]): readonly string[] => {
  if (part === undefined) return existsSync(folder) ? [path] : [];
  const inside = (name: string): readonly [string, string] => [
    join(folder, name),
    path === '' ? name : `${path}/${name}`,
  ];
  if (!isPattern(part)) return find(...inside(part), rest);
  const entries = entriesOf(folder).filter((entry) => !isHidden(entry));
  if (part === '**') {
    const deeper = entries
      .filter(({ isFolder }) => isFolder)
      .flatMap(({ name }) => find(...inside(name), [part, ...rest]));
    return [...find(folder, path, rest), ...deeper];
  }
  const expression = toExpression(part);
  return entries
    .filter(({ name, isFolder }) => expression.test(name) && isFolder === rest.length > 0)
    .flatMap(({ name }) => find(...inside(name), rest));
};

/**
 * Expands the patterns among the words of a command, such as `src/*.test.ts`, as a shell would: a star stands for a part of a
 * name, two for folders at any depth. Not every shell does so, and Node.js before version 21 does not.
 *
 * @param words the command and its arguments; those with a backslash or without a star stay
 * @param folder to which patterns are relative
 * @throws a fault of kind `definition` for a pattern that no file fits
 * @example
 * expandPatterns(['node', '--test', 'src/*.test.js'], '/project'); // ['node', '--test', 'src/mail.test.js', …]
 */
export const expandPatterns = (words: readonly string[], folder: string): readonly string[] =>
  words.flatMap((word) => {
    if (!isPattern(word) || word.startsWith('-') || word.startsWith('/') || word.includes('\\')) return [word];
    const found = find(folder, '', word.split('/'));
    if (found.length > 0) return found;
    throw fault('definition', {
      what: `No file fits ${word}.`,
      where: 'what follows -- on the command line',
      fix: `correct the pattern; it is relative to ${folder}.`,
    });
  });
