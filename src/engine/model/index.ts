/** BPMN files compiled to process models. */
export { compileBpmn } from './compile-bpmn.ts';
export { nextCronTime, parseCron } from './cron.ts';
export * from './iso8601.ts';
export type * from './types.ts';
export { deploymentErrorText, isOfEngineOnly } from './xml/problems.ts';
