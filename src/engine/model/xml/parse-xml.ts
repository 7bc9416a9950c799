import { BpmnModdle } from 'bpmn-moddle';
import { withTimeLimit } from '../../../feel/limits/time.ts';
import type { Problem } from '../types.ts';
import { bpmnLanguage } from './bpmn-language.ts';
import type { Element } from './element.ts';
import { type Enclosing, enclosingElements } from './enclosing-elements.ts';
import { notSupported } from './problems.ts';
import { checkXml } from './well-formed.ts';
import { zeebeTypes } from './zeebe-types.ts';

/** Content that the parser skipped, and where it was. */
export interface Lost {
  readonly enclosing: readonly Enclosing[];
  readonly tag: string;
  readonly text: string;
}

/** A parsed file, and what the parser could not read. */
export interface Document {
  readonly definitions: Element;
  readonly lost: readonly Lost[];
  /** What BPMN's schema does not allow. */
  readonly problems: readonly Problem[];
  /** The id that a reference names although no element has it. */
  readonly unresolved: (element: Element, property: string) => string | undefined;
}

export type Parsed =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const tooLong: Error = new Error('The file takes too long to read.');

/** Created once, because registering the types takes longer than reading a small file. */
let moddle: BpmnModdle | undefined;

const getModdle = (): BpmnModdle => {
  moddle ??= new BpmnModdle({ zeebe: zeebeTypes });
  return moddle;
};

/**
 * Reads the XML of a BPMN file.
 *
 * @param resourceName identifies the file in a problem if it is not BPMN
 * @param longest time limit in milliseconds
 */
export const parseBpmn = async (resourceName: string, content: Uint8Array, longest = 3000): Promise<Parsed> => {
  const failed = (text: string): Parsed => ({ ok: false, problems: [{ element: resourceName, text }] });
  const xml = decode(content);
  if (xml === undefined)
    return failed('The file is not text in the encoding that it declares (UTF-8 if it declares none).');
  const checked = checkXml(xml, bpmnLanguage);
  if ('error' in checked) return failed(notBpmn(checked.error));
  try {
    // The parser takes quadratic time for a file with very many faults, and reads it in one piece.
    const reading = withTimeLimit(
      longest,
      () => getModdle().fromXML(xml),
      () => tooLong,
    );
    const { rootElement, warnings } = await reading;
    return { ok: true, document: { definitions: rootElement, ...checked, ...readWarnings(xml, warnings) } };
  } catch (error) {
    if (error === tooLong) return failed(`Reading the file takes longer than ${longest / 1000} s. Split it.`);
    return failed(notBpmn(oneLine((error as Error).message)));
  }
};

const notBpmn = (reason: string): string => `The file is not a BPMN 2.0 document: ${reason}`;

/** The text of a file in the encoding that it declares; `undefined` if it is none. */
export const decode = (content: Uint8Array): string | undefined => {
  const [first, second] = content;
  const head = new TextDecoder('latin1').decode(content.subarray(0, 200));
  const declared = /^(?:ï»¿)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(head)?.[1];
  const marked =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  try {
    return new TextDecoder(marked ?? declared ?? 'utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
};

type Warnings = Awaited<ReturnType<BpmnModdle['fromXML']>>['warnings'];

/** What the parser could not read. */
export const readWarnings = (xml: string, warnings: Warnings): Omit<Document, 'definitions' | 'problems'> => {
  const references = new Map<Element, Map<string, string>>();
  for (const { message, element, property, value } of warnings) {
    if (!message.startsWith('unresolved reference') || element === undefined || property === undefined) continue;
    const byProperty = references.get(element) ?? new Map<string, string>();
    byProperty.set(property.slice(property.indexOf(':') + 1), value ?? '');
    references.set(element, byProperty);
  }
  const unparsable = warnings
    .map(({ message }) => message)
    // Text in an element of BPMN is among the problems already; other text has no meaning.
    .filter((message) => message.startsWith('unparsable content') && !message.includes('unexpected body text'));
  return { lost: readLost(xml, unparsable), unresolved: (element, property) => references.get(element)?.get(property) };
};

/** The parser reports skipped content only as text that contains tag, line, column and cause. */
const readLost = (xml: string, messages: readonly string[]): readonly Lost[] => {
  const details = messages.map((message) => {
    const [, tag = '', line, column] = /<\/?([^\s/>]+).*\sline: (\d+)\s+column: (\d+)/s.exec(message) ?? [];
    const reason = /nested error: (.*)$/s.exec(message)?.[1] ?? message;
    return { tag, line: Number(line ?? 0), column: Number(column ?? 0), text: explain(tag, reason) };
  });
  details.sort((one, other) => one.line - other.line || one.column - other.column);
  const places = enclosingElements(xml, details);
  return details.map(({ tag, text }, index) => ({ tag, text, enclosing: places[index] ?? [] }));
};

const explain = (tag: string, reason: string): string => {
  const [, what, name = ''] = /^(duplicate ID|illegal ID|unknown type) <(.*)>$/s.exec(reason) ?? [];
  if (what === 'duplicate ID') return `The id "${name}" is already used by another element. Ids must be unique.`;
  if (what === 'illegal ID') {
    return `The id "${name}" is not a valid XML id. It must begin with a letter or "_" and contain only letters, digits, "_", "-" and ".".`;
  }
  if (what === 'unknown type') return notSupported(`<${tag}>`);
  return `This content cannot be read: ${oneLine(reason)}`;
};

/** Length limit of a text of the parser, which can quote a large part of the file. */
const longestQuote = 300;

/** Without a regular expression, because one that trims lines takes quadratic time for a long run of blanks. */
export const oneLine = (text: string): string => {
  const lines = text.split('\n').map((line) => line.trim());
  const line = lines.filter((part) => part !== '').join(', ');
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
};

/** The problem of content that the parser skipped. Text outside all elements has the name of the file as its place. */
export const lostProblem = ({ enclosing, tag, text }: Lost, resourceName: string): Problem => {
  const anchor = enclosing.findLastIndex(
    (element) => element.id !== undefined && !element.tag.endsWith('EventDefinition'),
  );
  const path = enclosing.slice(Math.max(anchor, 0)).map((element, index) => (index === 0 && element.id) || element.tag);
  const place = [...path, tag.slice(tag.indexOf(':') + 1)].filter((part) => part !== '');
  return { element: place.join(' > ') || resourceName, text };
};
