/** How rules of the grammar are put together. A rule gives what it has found, or `undefined` if the text does not fit. */
import { fail, type Scanner, skip, take, takeOne } from './scanner.ts';
import type { Binary, Syntax } from './tree.ts';

interface Outcome {
  readonly node: Syntax | undefined;
  readonly end: number;
}

/** A scanner that remembers what the two rules that are tried repeatedly have found at each position. */
export interface Parser extends Scanner {
  readonly expressions: Map<number, Outcome>;
  readonly sums: Map<number, Outcome>;
}

export type Rule<Found = Syntax> = (parser: Parser) => Found | undefined;

/** Tries a rule; if it fails, the position is as before. */
export const attempt =
  <Found>(rule: Rule<Found>): Rule<Found> =>
  (parser) => {
    const start = parser.position;
    const found = rule(parser);
    if (found === undefined) parser.position = start;
    return found;
  };

export const remembered =
  (rule: Rule, memory: (parser: Parser) => Map<number, Outcome>): Rule =>
  (parser) => {
    const start = parser.position;
    const known = memory(parser).get(start);
    const node = known === undefined ? attempt(rule)(parser) : known.node;
    if (known === undefined) memory(parser).set(start, { node, end: parser.position });
    else parser.position = known.end;
    return node;
  };

export const first =
  (...rules: readonly Rule[]): Rule =>
  (parser) => {
    for (const rule of rules) {
      const node = attempt(rule)(parser);
      if (node !== undefined) return node;
    }
    return undefined;
  };

/** Moves behind a text, after whitespace. */
export const next = (parser: Parser, text: string, expected?: string): boolean => {
  skip(parser);
  if (take(parser, text)) return true;
  if (expected !== undefined) fail(parser, expected);
  return false;
};

/** A rule after whitespace. */
export const after = <Found>(parser: Parser, rule: Rule<Found>, expected?: string): Found | undefined => {
  skip(parser);
  const found = rule(parser);
  return found === undefined && expected !== undefined ? fail(parser, expected) : found;
};

/** `rule, rule, ...`; a separator without another item behind it is left over. */
export const separated = <Found>(
  parser: Parser,
  rule: Rule<Found>,
  separator: string,
  expected?: string,
): readonly Found[] => {
  const found: Found[] = [];
  let end = parser.position;
  let item = attempt<Found>((inner) => after(inner, rule))(parser);
  while (item !== undefined) {
    found.push(item);
    end = parser.position;
    item = next(parser, separator) ? after(parser, rule, expected) : undefined;
  }
  parser.position = end;
  return found;
};

/** `operand operator operand ...`, grouped from the left. */
export const chain =
  (operand: Rule, operators: readonly string[], kind: Binary['kind'], expected: string): Rule =>
  (parser) => {
    let left = operand(parser);
    if (left === undefined) return undefined;
    for (;;) {
      const end = parser.position;
      skip(parser);
      const operator = takeOne(parser, ...operators);
      const right = operator === undefined ? undefined : after(parser, operand, expected);
      if (right === undefined) {
        parser.position = end;
        return left;
      }
      left = { kind, from: left.from, operator: operator!, left, right };
    }
  };
