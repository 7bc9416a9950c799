/** The task header `jobTimeout`: section 2.6 of the runtime's reference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { Clock } from '../../../src/common/clock.ts';
import type { Command } from '../../../src/connection/port.ts';
import { defineOutbound } from '../../../src/connector/define.ts';
import type { OutboundContext } from '../../../src/connector/types.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import { executeJob } from '../../../src/runtime/execute/job-execution.ts';
import { type Reservation, type ReservationWatcher, runTime } from '../../../src/runtime/execute/time-limit.ts';
import { createJobDeadline, type JobDeadline } from '../../../src/runtime/jobs/job-deadline.ts';
import { recordingLogger } from '../../../src/testing/recording-logger.ts';
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

const deadlineOf = (jobTimeout: number, send: () => Promise<void>, clock: Clock): JobDeadline =>
  createJobDeadline(
    { key: '7' },
    0,
    { jobTimeout },
    {
      connection: { send },
      sender: { send: () => assert.fail('a renewal was sent') },
      clock,
      signal: new AbortController().signal,
    },
  );

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
    const jobDeadline = deadlineOf(original, send, clock);
    assert.equal(jobDeadline.at(), original);
    const granted = await jobDeadline.updateTimeout(wanted);
    assert.deepEqual(granted, { milliseconds: deadline - 2_000, certain: answers });
    assert.equal(jobDeadline.at(), deadline);
  });
}

test('deadline: after it, no request is made, because another runtime may have the job', async () => {
  const clock = createManualClock();
  const send = async (): Promise<void> => assert.fail('a request was made');
  const jobDeadline = deadlineOf(20_000, send, clock);
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

test('the time counts from the beginning of run, also of the part that blocks', async () => {
  const clock = createManualClock();
  const blocking = (milliseconds: number) => ({
    ...one,
    timeout: 10,
    run: () => {
      clock.advance(milliseconds);
      return new Promise<number>(() => {});
    },
  });
  const first = executeOutbound(blocking(4_000), {}, { clock });
  await new Promise(setImmediate);
  assert.deepEqual(clock.timers(), [6_000]);
  clock.advance(6_000);
  assert.match(((await first) as { message: string }).message, /timeout of 10 s/);
  const late = executeOutbound(blocking(12_000), {}, { clock });
  await new Promise(setImmediate);
  clock.advance(0);
  assert.match(((await late) as { message: string }).message, /timeout of 10 s/);
  assert.deepEqual(clock.timers(), []);
});

test('a run that has ended at once leaves no timer and no listener behind', async () => {
  const clock = createManualClock();
  const controller = new AbortController();
  await executeOutbound(one, {}, { clock, signal: controller.signal });
  assert.deepEqual(clock.timers(), []);
  controller.abort();
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

/** A connector whose `run` hands its context to the test and ends when the test says so. */
const open = (timeout: number) => {
  let context: OutboundContext | undefined;
  let end = (_result: number): void => {};
  const connector = defineOutbound({
    name: 'Open',
    type: 'open',
    timeout,
    input: v.object({}),
    run: (_input, given) => {
      context = given;
      return new Promise<number>((resolve) => {
        end = resolve;
      });
    },
  });
  return { connector, context: () => context!, end: (result: number) => end(result) };
};

/** Executes a job of such a connector, with a reservation whose cluster does as the test says. */
const executeOpen = async (extend: Reservation['extend'] = async () => {}, errorExpression?: string) => {
  const clock = createManualClock();
  const run = open(10);
  const watchers: ReservationWatcher[] = [];
  const logger = recordingLogger();
  const outcome = executeJob(
    run.connector,
    { customHeaders: { resultVariable: 'n', ...(errorExpression === undefined ? {} : { errorExpression }) } },
    { clock, logger, reservation: { extend, watch: (watcher) => void watchers.push(watcher()) } },
  );
  await new Promise(setImmediate);
  return { clock, run, outcome, logger, watcher: watchers[0]! };
};

test('extend gives run the time that it asks for, from the call on', async () => {
  const asked: number[] = [];
  const { clock, run, outcome } = await executeOpen(async (milliseconds) => {
    asked.push(milliseconds);
    clock.advance(1_000);
  });
  clock.advance(4_000);
  await run.context().extend(60_000);
  assert.deepEqual(asked, [60_000]);
  assert.deepEqual(clock.timers(), [59_000]);
  clock.advance(58_999);
  assert.equal(run.context().signal.aborted, false);
  clock.advance(1);
  assert.equal(run.context().signal.aborted, true);
  const failed = await outcome;
  assert.ok(failed.kind === 'fail' && failed.retries === 2);
  assert.match(failed.message, /did not end within its timeout of 64 s/);
});

test('a job that was extended completes', async () => {
  const { clock, run, outcome } = await executeOpen();
  await run.context().extend(60_000);
  clock.advance(50_000);
  run.end(7);
  assert.deepEqual(await outcome, { kind: 'complete', variables: { n: 7 } });
  assert.deepEqual(clock.timers(), []);
});

test('a job that completes while the cluster is asked for more time leaves no timer, and its signal does not fire', async () => {
  let grant = (): void => {};
  const { clock, run, outcome } = await executeOpen(
    () =>
      new Promise((resolve) => {
        grant = resolve;
      }),
  );
  const extending = run.context().extend(60_000);
  run.end(7);
  assert.equal((await outcome).kind, 'complete');
  grant();
  await extending;
  assert.deepEqual(clock.timers(), []);
  clock.advance(60_000);
  assert.equal(run.context().signal.aborted, false);
});

