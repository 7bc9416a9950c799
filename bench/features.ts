/**
 * What each feature costs a job: the whole runtime through its public API, on a cluster that is an object in this process,
 * so that nothing but the runtime is measured. A process of its own, which answers with its figures.
 */
import * as api from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  type Connection,
  createRuntime,
  defineOutbound,
  type Logger,
  type OutboundMiddleware,
  type Runtime,
  type RuntimeOptions,
  serveHealth,
} from '../src/index.ts';
import { fiveFields } from './input.ts';
import { type Figure, figureOf } from './measure.ts';

type ActivatedJob = Awaited<ReturnType<Connection['activateJobs']>>[number];

/** A cluster that hands out this job so many times, and takes every result. */
interface Cluster {
  readonly connection: Connection;
  /** Resolves when all jobs are settled. */
  readonly done: Promise<void>;
}

const createCluster = (job: ActivatedJob, count: number): Cluster => {
  let left = count;
  let open = count;
  let finish: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const refuse = (): never => {
    throw new Error('This cluster knows nothing but jobs.');
  };
  const connection: Connection = {
    address: 'memory',
    topology: async () => ({ gatewayVersion: '8.8.0', clusterSize: 1, partitionsCount: 1, brokers: [] }),
    activateJobs: async ({ maxJobs }, { signal } = {}) => {
      const taken = Math.min(maxJobs, left);
      left -= taken;
      if (taken > 0) return Array.from({ length: taken }, () => ({ ...job }));
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return [];
    },
    send: async ({ kind }) => {
      if (kind !== 'completeJob') throw new Error(`A job ended by ${kind}.`);
      open--;
      if (open === 0) finish();
    },
    deploy: refuse,
    createInstance: refuse,
    createInstanceWithResult: refuse,
    close: async () => {},
  };
  return { connection, done };
};

const plainJob: ActivatedJob = {
  key: '2251799813685249',
  type: 'bench',
  processInstanceKey: '2251799813685250',
  bpmnProcessId: 'bench',
  processDefinitionVersion: 1,
  processDefinitionKey: '2251799813685251',
  elementId: 'task',
  elementInstanceKey: '2251799813685252',
  customHeaders: '{}',
  worker: 'bench',
  retries: 3,
  deadline: 0,
  variables: '{"a":1,"b":"text","c":true,"d":[1,2],"e":{"f":1.5}}',
  tenantId: '<default>',
  kind: 'BPMN_ELEMENT',
  tags: [],
};

const withHeaders = (headers: Readonly<Record<string, string>>): ActivatedJob => ({
  ...plainJob,
  customHeaders: JSON.stringify(headers),
});

const connector = defineOutbound({
  name: 'No-op',
  type: 'bench',
  maxJobs: 256,
  timeout: 60,
  input: fiveFields,
  run: ({ a, b }) => ({ status: b, body: { a } }),
});

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** One thing that can be switched on. */
interface Feature {
  readonly job?: ActivatedJob;
  readonly options?: Partial<RuntimeOptions>;
  /** Attaches something to the runtime before it starts. */
  readonly attach?: (runtime: Runtime) => void | Promise<void>;
  /** Registers something for the process; gives the way to take it back. */
  readonly around?: () => () => Promise<unknown>;
}

const pass: OutboundMiddleware = (_input, _context, next) => next();
const logInput: OutboundMiddleware = (input, { job, logger }, next) => {
  logger.debug(`input of job ${job.key}:`, input);
  return next();
};

const traced = (): (() => Promise<unknown>) => {
  const exporter = {
    export: (_spans: unknown, told: (result: { code: number }) => void) => told({ code: 0 }),
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  api.trace.setGlobalTracerProvider(provider);
  return () => {
    api.trace.disable();
    return provider.shutdown();
  };
};

const metered = (): (() => Promise<unknown>) => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  api.metrics.setGlobalMeterProvider(provider);
  return () => {
    api.metrics.disable();
    return provider.shutdown();
  };
};

const secret = (): string => 'a-long-token';
const jsonLines: Logger = {
  ...quiet,
  debug: (...parts) => void JSON.stringify({ level: 'debug', message: parts.map(String).join(' ') }),
};

const base = 'baseline: secrets off, no headers, no listeners, no OpenTelemetry SDK';

const features: Readonly<Record<string, Feature>> = {
  [base]: {},
  'the baseline again, to show the noise': {},
  'header `resultVariable`': { job: withHeaders({ resultVariable: 'result' }) },
  'header `resultExpression`': { job: withHeaders({ resultExpression: '={answer: response.body.a + 1}' }) },
  'header `errorExpression`, no error': {
    job: withHeaders({ errorExpression: '=if response.status = "bad" then bpmnError("BAD", "bad") else null' }),
  },
  'secrets on, the input refers to none': { options: { secrets: secret } },
  'secrets on, the input refers to one': {
    options: { secrets: secret },
    job: { ...plainJob, variables: plainJob.variables.replace('"text"', '"Bearer {{secrets.TOKEN}}"') },
  },
  '1 middleware function': { options: { use: [pass] } },
  '3 middleware functions': { options: { use: [pass, pass, pass] } },
  'inputs logged, level debug off': { options: { use: [logInput] } },
  'inputs logged, level debug on, lines formatted and dropped': { options: { use: [logInput], logger: jsonLines } },
  'listeners for `job:started` and `job:settled`': {
    attach: (runtime) => {
      runtime.on('job:started', () => {});
      runtime.on('job:settled', () => {});
    },
  },
  'metrics and health server': { attach: async (runtime) => void (await serveHealth(runtime, { port: 0 })) },
  'spans to the OpenTelemetry SDK, batches dropped': { around: traced },
  'metrics to the OpenTelemetry SDK': { around: metered },
};

/** Microseconds of CPU per job. */
const cost = async ({ job = plainJob, options = {}, attach, around }: Feature, count: number): Promise<number> => {
  const takeBack = around?.();
  const { connection, done } = createCluster(job, count);
  const runtime = createRuntime({
    outbound: [connector],
    connection,
    secrets: false,
    signals: false,
    logger: quiet,
    ...options,
  });
  await attach?.(runtime);
  const before = process.cpuUsage();
  await runtime.start();
  await done;
  const { user, system } = process.cpuUsage(before);
  await runtime.stop();
  await takeBack?.();
  return (user + system) / count;
};

/** What a feature costs: microseconds per job in all, and beyond the base of the same round. */
export interface FeatureCost {
  readonly name: string;
  readonly total: Figure;
  readonly more: Figure;
}

const measure = async (rounds: number, count: number): Promise<readonly FeatureCost[]> => {
  const names = Object.keys(features);
  const values = new Map<string, number[]>(names.map((name) => [name, []]));
  for (const name of names) await cost(features[name]!, count);
  for (let round = 0; round < rounds; round++) {
    // Each round begins elsewhere, so that no one always follows the same neighbour.
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round * 7) % names.length]!;
      globalThis.gc?.();
      values.get(name)!.push(await cost(features[name]!, count));
    }
  }
  const bases = values.get(base)!;
  return names.map((name) => {
    const own = values.get(name)!;
    return { name, total: figureOf(own), more: figureOf(own.map((value, round) => value - bases[round]!)) };
  });
};

if (process.send !== undefined) {
  process.on('disconnect', () => process.exit());
  const [rounds = '9', count = '5000'] = process.argv.slice(2);
  process.send({ answer: await measure(Number(rounds), Number(count)) });
}
