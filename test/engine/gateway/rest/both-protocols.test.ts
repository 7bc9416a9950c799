/** The same commands over gRPC and over REST have the same outcomes and events, and searches find what they have made. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { stringifyValue } from '../../../../src/connector/values/json-text.ts';
import {
  createEngine,
  createTestClock,
  type Engine,
  type EngineEvent,
  type TestClock,
} from '../../../../src/engine/index.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  file,
  path,
  processPart,
  receiveTask,
  serviceTask,
  start,
} from '../../support/bpmn.ts';
import { connect, type RawClient } from '../../support/client.ts';
import { type RestClient, restClient } from '../../support/rest-client.ts';

const content = file(
  processPart(
    'p',
    {},
    ...chain(
      start(),
      serviceTask('work', { type: 'a' }),
      receiveTask('wait', { message: { name: 'm', correlationKey: '=key' } }),
      catchEvent('later', { duration: 'PT20S' }),
      serviceTask('last', { type: 'b', inputs: { chance: '=random number()' } }),
      end(),
    ),
    boundary('caught', 'work', { error: 'E' }),
    end('other'),
    ...path('caught', 'other'),
  ),
  processPart('q', {}, ...chain(start('begin', { message: 'n' }), serviceTask('task', { type: 'b' }), end('done'))),
  processPart('s', {}, ...chain(start('signalled', { signal: 'go' }), serviceTask('job', { type: 'a' }), end('over'))),
);

/** One request in both forms. */
interface Both {
  readonly rpc: string;
  readonly request: object;
  readonly rest: readonly [method: string, path: string, body?: object];
}

type Pick = <T>(list: readonly T[]) => T | undefined;

const text = (variables: object): string => JSON.stringify(variables);

/** A key that may no longer exist. */
const keyOf = (found: { readonly key: string } | undefined): string => found?.key ?? '2251799813685000';

const jobCommand = (
  rpc: string,
  action: string,
  key: string,
  fields: Readonly<Record<string, unknown>>,
  variables?: object,
): Both => {
  const own = variables === undefined ? {} : { variables };
  const grpc = variables === undefined ? {} : { variables: text(variables) };
  return {
    rpc,
    request: { jobKey: key, ...fields, ...grpc },
    rest: ['POST', `/jobs/${key}/${action}`, { ...fields, ...own }],
  };
};

const commands: Readonly<Record<string, (engine: Engine, pick: Pick, small: number) => Both>> = {
  create: (_engine, pick, small) => {
    const id = pick(['p', 'q', 'nothing']) ?? '';
    const variables = { key: `${small % 2}` };
    return {
      rpc: 'CreateProcessInstance',
      request: { bpmnProcessId: id, version: -1, variables: text(variables), tags: small === 1 ? ['t'] : [] },
      rest: ['POST', '/process-instances', { processDefinitionId: id, variables, tags: small === 1 ? ['t'] : [] }],
    };
  },
  activate: (_engine, pick, small) => {
    const common = {
      type: pick(['a', 'b']),
      worker: 'w',
      maxJobsToActivate: small,
      timeout: 12_000,
      requestTimeout: -1,
    };
    return { rpc: 'ActivateJobs', request: common, rest: ['POST', '/jobs/activation', common] };
  },
  complete: (engine, pick, small) =>
    jobCommand('CompleteJob', 'completion', keyOf(pick(engine.jobs())), {}, small === 0 ? {} : { x: small, key: '1' }),
  fail: (engine, pick, small) =>
    jobCommand('FailJob', 'failure', keyOf(pick(engine.jobs())), {
      ...{ retries: small % 3, errorMessage: `e${small}`, retryBackOff: (small % 2) * 8_000 },
    }),
  throwError: (engine, pick, small) =>
    jobCommand('ThrowError', 'error', keyOf(pick(engine.jobs())), { errorCode: small < 3 ? 'E' : 'F' }, { x: small }),
  retries: (engine, pick, small) => {
    const jobKey = keyOf(pick(engine.jobs()));
    const rest: Both['rest'] = ['PATCH', `/jobs/${jobKey}`, { changeset: { retries: small } }];
    return { rpc: 'UpdateJobRetries', request: { jobKey, retries: small }, rest };
  },
  publish: (_engine, pick, small) => {
    const message = { name: pick(['m', 'n']), correlationKey: `${small % 2}`, messageId: small === 3 ? 'id' : '' };
    const timeToLive = small < 2 ? 0 : 15_000;
    return {
      rpc: 'PublishMessage',
      request: { ...message, timeToLive, variables: text({ x: small }) },
      rest: ['POST', '/messages/publication', { ...message, timeToLive, variables: { x: small } }],
    };
  },
  signal: (_engine, pick) => {
    const signalName = pick(['go', 'stop', '']);
    return { rpc: 'BroadcastSignal', request: { signalName }, rest: ['POST', '/signals/broadcast', { signalName }] };
  },
  resolve: (engine, pick) => {
    const incidentKey = keyOf(pick(engine.incidents()));
    return { rpc: 'ResolveIncident', request: { incidentKey }, rest: ['POST', `/incidents/${incidentKey}/resolution`] };
  },
  setVariables: (engine, pick, small) => {
    const key = keyOf(
      pick([...engine.instances(), ...engine.instances().flatMap((each) => engine.elements(each.key))]),
    );
    const variables = { x: small, key: '1' };
    const local = small % 2 === 0;
    return {
      rpc: 'SetVariables',
      request: { elementInstanceKey: key, variables: text(variables), local },
      rest: ['PUT', `/element-instances/${key}/variables`, { variables, local }],
    };
  },
  cancel: (engine, pick) => {
    const processInstanceKey = keyOf(pick(engine.instances()));
    return {
      rpc: 'CancelProcessInstance',
      request: { processInstanceKey },
      rest: ['POST', `/process-instances/${processInstanceKey}/cancellation`],
    };
  },
  modify: (engine, pick, small) => {
    const processInstanceKey = keyOf(pick(engine.instances()));
    const elementId = pick(['work', 'wait', 'last', 'nowhere']) ?? '';
    const ended = pick(engine.elements(processInstanceKey));
    const activate = small < 4 ? [{ elementId, variables: { x: small, key: '0' } }] : [];
    const terminateInstructions = small > 1 && ended !== undefined ? [{ elementInstanceKey: ended.key }] : [];
    const activations = (write: (variables: object) => unknown) =>
      activate.map(({ variables, ...rest }) => ({ ...rest, variableInstructions: [{ variables: write(variables) }] }));
    return {
      rpc: 'ModifyProcessInstance',
      request: { processInstanceKey, activateInstructions: activations(text), terminateInstructions },
      rest: [
        'POST',
        `/process-instances/${processInstanceKey}/modification`,
        { activateInstructions: activations((variables) => variables), terminateInstructions },
      ],
    };
  },
  remove: (engine, pick, small) => {
    const resourceKey = small < 4 ? '1' : (pick(engine.processes())?.processDefinitionKey ?? '1');
    return {
      rpc: 'DeleteResource',
      request: { resourceKey },
      rest: ['POST', `/resources/${resourceKey}/deletion`, {}],
    };
  },
};

