/**
 * Names that the library reads: options, settings, environment variables, task headers, and what processes hold of it.
 * Most are found by handing in objects that remember what was looked up in them.
 *
 * After an intended change: `UPDATE_PUBLIC=1 npx tsx scripts/test.ts test/public`, then review the difference.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as v from 'valibot';
import { applyOverrides } from '../../src/cli/start/environment-overrides.ts';
import { processCount } from '../../src/cli/start/options.ts';
import { connectionTypes, settings } from '../../src/connection/settings/definitions.ts';
import { parseConfig } from '../../src/connection/settings/environment.ts';
import { activationNames, activationType } from '../../src/connector/activation-names.ts';
import { createEngine } from '../../src/engine/index.ts';
import { builtins } from '../../src/feel/functions/index.ts';
import {
  createConnection,
  createRuntime,
  defineInbound,
  defineOutbound,
  envSecrets,
  executeOutbound,
} from '../../src/index.ts';
import { errorTypes } from '../../src/runtime/execute/error-variable.ts';
import { expressionFunctions } from '../../src/runtime/execute/expressions/functions.ts';
import { addressKeysFromEnv } from '../../src/runtime/inbound/addresses/keys.ts';
import { serverSettings } from '../../src/runtime/inbound/server/settings.ts';
import { logFormats, logLevels, readLogSettings } from '../../src/runtime/observe/log-output.ts';
import { eventNames } from '../../src/runtime/shared/events.ts';
import { silentLogger } from '../../src/runtime/shared/logger.ts';
import { readActivation } from '../../src/runtime/subscriptions/activation.ts';
import { leaseVariables, openVariables } from '../../src/runtime/subscriptions/durable/stored-subscription.ts';
import {
  leaseType,
  openType,
  processFile,
  processId,
  startMessage,
} from '../../src/runtime/subscriptions/durable/subscription-process.ts';
import { createTemplate } from '../../src/template/index.ts';
import { makeJob } from '../runtime/support/cluster.ts';
import { checkSnapshot } from './support/snapshot.ts';
import { watch } from './support/watch.ts';

/** An option that nothing has, so that a call is refused as soon as its options are checked. */
const wrong = { nonsense: true };

/** The names that a call reads of its options before it refuses them. */
const readBy = async (call: (options: never) => unknown, options: object = wrong): Promise<readonly string[]> => {
  const { object, names } = watch(options);
  await assert.rejects(async () => call(object as never));
  return names().filter((name) => !(name in wrong) && name !== 'toJSON');
};

const work = defineOutbound({ name: 'Work', type: 'work', input: v.object({}), run: () => ({}) });
const wait = defineInbound({ name: 'wait', loop: () => null });

const list = (title: string, names: readonly string[]): string => [`# ${title}`, ...names, ''].join('\n');

test('the options that calls look at stay as they are', async () => {
  const anyInput = v.object({});
  const operation = watch({ ...wrong });
  await readBy(defineOutbound as never, { ...wrong, operations: { one: operation.object } });
  const templateOptions = new Set([
    ...(await readBy((options) => createTemplate(work, options), { ...wrong, part: 'activation' })),
    ...(await readBy((options) => createTemplate(wait, options), { ...wrong, hybrid: true })),
  ]);
  const job = watch({});
  assert.equal((await executeOutbound(work, job.object)).kind, 'complete');
  const backoff = { initial: 'wrong' };
  const growing = watch(backoff);
  assert.throws(() =>
    defineOutbound({ name: 'A', type: 'a', input: anyInput, retryBackoff: growing.object as never, run: () => ({}) }),
  );
  const engine = await createEngine();
  const creation = await readBy((request) => engine.createInstance(request));
  const message = await readBy((request) => engine.publishMessage(request));
  await engine.stop();
  checkSnapshot(
    'options',
    [
      list('createRuntime(options)', await readBy(createRuntime)),
      list(
        'createConnection(config, options)',
        await readBy((options) => createConnection({ type: 'EMBEDDED' }, options)),
      ),
      list('createEngine(options)', await readBy(createEngine)),
      list('engine.createInstance(request)', creation),
      list('engine.publishMessage(message)', message),
      list('defineOutbound(definition)', await readBy(defineOutbound as never)),
      list(
        'defineOutbound({ operations: { one: definition } })',
        operation.names().filter((name) => !(name in wrong)),
      ),
      list('defineOutbound({ retryBackoff })', growing.names()),
      list('defineInbound(definition)', await readBy(defineInbound as never)),
      list('createTemplate(connector, options)', [...templateOptions].sort()),
      list('executeOutbound(connector, job, services): the job', job.names()),
      list(
        'executeOutbound(connector, job, services): the services',
        await readBy((services) => executeOutbound(work, {}, services)),
      ),
    ].join('\n'),
  );
});

test('the names of events stay as they are', () => checkSnapshot('events', [...eventNames].sort().join('\n')));

test('the settings of a connection stay as they are', () => {
  const types = Object.entries(connectionTypes).map(
    ([type, { needs, takes }]) =>
      `${type}: needs ${needs.join(', ') || 'nothing'}; takes ${takes.join(', ') || 'nothing'}`,
  );
  const each = Object.entries(settings).map(
    ([name, { variables, fallback }]) =>
      `${name}: ${variables.join(', ')}${fallback === undefined ? '' : `; default ${JSON.stringify(fallback)}`}`,
  );
  checkSnapshot('settings', [list('Types', types), list('Settings and their variables', each)].join('\n'));
});

