import { inspect } from 'node:util';

/** The encoded form of fewer bytes is so short that it would occur by chance in any text. */
const leastBytes = 8;

/** `encodeURIComponent` throws for one half of a surrogate pair, and no encoding can transmit it. */
const wellFormed = (text: string): string => (/[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text);

const jsonForm = (text: string): string => JSON.stringify(text).slice(1, -1);

const escapedUnits = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Some services write JSON in other ways: they escape slashes, or everything that is not ASCII. */
const jsonForms = (text: string): readonly string[] => {
  const json = jsonForm(text);
  const escaped = escapedUnits(json);
  const upper = escaped.replace(/\\u[0-9a-f]{4}/g, (unit) => `\\u${unit.slice(2).toUpperCase()}`);
  const withSlashes = [json, escaped, upper].map((form) => form.replaceAll('/', '\\/'));
  return [json, jsonForm(json), escaped, upper, ...withSlashes];
};

/** The way Node quotes a text in its errors and log lines. */
const inspectForm = (text: string): string => inspect(text, { breakLength: Number.POSITIVE_INFINITY }).slice(1, -1);

const markup = (quote: string, apostrophe: string) => (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", apostrophe);

/** The text as a part of an error page or of XML. */
const markupForms = (text: string): readonly string[] =>
  /[&<>"']/.test(text)
    ? [markup('&quot;', '&#39;'), markup('&#34;', '&#39;'), markup('&quot;', '&apos;'), markup('"', "'")].map((write) =>
        write(text),
      )
    : [];

const hexForms = (text: string): readonly string[] => {
  const bytes = Buffer.from(text);
  if (bytes.length < leastBytes) return [];
  const digits = bytes.toString('hex');
  return [digits, digits.toUpperCase()];
};

/** A line of fewer characters may occur in any file. */
const leastLine = 12;

/** Keys and certificates have many lines, and an error may quote one of them. The first and the last line are not secret. */
const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= leastLine && !line.startsWith('-----'));
};

/**
 * The base64 digits that depend on these bytes alone, for each of their three possible positions in a group of three bytes.
 * They occur in the encoded text wherever the bytes are, e.g. as the password in `user:password`.
 */
const base64Forms = (text: string): readonly string[] => {
  const bytes = Buffer.from(text);
  if (bytes.length < leastBytes) return [];
  return [0, 1, 2].flatMap((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const own = digits.slice(from, to);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
};

const urlForms = (text: string): readonly string[] => {
  const component = encodeURIComponent(wellFormed(text));
  if (component === text) return [];
  const lower = component.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  return [component, lower, form, component.replaceAll('%20', '+'), encodeURI(wellFormed(text))];
};

/**
 * Lists the texts that reveal a secret: the secret and its lines, as parts of JSON, URLs, forms, HTML, XML and base64, and in
 * hexadecimal digits. There are none for an empty secret, and for a secret that the mask itself contains.
 *
 * @param mask the text that replaces the secret
 */
export const formsOf = (secret: string, mask: string): readonly string[] => {
  if (mask.includes(secret)) return [];
  const forms = [
    secret,
    // A secret from a file may end with a line break, which connectors often trim.
    secret.trim(),
    wellFormed(secret),
    ...linesOf(secret),
    ...jsonForms(secret),
    inspectForm(secret),
    ...urlForms(secret),
    ...markupForms(secret),
    ...base64Forms(secret),
    ...hexForms(secret),
  ];
  return [...new Set(forms)].filter((form) => !mask.includes(form));
};
