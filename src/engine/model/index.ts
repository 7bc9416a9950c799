export { compileBpmn } from './compile.ts';
export { deploymentErrorText } from './problems.ts';
export * from './timer.ts';
export type * from './types.ts';