test('the environment variables that are read stay as they are', async () => {
  const environment = (variables: Readonly<Record<string, string>> = {}) => watch(variables);
  const files = { read: () => '', exists: () => true };
  const connection = Object.keys(connectionTypes).map((type) => {
    const env = environment({ CAMUNDA_CONNECTION_TYPE: type });
    try {
      parseConfig(env.object, files);
    } catch {
      // Settings that it needs are missing; it has looked for all of them.
    }
    return list(`Connection of type ${type}`, env.names());
  });
  const log = environment();
  readLogSettings(log.object, true);
  const overrides = environment();
  applyOverrides({ outbound: [{ ...work, name: 'My super-fancy connector' }], inbound: [wait] }, overrides.object);
  const processes = environment();
  processCount(undefined, processes.object);
  const server = environment();
  serverSettings({}, server.object);
  addressKeysFromEnv(server.object);
  const secretContext = {
    tenantId: 'TENANT',
    bpmnProcessId: 'PROCESS',
    logger: silentLogger,
    signal: new AbortController().signal,
  };
  const secrets = environment();
  await envSecrets({ env: secrets.object })('KEY', secretContext);
  const scoped = environment();
  await envSecrets({ env: scoped.object, scope: ['engine', 'tenant', 'process'] })('KEY', secretContext);
  checkSnapshot(
    'environment',
    [
      ...connection,
      list('Log', log.names()),
      list('Values of the level', logLevels),
      list('Values of the format', logFormats),
      list('The connectors "My super-fancy connector" and "wait"', overrides.names()),
      list('Processes', processes.names()),
      list('The server for webhooks and callbacks', server.names()),
      list('The secret KEY', secrets.names()),
      list('The secret KEY with all scopes', scoped.names()),
    ].join('\n'),
  );
});

test('the task headers that are read stay as they are', async () => {
  const operations = defineOutbound({
    name: 'Both',
    type: 'both',
    operations: { one: { input: v.object({}), run: () => ({}) } },
  });
  const headersOf = async (run: (headers: Readonly<Record<string, string>>) => Promise<unknown>) => {
    const { object, names } = watch<Record<string, string>>({ operation: 'one' });
    await run(object);
    return names().filter((name) => name !== 'toJSON');
  };
  const asked = watch<Record<string, string>>({});
  const variables = watch({ name: 'wait', correlation_key: 'k' });
  const job = { ...makeJob({ type: activationType }), customHeaders: asked.object, variables: variables.object };
  assert.ok(readActivation(job as never, new Map([['wait', wait]])).ok);
  checkSnapshot(
    'headers',
    [
      list('Of a task with a connector', await headersOf((customHeaders) => executeOutbound(work, { customHeaders }))),
      list(
        'Of a task with a connector that has operations',
        await headersOf((customHeaders) => executeOutbound(operations, { customHeaders })),
      ),
      list('Of the task that asks for an inbound connector', asked.names()),
      list('Variables of that task', variables.names()),
    ].join('\n'),
  );
});

/** What an expression gives, in the task header that holds it. */
const outcomeWith = (customHeaders: Readonly<Record<string, string>>, thrown?: unknown) =>
  executeOutbound(
    {
      ...work,
      run: () => {
        if (thrown !== undefined) throw thrown;
        return { sum: 3 };
      },
    },
    { customHeaders },
  );

test('the names that expressions see stay as they are', async () => {
  assert.deepEqual(await outcomeWith({ resultExpression: '={seen: response.sum}' }), {
    kind: 'complete',
    variables: { seen: 3 },
  });
  const thrown = Object.assign(new Error('no'), { code: 'C', variables: { more: 1 } });
  const seen = await outcomeWith(
    { errorExpression: '=bpmnError("B", "seen", { error: error, retries: job.retries })' },
    thrown,
  );
  assert.equal(seen.kind, 'bpmnError');
  const { error, ...others } = seen.variables as { readonly error: object };
  const failed = await outcomeWith({}, thrown);
  assert.equal(failed.kind, 'fail');
  checkSnapshot(
    'expressions',
    [
      list('error, as an error expression sees it', Object.keys(error).sort()),
      list('Seen beside it', Object.keys(others)),
      list('Variables of a failed job', Object.keys(failed.variables ?? {})),
      list('Functions for connectors', Object.keys(expressionFunctions({ random: Math.random })).sort()),
      list(
        'FEEL functions with their parameters',
        [...builtins]
          .flatMap(([name, overloads]) =>
            overloads.map(({ parameters, rest }) => `${name}(${parameters.join(', ')}${rest ? ' …' : ''})`),
          )
          .sort(),
      ),
    ].join('\n'),
  );
});

test('what processes hold of the library stays as it is', () => {
  checkSnapshot(
    'processes',
    [
      list('Job type by which a process asks for an inbound connector', [activationType]),
      list('Variables by which it says what it asks for', activationNames),
      list(
        'Types of errors, as error expressions see them',
        Object.entries(errorTypes).map(([name, type]) => `${name}: ${type}`),
      ),
      list('The process that keeps subscriptions', [
        `id: ${processId}`,
        `message: ${startMessage}`,
        `job types: ${openType}, ${leaseType('<name>')}`,
        `variables of the first: ${openVariables.join(', ')}`,
        `variables of the second: ${leaseVariables.join(', ')}`,
        `file: ${processFile.name}`,
        `SHA-256: ${createHash('sha256').update(processFile.content).digest('hex')}`,
      ]),
    ].join('\n'),
  );
});
