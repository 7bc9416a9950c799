/** Case 177: the faults of a REST gateway and of what stands before it. Nothing is lost, nothing is done twice in vain. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDone, assertEndedWell, assertNothingLost, assertRunsAccounted } from './support/checks.ts';
import {
  isRequestForJobs,
  type RestFront,
  type RestRule,
  type RestVerdict,
  startRestFront,
} from './support/rest-front.ts';
import { type Scene, setScene } from './support/scene.ts';
import { notSelected, size } from './support/size.ts';

interface Scenario {
  readonly name: string;
  readonly rule: RestRule;
  /** Most requests for jobs that meet the fault; none where it is for commands only. */
  readonly requests?: number;
  /** Most lines in the log: four of its start and end, and two for each of the two cuts. */
  readonly lines: number;
  /** An event that the runtime must have told. */
  readonly tells?: string;
  /** Part of the selection that every test run plays. */
  readonly selected?: boolean;
  /** Only in the long form. */
  readonly long?: boolean;
}

const { batch, times } = size;

const intake =
  (verdict: RestVerdict): RestRule =>
  (call) =>
    isRequestForJobs(call) ? verdict : 'pass';
const results =
  (verdict: RestVerdict): RestRule =>
  (call) =>
    isRequestForJobs(call) ? 'pass' : verdict;

/** Every other call of a kind, beginning with the first. */
const everyOther = (rule: RestRule): RestRule => {
  const seen = new Map<string, number>();
  return (call) => {
    const kind = call.replace(/\d+/g, '');
    const before = seen.get(kind) ?? 0;
    seen.set(kind, before + 1);
    return before % 2 === 0 ? rule(call) : 'pass';
  };
};

/** Most requests for jobs in a fault: of four types, with growing pauses. */
const requests = size.long ? 400 : 160;

const refusals = 24;

const page = '<html><body>Log in</body></html>';

const scenarios: readonly Scenario[] = [
  { name: '429 for all requests for jobs', rule: intake({ refuse: 429 }), requests, tells: 'poll:failed', lines: 12 },
  {
    name: '429 with Retry-After for all requests for jobs',
    rule: intake({ refuse: 429, retryAfter: 1 }),
    requests: size.long ? 100 : 40,
    tells: 'poll:failed',
    lines: 12,
  },
  { name: '503 for all commands', rule: results({ refuse: 503 }), lines: 8 },
  {
    name: 'the page of a proxy with 502 for everything',
    rule: () => ({ refuse: 502, page }),
    requests,
    tells: 'connection:lost',
    lines: 8,
  },
  {
    name: 'a login page with 200 for everything',
    selected: true,
    rule: () => ({ refuse: 200, page }),
    requests,
    tells: 'connection:lost',
    lines: 8,
  },
  { name: '500 for everything', rule: () => ({ refuse: 500 }), requests, lines: 12 },
  {
    name: '504 instead of the answers to commands that were carried out',
    selected: true,
    rule: everyOther(results({ lose: 504 })),
    lines: 8,
  },
  { name: '504 instead of jobs that were activated', rule: intake({ lose: 504 }), requests, lines: 12 },
  { name: 'half of the answers', rule: everyOther(() => ({ halve: true })), requests, lines: 10 },
  { name: 'connections that end instead of an answer', rule: everyOther(() => 'reset'), requests, lines: 10 },
  { name: 'no answer to any command, until the caller gives up', long: true, rule: results('silence'), lines: 8 },
  { name: 'no answer to requests for jobs', long: true, rule: intake('silence'), requests, lines: 8 },
];

const connection = (front: RestFront) => ({ restAddress: front.address });

/** The fault lasts for a while from the first call that meets it. Requests that are held for long meet it as well. */
const storm = async (scene: Scene, front: RestFront, { rule }: Scenario): Promise<void> => {
  front.rule(rule);
  front.cut();
  scene.load(batch);
  await scene.board.until('the fault is met', () => front.harmed() > 0);
  await sleep(size.storm);
  front.rule();
  // What is still held belongs to the fault.
  front.cut();
};

const setUp = async (t: TestContext): Promise<{ readonly scene: Scene; readonly front: RestFront }> => {
  const scene = await setScene(t, { rest: true });
  const front = await startRestFront(() => scene.engine().restAddress!, scene.board.changed);
  scene.after(front.stop);
  return { scene, front };
};

const play = async (t: TestContext, scenario: Scenario): Promise<void> => {
  const { scene, front } = await setUp(t);
  const worker = await scene.runtime(connection(front));
  scene.load(batch);
  await scene.completed(batch / 3);
  await storm(scene, front, scenario);
  scene.load(batch);
  await scene.finish();
  await assertDone(scene, worker, scenario.lines);
  const { requests: most = 0 } = scenario;
  assert.ok(
    front.harmedRequests() <= most,
    `${front.harmedRequests()} requests for jobs met the fault, not more than ${most}`,
  );
  if (scenario.tells !== undefined) assert.ok(worker.count(scenario.tells) > 0, `${scenario.tells} was told`);
  assert.ok(worker.maxRefusals() <= refusals, `${worker.maxRefusals()} requests for one type were refused in a row`);
  assert.ok(worker.maxAttempts() <= size.attempts, `a command was sent ${worker.maxAttempts()} times`);
};

suite('a REST gateway that fails', { concurrency: 3 }, () => {
  for (const scenario of scenarios.filter(({ long }) => size.long || long !== true)) {
    test(scenario.name, scenario.selected === true ? {} : notSelected, (t) => play(t, scenario));
  }

  test('the gateway is killed and comes back', notSelected, async (t) => {
    const { scene, front } = await setUp(t);
    const worker = await scene.runtime(connection(front));
    scene.load(batch);
    await scene.completed(batch / 3);
    await scene.crash();
    await scene.board.until('the runtime has lost its connection', () => worker.count('connection:lost') > 0);
    await sleep(size.fault);
    await scene.revive();
    scene.load(batch);
    await scene.finish();
    await assertDone(scene, worker, 8);
  });

  test('the connections are cut again and again', notSelected, async (t) => {
    const { scene, front } = await setUp(t);
    const worker = await scene.runtime(connection(front));
    for (let time = 0; time < times; time++) {
      scene.load(batch);
      await scene.completed(time * batch + batch / 3);
      const before = front.requests();
      front.cut();
      // Until then, the engine may hand jobs to requests that have ended.
      await scene.board.until('the runtime asks again', () => front.requests() > before);
    }
    await scene.finish();
    await assertDone(scene, worker, 4 + 2 * times);
  });

  test('a runtime is killed, and another one goes on over gRPC', notSelected, async (t) => {
    const { scene, front } = await setUp(t);
    const first = await scene.runtime(connection(front));
    scene.load(batch);
    await scene.completed(batch / 3);
    await first.end('SIGKILL');
    const second = await scene.runtime({ type: 'INSECURE', hostname: '127.0.0.1', port: scene.engine().port });
    scene.load(batch);
    await scene.finish();
    assertNothingLost(scene);
    assertRunsAccounted(scene, [first, second]);
    assertEndedWell(await second.end('SIGTERM'));
  });
});
