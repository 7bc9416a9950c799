/** Moving instances to the latest version of their process. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { mappedElements } from '../../../../src/cli/dev/actions/migration.ts';
import {
  migrateInstances,
  outdatedInstances,
  rememberStarts,
  startAnew,
} from '../../../../src/cli/dev/actions/versions.ts';
import { createEngine, createTestClock, type Engine } from '../../../../src/engine/index.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  flow,
  process as processFile,
  serviceTask,
  start,
} from '../../../engine/support/bpmn.ts';

const work = (id: string, late: string, boundaryId = 'Late'): string =>
  processFile(
    'p',
    ...chain(start('Start'), serviceTask(id, { type: 'work' }), end('End')),
    boundary(boundaryId, id, { ...(late.startsWith('P') ? { duration: late } : { error: late }) }),
    end('TooLate'),
    flow(boundaryId, 'TooLate'),
  );

const engineWith = async (t: TestContext, content: string): Promise<Engine> => {
  const engine = await createEngine({ clock: createTestClock() });
  t.after(() => engine.stop());
  await engine.deploy({ name: 'p.bpmn', content });
  return engine;
};

test('an instance has its active elements to map, and the events for which they wait', async (t) => {
  const engine = await engineWith(t, work('Work', 'PT1H'));
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'p' });
  assert.deepEqual(mappedElements(engine, processInstanceKey), [
    { id: 'Work', isEvent: false },
    { id: 'Late', isEvent: true },
  ]);
});

test('a boundary event with the same id keeps its due time', async (t) => {
  const engine = await engineWith(t, work('Work', 'PT1H'));
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p' });
  const [before] = engine.timers(key);
  await engine.deploy({ name: 'p.bpmn', content: work('Work', 'PT2H') });
  assert.deepEqual(migrateInstances(engine, outdatedInstances(engine)), [{ processInstanceKey: key }]);
  assert.equal(engine.instance(key)?.version, 2);
  assert.deepEqual(
    engine.timers(key).map(({ due, elementId }) => [due, elementId]),
    [[before?.due, 'Late']],
  );
});

test('a boundary event that waits for something else now does not prevent the migration', async (t) => {
  const engine = await engineWith(t, work('Work', 'PT1H'));
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p' });
  await engine.deploy({ name: 'p.bpmn', content: work('Work', 'FAILED') });
  assert.deepEqual(migrateInstances(engine, outdatedInstances(engine)), [{ processInstanceKey: key }]);
  assert.deepEqual(engine.timers(key), []);
});

test('elements without a counterpart become those of the mapping, and events without one stop waiting', async (t) => {
  const engine = await engineWith(t, work('Work', 'PT1H'));
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p' });
  await engine.deploy({ name: 'p.bpmn', content: work('Labour', 'PT2H', 'Overdue') });
  const [refused] = migrateInstances(engine, outdatedInstances(engine));
  assert.match(refused?.problem ?? '', /^Expected .*non-existing target element id 'Work'/);
  assert.deepEqual(migrateInstances(engine, outdatedInstances(engine), { Work: 'Labour', Late: undefined }), [
    { processInstanceKey: key },
  ]);
  assert.deepEqual(
    [engine.jobs(key).map(({ elementId }) => elementId), engine.timers(key).map(({ elementId }) => elementId)],
    [['Labour'], ['Overdue']],
  );
});

test('an instance whose process cannot be started by hand stays when it should start anew', async (t) => {
  const started = processFile(
    'p',
    ...chain(start('Start', { message: { name: 'go' } }), catchEvent('Wait', { duration: 'PT1H' }), end('End')),
  );
  const engine = await engineWith(t, started);
  engine.publishMessage({ name: 'go', correlationKey: '' });
  const [instance] = engine.instances();
  const [result] = startAnew(engine, { of: () => ({}), stop: () => {} }, [instance!]);
  assert.equal(
    result?.problem,
    'The process p cannot be started by hand: all of its start events have a trigger.\nFix: migrate the instance instead; for another one, publish the message "go".',
  );
  assert.equal(engine.instance(instance!.key)?.state, 'ACTIVE');
});

test('an instance that a message has started begins anew with the variables of the message', async (t) => {
  const both = (later: string): string =>
    processFile(
      'p',
      ...chain(start('Start', { message: { name: 'go' } }), catchEvent('Wait', { duration: later }), end('End')),
      start('ByHand'),
      flow('ByHand', 'Wait'),
    );
  const engine = await engineWith(t, both('PT1H'));
  const starts = rememberStarts({ engine, onRestore: () => {} });
  engine.publishMessage({ name: 'go', correlationKey: '', variables: { issue: 7 } });
  await engine.deploy({ name: 'p.bpmn', content: both('PT2H') });
  const [result] = startAnew(engine, starts, outdatedInstances(engine));
  assert.deepEqual(engine.instance(result?.startedKey ?? '')?.variables, { issue: 7 });
  assert.equal(engine.instance(result?.processInstanceKey ?? '')?.state, 'TERMINATED');
});
