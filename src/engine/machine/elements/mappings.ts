import { setKey } from '../../../common/set-key.ts';
import type { Lookup } from '../../../feel/types.ts';
import type { InputMapping, OutputMapping } from '../../model/types.ts';
import type { Core } from '../store/core.ts';
import { stepFailure } from '../store/failure.ts';
import type { ElementInstance, Scope } from '../store/records.ts';
import { adoptVariables } from '../store/values.ts';
import { lookupFrom, mergeAll, readVariable, writeAllLocal } from '../store/variables.ts';
import type { Json, Variables } from '../types.ts';
import { evaluate, evaluateSource } from './expressions.ts';

/** What mappings have produced so far; later ones see it before anything else. */
const seeing =
  (document: Scope, lookup: Lookup): Lookup =>
  (name) =>
    Object.hasOwn(document, name) ? document[name] : lookup(name);

type Mapping = InputMapping | OutputMapping;

/** Objects that mappings are putting together are not frozen yet. */
const isOpen = (value: Json | undefined): value is Scope =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.isFrozen(value);

const openCopy = (value: Json | undefined): Scope =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...(value as Scope) } : {};

/** Whether one of the earlier mappings has set the first `depth` parts of the target as a whole. */
const setAsWhole = (earlier: readonly Mapping[], target: readonly string[], depth: number): boolean =>
  earlier.some((mapping) => mapping.target.length === depth && mapping.target.every((part, at) => part === target[at]));

/**
 * Writes a value under a dotted target. Of two overlapping targets the last wins; an object that was there before the
 * mappings keeps its other names.
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
    if (!isOpen(inner)) {
      const kept = depth === 1 && known === undefined ? (before(name) as Json | undefined) : known;
      inner = setAsWhole(earlier, target, depth) ? {} : openCopy(kept);
      setKey<Json>(object, name, inner);
    }
    object = inner;
  }
  setKey(object, target.at(-1)!, value);
};

const map = <M extends Mapping>(
  mappings: readonly M[],
  lookup: Lookup,
  before: Lookup,
  evaluateOne: (mapping: M, lookup: Lookup) => Json,
): Variables => {
  const document: Scope = {};
  const sees = seeing(document, lookup);
  let index = 0;
  for (const mapping of mappings) {
    const value = evaluateOne(mapping, sees);
    if (mapping.target.length === 1) setKey(document, mapping.target[0]!, value);
    else put(document, mapping.target, value, mappings.slice(0, index), before);
    index++;
  }
  return adoptVariables(document, (reason) => stepFailure('IO_MAPPING_ERROR', `Failed to map variables: ${reason}.`));
};

const nothing: Lookup = () => undefined;

/** Evaluates the input mappings in the element's scope and writes the results there. All or none are written. */
export const applyInputs = (core: Core, element: ElementInstance): void => {
  const inputs = element.node?.inputs ?? [];
  if (inputs.length === 0) return;
  const variables = map(inputs, lookupFrom(element), nothing, ({ source }, lookup) =>
    source === undefined ? null : evaluateSource(core, source, lookup, 'IO_MAPPING_ERROR'),
  );
  writeAllLocal(element, variables);
};

/**
 * Applies what the element's job or event brought. With output mappings it becomes local, and only what they map goes to
 * the surrounding scope; without, it is merged from the element's own scope outward.
 */
export const applyOutputs = (core: Core, element: ElementInstance): void => {
  const outputs = element.node?.outputs ?? [];
  const { result } = element;
  if (outputs.length === 0) {
    if (result !== undefined) mergeAll(element, result);
    return;
  }
  if (result !== undefined) {
    writeAllLocal(element, result);
    // Were it applied again when an incident is resolved, it would undo the change that mends the incident.
    element.result = undefined;
  }
  const variables = map(
    outputs,
    lookupFrom(element),
    (name) => readVariable(element, name),
    ({ source }, lookup) => evaluate(core, source, lookup, 'IO_MAPPING_ERROR'),
  );
  mergeAll(element.scope ?? element, variables);
};