type Step = { readonly command: string; readonly at: number; readonly small: number } | { readonly pass: number };

const aCommand = (name: fc.Arbitrary<string>): fc.Arbitrary<Step> =>
  fc.record({ command: name, at: fc.nat(), small: fc.nat(5) });

const step = fc.oneof(
  { weight: 6, arbitrary: aCommand(fc.constantFrom(...Object.keys(commands))) },
  { weight: 2, arbitrary: aCommand(fc.constantFrom('create', 'activate')) },
  { weight: 1, arbitrary: fc.record({ pass: fc.constantFrom(1, 9_000, 30_000) }) },
);

/** The names that both protocols have for the outcome of a command. */
const outcomes: Readonly<Record<number, string>> = {
  [status.INVALID_ARGUMENT]: 'INVALID_ARGUMENT',
  [status.NOT_FOUND]: 'NOT_FOUND',
  [status.ALREADY_EXISTS]: 'ALREADY_EXISTS',
  [status.FAILED_PRECONDITION]: 'INVALID_STATE',
};

interface Item {
  readonly [name: string]: unknown;
}

/** All items of a search. */
const searchAll = async (client: RestClient, what: string, filter: object = {}): Promise<readonly Item[]> => {
  const { status: code, json } = await client.post(`/${what}/search`, { filter, page: { limit: 10_000 } });
  assert.equal(code, 200, JSON.stringify(json));
  return json.items;
};

const sorted = (lines: readonly unknown[]): readonly string[] => lines.map((line) => JSON.stringify(line)).sort();

