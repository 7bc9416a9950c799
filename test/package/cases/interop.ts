/** A program that imports and requires the package in one process: what one copy makes, the other understands. */
export const interopProgram = `import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as imported from 'camunda-connectors';
import * as importedEngine from 'camunda-connectors/engine';
import { createTemplate as importedTemplate } from 'camunda-connectors/template';
import * as v from 'valibot';

const require = createRequire(import.meta.url);
const required = require('camunda-connectors');
const requiredEngine = require('camunda-connectors/engine');
const { createTemplate: requiredTemplate } = require('camunda-connectors/template');
assert.notEqual(imported.defineOutbound, required.defineOutbound, 'these are two copies');

for (const [one, other, engineOf, templateOf, sv] of [
  [imported, required, requiredEngine, requiredTemplate, v],
  [required, imported, importedEngine, importedTemplate, require('valibot')],
]) {
  // Values
  assert.equal(other.isBpmnError(one.bpmnError('A')), true);
  assert.equal(other.isJobError(one.jobError('B')), true);
  assert.equal(other.isPending(one.pending({ seen: 1 })), true);
  assert.equal(other.isJobResult(one.adHocResult({ completionConditionFulfilled: true })), true);
  assert.equal(other.isJobResult(one.userTaskResult({ denied: true })), true);
  try {
    one.defineOutbound({});
    assert.fail('refused');
  } catch (error) {
    assert.equal(other.isFault(error, 'definition'), true);
  }

  // Connectors of one copy, executed by the other
  const define = (run) =>
    one.defineOutbound({ name: 'W', type: 'work', input: sv.object({ day: one.feelDate(), n: sv.pipe(sv.number(), one.hints({ group: 'g' })) }), run });
  const execute = (connector) => other.executeOutbound(connector, { variables: { day: '2026-01-02', n: 1 } });
  assert.deepEqual(await execute(define(({ n }) => ({ sum: n + 1 }))), { kind: 'complete', variables: { sum: 2 } });
  const refused = await execute(define(() => { throw one.bpmnError('NO', 'not today', { a: 1 }); }));
  assert.deepEqual(refused, { kind: 'bpmnError', code: 'NO', message: 'not today', variables: { a: 1 } });
  const failed = await execute(define(() => { throw one.jobError('later', { retries: 7, backoff: 3 }); }));
  assert.deepEqual([failed.kind, failed.retries, failed.backoff], ['fail', 7, 3000]);
  assert.equal(templateOf(define(() => ({}))).properties.some(({ group }) => group === 'g'), true);

  // A runtime of the other copy runs connectors of both, an inbound one with its state included
  const calls = [];
  const feed = one.defineInbound({
    name: 'feed',
    cycle: 0.01,
    state: sv.object({ seen: sv.number() }),
    loop: (_input, { state }) => {
      calls.push(state);
      return state === undefined ? one.pending({ seen: 1 }) : { seen: state.seen };
    },
  });
  const engine = await engineOf.createEngine();
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const connection = { type: 'INSECURE', hostname: '127.0.0.1', port: engine.port };
  const runtime = other.createRuntime({ outbound: [define(() => ({}))], inbound: [feed], connection, logger: silent, subscriptions: 'memory' });
  await engine.deploy({ name: 'p.bpmn', content: process.env.PROCESS });
  await runtime.start();
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  const { variables } = await engine.ended(processInstanceKey);
  assert.equal(variables.seen, 1);
  assert.deepEqual(calls.slice(0, 2), [undefined, { seen: 1 }]);
  await runtime.stop();
  await engine.stop();
}
process.stdout.write('both understand each other');
`;
