/**
 * Mistakes of a new user, and what answers: what is wrong, where, and how to fix it. Each row is one mistake; none of them may be
 * silent, show a stack, or name a class.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { createEngine } from '../../src/engine/index.ts';
import { configFromEnv, createConnection, createRuntime, defineOutbound, executeOutbound } from '../../src/index.ts';
import { serveHealth } from '../../src/runtime/index.ts';
import { createTemplate } from '../../src/template/index.ts';
import { recordingLogger } from '../../src/testing/index.ts';
import {
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  flow,
  other,
  type Part,
  process as processFile,
  serviceTask,
  start,
} from '../engine/support/bpmn.ts';
import { runInProcess } from './support/in-process.ts';
import { folderWith, moduleOf, runCommand } from './support/running.ts';

/** Makes the mistake, and returns everything that the user gets to read. */
type Make = (t: TestContext) => Promise<string> | string;

type Row = readonly [mistake: string, make: Make, answers: readonly RegExp[]];

const thrownBy = async (act: () => unknown): Promise<string> => {
  try {
    await act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
};

const definition = (change: object): Make => {
  const right = { name: 'Charge', type: 'charge', input: v.object({ sum: v.number() }), run: () => ({}) };
  return () => thrownBy(() => defineOutbound({ ...right, ...change } as never));
};

const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: 1 } as const;

const nothing = defineOutbound({ name: 'A', type: 'a', input: v.object({}), run: () => ({}) });

const runtime =
  (options: object): Make =>
  () =>
    thrownBy(() => createRuntime({ outbound: [nothing], connection, ...options } as never));

const settings =
  (env: Readonly<Record<string, string>>): Make =>
  () =>
    thrownBy(() => configFromEnv(env));

const template =
  (input: v.GenericSchema): Make =>
  () => {
    const connector: object = { name: 'Charge', type: 'charge', input, run: () => ({}) };
    return thrownBy(() => createTemplate(defineOutbound(connector as never) as never));
  };

/** A port at which nothing listens. */
const unusedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
};

/** Asks a cluster at a port what it is. */
const topologyAt = async (port: number): Promise<string> => {
  const asked = createConnection({ type: 'INSECURE', hostname: '127.0.0.1', port });
  try {
    return await thrownBy(() => asked.topology({ timeout: 10_000 }));
  } finally {
    await asked.close();
  }
};

const deployed =
  (content: string): Make =>
  async (t) => {
    const engine = await createEngine();
    t.after(() => engine.stop());
    return thrownBy(() => engine.deploy({ name: 'shop.bpmn', content }));
  };

const withTask = (...parts: readonly Part[]): string => processFile('shop', ...chain(start(), ...parts, end()));

const files = {
  'a.mjs': moduleOf('A', 'charge', '() => ({ receipt: 1 })').replace(
    'v.object({})',
    'v.object({ sum: v.optional(v.number()), kind: v.optional(v.picklist(["card", "cash"])) })',
  ),
  'shop.bpmn': withTask(serviceTask('Charge', { type: 'charge' })),
};

const inFolder =
  (args: readonly string[], more: Readonly<Record<string, string>> = {}): Make =>
  async (t) => {
    const { code, errors } = await runInProcess(args, folderWith(t, { ...files, ...more }));
    return code === 0 ? 'nothing was refused' : errors;
  };

const dev = (...args: readonly string[]): readonly string[] => ['dev', './a.mjs', '--no-page', ...args];

/** What `dev` prints until it matches, for a file and its connectors. */
const devPrints =
  (content: string, until: RegExp, more: Readonly<Record<string, string>> = {}): Make =>
  async (t) => {
    const folder = folderWith(t, { ...files, 'shop.bpmn': content, ...more });
    const program = runCommand(t, ['dev', './a.mjs', '--resource', 'shop.bpmn', '--run', 'shop'], { folder });
    await program.prints(until);
    return program.output();
  };

const input =
  (schema: v.GenericSchema, variables: object): Make =>
  async () => {
    const definition: object = { name: 'Charge', type: 'charge', input: schema, run: () => ({}) };
    const outcome = await executeOutbound(
      defineOutbound(definition as never) as never,
      { variables: variables as never },
      { logger: recordingLogger() },
    );
    return outcome.kind === 'fail' ? outcome.message : 'nothing was refused';
  };

const variant = v.variant('kind', [
  v.object({ kind: v.literal('card'), number: v.string() }),
  v.object({ kind: v.literal('cash') }),
]);

