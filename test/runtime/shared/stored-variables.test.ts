import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import type { Outcome } from '../../../src/connector/types.ts';
import { executeJob } from '../../../src/runtime/execute/job-execution.ts';
import { commandOf } from '../../../src/runtime/send/command.ts';
import { checkStorable, keepVariablesText, variablesTextOf } from '../../../src/runtime/shared/stored-variables.ts';

const long = 'x'.repeat(2_000);

const variablesSent = (outcome: Outcome): unknown => {
  const command = commandOf({ key: '7' }, outcome);
  return 'variables' in command ? JSON.parse(command.variables) : undefined;
};

test('the check returns the JSON of the variables', () => {
  assert.equal(checkStorable({ a: [1, 'x'] }, 'They'), '{"a":[1,"x"]}');
  assert.equal(checkStorable({ at: new Date(0), n: undefined }, 'They'), '{"at":"1970-01-01T00:00:00.000Z"}');
  assert.equal(checkStorable({ id: 9007199254740993n }, 'They'), '{"id":9007199254740993}');
});

test('large JSON is kept with its outcome, short JSON is written again', () => {
  const large: Outcome = { kind: 'complete', variables: { a: 1 } };
  keepVariablesText(large, `{"a":"${long}"}`);
  assert.equal(variablesTextOf(large), `{"a":"${long}"}`);
  const short: Outcome = { kind: 'complete', variables: { a: 1 } };
  keepVariablesText(short, '{"a":2}');
  keepVariablesText(short, undefined);
  assert.equal(variablesTextOf(short), '{"a":1}');
  assert.equal(variablesTextOf({ kind: 'bpmnError', code: 'A', message: 'a' }), '{}');
});

for (const headers of [{}, { resultVariable: 'r' }, { resultExpression: '=response' }]) {
  test(`a connector may return one object again and again, changed: ${JSON.stringify(headers)}`, async () => {
    const result = { count: 0, long };
    const connector = defineOutbound({
      name: 'Counter',
      type: 'counter',
      input: v.object({}),
      run: () => {
        result.count += 1;
        return result;
      },
    });
    for (const count of [1, 2, 3]) {
      const outcome = await executeJob(connector, { variables: '{}', customHeaders: headers });
      const expected = { count, long };
      assert.deepEqual(variablesSent(outcome), 'resultVariable' in headers ? { r: expected } : expected);
    }
  });
}

test('what an error expression decides is sent, not the result', async () => {
  const connector = defineOutbound({ name: 'Long', type: 'long', input: v.object({}), run: () => ({ long }) });
  const customHeaders = { errorExpression: '=ignoreError({ a: 1 })' };
  const outcome = await executeJob(connector, { variables: '{}', customHeaders });
  assert.deepEqual(variablesSent(outcome), { a: 1 });
});

test('numbers of a result that no cluster can store are found at any depth, also beside plain data', async () => {
  for (const result of [{ long, n: 2 ** 65 }, { list: [{ n: 2n ** 63n }] }, { at: new Date(0), n: -(2 ** 64) }]) {
    const connector = defineOutbound({ name: 'Large', type: 'large', input: v.object({}), run: () => result });
    const outcome = await executeJob(connector, { variables: '{}' });
    assert.ok(outcome.kind === 'fail', 'the job fails');
    assert.match(outcome.message, /n is an integer beyond 64 bits/);
  }
});
