import { type Fault, fault, isFault } from '../common/fault.ts';

/** A position in the text of an expression; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const refusal: unique symbol = Symbol('refusal');

/**
 * The error that our own functions throw during an evaluation. It names the reason but quotes no values;
 * {@link evaluationFault} turns it into a fault that also names the expression.
 */
export const refuse = (reason: string, cause?: unknown, fix?: string): Error =>
  Object.assign(cause === undefined ? new Error(reason) : new Error(reason, { cause }), {
    [refusal]: true as const,
    ...(fix === undefined ? {} : { fix }),
  });

const longest = 300;

const excerpt = (source: string): string => (source.length > longest ? `${source.slice(0, longest)}…` : source);

const isOverflow = (error: unknown): boolean => error instanceof RangeError && /call stack/i.test(error.message);

/**
 * The fault of a failed evaluation. Errors of the JavaScript engine or of supplied functions may quote the values of variables, so
 * the fault contains neither their text nor the error itself.
 */
export const evaluationFault = (
  source: string,
  error: unknown,
): Fault<'feel'> & { readonly reason?: string; readonly expression?: string } => {
  if (isFault(error, 'feel')) return error;
  const ours = error instanceof Error && refusal in error;
  const reason = isOverflow(error)
    ? 'it nests or recurses too deeply'
    : ours
      ? error.message
      : 'a function or operator cannot handle the values that it is given';
  return fault(
    'feel',
    {
      what: `The FEEL expression cannot be evaluated: ${reason}.`,
      where: excerpt(source),
      ...(ours && 'fix' in error ? { fix: String(error.fix) } : {}),
      ...(ours && error.cause !== undefined ? { cause: error.cause } : {}),
    },
    { reason, expression: excerpt(source) },
  );
};

const positionOf = (source: string, offset: number): Position => {
  const before = source.slice(0, offset).split('\n');
  return { line: before.length, column: before[before.length - 1]!.length + 1 };
};

/** The line with the error and a caret below the position. Long lines are shortened around it. */
const pointer = (source: string, offset: number, { column }: Position): string => {
  const line = source.split('\n')[source.slice(0, offset).split('\n').length - 1]!;
  const start = Math.max(0, column - 1 - 60);
  const shown = line.slice(start, start + 120).replace(/\t/g, ' ');
  return `${shown}\n${' '.repeat(column - 1 - start)}^`;
};

/**
 * The fault of a text that is not a FEEL expression. It names the position and what is expected there.
 *
 * @param offset the position, in characters from the start of `source`
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
