import { createRequire } from 'node:module';

/**
 * The extension elements of Zeebe, as the XML parser reads their description. The build replaces this module with one that
 * contains the description, so that the package reads no file at run time and works in a bundle.
 */
// An import of JSON is experimental in Node 20.
export const zeebeTypes: unknown = createRequire(import.meta.url)('zeebe-bpmn-moddle/resources/zeebe.json');
