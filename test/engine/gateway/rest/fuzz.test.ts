/** Random requests: no operation fails by a defect, hangs, or does half of what it refuses. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createOperations, type OperationServices } from '../../../../src/engine/gateway/rest/operations.ts';
import { createTestClock, type Engine, type TestClock } from '../../../../src/engine/index.ts';
import { chain, end, file, other, processPart, receiveTask, serviceTask, start } from '../../support/bpmn.ts';
import { startEngine } from '../../support/client.ts';
import { decision, dmn, table } from '../../support/dmn.ts';
import { type RestAnswer, type RestClient, restClient } from '../../support/rest-client.ts';

const content = file(
  processPart(
    'p',
    {},
    ...chain(
      start(),
      serviceTask('a', { type: 'a' }),
      other('userTask', 'ask', { extensions: '<zeebe:userTask/>' }),
      receiveTask('wait', { message: { name: 'm', correlationKey: '=k' } }),
      end(),
    ),
  ),
);
const menu = dmn(decision('season', table({ inputs: ['month'], rules: [['12', '"Winter"']] })));

interface Stage {
  readonly engine: Engine;
  readonly client: RestClient;
  /** Keys of everything that is there. */
  readonly keys: () => readonly string[];
  /** Stands still before each request, so that no timer fires beside it. A request can set it, and let it run. */
  readonly clock: TestClock;
  /** How many events there were. */
  readonly events: () => number;
}

const setUp = async (t: TestContext): Promise<Stage> => {
  const clock = createTestClock();
  const engine = await startEngine(t, { restPort: 0, clock });
  let count = 0;
  engine.on(() => {
    count += 1;
  });
  await engine.deploy([
    { name: 'p.bpmn', content },
    { name: 'menu.dmn', content: menu },
  ]);
  for (let index = 0; index < 3; index++) engine.createInstance({ bpmnProcessId: 'p', variables: { k: `${index}` } });
  return {
    engine,
    clock,
    client: restClient(t, engine),
    keys: () => [
      ...engine.instances().flatMap(({ key }) => [key, ...engine.elements(key).map((element) => element.key)]),
      ...engine.jobs().map(({ key }) => key),
      ...engine.incidents().map(({ key }) => key),
      ...engine.userTasks().map(({ key }) => key),
      ...engine.processes().map(({ processDefinitionKey }) => processDefinitionKey),
    ],
    events: () => count,
  };
};

const operations = Object.keys(createOperations({} as OperationServices));

/** Names of fields of all operations, so that many requests are almost valid. */
const names = [
  ...[
    'filter',
    'sort',
    'page',
    'from',
    'limit',
    'after',
    'before',
    'field',
    'order',
    '$or',
    '$eq',
    '$in',
    '$like',
    '$gt',
  ],
  ...[
    'variables',
    'type',
    'timeout',
    'maxJobsToActivate',
    'retries',
    'errorCode',
    'errorMessage',
    'retryBackOff',
    'changeset',
  ],
  ...[
    'processDefinitionId',
    'processDefinitionKey',
    'processInstanceKey',
    'elementId',
    'state',
    'name',
    'value',
    'tags',
  ],
  ...[
    'correlationKey',
    'messageId',
    'timeToLive',
    'signalName',
    'tenantId',
    'assignee',
    'action',
    'priority',
    'dueDate',
  ],
  ...['activateInstructions', 'terminateInstructions', 'moveInstructions', 'elementInstanceKey', 'targetElementId'],
  ...[
    'targetProcessDefinitionKey',
    'mappingInstructions',
    'sourceElementId',
    'decisionDefinitionId',
    'elements',
    'result',
  ],
  ...[
    'timestamp',
    'operationReference',
    'local',
    'startInstructions',
    'businessId',
    '__proto__',
    'constructor',
    'toString',
  ],
];

