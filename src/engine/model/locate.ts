/** An element around a place in a file. */
export interface Enclosing {
  /** Without its prefix. */
  readonly tag: string;
  readonly id?: string;
}

const markup = /<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(\/?)([^\s/>!]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>/gs;

/**
 * The elements around a place in well-formed XML, outermost first. The parser names the place of content that it
 * leaves out, but not the element that it belongs to.
 *
 * @param line from 0
 * @param column from 0
 */
export const enclosing = (xml: string, line: number, column: number): readonly Enclosing[] => {
  const open: Enclosing[] = [];
  const offset = offsetOf(xml, line) + column;
  for (const match of xml.matchAll(markup)) {
    if (match.index >= offset) break;
    const [, closing, name, attributes = '', empty] = match;
    if (name === undefined || empty === '/') continue;
    if (closing === '/') open.pop();
    else open.push({ tag: name.slice(name.indexOf(':') + 1), ...idOf(attributes) });
  }
  return open;
};

const offsetOf = (xml: string, line: number): number => {
  if (line === 0) return 0;
  let passed = 0;
  for (const { 0: lineBreak, index } of xml.matchAll(/\r\n|\r|\n/g)) {
    passed += 1;
    if (passed === line) return index + lineBreak.length;
  }
  return xml.length;
};

const idOf = (attributes: string): { readonly id?: string } => {
  const match = /(?:^|\s)id\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes);
  const id = match?.[1] ?? match?.[2];
  return id === undefined ? {} : { id };
};
