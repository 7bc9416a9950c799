/** The numbered cases of process tests, on an engine that is reached over REST, as a cluster is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configFromEnv } from 'camunda-connectors';
import { createEngine, createTestClock } from 'camunda-connectors/engine';
import { stringifyValue } from '../../../../src/connector/values/json-text.ts';
import { openCluster } from '../../../../src/testing/cases/cluster/cluster.ts';
import { runTestCaseOnCluster } from '../../../../src/testing/cases/cluster/run.ts';
import { placedCases } from '../../../../src/testing/cases/placed-cases.ts';
import { readTestCases } from '../../../../src/testing/cases/read/read-files.ts';
import type { TestCaseResult } from '../../../../src/testing/cases/types.ts';
import { type Row, resources, rows } from '../support/numbered-rows.ts';

/** Milliseconds. What passes has the usual limit; what fails waits for it. */
const limits = { passing: 10_000, failing: 1_000 };

/** @param searchDelay milliseconds by which reads lag behind */
const run = async ({ instructions }: Row, timeLimit: number, searchDelay = 0): Promise<TestCaseResult> => {
  const clock = createTestClock(Date.now());
  clock.run();
  const engine = await createEngine({ clock, restPort: 0, searchDelay });
  const cluster = openCluster(configFromEnv({ CAMUNDA_REST_ADDRESS: engine.restAddress! }));
  try {
    await cluster.deploy(resources);
    const text = stringifyValue({ testCases: [{ name: 'case', instructions }] });
    const [placed] = placedCases([readTestCases(text, 'case.json')]);
    return await runTestCaseOnCluster(placed!, cluster, { timeLimit });
  } finally {
    cluster.close();
    await engine.stop();
  }
};

const runnable = rows.filter(({ onCluster }) => !(typeof onCluster === 'object' && 'not' in onCluster));

test('the numbered cases on a cluster', { concurrency: 8 }, async (t) => {
  await Promise.all(
    runnable.map((row) =>
      t.test(`case ${row.number}: ${row.title}`, async () => {
        const { fails, onCluster, warning } = row;
        const passes = fails === undefined || onCluster === 'passes';
        const result = await run(row, passes ? limits.passing : limits.failing);
        if (passes) assert.equal(result.failure?.message, undefined);
        else {
          assert.ok(result.failure, 'the case fails');
          assert.match(result.failure.message, onCluster instanceof RegExp ? onCluster : fails[1]);
          assert.equal(result.failure.number, fails[0]);
        }
        if (warning === undefined) assert.deepEqual(result.warnings, []);
        else assert.match(result.warnings.join('\n'), warning);
      }),
    ),
  );
});

describe('166. a cluster whose reads lag behind its commands', { concurrency: 4 }, () => {
  const lagging = rows.filter(({ number }) => ['1', '3', '24', '36'].includes(number));
  for (const row of lagging) {
    test(`is waited for: ${row.title}`, async () => {
      assert.equal((await run(row, limits.passing, 400)).failure?.message, undefined);
    });
  }

  test('is waited for no longer than the limit', async () => {
    const { failure } = await run(lagging[0]!, limits.failing, 600_000);
    assert.equal(failure?.number, 2);
  });
});
