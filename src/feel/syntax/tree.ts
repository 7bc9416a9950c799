/** The syntax tree of an expression or of unary tests. */

interface At {
  /** Offset of the first character. */
  readonly from: number;
}

export interface Literal extends At {
  readonly kind: 'literal';
  readonly value: unknown;
}

/** A name, or a path that begins with a name. */
export interface Reference extends At {
  readonly kind: 'reference';
  readonly names: readonly [string, ...string[]];
}

/** `?` */
export interface TestedValue extends At {
  readonly kind: 'tested value';
}

export interface Path extends At {
  readonly kind: 'path';
  readonly target: Syntax;
  readonly key: string;
}

export interface Filter extends At {
  readonly kind: 'filter';
  readonly target: Syntax;
  readonly filter: Syntax;
}

export interface List extends At {
  readonly kind: 'list';
  readonly items: readonly Syntax[];
}

export type Entry = readonly [key: string, value: Syntax];

export interface ContextLiteral extends At {
  readonly kind: 'context';
  readonly entries: readonly Entry[];
}

export interface If extends At {
  readonly kind: 'if';
  readonly condition: Syntax;
  readonly positive: Syntax;
  readonly otherwise: Syntax;
}

export interface For extends At {
  readonly kind: 'for';
  readonly iterations: readonly Entry[];
  readonly body: Syntax;
}

export interface Quantified extends At {
  readonly kind: 'some' | 'every';
  readonly iterations: readonly Entry[];
  readonly condition: Syntax;
}

/** `1..3` after `in` in a loop. */
export interface Counting extends At {
  readonly kind: 'counting';
  readonly start: Syntax;
  readonly end: Syntax;
}

export interface Binary extends At {
  readonly kind: 'and' | 'or' | 'arithmetic' | 'comparison';
  readonly operator: string;
  readonly left: Syntax;
  readonly right: Syntax;
}

export interface Between extends At {
  readonly kind: 'between';
  readonly value: Syntax;
  readonly low: Syntax;
  readonly high: Syntax;
}

export interface Negative extends At {
  readonly kind: 'negative';
  readonly operand: Syntax;
}

export interface InstanceOf extends At {
  readonly kind: 'instance of';
  readonly value: Syntax;
  readonly type: string;
}

export interface In extends At {
  readonly kind: 'in';
  readonly value: Syntax;
  readonly test: Syntax;
}

export interface Range extends At {
  readonly kind: 'range';
  readonly start: Syntax;
  readonly end: Syntax;
  readonly startIncluded: boolean;
  readonly endIncluded: boolean;
}

export type Arguments =
  | { readonly kind: 'positional'; readonly values: readonly Syntax[] }
  | { readonly kind: 'named'; readonly values: readonly Entry[] };

/** A call. With a path, the function is an entry of a context. */
export interface Call extends At {
  readonly kind: 'call';
  readonly path: Reference | undefined;
  readonly name: string;
  readonly arguments: Arguments;
}

export interface FunctionLiteral extends At {
  readonly kind: 'function';
  readonly parameters: readonly string[];
  readonly body: Syntax;
}

/** `> 5`, applied to the tested value; `=` for `true` and `false`. */
export interface ComparisonTest extends At {
  readonly kind: 'comparison test';
  readonly operator: string;
  readonly operand: Syntax;
}

/** `[1..5]`, applied to the tested value. */
export interface RangeTest extends At {
  readonly kind: 'range test';
  readonly range: Range;
}

/** Any other expression as a test: a condition, or a value to compare with. */
export interface ExpressionTest extends At {
  readonly kind: 'expression test';
  readonly expression: Syntax;
}

/** Several tests, of which one must pass. */
export interface Alternatives extends At {
  readonly kind: 'alternatives';
  readonly tests: readonly Syntax[];
}

/** `not(...)` in unary tests. */
export interface NegatedTest extends At {
  readonly kind: 'negated test';
  readonly test: Syntax;
}

export type Syntax =
  | Literal
  | Reference
  | TestedValue
  | Path
  | Filter
  | List
  | ContextLiteral
  | If
  | For
  | Quantified
  | Counting
  | Binary
  | Between
  | Negative
  | InstanceOf
  | In
  | Range
  | Call
  | FunctionLiteral
  | ComparisonTest
  | RangeTest
  | ExpressionTest
  | Alternatives
  | NegatedTest;

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && 'kind' in value && 'from' in value;

const inside = (value: unknown): readonly Syntax[] => {
  if (isSyntax(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(inside);
  return typeof value === 'object' && value !== null && 'values' in value ? inside(value.values) : [];
};

/** The nodes directly below a node. */
export const childrenOf = (node: Syntax): readonly Syntax[] =>
  node.kind === 'literal' ? [] : Object.values(node).flatMap(inside);

/** Tells whether a node or one below it meets a condition. */
export const contains = (node: Syntax, condition: (node: Syntax) => boolean): boolean =>
  condition(node) || childrenOf(node).some((child) => contains(child, condition));

/** Tells whether a node reads a name. */
export const mentions = (node: Syntax, name: string): boolean =>
  contains(node, (inner) => inner.kind === 'reference' && inner.names[0] === name);
