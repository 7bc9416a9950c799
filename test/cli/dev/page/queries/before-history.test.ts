/** An instance of which the first entries are not kept looks as it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instanceDetail } from '../../../../../src/cli/dev/page/queries/instance.ts';
import { fold } from '../../../../../src/page/fold.ts';
import { boundary, bytes, chain, end, flow, process, serviceTask, start } from '../../../../engine/support/bpmn.ts';
import { openSources } from '../support/sources.ts';

const content = bytes(
  process(
    'p',
    ...chain(
      start('Start'),
      serviceTask('Work', { type: 'work', inputs: { item: '=first' } }),
      serviceTask('Again', { type: '=nothing' }),
      end('End'),
    ),
    boundary('Late', 'Work', { cycle: 'R/PT1H', interrupting: false }),
    end('Reminded'),
    flow('Late', 'Reminded'),
  ),
);

test('what was active and what had a value before the entries that are kept is there', async (t) => {
  const { engine, sources } = await openSources(t);
  await engine.deploy({ name: 'p.bpmn', content });
  const { processInstanceKey: key } = engine.createInstance({
    bpmnProcessId: 'p',
    variables: { first: 1, kept: ['x'], index: -1 },
  });
  const shown = (position?: number) => {
    const { before, history: steps, isCut } = instanceDetail(sources, key)!;
    const folded = fold([...before, ...steps.slice(0, position)], key);
    const values = folded.scopes.map(({ elementId, variables }) => [
      elementId,
      Object.fromEntries([...variables].map(([name, { value }]) => [name, value])),
    ]);
    return { isCut, active: [...folded.active], incidents: [...folded.incidents], values };
  };
  const whole = shown();
  assert.deepEqual(whole.active, [['Work', 1]]);
  for (let index = 0; index < 5_000; index += 1) engine.setVariables(key, { index });
  const cut = shown();
  assert.equal(cut.isCut, true);
  assert.deepEqual(cut.active, whole.active);
  const sorted = (values: typeof cut.values) =>
    JSON.stringify(values.map(([id, each]) => [id, Object.entries(each as object).sort()]));
  assert.equal(
    sorted(cut.values),
    sorted([
      ['p', { first: 1, kept: ['x'], index: 4999 }],
      ['Work', { item: 1 }],
    ]),
  );
  const { history: steps } = instanceDetail(sources, key)!;
  const first = steps[0]!.variable!;
  assert.equal(
    JSON.stringify(shown(0).values).includes(`"index":${first.previous}`),
    true,
    'the value before the first',
  );

  // What ends within the entries that are kept was active before, and is not any more.
  engine.modifyInstance(key, { activate: [{ elementId: 'Again' }], terminate: [{ elementId: 'Work' }] });
  const after = shown();
  assert.deepEqual(after.active, [], 'it is stuck on its way in');
  assert.deepEqual(after.incidents, [['Again', 1]]);
  assert.deepEqual(shown(0).active, [['Work', 1]]);
});
