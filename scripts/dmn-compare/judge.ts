/** Camunda's engine for decisions in a process of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A decision to evaluate. */
export interface Question {
  readonly xml: string;
  readonly decisionId: string;
  /** A FEEL context. */
  readonly variables: string;
}

/** A value of the trace. */
interface Named {
  readonly value: unknown;
}

export interface Traced {
  readonly id: string;
  readonly inputs: readonly Named[];
  readonly rules: readonly { readonly id: string | null; readonly outputs: readonly Named[] }[];
}

/** What an engine makes of a decision. */
export type Verdict =
  | { readonly value: unknown; readonly trace: readonly Traced[] }
  | { readonly failed: string; readonly trace: readonly Traced[] }
  | { readonly refused: string };

export interface Judge {
  /** The verdicts in the order of the questions. */
  ask(questions: readonly Question[]): Promise<readonly Verdict[]>;
  stop(): void;
}

const here = dirname(fileURLToPath(import.meta.url));

const dependency = (groupId: string, artifactId: string, version: string): string =>
  `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`;

/** Fetches the engine and what it needs with Maven, once, into a temporary folder. */
const fetchEngine = (version: string, feelVersion: string): string => {
  const folder = join(tmpdir(), 'camunda-connectors-dmn-compare', `${version}-${feelVersion}`);
  const libraries = join(folder, 'lib');
  if (existsSync(libraries)) return libraries;
  mkdirSync(folder, { recursive: true });
  const engine = dependency('org.camunda.bpm.extension.dmn.scala', 'dmn-engine', version);
  const feel = dependency('org.camunda.feel', 'feel-engine', feelVersion);
  writeFileSync(
    join(folder, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>compare</groupId><artifactId>compare</artifactId><version>1</version><dependencies>${engine}${feel}</dependencies></project>`,
  );
  const args = ['-q', 'dependency:copy-dependencies', `-DoutputDirectory=${libraries}`, '-DincludeScope=runtime'];
  execFileSync('mvn', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  return libraries;
};

const encode = (text: string): string => Buffer.from(text).toString('base64');

/**
 * Starts Camunda's engine. It needs Java 17, and Maven to fetch the engine.
 *
 * @param version of `org.camunda.bpm.extension.dmn.scala:dmn-engine`
 * @param feelVersion of `org.camunda.feel:feel-engine`
 */
export const startJudge = (version: string, feelVersion: string): Judge => {
  const libraries = join(fetchEngine(version, feelVersion), '*');
  const child = spawn('java', ['-Duser.timezone=UTC', '-Xss4m', '-cp', libraries, join(here, 'Judge.java')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line));
  const broken = new Promise<never>((_, reject) => {
    child.on('error', reject);
    child.on('exit', () => reject(new Error("Camunda's engine has stopped.")));
  });
  broken.catch(() => undefined);
  const askOne = ({ xml, decisionId, variables }: Question): Promise<Verdict> =>
    new Promise((resolve) => {
      waiting.push((line) => {
        const answer = JSON.parse(line) as Verdict | { readonly crashed: string };
        resolve('crashed' in answer ? { refused: answer.crashed } : answer);
      });
      child.stdin.write(`${[xml, decisionId, variables].map(encode).join('\t')}\n`);
    });
  return {
    ask: (questions) => Promise.race([Promise.all(questions.map(askOne)), broken]),
    stop: () => child.kill(),
  };
};
