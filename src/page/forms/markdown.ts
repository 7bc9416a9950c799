/** Reads the Markdown of forms. What comes of it has only elements of a short list, and no HTML of the text becomes elements. */

/** The elements that a text of a form can have. */
export type RichTag =
  | `h${1 | 2 | 3 | 4 | 5 | 6}`
  | ('p' | 'ul' | 'ol' | 'li' | 'blockquote' | 'pre' | 'hr' | 'br' | 'div')
  | ('strong' | 'em' | 'del' | 'code' | 'a' | 'sub' | 'sup' | 'u')
  | ('table' | 'thead' | 'tbody' | 'tr' | 'th' | 'td');

/** A text, or an element with what is in it. */
export type RichNode =
  | string
  | {
      readonly tag: RichTag;
      /** Of a link: begins with `https:`, `http:` or `mailto:`. */
      readonly href?: string;
      /** Of a list: its first number. */
      readonly start?: number;
      readonly children: readonly RichNode[];
    };

/** How deeply elements can be in one another. What is deeper stays text. */
const mostDepth = 12;

/** The longest emphasis and the longest link, so that marks without an end cost little. */
const longestElement = 2_000;

/** Longer texts are not read as Markdown. */
const longestMarkdown = 20_000;

/** An address that a link may have; `undefined` if it may not. */
export const safeAddress = (address: string): string | undefined => {
  const trimmed = address.trim();
  return /^(?:https?:\/\/|mailto:)[^\s\\]+$/i.test(trimmed) ? trimmed : undefined;
};

const element = (tag: RichTag, children: readonly RichNode[]): RichNode => ({ tag, children });

const linkTo = (address: string, children: readonly RichNode[]): readonly RichNode[] => {
  const href = safeAddress(address);
  return href === undefined ? children : [{ tag: 'a', href, children }];
};

/** An element that stands in a line, and where the text goes on after it. */
interface Found {
  readonly nodes: readonly RichNode[];
  readonly end: number;
}

const emphases: readonly (readonly [mark: string, tag: RichTag])[] = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'del'],
  ['*', 'em'],
  ['_', 'em'],
];

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}]/u.test(character);

const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character);

const readEmphasis = (text: string, at: number, depth: number): Found | undefined => {
  for (const [mark, tag] of emphases) {
    const from = at + mark.length;
    if (!text.startsWith(mark, at) || isSpace(text[from])) continue;
    // In the middle of a word, as in snake_case, an underscore is an underscore.
    if (mark.startsWith('_') && isWord(text[at - 1])) continue;
    let close = text.indexOf(mark, from + 1);
    while (close >= 0 && close - from <= longestElement) {
      // Of three marks, the inner one belongs to what is inside.
      if (mark.length === 2 && text[from] === mark[0] && text[close + 2] === mark[0]) close += 1;
      const after = close + mark.length;
      const isLonger = mark.length === 1 && (text[close + 1] === mark || text[close - 1] === mark);
      const fits = !isSpace(text[close - 1]) && !isLonger && !(mark.startsWith('_') && isWord(text[after]));
      if (fits) return { nodes: [element(tag, readLine(text.slice(from, close), depth + 1))], end: after };
      close = text.indexOf(mark, close + (isLonger ? 2 : 1));
    }
  }
  return undefined;
};

