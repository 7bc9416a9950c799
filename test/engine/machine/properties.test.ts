import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { isFault } from '../../../src/common/fault.ts';
import { createMachine } from '../../../src/engine/machine/index.ts';
import type {
  CompiledResource,
  EngineEvent,
  Machine,
  MachineInstance,
  MachineSnapshot,
} from '../../../src/engine/machine/types.ts';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  exclusiveGateway,
  file,
  flow,
  parallelGateway,
  path,
  processPart,
  receiveTask,
  serviceTask,
  start,
  subProcess,
} from '../support/bpmn.ts';
import { checkFold, createFold, foldEvent } from './event-fold.ts';
import { checkEvents, checkState, savedState } from './invariants.ts';
import { restoredFromParts } from './restored.ts';
import { compile, noon } from './support.ts';

/** Processes that together use everything in the machine. */
const models = file(
  processPart(
    'p',
    {},
    start(),
    parallelGateway('fork'),
    subProcess(
      'sub',
      { inputs: { x: '=x' }, outputs: { y: '=assert(x, x != 3)' } },
      start('s'),
      exclusiveGateway('xor', { default: 'xor-wait' }),
      serviceTask('task', { type: 'a', retries: '=if x = 2 then null else 3' }),
      receiveTask('wait', { message: 'm' }),
      end('stop', { terminate: true }),
      end('fails', { error: 'F' }),
      boundary('again', 'task', { duration: 'PT20S', interrupting: false }),
      ...path('s', 'xor'),
      flow('xor', 'task', { condition: '=x > 0' }),
      flow('xor', 'wait'),
      ...path('task', 'stop'),
      ...path('again', 'fails'),
      ...path('wait', 'stop'),
    ),
    boundary('tick', 'sub', { cycle: 'R2/PT10S', interrupting: false }),
    boundary('caught', 'sub', { error: 'E' }),
    boundary('called', 'sub', { message: 'n' }),
    serviceTask('other', { type: 'b', outputs: { z: '=x' } }),
    parallelGateway('join'),
    serviceTask('after', { type: 'a' }),
    end(),
    ...path('start', 'fork', 'sub', 'join', 'after', 'end'),
    ...path('fork', 'other', 'join'),
    ...path('tick', 'end'),
    ...path('caught', 'join'),
    ...path('called', 'join'),
  ),
  processPart(
    'q',
    {},
    start('byKey', { message: 'm' }),
    eventBasedGateway('which'),
    catchEvent('message', { message: 'n' }),
    catchEvent('time', { duration: '=d' }),
    serviceTask('t', { type: 'b', inputs: { chance: '=random number()', id: '=uuid()' } }),
    exclusiveGateway('merge'),
    end('e'),
    ...path('byKey', 'merge', 'which', 'message', 't', 'e'),
    ...path('which', 'time', 'merge'),
  ),
  processPart('r', {}, ...chain(start('timed', { cycle: 'R5/PT1M' }), serviceTask('u', { type: 'b' }), end('f'))),
);

let resources: readonly CompiledResource[] = [];
before(async () => {
  resources = [await compile(models)];
});

type Command = (machine: Machine, pick: <T>(list: readonly T[]) => T | undefined, small: number) => void;

const failure = (retries: number, backoff: number) => ({
  retries,
  errorMessage: 'x',
  backoff,
  variables: { v: retries },
});

