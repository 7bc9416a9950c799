import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineInbound, defineOutbound, type InboundContext, type OutboundContext, pending } from 'camunda-connectors';
import { inboundContext, outboundContext, recordingLogger } from 'camunda-connectors/testing';
import { build } from 'esbuild';
import * as v from 'valibot';

test('a recording logger keeps messages, levels and details in order and writes nothing', () => {
  const logger = recordingLogger();
  logger.info('first', 1, { a: 2 });
  logger.error('second');
  logger.debug('third');
  logger.warn('fourth');
  assert.deepEqual(logger.lines, ['first', 'second', 'third', 'fourth']);
  assert.deepEqual(logger.entries, [
    { level: 'info', message: 'first', details: [1, { a: 2 }] },
    { level: 'error', message: 'second', details: [] },
    { level: 'debug', message: 'third', details: [] },
    { level: 'warn', message: 'fourth', details: [] },
  ]);
  assert.deepEqual(recordingLogger().lines, []);
});

test('a context for run has a job, a signal and a logger; a test sets what matters', async () => {
  const plain: OutboundContext = outboundContext();
  assert.equal(plain.job.retries, 3);
  assert.equal(plain.signal.aborted, false);
  const logger = recordingLogger();
  const context = outboundContext({ job: { retries: 1, key: '42' }, signal: AbortSignal.abort(), logger });
  assert.deepEqual({ ...plain.job, retries: 1, key: '42' }, context.job);
  const connector = defineOutbound({
    name: 'Last',
    type: 'last',
    input: v.object({}),
    run: (_input, { job, signal, logger }) => {
      logger.info(`job ${job.key}`);
      return { last: job.retries === 1, aborted: signal.aborted };
    },
  });
  assert.deepEqual(await connector.run({}, context), { last: true, aborted: true });
  assert.deepEqual(logger.lines, ['job 42']);
});

for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2_147_483_648, '10', undefined, null]) {
  test(`extend(${typeof wrong} ${String(wrong)}) is refused in a unit test as at run time`, async () => {
    await assert.rejects(outboundContext().extend(wrong as number), {
      kind: 'definition',
      message: /Where: context\.extend\(milliseconds\)\nFix: pass the milliseconds/,
    });
  });
}

test('a context for run grants every time, and warns of one that is likely in seconds', async () => {
  const logger = recordingLogger();
  const { extend } = outboundContext({ logger });
  await extend(60_000);
  assert.deepEqual(logger.lines, []);
  await extend(1.5);
  assert.deepEqual(
    logger.entries.map(({ level, message }) => [level, message]),
    [['warn', 'context.extend(1.5) asks for 1.5 milliseconds; for 1.5 seconds, write context.extend(1_500).']],
  );
});

test('a context for loop has an activation; a test sets the state with its type', async () => {
  const feed = defineInbound({
    name: 'feed',
    state: v.object({ seen: v.number() }),
    output: v.object({ key: v.string(), seen: v.number() }),
    loop: (_input, { state, activation }) =>
      state === undefined ? pending({ seen: 1 }) : { key: activation.correlationKey, seen: state.seen },
  });
  assert.deepEqual(await feed.loop({}, inboundContext({})), pending({ seen: 1 }));
  const context: InboundContext<{ seen: number }> = inboundContext({
    state: { seen: 4 },
    activation: { correlationKey: 'order-7' },
  });
  assert.deepEqual(await feed.loop({}, context), { key: 'order-7', seen: 4 });
  // @ts-expect-error the state has another type
  feed.loop({}, inboundContext({ state: { seen: 'four' } }));
});

test('the entry loads neither the engine nor the runtime until a process test starts, and only the package that reads exact numbers', async () => {
  const { metafile } = await build({
    entryPoints: ['src/testing/index.ts'],
    bundle: true,
    write: false,
    packages: 'external',
    format: 'esm',
    metafile: true,
  });
  const loaded = new Set(['src/testing/index.ts']);
  const packages: string[] = [];
  for (const path of loaded) {
    for (const { path: target, kind, external } of metafile.inputs[path]!.imports) {
      if (kind === 'dynamic-import') continue;
      if (external === true) packages.push(target);
      else loaded.add(target);
    }
  }
  assert.deepEqual(
    [...new Set(packages.filter((name) => !name.startsWith('node:')))],
    // The entry for connectors, which every test of a connector imports, loads it as well.
    ['lossless-json'],
  );
  assert.deepEqual(
    [...loaded].filter((path) => !/^src\/(testing|common|connector)\//.test(path)),
    [],
  );
  assert.deepEqual(
    [...loaded].filter((path) => /fixture|state/.test(path)),
    [],
  );
});
