import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { LostMessage, MachineMessage } from '../../../src/engine/machine/types.ts';
import { describeWait } from '../../../src/engine/waits/describe.ts';
import { differenceOf } from '../../../src/engine/waits/differences.ts';
import { explainWaits } from '../../../src/engine/waits/explain.ts';
import { jobTypeNearMisses } from '../../../src/engine/waits/near-misses.ts';
import type { Difference, KnownWorker } from '../../../src/engine/waits/types.ts';
import { noon } from '../machine/support.ts';
import { buffered, job, lost, noFacts, subscription, worker } from './support.ts';

describe('two texts differ', () => {
  const cases: readonly (readonly [string, string, Difference | undefined])[] = [
    ['order', 'order', undefined],
    ['order', 'Order', 'case'],
    ['order', ' order ', 'blanks'],
    ['order status', 'orderstatus', 'blanks'],
    ['7', '"7"', 'quotes'],
    ["'a'", 'a', 'quotes'],
    ['7', '7.0', 'number'],
    ['7', '007', 'number'],
    ['1e3', '1000', 'number'],
    ['order-status', 'order_status', 'separators'],
    ['order-status', 'OrderStatus', 'separators'],
    ['order-status', 'order-statsu', 'spelling'],
    ['order-status', 'invoice', 'other'],
    ['7', '8', 'other'],
    ['1001', '1002', 'other'],
    ['a', 'b', 'other'],
    ['', 'order', 'other'],
    ['', ' ', 'blanks'],
    ['--', '__', 'other'],
    ['x'.repeat(300), 'X'.repeat(300), 'other'],
  ];
  for (const [a, b, expected] of cases) {
    test(`"${a.slice(0, 20)}" and "${b.slice(0, 20)}": ${expected ?? 'not at all'}`, () => {
      assert.equal(differenceOf(a, b), expected);
      assert.equal(differenceOf(b, a), expected);
    });
  }

  test('in the same way in both directions, whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        assert.equal(differenceOf(a, b) === undefined, a === b);
        assert.equal(differenceOf(a, b), differenceOf(b, a));
      }),
    );
  });
});

/** The subscription waits for `order-status` with key `7`. */
const line = (messages: readonly MachineMessage[], lostMessages: readonly LostMessage[] = []): string => {
  const [wait] = explainWaits({ ...noFacts, subscriptions: [subscription], messages, lostMessages }, '1');
  assert.ok(wait, 'the subscription is a wait');
  return describeWait(wait, noon);
};

const base = 'Told waits for the message "order-status" with the key "7".';

describe('a message almost fits', () => {
  const cases: readonly (readonly [
    title: string,
    messages: readonly MachineMessage[],
    lostMessages: readonly LostMessage[],
    ...sentences: string[],
  ])[] = [
    ['nothing does', [buffered('invoice', '9')], [lost('payment', '8')]],
    [
      'the same name with another key',
      [buffered('order-status', '8')],
      [],
      'The message "order-status" with the key "8" is buffered.',
    ],
    [
      'the same name with a key in quotation marks',
      [buffered('order-status', '"7"')],
      [],
      'The message "order-status" with the key ""7"" is buffered (the key differs only in quotation marks).',
    ],
    [
      'the same name with the number written in another way',
      [buffered('order-status', '7.0')],
      [],
      'The message "order-status" with the key "7.0" is buffered (the key is the same number, but another text).',
    ],
    [
      'the same name with blanks in the key',
      [buffered('order-status', '7 ')],
      [],
      'The message "order-status" with the key "7 " is buffered (the key differs only in blanks).',
    ],
    [
      'the same key with another name',
      [buffered('invoice', '7')],
      [],
      'The message "invoice" with the key "7" is buffered.',
    ],
    [
      'the same key with a name in capital letters',
      [buffered('Order-Status', '7')],
      [],
      'The message "Order-Status" with the key "7" is buffered (the name differs only in capital letters).',
    ],
    [
      'the same key with other separators in the name, published without a time to live',
      [],
      [lost('order_status', '7')],
      'The message "order_status" with the key "7" was published 3 s ago, and nothing awaited it (the name differs only in its separators).',
    ],
    [
      'name and key that both differ a little',
      [buffered('order-statsu', '07')],
      [],
      'The message "order-statsu" with the key "07" is buffered (the name differs only in a letter or two) (the key is the same number, but another text).',
    ],
    [
      'a message that expired',
      [],
      [lost('order-status', '7', { expiredAt: noon - 1000 })],
      'The message "order-status" with the key "7" was published 3 s ago, and expired 1 s ago.',
    ],
    [
      'a message without a time to live that came too early',
      [],
      [lost('order-status', '7')],
      'The message "order-status" with the key "7" was published 3 s ago without a time to live, when nothing waited for it.',
    ],
    [
      'a message that another instance of the process has received',
      [buffered('order-status', '7', { correlatedTo: ['p'] })],
      [],
      'The message "order-status" with the key "7" is buffered, but an instance of the same process has received it, and each process receives a message once.',
    ],
    ['a message that is about to be received', [buffered('order-status', '7', { correlatedTo: ['q'] })], []],
    [
      'messages with another key or name that other instances have received',
      [
        buffered('order-status', '8', { correlatedTo: ['p'] }),
        buffered('order_status', '7', { correlatedTo: ['p'] }),
        buffered('order-status', '07', { correlatedTo: ['q'] }),
      ],
      [],
    ],
    [
      'a buffered message of another tenant',
      [buffered('order-status', '7', { tenantId: 'north' })],
      [],
      'The message "order-status" with the key "7" is buffered for the tenant "north", but the instance belongs to "<default>".',
    ],
    [
      'a message of another tenant that nothing awaited',
      [],
      [lost('order-status', '7', { tenantId: 'north' })],
      'The message "order-status" with the key "7" was published 3 s ago for the tenant "north", but the instance belongs to "<default>".',
    ],
    [
      'no message of another tenant that differs in more',
      [buffered('order-status', '8', { tenantId: 'north' })],
      [lost('invoice', '7', { tenantId: 'north' })],
    ],
    [
      'the likely ones first, at most three',
      [buffered('order-status', '1'), buffered('order-status', '2'), buffered('order-status', '"7"')],
      [lost('order-status', '7'), lost('a', 'b')],
      'The message "order-status" with the key "7" was published 3 s ago without a time to live, when nothing waited for it.',
      'The message "order-status" with the key ""7"" is buffered (the key differs only in quotation marks).',
      'The message "order-status" with the key "1" is buffered.',
    ],
  ];
  for (const [title, messages, lostMessages, ...sentences] of cases) {
    test(title, () => assert.equal(line(messages, lostMessages), [base, ...sentences].join(' ')));
  }
});

