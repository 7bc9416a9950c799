import { fault } from '../../common/fault.ts';

/** Something that cannot be mapped. */
export interface Problem {
  /** Dotted path of the input, or the name of a setting. */
  readonly path: string;
  readonly what: string;
  /** What to write instead, where `what` does not say it already. */
  readonly fix?: string | undefined;
}

/** Takes a problem down and goes on, so that one error can name all of them. */
export type Report = (path: string, what: string, fix?: string) => void;

/** A list of problems of its own, and the function that adds to it. */
export const collectProblems = (): { readonly problems: readonly Problem[]; readonly report: Report } => {
  const problems: Problem[] = [];
  const report: Report = (path, what, fix) => {
    // The same field can be met several times, e.g. once for each member of a variant.
    if (!problems.some((known) => known.path === path && known.what === what)) problems.push({ path, what, fix });
  };
  return { problems, report };
};

/** Throws one fault of kind `definition` that names every problem; does nothing without any. */
export const refuseProblems = (maker: string, connector: string, problems: readonly Problem[]): void => {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, what, fix }) =>
    [path === '' ? what : `${path}: ${what}`, fix].filter((part) => part !== undefined).join('; '),
  );
  throw fault(
    'definition',
    {
      what: [
        `The connector ${JSON.stringify(connector)} has no element template:`,
        ...lines.map((line) => `- ${line}`),
      ].join('\n'),
      where: maker,
    },
    { problems: lines },
  );
};
