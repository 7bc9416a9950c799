import type { Problem } from '../types.ts';

/*
 * Checks that Camunda's parser makes and that the parsers of models do not: whether the file is well-formed XML with
 * declared namespaces, and whether text and elements are where the schema of the language allows them.
 */

/** What the schema of a language says about its elements. Names are without prefix. */
export interface Language {
  readonly namespace: string;
  /** Whether an element contains only elements. */
  readonly isWithoutText: (name: string) => boolean;
  /** Starts the check of what is in an element: the result gives the text of the problem of a child, in their order. */
  readonly checkChildren: (name: string) => (child: string) => string | undefined;
}

const nameStart = 'A-Za-z_\\u0080-\\uffff';
const localName = `[${nameStart}][${nameStart}0-9.\\-]*`;
const qName = `(?:${localName}:)?${localName}`;

const openTag = new RegExp(`<(${qName})`, 'y');
const attribute = new RegExp(`\\s+(${qName})\\s*=\\s*("[^"<]*"|'[^'<]*')`, 'y');
const endOfTag = /\s*(\/?)>/y;
const closeTag = new RegExp(`</(${qName})\\s*>`, 'y');
const brokenReference = /&(?!(?:lt|gt|amp|apos|quot|#\d+|#x[\dA-Fa-f]+);)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML does not allow them.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

interface Open {
  readonly name: string;
  /** The name in the namespace of the language; undefined for other elements. */
  readonly ownName: string | undefined;
  readonly id: string | undefined;
  /** Prefixes that the element declares. */
  readonly declared: readonly string[];
  readonly checkChild: ((child: string) => string | undefined) | undefined;
}

interface Scan {
  readonly xml: string;
  readonly language: Language;
  readonly open: Open[];
  /** Namespaces by prefix, the innermost last. The prefix of the default namespace is empty. */
  readonly namespaces: Map<string, string[]>;
  readonly problems: Problem[];
  hasRoot: boolean;
}

const fail = ({ xml }: Scan, at: number, text: string): Error => {
  const lines = xml.slice(0, at).split(/\r\n|\r|\n/);
  const place = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  return new SyntaxError(`it is not well-formed XML: ${place}: ${text}`);
};

const match = (pattern: RegExp, { xml }: Scan, at: number): RegExpExecArray | null => {
  pattern.lastIndex = at;
  return pattern.exec(xml);
};

/** The path of an open element: the closest id, then tags. */
const pathOf = (open: readonly Open[]): string => {
  const anchor = open.findLastIndex(({ id, ownName }) => id !== undefined && !ownName?.endsWith('EventDefinition'));
  return open
    .slice(Math.max(anchor, 0))
    .map(({ name, id }, index) => (index === 0 && id) || name.slice(name.indexOf(':') + 1))
    .join(' > ');
};

const report = ({ problems, open }: Scan, text: string): void => {
  problems.push({ element: pathOf(open), text });
};

const checkText = (scan: Scan, from: number, to: number): void => {
  const text = scan.xml.slice(from, to);
  if (text.trim() === '') return;
  const inside = scan.open.at(-1);
  if (inside === undefined) throw fail(scan, from + text.search(/\S/), 'There is text outside the root element.');
  const broken = brokenReference.exec(text)?.index ?? -1;
  if (broken >= 0) throw fail(scan, from + broken, 'A "&" must be written as "&amp;".');
  const closing = text.indexOf(']]>');
  if (closing >= 0) throw fail(scan, from + closing, 'A "]]>" must be written as "]]&gt;".');
  if (inside.ownName !== undefined && scan.language.isWithoutText(inside.ownName)) {
    report(scan, `The text in <${inside.ownName}> cannot be read: it may contain only elements. Remove the text.`);
  }
};

/** Skips a comment, a section of text, a processing instruction or a declaration; the result is where it ends. */
const skipSpecial = (scan: Scan, at: number): number | undefined => {
  const { xml } = scan;
  const endAfter = (begin: string, end: string, what: string): number => {
    const found = xml.indexOf(end, at + begin.length);
    if (found < 0) throw fail(scan, at, `${what} is not closed.`);
    return found;
  };
  if (xml.startsWith('<!--', at)) {
    const end = endAfter('<!--', '-->', 'A comment');
    const inside = xml.indexOf('--', at + 4);
    if (inside < end) throw fail(scan, inside, 'A comment must not contain "--".');
    return end + 3;
  }
  if (xml.startsWith('<![CDATA[', at)) {
    const end = endAfter('<![CDATA[', ']]>', 'A CDATA section');
    if (scan.open.length === 0) throw fail(scan, at, 'There is text outside the root element.');
    return end + 3;
  }
  if (xml.startsWith('<?', at)) return endAfter('<?', '?>', 'A processing instruction') + 2;
  if (xml.startsWith('<!', at)) throw fail(scan, at, 'A document type is not allowed.');
  return undefined;
};

const prefixOf = (name: string): string => (name.includes(':') ? name.slice(0, name.indexOf(':')) : '');

const namespaceOf = ({ namespaces }: Scan, prefix: string): string | undefined =>
  prefix === 'xml' ? 'http://www.w3.org/XML/1998/namespace' : namespaces.get(prefix)?.at(-1);

const readAttributes = (scan: Scan, from: number): { readonly values: Map<string, string>; readonly end: number } => {
  const values = new Map<string, string>();
  let end = from;
  for (let found = match(attribute, scan, end); found !== null; found = match(attribute, scan, end)) {
    const [all, name = '', quoted = ''] = found;
    if (values.has(name)) throw fail(scan, end, `The attribute "${name}" is there twice.`);
    if (brokenReference.test(quoted)) throw fail(scan, end, `A "&" in the attribute "${name}" must be "&amp;".`);
    values.set(name, quoted.slice(1, -1));
    end += all.length;
  }
  return { values, end };
};

/** Declares the prefixes of an element. */
const declare = ({ namespaces }: Scan, attributes: ReadonlyMap<string, string>): readonly string[] => {
  const declared: string[] = [];
  for (const [name, uri] of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
    const prefix = name === 'xmlns' ? '' : name.slice('xmlns:'.length);
    declared.push(prefix);
    const outer = namespaces.get(prefix);
    if (outer === undefined) namespaces.set(prefix, [uri]);
    else outer.push(uri);
  }
  return declared;
};

const checkPrefixes = (scan: Scan, at: number, name: string, attributes: ReadonlyMap<string, string>): void => {
  for (const each of [name, ...attributes.keys()]) {
    const prefix = prefixOf(each);
    if (prefix === '' || prefix === 'xmlns' || namespaceOf(scan, prefix) !== undefined) continue;
    throw fail(scan, at, `The prefix "${prefix}" of "${each}" is not declared. Add xmlns:${prefix}="…".`);
  }
};

const close = (scan: Scan): void => {
  for (const prefix of scan.open.pop()?.declared ?? []) scan.namespaces.get(prefix)?.pop();
};

const readOpenTag = (scan: Scan, at: number): number => {
  const name = match(openTag, scan, at)?.[1];
  if (name === undefined) throw fail(scan, at, 'A "<" begins no element. In text, write it as "&lt;".');
  const { values, end } = readAttributes(scan, at + 1 + name.length);
  const last = match(endOfTag, scan, end);
  if (last === null)
    throw fail(scan, end, `The tag <${name}> is not complete, or an attribute is not written as name="value".`);
  const parent = scan.open.at(-1);
  if (parent === undefined && scan.hasRoot) throw fail(scan, at, 'There is a second root element.');
  scan.hasRoot = true;
  const declared = declare(scan, values);
  checkPrefixes(scan, at, name, values);
  const { language } = scan;
  const isOwn = namespaceOf(scan, prefixOf(name)) === language.namespace;
  const ownName = isOwn ? name.slice(name.indexOf(':') + 1) : undefined;
  const problem = ownName === undefined ? undefined : parent?.checkChild?.(ownName);
  if (problem !== undefined) report(scan, problem);
  const checkChild = ownName === undefined ? undefined : language.checkChildren(ownName);
  scan.open.push({ name, ownName, id: values.get('id') || undefined, declared, checkChild });
  if (last[1] === '/') close(scan);
  return end + last[0].length;
};

const readCloseTag = (scan: Scan, at: number): number => {
  const found = match(closeTag, scan, at);
  const inside = scan.open.at(-1);
  if (found === null) throw fail(scan, at, 'A closing tag is not complete.');
  if (inside?.name !== found[1]) {
    const expected = inside === undefined ? 'nothing is open' : `</${inside.name}> is expected`;
    throw fail(scan, at, `There is </${found[1]}>, but ${expected}.`);
  }
  close(scan);
  return at + found[0].length;
};

const scanAll = (scan: Scan): void => {
  const { xml } = scan;
  const illegal = xml.search(forbidden);
  if (illegal >= 0) throw fail(scan, illegal, 'There is a character that XML does not allow.');
  let at = 0;
  while (at < xml.length) {
    const next = xml.indexOf('<', at);
    const tag = next < 0 ? xml.length : next;
    checkText(scan, at, tag);
    if (next < 0) break;
    at = skipSpecial(scan, tag) ?? (xml[tag + 1] === '/' ? readCloseTag(scan, tag) : readOpenTag(scan, tag));
  }
  const inside = scan.open.at(-1);
  if (inside !== undefined) throw fail(scan, xml.length, `<${inside.name}> is not closed.`);
  if (!scan.hasRoot) throw fail(scan, xml.length, 'There is no root element.');
};

/** What is wrong with a file: one error, if it is not well-formed, or problems of its elements. */
export type XmlCheck = { readonly error: string } | { readonly problems: readonly Problem[] };

/**
 * Checks whether a file is well-formed, and whether text and elements are where they may be.
 *
 * @param xml the file; the parser of the model has read it already
 */
export const checkXml = (xml: string, language: Language): XmlCheck => {
  const scan: Scan = { xml, language, open: [], namespaces: new Map(), problems: [], hasRoot: false };
  try {
    scanAll(scan);
  } catch (error) {
    if (error instanceof SyntaxError) return { error: error.message };
    throw error;
  }
  return { problems: scan.problems };
};
