import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import * as v from 'valibot';
import { isFault } from '../../../src/common/fault.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import {
  createLogger,
  type LogSettings,
  type LogStreams,
  type LogSurroundings,
  readLogSettings,
} from '../../../src/runtime/observe/log-output.ts';
import { createRuntime } from '../../../src/runtime/runtime.ts';
import { taggedLogger } from '../../../src/runtime/shared/logger.ts';
import { codePoint } from '../../support/code-points.ts';
import { createTwin } from '../support/cluster.ts';

const level = (value: string) => ({ CAMUNDA_CONNECTORS_LOG_LEVEL: value });
const format = (value: string) => ({ CAMUNDA_CONNECTORS_LOG_FORMAT: value });

const settings: readonly [env: Record<string, string>, isTerminal: boolean, expected: LogSettings][] = [
  [{}, true, { level: 'info', format: 'text' }],
  [{}, false, { level: 'info', format: 'json' }],
  [level('debug'), true, { level: 'debug', format: 'text' }],
  [level(' WARN '), true, { level: 'warn', format: 'text' }],
  [level(''), true, { level: 'info', format: 'text' }],
  [format('json'), true, { level: 'info', format: 'json' }],
  [format('text'), false, { level: 'info', format: 'text' }],
  [{ ...level('silent'), ...format('JSON') }, true, { level: 'silent', format: 'json' }],
];

for (const [env, isTerminal, expected] of settings) {
  test(`${JSON.stringify(env)} ${isTerminal ? 'on a terminal' : 'elsewhere'}`, () => {
    assert.deepEqual(readLogSettings(env, isTerminal), expected);
  });
}

test('all invalid values are reported at once, with the allowed values and without the given ones', () => {
  assert.throws(
    () => readLogSettings({ ...level('hunter2'), ...format('xml') }, true),
    (error) => {
      assert.ok(isFault(error, 'configuration'));
      assert.match(error.message, /CAMUNDA_CONNECTORS_LOG_LEVEL must be one of silent, error, warn, info, debug/);
      assert.match(error.message, /CAMUNDA_CONNECTORS_LOG_FORMAT must be one of text, json/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    },
  );
});

/** A logger whose output is recorded. */
const recording = async (chosen: LogSettings, surroundings: LogSurroundings = {}) => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const logger = await createLogger(chosen, streams as unknown as LogStreams, surroundings);
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  return { logger, out: () => read(streams.stdout), err: () => read(streams.stderr) };
};

const parsed = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const json: LogSettings = { level: 'info', format: 'json' };

test('a JSON line has time, level and message, then the details; errors go to stdout as well', async () => {
  const { logger, out, err } = await recording(json);
  logger.info('Running.');
  logger.error('Failed', { code: 7n });
  const lines = parsed(out());
  assert.deepEqual(
    lines.map(({ time, ...line }) => line),
    [
      { level: 'info', message: 'Running.' },
      { level: 'error', message: 'Failed', details: [{ code: '7' }] },
    ],
  );
  for (const { time } of lines) assert.equal(new Date(String(time)).toISOString(), time);
  assert.equal(err(), '');
});

