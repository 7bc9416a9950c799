export { compileExpression, isExpression } from './compile.ts';
export { parseTemporal } from './functions/temporals.ts';
export type { EvaluateOptions, Expression, Lookup, SuppliedFunction } from './types.ts';
export { type TemporalKind, temporalKind } from './values.ts';
