/**
 * References to secrets in text: `{{secrets.NAME}}`, and the older bare form `secrets.NAME`. Braced references are found
 * first. The values of secrets are not searched again, so a secret that looks like a reference is not resolved.
 *
 * `camunda.secrets.NAME` is a reference to a secret of the cluster, which the cluster resolves. It stays as it is.
 */

/** A reference and its position in the text. */
export interface Reference {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly braced: boolean;
}

/** Every reference contains this. A text without it has no references. */
export const referenceMark = 'secrets.';

const opening = /\{\{ *secrets\./g;
const bare = /(?<!camunda\.)secrets\.([A-Za-z0-9]+(?:[/._-][A-Za-z0-9]+)*)/g;
const ofCluster = /^camunda\.secrets\.\S+$/;
const whitespace = /\s/g;

/** Remembers the last position that was found, so that many searches from ascending positions cost one pass. */
const ascending = (find: (from: number) => number): ((from: number) => number) => {
  let known = -1;
  return (from) => {
    if (known < from) known = find(from);
    return known;
  };
};

const orEnd = (index: number): number => (index === -1 ? Number.POSITIVE_INFINITY : index);

/**
 * Finds braced references. A name is the shortest run of characters other than whitespace before `}}`; only spaces may
 * separate the two. Written by hand, because a pattern would scan the rest of the text again for every opening.
 */
const findBraced = (text: string): readonly Reference[] => {
  const found: Reference[] = [];
  const close = ascending((from) => orEnd(text.indexOf('}}', from)));
  const space = ascending((from) => {
    whitespace.lastIndex = from;
    return whitespace.exec(text)?.index ?? text.length;
  });
  opening.lastIndex = 0;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const from = opening.lastIndex;
    const run = space(from);
    const inside = close(from + 1);
    let end = Math.min(inside, run);
    const name = text.slice(from, end);
    while (text[end] === ' ') end++;
    if (name === '' || !text.startsWith('}}', end)) continue;
    end += 2;
    found.push({ name, start: match.index, end, braced: true });
    opening.lastIndex = end;
  }
  return found;
};

const findBare = (text: string, from: number, to: number): readonly Reference[] =>
  [...text.slice(from, to).matchAll(bare)].map((match) => ({
    name: match[1]!,
    start: from + match.index,
    end: from + match.index + match[0].length,
    braced: false,
  }));

/**
 * Finds all references in a text, in the order of their positions.
 *
 * @example
 * findReferences('Bearer {{secrets.TOKEN}}'); // [{ name: 'TOKEN', start: 7, end: 24, braced: true }]
 */
export const findReferences = (text: string): readonly Reference[] => {
  if (!text.includes(referenceMark)) return [];
  const found: Reference[] = [];
  let position = 0;
  for (const braced of findBraced(text)) {
    found.push(...findBare(text, position, braced.start), braced);
    position = braced.end;
  }
  found.push(...findBare(text, position, text.length));
  return found;
};

/** Whether a text as a whole is a reference, to a secret of the runtime or of the cluster, so that it contains no value. */
export const isReference = (text: string): boolean => {
  const [first] = findReferences(text);
  return ofCluster.test(text) || (first !== undefined && first.start === 0 && first.end === text.length);
};

/**
 * Replaces the references in a text.
 *
 * @param lookUp returns the value of a secret, or `undefined` to keep the reference
 */
export const replaceReferences = (text: string, lookUp: (name: string) => string | undefined): string => {
  let result = '';
  let position = 0;
  for (const { name, start, end } of findReferences(text)) {
    result += text.slice(position, start) + (lookUp(name) ?? text.slice(start, end));
    position = end;
  }
  return result + text.slice(position);
};
