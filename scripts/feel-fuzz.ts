/**
 * Compares our FEEL with Camunda's engine on random expressions, and prints each kind of difference with a small example.
 * It needs Java 17 and Maven. Each function and each pair of kinds is compared first, then `count` random expressions:
 * `npm run feel:fuzz -- --count 200000 --seed 1`
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { nestedText } from '../src/feel/functions/text.ts';
import { compileExpression, compileTests, isFunction, temporalKind, toJson } from '../src/feel/index.ts';
import { isContext, isRange } from '../src/feel/values/kinds.ts';
import { canonical } from './feel-fuzz/canonical.ts';
import { functionNames, operators, render, samples, type Tree, tests, trees, values } from './feel-fuzz/grammar.ts';
import { type Question, startJudge, type Verdict } from './feel-fuzz/judge.ts';

const { values: options } = parseArgs({
  allowNegative: true,
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    version: { type: 'string', default: '1.21.0' },
    jar: { type: 'string' },
    /** Whether each function and each pair of kinds is compared; `--no-systematic` leaves them out. */
    systematic: { type: 'boolean', default: true },
  },
});

const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5);

/** The value as the judge gives it: temporal values and ranges are the texts that FEEL has for them. */
const plain = (value: unknown): unknown => {
  if (temporalKind(value) !== undefined) return String(value);
  if (isFunction(value)) return '<function>';
  if (isRange(value)) return nestedText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isContext(value)) return toJson(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};

const ours = ({ kind, text }: Question): Verdict => {
  const lookup = (name: string): unknown => (kind === 'tests' && name === 'cellInput' ? 5 : undefined);
  let compiled: ReturnType<typeof compileExpression>;
  try {
    compiled = kind === 'tests' ? compileTests(text) : compileExpression(text);
  } catch {
    return { refused: true };
  }
  try {
    return { value: plain(compiled.value(lookup, { now }) ?? null) };
  } catch {
    return { failed: true };
  }
};

const show = (verdict: Verdict): string =>
  'value' in verdict ? canonical(verdict.value) : 'failed' in verdict ? 'fails' : 'refused';

/** A context that the expression creates is in no list for Camunda. */
const isContextInList = ({ text }: Question, mine: Verdict, theirs: Verdict): boolean =>
  / in |list contains/.test(text) && text.includes('{') && show(mine) === 'true' && show(theirs) === 'false';

