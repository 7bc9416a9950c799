/** A gateway that refuses calls, or whose answers are lost: no job and no message is, and nobody calls in a hot loop. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { assertDone } from './support/checks.ts';
import { type Front, type Rule, startFront, type Verdict } from './support/front.ts';
import { direct, type Scene, setScene } from './support/scene.ts';
import { notSelected, size } from './support/size.ts';

interface Scenario {
  readonly name: string;
  readonly rule: Rule;
  /** Maximum number of requests for jobs that meet the fault; none where it is for commands only. */
  readonly requests?: number;
  /** Maximum number of lines in the runtime's log. */
  readonly lines: number;
  /** An event that the runtime must have told. */
  readonly tells?: string;
  /** Part of the selection that every test run plays. */
  readonly selected?: boolean;
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

/** Maximum number of requests for jobs in a fault: of four types, polled and pushed, with growing pauses. */
const requests = size.long ? 400 : 160;

/**
 * Maximum number of requests for jobs of one type that are refused in a row: a stream that ends may cut the pause of one
 * short.
 */
const refusals = 24;

const scenarios: readonly Scenario[] = [
  {
    name: 'RESOURCE_EXHAUSTED for all requests for jobs',
    rule: intake({ refuse: status.RESOURCE_EXHAUSTED }),
    requests,
    tells: 'poll:failed',
    lines: 12,
  },
  {
    name: 'RESOURCE_EXHAUSTED for all commands',
    rule: results({ refuse: status.RESOURCE_EXHAUSTED }),
    lines: 6,
  },
  {
    name: 'UNAVAILABLE for everything',
    rule: () => ({ refuse: status.UNAVAILABLE }),
    requests,
    tells: 'connection:lost',
    lines: 8,
  },
  {
    name: 'INTERNAL for everything',
    rule: () => ({ refuse: status.INTERNAL }),
    requests,
    lines: 12,
  },
  {
    name: 'DEADLINE_EXCEEDED instead of the answers to commands that were carried out',
    selected: true,
    rule: everyOther(results({ lose: status.DEADLINE_EXCEEDED })),
    lines: 6,
  },
  {
    name: 'DEADLINE_EXCEEDED instead of jobs that were activated',
    rule: (method) => (method === 'ActivateJobs' ? { lose: status.DEADLINE_EXCEEDED } : 'pass'),
    requests,
    lines: 12,
  },
  {
    name: 'no answer to any command, until the caller gives up',
    long: true,
    rule: results('silence'),
    lines: 6,
  },
  {
    name: 'streams of jobs that stay silent for good',
    long: true,
    // They are given up, and not left beside the requests that bring the jobs meanwhile.
    tells: 'stream:stale',
    rule: (method) => (method === 'StreamActivatedJobs' ? 'silence' : 'pass'),
    requests,
    lines: 8,
  },
];

/** The fault lasts for a while from the first call that meets it. Calls that are held for long meet it as well. */
const storm = async (scene: Scene, front: Front, { rule }: Scenario): Promise<void> => {
  front.rule(rule);
  front.cut();
  scene.load(batch);
  await scene.board.until('the fault is met', () => front.harmed() > 0);
  await sleep(size.storm);
  front.rule();
};

const play = async (t: TestContext, scenario: Scenario): Promise<void> => {
  const { lines } = scenario;
  const scene = await setScene(t);
  const front = await startFront(() => scene.engine().port, scene.board.changed);
  scene.after(front.stop);
  const worker = await scene.runtime(direct(front.port));
  scene.load(batch);
  await scene.completed(batch / 3);
  await storm(scene, front, scenario);
  scene.load(batch);
  await scene.finish();
  await assertDone(scene, worker, lines);
  const requested = front.harmed('ActivateJobs') + front.harmed('StreamActivatedJobs');
  const { requests: maxRequests = 0 } = scenario;
  assert.ok(requested <= maxRequests, `${requested} requests for jobs met the fault, not more than ${maxRequests}`);
  if (scenario.tells !== undefined) assert.ok(worker.count(scenario.tells) > 0, `${scenario.tells} was told`);
  assert.ok(worker.maxRefusals() <= refusals, `${worker.maxRefusals()} requests for one type were refused in a row`);
  assert.ok(worker.maxAttempts() <= size.attempts, `a command was sent ${worker.maxAttempts()} times`);
};

suite('a gateway that refuses', { concurrency: 3 }, () => {
  for (const scenario of scenarios.filter(({ long }) => size.long || long !== true)) {
    test(scenario.name, scenario.selected === true ? {} : notSelected, (t) => play(t, scenario));
  }
});
