import { inspect } from 'node:util';

/** Below this many bytes an encoded form is so short that it would be found by chance in anything. */
const leastBytes = 8;

/** A halved surrogate pair has no form on any wire, and `encodeURIComponent` throws at it. */
const wellFormed = (text: string): string => (/[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text);

const jsonForm = (text: string): string => JSON.stringify(text).slice(1, -1);

const escapedUnits = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Other services write JSON otherwise: slashes escaped, or all that is not ASCII. */
const jsonForms = (text: string): readonly string[] => {
  const json = jsonForm(text);
  const escaped = escapedUnits(json);
  const upper = escaped.replace(/\\u[0-9a-f]{4}/g, (unit) => `\\u${unit.slice(2).toUpperCase()}`);
  const withSlashes = [json, escaped, upper].map((form) => form.replaceAll('/', '\\/'));
  return [json, jsonForm(json), escaped, upper, ...withSlashes];
};

/** As Node quotes a text in its errors and its log lines. */
const inspectForm = (text: string): string => inspect(text, { breakLength: Number.POSITIVE_INFINITY }).slice(1, -1);

const markup = (quote: string, apostrophe: string) => (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", apostrophe);

/** As a part of an error page, or of XML. */
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

/** A line of fewer characters may stand in any file. */
const leastLine = 12;

/** Keys and certificates are many lines, and whoever reports one reports a line. What frames them is no secret. */
const linesOf = (text: string): readonly string[] => {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= leastLine && !line.startsWith('-----'));
};

/**
 * What base64 text must contain wherever the bytes stand in what was encoded, e.g. as the password of `user:password`:
 * for each of the three places in a group of three bytes, the digits that depend on these bytes alone.
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
 * The texts by which a secret can be recognised: itself and its lines, as a part of JSON text, of a URL, of a form, of
 * HTML or XML, and of base64, and in hexadecimal digits.
 * An empty secret has none, and neither has one that the mask itself contains.
 *
 * @param mask what occurrences are replaced by
 */
export const formsOf = (secret: string, mask: string): readonly string[] => {
  if (mask.includes(secret)) return [];
  const forms = [
    secret,
    // Files end their last line, and those who read a secret from one like to trim it.
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
