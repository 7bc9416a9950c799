/** "Run" of the page: a process with one task of exactly the job type, whatever characters the type has. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { tryActions } from '../../../../../src/cli/dev/page/actions/try-connector.ts';
import type { Sources } from '../../../../../src/cli/dev/page/sources.ts';
import { connectorFacts } from '../../../../../src/cli/modules/connector-facts.ts';
import { createEngine, type Variables } from '../../../../../src/engine/index.ts';
import { defineOutbound, hints } from '../../../../../src/index.ts';

/** Tries connectors with these job types, and returns what the engine has of them: the types of the jobs and the process ids. */
const tried = async (t: TestContext, types: readonly string[]): Promise<[string[], string[]]> => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const sources = { jobTypes: () => new Set(types), engine: () => engine } as unknown as Sources;
  const { tryConnector } = tryActions(sources, {});
  const jobs: string[] = [];
  // The answer does not wait for the end of an instance that is cancelled.
  engine.on((event) => {
    if (event.kind !== 'job:activatable') return;
    jobs.push(event.job.type);
    setImmediate(() => engine.cancelInstance(event.job.processInstanceKey));
  });
  for (const type of types) await tryConnector({ type, variables: {} });
  return [jobs, engine.instances().map(({ bpmnProcessId }) => bpmnProcessId)];
};

const speaker = connectorFacts({
  outbound: [
    defineOutbound({
      name: 'Speaker',
      type: 'speak',
      operations: {
        say: {
          input: v.object({
            text: v.string(),
            how: v.object({ tone: v.pipe(v.string(), hints({ target: 'header' })) }),
            times: v.pipe(v.optional(v.number()), hints({ target: 'header', binding: 'repeat' })),
          }),
          run: () => ({}),
        },
        sing: { input: v.object({}), run: () => ({}) },
      },
    }),
  ],
  inbound: [],
});

/** Tries an operation of the speaker, and returns the task headers of the job. */
const headersOf = async (t: TestContext, operation: string | undefined, variables: Variables): Promise<unknown> => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const sources = { jobTypes: () => new Set(['speak']), engine: () => engine, connectors: () => speaker };
  const { tryConnector } = tryActions(sources as unknown as Sources, {});
  let headers: unknown;
  engine.on((event) => {
    if (event.kind !== 'job:activatable') return;
    headers = event.job.headers;
    setImmediate(() => engine.cancelInstance(event.job.processInstanceKey));
  });
  await tryConnector({ type: 'speak', variables, ...(operation === undefined ? {} : { operation }) });
  return headers;
};

test('an operation is tried, with the parameters that it reads from task headers', async (t) => {
  const how = { tone: 'a "b" & <c>\n\td' };
  assert.deepEqual(await headersOf(t, 'say', { text: 'a', how, times: 2 }), {
    'how.tone': how.tone,
    repeat: '2',
    operation: 'say',
  });
  assert.deepEqual(await headersOf(t, 'sing', { how }), { operation: 'sing' });
});

test('requests at the same time run the operation that each of them names, and the same request deploys no version again', async (t) => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const sources = { jobTypes: () => new Set(['speak']), engine: () => engine, connectors: () => speaker };
  const { tryConnector } = tryActions(sources as unknown as Sources, {});
  const operations = new Map<string, unknown>();
  engine.on((event) => {
    if (event.kind !== 'job:activatable') return;
    const { processInstanceKey, headers } = event.job;
    operations.set(processInstanceKey, headers.operation);
    setImmediate(() => engine.cancelInstance(processInstanceKey));
  });
  const run = async (operation: string): Promise<unknown> => {
    const { instance } = (await tryConnector({ type: 'speak', operation, variables: {} })) as { instance: string };
    return operations.get(instance);
  };
  for (let round = 0; round < 3; round += 1) {
    assert.deepEqual(await Promise.all(['say', 'sing', 'say'].map(run)), ['say', 'sing', 'say']);
  }
  const { length } = engine.processes();
  for (const operation of ['sing', 'say', 'sing']) assert.equal(await run(operation), operation);
  assert.equal(engine.processes().length, length);
  assert.ok(length <= 3, `3 requests at once deploy at most 3 versions, not ${length}`);
});

for (const [operation, variables, message] of [
  [undefined, {}, 'The connector "speak" has several operations.\nFix: choose one of say, sing.'],
  ['sya', {}, 'The connector "speak" has no operation "sya". Did you mean say?\nFix: choose one of say, sing.'],
  [
    'say',
    { how: { tone: 'a\u0001' } },
    'The value for the task header "how.tone" has a character that no process can contain.\nFix: leave control characters and halves of surrogate pairs out.',
  ],
] as const) {
  test(`the operation ${operation} with ${JSON.stringify(variables)} is refused`, async (t) => {
    await assert.rejects(headersOf(t, operation, variables), { kind: 'rejection', message });
  });
}

test('a job type is taken as it is, also if it looks like an expression', async (t) => {
  const types = ['io.example:mail:1', '=upper case("x")', '="a"', '=say \\"hi\\" \\\\', 'a & <b> "c"', 'grüße'];
  const [jobs] = await tried(t, types);
  assert.deepEqual(jobs, types);
});

test('job types that differ only in special characters have processes of their own', async (t) => {
  const types = ['a:b', 'a/b', 'a_b', 'a.b', 'a-b'];
  const [jobs, ids] = await tried(t, types);
  assert.deepEqual(jobs, types);
  assert.equal(new Set(ids).size, types.length);
  assert.deepEqual(ids.slice(2), ['try-a_b', 'try-a.b', 'try-a-b']);
});

for (const type of ['a\u0000b', 'a\tb', 'a\nb', 'a\u001bb', 'a\ud800b', 'a\udc00', 'a\uffff']) {
  test(`the job type ${JSON.stringify(type).replace('\uffff', 'U+FFFF')} is refused`, async (t) => {
    await assert.rejects(tried(t, [type]), {
      kind: 'rejection',
      message: `The job type ${JSON.stringify(type)} has a character that no process can contain, so no task can have it.\nFix: give the connector a type without control characters and without halves of surrogate pairs.`,
    });
  });
}
