import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { Batch } from '../../../../src/cli/dev/page/contract.ts';
import { createEventStream, type EventStream, pauseAfter } from '../../../../src/cli/dev/page/event-stream.ts';
import { createHistory, type History } from '../../../../src/cli/dev/page/history/history.ts';
import { createJsonWriter, noSecrets } from '../../../../src/cli/dev/page/json.ts';
import { createEngine, type Engine } from '../../../../src/engine/index.ts';
import { bytes, chain, end, process, start } from '../../../engine/support/bpmn.ts';

interface Stage {
  readonly engine: Engine;
  readonly history: History;
  readonly stream: EventStream;
  /** Opens the stream, with `&steps` for a page that shows them; the function waits for a text in it. */
  readonly open: (after: number, more?: string) => Promise<(pattern: RegExp) => Promise<RegExpExecArray>>;
}

/** @param isSpare whether there is time to keep everything of an instance */
const staged = async (t: TestContext, isSpare?: () => boolean): Promise<Stage> => {
  const engine = await createEngine();
  t.after(() => engine.stop());
  const history = createHistory(engine, isSpare);
  engine.on(history.add);
  const stream = createEventStream(history, createJsonWriter(noSecrets));
  const server = createServer((request, response: ServerResponse) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://x');
    stream.open(response, Number(searchParams.get('after')), searchParams.has('steps'));
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(async () => {
    stream.stop();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as { readonly port: number };
  const open = async (after: number, more = '') => {
    const request = get({ host: '127.0.0.1', port, path: `/?after=${after}${more}` });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let text = '';
    const waiting = new Set<() => void>();
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      for (const look of [...waiting]) look();
    });
    response.on('error', () => {});
    return (pattern: RegExp): Promise<RegExpExecArray> =>
      new Promise((resolve) => {
        const look = (): void => {
          const match = pattern.exec(text);
          if (match === null) return;
          waiting.delete(look);
          resolve(match);
        };
        waiting.add(look);
        look();
      });
  };
  await engine.deploy({ name: 'p.bpmn', content: bytes(process('p', ...chain(start(), end()))) });
  return { engine, history, stream, open };
};

test('of instances that are only counted, a page that shows steps receives how many steps they had, and no older ones instead', async (t) => {
  let isSpare = true;
  const { engine, history, open } = await staged(t, () => isSpare);
  engine.createInstance({ bpmnProcessId: 'p' });
  const last = history.seq();
  const kept = history.latest(100).length;
  isSpare = false;
  engine.createInstance({ bpmnProcessId: 'p' });
  const sees = await open(last, '&steps');
  const [, id, data = ''] = await sees(/id: (\d+)\ndata: (.*)\n\n/);
  const { steps, skipped } = JSON.parse(data) as Batch;
  assert.equal(Number(id), history.seq());
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ['log:info'],
  );
  assert.equal(skipped, history.seq() - last - 1);
  assert.equal(history.latest(100).length, kept + 1);
});

test('a page that shows steps receives those after the last entry that it has', async (t) => {
  const { engine, history, open } = await staged(t);
  engine.createInstance({ bpmnProcessId: 'p' });
  const last = history.seq() - 1;
  const sees = await open(last, '&steps');
  const [, id, data = ''] = await sees(/id: (\d+)\ndata: (.*)\n\n/);
  assert.equal(Number(id), last + 1);
  assert.deepEqual(
    (JSON.parse(data) as { steps: readonly { seq: number }[] }).steps.map(({ seq }) => seq),
    [last + 1],
  );
  engine.createInstance({ bpmnProcessId: 'p' });
  await sees(/instance:completed[\s\S]*instance:completed/);
});

test('any other page receives only the number of the last one', async (t) => {
  const { engine, history, open } = await staged(t);
  engine.createInstance({ bpmnProcessId: 'p' });
  const last = history.seq() - 3;
  const sees = await open(last);
  const [, data = ''] = await sees(/data: (.*)\n\n/);
  assert.deepEqual(JSON.parse(data), { seq: last + 3, steps: [], skipped: 3 });
  engine.createInstance({ bpmnProcessId: 'p' });
  await sees(new RegExp(`id: ${history.seq()}\n`));
});

test('a page whose last entry is gone loads everything anew, and so do all after going back', async (t) => {
  const { history, stream, open } = await staged(t);
  const late = await open(history.seq() + 5);
  await late(/event: reset/);
  const other = await open(history.seq());
  stream.reset();
  await other(/event: reset/);
});

test('of very many entries, the latest are sent, with the number of the others', async (t) => {
  const { engine, history, open } = await staged(t);
  const last = history.seq();
  for (let index = 0; index < 50; index += 1) engine.createInstance({ bpmnProcessId: 'p' });
  const sees = await open(last, '&steps');
  const [, data = ''] = await sees(/data: (.*)\n\n/);
  const batch = JSON.parse(data) as { seq: number; skipped: number; steps: readonly unknown[] };
  assert.equal(batch.seq, history.seq());
  assert.equal(batch.skipped + batch.steps.length, history.seq() - last);
  assert.equal(batch.steps.length, 100);
});

for (const [spent, pause] of [
  [0, 100],
  [2.5, 100],
  [5, 200],
  [25, 1_000],
  [300, 1_000],
] as const) {
  test(`the next message comes ${pause} ms after one that took ${spent} ms with what was read because of it`, () => {
    assert.equal(pauseAfter(spent), pause);
  });
}
