/** The number of letters to insert, delete, replace or swap with their neighbour to turn one text into the other. */
const editDistance = (a: string, b: string): number => {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? beforeLast[j - 2]! + 1 : replaced;
      row.push(Math.min(replaced, swapped, last[j]! + 1, row[j - 1]! + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
};

/**
 * Whether as few edits are enough. Only what lies beside the diagonal can be within them, so most texts are told apart by their first
 * letters.
 */
const isWithin = (a: string, b: string, most: number): boolean => {
  if (Math.abs(a.length - b.length) > most) return false;
  const far = most + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row: number[] = new Array<number>(b.length + 1).fill(far);
    if (i <= most) row[0] = i;
    let least = row[0]!;
    for (let j = Math.max(1, i - most); j <= Math.min(b.length, i + most); j += 1) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? beforeLast[j - 2]! + 1 : replaced;
      row[j] = Math.min(replaced, swapped, last[j]! + 1, row[j - 1]! + 1);
      least = Math.min(least, row[j]!);
    }
    // Two letters that are swapped reach over one row.
    if (least > most && leastBefore > most) return false;
    leastBefore = least;
    beforeLast = last;
    last = row;
  }
  return last[b.length]! <= most;
};

/** A longer text is not a typing error, and the cost of a comparison is the product of both lengths. */
const longestWord = 40;

/** A shorter text occurs in others by chance. */
const shortestPart = 3;

/** The distance of a word from a candidate; `undefined` if it is too far to be a misspelling. */
const distanceTo = (word: string, candidate: string): number | undefined => {
  const distance = editDistance(word, candidate);
  // `host` for `hostname`, or `caFile` for `ca`, is one mistake, regardless of the length of the rest.
  const [short, long] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  if (short.length >= shortestPart && long.includes(short)) return long.startsWith(short) ? 0 : 1;
  const length = Math.max(word.length, candidate.length);
  return distance <= Math.max(1, Math.floor(length / 3)) ? distance : undefined;
};

const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ ]/g, '');

/** More edits make another word. */
const maxSlips = 2;

/**
 * Finds the candidate that a word differs from only by a slip or two, for places where other words are allowed too. Case,
 * `-` and `_` are ignored.
 *
 * @returns `undefined` if the word is a candidate, or if no candidate is so close
 * @example
 * misspelt('resultExprssion', ['resultExpression']); // 'resultExpression'
 * misspelt('result', ['resultExpression']); // undefined
 */
export const misspelt = (word: string, candidates: readonly string[]): string | undefined => {
  if (word.length > longestWord || candidates.includes(word)) return undefined;
  const wanted = plain(word);
  return candidates.find((candidate) => isWithin(wanted, plain(candidate), maxSlips));
};

/** The number of letters that two texts share at their beginning and at their end. */
const sharedEnds = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return start + end;
};

/**
 * Finds the candidate that a misspelt word most likely means. Case, `-` and `_` are ignored.
 *
 * @returns `undefined` if no candidate is close enough
 * @example
 * nearest('host', ['port', 'hostname']); // 'hostname'
 */
export const nearest = (word: string, candidates: readonly string[]): string | undefined => {
  if (word.length > longestWord) return undefined;
  const [best] = candidates
    .flatMap((candidate) => {
      const distance = distanceTo(plain(word), plain(candidate));
      return distance === undefined
        ? []
        : [
            {
              candidate,
              distance,
              edits: editDistance(plain(word), plain(candidate)),
              // `tenants` is as far from `tenantId` as from `tenantIds`, but ends like the latter.
              shared: sharedEnds(plain(word), plain(candidate)),
            },
          ];
    })
    .sort((a, b) => a.distance - b.distance || a.edits - b.edits || b.shared - a.shared);
  return best?.candidate;
};

/**
 * Adds to an error text what a wrong word probably means.
 *
 * @param text what is wrong, as a sentence
 * @param guess from {@link nearest} or {@link misspelt}
 * @param otherwise the sentence that follows if there is no guess. Default: none
 * @example
 * didYouMean('There is no command chek.', nearest('chek', ['start', 'check'])); // 'There is no command chek. Did you mean check?'
 */
export const didYouMean = (text: string, guess: string | undefined, otherwise?: string): string => {
  const hint = guess === undefined ? otherwise : `Did you mean ${guess}?`;
  return hint === undefined ? text : `${text} ${hint}`;
};
