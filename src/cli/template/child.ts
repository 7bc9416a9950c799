/**
 * The program that `template --watch` runs for each round: a process of its own reads every module afresh, whatever
 * imports it. It takes the modules' names as arguments, and sends the templates or what is wrong to its parent.
 */
import { isFault } from '../../common/fault.ts';
import type { TemplateData } from './folder.ts';
import { generateTemplates } from './generate.ts';

/** What the program sends. */
export type ChildAnswer = { readonly templates: readonly TemplateData[] } | { readonly problem: string };

const textOf = (error: unknown): string => {
  if (isFault(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

const answer = await generateTemplates(process.argv.slice(2), process.cwd()).then(
  (templates): ChildAnswer => ({ templates }),
  (error: unknown): ChildAnswer => ({ problem: textOf(error) }),
);
// A module may have opened something that would keep the process alive.
process.send?.(answer, () => process.exit());
