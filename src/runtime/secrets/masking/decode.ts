/**
 * Decodes spellings of characters: percent-encoding, escapes of JSON and of programming languages, and references of HTML and
 * XML. All of them are decoded in one pass. Text that is encoded repeatedly takes several passes.
 */
import { type Layer, type LayerBuilder, layerAbove } from './layer.ts';

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  0: '\0',
};

/** The names of the characters from U+00A0 on. */
const latinNames =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';

const names: ReadonlyMap<string, string> = new Map([
  ...latinNames.split(' ').map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
  ...Object.entries({
    ...{ amp: '&', AMP: '&', lt: '<', LT: '<', gt: '>', GT: '>', quot: '"', QUOT: '"', apos: "'", grave: '`' },
    ...{ Tab: '\t', NewLine: '\n', excl: '!', num: '#', dollar: '$', percnt: '%', lpar: '(', rpar: ')', ast: '*' },
    ...{ plus: '+', comma: ',', period: '.', sol: '/', colon: ':', semi: ';', equals: '=', quest: '?', commat: '@' },
    ...{ lsqb: '[', lbrack: '[', bsol: '\\', rsqb: ']', rbrack: ']', Hat: '^', lowbar: '_', lcub: '{', lbrace: '{' },
    ...{ verbar: '|', vert: '|', rcub: '}', rbrace: '}', hyphen: '-', dash: '-' },
  }),
]);

/**
 * The spellings of each family, by the character with which they begin. Percent-encoded bytes are matched together, since several
 * may be one character. A long run of backslashes is matched as a whole, because it would take a while in pairs.
 */
const families: Readonly<Record<string, RegExp>> = {
  '%': /(?:%[0-9a-fA-F]{2})+|%u[0-9a-fA-F]{4}/,
  '\\': /(?:\\\\){8,}|\\(?:u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|[nrtbfv0"'`\\/])/,
  '&': /&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/,
};

/** The characters with which spellings begin. */
const leads = Object.keys(families);

const spellingOf = (of: readonly string[]): RegExp =>
  new RegExp(of.map((lead) => families[lead]!.source).join('|'), 'g');

const anySpelling = spellingOf(leads);

const spellings: ReadonlyMap<string, RegExp> = new Map(leads.map((lead) => [lead, spellingOf([lead])]));

const ofPoint = (point: number): string | undefined => (point <= 0x10ffff ? String.fromCodePoint(point) : undefined);

const ofEscape = (found: string): string => {
  const kind = found[1]!;
  if (kind === '\\') return kind.repeat(found.length / 2);
  if (kind === 'x' || (kind === 'u' && found[2] !== '{'))
    return String.fromCharCode(Number.parseInt(found.slice(2), 16));
  if (kind === 'u') return ofPoint(Number.parseInt(found.slice(3, -1), 16)) ?? found;
  return escapes[kind] ?? kind;
};

const ofReference = (found: string): string => {
  if (found[1] !== '#') return names.get(found.slice(1, -1)) ?? found;
  const isHex = found[2] === 'x' || found[2] === 'X';
  const point = isHex ? Number.parseInt(found.slice(3, -1), 16) : Number.parseInt(found.slice(2, -1), 10);
  return ofPoint(point) ?? found;
};

/** The number of bytes of the character that begins with this byte in UTF-8; 1 for a byte that begins none. */
const bytesOf = (lead: number): number => {
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 1;
};

/** Adds the characters of percent-encoded bytes. Bytes that are not UTF-8 are taken as Latin-1. */
const addBytes = (builder: LayerBuilder, start: number, found: string): void => {
  const bytes = Buffer.from(found.replaceAll('%', ''), 'hex');
  for (let index = 0; index < bytes.length; ) {
    const length = bytesOf(bytes[index]!);
    const character = length === 1 ? '\ufffd' : bytes.toString('utf8', index, index + length);
    const isOne = length > 1 && index + length <= bytes.length && !character.includes('\ufffd');
    const end = index + (isOne ? length : 1);
    builder.replace(start + index * 3, start + end * 3, isOne ? character : String.fromCharCode(bytes[index]!));
    index = end;
  }
};

/**
 * Decodes the spellings in a layer once; `undefined` if there are none.
 *
 * @param spelling matches what is decoded: spellings of all families, or of one
 */
export const decodeOnce = (below: Layer, spelling: RegExp = anySpelling): Layer | undefined => {
  const { text } = below;
  const builder = layerAbove(below);
  let position = 0;
  let isChanged = false;
  for (const { index, 0: found } of text.matchAll(spelling)) {
    const isBytes = found[0] === '%' && found[1] !== 'u';
    const meaning = isBytes
      ? ''
      : found[0] === '%'
        ? String.fromCharCode(Number.parseInt(found.slice(2), 16))
        : found[0] === '\\'
          ? ofEscape(found)
          : ofReference(found);
    if (meaning === found) continue;
    isChanged = true;
    builder.copy(position, index);
    position = index + found.length;
    if (isBytes) addBytes(builder, index, found);
    else builder.replace(index, position, meaning);
  }
  if (!isChanged) return undefined;
  builder.copy(position, text.length);
  return builder.build();
};

/** Text that is encoded more often is not decoded to its end. Each pass shortens the text that it changes. */
const maxPasses = 8;

/** How many layers with a choice of families a text has at most: the number of choices grows with each pass. */
const maxChosen = 24;

/**
 * A layer and what it means, decoded again and again. Where a text has spellings of several families, it is decoded by all of
 * them and by each of them alone: JSON with a percent sign in a text means that sign.
 */
export const decodings = (layer: Layer): readonly Layer[] => {
  const found = [layer];
  const seen = new Set([layer.text]);
  let chosen = 0;
  const add = (next: Layer | undefined): void => {
    if (next === undefined || seen.has(next.text)) return;
    seen.add(next.text);
    found.push(next);
  };
  let begin = 0;
  for (let pass = 0; pass < maxPasses && begin < found.length; pass++) {
    const end = found.length;
    for (const below of found.slice(begin, end)) {
      add(decodeOnce(below));
      const present = leads.filter((lead) => below.text.includes(lead));
      if (present.length < 2 || chosen >= maxChosen) continue;
      chosen += present.length;
      for (const lead of present) add(decodeOnce(below, spellings.get(lead)));
    }
    begin = end;
  }
  return found;
};
