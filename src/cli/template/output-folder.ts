import { closeSync, constants, type Dirent, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fault } from '../../common/fault.ts';
import { fileLimits, readFailure, readFileWithinSync } from '../../common/files/read-file.ts';
import { isObject } from '../../common/is-object.ts';
import { fileNameOf } from './file-name.ts';

/** The file that `--single-file` writes. */
export const singleFileName = 'connectors.json';

/** The name of a template's file. It is derived from the id, which stays when the display name changes. */
export const templateFileName = (id: string): string => `${fileNameOf(id)}.json`;

/** The path of a template that a higher version has replaced. A template without a version counts as version 0. */
export const archivePath = ({ id, version = 0 }: { readonly id: string; readonly version?: number }): string =>
  `versioned/${fileNameOf(id)}-${version}.json`;

/** The JSON format of template files: two spaces, LF, a final newline. */
export const stringify = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;

/** The fields of a template that planning reads. Other fields are kept as they are. */
export interface TemplateData {
  readonly id: string;
  readonly version?: number;
  readonly properties: readonly { readonly binding?: unknown }[];
  /** Kinds of credentials. */
  readonly configurationTemplates?: readonly { readonly id: string; readonly version: number }[];
}

/** A template in the folder. */
export interface FoundTemplate {
  readonly id: string;
  readonly template: TemplateData;
  /** Whether this program wrote it. */
  readonly own: boolean;
}

/** A template in the folder, with its file. */
export interface ExistingTemplate extends FoundTemplate {
  readonly path: string;
}

/** A file of the output folder. */
export interface FolderFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A JSON file in the folder, or something else under such a name. */
export interface FoundFile extends FolderFile {
  /** What it is, if it is not a file that this command may read and write: `a symbolic link`. Its text is empty then. */
  readonly unusable?: string;
}

/** A JSON file of the output folder. `templates` is absent if it contains anything but templates. */
export interface TemplateFile extends FoundFile {
  readonly content: unknown;
  readonly isList: boolean;
  readonly templates?: readonly FoundTemplate[];
}

/** The contents of an output folder. */
export interface TemplateFolder {
  readonly files: readonly TemplateFile[];
  /** Earlier versions, from `versioned/`. */
  readonly archives: readonly TemplateData[];
  readonly archivePaths: readonly string[];
}

/** Distinguishes the templates of this program from others in the same folder. The Modeler ignores it. */
export const ownMetadata: Readonly<Record<string, string>> = { generator: 'camunda-connectors' };

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isTemplate = (value: unknown): value is TemplateData & { readonly metadata?: { readonly generator?: unknown } } =>
  isObject(value) && typeof value.id === 'string' && Array.isArray(value.properties);

const readFile = (file: FoundFile): TemplateFile => {
  const content = parse(file.text);
  const isList = Array.isArray(content);
  const values: readonly unknown[] = isList ? content : [content];
  if (!values.every(isTemplate)) return { ...file, content, isList };
  const templates = values.map((template) => ({
    id: template.id,
    template,
    own: template.metadata?.generator === ownMetadata.generator,
  }));
  return { ...file, content, isList, templates };
};

/**
 * Reads the contents of an output folder from the texts of its JSON files. Files without templates are included, so that
 * they are not overwritten. Pure.
 */
export const readTemplateFolder = (files: readonly FoundFile[]): TemplateFolder => {
  const isArchive = ({ path }: FolderFile): boolean => path.startsWith('versioned/');
  const archives = files.filter(isArchive).map(readFile);
  return {
    files: files.filter((file) => !isArchive(file)).map(readFile),
    archives: archives.flatMap(({ templates = [] }) => templates.map(({ template }) => template)),
    archivePaths: archives.map(({ path }) => path),
  };
};

const outputFault = (path: string, what: string, cause: unknown): Error =>
  fault('definition', {
    what: `${path} cannot be ${what} (${readFailure(cause)}).`,
    fix: 'check that it is a folder or file that you may change, or name another folder with --out.',
    cause,
  });

/** What an entry of a folder is, if it is not a regular file. */
const kindOf = (entry: Dirent): string | undefined => {
  if (entry.isFile()) return undefined;
  if (entry.isSymbolicLink()) return 'a symbolic link, which this command does not follow';
  return entry.isDirectory() ? 'a folder' : 'not a regular file';
};

const readText = (path: string): Pick<FoundFile, 'text' | 'unusable'> => {
  try {
    return { text: readFileWithinSync(path, fileLimits.output).toString('utf8') };
  } catch (error) {
    return { text: '', unusable: `a file that cannot be read (${readFailure(error)})` };
  }
};

/** The files in a folder whose names end in `.json`, and whatever else has such a name. */
const jsonFiles = (folder: string, prefix: string): readonly FoundFile[] => {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // The folder may not exist yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw outputFault(folder, 'read', error);
  }
  return entries
    .filter(({ name }) => name.endsWith('.json'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry): FoundFile => {
      const path = `${prefix}${entry.name}`;
      const unusable = kindOf(entry);
      return unusable === undefined ? { path, ...readText(join(folder, entry.name)) } : { path, text: '', unusable };
    });
};

/** Reads an output folder: the JSON files directly in it and in `versioned/`. Follows no symbolic link to a file. */
export const readOutputFolder = (out: string): TemplateFolder =>
  readTemplateFolder([...jsonFiles(out, ''), ...jsonFiles(join(out, 'versioned'), 'versioned/')]);

const hasText = (path: string, text: string): boolean => {
  try {
    return readFileWithinSync(path, fileLimits.output).toString('utf8') === text;
  } catch {
    return false;
  }
};

// A link that somebody has put there since the folder was read must not lead the text to another file.
const writing = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

/**
 * Writes files to an output folder. A file that already has the text keeps its modification time.
 *
 * @throws a fault of kind `definition` that names the file that cannot be written
 */
export const writeOutputFolder = (out: string, files: readonly FolderFile[]): void => {
  for (const { path, text } of files) {
    const target = join(out, path);
    if (hasText(target, text)) continue;
    try {
      mkdirSync(dirname(target), { recursive: true });
      const file = openSync(target, writing, 0o666);
      try {
        writeFileSync(file, text);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw outputFault(target, 'written', error);
    }
  }
};