const scalar = fc.oneof(
  fc.constantFrom('p', 'a', 'ask', 'm', 'k', 'season', 'ACTIVE', 'ASC', '*', '2026-01-01T00:00:00Z', '<default>', ''),
  fc.integer({ min: -1, max: 20_000 }),
  fc.boolean(),
  fc.constant(null),
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** JSON text, because an object literal cannot have every name. */
const json = fc.letrec<{ value: string; object: string }>((tie) => ({
  object: fc
    .array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 4 })
    .map((entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  value: fc.oneof(
    { depthSize: 'small' },
    scalar.map((value) => JSON.stringify(value)),
    tie('object'),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(',')}]`),
  ),
})).object;

const body = fc.oneof(
  { weight: 8, arbitrary: json },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.constantFrom('', '[]', '{', 'null', '1', '"x"', '{"a":1e999}', '\u0000') },
);

/** Calls that wait must not wait long. */
const hurried = (path: string, text: string): string => {
  if (path === '/jobs/activation' || path === '/process-instances') {
    return text.startsWith('{') && text.endsWith('}')
      ? text.replace(/^\{/, `{"requestTimeout":${path === '/process-instances' ? 1 : -1}${text === '{}' ? '' : ','}`)
      : text;
  }
  return text;
};

const isRefusal = ({ status }: RestAnswer): boolean => status >= 400 && status !== 504;

const check = async ({ client, clock, events }: Stage, method: string, path: string, text: string): Promise<void> => {
  clock.pause();
  const before = events();
  const what = `${method} ${path} ${text}`;
  const answer = await client.send(method, path, method === 'GET' ? undefined : hurried(path, text), { isText: true });
  assert.ok(answer.status < 500 || answer.status === 504, `${answer.status} for ${what}: ${answer.text}`);
  if (!isRefusal(answer)) return;
  assert.equal(events(), before, `A refused request has changed something: ${what}`);
  assert.equal(answer.headers['content-type'], 'application/problem+json', what);
  assert.equal(JSON.parse(answer.text).status, answer.status, what);
};

test('random bodies to every operation', async (t) => {
  const stage = await setUp(t);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...operations), fc.nat(), body, async (operation, at, text) => {
      const [method = '', path = ''] = operation.split(' ');
      const keys = stage.keys();
      const key = at % 4 === 0 ? '1' : (keys[at % Math.max(1, keys.length)] ?? '1');
      await check(stage, method, path.replace('*', key), text);
    }),
    { numRuns: 1_500 },
  );
  assert.equal((await stage.client.send('GET', '/status')).status, 204);
});

test('random paths and methods', async (t) => {
  const stage = await setUp(t);
  const part = fc.oneof(
    fc.constantFrom(
      'process-instances',
      'jobs',
      'search',
      '*',
      '..',
      '%',
      '%2f',
      '',
      '1',
      'v2',
      'constructor',
      '__proto__',
    ),
    fc.string({ maxLength: 5 }).map(encodeURIComponent),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'),
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', '?', '?truncateValues=false', '?x=%', '?&&=='),
      async (method, parts, query) => {
        const { status } = await stage.client.send(method, `/${parts.join('/')}${query}`, undefined, { isText: true });
        assert.ok(status < 500 || status === 501, `${status} for ${method} ${parts.join('/')}`);
      },
    ),
    { numRuns: 500 },
  );
  assert.equal((await stage.client.send('GET', '/status')).status, 204);
});

test('random forms', async (t) => {
  const stage = await setUp(t);
  const piece = fc.constantFrom(
    ...['--b', '--b--', '\r\n', '\r\n\r\n', 'Content-Disposition: form-data; name="resources"; filename="p.bpmn"', 'x'],
    ...['Content-Disposition: form-data; name="tenantId"', '"', '<bpmn:definitions/>', ': ', '\n', '\u0000', content],
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 12 }),
      fc.constantFrom('multipart/form-data; boundary=b', 'multipart/form-data', 'multipart/form-data; boundary="b"'),
      async (pieces, type) => {
        const before = stage.events();
        const headers = { 'content-type': type };
        const answer = await stage.client.send('POST', '/deployments', pieces.join(''), { headers, isText: true });
        assert.ok(answer.status < 500, `${answer.status}: ${answer.text}`);
        if (answer.status >= 400) assert.equal(stage.events(), before, 'a refused deployment has deployed nothing');
      },
    ),
    { numRuns: 400 },
  );
  assert.equal((await stage.client.send('GET', '/status')).status, 204);
});