const commands: Readonly<Record<string, Command>> = {
  create: (machine, _, small) => {
    machine.createInstance({ bpmnProcessId: 'p', variables: { x: small, key: `${small % 2}`, d: 'PT5S' } });
  },
  createNothing: (machine) => void machine.createInstance({ bpmnProcessId: 'q' }),
  publish: (machine, pick, small) => {
    const name = pick(['m', 'n']) ?? '';
    const messageId = small === 3 ? 'id' : '';
    const variables = { key: `${small % 2}`, d: small === 1 ? null : 'PT5S', x: small };
    const timeToLive = small < 2 ? 0 : 15_000;
    machine.publishMessage({
      name,
      correlationKey: small === 4 ? '' : `${small % 2}`,
      messageId,
      timeToLive,
      variables,
    });
  },
  activate: (machine, pick, small) => {
    const type = pick(['a', 'b']) ?? '';
    machine.activateJobs({
      type,
      worker: 'w',
      timeout: 12_000,
      maxJobs: small,
      fetchVariables: small === 1 ? ['x'] : [],
    });
  },
  push: (machine, pick) => {
    machine.activateJob(pick(machine.jobs())?.key ?? '', { worker: '', timeout: 7000, fetchVariables: [] });
  },
  giveBack: (machine, pick) => machine.returnJob(pick(machine.jobs())?.key ?? ''),
  complete: (machine, pick, small) => machine.completeJob(pick(machine.jobs())?.key ?? '', { x: small }),
  fail: (machine, pick, small) =>
    machine.failJob(pick(machine.jobs())?.key ?? '', failure(small % 3, (small % 2) * 8000)),
  throwError: (machine, pick, small) => {
    const code = pick(['E', 'F']) ?? '';
    machine.throwError(pick(machine.jobs())?.key ?? '', { code, errorMessage: '', variables: { x: small } });
  },
  retries: (machine, pick, small) => machine.updateJobRetries(pick(machine.jobs())?.key ?? '', small),
  timeout: (machine, pick, small) => machine.updateJobTimeout(pick(machine.jobs())?.key ?? '', small * 1000),
  resolve: (machine, pick) => machine.resolveIncident(pick(machine.incidents())?.key ?? ''),
  setVariables: (machine, pick, small) => {
    const instance = pick(machine.instances())?.key ?? '';
    const key = pick(machine.elements(instance))?.key ?? instance;
    machine.setVariables(key, { x: small, d: 'PT5S', key: '1' }, small % 2 === 0);
  },
  cancel: (machine, pick) => machine.cancelInstance(pick(machine.instances())?.key ?? ''),
  modify: (machine, pick, small) => {
    const instance = pick(machine.instances().filter(({ bpmnProcessId }) => bpmnProcessId === 'p'));
    const ended = pick(machine.elements(instance?.key ?? ''));
    const target = pick(['other', 'task', 'wait', 'after', 'sub']) ?? '';
    machine.modifyInstance(instance?.key ?? '', {
      activate: small < 4 ? [{ elementId: target, variables: [{ variables: { x: small, key: '1' } }] }] : [],
      terminate: small > 1 && ended !== undefined ? [{ elementInstanceKey: ended.key }] : [],
    });
  },
  remove: (machine, pick, small) => {
    if (small > 3) machine.deleteResource(pick(machine.processes())?.processDefinitionKey ?? '');
  },
  deploy: (machine, _, small) => {
    const name = small === 0 ? 'other.bpmn' : 'p.bpmn';
    machine.deploy(resources.map((resource) => ({ ...resource, name })));
  },
};

type Step = { readonly command: string; readonly at: number; readonly small: number } | { readonly pass: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ command: fc.constantFrom(...Object.keys(commands)), at: fc.nat(), small: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ pass: fc.constantFrom(1, 1000, 9000, 61_000) }) },
  { weight: 2, arbitrary: fc.record({ command: fc.constant('create'), at: fc.nat(), small: fc.nat(5) }) },
);

interface Run {
  readonly machine: Machine;
  readonly events: EngineEvent[];
  readonly take: (step: Step) => void;
}

const startRun = (from?: { readonly snapshot: MachineSnapshot; readonly at: number }, seed?: number): Run => {
  let time = from?.at ?? noon;
  const events: EngineEvent[] = [];
  const options = {
    now: () => time,
    onEvent: (event: EngineEvent) => void events.push(event),
    ...(seed === undefined ? {} : { seed }),
  };
  const files = from?.snapshot.resources.map(({ name }) => ({ ...resources[0]!, name })) ?? [];
  const machine = createMachine(options, from && { snapshot: from.snapshot, resources: files });
  if (from === undefined) machine.deploy(resources);
  const take = (next: Step): void => {
    if ('pass' in next) {
      time += next.pass;
      machine.advance();
      return;
    }
    const pick = <T>(list: readonly T[]): T | undefined => list[next.at % Math.max(1, list.length)];
    try {
      commands[next.command]?.(machine, pick, next.small);
    } catch (error) {
      if (!isFault(error, 'rejection')) throw error;
    }
  };
  return { machine, events, take };
};

const active = (machine: Machine): readonly MachineInstance[] =>
  machine.instances().filter(({ state }) => state === 'ACTIVE');

const isActive = (machine: Machine): boolean => active(machine).length > 0;

const cancelAll = (machine: Machine): void => {
  for (const { key } of active(machine)) machine.cancelInstance(key);
};

