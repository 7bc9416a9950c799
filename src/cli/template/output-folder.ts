import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject } from '../../common/is-object.ts';

/** The file that `--single-file` writes. */
export const singleFileName = 'connectors.json';

/**
 * Lower-case words joined by `-`, as is common for file names of templates.
 *
 * @example
 * kebabCase('io.example.HTTPGet.v2'); // 'io-example-http-get-v2'
 */
export const kebabCase = (text: string): string =>
  text
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();

/** The name of a template's file. It is derived from the id, which stays when the display name changes. */
export const templateFileName = (id: string): string => `${kebabCase(id)}.json`;

/** The path of a template that a higher version has replaced. A template without a version counts as version 0. */
export const archivePath = ({ id, version = 0 }: { readonly id: string; readonly version?: number }): string =>
  `versioned/${kebabCase(id)}-${version}.json`;

/** The JSON format of template files: two spaces, LF, a final newline. */
export const stringify = (content: unknown): string => `${JSON.stringify(content, null, 2)}\n`;

/** The fields of a template that planning reads. Other fields are kept as they are. */
export interface TemplateData {
  readonly id: string;
  readonly version?: number;
  readonly properties: readonly { readonly binding?: unknown }[];
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

/** A JSON file of the output folder. `templates` is absent if it contains anything but templates. */
export interface TemplateFile extends FolderFile {
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

const readFile = ({ path, text }: FolderFile): TemplateFile => {
  const content = parse(text);
  const isList = Array.isArray(content);
  const values: readonly unknown[] = isList ? content : [content];
  if (!values.every(isTemplate)) return { path, text, content, isList };
  const templates = values.map((template) => ({
    id: template.id,
    template,
    own: template.metadata?.generator === ownMetadata.generator,
  }));
  return { path, text, content, isList, templates };
};

/**
 * Reads the contents of an output folder from the texts of its JSON files. Files without templates are included, so that
 * they are not overwritten. Pure.
 */
export const readTemplateFolder = (files: readonly FolderFile[]): TemplateFolder => {
  const isArchive = ({ path }: FolderFile): boolean => path.startsWith('versioned/');
  const archives = files.filter(isArchive).map(readFile);
  return {
    files: files.filter((file) => !isArchive(file)).map(readFile),
    archives: archives.flatMap(({ templates = [] }) => templates.map(({ template }) => template)),
    archivePaths: archives.map(({ path }) => path),
  };
};

const jsonFiles = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    // The folder may not exist yet.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

/** Reads an output folder: the JSON files directly in it and in `versioned/`. */
export const readOutputFolder = (out: string): TemplateFolder => {
  const paths = [...jsonFiles(out), ...jsonFiles(join(out, 'versioned')).map((name) => `versioned/${name}`)];
  return readTemplateFolder(paths.map((path): FolderFile => ({ path, text: readFileSync(join(out, path), 'utf8') })));
};

const hasText = (path: string, text: string): boolean => {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch {
    return false;
  }
};

/** Writes files to an output folder. A file that already has the text keeps its modification time. */
export const writeOutputFolder = (out: string, files: readonly FolderFile[]): void => {
  for (const { path, text } of files) {
    const target = join(out, path);
    if (hasText(target, text)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
};
