/** What a trace shows, in which order, and the path in one line. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { createEngine, type Engine } from '../../../src/engine/index.ts';
import { bpmnError, createRuntime, defineInbound, defineOutbound } from '../../../src/index.ts';
import { createTrace, type Trace, type TraceOptions } from '../../../src/testing/index.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  flow,
  other,
  type Part,
  process as processFile,
  scriptTask,
  serviceTask,
  start,
} from '../../engine/support/bpmn.ts';

const place = defineOutbound({
  name: 'Place',
  type: 'place',
  input: v.object({ item: v.string() }),
  run: ({ item }, { logger }) => {
    logger.info(`looking for ${item}`);
    if (item === 'gone') return bpmnError('SOLD_OUT', 'Nothing is left');
    if (item === 'broken') throw new Error('The shop is closed');
    return { placed: item };
  },
});

const answer = defineInbound({ name: 'answer', cycle: 0.1, loop: () => ({ text: 'yes' }) });

const order = processFile(
  'order',
  ...chain(start('Start'), serviceTask('Place', { type: 'place', retries: '2' }), end('Placed')),
  boundary('SoldOut', 'Place', { error: 'SOLD_OUT' }),
  end('Sorry'),
  flow('SoldOut', 'Sorry'),
);

const asking = processFile(
  'asking',
  ...chain(
    start('Start'),
    serviceTask('Ask', { type: '_activate_inbound_connector', inputs: { name: 'answer', correlation_key: 'k' } }),
    catchEvent('Answered', { message: { name: 'answer', correlationKey: '="k"' } }),
    end('End'),
  ),
);

interface Running {
  readonly engine: Engine;
  readonly trace: Trace;
  readonly lines: readonly string[];
  run(bpmnProcessId: string, variables: Record<string, string>): Promise<string>;
}

const started = async (t: TestContext, options: Omit<TraceOptions, 'write'> = {}): Promise<Running> => {
  const lines: string[] = [];
  const trace = createTrace({ ...options, write: (line) => lines.push(line) });
  const engine = await createEngine();
  await engine.deploy([
    { name: 'order.bpmn', content: order },
    { name: 'asking.bpmn', content: asking },
  ]);
  const runtime = createRuntime({
    outbound: [place],
    inbound: [answer],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    signals: false,
    logger: trace.logger(),
  });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  await runtime.start();
  trace.engine(engine);
  return {
    ...{ engine, trace, lines },
    run: async (bpmnProcessId, variables) => {
      const stuck = engine.next((event) => event.kind === 'incident:created');
      const { processInstanceKey } = engine.createInstance({ bpmnProcessId, variables });
      await Promise.race([engine.ended(processInstanceKey), stuck]);
      return processInstanceKey;
    },
  };
};

const plain = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.trim().replaceAll(/\s+/g, ' ')).filter((line) => line !== '');

test('a job has a line for its input, its log lines and its result, in this order', async (t) => {
  const { lines, trace, run } = await started(t);
  const key = await run('order', { item: 'book' });
  assert.deepEqual(plain(lines), [
    "#1 order with { item: 'book' }",
    'Start entered',
    "place Place input { item: 'book' }",
    'looking for book',
    "place Place result { placed: 'book' }",
    'Placed entered',
    "completed with { item: 'book', placed: 'book' }",
  ]);
  assert.equal(trace.path(key), 'Start > Place > Placed');
});

test('a BPMN error has a line with its code, and stands in the path instead of the event that catches it', async (t) => {
  const { lines, trace, run } = await started(t);
  const key = await run('order', { item: 'gone' });
  assert.ok(plain(lines).includes('place Place BPMN error SOLD_OUT: Nothing is left'), lines.join('\n'));
  assert.equal(trace.path(key), 'Start > Place ! SOLD_OUT > Sorry');
});

test('each failed attempt is shown once, without names of classes, and the incident does not repeat it', async (t) => {
  const { lines, trace, run } = await started(t);
  const key = await run('order', { item: 'broken' });
  assert.deepEqual(plain(lines).slice(2), [
    "place Place input { item: 'broken' }",
    'looking for broken',
    'place Place failed (1 attempt left) The shop is closed',
    "place Place input (attempt 2) { item: 'broken' }",
    'looking for broken',
    'place Place failed The shop is closed',
    'Place incident JOB_NO_RETRIES',
  ]);
  assert.equal(trace.path(key), 'Start > Place ! JOB_NO_RETRIES');
});

const stuckAt: readonly (readonly [title: string, parts: readonly Part[], path: string])[] = [
  [
    'a gateway whose conditions are all false',
    [
      ...chain(start('Start'), exclusiveGateway('Price')),
      end('Cheap'),
      flow('Price', 'Cheap', { condition: '=total < 10' }),
    ],
    'Start > Price ! CONDITION_ERROR',
  ],
  [
    'a correlation key of the wrong kind',
    chain(start('Start'), catchEvent('Paid', { message: { name: 'paid', correlationKey: '=[total]' } }), end('End')),
    'Start > Paid ! EXTRACT_VALUE_ERROR',
  ],
];

for (const [title, parts, expected] of stuckAt) {
  test(`the path shows an element that an incident keeps from being entered: ${title}`, async (t) => {
    const engine = await createEngine();
    t.after(() => engine.stop());
    const trace = createTrace({ write: () => {} });
    trace.engine(engine);
    await engine.deploy({ name: 'a.bpmn', content: processFile('p', ...parts) });
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: { total: 40 } });
    assert.equal(trace.path(processInstanceKey), expected);
  });
}

test('the path shows at which of its visits a gateway is stuck, and not twice what is repeated', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const trace = createTrace({ write: () => {} });
  trace.engine(engine);
  const parts = [
    ...chain(start('Start'), exclusiveGateway('Price'), end('End')).slice(0, -1),
    scriptTask('Raise', { expression: '=total + 10', resultVariable: 'total' }),
    flow('Price', 'Raise', { condition: '=total = 10' }),
    flow('Price', 'End', { condition: '=total = 50' }),
    flow('Raise', 'Price'),
  ];
  await engine.deploy({ name: 'a.bpmn', content: processFile('p', ...parts) });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: { total: 10 } });
  assert.equal(trace.path(processInstanceKey), 'Start > Price > Raise > Price ! CONDITION_ERROR');
  const resolve = (total: number): void => {
    engine.setVariables(processInstanceKey, { total });
    engine.resolveIncident(engine.incidents(processInstanceKey)[0]!.key);
  };
  resolve(30);
  assert.equal(trace.path(processInstanceKey), 'Start > Price > Raise > Price ! CONDITION_ERROR');
  resolve(50);
  assert.equal(trace.path(processInstanceKey), 'Start > Price > Raise > Price ! CONDITION_ERROR > End');
});

test('an activation and its message are shown, and nothing of the process that stores subscriptions', async (t) => {
  const { lines, run } = await started(t);
  await run('asking', {});
  assert.deepEqual(plain(lines).slice(2), [
    "answer Ask input { name: 'answer', correlation_key: 'k' }",
    'answer Ask activated, will publish "answer"',
    'Answered entered',
    `message "answer" with the key "k" { text: 'yes' }`,
    'Answered message "answer" correlated',
    'End entered',
    "completed with { text: 'yes' }",
  ]);
});

test('as JSON, each line is an object with the time and the instance', async (t) => {
  const { lines, run } = await started(t, { format: 'json' });
  const key = await run('order', { item: 'book' });
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['started', 'entered', 'input', 'log', 'result', 'entered', 'completed'],
  );
  assert.ok(
    entries.every(
      ({ processInstanceKey, time }) => processInstanceKey === key && !Number.isNaN(Date.parse(String(time))),
    ),
    lines.join(),
  );
});

test('a user task is shown when it waits and with the variables that complete it, cut as others, also in JSON', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const lines: string[] = [];
  const json: string[] = [];
  createTrace({ write: (line) => lines.push(line) }).engine(engine);
  createTrace({ write: (line) => json.push(line), format: 'json' }).engine(engine);
  const parts = chain(start('Start'), other('userTask', 'Review', { extensions: '<zeebe:userTask/>' }), end('End'));
  await engine.deploy({ name: 'review.bpmn', content: processFile('review', ...parts) });
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'review' });
  await engine.completeUserTask(engine.userTasks(processInstanceKey)[0]!.key, { note: 'x'.repeat(300) });
  assert.deepEqual(plain(lines).slice(2, 4), [
    'Review user task, waits for a person',
    `Review user task completed with { note: '${'x'.repeat(191)} …`,
  ]);
  const entries = json.map((line) => JSON.parse(line) as { kind: string; state?: string; variables?: object });
  const completed = entries.filter(({ kind, state }) => kind === 'userTask' && state === 'completed');
  assert.deepEqual(
    completed.map(({ variables }) => variables),
    [{ note: 'x'.repeat(300) }],
  );
});

const stored = { 'camunda.document.type': 'camunda', metadata: { customProperties: { pages: [{ of: 3 }] } } };

for (const [title, variables, shown] of [
  [
    'lists in lists',
    {
      order: {
        items: [
          { sku: 'a', tags: ['new', 'red'] },
          { sku: 'b', tags: [] },
        ],
      },
    },
    "{ order: { items: [ { sku: 'a', tags: [ 'new', 'red' ] }, { sku: 'b', tags: [] } ] } }",
  ],
  [
    'references to documents',
    { files: [stored] },
    "{ files: [ { 'camunda.document.type': 'camunda', metadata: { customProperties: { pages: [ { of: 3 } ] } } } ] }",
  ],
  ['a list of many values', { sizes: [1, 2, 3, 4, 5, 6, 7, 8] }, '{ sizes: [ 1, 2, 3, 4, 5, 6, 7, 8 ] }'],
  [
    'a deep value that is too long',
    { a: { b: { c: [{ d: ['x'.repeat(300)] }] } } },
    `{ a: { b: { c: [ { d: [ '${'x'.repeat(175)} …`,
  ],
] as const) {
  test(`on one line, cut as others: ${title}`, async (t) => {
    const engine = await createEngine();
    t.after(() => engine.stop());
    const lines: string[] = [];
    createTrace({ write: (line) => lines.push(line) }).engine(engine);
    await engine.deploy({ name: 'p.bpmn', content: processFile('p', ...chain(start('Start'), end('End'))) });
    engine.createInstance({ bpmnProcessId: 'p', variables });
    assert.deepEqual(
      lines.map((line) => line.trim()),
      [`#1 p with ${shown}`, 'Start           entered', 'End             entered', `completed with ${shown}`],
    );
  });
}

test('lines of alternating instances have headings', () => {
  const lines: string[] = [];
  const trace = createTrace({ write: (line) => lines.push(line) });
  const logger = trace.logger();
  const line = (instance: string, text: string): void => {
    const fields = { connector: 'a', jobKey: '1', processInstanceKey: instance, bpmnProcessId: 'p' };
    (logger as unknown as { child(fields: object): typeof logger }).child(fields).info(text);
  };
  line('1', 'one');
  line('2', 'two');
  line('2', 'three\nfour');
  line('1', 'five');
  assert.deepEqual(plain(lines), [
    '#1 p goes on',
    'one',
    '#2 p goes on',
    'two',
    'three | four',
    '#1 p goes on',
    'five',
  ]);
});

test('a runtime alone shows jobs and messages, for clusters', async (t) => {
  const lines: string[] = [];
  const trace = createTrace({ write: (line) => lines.push(line) });
  const engine = await createEngine();
  await engine.deploy({ name: 'order.bpmn', content: order });
  const runtime = createRuntime({
    outbound: [place],
    connection: { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port },
    signals: false,
    logger: trace.logger(),
  });
  t.after(async () => {
    await runtime.stop();
    await engine.stop();
  });
  trace.runtime(runtime);
  await runtime.start();
  const settled = new Promise((resolve) => runtime.on('job:settled', resolve));
  engine.createInstance({ bpmnProcessId: 'order', variables: { item: 'book' } });
  await settled;
  assert.deepEqual(plain(lines), [
    '#1 order goes on',
    "place Place input { item: 'book' }",
    'looking for book',
    "place Place result { placed: 'book' }",
  ]);
});

for (const [options, message] of [
  [{}, /write: is missing/],
  [{ write: 'x' }, /write: expected a function/],
  [{ write: () => {}, format: 'xml' }, /format: /],
  [{ write: () => {}, colors: true }, /Did you mean colours\?/],
] as const) {
  test(`createTrace refuses ${JSON.stringify(options)}`, () => {
    assert.throws(() => createTrace(options as unknown as TraceOptions), message);
  });
}

const address = (length: number): string => `https://example.org/${'a'.repeat(length)}`;

for (const [title, variables, expected] of [
  ['text', { a: 'x'.repeat(300) }, `{ a: '${'x'.repeat(194)} …`],
  ['a long address is shown whole', { a: address(400), b: 'end' }, `{ a: '${address(400)}', b: 'end' }`],
  [
    'what follows an address is cut',
    { a: address(400), b: 'y'.repeat(200) },
    `{ a: '${address(400)}', b: '${'y'.repeat(147)} …`,
  ],
  [
    'an address that the cut would hit is shown whole',
    { a: 'x'.repeat(180), b: address(100), c: 1 },
    `{ a: '${'x'.repeat(180)}', b: '${address(100)} …`,
  ],
  ['an address that is longer than any is left out', { a: address(3_000) }, "{ a: ' …"],
  [
    'many addresses are cut between two of them',
    { a: Array.from({ length: 20 }, () => address(100)) },
    `{ a: [ ${Array.from({ length: 5 }, () => `'${address(100)}`).join("', ")} …`,
  ],
] as const) {
  test(`a long value is cut, but not inside an address: ${title}`, async (t) => {
    const engine = await createEngine();
    t.after(() => engine.stop());
    const lines: string[] = [];
    createTrace({ write: (line) => lines.push(line) }).engine(engine);
    await engine.deploy({ name: 'p.bpmn', content: processFile('p', ...chain(start(), end())) });
    const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p', variables: variables as never });
    await engine.ended(processInstanceKey);
    assert.equal(lines.find((line) => line.includes('#1'))?.split(' with ')[1], expected);
  });
}

test('an instance that a message starts is shown with the variables of the message, one that a signal starts below the signal', async (t) => {
  const lines: string[] = [];
  const engine = await createEngine();
  t.after(() => engine.stop());
  await engine.deploy([
    {
      name: 'told.bpmn',
      content: processFile('told', ...chain(start('Told', { message: { name: 'go' } }), end('End'))),
    },
    { name: 'rung.bpmn', content: processFile('rung', ...chain(start('Rung', { signal: 'bell' }), end('End'))) },
  ]);
  createTrace({ write: (line) => lines.push(line) }).engine(engine);
  engine.publishMessage({ name: 'go', correlationKey: '', variables: { issue: 7 } });
  engine.broadcastSignal('bell', { times: 2 });
  assert.deepEqual(plain(lines), [
    'message "go" { issue: 7 }',
    '#1 told with { issue: 7 }',
    'Told message "go" correlated',
    'Told entered',
    'End entered',
    'completed with { issue: 7 }',
    'signal "bell" { times: 2 }',
    '#2 rung with {}',
    'Rung entered',
    'End entered',
    'completed with { times: 2 }',
  ]);
});