test('random commands only give rejections, keep the token counts correct, end everything once, and leave nothing behind', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
      const run = startRun();
      for (const each of steps) {
        run.take(each);
        checkState(run.machine, resources[0]!);
      }
      checkEvents(run.events);
      for (const { kind } of run.events) reached.add(kind);
      const { machine } = run;
      // After a cancellation, a buffered message can start the next instance. Later, messages and timers end.
      for (let round = 0; round < 2; round++) {
        for (let left = steps.length; left > 0 && isActive(machine); left--) cancelAll(machine);
        run.take({ pass: 10_000_000 });
      }
      cancelAll(machine);
      const { elements, jobs, incidents, waits, messages } = savedState(machine);
      assert.deepEqual(
        { elements, jobs, incidents, waits, messages },
        { elements: [], jobs: [], incidents: [], waits: [], messages: [] },
      );
      assert.equal(machine.nextDue(), undefined);
    }),
    { numRuns: 75 },
  );
  assert.ok(reached.size >= 18, `Not enough event kinds were reached: ${[...reached].join(', ')}`);
});

const same = (first: readonly Step[], second: readonly Step[]): void => {
  const run = startRun();
  for (const each of first) run.take(each);
  const snapshot = JSON.parse(JSON.stringify(run.machine.snapshot())) as MachineSnapshot;
  const at = first.reduce((sum, each) => sum + ('pass' in each ? each.pass : 0), noon);
  const copy = startRun({ snapshot, at });
  assert.deepEqual(copy.machine.snapshot(), run.machine.snapshot());
  run.events.length = 0;
  for (const each of second) {
    run.take(each);
    copy.take(each);
  }
  assert.deepEqual(copy.events, run.events);
  assert.deepEqual(copy.machine.snapshot(), run.machine.snapshot());
};

test('a machine that is restored at any point continues in the same way', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), fc.array(step, { maxLength: 20, size: 'max' }), same),
    {
      numRuns: 50,
      // Two processes wait for one message. The first instance of the one that waited first is cancelled.
      examples: [
        [
          [
            { command: 'create', at: 0, small: 2 },
            { command: 'publish', at: 0, small: 0 },
            { command: 'create', at: 0, small: 0 },
            { command: 'cancel', at: 0, small: 0 },
          ],
          [{ command: 'publish', at: 1, small: 0 }],
        ],
      ],
    },
  );
});

test('the parts of a snapshot are the state at its beginning, whatever commands run between them', () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }),
      fc.array(step, { minLength: 5, maxLength: 30, size: 'max' }),
      fc.constantFrom(0, 1, 3),
      (first, second, pace) => {
        const run = startRun();
        for (const each of first) run.take(each);
        const before = run.machine.snapshot();
        const files = before.resources.map(({ name }) => ({ ...resources[0]!, name }));
        const parts = run.machine.snapshotParts(1);
        const taken = [parts.next().value!];
        for (const each of second) {
          run.take(each);
          for (let count = 0; count < pace; count++) taken.push(...[parts.next().value ?? []].flat());
        }
        taken.push(...parts);
        assert.deepEqual(restoredFromParts(taken, files, () => before.time ?? 0).snapshot(), before);
      },
    ),
    { numRuns: 75 },
  );
});

test('subscriptions, timers and variables follow from the events', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), (steps) => {
      const run = startRun();
      const fold = createFold();
      for (const each of steps) {
        run.take(each);
        for (const event of run.events) foldEvent(fold, event);
        run.events.length = 0;
        checkFold(run.machine, fold);
      }
    }),
    { numRuns: 50 },
  );
});

test('the same commands at the same times have the same events, keys and state', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }), fc.nat(), (steps, seed) => {
      const [first, second] = [startRun(undefined, seed), startRun(undefined, seed)];
      for (const each of steps) {
        first.take(each);
        second.take(each);
      }
      assert.deepEqual(second.events, first.events);
      assert.deepEqual(second.machine.snapshot(), first.machine.snapshot());
    }),
    { numRuns: 60 },
  );
});

test('case 129: 1,000 instances and a worker of 32 jobs: all complete, each exactly once', async () => {
  const run = startRun();
  run.machine.deploy([
    await compile(file(processPart('s', {}, ...chain(start(), serviceTask('t', { type: 'z' }), end()))), 's.bpmn'),
  ]);
  for (let count = 0; count < 1000; count++) run.machine.createInstance({ bpmnProcessId: 's' });
  let handed = 0;
  for (;;) {
    const jobs = run.machine.activateJobs({ type: 'z', worker: 'w', timeout: 1000, maxJobs: 32, fetchVariables: [] });
    if (jobs.length === 0) break;
    handed += jobs.length;
    for (const { key } of jobs) run.machine.completeJob(key, {});
  }
  assert.equal(handed, 1000);
  assert.equal(run.events.filter(({ kind }) => kind === 'instance:completed').length, 1000);
  checkEvents(run.events);
  assert.deepEqual(savedState(run.machine).elements, []);
});
