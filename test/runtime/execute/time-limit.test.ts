/** The task header `jobTimeout`: section 2.6 of the runtime's reference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { Command } from '../../../src/connection/port.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { runTime } from '../../../src/runtime/execute/time-limit.ts';
import { createJobDeadline } from '../../../src/runtime/jobs/job-deadline.ts';
import { createManualClock } from '../support/clock.ts';
import { connectionFault, createTwin, type Twin } from '../support/cluster.ts';
import { observe } from '../support/runtime.ts';

const minutes = 60_000;

let runs = 0;
const one = defineOutbound({
  name: 'One',
  type: 'one',
  input: v.object({}),
  run: () => {
    runs++;
    return 1;
  },
});

/** Executes one job of `one` on the in-memory cluster, and returns the commands that were sent. */
const commandsFor = async (headers: Record<string, string>, onSend?: Twin['onSend']): Promise<readonly Command[]> => {
  const twin = createTwin();
  if (onSend !== undefined) twin.onSend = onSend;
  const { runtime, event } = observe({ outbound: [one], connection: twin.connection });
  await runtime.start();
  runs = 0;
  twin.push({ type: 'one', customHeaders: JSON.stringify(headers) });
  await event('job:settled');
  await runtime.stop();
  return twin.commands;
};

const update = (timeout: number, { kind, ...command }: Command): void => {
  assert.equal(kind, 'updateJobTimeout');
  assert.equal('timeout' in command && command.timeout, timeout);
};

test('case 2.23: one update of the timeout before the connector runs, then its result', async () => {
  const commands = await commandsFor({ jobTimeout: 'PT10M' }, ({ kind }) => {
    assert.equal(runs, kind === 'updateJobTimeout' ? 0 : 1);
    return undefined;
  });
  assert.equal(commands.length, 2);
  update(10 * minutes, commands[0]!);
  assert.equal(commands[1]!.kind, 'completeJob');
});

for (const headers of [{}, { jobTimeout: ' ' }]) {
  test(`case 2.24: ${JSON.stringify(headers)} does not update the timeout`, async () => {
    const commands = await commandsFor(headers as Record<string, string>);
    assert.deepEqual(
      commands.map(({ kind }) => kind),
      ['completeJob'],
    );
  });
}

const refused: readonly [id: string, header: string, message: RegExp][] = [
  ['2.25', 'soon', /^Failed to parse job timeout header: "soon"/],
  ['2.25', `P${'9'.repeat(30)}D`, /too large to represent/],
  ['2.26', 'PT0S', /must be a positive duration/],
  ['2.26', '-PT10M', /must be a positive duration/],
  ['2.26', 'PT-10M', /must be a positive duration/],
  ['2.26', 'PT0.0000001S', /must be a positive duration/],
];

for (const [id, jobTimeout, message] of refused) {
  test(`case ${id}: ${jobTimeout.slice(0, 20)} fails for good without an update and without a run`, async () => {
    const commands = await commandsFor({ jobTimeout });
    assert.equal(runs, 0);
    assert.equal(commands.length, 1);
    const [command] = commands;
    assert.ok(command?.kind === 'failJob' && command.retries === 0);
    assert.match(command.message, message);
  });
}

test('case 2.27: the connector runs even if the update is not answered', async () => {
  const commands = await commandsFor({ jobTimeout: 'PT10M' }, ({ kind }) =>
    kind === 'updateJobTimeout' ? connectionFault('UNAVAILABLE') : undefined,
  );
  assert.deepEqual(
    commands.map(({ kind }) => kind),
    ['updateJobTimeout', 'completeJob'],
  );
});

test('case 2.28: a rejected update costs an attempt, and the connector does not run', async () => {
  const commands = await commandsFor({ jobTimeout: 'PT10M', retryBackoff: 'PT5S' }, ({ kind }) =>
    kind === 'updateJobTimeout' ? connectionFault('NOT_FOUND', 'rejected') : undefined,
  );
  assert.equal(runs, 0);
  const [, command] = commands;
  assert.ok(command?.kind === 'failJob' && command.retries === 2 && command.backoff === 5_000);
});

