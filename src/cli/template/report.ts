import { unifiedDiff } from './diff.ts';
import { archivePath, singleFileName, stringify } from './names.ts';
import type { LeftOver, PlannedTemplate, TemplatePlan } from './plan.ts';

const inOut = (out: string, path: string): string => `${out.replace(/[/\\]+$/, '')}/${path}`;

/** In one file for all, the path alone does not say which template is meant. */
const label = ({ path, template }: PlannedTemplate, out: string): string =>
  path === singleFileName ? `${inOut(out, path)} (${template.id})` : inOut(out, path);

const leftOverText = ({ path, id, reason }: LeftOver, out: string): string =>
  reason === 'gone'
    ? `left over   ${inOut(out, path)}: no connector of these modules has the template ${id} any more`
    : `left over   ${inOut(out, path)}: the template ${id} now has a file of its own name`;

/** What a run has done, line by line. */
export const writtenText = ({ templates, leftOver }: TemplatePlan, out: string): string => {
  const lines = templates.map((planned) => {
    const { state, template, before } = planned;
    const name = label(planned, out);
    if (state === 'unchanged') return `unchanged   ${name}`;
    if (state === 'new') return `new         ${name}, version ${template.version}`;
    return `changed     ${name}, version ${template.version}; the old one is now ${inOut(out, archivePath(before!))}`;
  });
  // The one file is written as a whole, so that nothing is left over in it.
  const stay = leftOver.filter(({ path }) => !templates.some((planned) => planned.path === path));
  const mend = stay.length === 0 ? [] : ['Delete what is left over, unless processes still use it.'];
  return `${[...lines, ...stay.map((left) => leftOverText(left, out)), ...mend].join('\n')}\n`;
};

/** The differences in the content of one template; empty where there is none. */
const differenceOf = (planned: PlannedTemplate, out: string): string =>
  planned.before === undefined
    ? ''
    : unifiedDiff(label(planned, out), stringify(planned.before), stringify(planned.template));

/**
 * What is stale, missing or left over, with differences, and how to fix it; undefined: everything is up to date.
 *
 * @param rerun the command that brings it up to date
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
      ...(leftOver.length > 0 ? ['delete what is left over'] : []),
    ].join(', and ')}`,
    '',
  ].join('\n');
};

/** Every template whose content has changed under the same version, with the differences. */
export const conflictText = ({ templates }: TemplatePlan, out: string): string =>
  templates
    .filter(({ state }) => state === 'conflict')
    .map((planned) =>
      [
        `${label(planned, out)} would change under the same version ${planned.template.version}:`,
        differenceOf(planned, out).trimEnd(),
      ].join('\n'),
    )
    .join('\n\n');
