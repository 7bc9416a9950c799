import { setKey } from '../../../common/set-key.ts';
import type { Lookup } from '../../../feel/types.ts';
import type { InputMapping, OutputMapping } from '../../model/types.ts';
import type { Context } from '../store/context.ts';
import { stepFailure } from '../store/incidents.ts';
import { adoptVariables } from '../store/json-values.ts';
import type { ElementInstance, Scope } from '../store/records.ts';
import { lookupFrom, mergeAll, readVariable, writeAllLocal } from '../store/variables.ts';
import type { Json, Variables } from '../types.ts';
import { evaluate, evaluateSource } from './expressions.ts';

/** A lookup that reads the results of earlier mappings first. */
const withResults =
  (document: Scope, lookup: Lookup): Lookup =>
  (name) =>
    Object.hasOwn(document, name) ? document[name] : lookup(name);

type Mapping = InputMapping | OutputMapping;

/** Objects that the mappings have created are not frozen yet. */
const isMutable = (value: Json | undefined): value is Scope =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.isFrozen(value);

const mutableCopy = (value: Json | undefined): Scope =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...(value as Scope) } : {};

/** Tells whether an earlier mapping has replaced the object at the first `depth` parts of the target. */
const isReplaced = (earlier: readonly Mapping[], target: readonly string[], depth: number): boolean =>
  earlier.some((mapping) => mapping.target.length === depth && mapping.target.every((part, at) => part === target[at]));

/**
 * Writes a value to a dotted target. If two targets overlap, the last one takes effect. An object that existed before the
 * mappings keeps its other properties.
 */
const put = (
  document: Scope,
  target: readonly string[],
  value: Json,
  earlier: readonly Mapping[],
  before: Lookup,
): void => {
  let object = document;
  for (let depth = 1; depth < target.length; depth++) {
    const name = target[depth - 1]!;
    const known = Object.hasOwn(object, name) ? object[name] : undefined;
    let inner = known;
    if (!isMutable(inner)) {
      const kept = depth === 1 && known === undefined ? (before(name) as Json | undefined) : known;
      inner = isReplaced(earlier, target, depth) ? {} : mutableCopy(kept);
      setKey<Json>(object, name, inner);
    }
    object = inner;
  }
  setKey(object, target.at(-1)!, value);
};

const evaluateMappings = <M extends Mapping>(
  mappings: readonly M[],
  lookup: Lookup,
  before: Lookup,
  evaluateOne: (mapping: M, lookup: Lookup) => Json,
): Variables => {
  const document: Scope = {};
  const lookupResults = withResults(document, lookup);
  let index = 0;
  for (const mapping of mappings) {
    const value = evaluateOne(mapping, lookupResults);
    if (mapping.target.length === 1) setKey(document, mapping.target[0]!, value);
    else put(document, mapping.target, value, mappings.slice(0, index), before);
    index++;
  }
  return adoptVariables(document, (reason) => stepFailure('IO_MAPPING_ERROR', `Failed to map variables: ${reason}.`));
};

const nothing: Lookup = () => undefined;

/** Evaluates the input mappings in the scope of the element and writes the results there: all of them or none. */
export const applyInputs = (context: Context, element: ElementInstance): void => {
  const inputs = element.node?.inputs ?? [];
  if (inputs.length === 0) return;
  const variables = evaluateMappings(inputs, lookupFrom(element), nothing, ({ source }, lookup) =>
    source === undefined ? null : evaluateSource(context, source, lookup, 'IO_MAPPING_ERROR'),
  );
  writeAllLocal(element, variables);
};

/**
 * Applies the variables of the completed job or event. Without output mappings, they are merged from the scope of the
 * element outward. With output mappings, they become local, and only the results of the mappings are merged outward.
 */
export const applyOutputs = (context: Context, element: ElementInstance): void => {
  const outputs = element.node?.outputs ?? [];
  const { result } = element;
  if (outputs.length === 0) {
    if (result !== undefined) mergeAll(element, result);
    return;
  }
  if (result !== undefined) {
    writeAllLocal(element, result);
    // If an incident repeats this step, the variables must not overwrite the changes that resolve the incident.
    element.result = undefined;
  }
  const variables = evaluateMappings(
    outputs,
    lookupFrom(element),
    (name) => readVariable(element, name),
    ({ source }, lookup) => evaluate(context, source, lookup, 'IO_MAPPING_ERROR'),
  );
  mergeAll(element.scope ?? element, variables);
};
