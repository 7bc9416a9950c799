/** What the page reads again: only what has changed, and of an instance only its new steps. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createAdvice } from '../../../../src/cli/dev/advice/advice.ts';
import { createHistory } from '../../../../src/cli/dev/page/history/history.ts';
import { instanceDetail } from '../../../../src/cli/dev/page/queries/instance.ts';
import { rememberProcesses } from '../../../../src/cli/dev/page/remember-processes.ts';
import type { JobFacts, Sources } from '../../../../src/cli/dev/page/sources.ts';
import { adviceStamp, instanceStamp } from '../../../../src/cli/dev/page/stamps.ts';
import type { ExpectedMessage } from '../../../../src/cli/dev/session.ts';
import { createEngine, createTestClock } from '../../../../src/engine/index.ts';
import { bytes, catchEvent, chain, end, process, serviceTask, start } from '../../../engine/support/bpmn.ts';

const p = process(
  'p',
  ...chain(
    start('Start'),
    catchEvent('Paid', { message: { name: 'paid', correlationKey: '=id' } }),
    serviceTask('Work', { type: 'work' }),
    end('End'),
  ),
);

const staged = async (t: TestContext) => {
  const clock = createTestClock();
  const engine = await createEngine({ clock });
  t.after(() => engine.stop());
  const history = createHistory(engine);
  engine.on(history.add);
  await engine.deploy({ name: 'p.bpmn', content: bytes(p) });
  const facts = new Map<string, JobFacts>();
  const types = new Set(['work']);
  let expected: readonly ExpectedMessage[] = [];
  const advice = createAdvice(engine);
  const sources = {
    ...{ engine: () => engine, history, advice, jobTypes: () => types, canReload: false },
    processes: rememberProcesses({ engine, onRestore: () => {} }),
    attempts: (job: string) => facts.get(job) ?? { settled: [] },
    inbound: { expected: () => expected },
  } as unknown as Sources;
  const startOne = (id: number) => engine.createInstance({ bpmnProcessId: 'p', variables: { id } }).processInstanceKey;
  const key = startOne(1);
  const expect = (messages: readonly ExpectedMessage[]): void => {
    expected = messages;
  };
  return { engine, clock, history, advice, facts, types, sources, startOne, key, expect };
};

type Stage = Awaited<ReturnType<typeof staged>>;

const pay = ({ engine }: Stage, id: number): void =>
  void engine.publishMessage({ name: 'paid', correlationKey: String(id), timeToLive: 60_000 });

const jobOf = ({ engine, key }: Stage): string => engine.jobs(key)[0]!.key;

for (const [title, isChanged, act] of [
  [
    'another instance starts, goes on and ends',
    false,
    (stage: Stage) => {
      const other = stage.startOne(2);
      pay(stage, 2);
      stage.engine.cancelInstance(other);
    },
  ],
  [
    'a line of the log is about nothing in particular',
    false,
    ({ history }: Stage) => history.addLine({ at: 0, level: 'info', text: 'Hi' }),
  ],
  [
    'the connectors say something of another job',
    false,
    ({ facts }: Stage) => void facts.set('1', { settled: [{ took: 3 }] }),
  ],
  ['it goes on', true, (stage: Stage) => pay(stage, 1)],
  ['it is cancelled', true, ({ engine, key }: Stage) => engine.cancelInstance(key)],
  ['a variable changes', true, ({ engine, key }: Stage) => engine.setVariables(key, { a: 1 })],
  [
    'a line of the log is about it',
    true,
    ({ history, key }: Stage) => history.addLine({ at: 0, level: 'info', text: 'Hi', instance: key }),
  ],
  [
    'a message almost fits',
    true,
    ({ engine }: Stage) => void engine.publishMessage({ name: 'paid', correlationKey: '7', timeToLive: 60_000 }),
  ],
  [
    'a connector is going to publish its message',
    true,
    ({ expect }: Stage) => expect([{ connector: 'Bank', name: 'paid', key: '1' }]),
  ],
  ['there are other hints', true, ({ advice }: Stage) => advice.setHints([])],
  ['other connectors are loaded', true, ({ types }: Stage) => void types.add('more')],
  [
    'its process is deployed anew',
    true,
    ({ engine }: Stage) => engine.deploy({ name: 'p.bpmn', content: bytes(p.replaceAll('"End"', '"Over"')) }),
  ],
] as const) {
  test(`an instance is ${isChanged ? '' : 'not '}read again after ${title}`, async (t) => {
    const stage = await staged(t);
    const before = instanceStamp(stage.sources, stage.key);
    assert.equal(instanceStamp(stage.sources, stage.key), before, 'nothing has happened');
    await act(stage);
    assert.equal(instanceStamp(stage.sources, stage.key) !== before, isChanged);
  });
}

test('an instance is read again when its connector has said what it knows of a job', async (t) => {
  const stage = await staged(t);
  const { facts, sources, key } = stage;
  pay(stage, 1);
  const job = jobOf(stage);
  const seen = [instanceStamp(sources, key)];
  for (const each of [
    { settled: [], open: { input: { a: 1 } } },
    { settled: [], open: { input: { a: 1 }, returned: 2 } },
    { settled: [{ took: 3 }] },
    { settled: [{ took: 3 }, { took: 4 }] },
  ] as readonly JobFacts[]) {
    facts.set(job, each);
    seen.push(instanceStamp(sources, key));
  }
  assert.equal(new Set(seen).size, seen.length);
});

test('an unknown instance has no stamp', async (t) => {
  const { sources } = await staged(t);
  assert.equal(instanceStamp(sources, '1'), undefined);
});

test('the advice about a process is read again when there are other hints, waits or versions, and with the seconds while something waits', async (t) => {
  const stage = await staged(t);
  const { engine, advice, clock, sources, key, startOne } = stage;
  const { processDefinitionKey } = engine.instance(key)!;
  const stamp = () => adviceStamp(sources, processDefinitionKey);
  const first = stamp();
  startOne(2);
  pay(stage, 2);
  await clock.advance(5_000);
  assert.equal(stamp(), first, 'nothing waits in vain');
  advice.setWaits(key, engine.waits(key));
  const waiting = stamp();
  assert.notEqual(waiting, first);
  startOne(3);
  assert.equal(stamp(), waiting);
  await clock.advance(1_000);
  assert.notEqual(stamp(), waiting);
  advice.setWaits(key, []);
  assert.equal(stamp(), first);
  advice.setHints([]);
  assert.notEqual(stamp(), first);
});

test('a page that has the steps of an instance gets those after them; all, if some that it has are gone', async (t) => {
  const stage = await staged(t);
  const { sources, key, history } = stage;
  const all = () => instanceDetail(sources, key)!;
  const before = all();
  const last = before.history.at(-1)!.seq;
  const count = before.history.length;
  pay(stage, 1);
  const later = instanceDetail(sources, key, { count, last })!;
  assert.ok(later.history.length > 0, 'the message is a step');
  assert.deepEqual([...before.history, ...later.history], all().history);
  assert.equal(later.historyLength, all().history.length);
  const whole = { count: later.historyLength, last: later.history.at(-1)!.seq };
  assert.deepEqual(instanceDetail(sources, key, whole)?.history, []);
  for (const has of [
    { count, last: last + 1 },
    { count: count + 1, last },
    { count: 0, last: 0 },
    { count: 1_000, last },
  ]) {
    assert.deepEqual(instanceDetail(sources, key, has)?.history, all().history, JSON.stringify(has));
  }
  // Of very many lines of the log, the oldest ones are forgotten.
  for (let line = 0; line < 5_000; line += 1) history.addLine({ at: 0, level: 'info', text: 'Hi', instance: key });
  assert.deepEqual(instanceDetail(sources, key, whole)?.history.length, all().historyLength - whole.count);
  const [first] = all().history.filter(({ kind }) => kind === 'log:info');
  const withLines = { count: later.historyLength + 1, last: first!.seq - 1 };
  assert.deepEqual(instanceDetail(sources, key, withLines)?.history.length, all().historyLength);
});
