import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { isFault } from '../../src/connector/fault.ts';
import type { RuntimeOptions } from '../../src/runtime/options.ts';
import { planRuntime } from '../../src/runtime/plan.ts';

const log = defineOutbound({ name: 'Log', type: 'log', input: v.object({}), run: () => ({}), maxJobs: 5 });
const ticker = defineInbound({ name: 'ticker', loop: () => ({}) });

const refused: readonly [what: string, options: RuntimeOptions, messages: readonly RegExp[]][] = [
  ['nothing to run', {}, [/nothing to run/]],
  ['empty lists', { outbound: [], inbound: [] }, [/nothing to run/]],
  [
    'two connectors of one type',
    { outbound: [log, { ...log, type: 'other' }, { ...log, name: 'Again' }] },
    [/outbound\[0\] and outbound\[2\]: have the same type "log"/],
  ],
  [
    'three inbound connectors of one name',
    { inbound: [ticker, ticker, ticker] },
    [/inbound\[0\] and inbound\[1\] and inbound\[2\]: have the same name "ticker"/],
  ],
  [
    'everything wrong at once',
    { outbound: [log, log], inbound: [{ ...ticker, cycle: 0 }], maxJobs: 0, drainTimeout: -1, workerName: ' ' },
    [/same type "log"/, /inbound\[0\]: cycle/, /maxJobs: /, /drainTimeout: /, /workerName: /],
  ],
  ['a connector of the other kind', { outbound: [ticker as never] }, [/outbound\[0\]: expected an outbound connector/]],
  [
    'something else',
    { outbound: [{ run: () => 1 } as never, undefined as never] },
    [/outbound\[0\]: /, /outbound\[1\]: /],
  ],
  ['no list', { outbound: log as never }, [/outbound: expected a list/]],
];

for (const [what, options, messages] of refused) {
  test(`a runtime is refused with ${what}`, () => {
    assert.throws(
      () => planRuntime(options),
      (error) => {
        assert.ok(isFault(error, 'definition'));
        for (const message of messages) assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('what is left out has a default', () => {
  const plan = planRuntime({ outbound: [log], inbound: [ticker] });
  assert.deepEqual(
    [...plan.limits],
    [
      ['log', 5],
      ['_activate_inbound_connector', 32],
    ],
  );
  assert.equal(plan.maxJobs, 37);
  assert.equal(plan.drainTimeout, 30_000);
  assert.equal(plan.workerName, 'camunda-connectors');
});

test('copies of a connector under another type are connectors', () => {
  const plan = planRuntime({ outbound: [log, { ...log, type: 'log:v2' }] });
  assert.equal(plan.maxJobs, 10);
});

test("the runtime's own limit counts only below the sum", () => {
  assert.equal(planRuntime({ outbound: [log], maxJobs: 3 }).maxJobs, 3);
  assert.equal(planRuntime({ outbound: [log], maxJobs: 300 }).maxJobs, 5);
});
