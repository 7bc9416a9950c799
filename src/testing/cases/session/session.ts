import { createConnection } from '../../../connection/index.ts';
import type { Connection } from '../../../connection/port.ts';
import type { Engine } from '../../../engine/types.ts';
import { commandOf } from '../../../runtime/send/command.ts';
import { startProcessTest } from '../../fixture/fixture.ts';
import { toOutcome } from '../../fixture/job-mocks.ts';
import type { JobOutcome } from '../../outcomes.ts';
import type { ProcessTest } from '../../types.ts';
import type { SeenJob, Sight } from '../sight.ts';
import type { Instruction, TestCase, TestCasesOptions } from '../types.ts';
import { createExampleData, type ExampleData } from './example-data.ts';
import { type CaseRecorder, createCaseRecorder } from './recorder.ts';

/** The process test in which a test case runs. */
export interface Session extends Sight {
  readonly processes: ProcessTest;
  readonly engine: Engine;
  readonly recorder: CaseRecorder;
  readonly exampleData: ExampleData;
  /** The types of jobs that were mocked so far. */
  readonly mocked: Set<string>;
  readonly warnings: readonly string[];
  /** Ends a job, whoever has it. */
  endJob(job: SeenJob, outcome: JobOutcome): Promise<void>;
  /** @param failure why the case has failed; null if it has not */
  finish(failure: string | null): Promise<void>;
}

/** Instructions, with the actions of behaviors. */
const withActions = (instructions: readonly Instruction[]): readonly Instruction[] =>
  instructions.flatMap((instruction) => [instruction, ...((instruction.actions ?? []) as readonly Instruction[])]);

/** The types of jobs that a case mocks. They are left to its mocks from the beginning. */
const mockedTypes = ({ instructions }: TestCase): ReadonlySet<unknown> =>
  new Set(
    withActions(instructions)
      .filter(({ type }) => type.startsWith('MOCK_JOB_WORKER_'))
      .map(({ jobType }) => jobType),
  );

/** Starts the process test of a case. */
export const startSession = async (testCase: TestCase, options: TestCasesOptions): Promise<Session> => {
  const mocked = mockedTypes(testCase);
  const { outbound = [], inbound: all = [] } = options.connectors ?? {};
  // No instruction calls a webhook, so its secrets need not be there.
  const inbound = all.filter((connector) => connector?.kind !== 'webhook');
  const connectors = { inbound, outbound: outbound.filter((connector) => !mocked.has(connector?.type)) };
  const { processes, finish } = await startProcessTest({ ...options, connectors, skip: false });
  const { engine } = processes;
  const recorder = createCaseRecorder();
  engine.on(recorder.record);
  const warnings: string[] = [];
  let connection: Connection | undefined;
  return {
    processes,
    engine,
    recorder,
    warnings,
    exampleData: createExampleData((key) => engine.resource(key)),
    mocked: new Set(),
    processIds: () => engine.processes().map(({ bpmnProcessId }) => bpmnProcessId),
    instances: () => engine.instances(),
    stateOf: (key) => processes.instance(key).state(),
    variablesOf: recorder.variablesOf,
    jobs: () => engine.jobs(),
    incidents: () => engine.incidents(),
    userTasks: recorder.userTasks,
    decisions: () => engine.decisionInstances(),
    messagesAwaitedBy: (key) => engine.subscriptions(key).filter(({ kind }) => kind === 'message'),
    now: () => engine.now(),
    warn: (text) => {
      if (!warnings.includes(text)) warnings.push(text);
    },
    endJob: async (job, outcome) => {
      const tenantIds = job.tenantId === undefined ? {} : { tenantIds: [job.tenantId] };
      connection ??= createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port: engine.port, ...tenantIds });
      await connection.send(commandOf(job, toOutcome(job, outcome)));
    },
    finish: async (failure) => {
      await connection?.close();
      await finish(failure);
    },
  };
};