test('of many messages, only the latest are compared letter by letter, but an old one that fits is found', () => {
  const others = (count: number): readonly MachineMessage[] =>
    Array.from({ length: count }, () => buffered('invoice', '1'));
  const misspelt = buffered('order_status', '7');
  assert.match(line([misspelt, ...others(99)]), /"order_status"/);
  assert.equal(line([misspelt, ...others(100)]), base);
  const received = buffered('order-status', '7', { correlatedTo: [subscription.bpmnProcessId] });
  assert.match(line([received, ...others(1_000)]), /an instance of the same process has received it/);
});

test('of several messages with the same name, the latest is the most likely', () => {
  const [wait] = explainWaits(
    {
      ...noFacts,
      subscriptions: [subscription],
      messages: [1, 2, 3, 4].map((number) =>
        buffered('order-status', `${number}`, { publishedAt: noon - 10 + number }),
      ),
    },
    '1',
  );
  assert.deepEqual(wait?.kind === 'message' && wait.nearMisses.map(({ correlationKey }) => correlationKey), [
    '4',
    '3',
    '2',
  ]);
});

test('job types that are almost the same are near misses, others are not', () => {
  const workers = ['Charge', ' charge', 'chrage', 'char-ge', 'refund', 'Charge'].map((type) => worker(type));
  assert.deepEqual(jobTypeNearMisses(job, workers), [
    { type: 'Charge', difference: 'case' },
    { type: ' charge', difference: 'blanks' },
    { type: 'chrage', difference: 'spelling' },
  ]);
  assert.deepEqual(jobTypeNearMisses(job, [worker('refund'), worker('charge')]), []);
});

test('workers that ask for the type of other tenants only are near misses', () => {
  const north = { ...job, tenantId: 'north' };
  const ofTenants = (type: string, ...tenantIds: readonly string[]) => ({ ...worker(type), tenantIds });
  const line = (workers: readonly KnownWorker[]): string => {
    const [wait] = explainWaits({ ...noFacts, jobs: [north], workers }, '1');
    assert.ok(wait, 'the job is a wait');
    return describeWait(wait, noon);
  };
  const start = 'Charge waits for a worker with the job type "charge"';
  assert.equal(
    line([worker('charge')]),
    `${start}, but no worker has asked for this type of its tenant. A worker asks for those of the tenant "<default>".`,
  );
  assert.equal(
    line([ofTenants('charge', 'south', 'east'), ofTenants('Charge', 'south'), ofTenants('chrage', 'north')]),
    `${start}, but no worker has asked for this type of its tenant. A worker asks for those of the tenants "south", "east". A worker asks for "chrage", which differs only in a letter or two.`,
  );
  assert.equal(line([ofTenants('charge', 'south', 'north')]), `${start}; the worker "w" can activate the job.`);
});
