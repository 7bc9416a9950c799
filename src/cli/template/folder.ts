/** A template as far as planning looks at it; the rest is carried along. */
export interface TemplateData {
  readonly id: string;
  readonly version?: number;
  readonly properties: readonly { readonly binding?: unknown }[];
}

/** A template that is there, and whether this program wrote it. */
export interface FoundTemplate {
  readonly id: string;
  readonly template: TemplateData;
  readonly own: boolean;
}

/** A template that is there, with its file. */
export interface ExistingTemplate extends FoundTemplate {
  readonly path: string;
}

/** A file of the output folder. */
export interface FolderFile {
  /** Below the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A file that may hold templates; `templates` is absent where it is none. */
export interface TemplateFile extends FolderFile {
  readonly content: unknown;
  readonly isList: boolean;
  readonly templates?: readonly FoundTemplate[];
}

/** What an output folder holds. */
export interface TemplateFolder {
  readonly files: readonly TemplateFile[];
  /** Replaced versions, from `versioned/`. */
  readonly archives: readonly TemplateData[];
  readonly archivePaths: readonly string[];
}

/** Tells the files of this program from those that others put into the same folder. The Modeler ignores it. */
export const ownMetadata: Readonly<Record<string, string>> = { generator: 'camunda-connectors' };

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isTemplate = (value: unknown): value is TemplateData & { readonly metadata?: { readonly generator?: unknown } } =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  typeof value.id === 'string' &&
  'properties' in value &&
  Array.isArray(value.properties);

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
 * Reads what an output folder holds, from the texts of its JSON files. Files that are no templates are kept, so that
 * they are not overwritten.
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