const deadlines: readonly [id: string, original: number, wanted: number, answers: boolean, deadline: number][] = [
  ['a granted time is counted from the request', 25 * minutes, 10 * minutes, true, 10 * minutes],
  ['2.29: without an answer the earlier of both holds', 25 * minutes, minutes, false, minutes],
  ['2.29: also where that is the original one', minutes, 10 * minutes, false, minutes],
];

for (const [title, original, wanted, answers, deadline] of deadlines) {
  test(`deadline: ${title}`, async () => {
    const clock = createManualClock();
    const send = async (): Promise<void> => {
      clock.advance(2_000);
      if (!answers) throw connectionFault('UNAVAILABLE');
    };
    const jobDeadline = createJobDeadline('7', 0, original, { send }, clock, new AbortController().signal);
    assert.equal(jobDeadline.at(), original);
    const granted = await jobDeadline.updateTimeout(wanted);
    assert.deepEqual(granted, { milliseconds: deadline - 2_000, certain: answers });
    assert.equal(jobDeadline.at(), deadline);
  });
}

test('deadline: after it, no request is made, because another runtime may have the job', async () => {
  const clock = createManualClock();
  const send = async (): Promise<void> => assert.fail('a request was made');
  const jobDeadline = createJobDeadline('7', 0, 20_000, { send }, clock, new AbortController().signal);
  clock.advance(75_000);
  assert.deepEqual(await jobDeadline.updateTimeout(60_000), { milliseconds: -55_000, certain: true });
  assert.equal(jobDeadline.at(), 20_000);
});

test('a time that is over before it is granted costs an attempt, and the connector does not run', async () => {
  runs = 0;
  const updateTimeout = async () => ({ milliseconds: 0, certain: true });
  const outcome = await executeOutbound(one, { customHeaders: { jobTimeout: 'PT1S' } }, { updateTimeout });
  assert.ok(outcome.kind === 'fail' && outcome.retries === 2);
  assert.match(outcome.message, /over before the cluster had granted it/);
  assert.equal(runs, 0);
});

test('the header replaces the timeout of the connector, less a margin', async () => {
  const clock = createManualClock();
  const slow = { ...one, timeout: 10, run: () => new Promise<number>(() => {}) };
  const outcome = executeOutbound(slow, { customHeaders: { jobTimeout: 'PT10M' } }, { clock });
  await new Promise(setImmediate);
  clock.advance(10 * minutes - 10_001);
  assert.equal(clock.timers().length, 1);
  clock.advance(1);
  const settled = await outcome;
  assert.ok(settled.kind === 'fail' && settled.retries === 2);
  assert.match(settled.message, /timeout of 590 s/);
  assert.deepEqual(settled.variables, { error: { type: 'TimeoutError', message: settled.message } });
});

test('the margin is at most ten seconds, and a tenth of short times', () => {
  assert.equal(runTime(10 * minutes), 10 * minutes - 10_000);
  assert.equal(runTime(1_000), 900);
});

test('an unanswered update is logged at level warn', async () => {
  const lines: string[] = [];
  const drop = (): void => {};
  const logger = { debug: drop, info: drop, warn: (line: string) => void lines.push(line), error: drop };
  const updateTimeout = async () => ({ milliseconds: 5_000, certain: false });
  await executeOutbound(one, { customHeaders: { jobTimeout: 'PT5S' } }, { updateTimeout, logger });
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /jobTimeout/);
});

test('case 2.18, of jobTimeout: the error expression sees an invalid header', async () => {
  const headers = { jobTimeout: 'soon', errorExpression: '=bpmnError("HEADER", error.message)' };
  const outcome = await executeOutbound(one, { customHeaders: headers });
  assert.ok(outcome.kind === 'bpmnError' && /job timeout header/.test(outcome.message));
});

test('a runtime that stops during the update returns the job', async () => {
  const controller = new AbortController();
  runs = 0;
  const updateTimeout = async (): Promise<never> => {
    controller.abort();
    throw connectionFault('CANCELLED', 'aborted');
  };
  const outcome = await executeOutbound(
    one,
    { customHeaders: { jobTimeout: 'PT1M' } },
    { updateTimeout, signal: controller.signal },
  );
  assert.ok(outcome.kind === 'fail' && outcome.retries === 3 && outcome.backoff === 0);
  assert.equal(runs, 0);
});
