/** "Run" of the page: a process with one task of exactly the job type, whatever characters the type has. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { tryActions } from '../../../../../src/cli/dev/page/actions/try-connector.ts';
import type { Sources } from '../../../../../src/cli/dev/page/sources.ts';
import { createEngine } from '../../../../../src/engine/index.ts';

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
