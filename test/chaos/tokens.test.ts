/** Access tokens that expire or are revoked while work goes on, and a token server that goes down. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { ConnectionInput } from '../../src/index.ts';
import { type Answer, json, startTokenServer, token } from '../connection/support/token-server.ts';
import { assertDone } from './support/checks.ts';
import { type Front, startFront } from './support/front.ts';
import { type Scene, setScene } from './support/scene.ts';
import { notSelected, size } from './support/size.ts';
import type { Worker } from './support/worker.ts';

interface Act {
  readonly scene: Scene;
  readonly front: Front;
  readonly worker: Worker;
  /** Requests that the token server has had. */
  requests(): number;
  /** What the token server answers from now on; absent: tokens. */
  answer(answer?: Answer): void;
  /** The gateway refuses all tokens that were given out so far. */
  revoke(): void;
}

interface Scenario {
  readonly name: string;
  /** Part of the selection that every test run plays. */
  readonly selected?: boolean;
  readonly fault: (act: Act) => Promise<void>;
  /** Maximum number of calls that the gateway refuses. */
  readonly refused: number;
  readonly lines: number;
  /** Seconds that a token is good for; absent: few. */
  readonly lifetime?: number;
}

const { batch, times } = size;

/** Seconds that a token is good for. */
const brief = size.long ? 4 : 1;

/** Milliseconds for which the gateway takes a token beyond its end: on a busy machine it may be long under way. */
const grace = 5_000;

/** Milliseconds between pieces of work that only keep the connection busy. */
const pace = 100;

const down: Answer = (response) => void response.socket?.destroy();

/** Keeps the connection busy until the token server has had so many requests. */
const workUntil = async ({ scene, requests }: Act, count: number): Promise<void> => {
  while (requests() < count) {
    scene.load(1);
    await scene.completed(scene.started());
    await sleep(pace);
  }
};

const scenarios: readonly Scenario[] = [
  {
    name: 'tokens expire again and again',
    refused: 20,
    lines: 4,
    fault: async (act) => {
      await workUntil(act, act.requests() + times - 1);
    },
  },
  {
    name: 'all tokens are revoked',
    selected: true,
    lifetime: 3_600,
    // Each call under way once; who comes back with the new token passes.
    refused: 150,
    lines: 6,
    fault: async ({ scene, requests, revoke }) => {
      const before = requests();
      scene.load(batch);
      revoke();
      await scene.board.until('a new token', () => requests() > before);
    },
  },
  {
    name: 'the gateway takes no token for a while',
    refused: size.long ? 600 : 200,
    lines: 8,
    fault: async ({ scene, front, worker }) => {
      front.rule(() => ({ refuse: status.UNAUTHENTICATED }));
      scene.load(batch);
      await scene.board.until('the runtime has felt it', () => worker.count('connection:lost') > 0);
      await sleep(size.fault);
    },
  },
  {
    name: 'the clock of the machine is set back, so that a token seems to be good for another hour',
    refused: 150,
    lines: 6,
    fault: async (act) => {
      const before = act.requests();
      act.worker.moveDate(-3_600_000);
      await act.scene.board.until('the time is set', () => act.worker.count('date:moved') > 0);
      act.revoke();
      await workUntil(act, before + 1);
    },
  },
  {
    name: 'the token server answers 503 and then goes down, until no token is good any more',
    refused: 20,
    lines: 8,
    fault: async ({ scene, worker, answer, requests }) => {
      answer(json(503, { error: 'temporarily_unavailable' }));
      scene.load(batch);
      await scene.board.until('the runtime has felt it', () => worker.count('connection:lost') > 0);
      answer(down);
      const before = requests();
      await sleep(size.fault);
      const most = size.long ? 12 : 4;
      assert.ok(requests() - before <= most, `${requests() - before} token requests, not more than ${most}`);
      answer();
    },
  },
];

const cloud = (grpcPort: number, oauthUrl: string): ConnectionInput => ({
  type: 'CAMUNDA_CLOUD',
  clusterId: 'chaos',
  clientId: 'client',
  clientSecret: 'a-secret-of-the-test',
  oauthUrl,
  grpcAddress: `grpc://127.0.0.1:${grpcPort}`,
});

const play = async (t: TestContext, { fault, refused, lines, lifetime = brief }: Scenario): Promise<void> => {
  const scene = await setScene(t);
  const issued = new Map<string, number>();
  const good: Answer = (response, count) => {
    issued.set(`Bearer token-${count}`, performance.now());
    token(lifetime)(response, count);
  };
  let current = good;
  const tokens = await startTokenServer(() => current);
  scene.after(tokens.stop);
  const front = await startFront(() => scene.engine().port, scene.board.changed);
  scene.after(front.stop);
  const check = (): void =>
    front.rule((_method, { authorization = '' }) =>
      performance.now() - (issued.get(authorization) ?? Number.NEGATIVE_INFINITY) < lifetime * 1000 + grace
        ? 'pass'
        : { refuse: status.UNAUTHENTICATED },
    );
  check();
  const worker = await scene.runtime(cloud(front.port, tokens.url));
  scene.load(batch);
  await scene.completed(batch / 3);
  await fault({
    scene,
    front,
    worker,
    requests: () => tokens.requests.length,
    answer: (answer = good) => {
      current = answer;
    },
    revoke: () => issued.clear(),
  });
  check();
  scene.load(batch);
  await scene.finish();
  await assertDone(scene, worker, lines);
  assert.ok(front.harmed() <= refused, `${front.harmed()} calls were refused, not more than ${refused}`);
};

suite('access tokens', { concurrency: 3 }, () => {
  for (const scenario of scenarios)
    test(scenario.name, scenario.selected === true ? {} : notSelected, (t) => play(t, scenario));
});
