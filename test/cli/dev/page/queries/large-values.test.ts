/** Values of any size do not make what the page reads large: it gets their beginning, and where they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecisionRow, InstanceDetail, Rows } from '../../../../../src/cli/dev/page/contract.ts';
import { pageQueries } from '../../../../../src/cli/dev/page/page-queries.ts';
import { bytes, chain, end, other, process, serviceTask, start } from '../../../../engine/support/bpmn.ts';
import { connect } from '../../../../engine/support/client.ts';
import { decision, dmn, table } from '../../../../engine/support/dmn.ts';
import { openSources } from '../support/sources.ts';

const large = 'x'.repeat(300_000);
const list = Array.from({ length: 20_000 }, (_, index) => ({ index }));

/** The places of all values that were cut. */
const placesIn = (value: unknown): readonly string[] =>
  [...JSON.stringify(value).matchAll(/"path":"([^"]+)"/g)].map(([, path]) => path!);

test('instances, jobs, messages and tasks have the beginning of large values, and each place leads to the whole', async (t) => {
  const { engine, sources } = await openSources(t, { settled: [], open: { input: { given: large } } });
  const task = other('userTask', 'Ask', { extensions: '<zeebe:userTask />' });
  const parts = chain(start('Start'), serviceTask('Work', { type: 'work', inputs: { local: '=large' } }), task, end());
  await engine.deploy({ name: 'p.bpmn', content: bytes(process('p', ...parts)) });
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p', variables: { large, small: 1 } });
  const client = connect(t, `127.0.0.1:${engine.port}`);
  const [job] = await client.poll('work');
  engine.publishMessage({ name: 'm', correlationKey: '1', timeToLive: 60_000, variables: { large } });
  const queries = pageQueries(sources);
  const read = (path: string): unknown => {
    const { pathname, searchParams } = new URL(path, 'http://127.0.0.1');
    return queries[pathname]!(searchParams);
  };
  const isWhole = (path: string): boolean =>
    [large, JSON.stringify(list)].some((text) => JSON.stringify(read(path)).includes(text));
  const check = (path: string, least: number): void => {
    const answer = read(path);
    const { length } = JSON.stringify(answer);
    assert.ok(length < 20_000, `${path} has ${length} characters`);
    const places = placesIn(answer);
    assert.ok(places.length >= least, `${path} has ${places.length} places`);
    for (const place of places) assert.ok(isWhole(place), `${place} is the whole value`);
  };
  // The start, the variable, the local variable and the job; the attempt with its input.
  check(`/data/instance?key=${key}`, 6);
  check('/data/jobs', 2);
  check('/data/messages', 1);
  assert.ok(JSON.stringify(read('/data/log')).length < 20_000, 'the log');

  await client.call('CompleteJob', { jobKey: job!.key, variables: JSON.stringify({ list }) });
  check(`/data/instance?key=${key}`, 7);
  assert.ok(JSON.stringify(read('/data/tasks')).length < 5_000, 'the list of tasks');
  const [{ key: open } = { key: '' }] = engine.userTasks();
  assert.ok(JSON.stringify(read(`/data/tasks?key=${open}`)).includes(large), 'the form of a task has everything');

  // A variable that no entry that is kept has set.
  for (let index = 0; index < 5_000; index += 1) engine.setVariables(key, { index });
  assert.ok(
    placesIn(read(`/data/instance?key=${key}`)).some((place) => place.includes('scope=') && isWhole(place)),
    'the variable',
  );
  for (const gone of [
    `instance=${key}&seq=1&part=value`,
    'instance=1&scope=1&name=a',
    'message=1',
    'decision=1-1&part=output',
    'job=1&attempt=0',
  ]) {
    assert.equal(read(`/data/value?${gone}`), undefined, gone);
  }
});

test('decisions have the beginning of large values, and each place leads to the whole', async (t) => {
  const { engine, sources } = await openSources(t);
  const table1 = table({ inputs: ['large'], outputs: ['a', 'b'], rules: [['-', 'large', '"small"']] });
  await engine.deploy({ name: 'd.dmn', content: dmn(decision('d', table1)) });
  engine.evaluateDecision({ decisionId: 'd', variables: { large } });
  const queries = pageQueries(sources);
  const answer = queries['/data/decisions']!(new URLSearchParams()) as Rows<DecisionRow>;
  assert.ok(JSON.stringify(answer).length < 5_000, 'the list is short');
  assert.equal(answer.rows[0]?.matchedRules[0]?.outputs[1]?.value, 'small');
  const places = placesIn(answer);
  assert.equal(places.length, 3, 'the output, the input, and the output of the rule');
  for (const place of places) {
    const { searchParams } = new URL(place, 'http://127.0.0.1');
    const whole = queries['/data/value']!(searchParams);
    assert.ok(JSON.stringify(whole).includes(large), `${place} is the whole value`);
  }
  for (const part of ['input', 'rule0', 'rule9']) {
    const gone = new URLSearchParams({ decision: engine.decisionInstances()[0]!.key, part, column: '7' });
    assert.equal(queries['/data/value']!(gone), undefined, part);
  }
});

test('of a thousand waits at one element, some are described and the others are counted', async (t) => {
  const { engine, sources } = await openSources(t);
  const loop =
    '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=for i in 1..1000 return i" inputElement="item"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';
  const parts = chain(start(), serviceTask('Each', { type: 'nobody', content: loop }), end());
  await engine.deploy({ name: 'p.bpmn', content: bytes(process('p', ...parts)) });
  const { processInstanceKey: key } = engine.createInstance({ bpmnProcessId: 'p' });
  const detail = pageQueries(sources)['/data/instance']!(new URLSearchParams({ key })) as InstanceDetail;
  assert.deepEqual([detail.waits.length, detail.moreWaits, detail.jobs.length], [20, 980, 1_000]);
});
