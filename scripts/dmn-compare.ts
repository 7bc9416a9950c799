/**
 * Compares our evaluation of decisions with Camunda's engine on random DMN files, and prints the differences. It needs
 * Java 17 and Maven. `npm run dmn:compare -- --count 5000 --seed 1`
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { compileDmn } from '../src/engine/decisions/compile-dmn.ts';
import { compileExpression } from '../src/feel/index.ts';
import { questions, unaryTests } from './dmn-compare/files.ts';
import { type Question, startJudge, type Traced, type Verdict } from './dmn-compare/judge.ts';
import { canonical } from './feel-fuzz/canonical.ts';

const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    version: { type: 'string', default: '1.11.0' },
    feel: { type: 'string', default: '1.21.0' },
  },
});

const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5);

const ours = async ({ xml, decisionId, variables }: Question): Promise<Verdict> => {
  const compiled = await compileDmn('d.dmn', new TextEncoder().encode(xml));
  if (!compiled.ok) return { refused: compiled.problems.map(({ text }) => text).join(' ') };
  const given = compileExpression(variables).value(() => undefined, { now }) as Readonly<Record<string, unknown>>;
  const decision = compiled.requirements.decisions.find(({ id }) => id === decisionId)!;
  const { output, evaluated, failure } = decision.evaluate((name) => given[name], { now });
  const trace = evaluated.map(({ id, inputs, matchedRules }): Traced => {
    const rules = matchedRules.map(({ ruleId, outputs }) => ({ id: ruleId, outputs }));
    return { id, inputs, rules };
  });
  return failure === undefined ? { value: output, trace } : { failed: failure.reason, trace };
};

const traceText = (trace: readonly Traced[]): string =>
  trace
    .map(({ id, inputs, rules }) => {
      const given = inputs.map((input) => canonical(input.value));
      const matched = rules.map(({ id: rule, outputs }) => `${rule}=${outputs.map((each) => canonical(each.value))}`);
      return `${id}(${given}) ${matched.join(' ')}`;
    })
    .join(', ');

const show = (verdict: Verdict): string => {
  if ('refused' in verdict) return 'refused';
  const result = 'value' in verdict ? canonical(verdict.value) : 'fails';
  return `${result} after ${traceText(verdict.trace)}`;
};

/** Differences that the documentation names: texts of numbers, parts of a second, functions and ranges in a result. */
const isKnown = ({ xml }: Question, mine: string, theirs: string): boolean =>
  /<function>|error\(/.test(theirs) ||
  /function|\.\.|random|uuid/.test(xml) ||
  (/string\(|to json\(/.test(xml) && /\d\.\d/.test(mine + theirs + xml));

const judge = startJudge(options.version, options.feel);
const counts = { same: 0, known: 0, different: 0, values: 0, failures: 0, refusals: 0 };
try {
  const random = fc.sample(questions, { numRuns: Number(options.count), seed: Number(options.seed) });
  const all = [...unaryTests, ...random];
  for (let start = 0; start < all.length; start += 500) {
    const batch = all.slice(start, start + 500);
    const verdicts = await judge.ask(batch);
    for (const [index, question] of batch.entries()) {
      const verdict = verdicts[index]!;
      const [mine, theirs] = [show(await ours(question)), show(verdict)];
      counts['refused' in verdict ? 'refusals' : 'value' in verdict ? 'values' : 'failures'] += 1;
      if (mine === theirs) counts.same += 1;
      else if (isKnown(question, mine, theirs)) counts.known += 1;
      else {
        counts.different += 1;
        console.log(`${question.xml}\n  variables: ${question.variables}\n  ours: ${mine}\n  Camunda: ${theirs}`);
      }
    }
  }
} finally {
  judge.stop();
}
console.log(`${unaryTests.length} unary tests and ${options.count} random decisions (seed ${options.seed}):`, counts);
process.exitCode = counts.different === 0 ? 0 : 1;
