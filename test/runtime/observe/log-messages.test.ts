import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger, Outcome } from '../../../src/connector/types.ts';
import { logEvents } from '../../../src/runtime/observe/log-messages.ts';
import type { Delivery } from '../../../src/runtime/shared/delivery.ts';
import { createEvents } from '../../../src/runtime/shared/events.ts';
import { taggedLogger, withFields } from '../../../src/runtime/shared/logger.ts';
import { connectionFault, makeJob } from '../support/cluster.ts';
import { createLineLogger } from '../support/runtime.ts';

const setUp = () => {
  const { logger, lines } = createLineLogger();
  const { emit, on } = createEvents();
  logEvents(on, logger);
  return { emit, lines };
};

const job = makeJob({
  type: 'pay',
  key: '42',
  bpmnProcessId: 'order',
  elementId: 'Pay',
  processInstanceKey: '7',
  variables: '{"card":"hunter2"}',
});
const name = 'job 42 of type "pay" (process order, element Pay, instance 7)';
const accepted: Delivery = { kind: 'accepted' };
const unavailable = connectionFault('UNAVAILABLE', 'transient', 'no\nanswer');

const settled: readonly [what: string, outcome: Outcome, delivery: Delivery, lines: readonly string[]][] = [
  [
    'a completed job',
    { kind: 'complete', variables: { secret: 'hunter2' } },
    accepted,
    [`debug Completed in 5 ms: ${name}`],
  ],
  [
    'a failed job with attempts left',
    { kind: 'fail', message: 'two\n- lines', retries: 2, backoff: 0 },
    accepted,
    [`warn Failed: ${name}, 2 attempts left: two | - lines`],
  ],
  [
    'a failed job with one attempt left',
    { kind: 'fail', message: 'no', retries: 1, backoff: 0 },
    accepted,
    [`warn Failed: ${name}, 1 attempt left: no`],
  ],
  [
    'a failed job without attempts',
    { kind: 'fail', message: 'no', retries: 0, backoff: 0, variables: { secret: 'hunter2' } },
    accepted,
    [`error Failed: ${name}, no attempts left: the cluster raises an incident: no`],
  ],
  ['a BPMN error', { kind: 'bpmnError', code: 'C', message: 'hunter2' }, accepted, [`debug BPMN error C: ${name}`]],
  [
    'a failed job that is gone, whose attempts do not matter',
    { kind: 'fail', message: 'no', retries: 0, backoff: 0 },
    { kind: 'gone' },
    [
      `warn Failed: ${name}, which is over at the cluster or has another worker: no`,
      `debug Settled elsewhere or cancelled: ${name}`,
    ],
  ],
  [
    'a job with a lease that another worker has',
    { kind: 'complete', variables: {} },
    { kind: 'superseded' },
    [
      `debug Completed in 5 ms: ${name}`,
      `warn Superseded: ${name}: another worker has the job by now, and the cluster refused this result.`,
    ],
  ],
  [
    'a job that is gone',
    { kind: 'complete', variables: {} },
    { kind: 'gone' },
    [`debug Completed in 5 ms: ${name}`, `debug Settled elsewhere or cancelled: ${name}`],
  ],
  [
    'a rejected result',
    { kind: 'complete', variables: {} },
    { kind: 'refused', error: unavailable },
    [`error Result lost: ${name}: the cluster rejected its result: no | answer`, `debug Completed in 5 ms: ${name}`],
  ],
  [
    'a result that was not accepted in time',
    { kind: 'complete', variables: {} },
    { kind: 'expired', error: unavailable },
    [
      `error Result lost: ${name}: the cluster did not accept its result in time and offers the job again: no | answer`,
      `debug Completed in 5 ms: ${name}`,
    ],
  ],
];

for (const [what, outcome, delivery, expected] of settled) {
  test(`the lines of ${what}`, () => {
    const { emit, lines } = setUp();
    emit('job:settled', { connector: 'Pay', job, outcome, delivery, handled: 4, took: 5 });
    assert.deepEqual(lines, expected);
  });
}

test('the stack is logged at level debug only', () => {
  const { emit, lines } = setUp();
  const cause = new Error('no');
  emit('job:settled', {
    connector: 'Pay',
    job,
    outcome: { kind: 'fail', message: 'no', retries: 1, backoff: 0, cause },
    delivery: accepted,
    handled: 4,
    took: 5,
  });
  assert.equal(lines.length, 2);
  assert.ok(lines[1]!.startsWith('debug Stack of job 42: Error: no\n    at '));
});

test('the logger of a connector marks its lines and survives a logger that throws', () => {
  const seen: unknown[][] = [];
  const note = (...parts: unknown[]): void => void seen.push(parts);
  const logger = { debug: note, info: note, warn: note, error: () => assert.fail('broken') };
  const tagged = taggedLogger(logger, 'pay');
  tagged.info('hello', { a: 1 });
  tagged.debug({ a: 1 } as never);
  tagged.error('lost');
  assert.deepEqual(seen, [
    ['[pay] hello', { a: 1 }],
    ['[pay]', { a: 1 }],
  ]);
});

test('the logger of a connector names it in a field if the logger supports fields', () => {
  const seen: unknown[][] = [];
  const make = (fields: object): Logger => {
    const note = (...parts: unknown[]): void => void seen.push([fields, ...parts]);
    const child = (more: object): Logger => make({ ...fields, ...more });
    return { debug: note, info: note, warn: note, error: note, child } as Logger;
  };
  const tagged = taggedLogger(make({ app: 'a' }), 'pay');
  tagged.info('hello');
  withFields(tagged, { jobKey: '1' }).info('again');
  assert.deepEqual(seen, [
    [{ app: 'a', connector: 'pay' }, 'hello'],
    [{ app: 'a', connector: 'pay', jobKey: '1' }, 'again'],
  ]);
});

test('a logger whose child throws is used as it is', () => {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const logger = { debug: note, info: note, warn: note, error: note, child: () => assert.fail('broken') };
  withFields(logger, { jobKey: '1' }).info('hello');
  assert.deepEqual(lines, ['hello']);
});

for (const [failures, words] of [
  [1, 'failed once'],
  [8, 'failed 8 times in a row'],
] as const) {
  test(`an inbound connector ${words}`, () => {
    const { emit, lines } = setUp();
    const activation = {
      id: '42',
      connector: 'box',
      correlationKey: 'k',
      messageName: 'box',
      variables: {},
      bpmnProcessId: 'order',
      elementId: 'Wait',
      processInstanceKey: '7',
      tenantId: '<default>',
    } as const;
    const subscription = { activation, state: 'waiting', failures } as const;
    emit('subscription:failed', { subscription, error: 'no luck', attempt: failures, pause: 500 });
    emit('subscription:halted', { subscription, error: 'no luck', incident: true });
    emit('subscription:halted', { subscription, error: 'no luck', incident: false });
    const who = 'Inbound connector "box" (process order, element Wait, instance 7)';
    assert.deepEqual(lines, [
      `warn ${who} ${words}, next try in 0.5 s: no luck`,
      `error ${who} ${words} and is stopped; the cluster raises an incident: no luck`,
      `error ${who} ${words} and is stopped; its process keeps waiting for the message: no luck`,
    ]);
  });
}
