import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Activation } from '../../../../src/connector/types.ts';
import { parseDocument, parseValue, stringifyDocument } from '../../../../src/connector/values/json-text.ts';
import { compileBpmn } from '../../../../src/engine/model/index.ts';
import {
  readSubscription,
  writeState,
  writeSubscription,
} from '../../../../src/runtime/subscriptions/durable/stored-subscription.ts';
import {
  leaseType,
  openType,
  processFile,
  startMessage,
} from '../../../../src/runtime/subscriptions/durable/subscription-process.ts';

const activation: Activation = {
  id: '_activate_inbound_connector:77',
  connector: 'ticker',
  messageName: 'tick',
  correlationKey: 'order-1',
  variables: { every: 5, key: '{{secrets.KEY}}', large: 9007199254740993n },
  processInstanceKey: '1',
  bpmnProcessId: 'process',
  elementId: 'task',
  expiresAfter: 60,
  resultVariable: 'letter',
  tenantId: '<default>',
};

test('the process of a format never changes: every runtime deploys the same bytes', () => {
  const digest = createHash('sha256').update(processFile.content).digest('hex');
  assert.equal(processFile.name, '_inbound_subscription_1.bpmn');
  assert.equal(digest, '21336b09c19e82ab115eb22bf2752744aa3177346fa3b25c7bccba9897a527d1');
});

test('a cluster accepts the process', async () => {
  const compiled = await compileBpmn(processFile.name, Buffer.from(processFile.content));
  assert.deepEqual(compiled.ok ? [] : compiled.problems, []);
  for (const name of [startMessage, openType, leaseType('')]) assert.ok(processFile.content.includes(name), name);
});

test('a subscription is read as it was written', () => {
  const stored = { activation, activationJob: '8', expiresAt: 1_900_000_000_000 };
  const variables = writeSubscription(stored, 60);
  assert.deepEqual(readSubscription({ variables }), stored);
  const { format, connector, attempts } = parseDocument(variables);
  assert.deepEqual({ format, connector, attempts }, { format: 1, connector: 'ticker', attempts: 60 });
});

test('a subscription without expiry and state is read without them', () => {
  const stored = { activation, activationJob: '8' };
  assert.deepEqual(readSubscription({ variables: writeSubscription(stored, 60) }), stored);
});

test('an activation without a result variable has none', () => {
  const { resultVariable: _, ...plain } = activation;
  const stored = { activation: plain, activationJob: '8' };
  assert.deepEqual(readSubscription({ variables: writeSubscription(stored, 60) }), stored);
});

test('any JSON is stored as a state', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (state) => {
      const written = { ...parseDocument(writeSubscription({ activation, activationJob: '8' }, 1)) };
      const { state: text } = parseDocument(writeState(JSON.stringify(state)));
      const variables = stringifyDocument({
        activation: { ...activation, variables: {} },
        activationJob: '8',
        state: text,
      });
      assert.equal(written.activationJob, '8');
      assert.deepEqual(parseValue(readSubscription({ variables }).state ?? ''), parseValue(JSON.stringify(state)));
    }),
  );
});

const broken: readonly [what: string, variables: string, problem: RegExp][] = [
  ['no variables', '{}', /- activation: .*\n- activationJob: /],
  ['an activation that is text', '{"activation":"hunter2","activationJob":"1"}', /- activation: /],
  [
    'an activation without its parts',
    '{"activation":{"id":"1","variables":["hunter2"]},"activationJob":"1"}',
    /- activation\.connector: /,
  ],
  [
    'a result variable that is no text',
    `{"activation":${JSON.stringify({ ...activation, variables: {}, resultVariable: ['hunter2'] })},"activationJob":"1"}`,
    /- activation\.resultVariable: /,
  ],
  [
    'a date that is text',
    `{"activation":${JSON.stringify({ ...activation, variables: {} })},"activationJob":"1","expiresAt":"hunter2"}`,
    /- expiresAt: /,
  ],
];

for (const [what, variables, problem] of broken) {
  test(`${what}: the error names it without its value`, () => {
    assert.throws(
      () => readSubscription({ variables }),
      (error: Error) => problem.test(error.message) && !error.message.includes('hunter2'),
    );
  });
}
