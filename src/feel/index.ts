/** FEEL as Camunda's engine evaluates it. */
export { compileExpression, compileTests, isExpression } from './compile/compile-expression.ts';
export { compileMappings, type Mapping } from './compile/compile-mappings.ts';
export { parseTemporal } from './functions/temporals.ts';
export { createTimeBudget, refill } from './limits/budget.ts';
export type { EvaluateOptions, Expression, Lookup, SuppliedFunction, TimeBudget } from './types.ts';
export { type TemporalKind, temporalKind } from './values/kinds.ts';
