import { parseNumber } from '../values/decimal.ts';
import type { Syntax } from './syntax.ts';

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', "'": "'" };

/** Unknown escapes stay as they are, so that a pattern may say `"\d+"`. */
const resolveEscapes = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|U([\da-f]{6})|(.))/gis, (whole, unit?: string, point?: string, sign?: string) => {
    if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
    if (point !== undefined) {
      const code = Number.parseInt(point, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }
    return escapes[sign ?? ''] ?? whole;
  });

/** The value that a text in double quotes stands for. */
const textOfLiteral = (literal: string): string => {
  const inner = literal.slice(1, -1);
  return inner.includes('\\') ? resolveEscapes(inner) : inner;
};

/** The value of a literal; `undefined` for every other node. */
export const literalOf = (node: Syntax): { readonly value: unknown } | undefined => {
  switch (node.name) {
    case 'NumericLiteral':
      return { value: parseNumber(node.text.replace(/\s/g, '')) };
    case 'StringLiteral':
      return { value: textOfLiteral(node.text) };
    case 'BooleanLiteral':
      return { value: node.text === 'true' };
    case 'null':
      return { value: null };
    default:
      return undefined;
  }
};
