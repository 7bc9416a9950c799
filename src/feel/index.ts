/** FEEL as Camunda's engine evaluates it. */
export { compileExpression, compileTests, isExpression } from './compile/compile-expression.ts';
export { compileMappings, type Mapping } from './compile/compile-mappings.ts';
export { type FoundArgument, type FoundCall, findCalls } from './compile/find-calls.ts';
export { type FoundPlace, type FoundPlaces, findPlaces } from './compile/find-places.ts';
export { parseTemporal } from './functions/temporals.ts';
export { allowance, createTimeBudget, refill, spend } from './limits/budget.ts';
export { repeatable } from './limits/repeatable.ts';
export { repeatIfStopped, withTimeLimit } from './limits/time.ts';
export type { EvaluateOptions, Expression, FeelFunction, Lookup, SuppliedFunction, TimeBudget } from './types.ts';
export { setEntry } from './values/context-functions.ts';
export { toJson } from './values/json.ts';
export {
  errorOf,
  functionOf,
  isFunction,
  type Kind,
  kindOf,
  type TemporalKind,
  temporalKind,
} from './values/kinds.ts';
