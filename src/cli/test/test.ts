import { resolve } from 'node:path';
import { fault } from '../../common/fault.ts';
import { printable } from '../../common/printable.ts';
import { configFromEnv } from '../../connection/index.ts';
import { readEnvironment } from '../../connection/settings/environment.ts';
import { createLogger, readLogSettings } from '../../runtime/observe/log-output.ts';
import { envSecrets } from '../../runtime/secrets/index.ts';
import { openCluster } from '../../testing/cases/cluster/cluster.ts';
import { checkForCluster } from '../../testing/cases/cluster/refusals.ts';
import { runTestCaseOnCluster } from '../../testing/cases/cluster/run.ts';
import { type PlacedCase, placedCases } from '../../testing/cases/placed-cases.ts';
import { readTestCaseFiles } from '../../testing/cases/read/read-files.ts';
import { runTestCase } from '../../testing/cases/run.ts';
import type { TestCaseResult, TestCasesOptions } from '../../testing/cases/types.ts';
import type { CliContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadConnectors } from '../modules/load-modules.ts';
import { watchStrayErrors } from '../modules/stray-errors.ts';
import { coverageEnvironment, prepareCoverage, reportCoverage, runTestCommand, withCoverage } from './coverage.ts';
import type { ClusterRequest, ReporterName, TestRequest } from './options.ts';
import { createJsonReporter } from './reporters/json.ts';
import { createJunitReporter } from './reporters/junit.ts';
import { createSpecReporter } from './reporters/spec.ts';
import { createTapReporter } from './reporters/tap.ts';
import type { Reporter } from './reporters/types.ts';

const reporters: Readonly<Record<ReporterName, () => Reporter>> = {
  spec: createSpecReporter,
  tap: createTapReporter,
  junit: createJunitReporter,
  json: createJsonReporter,
};

const readCases = ({ files, filter }: TestRequest, folder: string): readonly PlacedCase[] => {
  const all = placedCases(readTestCaseFiles(files, (path) => resolve(folder, path)));
  const chosen = filter === undefined ? all : all.filter(({ testCase }) => testCase.name.includes(filter));
  if (chosen.length > 0) return chosen;
  throw fault('definition', {
    what:
      filter === undefined
        ? 'The files have no test cases.'
        : `No name of the ${all.length} test cases contains ${JSON.stringify(filter)}.`,
    fix: filter === undefined ? 'add some to "testCases".' : 'use another text with --filter.',
  });
};

type RunCase = (placed: PlacedCase) => Promise<TestCaseResult>;

/**
 * Runs the test cases and reports them.
 *
 * @param isStopped whether the rest is not run
 */
const reportCases = async (
  request: TestRequest,
  cases: readonly PlacedCase[],
  { print }: CliContext,
  runCase: RunCase,
  isStopped: () => boolean = () => false,
): Promise<readonly TestCaseResult[]> => {
  const reporter = reporters[request.reporter]();
  const write = (text: string): void => {
    if (text !== '') print(printable(text));
  };
  const began = performance.now();
  const results: TestCaseResult[] = [];
  write(reporter.begin(cases.length));
  for (const each of cases) {
    const result = await runCase(each);
    results.push(result);
    write(reporter.result(result, results.length));
    if (isStopped() || (request.bail && result.failure !== undefined)) break;
  }
  const milliseconds = Math.round(performance.now() - began);
  write(reporter.end({ results, notRun: cases.length - results.length, milliseconds }));
  return results;
};

const codeOf = (results: readonly TestCaseResult[]): number =>
  results.some(({ failure }) => failure !== undefined) ? exitCodes.failed : exitCodes.done;

const resourcePaths = ({ resources }: TestRequest, folder: string): readonly string[] =>
  resources.map((path) => resolve(folder, path));

const runOnCluster = async (
  request: TestRequest,
  { moveClock, timeLimit }: ClusterRequest,
  context: CliContext,
): Promise<number> => {
  const cases = readCases(request, context.folder);
  checkForCluster(cases, { moveClock });
  const cluster = openCluster(configFromEnv());
  try {
    if (request.resources.length > 0) await cluster.deploy(resourcePaths(request, context.folder));
    return codeOf(
      await reportCases(request, cases, context, (each) => runTestCaseOnCluster(each, cluster, { timeLimit })),
    );
  } finally {
    cluster.close();
  }
};

const runEmbedded = async (request: TestRequest, context: CliContext): Promise<number> => {
  const { folder } = context;
  const cases = readCases(request, folder);
  const connectors = request.connectors.length === 0 ? {} : await loadConnectors(request.connectors, folder);
  const options: TestCasesOptions = {
    ...(request.resources.length === 0 ? {} : { resources: resourcePaths(request, folder) }),
    connectors,
    secrets: envSecrets(),
    ...(request.now === undefined ? {} : { now: request.now }),
  };
  const strayErrors = watchStrayErrors(await createLogger(readLogSettings(readEnvironment(), true)), () => {});
  let results: readonly TestCaseResult[];
  try {
    results = await reportCases(request, cases, context, (each) => runTestCase(each, options), strayErrors.seen);
  } finally {
    strayErrors.remove();
  }
  return strayErrors.seen() ? exitCodes.stray : codeOf(results);
};

const runCases = (request: TestRequest, context: CliContext): Promise<number> =>
  request.cluster === undefined ? runEmbedded(request, context) : runOnCluster(request, request.cluster, context);

/** The worse of two exit codes. */
const worse = (left: number, right: number): number => (left === exitCodes.done ? right : left);

const runAll = async (
  request: TestRequest,
  context: CliContext,
  env: Readonly<Record<string, string>>,
): Promise<number> => {
  const { files, command } = request;
  const cases = files.length === 0 ? exitCodes.done : await runCases(request, context);
  if (command.length === 0 || (request.bail && cases !== exitCodes.done)) return cases;
  const code = await runTestCommand(command, context.folder, env);
  return worse(cases, code === 0 ? exitCodes.done : exitCodes.failed);
};

/**
 * Runs test cases of Camunda's JSON format, each on an embedded engine of its own or all on a cluster, and a command that runs
 * other process tests.
 * With coverage, it reports what all of them have used.
 *
 * @returns the exit code
 * @throws a fault of kind `definition` for files that are not test cases, before any of them runs, or a `rejection` for
 *   files that cannot be deployed
 */
export const test = async (request: TestRequest, context: CliContext): Promise<number> => {
  const { coverage, files, command } = request;
  if (coverage === undefined) return runAll(request, context, {});
  let code: number = exitCodes.done;
  if (files.length > 0 || command.length > 0) {
    const data = await prepareCoverage(coverage, context);
    code = await withCoverage(data, () => runAll(request, context, coverageEnvironment(data)));
  }
  return worse(code, await reportCoverage(coverage, context));
};
