/**
 * Compares a text with a committed file beside the tests.
 *
 * After an intended change, write the files again and review the difference:
 *
 *   UPDATE_PUBLIC=1 npx tsx scripts/test.ts test/public
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../snapshot/', import.meta.url);

const readSnapshot = (file: URL): string | undefined => {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return undefined;
  }
};

/** For each pair of positions, the length of the longest common sequence of the lines from there on. */
const commonLengths = (before: readonly string[], after: readonly string[]): readonly Uint16Array[] => {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row]![column] =
        before[row] === after[column]
          ? lengths[row + 1]![column + 1]! + 1
          : Math.max(lengths[row + 1]![column]!, lengths[row]![column + 1]!);
    }
  }
  return lengths;
};

/** All lines of both texts: those of the first alone with `-`, those of the second alone with `+`. */
const diffLines = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const lengths = commonLengths(before, after);
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      lines.push(`  ${before[row]}`);
      row++;
      column++;
    } else if (
      column === after.length ||
      (row < before.length && lengths[row + 1]![column]! >= lengths[row]![column + 1]!)
    ) {
      lines.push(`- ${before[row++]}`);
    } else {
      lines.push(`+ ${after[column++]}`);
    }
  }
  return lines;
};

/** Lines around a change that show where it is. */
const context = 4;

/**
 * The changed lines of a text with some lines around them; empty where nothing changed.
 *
 * @example
 * showDiff('a\nb', 'a\nc'); // '  a\n- b\n+ c'
 */
export const showDiff = (before: string, after: string): string => {
  const lines = diffLines(before.split('\n'), after.split('\n'));
  const near = (index: number): boolean =>
    lines.slice(Math.max(0, index - context), index + context + 1).some((line) => !line.startsWith('  '));
  return lines
    .map((line, index) => {
      if (near(index)) return line;
      return index > 0 && near(index - 1) ? '  …' : undefined;
    })
    .filter((line) => line !== undefined)
    .join('\n');
};

/**
 * Fails with a diff when the text is not that of the committed file `snapshot/<name>.txt`. With `UPDATE_PUBLIC=1` it
 * writes the file.
 */
export const checkSnapshot = (name: string, text: string): void => {
  const file = new URL(`${name}.txt`, folder);
  const actual = `${text.trimEnd()}\n`;
  if (process.env.UPDATE_PUBLIC === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  const expected = readSnapshot(file) ?? '';
  if (expected === actual) return;
  assert.fail(
    [
      `Something public changed (- as committed in test/public/snapshot/${name}.txt, + now):`,
      showDiff(expected, actual),
      'If the change is intended: UPDATE_PUBLIC=1 npx tsx scripts/test.ts test/public, then review the difference.',
    ].join('\n\n'),
  );
};
