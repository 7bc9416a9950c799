import { setKey } from '../../common/set-key.ts';
import { parseNumber } from '../values/decimal.ts';
import { binding, type Code, type Compiler, type Scope } from './compiler.ts';
import { bind, countSteps, type Frame } from './evaluation.ts';
import { nameOf, type Syntax } from './parse.ts';

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', "'": "'" };

/** Unknown escapes stay as they are, so that a regular expression can contain `"\d+"`. */
const resolveEscapes = (text: string): string =>
  text.replace(/\\(?:u([\da-f]{4})|U([\da-f]{6})|(.))/gis, (whole, unit?: string, point?: string, sign?: string) => {
    if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16));
    if (point !== undefined) {
      const code = Number.parseInt(point, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }
    return escapes[sign ?? ''] ?? whole;
  });

/** The value of a string literal with its quotes. */
const textOfLiteral = (literal: string): string => {
  const inner = literal.slice(1, -1);
  return inner.includes('\\') ? resolveEscapes(inner) : inner;
};

/** The value of a literal; `undefined` for any other node. */
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

/** `[1, 2]` */
export const compileList = (node: Syntax, compiler: Compiler): Code => {
  const items = node.children.slice(1, -1).map((child) => compiler.compile(child));
  return (evaluation, frame) => {
    countSteps(evaluation, items.length);
    return items.map((item) => item(evaluation, frame) ?? null);
  };
};

const keyOf = (entry: Syntax): string => {
  const key = entry.children[0]!.children[0]!;
  const literal = literalOf(key);
  return literal === undefined ? nameOf(key) : String(literal.value);
};

/** `{a: 1, b: a + 1}`; an entry can use the entries before it. */
export const compileContext = (node: Syntax, compiler: Compiler): Code => {
  let scope: Scope = compiler.scope;
  const entries = node.children
    .filter(({ name }) => name === 'ContextEntry')
    .map((entry) => {
      const key = keyOf(entry);
      const code = compiler.compile(entry.children[entry.children.length - 1]!, scope);
      scope = binding(scope, [key]);
      return [key, code] as const;
    });
  return (evaluation, frame) => {
    countSteps(evaluation, entries.length);
    const context: Record<string, unknown> = {};
    let inner: Frame | undefined = frame;
    for (const [key, code] of entries) {
      const value = code(evaluation, inner) ?? null;
      setKey(context, key, value);
      inner = bind(key, value, inner);
    }
    return context;
  };
};
