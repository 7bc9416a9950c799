import { resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { type CliContext, exitCodes } from '../context.ts';
import { readOut, writeOut } from './disk.ts';
import type { TemplateData, TemplateFolder } from './folder.ts';
import { generateTemplates } from './generate.ts';
import { planTemplates, type TemplatePlan } from './plan.ts';
import { checkText, conflictText, writtenText } from './report.ts';
import { rerunText, type TemplateRequest } from './request.ts';
import { watchTemplates } from './watch.ts';

const refuseProblems = ({ problems }: TemplatePlan, out: string): void => {
  if (problems.length === 0) return;
  const fix = 'move those files away, change the template id, or give another folder with --out.';
  throw fault('definition', { what: problems.join('\n'), where: out, fix });
};

/** Writes all files of the plan, or none. Throws a fault of kind `definition` when there is something to mend first. */
const write = (plan: TemplatePlan, request: TemplateRequest, folder: string): string => {
  refuseProblems(plan, request.out);
  const conflicts = conflictText(plan, request.out);
  if (conflicts !== '') {
    const fix = "raise `version` in the connector's `template`, or let --version-bump do it. Nothing was written.";
    throw fault('definition', { what: conflicts, fix });
  }
  writeOut(resolve(folder, request.out), plan.files);
  return writtenText(plan, request.out);
};

const planFor = (
  templates: readonly TemplateData[],
  folder: TemplateFolder,
  { bump, single }: TemplateRequest,
): TemplatePlan => planTemplates({ folder, templates, bump, single });

/**
 * Writes the element templates of the modules' connectors, or checks those that are there, or writes them again and
 * again until a signal comes. Resolves with the exit code; rejects with a fault when something has to be mended first.
 */
export const template = async (request: TemplateRequest, context: CliContext): Promise<number> => {
  const { folder, print } = context;
  const out = resolve(folder, request.out);
  if (request.watch) {
    // What is there now counts as published: however often a template changes while watching, it rises once.
    const published = readOut(out);
    const update = (templates: readonly TemplateData[]): string =>
      write(planFor(templates, published, request), request, folder);
    await watchTemplates(request.modules, { ...context, out, update });
    return exitCodes.done;
  }
  const plan = planFor(await generateTemplates(request.modules, folder), readOut(out), request);
  if (!request.check) {
    print(write(plan, request, folder));
    return exitCodes.done;
  }
  refuseProblems(plan, request.out);
  const difference = checkText(plan, request.out, rerunText(request));
  if (difference === undefined) {
    print(`All ${plan.templates.length} templates in ${request.out} are up to date.\n`);
    return exitCodes.done;
  }
  print(difference);
  return exitCodes.failed;
};
