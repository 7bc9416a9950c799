/** How instances begin of processes that cannot be started by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canStart, checkStart, startAdvice } from '../../../../src/cli/dev/actions/starts.ts';
import type { WebhookFacts } from '../../../../src/cli/modules/connector-facts.ts';
import type { MachineProcess, ProcessStart } from '../../../../src/engine/index.ts';
import { bytes, chain, end, flow, process, start } from '../../../engine/support/bpmn.ts';
import { startEngine } from '../../../engine/support/client.ts';

const hook: WebhookFacts = { name: 'shop', method: 'POST', path: '/orders', auth: 'none', messages: ['ordered'] };
const open: WebhookFacts = { ...hook, name: 'any', messages: undefined };

const ordered: ProcessStart = { elementId: 'S', kind: 'message', name: 'ordered' };

for (const [starts, text] of [
  [
    [ordered],
    'call the webhook "shop" (POST /orders), which publishes the message "ordered", or publish the message "ordered"',
  ],
  [[{ ...ordered, name: 'paid' }], 'publish the message "paid"'],
  [[{ elementId: 'S', kind: 'signal', name: 'open' }], 'broadcast the signal "open"'],
  [
    [
      { elementId: 'S', kind: 'timer' },
      { ...ordered, name: 'paid' },
    ],
    'let its timer fire, or publish the message "paid"',
  ],
] as const) {
  test(`${text} starts it`, () => {
    const given = { bpmnProcessId: 'p', starts } as unknown as MachineProcess;
    assert.equal(startAdvice(given, [open, hook]), text);
    assert.equal(canStart(given), false);
    assert.throws(() => checkStart(given, [open, hook], 'please '), {
      message: `The process p cannot be started by hand: all of its start events have a trigger.\nFix: please ${text}.`,
    });
  });
}

test('a process with a start event without a trigger can be started, whatever else starts it', async (t) => {
  const engine = await startEngine(t);
  const { processes } = await engine.deploy({
    name: 'p.bpmn',
    content: bytes(
      process(
        'p',
        ...chain(start('Start'), end('End')),
        start('Told', { message: { name: 'go' } }),
        start('Daily', { cycle: 'R/P1D' }),
        flow('Told', 'End'),
        flow('Daily', 'End'),
      ),
    ),
  });
  const found = engine
    .processes()
    .find(({ processDefinitionKey }) => processDefinitionKey === processes[0]!.processDefinitionKey)!;
  assert.deepEqual(found.starts, [
    { elementId: 'Start', kind: 'none' },
    { elementId: 'Told', kind: 'message', name: 'go' },
    { elementId: 'Daily', kind: 'timer' },
  ]);
  assert.equal(canStart(found), true);
  assert.doesNotThrow(() => checkStart(found, []));
});
