/** Each job gets exactly one command that settles it, whatever its variables and however its connector ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import { bpmnError, jobError } from '../../../src/connector/errors.ts';
import { connectionFault, createTwin } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

type Ending = 'result' | 'nothing' | 'error' | 'text' | 'bpmnError' | 'jobError' | 'late' | 'unsendable';

const endings: readonly Ending[] = [
  'result',
  'nothing',
  'error',
  'text',
  'bpmnError',
  'jobError',
  'late',
  'unsendable',
];

const end = async (ending: Ending): Promise<unknown> => {
  switch (ending) {
    case 'result':
      return { a: 1, list: ['x'] };
    case 'nothing':
      return undefined;
    case 'error':
      throw Object.assign(new Error('boom'), { code: 'C', variables: { a: 1 } });
    case 'text':
      throw 'plain';
    case 'bpmnError':
      throw bpmnError('B', 'm', { b: 1 });
    case 'jobError':
      return jobError('again', { retries: 1, backoff: 2 });
    case 'late':
      await new Promise(setImmediate);
      throw undefined;
    case 'unsendable':
      return { f: () => 1 };
  }
};

const parts = {
  input: v.object({ ending: v.picklist(endings) }),
  run: async ({ ending }: { readonly ending: Ending }) => (await end(ending)) as object,
};
const plain = defineOutbound({ name: 'Plain', type: 'plain', retryBackoff: { initial: 1 }, ...parts });
const several = defineOutbound({ name: 'Several', type: 'several', operations: { one: parts } });

const header = fc.constantFrom(
  '=response',
  '={x: response}',
  '={',
  '',
  '=bpmnError("C", "m", response)',
  '=ignoreError()',
  '=jobError("m", {}, job.retries - 1, @"PT1S")',
  '=if error = null then null else bpmnError(error.code, error.message)',
  'PT5S',
  'PT0S',
  'soon',
  'one',
);

const jobs = fc.array(
  fc.record({
    type: fc.constantFrom('plain', 'several'),
    retries: fc.integer({ min: 1, max: 4 }),
    variables: fc.oneof(
      fc.record({ ending: fc.constantFrom(...endings) }).map((variables) => JSON.stringify(variables)),
      fc.json(),
    ),
    customHeaders: fc
      .record(
        {
          resultVariable: header,
          resultExpression: header,
          errorExpression: header,
          retryBackoff: header,
          jobTimeout: header,
          operation: header,
        },
        { requiredKeys: [] },
      )
      .map((headers) => JSON.stringify(headers)),
  }),
  { minLength: 1, maxLength: 30 },
);

test('exactly one accepted command settles each job, even if the cluster fails now and then', async (t) => {
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  await fc.assert(
    fc.asyncProperty(jobs, fc.infiniteStream(fc.integer({ min: 0, max: 9 })), async (batch, luck) => {
      const twin = createTwin();
      twin.onSend = ({ kind }) => {
        const chance = luck.next().value;
        if (chance === 0) return connectionFault('UNAVAILABLE');
        return chance === 1 && kind === 'updateJobTimeout' ? connectionFault('NOT_FOUND', 'rejected') : undefined;
      };
      const { runtime, seen } = observe({ outbound: [plain, several], connection: twin.connection });
      await runtime.start();
      const keys = batch.map((job) => twin.push(job).key);
      await twin.until(() => twin.accepted.filter(({ kind }) => kind !== 'updateJobTimeout').length >= keys.length);
      await runtime.stop();
      const settled = twin.accepted.flatMap((command) =>
        'jobKey' in command && command.kind !== 'updateJobTimeout' ? [command.jobKey] : [],
      );
      assert.deepEqual(settled.sort(), keys.sort());
      assert.equal(seen['job:settled'].length, keys.length);
    }),
    { numRuns: 40 },
  );
  await new Promise(setImmediate);
  assert.deepEqual(rejections, []);
});