test('a line for people can neither fake another one nor control the terminal', async () => {
  const { logger, out, err } = await recording({ level: 'info', format: 'text' });
  const forged = 'done\n[info] Running.\u001b[2J';
  logger.info(forged, { forged });
  logger.info('%s', forged);
  logger.error(new Error(forged) as never, forged);
  const text = out() + err();
  assert.equal(text.match(/Running\./g)?.length, 5, text);
  assert.ok(!text.includes('\u001b[2J'), text);
  assert.doesNotMatch(text, /^\[info\] Running/m);
  assert.match(text, /^ {4}\[info\] Running\.\\x1b\[2J/m);
});

test('an error in place of the message is the message of a JSON line, and its stack a detail', async () => {
  const { logger, out } = await recording(json);
  logger.error(new TypeError('boom') as never);
  const [line] = parsed(out());
  assert.equal(line?.message, 'boom');
  assert.match(String(line?.details), /^TypeError: boom\n {4}at /);
});

test('repeated JSON lines are all written', async () => {
  const { logger, out } = await recording(json);
  for (let index = 0; index < 20; index++) logger.info('again');
  assert.equal(parsed(out()).length, 20);
});

for (const [chosen, expected] of [
  ['silent', []],
  ['error', ['error']],
  ['warn', ['warn', 'error']],
  ['info', ['info', 'warn', 'error']],
  ['debug', ['debug', 'info', 'warn', 'error']],
] as const) {
  test(`at level ${chosen} there is ${expected.join(', ') || 'nothing'}`, async () => {
    const { logger, out } = await recording({ level: chosen, format: 'json' });
    for (const name of ['debug', 'info', 'warn', 'error'] as const) logger[name](name);
    assert.deepEqual(
      parsed(out()).map((line) => line.level),
      expected,
    );
  });
}

test('every message is one line of JSON, with its exact text', async () => {
  const { logger, out } = await recording(json);
  fc.assert(
    fc.property(fc.string({ unit: codePoint }), fc.array(fc.anything()), (message, details) => {
      logger.info(message, ...details);
      const text = out();
      assert.equal(text.indexOf('\n'), text.length - 1);
      assert.equal((JSON.parse(text) as { message: string }).message, message);
    }),
  );
});

test('an error in the details is written with its stack, and a cycle as text', async () => {
  const { logger, out } = await recording(json);
  const cycle: Record<string, unknown> = { name: 'loop' };
  cycle.self = cycle;
  logger.warn('first', new Error('no luck'));
  logger.warn('second', cycle);
  const [first, second] = parsed(out());
  assert.match(String((first!.details as string[])[0]), /^Error: no luck\n {4}at /);
  assert.match(String(second!.details), /Circular/);
});

test('lines for people are plain, warnings and errors on stderr', async () => {
  const { logger, out, err } = await recording({ level: 'info', format: 'text' });
  logger.info('Running.');
  logger.warn('Careful.');
  assert.match(out(), /Running\.\n$/);
  assert.match(err(), /Careful\./);
});

test('the lines of a job and of its connector carry the fields of the job, and no variables', async () => {
  const { logger, out } = await recording({ level: 'debug', format: 'json' });
  const twin = createTwin();
  const work = defineOutbound({
    name: 'Work',
    type: 'work',
    input: v.object({ token: v.string() }),
    run: (_input, context) => {
      context.logger.info('at work');
      throw new Error('no luck');
    },
  });
  const runtime = createRuntime({ outbound: [work], connection: twin.connection, logger, signals: false });
  const settled = new Promise((resolve) => runtime.on('job:settled', resolve));
  await runtime.start();
  const job = twin.push({ type: 'work', variables: '{"token":"hunter2"}', elementId: 'Do', bpmnProcessId: 'order' });
  await settled;
  await runtime.stop();
  const text = out();
  const fields = {
    jobKey: job.key,
    jobType: 'work',
    bpmnProcessId: 'order',
    processInstanceKey: '1',
    elementId: 'Do',
    tenantId: '<default>',
  };
  const [own, failed] = ['at work', 'Failed: '].map((start) => {
    const line = parsed(text).find(({ message }) => String(message).startsWith(start));
    assert.ok(line, start);
    const { time, message, ...rest } = line;
    return rest;
  });
  assert.deepEqual(own, { level: 'info', connector: 'work', ...fields });
  assert.deepEqual(failed, { level: 'warn', ...fields });
  assert.doesNotMatch(text, /hunter2/);
});

test('a JSON line escapes what JSON leaves and a terminal obeys', async () => {
  const { logger, out } = await recording(json);
  const obeyed = ['\u007f', '\u0085', '\u009b', '\u061c', '\u200f', '\u2028', '\u202e', '\u2066', '\u2069'];
  logger.info(`a${obeyed.join('')}b`, { [obeyed[2]!]: obeyed[6] });
  const line = out();
  for (const character of obeyed) assert.ok(!line.includes(character), `U+${character.charCodeAt(0).toString(16)}`);
  assert.equal((JSON.parse(line) as { message: string }).message, `a${obeyed.join('')}b`);
});

test('a compact log has no blank lines around warnings and errors', async () => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const text: LogSettings = { level: 'info', format: 'text' };
  const logger = await createLogger(text, streams as unknown as LogStreams, { isCompact: true });
  logger.warn('Careful %s', 'now');
  logger.error('Refused');
  const lines = String(streams.stderr.read() ?? '').split('\n');
  assert.equal(lines.length, 3, lines.join('|'));
  assert.match(lines[0]!, /Careful now$/);
  assert.match(lines[1]!, /Refused$/);
});

test('every line of one of several processes has its number: a field in JSON, a prefix in text', async () => {
  const asJson = await recording(json, { processNumber: 2 });
  asJson.logger.info('Running');
  taggedLogger(asJson.logger, 'greet').warn('Careful');
  const lines = parsed(asJson.out()).map(({ time: _time, ...rest }) => rest);
  assert.deepEqual(lines, [
    { level: 'info', message: 'Running', process: 2 },
    { level: 'warn', message: 'Careful', process: 2, connector: 'greet' },
  ]);

  const asText = await recording({ level: 'info', format: 'text' }, { processNumber: 2, isCompact: true });
  asText.logger.info('Running');
  taggedLogger(asText.logger, 'greet').warn('Careful\nnow');
  assert.match(asText.out(), /\[process 2\] Running\n$/);
  assert.match(asText.err(), /\[process 2\] \[greet\] Careful\n {4}now\n$/);
});

test('consola is loaded for text only', () => {
  const output = pathToFileURL(resolve('src/runtime/observe/log-output.ts')).href;
  const refuse = `export const resolve = async (name, context, next) => {
    if (name === 'consola') throw new Error('consola is loaded');
    return next(name, context);
  };`;
  const log = (settings: LogSettings) =>
    spawnSync(
      process.execPath,
      [
        ...['--import', 'tsx', '--input-type=module', '--eval'],
        `import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(refuse)}));
const { createLogger } = await import(${JSON.stringify(output)});
(await createLogger(${JSON.stringify(settings)})).info('hello');`,
      ],
      { encoding: 'utf8' },
    );
  assert.match(log(json).stdout, /"message":"hello"/);
  assert.match(log({ level: 'info', format: 'text' }).stderr, /consola is loaded/);
});
