import { createRequire } from 'node:module';
import { BpmnModdle } from 'bpmn-moddle';
import { notSupported } from '../checks/unsupported.ts';
import type { Problem } from '../types.ts';
import type { Element } from './element.ts';
import { type Enclosing, enclosing } from './locate.ts';

/** Content that the parser had to leave out, and where it stood. */
export interface Lost {
  readonly enclosing: readonly Enclosing[];
  readonly tag: string;
  readonly text: string;
}

/** A parsed file, with what the parser could not make sense of. */
export interface Document {
  readonly definitions: Element;
  readonly lost: readonly Lost[];
  /** The id that a reference names although nothing has it. */
  readonly unresolved: (element: Element, property: string) => string | undefined;
}

export type Parsed =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Made at the first use and then kept, since registering the types takes longer than reading a small file. */
let moddle: BpmnModdle | undefined;

const getModdle = (): BpmnModdle => {
  // Not an import: JSON modules are experimental in Node 20.
  moddle ??= new BpmnModdle({ zeebe: createRequire(import.meta.url)('zeebe-bpmn-moddle/resources/zeebe.json') });
  return moddle;
};

/**
 * Reads the XML of a BPMN file.
 *
 * @param resourceName stands in for an element in the problems of a file that is no BPMN at all
 */
export const parseBpmn = async (resourceName: string, content: Uint8Array): Promise<Parsed> => {
  const failed = (text: string): Parsed => ({ ok: false, problems: [{ element: resourceName, text }] });
  const xml = decode(content);
  if (xml === undefined)
    return failed('The file is not text in the encoding that it declares (UTF-8 if it declares none).');
  try {
    const { rootElement, warnings } = await getModdle().fromXML(xml);
    return { ok: true, document: { definitions: rootElement, ...readWarnings(xml, warnings) } };
  } catch (error) {
    return failed(`The file is not a BPMN 2.0 document: ${oneLine((error as Error).message)}`);
  }
};

const decode = (content: Uint8Array): string | undefined => {
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

const readWarnings = (xml: string, warnings: Warnings): Omit<Document, 'definitions'> => {
  const references = new Map<Element, Map<string, string>>();
  for (const { message, element, property, value } of warnings) {
    if (!message.startsWith('unresolved reference') || element === undefined || property === undefined) continue;
    const byProperty = references.get(element) ?? new Map<string, string>();
    byProperty.set(property.slice(property.indexOf(':') + 1), value ?? '');
    references.set(element, byProperty);
  }
  const unparsable = warnings
    .map(({ message }) => message)
    .filter((message) => message.startsWith('unparsable content'));
  return { lost: readLost(xml, unparsable), unresolved: (element, property) => references.get(element)?.get(property) };
};

/** The parser tells of lost content in words only: tag, line and column, and the error behind it. */
const readLost = (xml: string, messages: readonly string[]): readonly Lost[] => {
  const details = messages.map((message) => {
    const [, tag = '', line, column] = /<\/?([^\s/>]+).*\sline: (\d+)\s+column: (\d+)/s.exec(message) ?? [];
    const reason = /nested error: (.*)$/s.exec(message)?.[1] ?? message;
    return { tag, line: Number(line ?? 0), column: Number(column ?? 0), text: explain(tag, reason) };
  });
  details.sort((one, other) => one.line - other.line || one.column - other.column);
  const places = enclosing(xml, details);
  return details.map(({ tag, text }, index) => ({ tag, text, enclosing: places[index] ?? [] }));
};

const explain = (tag: string, reason: string): string => {
  const [, what, name = ''] = /^(duplicate ID|illegal ID|unknown type) <(.*)>$/s.exec(reason) ?? [];
  if (what === 'duplicate ID') return `The id "${name}" belongs to another element already. Give each element its own.`;
  if (what === 'illegal ID') {
    return `The id "${name}" is not a valid XML id: begin with a letter or "_", go on with letters, digits, "_", "-" or ".".`;
  }
  if (what === 'unknown type') return notSupported(`<${tag}>`);
  return `This content cannot be read: ${oneLine(reason)}`;
};

const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ', ');
