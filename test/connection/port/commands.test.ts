/** Commands that cannot be sent, over both protocols. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createConnection } from 'camunda-connectors';
import type { Command, Connection, ConnectionFault } from '../../../src/connection/port.ts';
import { protocols } from './protocols.ts';

const message = {
  kind: 'publishMessage',
  name: 'm',
  correlationKey: 'k',
  messageId: '',
  timeToLive: 0,
  variables: '{}',
};

const cases: readonly (readonly [command: unknown, text: RegExp])[] = [
  [{ PublishMessage: {} }, /no known kind[\s\S]*Fix: did you mean \{ kind: 'publishMessage', … \}\? It needs name, /],
  [
    { kind: 'CompleteJob', jobKey: '1' },
    /Fix: did you mean \{ kind: 'completeJob', … \}\? It needs jobKey, variables\./,
  ],
  [
    { kind: 'toString' },
    /Fix: pass e\.g\. \{ kind: 'publishMessage', name, … \}\. The kinds are completeJob, failJob, /,
  ],
  [{ kind: 7 }, /no known kind/],
  [{}, /no known kind/],
  [undefined, /no known kind/],
  [null, /no known kind/],
  ['publishMessage', /no known kind/],
  [
    { ...message, variables: { a: 'confidential' } },
    /- variables: expected JSON text such as '\{\}', .* but got an object/,
  ],
  [{ ...message, variables: undefined }, /publishMessage is not valid[\s\S]*- variables: is missing/],
  [{ ...message, correlationKey: 7 }, /- correlationKey: expected text, but got 7/],
  [{ ...message, ttl: 1 }, /- ttl: unknown property of the command publishMessage/],
  [{ ...message, timeToLive: '1' }, /- timeToLive: expected a whole number, 0 or more, but got text/],
  [{ kind: 'completeJob', variables: '{}' }, /- jobKey: is missing/],
  [{ kind: 'completeJob', jobKey: '1', variables: {} }, /- variables: expected JSON text/],
  [{ kind: 'failJob', jobKey: '1' }, /- retries: is missing/],
  [{ kind: 'throwError', jobKey: '1' }, /- code: is missing/],
  [{ kind: 'updateJobTimeout', jobKey: '1', timeout: 'PT1M' }, /- timeout: expected a number of milliseconds/],
  [{ kind: 'updateJobPriority', jobKey: '1', priority: 1.5 }, /- priority: expected a whole number, but got 1\.5/],
  [{ kind: 'setVariables', elementInstancekey: '1', variables: '{}' }, /Did you mean elementInstanceKey\?/],
];

const refused = async (connection: Connection, command: unknown, text: RegExp): Promise<void> => {
  const error = await connection.send(command as Command).then(
    () => assert.fail('it was sent'),
    (thrown: unknown) => thrown as ConnectionFault,
  );
  assert.deepEqual([error.kind, error.reason, error.status], ['connection', 'rejected', 'INVALID_ARGUMENT']);
  assert.match(error.message, text);
  assert.match(error.message, /Nothing was sent\.[\s\S]*\nWhere: send\(command\), .*\nFix: /);
  assert.ok(!error.message.includes('confidential'), 'no value is quoted');
};

for (const protocol of protocols) {
  describe(`over ${protocol.name}`, () => {
    test('a command that cannot be sent is refused with what is wrong, and the gateway gets nothing', async (t) => {
      const seen: string[] = [];
      const cluster = await protocol.start((operation) => {
        seen.push(operation);
        return { answer: {} };
      });
      const connection = cluster.connect();
      t.after(async () => {
        await connection.close();
        cluster.stop();
      });
      for (const [command, text] of cases) await refused(connection, command, text);
      assert.deepEqual(seen, []);
      const failure = { kind: 'failJob', jobKey: '1', retries: 1, message: 'm', variables: '{}' } as const;
      await connection.send({ ...failure, backoff: -1 });
      assert.deepEqual(seen, ['FailJob'], 'the cluster decides about a strange back-off');
    });
  });
}

test('an embedded connection refuses the same, before its engine starts', async (t) => {
  const connection = createConnection({ type: 'EMBEDDED' });
  t.after(() => connection.close());
  for (const [command, text] of cases) await refused(connection, command, text);
  assert.equal(connection.address, 'the embedded engine');
});
