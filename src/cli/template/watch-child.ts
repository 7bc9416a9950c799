/**
 * The program that `template --watch` runs after each change: a new process loads every module afresh, including the
 * modules that they import. The arguments are the names of the modules; the result goes to the parent process.
 */
import { errorText } from '../command.ts';
import { generateTemplates } from './generate.ts';
import type { TemplateData } from './output-folder.ts';

/** The message to the parent process: the templates, or why there are none. */
export type GenerateResult = { readonly templates: readonly TemplateData[] } | { readonly problem: string };

const result = await generateTemplates(process.argv.slice(2), process.cwd()).then(
  (templates): GenerateResult => ({ templates }),
  (error: unknown): GenerateResult => ({ problem: errorText(error) }),
);
// A module may have opened something that keeps the process alive.
process.send?.(result, () => process.exit());
