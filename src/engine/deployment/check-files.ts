/** What the command `check` needs to look into files without an engine. */

export { compileBpmn } from '../model/index.ts';
export { readFiles } from './read-files.ts';
export { unservedInbound } from './unserved-inbound.ts';
