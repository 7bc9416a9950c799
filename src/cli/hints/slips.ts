const isDigits = (text: string): boolean => /\d/.test(text);

/** A shorter name becomes another word by a single slip. */
const shortestName = 4;

/**
 * Whether two names differ by one slip: in capital letters or separators, by one letter too many, or by two letters that are swapped.
 * A plural, a number or another letter makes another name.
 */
export const isSlip = (name: string, other: string): boolean => {
  const plain = (text: string): string => text.toLowerCase().replace(/_/g, '');
  const [a, b] = [plain(name), plain(other)];
  if (a === b) return name !== other;
  if (Math.min(a.length, b.length) < shortestName || isDigits(name) || isDigits(other)) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (long === `${short}s` || long === `${short}es`) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length === long.length) {
    return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
  }
  return long.length === short.length + 1 && short.slice(at) === long.slice(at + 1);
};

/** Of a shorter id, two swapped letters make another one. */
const shortestSwapped = 3;

/** Of a shorter id, another letter makes another one. */
const shortestReplaced = 5;

/**
 * Whether two ids of forms, decisions, processes or files differ by one slip: as {@link isSlip}, by two letters that are swapped in a
 * short id, or by another letter inside of a longer one. The last letter may count versions, as a number does.
 */
export const isIdSlip = (id: string, other: string): boolean => {
  if (isSlip(id, other)) return true;
  const [a, b] = [id.toLowerCase(), other.toLowerCase()];
  if (a === b || a.length !== b.length || isDigits(id) || isDigits(other)) return false;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  if (a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2)) {
    return a.length >= shortestSwapped;
  }
  return a.length >= shortestReplaced && at + 1 < a.length && a.slice(at + 1) === b.slice(at + 1);
};
