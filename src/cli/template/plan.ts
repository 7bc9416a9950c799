import { isDeepStrictEqual } from 'node:util';
import {
  archivePath,
  type ExistingTemplate,
  type FolderFile,
  singleFileName,
  stringify,
  type TemplateData,
  type TemplateFolder,
  templateFileName,
} from './output-folder.ts';

/** The decision about one generated template. */
export interface PlannedTemplate {
  /** File, relative to the output folder, with `/`. */
  readonly path: string;
  /**
   * - `new`: the folder has no template with this id;
   * - `unchanged`: the template in the folder has the same content, in any formatting;
   * - `raised`: the template gets a higher version, and the old one moves to `versioned/`;
   * - `conflict`: the content has changed, but a higher version is neither declared nor requested.
   */
  readonly state: 'new' | 'unchanged' | 'raised' | 'conflict';
  /** The template with its final version. */
  readonly template: TemplateData;
  /** The template in the folder with the same id. */
  readonly before?: TemplateData;
}

/** A template in the folder that no longer belongs there. */
export interface LeftOver {
  readonly path: string;
  readonly id: string;
  /** `gone`: no connector has this template; `twice`: the template now belongs to another file. */
  readonly reason: 'gone' | 'twice';
}

/** All changes that a run would make to the output folder. */
export interface TemplatePlan {
  readonly templates: readonly PlannedTemplate[];
  readonly leftOver: readonly LeftOver[];
  /** All files with their final text, unchanged ones included. Must not be written while there are problems or conflicts. */
  readonly files: readonly FolderFile[];
  /** Problems that the user has to fix first. */
  readonly problems: readonly string[];
}

/** The input of the plan. */
export interface PlanRequest {
  readonly folder: TemplateFolder;
  readonly templates: readonly TemplateData[];
  /** Raise the version of each changed template. */
  readonly bump: boolean;
  /** Write one file with a list of templates, instead of one file for each template. */
  readonly single: boolean;
}

/** Whether a property is the task header that tells the runtime the version of an outbound template. */
const isVersionHeader = ({ binding }: { readonly binding?: unknown }): boolean =>
  isDeepStrictEqual(binding, { type: 'zeebe:taskHeader', key: 'elementTemplateVersion' });

/** The template with another version, also in its task header. */
export const withVersion = (template: TemplateData, version: number): TemplateData => ({
  ...template,
  version,
  properties: template.properties.map((property) =>
    isVersionHeader(property) ? { ...property, value: String(version) } : property,
  ),
});

/** Lower than every version that a connector can declare. */
const unversioned = -1;
const versionOf = ({ version }: TemplateData): number => (Number.isInteger(version) ? version! : unversioned);

const decide = (
  path: string,
  generated: TemplateData,
  existing: ExistingTemplate | undefined,
  { folder, bump }: PlanRequest,
): PlannedTemplate => {
  const declared = versionOf(generated);
  if (existing === undefined) {
    const highest = Math.max(unversioned, ...folder.archives.filter(({ id }) => id === generated.id).map(versionOf));
    return { path, state: 'new', template: withVersion(generated, Math.max(declared, highest + 1)) };
  }
  const before = existing.template;
  const base = versionOf(before);
  if (declared > base) return { path, state: 'raised', template: generated, before };
  const same = withVersion(generated, base);
  if (isDeepStrictEqual(same, before)) return { path, state: 'unchanged', template: same, before };
  if (bump) return { path, state: 'raised', template: withVersion(generated, base + 1), before };
  return { path, state: 'conflict', template: same, before };
};

const archived = ({ folder }: PlanRequest, planned: readonly PlannedTemplate[]): readonly TemplateData[] =>
  planned
    .flatMap(({ state, before }) => (state === 'raised' && before !== undefined ? [before] : []))
    .filter((before) => !folder.archives.some((archive) => isDeepStrictEqual(archive, before)));

