/** What happens to the connection between a runtime and its gateway: nothing is lost, nothing is done twice in vain. */
import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertDone } from './support/checks.ts';
import { startProxy, type TcpProxy } from './support/proxy.ts';
import { direct, type Scene, setScene } from './support/scene.ts';
import { notSelected, size } from './support/size.ts';
import type { Worker } from './support/worker.ts';

interface Act {
  readonly scene: Scene;
  readonly proxy: TcpProxy;
  readonly worker: Worker;
}

interface Scenario {
  readonly name: string;
  /** Makes the fault, and ends it. */
  readonly fault: (act: Act) => Promise<void>;
  /** Maximum number of lines in the runtime's log. */
  readonly lines: number;
  /** Part of the selection that every test run plays. */
  readonly selected?: boolean;
  /** Only in the long form. */
  readonly long?: boolean;
}

const { batch, times } = size;

/** The runtime has felt it. */
const felt = ({ scene, worker }: Act, outages = 1): Promise<void> =>
  scene.board.until('the runtime has lost its connection', () => worker.count('connection:lost') >= outages);

const back = ({ scene, worker }: Act): Promise<void> =>
  scene.board.until(
    'the runtime has its connection back',
    () => worker.count('connection:restored') === worker.count('connection:lost'),
  );

const scenarios: readonly Scenario[] = [
  {
    name: 'the gateway is killed and comes back',
    selected: true,
    lines: 8,
    fault: async (act) => {
      await act.scene.crash();
      await felt(act);
      await sleep(size.fault);
      await act.scene.revive();
      await back(act);
    },
  },
  {
    name: 'the connection is cut',
    lines: 4 + 2 * times,
    fault: async ({ scene, proxy }) => {
      for (let time = 0; time < times; time++) {
        const accepted = proxy.accepted();
        proxy.cut();
        scene.load(2);
        await scene.board.until('another connection', () => proxy.accepted() > accepted);
      }
    },
  },
  {
    name: 'connections are refused',
    lines: 8,
    fault: async (act) => {
      await act.proxy.refuse();
      act.scene.load(batch);
      await felt(act);
      await sleep(size.fault);
      await act.proxy.accept();
      await back(act);
    },
  },
  {
    name: 'the connection swallows everything, and is reset later',
    lines: 8,
    fault: async ({ scene, proxy }) => {
      proxy.swallow();
      scene.load(batch);
      await sleep(size.fault);
      proxy.pass();
      proxy.cut();
    },
  },
  {
    // Half a minute passes until the silence is noticed, so it is for the long form.
    name: 'the connection swallows everything for good, and others are taken',
    long: true,
    lines: 8,
    fault: async (act) => {
      act.proxy.swallow();
      act.scene.load(batch);
      act.proxy.pass();
      const accepted = act.proxy.accepted();
      await act.scene.board.until('another connection', () => act.proxy.accepted() > accepted);
      await back(act);
    },
  },
  {
    name: 'the connection is slow and brings its bytes one by one',
    lines: 4,
    fault: async ({ scene, proxy }) => {
      proxy.slow({ latency: size.long ? 400 : 50, piece: 40 });
      scene.load(batch);
      await scene.completed(scene.started() - batch / 2);
      proxy.slow();
    },
  },
  {
    name: 'the connection flaps',
    lines: 4 + 2 * times,
    fault: async ({ scene, proxy }) => {
      for (let time = 0; time < times; time++) {
        await proxy.refuse();
        scene.load(2);
        await sleep(size.fault / times);
        await proxy.accept();
        await sleep(size.fault / times);
      }
    },
  },
];

const play = async (t: TestContext, { fault, lines }: Scenario): Promise<void> => {
  const scene = await setScene(t);
  const proxy = await startProxy(() => scene.engine().port, scene.board.changed);
  scene.after(proxy.stop);
  const worker = await scene.runtime(direct(proxy.port));
  scene.load(batch);
  await scene.completed(batch / 3);
  await fault({ scene, proxy, worker });
  scene.load(batch);
  await scene.finish();
  await assertDone(scene, worker, lines);
  assert.equal(worker.inHand.size, 0, 'nothing is in hand at the end');
};

suite('between a runtime and its gateway', { concurrency: 3 }, () => {
  for (const scenario of scenarios.filter(({ long }) => size.long || long !== true))
    test(scenario.name, scenario.selected === true ? {} : notSelected, (t) => play(t, scenario));
});
