import { isDeepStrictEqual } from 'node:util';
import type { ExistingTemplate, TemplateData, TemplateFolder } from './folder.ts';
import { archivePath, singleFileName, stringify, templateFileName } from './names.ts';

/** What becomes of one generated template. */
export interface PlannedTemplate {
  /** File below the output folder, with `/`. */
  readonly path: string;
  /**
   * - `new`: there was none of this id;
   * - `unchanged`: what is there has the same content, whatever its formatting;
   * - `raised`: it comes out under a higher version, and the old one moves to `versioned/`;
   * - `conflict`: its content has changed, but nothing allows a higher version.
   */
  readonly state: 'new' | 'unchanged' | 'raised' | 'conflict';
  /** With the version that it comes out under. */
  readonly template: TemplateData;
  /** What is there under the same id. */
  readonly before?: TemplateData;
}

/** A file with a template that this folder should not hold any more. */
export interface LeftOver {
  readonly path: string;
  readonly id: string;
  /** `gone`: no connector has it any more; `twice`: the same template now belongs to another file. */
  readonly reason: 'gone' | 'twice';
}

/** A file as it should be. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

/** Everything that a run would do to the output folder. */
export interface TemplatePlan {
  readonly templates: readonly PlannedTemplate[];
  readonly leftOver: readonly LeftOver[];
  /** The files as they should be, unchanged ones included. Not to be written while there are problems or conflicts. */
  readonly files: readonly PlannedFile[];
  /** What has to be mended by hand first. */
  readonly problems: readonly string[];
}

/** What the plan is made for. */
export interface PlanRequest {
  readonly folder: TemplateFolder;
  readonly templates: readonly TemplateData[];
  /** Raise the version of what has changed. */
  readonly bump: boolean;
  /** One file with an array, instead of one file for each template. */
  readonly single: boolean;
}

/** Outbound templates carry their version a second time, in a task header for the runtime. */
const carriesVersion = ({ binding }: { readonly binding?: unknown }): boolean =>
  isDeepStrictEqual(binding, { type: 'zeebe:taskHeader', key: 'elementTemplateVersion' });

/** The template under another version. */
export const withVersion = (template: TemplateData, version: number): TemplateData => ({
  ...template,
  version,
  properties: template.properties.map((property) =>
    carriesVersion(property) ? { ...property, value: String(version) } : property,
  ),
});

/** Older than every version that can be declared. */
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

/** A file that the plan wants to write must be free, or hold what an earlier run wrote there. */
const blocked = (path: string, ids: ReadonlySet<string>, { folder, single }: PlanRequest): readonly string[] => {
  const file = folder.files.find((candidate) => candidate.path === path);
  if (file === undefined) return [];
  if (file.templates === undefined) return [`${path} is there already, but is no element template.`];
  const foreign = file.templates.filter(({ id, own }) => !ids.has(id) && !(single && own));
  if (file.isList === single && foreign.length === 0) return [];
  const held = file.templates.map(({ id }) => JSON.stringify(id)).join(', ');
  return [`${path} is there already, and holds ${held || 'an empty list'}, which this command did not put there.`];
};

const problemsOf = (request: PlanRequest, planned: readonly PlannedTemplate[]): readonly string[] => {
  const { folder, single } = request;
  const paths = [...new Set(planned.map(({ path }) => path))];
  const targets = paths.flatMap((path) => {
    const ids = planned.filter((one) => one.path === path).map(({ template }) => template.id);
    const clash = ids.map((id) => JSON.stringify(id)).join(' and ');
    return [
      ...(single || ids.length === 1 ? [] : [`The ids ${clash} would be written to the same file, ${path}.`]),
      ...blocked(path, new Set(ids), request),
    ];
  });
  const taken = archived(request, planned)
    .filter((template) => folder.archivePaths.includes(archivePath(template)))
    .map((template) => `${archivePath(template)} is there already, with other content under the same version.`);
  return [...targets, ...taken];
};

/**
 * Plans what becomes of the output folder. Pure: `folder` is what is there, `templates` what the connectors ask for.
 *
 * The version on disk is the base. The same content keeps it. Other content gets the version that the connector
 * declares if that is higher, or with `bump` the next one; otherwise it is a conflict, because two different templates
 * under one id and version cannot be told apart by whoever imports them. What is replaced goes to `versioned/`.
 *
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
    // Rewriting the one file drops what no connector has any more.
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