/** Problems with an existing file at a planned path: it must contain only what an earlier run wrote. */
const fileProblems = (path: string, ids: ReadonlySet<string>, { folder, single }: PlanRequest): readonly string[] => {
  const file = folder.files.find((candidate) => candidate.path === path);
  if (file === undefined) return [];
  if (file.unusable !== undefined) return [`${path} is ${file.unusable}.`];
  if (file.templates === undefined) return [`${path} already exists and is not an element template.`];
  const foreign = file.templates.filter(({ id, own }) => !ids.has(id) && !(single && own));
  if (file.isList === single && foreign.length === 0) return [];
  const present = file.templates.map(({ id }) => JSON.stringify(id)).join(', ');
  return [`${path} already exists and contains ${present || 'an empty list'}, which this command did not write.`];
};

const problemsOf = (request: PlanRequest, planned: readonly PlannedTemplate[]): readonly string[] => {
  const { folder, single } = request;
  const paths = [...new Set(planned.map(({ path }) => path))];
  const targets = paths.flatMap((path) => {
    const ids = planned.filter((one) => one.path === path).map(({ template }) => template.id);
    const clash = ids.map((id) => JSON.stringify(id)).join(' and ');
    return [
      ...(single || ids.length === 1 ? [] : [`The ids ${clash} would be written to the same file, ${path}.`]),
      ...fileProblems(path, new Set(ids), request),
    ];
  });
  const taken = archived(request, planned)
    .filter((template) => folder.archivePaths.includes(archivePath(template)))
    .map((template) => `${archivePath(template)} already exists with different content.`);
  return [...targets, ...taken];
};

/**
 * Plans the changes to the output folder. Pure.
 *
 * The version on disk is the base. A template with the same content keeps it. A changed template gets the version that
 * the connector declares, if that is higher, or the next version with `bump`. Otherwise it is a conflict, because users
 * could not distinguish two templates with the same id and version. A replaced template moves to `versioned/`.
 *
 * @param request `folder`: the current contents; `templates`: what the connectors generate

 * @example
 * planTemplates({ folder: readTemplateFolder([]), templates: [template], bump: false, single: false });
 * // { templates: [{ path: 'log.json', state: 'new', … }], files: [{ path: 'log.json', text: '{…' }], … }
 */
export const planTemplates = (request: PlanRequest): TemplatePlan => {
  const { folder, templates, single } = request;
  const existing = folder.files.flatMap((file) =>
    (file.templates ?? []).map((entry): ExistingTemplate => ({ ...entry, path: file.path })),
  );
  const planned = templates.map((generated) => {
    const path = single ? singleFileName : templateFileName(generated.id);
    const sameId = existing.filter(({ id }) => id === generated.id);
    return decide(path, generated, sameId.find((entry) => entry.path === path) ?? sameId[0], request);
  });
  const pathOf = new Map(planned.map(({ path, template }) => [template.id, path]));
  const leftOver = existing.flatMap(({ id, path, own }): readonly LeftOver[] => {
    const target = pathOf.get(id);
    if (target !== undefined) return target === path ? [] : [{ path, id, reason: 'twice' }];
    // Rewriting the single file drops templates that no connector has any more.
    return own ? [{ path, id, reason: 'gone' }] : [];
  });

  const textOf = (path: string, content: TemplateData | readonly TemplateData[]): string => {
    const file = folder.files.find((candidate) => candidate.path === path);
    return file !== undefined && isDeepStrictEqual(file.content, content) ? file.text : stringify(content);
  };
  const results = single
    ? [
        {
          path: singleFileName,
          text: textOf(
            singleFileName,
            planned.map(({ template }) => template),
          ),
        },
      ]
    : planned.map(({ path, template }) => ({ path, text: textOf(path, template) }));
  const archives = archived(request, planned).map((template) => ({
    path: archivePath(template),
    text: stringify(template),
  }));
  return { templates: planned, leftOver, files: [...archives, ...results], problems: problemsOf(request, planned) };
};