const readCode = (text: string, at: number): Found | undefined => {
  const mark = /^`+/.exec(text.slice(at, at + 20))?.[0];
  const close = mark === undefined ? -1 : text.indexOf(mark, at + mark.length);
  if (mark === undefined || close < 0) return undefined;
  const content = text.slice(at + mark.length, close);
  return { nodes: [element('code', [content.trim() === '' ? content : content.trim()])], end: close + mark.length };
};

/** `[text](address "title")`. The text may contain pairs of brackets, and the address pairs of parentheses. */
const linkPattern =
  /^!?\[((?:[^[\]]|\[[^[\]]*\])*)\]\(\s*<?((?:[^\s()<>]|\([^\s()]*\))+)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/;

const addressPattern = /^<?((?:https?:\/\/|mailto:)[^\s<>]+)>?/i;

const readLink = (text: string, at: number, depth: number): Found | undefined => {
  const rest = text.slice(at, at + longestElement);
  const [whole, label = '', address = ''] = linkPattern.exec(rest) ?? [];
  if (whole !== undefined) {
    // Nothing is loaded from elsewhere, so an image is a link to it.
    const isImage = whole.startsWith('!');
    const shown = isImage ? [label === '' ? 'Image' : label] : readLine(label, depth + 1);
    return { nodes: linkTo(address, shown), end: at + whole.length };
  }
  if (isWord(text[at - 1])) return undefined;
  const [bare, given = ''] = addressPattern.exec(rest) ?? [];
  if (bare === undefined) return undefined;
  if (bare.startsWith('<'))
    return bare.endsWith('>') ? { nodes: linkTo(given, [given]), end: at + bare.length } : undefined;
  const plain = given.replace(/[.,;:!?)\]'"*_~]+$/, '');
  return { nodes: linkTo(plain, [plain]), end: at + plain.length };
};

const lineBreak = /^<br\s*\/?>/i;

/** Where something other than text may begin. */
const special = /[\\`*_~![<\n]|https?:\/\/|mailto:/gi;

/** Reads what stands in a line: emphasis, code, links and line breaks. */
const readLine = (text: string, depth: number): readonly RichNode[] => {
  if (depth > mostDepth) return [text];
  const nodes: RichNode[] = [];
  let plain = '';
  let at = 0;
  const put = (found: Found): void => {
    if (plain !== '') nodes.push(plain);
    plain = '';
    nodes.push(...found.nodes);
    at = found.end;
  };
  while (at < text.length) {
    special.lastIndex = at;
    const next = special.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    const character = text[at];
    if (character === undefined) break;
    const broken = character === '\n' ? '\n' : lineBreak.exec(text.slice(at, at + 10))?.[0];
    const found =
      broken === undefined
        ? (readCode(text, at) ?? readLink(text, at, depth) ?? readEmphasis(text, at, depth))
        : { nodes: [element('br', [])], end: at + broken.length };
    if (found !== undefined) put(found);
    else if (character === '\\' && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '')) {
      plain += text[at + 1]!;
      at += 2;
    } else {
      // A run of marks that opens nothing is passed at once, so that long ones take no longer than other text.
      const run = /^(?:\*+|_+|~+|`+|.|\n)/su.exec(text.slice(at))![0];
      plain += run;
      at += run.length;
    }
  }
  if (plain !== '') nodes.push(plain);
  return nodes;
};

// None of these patterns may repeat a character in two places that can stand side by side: on long lines, that takes minutes.
const fence = /^ {0,3}(`{3,}|~{3,})/;
const heading = /^ {0,3}(#{1,6})[ \t]+/;
const rule = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const quote = /^ {0,3}> ?/;
const item = /^( {0,3})(?:([-*+])|(\d{1,9})[.)])([ \t]+|$)/;
const ruleCell = /^:?-+:?$/;

const isBlank = (line: string): boolean => line.trim() === '';

const beginsBlock = (line: string): boolean =>
  [fence, heading, rule, quote, item].some((pattern) => pattern.test(line));

/** What was read, and how many lines it has. */
interface Block {
  readonly node: RichNode;
  readonly lines: number;
}

/** How many lines from the first on fulfil a condition. */
const countWhile = (lines: readonly string[], holds: (line: string, index: number) => boolean): number => {
  const end = lines.findIndex((line, index) => !holds(line, index));
  return end < 0 ? lines.length : end;
};

const readHeading = (line: string, depth: number): Block | undefined => {
  const [whole, marks] = heading.exec(line) ?? [];
  if (whole === undefined || marks === undefined) return undefined;
  const text = line.slice(whole.length).trim();
  let end = text.length;
  while (text[end - 1] === '#') end -= 1;
  // Number signs at the end close the heading, but those of a word, as in C#, belong to it.
  const title = isSpace(text[end - 1]) ? text.slice(0, end).trimEnd() : text;
  return { node: element(`h${marks.length as 1 | 2 | 3 | 4 | 5 | 6}`, readLine(title, depth + 1)), lines: 1 };
};

const readFence = (lines: readonly string[]): Block | undefined => {
  const mark = fence.exec(lines[0]!)?.[1];
  if (mark === undefined) return undefined;
  const inner = lines.slice(1);
  const count = countWhile(inner, (line) => !(line.trim().startsWith(mark) && /^(`+|~+)$/.test(line.trim())));
  const code = element('code', [inner.slice(0, count).join('\n')]);
  return { node: element('pre', [code]), lines: Math.min(count + 2, lines.length) };
};

const readQuote = (lines: readonly string[], depth: number): Block | undefined => {
  if (!quote.test(lines[0]!)) return undefined;
  const count = countWhile(lines, (line) => quote.test(line));
  const inner = lines.slice(0, count).map((line) => line.replace(quote, ''));
  return { node: element('blockquote', readBlocks(inner, depth + 1)), lines: count };
};

/** The items of a list: what is indented belongs to the item above it. */
const readList = (lines: readonly string[], depth: number): Block | undefined => {
  const first = item.exec(lines[0]!);
  if (first === null || rule.test(lines[0]!)) return undefined;
  const [, , bullet, number] = first;
  const items: string[][] = [];
  let count = 0;
  let isAfterBlank = false;
  for (const line of lines) {
    const found = item.exec(line);
    const isItem = found !== null && (found[2] === undefined) === (bullet === undefined) && !rule.test(line);
    const isInside = /^(?: {2,}|\t)/.test(line);
    if (isItem && !(isInside && items.length > 0)) items.push([line.slice(found[0].length)]);
    else if (isBlank(line)) items.at(-1)!.push('');
    else if (isInside) items.at(-1)!.push(line.replace(/^(?:\t| {2,4})/, ''));
    else if (!isAfterBlank && !beginsBlock(line)) items.at(-1)!.push(line);
    else break;
    isAfterBlank = isBlank(line);
    count += 1;
  }
  const children = items.map((inner) => {
    const [only, ...others] = readBlocks(inner, depth + 1);
    // The text of an item needs no paragraph of its own.
    const isText = typeof only === 'object' && only.tag === 'p';
    return element('li', only === undefined ? [] : isText ? [...only.children, ...others] : [only, ...others]);
  });
  const start = number === undefined ? undefined : Number(number);
  return {
    node: {
      tag: bullet === undefined ? 'ol' : 'ul',
      ...(start === undefined || start === 1 ? {} : { start }),
      children,
    },
    lines: count,
  };
};

/** The cells of a row; a bar after a backslash belongs to its cell. */
const cellsOf = (line: string): readonly string[] =>
  line
    .trim()
    .replace(/^\||(?<!\\)\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll('\\|', '|').trim());

/** Whether a line is the one below the head of a table, such as `| --- | :-: |`. */
const isTableRule = (line: string): boolean => cellsOf(line).every((cell) => ruleCell.test(cell));

const readTable = (lines: readonly string[], depth: number): Block | undefined => {
  if (!lines[0]!.includes('|') || !isTableRule(lines[1] ?? '')) return undefined;
  const rowOf = (line: string, tag: 'th' | 'td'): RichNode =>
    element(
      'tr',
      cellsOf(line).map((cell) => element(tag, readLine(cell, depth + 1))),
    );
  const count = countWhile(lines.slice(2), (line) => line.includes('|') && !isBlank(line));
  const rows = lines.slice(2, 2 + count).map((line) => rowOf(line, 'td'));
  const head = element('thead', [rowOf(lines[0]!, 'th')]);
  return { node: element('table', rows.length === 0 ? [head] : [head, element('tbody', rows)]), lines: count + 2 };
};

const readParagraph = (lines: readonly string[], depth: number): Block => {
  const count = Math.max(
    1,
    countWhile(lines, (line, index) => !isBlank(line) && (index === 0 || !beginsBlock(line))),
  );
  const text = lines
    .slice(0, count)
    .map((line) => line.trim().replace(/\\$/, ''))
    .join('\n');
  return { node: element('p', readLine(text, depth + 1)), lines: count };
};

const readBlock = (lines: readonly string[], depth: number): Block => {
  const [line = ''] = lines;
  const title = readHeading(line, depth);
  if (title !== undefined) return title;
  if (rule.test(line)) return { node: element('hr', []), lines: 1 };
  return (
    readFence(lines) ??
    readQuote(lines, depth) ??
    readList(lines, depth) ??
    readTable(lines, depth) ??
    readParagraph(lines, depth)
  );
};

const readBlocks = (lines: readonly string[], depth: number): readonly RichNode[] => {
  if (depth > mostDepth) return [lines.join('\n')];
  const nodes: RichNode[] = [];
  let at = 0;
  while (at < lines.length) {
    if (isBlank(lines[at]!)) at += 1;
    else {
      const { node, lines: count } = readBlock(lines.slice(at), depth);
      nodes.push(node);
      at += count;
    }
  }
  return nodes;
};

/**
 * Reads Markdown: headings, paragraphs, lists, quotes, code, tables, emphasis and links. A line break is one, as in the forms of
 * Camunda. An image becomes a link to it, and an address that is not of the web or of mail becomes text.
 *
 * @example
 * readMarkdown('Hi **Ada**'); // [{ tag: 'p', children: ['Hi ', { tag: 'strong', children: ['Ada'] }] }]
 */
export const readMarkdown = (text: string): readonly RichNode[] =>
  text.length > longestMarkdown ? [element('p', [text])] : readBlocks(text.replace(/\r\n?/g, '\n').split('\n'), 0);
