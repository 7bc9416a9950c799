export { deploymentErrorText } from './checks/problems.ts';
export { compileBpmn } from './compile.ts';
export * from './elements/timer.ts';
export type * from './types.ts';
