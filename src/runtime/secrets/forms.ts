/** Below this many bytes an encoded form is so short that it would be found by chance in anything. */
const leastBytes = 8;

/** A halved surrogate pair has no form on any wire, and `encodeURIComponent` throws at it. */
const wellFormed = (text: string): string => (/[\ud800-\udfff]/.test(text) ? Buffer.from(text).toString() : text);

const jsonForm = (text: string): string => JSON.stringify(text).slice(1, -1);

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
 * The texts by which a secret can be recognised: itself, as a part of JSON text, of a URL, of a form, and of base64.
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
    jsonForm(secret),
    jsonForm(jsonForm(secret)),
    ...urlForms(secret),
    ...base64Forms(secret),
  ];
  return [...new Set(forms)].filter((form) => !mask.includes(form));
};
