import { resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { generateTemplates } from './generate.ts';
import { rerunText, type TemplateRequest } from './options.ts';
import { readOutputFolder, type TemplateData, type TemplateFolder, writeOutputFolder } from './output-folder.ts';
import { planTemplates, type TemplatePlan } from './plan.ts';
import { checkText, conflictText, writtenText } from './report.ts';
import { watchTemplates } from './watch.ts';

const refuseProblems = ({ problems }: TemplatePlan, out: string): void => {
  if (problems.length === 0) return;
  const fix = 'move those files, change the template id, or name another folder with --out.';
  throw fault('definition', { what: problems.join('\n'), where: out, fix });
};

/** Writes all files of the plan. If there is a problem or a conflict, writes none and throws a fault of kind `definition`. */
const write = (plan: TemplatePlan, request: TemplateRequest, folder: string): string => {
  refuseProblems(plan, request.out);
  const conflicts = conflictText(plan, request.out);
  if (conflicts !== '') {
    const fix = "raise `version` in the connector's `template`, or use --version-bump. Nothing was written.";
    throw fault('definition', { what: conflicts, fix });
  }
  writeOutputFolder(resolve(folder, request.out), plan.files);
  return writtenText(plan, request.out);
};

const planFor = (
  templates: readonly TemplateData[],
  folder: TemplateFolder,
  { bump, single }: TemplateRequest,
): TemplatePlan => planTemplates({ folder, templates, bump, single });

/**
 * Writes the element templates of the connectors in the modules. With `check`, it compares them with the output folder
 * instead; with `watch`, it writes them after every change until a signal stops it.
 *
 * @returns the exit code
 * @throws a fault of kind `definition` if something has to be fixed first
 */
export const template = async (request: TemplateRequest, context: CliContext): Promise<number> => {
  const { folder, print } = context;
  const out = resolve(folder, request.out);
  if (request.watch) {
    // The current contents count as published, so that repeated changes while watching raise a version only once.
    const published = readOutputFolder(out);
    const update = (templates: readonly TemplateData[]): string =>
      write(planFor(templates, published, request), request, folder);
    await watchTemplates(request.modules, { ...context, out, update });
    return exitCodes.done;
  }
  const plan = planFor(await generateTemplates(request.modules, folder), readOutputFolder(out), request);
  if (!request.check) {
    print(write(plan, request, folder));
    return exitCodes.done;
  }
  refuseProblems(plan, request.out);
  const difference = checkText(plan, request.out, rerunText(request));
  if (difference === undefined) {
    const count = plan.templates.length;
    const subject = count === 1 ? `The template in ${request.out} is` : `All ${count} templates in ${request.out} are`;
    print(`${subject} up to date.\n`);
    return exitCodes.done;
  }
  print(difference);
  return exitCodes.failed;
};
