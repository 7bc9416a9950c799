import { fault } from '../../common/fault.ts';
import { asList } from '../../connector/rules/rule-engine.ts';

/** A reason why a connector has no valid template. */
export interface Problem {
  /** The dotted path of the input, or the name of a setting. Empty: the connector as a whole. */
  readonly path: string;
  readonly what: string;
  /** What to write instead; absent if `what` already says it. */
  readonly fix?: string | undefined;
}

/** Collects a problem and continues, so that one error can name all of them. */
export type Report = (path: string, what: string, fix?: string) => void;

/** An empty list of problems, and the function that adds to it. */
export const collectProblems = (): { readonly problems: readonly Problem[]; readonly report: Report } => {
  const problems: Problem[] = [];
  const known = new Set<string>();
  const report: Report = (path, what, fix) => {
    // The same field may be read several times, e.g. once for each member of a variant.
    const key = JSON.stringify([path, what]);
    if (!known.has(key)) problems.push({ path, what, fix });
    known.add(key);
  };
  return { problems, report };
};

/**
 * Throws if there are problems.
 *
 * @throws one fault of kind `definition` that names every problem
 */
export const refuseProblems = (maker: string, connector: string, problems: readonly Problem[]): void => {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, what, fix }) =>
    [path === '' ? what : `${path}: ${what}`, fix].filter((part) => part !== undefined).join('; '),
  );
  // A line about a wrong value says what is expected instead.
  const hasAdvice = lines.every((line, index) => problems[index]?.fix !== undefined || line.includes('Fix: '));
  throw fault(
    'definition',
    {
      what: `The connector ${JSON.stringify(connector)} cannot have an element template:\n${asList(lines)}`,
      where: maker,
      ...(hasAdvice ? {} : { fix: 'correct what is named above.' }),
    },
    { problems: lines },
  );
};
