import { isObject } from '../../../common/is-object.ts';
import { parseValue } from '../../../connector/values/json-text.ts';
import type { Key } from '../../../engine/machine/types.ts';
import { elements, elementsInside, extensionsOf, textAt } from '../../../engine/model/xml/element.ts';
import { parseBpmn } from '../../../engine/model/xml/parse-xml.ts';

/** The name under which the Modeler keeps the example data of an element. */
const propertyName = 'camundaModeler:exampleOutputJson';

/** Example data by the ids of elements: the text that is in the file. */
type ExampleTexts = ReadonlyMap<string, string>;

/** The file of a deployed process; `undefined` if there is none. */
export type ReadFile = (
  processDefinitionKey: Key,
) =>
  | { readonly name: string; readonly content: Uint8Array }
  | undefined
  | Promise<{ readonly name: string; readonly content: Uint8Array } | undefined>;

const readTexts = async (readFile: ReadFile, key: Key): Promise<ExampleTexts> => {
  const resource = await readFile(key);
  const parsed = resource === undefined ? undefined : await parseBpmn(resource.name, resource.content);
  const found = new Map<string, string>();
  if (parsed?.ok !== true) return found;
  for (const element of elementsInside(parsed.document.definitions)) {
    for (const property of extensionsOf(element, 'zeebe:Properties').flatMap((each) => elements(each, 'properties'))) {
      const value = textAt(property, 'value');
      if (textAt(property, 'name') === propertyName && element.id !== undefined && value !== undefined) {
        found.set(element.id, value);
      }
    }
  }
  return found;
};

/** Reads the example data of elements. */
export type ExampleData = (
  processDefinitionKey: Key,
  elementId: string,
) => Promise<Readonly<Record<string, unknown>> | undefined>;

/**
 * Creates a reader of the example data that the Modeler has put into the deployed files.
 *
 * @param readFile gives the files
 * @returns a function of the key of a process and the id of an element; its promise resolves with the variables, or with
 *   `undefined` if there are none or they are not a JSON object
 */
export const createExampleData = (readFile: ReadFile): ExampleData => {
  const files = new Map<Key, Promise<ExampleTexts>>();
  return async (key, elementId) => {
    if (!files.has(key)) files.set(key, readTexts(readFile, key));
    const text = (await files.get(key)!).get(elementId);
    if (text === undefined) return undefined;
    try {
      const value = parseValue(text);
      return isObject(value) ? value : undefined;
    } catch {
      return undefined;
    }
  };
};
