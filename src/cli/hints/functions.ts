import { didYouMean, misspelt } from '../../common/nearest-name.ts';
import type { ProcessModel } from '../../engine/model/types.ts';
import { builtins } from '../../feel/functions/index.ts';
import type { Expression } from '../../feel/index.ts';
import { parse } from '../../feel/syntax/parse.ts';
import { childrenOf, type Syntax } from '../../feel/syntax/tree.ts';
import { expressionFunctionNames } from '../../runtime/execute/expressions/marks.ts';
import { expressionsOf } from './model-parts.ts';
import { headerExpressions } from './results.ts';
import type { Hint, HintFacts } from './types.ts';

/** A shorter name is not compared. */
const shortestName = 4;

const names: readonly string[] = [...builtins.keys()];

/** The names of the functions that an expression calls; those of contexts are left out. */
const calledIn = (node: Syntax): readonly string[] => [
  ...(node.kind === 'call' && node.path === undefined ? [node.name] : []),
  ...childrenOf(node).flatMap(calledIn),
];

interface Place {
  readonly model: ProcessModel;
  readonly elementId: string;
  /** E.g. `the input url of Fetch (process shop)`. */
  readonly place: string;
  readonly expression: Expression;
  /** The functions that it can call. */
  readonly known: readonly string[];
}

const placesOf = (facts: HintFacts): readonly Place[] => [
  ...facts.models.flatMap((model) =>
    expressionsOf(model).map(({ place, ...part }) => ({
      ...part,
      ...{ model, place: `${place} (process ${model.id})`, known: names },
    })),
  ),
  ...headerExpressions(facts).map(({ part: { model, elementId }, place, expression }) => ({
    ...{ model, elementId, place, expression, known: [...expressionFunctionNames, ...names] },
  })),
];

/** Names calls of functions that do not exist, and that are almost one of FEEL: they give null. */
export const unknownFunctions = (facts: HintFacts): readonly Hint[] =>
  placesOf(facts).flatMap(({ model, elementId, place, expression, known }) =>
    [...new Set(calledIn(parse(expression.source)))].flatMap((name): readonly Hint[] => {
      // Two edits turn a short name into any other.
      const meant = known.includes(name) || name.length < shortestName ? undefined : misspelt(name, known);
      if (meant === undefined) return [];
      const what = `${place}, ${JSON.stringify(`=${expression.source}`)}, calls ${name}, which is not a function of FEEL, so the call gives null.`;
      const text = `${model.resourceName}: ${didYouMean(what, meant)} Fix: correct the name in the expression.`;
      return [{ kind: 'function', level: 'warning', bpmnProcessId: model.id, elementId, text }];
    }),
  );
