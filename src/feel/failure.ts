import { type Fault, fault, isFault } from '../common/fault.ts';

/** Where in an expression's text something is wrong; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const refusal: unique symbol = Symbol('refusal');

/**
 * What our own functions throw while an expression is evaluated: the reason, without the values.
 * The boundary adds the expression and makes a fault of it.
 */
export const refuse = (reason: string, cause?: unknown): Error =>
  Object.assign(cause === undefined ? new Error(reason) : new Error(reason, { cause }), { [refusal]: true as const });

const longest = 300;

const excerpt = (source: string): string => (source.length > longest ? `${source.slice(0, longest)}…` : source);

const isOverflow = (error: unknown): boolean => error instanceof RangeError && /call stack/i.test(error.message);

/**
 * The fault for an evaluation that failed. Errors that are not ours (of feelin, of the JavaScript engine) may quote
 * variable values, so neither their text nor they themselves get out.
 */
export const evaluationFault = (source: string, error: unknown): Fault<'feel'> => {
  if (isFault(error, 'feel')) return error;
  const ours = error instanceof Error && refusal in error;
  const reason = isOverflow(error)
    ? 'it nests or recurses too deeply'
    : ours
      ? error.message
      : 'a function or operator cannot handle the values that it is given';
  return fault('feel', {
    what: `The FEEL expression cannot be evaluated: ${reason}.`,
    where: excerpt(source),
    ...(ours && error.cause !== undefined ? { cause: error.cause } : {}),
  });
};

const positionOf = (source: string, offset: number): Position => {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: before[before.length - 1]!.length + 1 };
};

/** The faulty line with a caret below the place; long lines are cut around it. */
const pointer = (source: string, offset: number, { column }: Position): string => {
  const line = source.split('\n')[source.slice(0, offset).split('\n').length - 1]!;
  const start = Math.max(0, column - 1 - 60);
  const shown = line.slice(start, start + 120).replace(/\t/g, ' ');
  return `${shown}\n${' '.repeat(column - 1 - start)}^`;
};

/**
 * The fault for a text that is no FEEL expression, with the place and what should stand there.
 *
 * @param offset where, in characters from the start of `source`
 */
export const syntaxFault = (
  source: string,
  offset: number,
  { what, fix }: { readonly what: string; readonly fix: string },
): Fault<'feel'> & { readonly position: Position } => {
  const position = positionOf(source, offset);
  return fault(
    'feel',
    {
      what: `The FEEL expression does not parse: ${what}.`,
      where: `line ${position.line}, column ${position.column}\n${pointer(source, offset, position)}`,
      fix,
    },
    { position },
  );
};
