/** The numbered cases of process tests, as test cases of Camunda's JSON format. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './support/instructions.ts';
import { resources, rows } from './support/numbered-rows.ts';

for (const { number, title, instructions, fails, options, warning } of rows) {
  test(`case ${number}: ${title}`, async () => {
    const result = await run(instructions, { resources, ...options });
    if (fails === undefined) assert.equal(result.failure?.message, undefined);
    else {
      assert.ok(result.failure, 'the case fails');
      assert.match(result.failure.message, fails[1]);
      assert.equal(result.failure.number, fails[0]);
      assert.equal(result.failure.where, `case.json#/testCases/0/instructions/${fails[0] - 1}`);
    }
    if (warning === undefined) assert.deepEqual(result.warnings, []);
    else assert.match(result.warnings.join('\n'), warning);
  });
}
