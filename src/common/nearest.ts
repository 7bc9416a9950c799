/** The number of letters to insert, delete or replace to turn one text into the other. */
const editDistance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
};

/** Longer texts are not typing errors, and a comparison costs the product of both lengths. */
const longestWord = 40;

/** Shorter texts occur inside others by chance. */
const shortestPart = 3;

/** The distance of a word from a candidate; `undefined`: too far to be a misspelling of it. */
const distanceTo = (word: string, candidate: string): number | undefined => {
  const distance = editDistance(word, candidate);
  // `host` for `hostname`, or `caFile` for `ca`, is one mistake, however long the rest is.
  const [short, long] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  if (short.length >= shortestPart && long.includes(short)) return long.startsWith(short) ? 0 : 1;
  const length = Math.max(word.length, candidate.length);
  return distance <= Math.max(1, Math.floor(length / 3)) ? distance : undefined;
};

/**
 * Finds the candidate that a misspelt word most likely means, if one is close enough. Case, `-` and `_` are ignored.
 *
 * @example
 * nearest('host', ['port', 'hostname']); // 'hostname'
 */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  if (word.length > longestWord) return undefined;
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  const [best] = candidates
    .flatMap((candidate) => {
      const distance = distanceTo(plain(word), plain(candidate));
      return distance === undefined
        ? []
        : [{ candidate, distance, edits: editDistance(plain(word), plain(candidate)) }];
    })
    .sort((a, b) => a.distance - b.distance || a.edits - b.edits);
  return best?.candidate;
};
