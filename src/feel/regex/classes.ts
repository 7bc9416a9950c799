/** Named character classes of Java, as parts of a JavaScript class with the flag `v`. */

/** Classes of one letter, without the backslash. */
export const letterClasses: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'a-zA-Z_0-9',
  s: '\\t-\\r\\u{20}',
  h: '\\u{20}\\t\\u{a0}\\u{1680}\\u{180e}\\u{2000}-\\u{200a}\\u{202f}\\u{205f}\\u{3000}',
  v: '\\n-\\r\\u{85}\\u{2028}\\u{2029}',
};

const posix: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\u{0}-\\u{7f}',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}',
  Graph: '\\u{21}-\\u{7e}',
  Print: '\\u{20}-\\u{7e}',
  Blank: '\\u{20}\\t',
  Cntrl: '\\u{0}-\\u{1f}\\u{7f}',
  XDigit: '0-9a-fA-F',
  Space: '\\t-\\r\\u{20}',
};

const java: Readonly<Record<string, string>> = {
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaWhitespace:
    '\\t-\\r\\u{1c}-\\u{20}\\u{1680}\\u{2000}-\\u{2006}\\u{2008}-\\u{200a}\\u{2028}\\u{2029}\\u{205f}\\u{3000}',
  javaLetter: '\\p{L}',
  javaDigit: '\\p{Nd}',
  javaLetterOrDigit: '\\p{L}\\p{Nd}',
};

const binary: Readonly<Record<string, string>> = {
  ALPHABETIC: 'Alphabetic',
  IDEOGRAPHIC: 'Ideographic',
  LETTER: 'L',
  LOWERCASE: 'Lowercase',
  UPPERCASE: 'Uppercase',
  TITLECASE: 'Lt',
  PUNCTUATION: 'P',
  CONTROL: 'Cc',
  WHITE_SPACE: 'White_Space',
  WHITESPACE: 'White_Space',
  DIGIT: 'Nd',
  HEX_DIGIT: 'Hex_Digit',
  ASSIGNED: 'Assigned',
  EMOJI: 'Emoji',
};

const isKnown = (property: string): boolean => {
  try {
    new RegExp(`[\\p{${property}}]`, 'v');
    return true;
  } catch {
    return false;
  }
};

const generalCategory = /^(?:L[lutmo]?|M[nec]?|N[dlo]?|Z[slp]?|C[cfson]?|P[dseifco]?|S[mcko]?)$/;

/** The part for `\p{name}`; `undefined` if Java or JavaScript does not know the property. */
export const namedClass = (name: string): string | undefined => {
  if (Object.hasOwn(posix, name)) return posix[name];
  if (Object.hasOwn(java, name)) return java[name];
  if (generalCategory.test(name)) return `\\p{${name}}`;
  const [, key, value] = /^(?:(script|sc|general_category|gc)=|Is)(.+)$/i.exec(name) ?? [];
  if (value === undefined) return undefined;
  if (generalCategory.test(value)) return `\\p{${value}}`;
  if (key === undefined && Object.hasOwn(binary, value.toUpperCase())) return `\\p{${binary[value.toUpperCase()]}}`;
  const script = value
    .toLowerCase()
    .split(/[_ ]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('_');
  return isKnown(`Script=${script}`) ? `\\p{Script=${script}}` : undefined;
};
