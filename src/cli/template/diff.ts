interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** The lengths of the longest common subsequences of all tails of both lists, row by row. */
const commonTails = (before: readonly string[], after: readonly string[]): Uint32Array => {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  return lengths;
};

const compare = (before: readonly string[], after: readonly string[]): readonly Line[] => {
  const lengths = commonTails(before, after);
  const width = after.length + 1;
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && before[i] === after[j]) {
      lines.push({ sign: ' ', text: before[i]! });
      i += 1;
      j += 1;
    } else if (
      i < before.length &&
      (j === after.length || lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)
    ) {
      lines.push({ sign: '-', text: before[i]! });
      i += 1;
    } else {
      lines.push({ sign: '+', text: after[j]! });
      j += 1;
    }
  }
  return lines;
};

/** Number of unchanged lines to show around a change. */
const context = 3;

/** The first and last index, both included, of each group of lines to show. */
const groupsToShow = (lines: readonly Line[]): readonly (readonly [number, number])[] => {
  const found: [number, number][] = [];
  lines.forEach(({ sign }, index) => {
    if (sign === ' ') return;
    const [from, to] = [Math.max(0, index - context), Math.min(lines.length - 1, index + context)];
    const last = found.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = to;
    else found.push([from, to]);
  });
  return found;
};

/**
 * Compares two texts and returns the difference in the unified format of `diff -u` and `git diff`.
 *
 * @param name heading of both sides
 * @returns an empty text if the texts are equal
 * @example
 * unifiedDiff('log.json', 'a\nb\n', 'a\nc\n'); // '--- log.json\n+++ log.json\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n'
 */
export const unifiedDiff = (name: string, before: string, after: string): string => {
  const lines = compare(linesOf(before), linesOf(after));
  const shown = groupsToShow(lines);
  if (shown.length === 0) return '';
  const countUpTo = (end: number, without: Line['sign']): number =>
    lines.slice(0, end).filter(({ sign }) => sign !== without).length;
  const range = (from: number, to: number, without: Line['sign']): string => {
    const start = countUpTo(from, without);
    const length = countUpTo(to + 1, without) - start;
    return `${length === 0 ? start : start + 1},${length}`;
  };
  const hunks = shown.map(([from, to]) => [
    `@@ -${range(from, to, '+')} +${range(from, to, '-')} @@`,
    ...lines.slice(from, to + 1).map(({ sign, text }) => `${sign}${text}`),
  ]);
  return `${[`--- ${name}`, `+++ ${name}`, ...hunks.flat()].join('\n')}\n`;
};