const activation = (inputs: Readonly<Record<string, string>>): Part =>
  serviceTask('Watch', { type: '_activate_inbound_connector', inputs });

const told = (message: string): Part => catchEvent('Told', { message: { name: message, correlationKey: '="7"' } });

const rows: readonly Row[] = [
  // In definitions
  [
    'a misspelt property of a connector',
    definition({ retryBackof: 5 }),
    [/retryBackof/, /Did you mean retryBackoff\?/],
  ],
  ['a misspelt option of a runtime', runtime({ maxJob: 5 }), [/maxJob\b/, /Did you mean maxJobs\?/]],
  [
    'a misspelt name of an event',
    () => thrownBy(() => createRuntime({ outbound: [nothing], connection }).on('job:setled' as never, () => {})),
    [/"job:setled" is not an event of a runtime\. Did you mean "job:settled"\?/],
  ],
  ['a misspelt connection type', settings({ CAMUNDA_CONNECTION_TYPE: 'INSECUR' }), [/INSECUR/, /INSECURE/]],
  ['a JSON schema instead of a valibot schema', definition({ input: { type: 'object' } }), [/input/, /valibot/]],
  ['no run', definition({ run: undefined }), [/run/]],
  ['no job type', definition({ type: undefined }), [/type/]],
  ['a function as output schema', definition({ output: () => ({}) }), [/output/]],
  ['dates as input', template(v.object({ when: v.date() })), [/when/, /take text and convert it/]],
  [
    'a name that no field can have',
    template(v.object({ 'order-id': v.string() })),
    [/order-id/, /use letters, digits and _/],
  ],
  [
    'a union that has no control',
    template(v.object({ value: v.union([v.string(), v.object({})]) })),
    [/value: a union/, /add hints/],
  ],
  // In settings
  ['no settings', settings({}), [/CAMUNDA_CONNECTION_TYPE/, /CAMUNDA_CLOUD/, /EMBEDDED/]],
  [
    'a cluster in the cloud without keys',
    settings({ CAMUNDA_CONNECTION_TYPE: 'CAMUNDA_CLOUD' }),
    [/CAMUNDA_CLUSTER_ID/, /CAMUNDA_CLIENT_ID/, /CAMUNDA_CLIENT_SECRET/],
  ],
  [
    'a URL as host',
    settings({ CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'http://localhost:26500' }),
    [/ZEEBE_HOSTNAME/],
  ],
  [
    'a port that is no number',
    settings({ CAMUNDA_CONNECTION_TYPE: 'INSECURE', ZEEBE_HOSTNAME: 'localhost', ZEEBE_PORT: 'abc' }),
    [/ZEEBE_PORT/],
  ],
  [
    'a value that no setting has',
    settings({ CAMUNDA_CONNECTION_TYPE: 'CLOUD' }),
    [/CAMUNDA_CONNECTION_TYPE is not a connection type\. Did you mean CAMUNDA_CLOUD\?/],
  ],
  ['a port where nothing listens', () => topologyAt(1), [/cannot be reached/, /check that the gateway runs/]],
  [
    'the port of a web server',
    async (t) => {
      const server = createServer((_request, response) => response.end('hello'));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      t.after(() => {
        server.closeAllConnections();
        server.close();
      });
      return topologyAt((server.address() as AddressInfo).port);
    },
    [/does not speak gRPC/, /check host and port/],
  ],
  // On the command line
  [
    'a process that is not deployed',
    inFolder(dev('--resource', 'shop.bpmn', '--run', 'shp')),
    [/The process shp of --run is not deployed\. Did you mean shop\?/],
  ],
  [
    'variables that are no JSON',
    inFolder(dev('--resource', 'shop.bpmn', '--run', 'shop', '--variables', '{a:1}')),
    [/--variables must be a JSON object/],
  ],
  [
    'a resource that does not exist',
    inFolder(dev('--resource', 'bpmn')),
    [/no file or folder bpmn/, /--resource bpmn/],
  ],
  ['--run without a resource', inFolder(dev('--run', 'shop')), [/not deployed/, /--resource <BPMN file or folder>/]],
  ['--variables without --run', inFolder(dev('--variables', '{}')), [/--variables works only with --run/]],
  ['an unknown command', inFolder(['dve']), [/There is no command dve\. Did you mean dev\?/]],
  ['a module that does not exist', inFolder(['dev', './b.mjs']), [/no file \.\/b\.mjs/]],
  [
    'a module without a connector',
    inFolder(['dev', './b.mjs'], { 'b.mjs': 'export const nothing = 1;' }),
    [/There is no connector in \.\/b\.mjs/],
  ],
  [
    'a misspelt option',
    inFolder(dev('--resources', 'shop.bpmn')),
    [/dev has no option --resources\. Did you mean --resource\?/],
  ],
  [
    'an option of another command',
    inFolder(['start', './a.mjs', '--port', '1']),
    [/start has no option --port\. It is an option of dev\./],
  ],
  [
    'two modules with one job type',
    inFolder(['dev', './a.mjs', './b.mjs', '--no-page'], { 'b.mjs': moduleOf('B', 'charge') }),
    [/the job type "charge": \.\/a\.mjs and \.\/b\.mjs/],
  ],
  [
    'two files of a folder with one job type',
    inFolder(['dev', '.', '--no-page'], { 'b.mjs': moduleOf('B', 'charge') }),
    [/the job type "charge": \. \(a\.mjs\) and \. \(b\.mjs\)/],
  ],
  [
    'a port that is in use',
    async (t) => {
      const engine = await createEngine();
      t.after(() => engine.stop());
      return inFolder(dev('--port', String(engine.port)))(t);
    },
    [/port/i],
  ],
  [
    'a port of the health checks that is in use',
    async (t) => {
      const engine = await createEngine();
      t.after(() => engine.stop());
      const idle = createRuntime({ outbound: [nothing], connection });
      return thrownBy(() => serveHealth(idle, { port: engine.port, host: '127.0.0.1' }));
    },
    [/health/, /\(EADDRINUSE\)/, /Fix:/],
  ],
  [
    'a page for other machines',
    inFolder(['dev', './a.mjs', '--page-host', '0.0.0.0']),
    [/dev has no option --page-host\. Did you mean --page-port\?/],
  ],
  [
    'an unknown log level',
    inFolder(['start', './a.mjs', '--log-level', 'loud']),
    [/--log-level must be one of silent, error, warn, info, debug/],
  ],
  // In processes
  [
    'FEEL that does not parse',
    deployed(withTask(serviceTask('Charge', { type: 'charge', inputs: { sum: '=1 +' } }))),
    [/Charge/, /of the input mapping with the target "sum" does not parse/, /\n *1 \+\n *\^/],
  ],
  [
    'FEEL that does not parse in a result',
    deployed(withTask(serviceTask('Charge', { type: 'charge', outputs: { paid: '=1 +' } }))),
    [/of the output mapping with the target "paid" does not parse/],
  ],
  [
    'a message without a name',
    deployed(withTask(catchEvent('Told', { message: { name: '', correlationKey: '=a' } }))),
    [/Told|message/i],
  ],
  [
    'a message without a correlation key',
    deployed(withTask(catchEvent('Told', { message: { name: 'paid', correlationKey: null } }))),
    [/correlation/i],
  ],
  ['a flow to nowhere', deployed(files['shop.bpmn'].replace(/targetRef="[^"]*"/, 'targetRef="nowhere"')), [/nowhere/]],
  [
    'a process that is not executable',
    deployed(files['shop.bpmn'].replace('isExecutable="true"', 'isExecutable="false"')),
    [/executable/i],
  ],
  ['a file that is no XML', deployed('<bpmn:definitions'), [/shop\.bpmn/]],
  [
    'an element that the engine does not run',
    deployed(withTask(other('complexGateway', 'Choose'))),
    [/Choose/, /complex gateways/],
  ],
  [
    'two start events without a trigger',
    deployed(processFile('shop', ...chain(start('One'), end('A')), ...chain(start('Two'), end('B')))),
    [/only one start event without a trigger, but has One, Two\. Fix: remove all but one/],
  ],
  [
    'a gateway without a default flow and without a condition',
    deployed(
      processFile(
        'shop',
        ...chain(start(), exclusiveGateway('Large')),
        ...[end('A'), end('B'), flow('Large', 'A', { condition: '=sum > 10' }), flow('Large', 'B')],
      ),
    ),
    [
      /Large-B/,
      /gateway "Large" has several outgoing flows.*Fix: give the flow a condition, or make it the default flow/,
    ],
  ],
  [
    'a condition that is no expression',
    deployed(
      processFile(
        'shop',
        ...chain(start(), exclusiveGateway('Large')),
        ...[end('A'), flow('Large', 'A', { condition: 'sum > 10' })],
      ),
    ),
    [/Large-A/, /"sum > 10" does not begin with "="\. Fix: write "=sum > 10"/],
  ],
  [
    'two equals signs in FEEL',
    deployed(withTask(serviceTask('Charge', { type: 'charge', inputs: { isBig: '=sum == 10' } }))),
    [/Charge/, /a comparison has one `=`/, /Fix: write `a = b`/],
  ],
  [
    'a duration that is none',
    deployed(withTask(catchEvent('Wait', { duration: '5m' }))),
    [/Wait/, /"5m" is not an ISO 8601 duration such as PT15S or P1DT2H\. Fix: /],
  ],
  [
    'two connectors of one module with one job type',
    inFolder(dev(), { 'a.mjs': `${moduleOf('A', 'charge')}export const second = { ...connector, name: 'B' };\n` }),
    [/the job type "charge": \.\/a\.mjs exports 2 of them/, /Fix: rename one of each/],
  ],
  [
    'an unknown job type',
    devPrints(withTask(serviceTask('Charge', { type: 'chrage' })), /Charge waits for a worker/),
    [/no loaded connector has the job type "chrage" of Charge \(process shop\).* Did you mean "charge"\?/],
  ],
  [
    'a message that nobody publishes',
    devPrints(withTask(told('order-status')), /Told waits for the message/),
    [
      /no inbound connector publishes the message "order-status", which Told \(process shop\) awaits/,
      /publish order-status --key 7/,
    ],
  ],
  [
    'a misspelt task header',
    devPrints(withTask(serviceTask('Charge', { type: 'charge', headers: { resultVarable: 'r' } })), /shop completed/),
    [/the task header "resultVarable" of Charge \(process shop\) is not read\. Did you mean "resultVariable"\?/],
  ],
  [
    'an inbound connector that is not loaded',
    devPrints(
      withTask(activation({ name: 'order_status', correlation_key: '7' }), told('order_status')),
      /Watch waits for a worker/,
    ),
    [
      /Watch \(process shop\) activates the inbound connector "order_status", but no loaded module has an inbound connector\./,
    ],
  ],
  [
    'a misspelt variable',
    devPrints(
      withTask(serviceTask('Charge', { type: 'charge', inputs: { shop: '="x"', sum: '=shpo' } })),
      /The input sum of Charge/,
      { 'a.mjs': moduleOf('A', 'charge').replace('v.object({})', 'v.object({ sum: v.number() })') },
    ),
    [
      /reads shpo, which nothing in the process writes\. Did you mean shop\?/,
      /The input sum of Charge \(process shop\) is null, because "=shpo" reads shpo, which the instance does not have\./,
    ],
  ],
  [
    'a misspelt function of FEEL',
    devPrints(
      withTask(serviceTask('Charge', { type: 'charge', outputs: { name: '=upercase("a")' } })),
      /shop completed/,
    ),
    [/calls upercase, which is not a function of FEEL, so the call gives null\. Did you mean upper case\?/],
  ],
  // In the input of a job
  [
    'a value that is not in the list',
    input(v.object({ kind: v.picklist(['card', 'cash']) }), { kind: 'cheque' }),
    [/kind/, /"card"/, /"cash"/],
  ],
  ['an unknown variant', input(variant, { kind: 'cheque' }), [/kind/, /"card"/, /"cash"/]],
  ['a missing field', input(v.object({ sum: v.number() }), {}), [/sum/]],
  // Outside
  [
    'a service that is down',
    async () => {
      const port = await unusedPort();
      const call = defineOutbound({
        ...{ name: 'Call', type: 'call', input: v.object({}) },
        run: async () => ({ body: await (await fetch(`http://127.0.0.1:${port}/`)).text() }),
      });
      const outcome = await executeOutbound(call, { variables: {} }, { logger: recordingLogger() });
      return outcome.kind === 'fail' ? outcome.message : 'nothing failed';
    },
    [/fetch failed/, /ECONNREFUSED/],
  ],
];

assert.ok(rows.length > 45, 'the table has all mistakes');

for (const [mistake, make, answers] of rows) {
  test(`${mistake}: the answer says what, where and how to fix it`, async (t) => {
    const text = await make(t);
    for (const answer of answers) assert.match(text, answer);
    assert.doesNotMatch(text, /\n {4}at |io\.camunda|node:internal|'--'/, text);
  });
}
