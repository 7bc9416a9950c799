import { compileMappings, type Mapping } from '../../../feel/index.ts';
import type { Expression } from '../../../feel/types.ts';
import type { InputMapping, OutputMapping } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import { isLoopInstance } from '../store/loops.ts';
import type { ElementInstance } from '../store/records.ts';
import { lookupFrom, mergeAll, writeAllLocal } from '../store/variables.ts';
import type { Variables } from '../types.ts';
import { evaluate } from './expressions.ts';

const inputOf = ({ source, target }: InputMapping): Mapping => {
  if (source === undefined) return { target, source: { kind: 'constant', value: null } };
  return source.kind === 'static'
    ? { target, source: { kind: 'constant', value: source.text } }
    : { target, source: { kind: 'expression', text: source.expression.source } };
};

const outputOf = ({ source, target }: OutputMapping): Mapping => ({
  target,
  source: { kind: 'expression', text: source.source },
});

/** The mappings of an element are one context. It is compiled when they are used for the first time. */
const compiled = new WeakMap<readonly unknown[], Expression>();

const compiledFor = (mappings: readonly unknown[], compile: () => Expression): Expression => {
  const known = compiled.get(mappings);
  if (known !== undefined) return known;
  const expression = compile();
  compiled.set(mappings, expression);
  return expression;
};

const evaluateMappings = (context: Context, element: ElementInstance, expression: Expression): Variables =>
  evaluate(context, expression, lookupFrom(element), 'IO_MAPPING_ERROR') as Variables;

/** Evaluates the input mappings in the scope of the element and writes the results there: all of them or none. */
export const applyInputs = (context: Context, element: ElementInstance): void => {
  const inputs = element.node?.inputs ?? [];
  if (inputs.length === 0) return;
  const expression = compiledFor(inputs, () => compileMappings(inputs.map(inputOf), false));
  const variables = evaluateMappings(context, element, expression);
  writeAllLocal(context, element, variables);
};

/**
 * Applies the variables of the completed job or event. Without output mappings, they are merged from the scope of the
 * element outward. With output mappings, they become local, and only the results of the mappings are merged outward.
 */
export const applyOutputs = (context: Context, element: ElementInstance): void => {
  const outputs = element.node?.outputs ?? [];
  const { result } = element;
  if (outputs.length === 0) {
    if (result !== undefined) mergeAll(context, element, result);
    return;
  }
  if (result !== undefined) {
    writeAllLocal(context, element, result);
    // If an incident repeats this step, the variables must not overwrite the changes that resolve the incident.
    element.result = undefined;
  }
  const expression = compiledFor(outputs, () => compileMappings(outputs.map(outputOf), true));
  const variables = evaluateMappings(context, element, expression);
  // As in Zeebe: an instance of a multi-instance activity keeps what its output element reads.
  mergeAll(context, isLoopInstance(element) ? element : (element.scope ?? element), variables);
};