/** What searches find is what the engine itself tells. */
const checkSearches = async (engine: Engine, client: RestClient): Promise<void> => {
  const instances = engine.instances();
  assert.deepEqual(
    sorted((await searchAll(client, 'process-instances')).map((item) => [item.processInstanceKey, item.state])),
    sorted(instances.map(({ key, state }) => [key, state])),
  );
  const elements = instances.flatMap(({ key }) => engine.elements(key));
  const incidents = engine.incidents();
  assert.deepEqual(
    sorted(
      (await searchAll(client, 'element-instances', { state: 'ACTIVE' })).map((item) => [
        ...[item.elementInstanceKey, item.elementId, item.incidentKey !== null],
      ]),
    ),
    sorted(
      elements
        .filter(({ key, state }) => state !== 'ACTIVATING' || incidents.some((each) => each.elementInstanceKey === key))
        .map(({ key, elementId }) => [key, elementId, incidents.some((each) => each.elementInstanceKey === key)]),
    ),
  );
  assert.deepEqual(
    sorted((await searchAll(client, 'incidents', { state: 'ACTIVE' })).map((item) => [item.incidentKey, item.jobKey])),
    sorted(incidents.map(({ key, jobKey }) => [key, jobKey === '-1' ? null : jobKey])),
  );
  assert.deepEqual(
    sorted(
      (await searchAll(client, 'process-instances', { hasIncident: true })).map((item) => item.processInstanceKey),
    ),
    sorted([...new Set(incidents.map(({ processInstanceKey }) => processInstanceKey))]),
  );
  const open = ['CREATED', 'FAILED', 'ERROR_THROWN', 'TIMED_OUT', 'RETRIES_UPDATED'];
  const jobs = (await searchAll(client, 'jobs')).filter(({ endTime }) => endTime === null);
  assert.deepEqual(
    sorted(jobs.map((item) => [item.jobKey, item.retries, item.worker])),
    sorted(engine.jobs().map(({ key, retries, worker }) => [key, retries, worker])),
  );
  for (const { state } of jobs) assert.ok(open.includes(String(state)), `${state} is no state of an open job`);
  const variables = await searchAll(client, 'variables');
  const active = [...instances, ...elements].map(({ key, variables: own }) => [key, own] as const);
  assert.deepEqual(
    sorted(
      variables
        .filter(({ scopeKey }) => active.some(([key]) => key === scopeKey))
        .map(({ scopeKey, name, value }) => [scopeKey, name, value]),
    ),
    sorted(
      active.flatMap(([key, own]) => Object.entries(own).map(([name, value]) => [key, name, stringifyValue(value)])),
    ),
  );
  assert.deepEqual(
    sorted(
      (await searchAll(client, 'message-subscriptions'))
        .filter((item) => item.messageSubscriptionState === 'CREATED')
        .map((item) => [item.messageName, item.correlationKey, item.elementInstanceKey]),
    ),
    sorted(
      engine
        .subscriptions()
        .filter(({ kind }) => kind === 'message')
        .map((each) => [each.name, each.correlationKey ?? null, each.elementInstanceKey ?? null]),
    ),
  );
};

interface Side {
  readonly engine: Engine;
  readonly clock: TestClock;
  readonly events: EngineEvent[];
  run(both: Both): Promise<string>;
  readonly rest: RestClient;
}

const overGrpc =
  (client: RawClient): Side['run'] =>
  async ({ rpc, request }) => {
    try {
      if (rpc === 'ActivateJobs') {
        const { type, ...rest } = request as { readonly type: string };
        await client.poll(type, rest);
      } else await client.call(rpc, request);
      return 'done';
    } catch (error) {
      const { code } = error as { readonly code: number };
      return outcomes[code] ?? `code ${code}`;
    }
  };

const overRest =
  (client: RestClient): Side['run'] =>
  async ({ rest: [method, target, body] }) => {
    const answer = await client.send(method, target, body);
    return answer.status < 300 ? 'done' : answer.json.title;
  };

const startSide = async (t: TestContext, overWhat: 'grpc' | 'rest'): Promise<Side> => {
  const clock = createTestClock();
  const engine = await createEngine({ restPort: 0, clock, seed: 7 });
  const events: EngineEvent[] = [];
  engine.on((event) => events.push(event));
  await engine.deploy({ name: 'p.bpmn', content });
  const rest = restClient(t, engine);
  const run = overWhat === 'grpc' ? overGrpc(connect(t, engine.address)) : overRest(rest);
  return { engine, clock, events, run, rest };
};

const take = async ({ engine, clock, run }: Side, next: Step): Promise<string> => {
  if ('pass' in next) {
    clock.advance(next.pass);
    return 'passed';
  }
  const pick: Pick = (list) => list[next.at % Math.max(1, list.length)];
  return run(commands[next.command]!(engine, pick, next.small));
};

test('random commands have the same outcomes and events over gRPC and over REST, and searches find the result', async (t) => {
  const seen = new Set<string>();
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const sides = await Promise.all([startSide(t, 'grpc'), startSide(t, 'rest')]);
      const [grpc, rest] = sides as [Side, Side];
      try {
        for (const next of steps) {
          const outcome = await take(grpc, next);
          assert.equal(await take(rest, next), outcome, JSON.stringify(next));
          seen.add(`${'pass' in next ? 'pass' : next.command} ${outcome}`);
        }
        assert.deepEqual(rest.events, grpc.events);
        await checkSearches(rest.engine, rest.rest);
        for (const { kind } of grpc.events) kinds.add(kind);
      } finally {
        await Promise.all(sides.map(({ engine }) => engine.stop()));
      }
    }),
    { numRuns: 20 },
  );
  // Otherwise the test would have compared only a few commands.
  for (const command of Object.keys(commands)) {
    assert.ok(
      [...seen].some((each) => each.startsWith(`${command} `)),
      `${command} was not taken`,
    );
  }
  assert.ok(kinds.size >= 15, `Not enough event kinds were reached: ${[...kinds].join(', ')}`);
});