/** Differences that the documentation names: texts of numbers, parts of a second, functions and errors in a result. */
const isKnown = (question: Question, mine: Verdict, theirs: Verdict): boolean =>
  isContextInList(question, mine, theirs) ||
  /replace\(.*\)[*+?]\+.*\$1/.test(question.text) ||
  ('value' in theirs && /<function>|error\(\\"/.test(canonical(theirs.value))) ||
  (/string\(|to json\(/.test(question.text) && /\d\.\d/.test(show(theirs) + question.text));

const judge = startJudge(options.version, options.jar);

const differs = (question: Question, theirs: Verdict): boolean => {
  const mine = ours(question);
  return show(mine) !== show(theirs) && !isKnown(question, mine, theirs);
};

const asking = (kind: Question['kind'], tree: Tree): Question => ({ kind, text: render(tree) });

/** Smaller trees: without one part, or with a simple value in its place. */
const smaller = (tree: Tree): readonly Tree[] => {
  const found: Tree[] = tree.parts.filter((part) => typeof part !== 'string');
  for (const [index, part] of tree.parts.entries()) {
    if (typeof part === 'string') continue;
    const replacements = [...smaller(part), ...['null', '1', '[]'].map((text): Tree => ({ parts: [text] }))];
    for (const replacement of replacements) found.push({ parts: tree.parts.with(index, replacement) });
  }
  return found.filter((other) => render(other).length < render(tree).length).slice(0, 60);
};

const shrink = async (kind: Question['kind'], tree: Tree): Promise<Tree> => {
  const candidates = smaller(tree);
  const verdicts = await judge.ask(candidates.map((candidate) => asking(kind, candidate)));
  const index = candidates.findIndex((candidate, at) => differs(asking(kind, candidate), verdicts[at]!));
  return index === -1 ? tree : shrink(kind, candidates[index]!);
};

interface Difference {
  readonly text: string;
  readonly ours: string;
  readonly theirs: string;
  count: number;
}

const differences = new Map<string, Difference>();
const seen = new Set<string>();

/** Literals and names are left out, so that one cause is shown once. */
const signatureOf = (text: string): string => text.replace(/"[^"]*"/g, '""').replace(/\d+(?:\.\d+)?/g, '1');

const compare = async (kind: Question['kind'], all: readonly Tree[]): Promise<void> => {
  const fresh = all.filter((tree) => !seen.has(kind + render(tree)));
  for (const tree of fresh) seen.add(kind + render(tree));
  const verdicts = await judge.ask(fresh.map((tree) => asking(kind, tree)));
  for (const [index, tree] of fresh.entries()) {
    if (!differs(asking(kind, tree), verdicts[index]!)) continue;
    const small = await shrink(kind, tree);
    const question = asking(kind, small);
    const known = differences.get(signatureOf(question.text));
    if (known !== undefined) known.count++;
    else {
      const [theirs] = await judge.ask([question]);
      differences.set(signatureOf(question.text), {
        text: question.text,
        ours: show(ours(question)),
        theirs: show(theirs!),
        count: 1,
      });
    }
  }
};

const leaf = (text: string): Tree => ({ parts: [text] });

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

/** Expressions in groups, each with what it is about. */
type Groups = ReadonlyMap<string, readonly Tree[]>;

const byText = (all: readonly Tree[]): readonly Tree[] => [
  ...new Map(all.map((tree) => [render(tree), tree])).values(),
];

const operands = Object.entries(samples).filter(([kind]) => kind !== 'range');

/** Each operator with at least 50 expressions for each pair of kinds. */
const pairs = (): Groups =>
  new Map(
    operators.flatMap((operator) =>
      operands.flatMap(([leftKind, left]) =>
        operands.map(([rightKind, right]): [string, readonly Tree[]] => [
          `${leftKind} ${operator} ${rightKind}`,
          left.flatMap((a) => right.map((b): Tree => ({ parts: ['(', leaf(a), `) ${operator} (`, leaf(b), ')'] }))),
        ]),
      ),
    ),
  );

/** Each function with at least 200 combinations of arguments. */
const calls = (): Groups =>
  new Map(
    functionNames.map((name) => [
      name,
      byText([
        ...values.map((a): Tree => ({ parts: [`${name}(`, leaf(a), ')'] })),
        ...values.flatMap((a, index) =>
          [0, 1, 2, 3].map(
            (step): Tree => ({ parts: [`${name}(`, leaf(a), ', ', leaf(pick(values, index * 7 + step * 13)), ')'] }),
          ),
        ),
        ...values.map(
          (a, index): Tree => ({
            parts: [
              `${name}(`,
              leaf(a),
              ', ',
              leaf(pick(values, index * 5)),
              ', ',
              leaf(pick(values, index * 11)),
              ')',
            ],
          }),
        ),
      ]),
    ]),
  );

const countsOf = (what: string, groups: Groups): string => {
  const sizes = [...groups.values()].map(({ length }) => length);
  return `${groups.size} ${what}, each with ${Math.min(...sizes)} to ${Math.max(...sizes)} expressions`;
};

const inBatches = async (kind: Question['kind'], all: readonly Tree[]): Promise<void> => {
  for (let start = 0; start < all.length; start += 1000) await compare(kind, all.slice(start, start + 1000));
};

const count = Number(options.count);
const seed = Number(options.seed);
const [pairGroups, callGroups] = [pairs(), calls()];
const tested = fc.sample(tests, { numRuns: Math.max(300, count / 20), seed });
try {
  if (options.systematic) {
    await inBatches('expression', [...pairGroups.values()].flat());
    await inBatches('expression', [...callGroups.values()].flat());
  }
  await inBatches('tests', tested);
  const before = seen.size;
  for (let round = 0; seen.size < before + count; round++) {
    await inBatches('expression', fc.sample(trees, { numRuns: 2000, seed: seed + round }));
  }
} finally {
  judge.stop();
}
for (const { text, ours: mine, theirs, count: times } of [...differences.values()].sort((a, b) => b.count - a.count)) {
  console.log(`${times} x ${text}\n    ours: ${mine}\n    Camunda: ${theirs}`);
}
const total = [...differences.values()].reduce((sum, { count: times }) => sum + times, 0);
if (options.systematic) {
  console.log(countsOf('functions', callGroups));
  console.log(countsOf('pairs of kinds and operators', pairGroups));
}
console.log(`${byText(tested).length} unary tests`);
console.log(`${seen.size} distinct expressions (seed ${seed}): ${total} differ, of ${differences.size} kinds`);
process.exitCode = differences.size === 0 ? 0 : 1;
