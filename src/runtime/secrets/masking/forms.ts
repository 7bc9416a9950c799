/** What reveals a secret: the texts to search for, one list for each kind of layer in which they are searched. */
import { decodings } from './decode.ts';
import { folded, type Layer, originalLayer, without } from './layer.ts';
import { type Pattern, patternOf } from './search.ts';

/** What reveals the secrets in a text. */
export interface Forms {
  /** Searched as they are: texts so short that a tolerant search would find them anywhere, and those that end with a line break. */
  readonly exact: readonly Pattern[];
  /** Searched in {@link tolerant} layers. */
  readonly tolerant: readonly Pattern[];
  /** Searched in layers of {@link base64Digits}. */
  readonly base64: readonly Pattern[];
  /** Searched in layers of {@link hexDigits}. */
  readonly hex: readonly Pattern[];
}

/**
 * The layer without the differences of spelling that decoding does not remove: HTML forms write a space as `+`, a URL loses
 * tabs and line breaks, and its backslashes become slashes.
 */
export const tolerant = (layer: Layer): Layer =>
  folded(without(layer, /[\t\r\n]+/g), (text) => text.replaceAll(' ', '+').replaceAll('\\', '/'));

/** The layer in which base64 digits follow each other without line breaks, in one alphabet. */
export const base64Digits = (layer: Layer): Layer =>
  folded(without(layer, /[\s:]+/g), (text) => text.replaceAll('-', '+').replaceAll('_', '/'));

/** The layer in which hexadecimal digits follow each other without separators: `68:75`, `68 75`, `68-75`, `0x68, 0x75`. */
export const hexDigits = (layer: Layer): Layer => without(layer, /(?:[\s:+,-]|0x)+/g);

/** The encoded form of fewer bytes is so short that it would occur by chance in any text. */
const leastBytes = 8;

/** A shorter text is searched exactly. */
const leastTolerant = 4;

/** What a secret means when it is decoded itself is searched only if it is not short. */
const leastDecoded = 8;

/** Characters at an end that a tolerant search leaves out. */
const looseEnd = /^[\t\r\n]|[\t\r\n]$/;

/** A line of fewer characters may occur in any file. */
const leastLine = 12;

/** One half of a surrogate pair becomes a replacement character when it is transmitted. */
const wellFormed = (text: string): string => (/[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text);

/** Keys and certificates have many lines, and an error may quote one of them. The first and the last line are not secret. */
const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= leastLine && !line.startsWith('-----'));
};

/** The secret, its lines, and what connectors and URLs leave of it when they trim it. */
const plainForms = (secret: string): readonly string[] => [
  ...new Set([secret, secret.trim(), wellFormed(secret), wellFormed(secret).trim(), ...linesOf(secret)]),
];

const tolerantForms = (text: string): readonly string[] =>
  decodings(originalLayer(text))
    .map((layer, index) => ({ form: tolerant(layer).text, least: index === 0 ? leastTolerant : leastDecoded }))
    .filter(({ form, least }) => form.length >= least)
    .map(({ form }) => form);

/**
 * The base64 digits that depend on these bytes alone, for each of their three possible positions in a group of three bytes.
 * They occur in the encoded text wherever the bytes are, e.g. as the password in `user:password`. Where the encoded text ends
 * with the bytes, its last digit depends on them as well, and padding may follow.
 */
const base64Forms = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].flatMap((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    return [digits.slice(from, to), digits.slice(from).replaceAll('=', ''), digits.slice(from)];
  });

/** Hexadecimal digits, and bytes as Node shows a `Uint8Array`, which loses its commas in the layer. */
const hexForms = (bytes: Buffer): readonly string[] => {
  const digits = bytes.toString('hex');
  return [digits, digits.toUpperCase(), [...bytes].join('')];
};

/** The forms that are so long that they do not occur by chance in what digits stand for. */
export const longForms = (forms: Forms): Forms => ({
  ...forms,
  exact: [],
  tolerant: forms.tolerant.filter(({ text }) => text.length >= leastBytes),
});

const patterns = (texts: readonly string[]): readonly Pattern[] => [...new Set(texts)].map(patternOf);

/**
 * Lists what reveals the secrets. An empty secret has no forms, and neither has one that the mask itself contains.
 *
 * @param mask the text that replaces the secrets
 * @param least shorter forms are left out
 */
export const formsOf = (secrets: Iterable<string>, mask: string, least: number): Forms => {
  const plain = [...secrets].filter((secret) => !mask.includes(secret)).flatMap(plainForms);
  const kept = plain.filter((form) => form.length >= least && !mask.includes(form));
  const bytes = kept.map((form) => Buffer.from(form)).filter(({ length }) => length >= leastBytes);
  return {
    exact: patterns(kept.filter((form) => form.length < leastTolerant || looseEnd.test(form))),
    tolerant: patterns(kept.flatMap(tolerantForms).filter((form) => !mask.includes(form))),
    base64: patterns(bytes.flatMap(base64Forms)),
    hex: patterns(bytes.flatMap(hexForms)),
  };
};
