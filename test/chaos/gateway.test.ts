/** A gateway that refuses calls, or whose answers are lost: no job and no message is, and nobody calls in a hot loop. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import {
  assertEndedWell,
  assertNothingLost,
  assertQuiet,
  assertRanOnce,
  assertRunsAccounted,
} from './support/checks.ts';
import { type Front, type Rule, startFront, type Verdict } from './support/front.ts';
import { direct, type Scene, setScene } from './support/scene.ts';
import { size } from './support/size.ts';

interface Scenario {
  readonly name: string;
  readonly rule: Rule;
  /** Most calls that meet the fault: the commands in hand and the requests for jobs, each with growing pauses. */
  readonly calls: number;
  /** Most lines in the runtime's log. */
  readonly lines: number;
  /** The connection is cut when the fault begins, so that what lives long meets it too. */
  readonly cut?: boolean;
  /** Only in the long form. */
  readonly long?: boolean;
}

const { batch } = size;

const isIntake = (method: string): boolean => method === 'ActivateJobs' || method === 'StreamActivatedJobs';
const intake =
  (verdict: Verdict): Rule =>
  (method) =>
    isIntake(method) ? verdict : 'pass';
const results =
  (verdict: Verdict): Rule =>
  (method) =>
    isIntake(method) ? 'pass' : verdict;

/** Every other call, beginning with the first. */
const everyOther = (rule: Rule): Rule => {
  const seen = new Map<string, number>();
  return (method, headers) => {
    const before = seen.get(method) ?? 0;
    seen.set(method, before + 1);
    return before % 2 === 0 ? rule(method, headers) : 'pass';
  };
};

// In hand are 32 jobs and as many activations at most, and what begins the subscriptions.
const perCommand = size.long ? 12 : 6;
const commands = 120 * perCommand;
const requests = 12 * perCommand;

const scenarios: readonly Scenario[] = [
  {
    name: 'RESOURCE_EXHAUSTED for all requests for jobs',
    rule: intake({ refuse: status.RESOURCE_EXHAUSTED }),
    calls: requests,
    lines: 12,
  },
  {
    name: 'RESOURCE_EXHAUSTED for all commands',
    rule: results({ refuse: status.RESOURCE_EXHAUSTED }),
    calls: commands,
    lines: 4,
  },
  {
    name: 'UNAVAILABLE for everything',
    rule: () => ({ refuse: status.UNAVAILABLE }),
    calls: commands + requests,
    lines: 6,
  },
  {
    name: 'INTERNAL for everything',
    rule: () => ({ refuse: status.INTERNAL }),
    calls: commands + requests,
    lines: 12,
  },
  {
    name: 'DEADLINE_EXCEEDED instead of the answers to commands that were carried out',
    rule: everyOther(results({ lose: status.DEADLINE_EXCEEDED })),
    calls: commands,
    lines: 4,
  },
  {
    name: 'DEADLINE_EXCEEDED instead of jobs that were handed out',
    rule: (method) => (method === 'ActivateJobs' ? { lose: status.DEADLINE_EXCEEDED } : 'pass'),
    calls: requests,
    lines: 12,
  },
  {
    name: 'no answer to any command, until the caller gives up',
    long: true,
    rule: results('silence'),
    calls: commands,
    lines: 4,
  },
  {
    name: 'streams of jobs that stay silent for good',
    long: true,
    cut: true,
    rule: (method) => (method === 'StreamActivatedJobs' ? 'silence' : 'pass'),
    calls: requests,
    lines: 8,
  },
];

/** The fault lasts from the first call that meets it for a while, and goes on until there were some. */
const storm = async (scene: Scene, front: Front, { rule, cut = false }: Scenario): Promise<void> => {
  front.rule(rule);
  if (cut) front.cut();
  scene.load(batch);
  await scene.board.until('the fault is met', () => front.harmed() > 0);
  await sleep(size.fault);
  front.rule();
};

const play = async (t: TestContext, scenario: Scenario): Promise<void> => {
  const { calls, lines } = scenario;
  const scene = await setScene(t);
  const front = await startFront(() => scene.engine().port, scene.board.changed);
  scene.after(front.stop);
  const worker = await scene.runtime(direct(front.port));
  scene.load(batch);
  await scene.completed(batch / 3);
  await storm(scene, front, scenario);
  scene.load(batch);
  await scene.finish();
  assertNothingLost(scene);
  assertRanOnce(scene, [worker]);
  assertRunsAccounted(scene, [worker]);
  assertEndedWell(await worker.end('SIGTERM'));
  assertQuiet(worker, lines);
  assert.ok(front.harmed() <= calls, `${front.harmed()} calls met the fault, not more than ${calls}`);
};

suite('a gateway that refuses', { concurrency: 3 }, () => {
  for (const scenario of scenarios.filter(({ long }) => size.long || long !== true)) {
    test(scenario.name, (t) => play(t, scenario));
  }
});
