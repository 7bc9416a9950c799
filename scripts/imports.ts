/** The source files and what they import from each other: for the architecture test and for the pictures. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A source file; its name is the path below src, with `/`. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** An import of one source file by another, both as paths below src. */
export interface Import {
  readonly file: string;
  readonly line: number;
  readonly target: string;
  /** `import('…')`, which loads the target only when it is called. */
  readonly dynamic: boolean;
  /** `import('…').Name`, which names a type and loads nothing. */
  readonly typeOnly: boolean;
}

/** All source files. */
export const readSources = (): readonly Source[] =>
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join('src', name), 'utf8') }));

/**
 * The imports of a file, in order. Imports from packages are left out.
 *
 * @example
 * importsOf({ name: 'cli/start.ts', text: "import { check } from './check.ts';" });
 * // [{ file: 'cli/start.ts', line: 1, target: 'cli/check.ts', dynamic: false, typeOnly: false }]
 */
export const importsOf = ({ name, text }: Source): readonly Import[] =>
  [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|(\bimport\())['"](\.[^'"]*)['"](\)\.[A-Z])?/g)].map((match) => ({
    file: name,
    line: text.slice(0, match.index).split('\n').length,
    target: normalize(join(dirname(name), match[2]!)).replaceAll('\\', '/'),
    dynamic: match[1] !== undefined && match[3] === undefined,
    typeOnly: match[3] !== undefined,
  }));
