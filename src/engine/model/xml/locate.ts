/** An element around a place in a file. */
export interface Enclosing {
  /** Without its prefix. */
  readonly tag: string;
  readonly id?: string;
}

const markup = /<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(\/?)([^\s/>!]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>/gs;

/** A place as the parser tells it; both numbers count from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The elements around each of some places in well-formed XML, outermost first. The parser names the place of content
 * that it leaves out, but not the element that it belongs to.
 *
 * @param positions in the order of the file, so that one pass finds them all
 */
export const enclosing = (xml: string, positions: readonly Position[]): readonly (readonly Enclosing[])[] => {
  if (positions.length === 0) return [];
  const lines = [0, ...Array.from(xml.matchAll(/\r\n|\r|\n/g), ({ 0: lineBreak, index }) => index + lineBreak.length)];
  const found: Enclosing[][] = [];
  const open: Enclosing[] = [];
  const passed = (offset: number): boolean => {
    const position = positions[found.length];
    return position !== undefined && (lines[position.line] ?? 0) + position.column <= offset;
  };
  for (const match of xml.matchAll(markup)) {
    while (passed(match.index)) found.push([...open]);
    if (found.length === positions.length) break;
    const [, closing, name, attributes = '', empty] = match;
    if (name === undefined || empty === '/') continue;
    if (closing === '/') open.pop();
    else open.push({ tag: name.slice(name.indexOf(':') + 1), ...idOf(attributes) });
  }
  return positions.map((_, index) => found[index] ?? [...open]);
};

const idOf = (attributes: string): { readonly id?: string } => {
  const match = /(?:^|\s)id\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(attributes);
  const id = match?.[1] ?? match?.[2];
  return id === undefined ? {} : { id };
};
