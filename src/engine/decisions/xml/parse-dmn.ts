import { DmnModdle } from 'dmn-moddle';
import { withTimeLimit } from '../../../feel/index.ts';
import type { Problem } from '../../model/types.ts';
import { type Element, pathOf } from '../../model/xml/element.ts';
import { decode, type Lost, lostProblem, oneLine, readWarnings } from '../../model/xml/parse-xml.ts';
import { checkXml } from '../../model/xml/well-formed.ts';
import { dmnLanguage, namespace } from './dmn-language.ts';

/** The extension of a decision that the engine reads. */
const zeebe = {
  name: 'Zeebe',
  uri: 'http://camunda.org/schema/zeebe/1.0',
  prefix: 'zeebe',
  xml: { tagAlias: 'lowerCase' },
  types: [
    { name: 'VersionTag', superClass: ['Element'], properties: [{ name: 'value', isAttr: true, type: 'String' }] },
  ],
};

/** The namespaces of the other versions of DMN that Camunda reads: 1.1, 1.2, 1.4 and 1.5. */
const otherNamespaces: readonly string[] = [
  'http://www.omg.org/spec/DMN/20151101/dmn.xsd',
  'http://www.omg.org/spec/DMN/20151101/dmn11.xsd',
  'http://www.omg.org/spec/DMN/20180521/MODEL/',
  'https://www.omg.org/spec/DMN/20211108/MODEL/',
  'https://www.omg.org/spec/DMN/20230324/MODEL/',
];

/** The file in the version that the parser knows. */
const withKnownNamespace = (text: string): string =>
  otherNamespaces.reduce(
    (xml, other) => xml.replaceAll(`"${other}"`, `"${namespace}"`).replaceAll(`'${other}'`, `'${namespace}'`),
    text,
  );

/** Created once, because registering the types takes longer than reading a small file. */
let moddle: DmnModdle | undefined;

const getModdle = (): DmnModdle => {
  moddle ??= new DmnModdle({ zeebe });
  return moddle;
};

const tooLong: Error = new Error('The file takes too long to read.');

/** Parts that the parser does not know in each version of DMN, and that do not affect decisions. */
const ignored = { inside: new Set(['DMNDI', 'itemDefinition']), themselves: new Set(['DMNDI', 'organizationUnit']) };

const isIgnored = ({ enclosing, tag }: Lost): boolean =>
  enclosing.some((element) => ignored.inside.has(element.tag)) ||
  ignored.themselves.has(tag.slice(tag.indexOf(':') + 1));

/** A parsed file with the problems that the parser has seen. */
export type ParsedDmn =
  | { readonly ok: true; readonly definitions: Element; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Only the texts of the parser itself describe the file. */
const reasonOf = (error: unknown): string => {
  const { message } = error as Error;
  return /^(?:unparsable content|failed to parse)/.test(message) ? oneLine(message) : 'its XML has no DMN structure';
};

const notDmn = (reason: string): string => `The file is not a DMN document: ${reason}`;

/**
 * Reads the XML of a DMN file, of version 1.1 to 1.5.
 *
 * @param resourceName identifies the file in a problem if it is not DMN
 * @param longest time limit in milliseconds
 */
export const parseDmn = async (resourceName: string, content: Uint8Array, longest = 3000): Promise<ParsedDmn> => {
  const failed = (text: string): ParsedDmn => ({ ok: false, problems: [{ element: resourceName, text }] });
  const text = decode(content);
  if (text === undefined) {
    return failed('The file is not text in the encoding that it declares (UTF-8 if it declares none).');
  }
  const xml = withKnownNamespace(text);
  const checked = checkXml(xml, dmnLanguage);
  if ('error' in checked) return failed(notDmn(checked.error));
  try {
    // The parser takes quadratic time for a file with very many faults, and reads it in one piece.
    const reading = withTimeLimit(
      longest,
      () => getModdle().fromXML(xml),
      () => tooLong,
    );
    const { rootElement, warnings } = await reading;
    const unknown = warnings.flatMap(({ message, element }): readonly Problem[] => {
      const [, name] = /^unknown attribute <(.*)>$/.exec(message) ?? [];
      if (name === undefined || element?.$type.startsWith('dmn:') !== true) return [];
      return [{ element: pathOf(element).join(' > '), text: `DMN has no attribute "${name}" here.` }];
    });
    const lost = readWarnings(xml, warnings).lost.filter((content) => !isIgnored(content));
    return {
      ok: true,
      definitions: rootElement,
      problems: [...checked.problems, ...unknown, ...lost.map((content) => lostProblem(content, resourceName))],
    };
  } catch (error) {
    if (error === tooLong) return failed(`Reading the file takes longer than ${longest / 1000} s. Split it.`);
    return failed(notDmn(reasonOf(error)));
  }
};
