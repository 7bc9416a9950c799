import assert from 'node:assert/strict';
import { appendFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { isFault } from '../../src/common/fault.ts';
import { createEngine, type SnapshotPart } from '../../src/engine/index.ts';
import { chain, end, process, serviceTask, start } from './support/bpmn.ts';
import { startEngine } from './support/client.ts';

const waiting = process('p', ...chain(start(), serviceTask('task', { type: 'a' }), end()));

const readParts = async function* (path: string): AsyncGenerator<SnapshotPart> {
  const file = await open(path);
  for await (const line of createInterface({ input: file.createReadStream() })) yield JSON.parse(line);
};

test('an engine continues from a file with one part of a snapshot in each line', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parts-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'state.jsonl');
  const first = await startEngine(t);
  await first.deploy({ name: 'p.bpmn', content: waiting });
  const keys = Array.from(
    { length: 500 },
    (_, index) => first.createInstance({ bpmnProcessId: 'p', variables: { index } }).processInstanceKey,
  );
  const before = first.snapshot();
  for await (const part of first.snapshotParts()) {
    await appendFile(path, `${JSON.stringify(part)}\n`);
    first.createInstance({ bpmnProcessId: 'p' });
  }
  const second = await startEngine(t, { snapshot: readParts(path) });
  assert.deepEqual({ ...second.snapshot(), time: before.time }, before);
  assert.deepEqual(second.instance(keys[7]!)?.variables, { index: 7 });
});

test('an engine continues from a list of parts; between the parts, everything else has its turn', async (t) => {
  const first = await startEngine(t);
  await first.deploy({ name: 'p.bpmn', content: waiting });
  for (let index = 0; index < 500; index++) first.createInstance({ bpmnProcessId: 'p' });
  const parts: SnapshotPart[] = [];
  let turns = 0;
  let turn = setImmediate(function count() {
    turns += 1;
    turn = setImmediate(count);
  });
  for await (const part of first.snapshotParts()) parts.push(part);
  clearImmediate(turn);
  assert.ok(parts.length > 3, `${parts.length} parts`);
  assert.ok(turns >= parts.length - 1, `${turns} turns between ${parts.length} parts`);
  const second = await startEngine(t, { snapshot: parts });
  assert.deepEqual(second.jobs(), first.jobs());
});

test('an engine does not start from a part alone, or from something else', async () => {
  const engine = await createEngine();
  const { value } = await engine.snapshotParts().next();
  await engine.stop();
  const part = value as SnapshotPart;
  for (const snapshot of [part, [part], [], [5], [{ resources: 7 }]]) {
    await assert.rejects(
      createEngine({ snapshot: snapshot as never }),
      (error: unknown) => isFault(error, 'rejection') && /RESTORE/.test(error.message),
    );
  }
  for (const snapshot of ['parts', {}, 7]) {
    await assert.rejects(createEngine({ snapshot: snapshot as never }), /snapshot.*engine\.snapshotParts\(\)/);
  }
});
