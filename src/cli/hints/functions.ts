import { didYouMean, misspelt } from '../../common/nearest-name.ts';
import { builtins } from '../../feel/functions/index.ts';
import { parse } from '../../feel/syntax/parse.ts';
import { childrenOf, type Syntax } from '../../feel/syntax/tree.ts';
import { expressionsOf } from './model-parts.ts';
import type { Hint, HintFacts } from './types.ts';

/** A shorter name is not compared. */
const shortestName = 4;

const names: readonly string[] = [...builtins.keys()];

/** The names of the functions that an expression calls; those of contexts are left out. */
const calledIn = (node: Syntax): readonly string[] => [
  ...(node.kind === 'call' && node.path === undefined ? [node.name] : []),
  ...childrenOf(node).flatMap(calledIn),
];

/** Names calls of functions that do not exist, and that are almost one of FEEL: they give null. */
export const unknownFunctions = ({ models }: HintFacts): readonly Hint[] =>
  models.flatMap((model) =>
    expressionsOf(model).flatMap(({ elementId, place, expression }) =>
      [...new Set(calledIn(parse(expression.source)))].flatMap((name): readonly Hint[] => {
        // Two edits turn a short name into any other.
        const meant = builtins.has(name) || name.length < shortestName ? undefined : misspelt(name, names);
        if (meant === undefined) return [];
        const what = `${place} (process ${model.id}), ${JSON.stringify(`=${expression.source}`)}, calls ${name}, which is not a function of FEEL, so the call gives null.`;
        const text = `${model.resourceName}: ${didYouMean(what, meant)} Fix: correct the name in the expression.`;
        return [{ kind: 'function', level: 'warning', bpmnProcessId: model.id, elementId, text }];
      }),
    ),
  );
