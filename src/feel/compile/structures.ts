import { type ContextLiteral, contains, type List, type Syntax } from '../syntax/tree.ts';
import { functionsNamed, setEntry } from '../values/context-functions.ts';
import { type Context, errorOf, isError, isFunction } from '../values/kinds.ts';
import { binding, type Code, type Compiler, type Scope } from './compiler.ts';
import { bindEntry, countSteps, type Frame, noTestedValue } from './evaluation.ts';

/** A list or context that reads `?` where there is no tested value is an error, as on a cluster. */
const withTestedValue = (node: Syntax, code: Code): Code =>
  contains(node, ({ kind }) => kind === 'tested value')
    ? (evaluation, frame) => {
        try {
          return code(evaluation, frame);
        } catch (error) {
          if (error !== noTestedValue) throw error;
          return errorOf(noTestedValue.message);
        }
      }
    : code;

/** `[1, 2]` */
export const compileList = (node: List, compiler: Compiler): Code => {
  const codes = node.items.map((item) => compiler.compile(item));
  return withTestedValue(node, (evaluation, frame) => {
    countSteps(evaluation, codes.length);
    const list: unknown[] = [];
    for (const code of codes) {
      const value = code(evaluation, frame) ?? null;
      if (isError(value)) return value;
      list.push(value);
    }
    return list;
  });
};

const isRepeated = (context: Context, key: string, value: unknown): boolean =>
  isFunction(value) &&
  functionsNamed(context, key).some(({ parameters }) => parameters.length === value.parameters.length);

/** `{a: 1, b: a + 1}`; an entry can use the entries before it. */
export const compileContext = (node: ContextLiteral, compiler: Compiler): Code => {
  let scope: Scope = compiler.scope;
  const codes = node.entries.map(([key, value]) => {
    const code = compiler.compile(value, scope);
    scope = binding(scope, [key]);
    return [key, code] as const;
  });
  return withTestedValue(node, (evaluation, frame) => {
    countSteps(evaluation, codes.length);
    const context: Record<string, unknown> = {};
    let inner: Frame | undefined = frame;
    for (const [key, code] of codes) {
      const value = code(evaluation, inner) ?? null;
      if (isError(value)) return value;
      // Of several functions with one name and as many parameters, the first one is called.
      if (!isRepeated(context, key, value)) inner = bindEntry(key, value, inner);
      setEntry(context, key, value);
    }
    return context;
  });
};
