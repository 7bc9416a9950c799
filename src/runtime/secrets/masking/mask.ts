import { isUtf8 } from 'node:buffer';
import { longestMessage } from '../../shared/error-text.ts';
import { decodings } from './decode.ts';
import { base64Digits, type Forms, formsOf, hexDigits, longForms, tolerant } from './forms.ts';
import { addFragments, addTail } from './fragments.ts';
import { type Layer, originalLayer, type Span } from './layer.ts';
import { addOccurrences, type Pattern } from './search.ts';

/** The text that replaces a secret. */
export const mask = '***';

/** Replaces secrets in text. */
export type Masker = (text: string) => string;

/** Digits inside decoded digits are decoded once more. */
const maxUnpacked = 2;

const base64Run = /[A-Za-z0-9+/_-]{16,}/g;
const hexRun = /[0-9a-fA-F]{16,}/g;

/** The text that bytes contain; `undefined` if they are not text. */
const textOf = (bytes: Buffer): string | undefined => (isUtf8(bytes) ? bytes.toString() : undefined);

/** The texts that a run of digits may encode. */
type Unpack = (run: string) => readonly (string | undefined)[];

/** A hexadecimal digit may precede the run by chance. */
const unpackHex: Unpack = (run) => [0, 1].map((from) => textOf(Buffer.from(run.slice(from), 'hex')));

const unpackBase64: Unpack = (run) => [textOf(Buffer.from(run, 'base64'))];

const addPatterns = (layer: Layer, patterns: readonly Pattern[], wasCut: boolean, spans: Span[]): void => {
  const found: Span[] = [];
  for (const pattern of patterns) addOccurrences(layer.text, pattern, found);
  const texts = patterns.map(({ text }) => text);
  addFragments(layer.text, texts, found);
  if (wasCut) addTail(layer.text, texts, found);
  for (const span of found) spans.push(layer.toOriginal(span));
};

/** The text without the secrets that it contains as they are. */
const withoutLiterals = (text: string, literals: readonly Pattern[]): string =>
  literals.reduce((rest, { text: literal }) => rest.replaceAll(literal, '\n'), tolerant(originalLayer(text)).text);

/**
 * Adds runs of digits that encode a text with a secret in another spelling. Such a run is covered as a whole. Where it
 * stands for the secret itself, the digits of the secret have been found already. The last digit of the secret depends on
 * what follows and is not among them, so they may also be found in a run that spells its last character differently.
 */
const addRuns = (
  layer: Layer,
  pattern: RegExp,
  digits: readonly Pattern[],
  literals: readonly Pattern[],
  unpack: Unpack,
  reveals: (text: string) => boolean,
  spans: Span[],
): void => {
  for (const { index, 0: run } of layer.text.matchAll(pattern)) {
    const hasDigits = digits.some(({ text }) => run.includes(text));
    const isSpelled = (text: string): boolean => reveals(hasDigits ? withoutLiterals(text, literals) : text);
    if (!unpack(run).some((text) => text !== undefined && isSpelled(text))) continue;
    spans.push(layer.toOriginal({ start: index, end: index + run.length }));
  }
};

/**
 * Finds everything that means a secret.
 *
 * @param unpacking how often digits are unpacked
 */
const spansIn = (text: string, forms: Forms, wasCut: boolean, unpacking: number): readonly Span[] => {
  const spans: Span[] = [];
  const reveals = (inner: string): boolean => spansIn(inner, longForms(forms), false, unpacking - 1).length > 0;
  for (const layer of decodings(originalLayer(text))) {
    const plain = tolerant(layer);
    addPatterns(layer, forms.exact, wasCut, spans);
    addPatterns(plain, forms.tolerant, wasCut, spans);
    if (forms.hex.length === 0) continue;
    const base64 = base64Digits(layer);
    const hex = hexDigits(layer);
    addPatterns(base64, forms.base64, wasCut, spans);
    addPatterns(hex, forms.hex, wasCut, spans);
    if (unpacking === 0) continue;
    addRuns(layer, base64Run, forms.base64, forms.tolerant, unpackBase64, reveals, spans);
    // Digits may continue in the next line.
    if (plain.text !== layer.text)
      addRuns(plain, base64Run, forms.base64, forms.tolerant, unpackBase64, reveals, spans);
    addRuns(hex, hexRun, forms.hex, forms.tolerant, unpackHex, reveals, spans);
  }
  return spans;
};

const cover = (text: string, spans: readonly Span[]): string => {
  if (spans.length === 0) return text;
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  let result = '';
  let position = 0;
  for (let index = 0; index < sorted.length; ) {
    const { start } = sorted[index]!;
    let { end } = sorted[index]!;
    for (index++; index < sorted.length && sorted[index]!.start < end; index++) end = Math.max(end, sorted[index]!.end);
    result += text.slice(position, start) + mask;
    position = end;
  }
  return result + text.slice(position);
};

/**
 * Makes a function that replaces every occurrence of the secrets with {@link mask}, however they are spelled: the text is
 * decoded with a map of positions, and what means a secret is covered in the original. Overlapping secrets are masked
 * completely. Takes a time that is linear in the text.
 *
 * @param least forms of fewer characters are not searched. Default: 1
 * @example
 * createMasker(['hunter2'])('wrong password hunter2'); // 'wrong password ***'
 */
export const createMasker = (secrets: Iterable<string>, least = 1): Masker => {
  const forms = formsOf(secrets, mask, least);
  if (forms.exact.length === 0 && forms.tolerant.length === 0) return (text) => text;
  return (text) => cover(text, spansIn(text, forms, text.length === longestMessage, maxUnpacked));
};
