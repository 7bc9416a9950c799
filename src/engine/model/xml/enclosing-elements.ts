/** An element around a position in a file. */
export interface Enclosing {
  /** Without prefix. */
  readonly tag: string;
  readonly id?: string;
}

const markup = /<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(\/?)([^\s/>!]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>/gs;

/** A position as the parser reports it; both numbers count from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * The elements around each of the positions in well-formed XML, outermost first. The parser reports the position of content
 * that it skips, but not the element that contains it.
 *
 * @param positions in the order of the file, so that one pass finds them all
 */
export const enclosingElements = (xml: string, positions: readonly Position[]): readonly (readonly Enclosing[])[] => {
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
