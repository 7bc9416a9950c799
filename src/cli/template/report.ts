import { unifiedDiff } from './diff.ts';
import { archivePath, singleFileName, stringify } from './output-folder.ts';
import type { LeftOver, PlannedTemplate, TemplatePlan } from './plan.ts';

const pathIn = (out: string, path: string): string => `${out.replace(/[/\\]+$/, '')}/${path}`;

/** The path of a template, with its id if the file contains all templates. */
const label = ({ path, template }: PlannedTemplate, out: string): string =>
  path === singleFileName ? `${pathIn(out, path)} (${template.id})` : pathIn(out, path);

const leftOverText = ({ path, id, reason }: LeftOver, out: string): string =>
  reason === 'gone'
    ? `left over   ${pathIn(out, path)}: no connector of these modules has the template ${id}`
    : `left over   ${pathIn(out, path)}: the template ${id} has moved to a file of its own`;

/** Describes a run, one line for each template. */
export const writtenText = ({ templates, leftOver }: TemplatePlan, out: string): string => {
  const lines = templates.map((planned) => {
    const { state, template, before } = planned;
    const name = label(planned, out);
    if (state === 'unchanged') return `unchanged   ${name}`;
    if (state === 'new') return `new         ${name}, version ${template.version}`;
    return `changed     ${name}, version ${template.version}; the old version is now ${pathIn(out, archivePath(before!))}`;
  });
  // A file that is rewritten as a whole contains nothing left over.
  const stay = leftOver.filter(({ path }) => !templates.some((planned) => planned.path === path));
  const advice = stay.length === 0 ? [] : ['Delete left-over templates, unless processes still use them.'];
  return `${[...lines, ...stay.map((left) => leftOverText(left, out)), ...advice].join('\n')}\n`;
};

/** The changes in the content of one template; empty if it is new. */
const differenceOf = (planned: PlannedTemplate, out: string): string =>
  planned.before === undefined
    ? ''
    : unifiedDiff(label(planned, out), stringify(planned.before), stringify(planned.template));

/**
 * Lists stale templates with their changes, missing and left-over ones, and how to fix them.
 *
 * @param rerun the command that brings the folder up to date
 * @returns `undefined` if everything is up to date
 */
export const checkText = ({ templates, leftOver }: TemplatePlan, out: string, rerun: string): string | undefined => {
  const missing = templates.filter(({ state }) => state === 'new');
  const stale = templates.filter(({ state }) => state === 'raised' || state === 'conflict');
  if (missing.length + stale.length + leftOver.length === 0) return undefined;
  const bump = stale.some(({ state }) => state === 'conflict') ? ' --version-bump' : '';
  return [
    ...missing.map((planned) => `missing     ${label(planned, out)}`),
    ...stale.map((planned) => `stale       ${label(planned, out)}`),
    ...leftOver.map((left) => leftOverText(left, out)),
    ...stale.map((planned) => `\n${differenceOf(planned, out)}`.trimEnd()),
    '',
    `Fix: ${[
      ...(missing.length + stale.length > 0 ? [`${rerun}${bump}`] : []),
      ...(leftOver.length > 0 ? ['delete the left-over templates'] : []),
    ].join(', and ')}`,
    '',
  ].join('\n');
};

/** Lists every template whose content would change without a new version, with the changes. */
export const conflictText = ({ templates }: TemplatePlan, out: string): string =>
  templates
    .filter(({ state }) => state === 'conflict')
    .map((planned) =>
      [
        `${label(planned, out)} would change, but its version would stay ${planned.template.version}:`,
        differenceOf(planned, out).trimEnd(),
      ].join('\n'),
    )
    .join('\n\n');
