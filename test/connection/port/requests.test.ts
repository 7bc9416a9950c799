/** Requests that cannot be sent, over both protocols and to the embedded engine. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createConnection } from 'camunda-connectors';
import type { Connection, ConnectionFault } from '../../../src/connection/port.ts';
import { protocols } from './protocols.ts';

type Call = 'createInstance' | 'createInstanceWithResult' | 'deploy' | 'activateJobs' | 'correlateMessage';

const poll = { type: 'a', worker: 'w', timeout: 1_000, maxJobs: 1, requestTimeout: -1 };
const file = { name: 'p.bpmn', content: Buffer.from('<x/>') };
const message = { name: 'm', correlationKey: 'k', variables: '{}' };

const cases: readonly (readonly [call: Call, request: unknown, text: RegExp])[] = [
  ['createInstance', undefined, /expected an object, e\.g\. \{ bpmnProcessId: 'order', /],
  ['createInstance', 'order', /expected an object/],
  ['createInstance', {}, /- bpmnProcessId: is missing/],
  ['createInstance', { bpmnProcessId: 7 }, /- bpmnProcessId: expected text that is not empty, but got 7/],
  ['createInstance', { processId: 'order' }, /- processId: unknown property/],
  [
    'createInstance',
    { bpmnProcessId: 'order', variables: { a: 'confidential' } },
    /- variables: expected JSON text such as '\{\}', .* but got an object[\s\S]*Fix: .*JSON\.stringify/,
  ],
  ['createInstance', { bpmnProcessId: 'order', version: '1' }, /- version: expected a whole number, but got text/],
  ['createInstance', { bpmnProcessId: 'order', tags: 'a' }, /- tags: expected a list of texts, but got text/],
  ['createInstanceWithResult', { bpmnProcessID: 'order' }, /Did you mean bpmnProcessId\?/],
  ['deploy', undefined, /expected a list of files/],
  ['deploy', 'order.bpmn', /expected a list of files, each \{ name: 'order\.bpmn', content: bytes \}, but got text/],
  ['deploy', file, /expected a list of files/],
  ['deploy', [{ name: 'p.bpmn', content: '<confidential/>' }], /but got a list[\s\S]*Fix: .*Buffer\.from\(text\)/],
  ['deploy', [file, { content: file.content }], /expected a list of files/],
  ['activateJobs', {}, /- type: is missing[\s\S]*- worker: is missing[\s\S]*- requestTimeout: is missing/],
  ['activateJobs', { ...poll, timeout: 'PT1M' }, /- timeout: expected a number of milliseconds, but got text/],
  ['activateJobs', { ...poll, maxJobs: 1.5 }, /- maxJobs: expected a whole number, but got 1\.5/],
  ['activateJobs', { ...poll, fetchVariable: ['a'] }, /Did you mean fetchVariables\?/],
  ['activateJobs', { ...poll, tenantFilter: 'ALL' }, /- tenantFilter: expected PROVIDED or ASSIGNED/],
  ['correlateMessage', { ...message, variables: {} }, /- variables: expected JSON text/],
  ['correlateMessage', { name: 'm', variables: '{}' }, /- correlationKey: is missing/],
];

const isRefused = async (connection: Connection, [call, request, text]: (typeof cases)[number]): Promise<void> => {
  const act = connection[call] as ((given: unknown) => Promise<unknown>) | undefined;
  if (act === undefined) return;
  const error = await act(request).then(
    () => assert.fail(`${call} was sent`),
    (thrown: unknown) => thrown as ConnectionFault,
  );
  assert.deepEqual([error.kind, error.reason, error.status], ['connection', 'rejected', 'INVALID_ARGUMENT']);
  assert.match(error.message, text);
  assert.match(error.message, /\nWhere: \w+\((request|resources)\), .*\nFix: /);
  assert.ok(!error.message.includes('confidential'), 'no value is quoted');
};

for (const protocol of protocols) {
  describe(`over ${protocol.name}`, () => {
    test('a request that cannot be sent is refused with what is wrong, and the gateway gets nothing', async (t) => {
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
      for (const each of cases) await isRefused(connection, each);
      assert.deepEqual(seen, []);
    });
  });
}

test('the embedded engine refuses the same', async (t) => {
  const connection = createConnection({ type: 'EMBEDDED' });
  t.after(() => connection.close());
  for (const each of cases) await isRefused(connection, each);
});
