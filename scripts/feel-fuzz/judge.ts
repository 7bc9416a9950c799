/** Camunda's FEEL engine in a process of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What an engine makes of an expression. */
export type Verdict = { readonly value: unknown } | { readonly failed: true } | { readonly refused: true };

/** A question: an expression, or unary tests of the number 5. */
export interface Question {
  readonly kind: 'expression' | 'tests';
  readonly text: string;
}

export interface Judge {
  /** The verdicts in the order of the questions. */
  ask(questions: readonly Question[]): Promise<readonly Verdict[]>;
  stop(): void;
}

const here = dirname(fileURLToPath(import.meta.url));

/** Fetches the engine with Maven, once, into a temporary folder. */
const fetchEngine = (version: string): string => {
  const folder = join(tmpdir(), 'camunda-connectors-feel-fuzz');
  const jar = join(folder, `feel-engine-${version}-complete.jar`);
  if (existsSync(jar)) return jar;
  mkdirSync(folder, { recursive: true });
  const artifact = `org.camunda.feel:feel-engine:${version}:jar:complete`;
  execFileSync('mvn', ['-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return jar;
};

/**
 * Starts Camunda's engine. It needs Java 17, and Maven to fetch the engine.
 *
 * @param version of `org.camunda.feel:feel-engine`
 * @param file the engine's file, if it is there already
 */
export const startJudge = (version: string, file?: string): Judge => {
  const jar = file ?? fetchEngine(version);
  const child = spawn('java', ['-Duser.timezone=UTC', '-Xss4m', '-cp', jar, join(here, 'Judge.java')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  const broken = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', () => reject(new Error("Camunda's FEEL engine has stopped.")));
  });
  broken.catch(() => undefined);
  const askOne = ({ kind, text }: Question): Promise<Verdict> =>
    new Promise((resolve) => {
      waiting.push((line) => resolve(JSON.parse(line) as Verdict));
      child.stdin.write(`${kind === 'tests' ? 't' : 'e'}${Buffer.from(text).toString('base64')}\n`);
    });
  return {
    ask: (questions) => Promise.race([Promise.all(questions.map(askOne)), broken]),
    stop: () => child.kill(),
  };
};
