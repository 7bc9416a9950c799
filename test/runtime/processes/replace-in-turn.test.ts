/** In which order processes are replaced, and what happens if a new one does not work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Child, Ending } from '../../../src/runtime/processes/child.ts';
import { createPlaces, type Place } from '../../../src/runtime/processes/places.ts';
import { replaceInTurn } from '../../../src/runtime/processes/replace-in-turn.ts';
import { recordingLogger } from '../../../src/testing/recording-logger.ts';
import { createManualClock } from '../support/clock.ts';

/** A process whose life a test decides. */
interface StagedChild extends Child {
  work(): void;
  end(ending?: Ending): void;
}

const stage = (count = 2) => {
  const clock = createManualClock();
  const logger = recordingLogger();
  const places = createPlaces(count);
  const acts: string[] = [];
  const filled: number[] = [];
  let lastPid = 0;
  let isStopping = false;
  const start = (place: Place): StagedChild => {
    const pid = ++lastPid;
    let setWorks = (_works: boolean): void => {};
    let setEnded = (_ending: Ending): void => {};
    const works = new Promise<boolean>((resolve) => {
      setWorks = resolve;
    });
    const ended = new Promise<Ending>((resolve) => {
      setEnded = resolve;
    });
    const child: StagedChild = {
      pid,
      startedAt: clock.now(),
      joined: () => true,
      works,
      ended,
      stop: () => acts.push(`stop ${pid}`),
      abort: () => {},
      kill: () => {},
      ask: async () => undefined,
      work: () => setWorks(true),
      end: (ending = { exitCode: 0, signal: null }) => {
        if (place.current === child) place.current = undefined;
        setWorks(false);
        setEnded(ending);
      },
    };
    return child;
  };
  const olds = places.map((place) => {
    const child = start(place);
    place.current = child;
    return child;
  });
  clock.advance(1);
  const successors: StagedChild[] = [];
  const listeners: (() => void)[] = [];
  const startSuccessor = (place: Place): Child => {
    const child = start(place);
    place.successor = child;
    acts.push(`start ${child.pid}`);
    successors.push(child);
    for (const listener of listeners.splice(0)) listener();
    return child;
  };
  /** The successor that starts next. */
  const next = (): Promise<StagedChild> =>
    new Promise((resolve) => {
      listeners.push(() => resolve(successors.at(-1)!));
    });
  const services = {
    startSuccessor,
    fill: ({ number }: Place) => void filled.push(number),
    isStopping: () => isStopping,
    clock,
    logger,
  };
  return {
    ...{ clock, logger, places, acts, filled, olds, successors, next },
    run: () => replaceInTurn(places, services),
    beginToStop: () => {
      isStopping = true;
    },
  };
};

/** Resolves when everything has happened that follows from what has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a new process works before the old one stops, and the old one has ended before the next one is replaced', async () => {
  const { acts, olds, successors, places, logger, run } = stage();
  const done = run();
  await settled();
  assert.deepEqual(acts, ['start 3']);
  successors[0]!.work();
  await settled();
  assert.deepEqual(acts, ['start 3', 'stop 1']);
  assert.equal(places[0]!.current?.pid, 3);
  assert.equal(places[0]!.leaving?.pid, 1);
  olds[0]!.end();
  await settled();
  assert.equal(places[0]!.leaving, undefined);
  successors[1]!.work();
  await settled();
  olds[1]!.end();
  await done;
  assert.deepEqual(acts, ['start 3', 'stop 1', 'start 4', 'stop 2']);
  assert.deepEqual(
    places.map(({ current }) => current?.pid),
    [3, 4],
  );
  assert.equal(logger.lines.at(-1), 'All 2 processes are new.');
});

for (const [what, ending, reason] of [
  ['ends with an exit code', { exitCode: 2, signal: null }, 'has ended with exit code 2'],
  ['is killed', { exitCode: null, signal: 'SIGKILL' }, 'was ended by SIGKILL'],
] as const) {
  test(`if the new process ${what} before it works, all old ones continue to work`, async () => {
    const { acts, successors, places, filled, logger, run } = stage();
    const done = run();
    successors[0]!.end(ending);
    await done;
    assert.deepEqual(acts, ['start 3']);
    assert.deepEqual(
      places.map(({ current, successor }) => [current?.pid, successor]),
      [
        [1, undefined],
        [2, undefined],
      ],
    );
    assert.deepEqual(filled, []);
    assert.match(logger.lines.at(-1)!, new RegExp(`^Process 1 was not replaced: pid 3 ${reason}\\. Pid 1 continues`));
    assert.match(
      logger.lines.at(-1)!,
      /Fix: see its lines above for the reason, correct it, and send SIGUSR2 again\.$/,
    );
  });
}

test('a new process that does not work in time is stopped, and all old ones continue to work', async () => {
  const { clock, acts, places, logger, run } = stage();
  const done = run();
  clock.advance(90_000);
  await done;
  assert.deepEqual(acts, ['start 3', 'stop 3']);
  assert.equal(places[0]!.current?.pid, 1);
  assert.match(logger.lines.at(-1)!, /pid 3 does not work 90 s after its start/);
  assert.deepEqual(clock.timers(), []);
});

test('if the old process ends while the new one starts, the new one takes its place', async () => {
  const { acts, olds, successors, places, run } = stage(1);
  const done = run();
  olds[0]!.end();
  successors[0]!.work();
  await done;
  assert.deepEqual(acts, ['start 2']);
  assert.equal(places[0]!.current?.pid, 2);
});

test('if both end, the place is filled again', async () => {
  const { olds, successors, filled, logger, run } = stage(1);
  const done = run();
  olds[0]!.end();
  successors[0]!.end({ exitCode: 1, signal: null });
  await done;
  assert.deepEqual(filled, [1]);
  assert.match(logger.lines.at(-1)!, /It starts again\./);
});

test('a place whose process has ended is left out, because it gets a new one anyway', async () => {
  const { acts, olds, next, run } = stage();
  olds[0]!.end();
  const successor = next();
  const done = run();
  (await successor).work();
  await settled();
  olds[1]!.end();
  await done;
  assert.deepEqual(acts, ['start 3', 'stop 2']);
});

test('nothing is replaced any more when all processes stop', async () => {
  const { acts, successors, logger, run, beginToStop } = stage();
  const done = run();
  beginToStop();
  successors[0]!.end();
  await done;
  assert.deepEqual(acts, ['start 3']);
  assert.deepEqual(logger.lines, []);
});
