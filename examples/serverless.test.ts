import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handler } from './serverless.ts';

const call = async (variables: object): Promise<unknown> =>
  (
    await handler(new Request('http://function.example', { method: 'POST', body: JSON.stringify({ variables }) }))
  ).json();

test('the function executes a job and answers with its outcome', async () => {
  assert.deepEqual(await call({ message: 'Hello' }), { kind: 'complete', variables: { status: 'ok' } });
  const { kind, retries } = (await call({})) as { kind: string; retries: number };
  assert.deepEqual([kind, retries], ['fail', 0]);
});