test('extend after the end of the job is rejected, asks nobody and sets no timer', async () => {
  const { clock, run, outcome } = await executeOpen(async () => assert.fail('the cluster was asked'));
  run.end(7);
  await outcome;
  await assert.rejects(run.context().extend(60_000), /has its outcome already.*\nFix: await context\.extend/);
  assert.deepEqual(clock.timers(), []);
});

test('deadline: after its end, extend is rejected without a request and without a timer', async () => {
  const clock = createManualClock();
  const deadline = deadlineOf(10_000, async () => assert.fail('a request was made'), clock);
  deadline.end();
  await assert.rejects(deadline.extend(60_000), /has its outcome already/);
  assert.deepEqual(clock.timers(), []);
});

test('news of the cluster about a job that has completed changes nothing', async () => {
  const { clock, run, outcome, watcher } = await executeOpen();
  run.end(7);
  await outcome;
  watcher.refused(connectionFault('PERMISSION_DENIED', 'rejected', 'Not allowed.'), 5_000);
  watcher.lost(new Error('the job is lost'));
  assert.deepEqual(clock.timers(), []);
  assert.equal(run.context().signal.aborted, false);
});

test('a shorter time than is left asks nobody and changes nothing', async () => {
  const { clock, run } = await executeOpen(async () => assert.fail('the cluster was asked'));
  await run.context().extend(9_000);
  assert.deepEqual(clock.timers(), [10_000]);
});

test('a refusal of the cluster reaches the caller of extend, and run keeps the time that it had', async () => {
  const { clock, run } = await executeOpen(async () => {
    throw connectionFault('PERMISSION_DENIED', 'rejected', 'Not allowed.');
  });
  await assert.rejects(run.context().extend(60_000), /Not allowed/);
  assert.deepEqual(clock.timers(), [10_000]);
});

test('extend rejects when the time is over, also while the cluster is asked', async () => {
  const { clock, run, outcome } = await executeOpen(async () => clock.advance(20_000));
  await assert.rejects(run.context().extend(60_000), /within its timeout of 10 s/);
  await assert.rejects(run.context().extend(60_000), /within its timeout of 10 s/);
  assert.deepEqual(clock.timers(), []);
  assert.equal((await outcome).kind, 'fail');
});

for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2_147_483_648, '60', undefined]) {
  test(`extend(${String(wrong)}) is refused`, async () => {
    const { clock, run } = await executeOpen(async () => assert.fail('the cluster was asked'));
    await assert.rejects(run.context().extend(wrong as number), {
      kind: 'definition',
      message: /Fix: pass the milliseconds/,
    });
    assert.deepEqual(clock.timers(), [10_000]);
  });
}

test('extend with a number of seconds logs a warning once, and the error of the timeout says how to write them', async () => {
  const advice = 'context.extend(5) asks for 5 milliseconds; for 5 seconds, write context.extend(5_000).';
  const { clock, run, outcome, logger } = await executeOpen();
  await run.context().extend(5);
  await run.context().extend(7);
  assert.deepEqual(
    logger.entries.map(({ level, message }) => [level, message]),
    [['warn', `A call of the connector "open" changes nothing: ${advice}`]],
  );
  clock.advance(10_000);
  const failed = await outcome;
  assert.ok(failed.kind === 'fail' && failed.retries === 2);
  assert.match(failed.message, /did not end within its timeout of 10 s\.\nFix: context\.extend\(5\) asks/);
});

test('an expression sees the error of the timeout without the advice about extend', async () => {
  const { clock, run, outcome } = await executeOpen(undefined, '=bpmnError("LATE", error.message)');
  await run.context().extend(5);
  clock.advance(10_000);
  const failed = await outcome;
  assert.ok(failed.kind === 'bpmnError');
  assert.match(failed.message, /did not end within its timeout of 10 s\.$/);
});

test('a short time that has an effect is no reason for a warning', async () => {
  const { clock, run, outcome, logger } = await executeOpen();
  clock.advance(9_900);
  await run.context().extend(500);
  assert.deepEqual([clock.timers(), logger.lines], [[500], []]);
  clock.advance(500);
  const failed = await outcome;
  assert.ok(failed.kind === 'fail' && !failed.message.includes('Fix:'));
});

test('a job that is lost aborts run with the reason', async () => {
  const { clock, run, watcher, outcome } = await executeOpen();
  const reason = new Error('the job is lost');
  watcher.lost(reason);
  assert.equal(run.context().signal.reason, reason);
  const failed = await outcome;
  assert.ok(failed.kind === 'fail' && failed.message === 'the job is lost');
  assert.deepEqual(clock.timers(), []);
});

test('a job that the cluster does not renew ends before its time does, with the reason', async () => {
  const { clock, watcher, outcome } = await executeOpen();
  watcher.refused(connectionFault('PERMISSION_DENIED', 'rejected', 'Not allowed.'), 5_000);
  assert.deepEqual(clock.timers(), [4_500]);
  clock.advance(4_500);
  const failed = await outcome;
  assert.ok(failed.kind === 'fail' && failed.retries === 2);
  assert.match(failed.message, /did not end within 4.5 s, and the cluster refuses .* any longer: Not allowed/);
});

test('without a cluster, extend grants every time', async () => {
  const clock = createManualClock();
  const run = open(10);
  const outcome = executeOutbound(run.connector, { customHeaders: { resultVariable: 'n' } }, { clock });
  await new Promise(setImmediate);
  await run.context().extend(60_000);
  clock.advance(59_000);
  run.end(7);
  assert.equal((await outcome).kind, 'complete');
});
