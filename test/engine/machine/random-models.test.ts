import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFault } from '../../../src/common/fault.ts';
import { createMachine } from '../../../src/engine/machine/index.ts';
import type {
  CompiledResource,
  EngineEvent,
  Machine,
  MachineElement,
  MachineSnapshot,
} from '../../../src/engine/machine/types.ts';
import type { EndKind, FlowNode, Thrown, Trigger } from '../../../src/engine/model/types.ts';
import { describeWait } from '../../../src/engine/waits/describe.ts';
import { explainWaits } from '../../../src/engine/waits/explain.ts';
import { gatherFacts } from '../../../src/engine/waits/gather-facts.ts';
import { decision, dmn, table } from '../support/dmn.ts';
import { type RandomModel, randomModel } from '../support/random-model.ts';
import { renderModel } from '../support/render-model.ts';
import { checkFold, createFold, foldEvent } from './event-fold.ts';
import { checkEvents, checkState, savedState } from './invariants.ts';
import { restoredFromParts } from './restored.ts';
import { compile, compileDecisions, noon } from './support.ts';

type Pick = <T>(list: readonly T[]) => T | undefined;

const variablesOf = (small: number) => ({
  v: small === 3 ? null : small,
  c: small,
  k: `${small % 2}`,
  items: small === 2 ? 'none' : [small, 1],
});

const failure = (small: number) => ({
  retries: small % 2,
  errorMessage: 'x',
  backoff: (small % 3) * 1000,
  variables: { v: small },
});

/** The elements that an ad-hoc subprocess can activate. */
const activatable = (element: MachineElement | undefined): readonly string[] => {
  const elements = element?.variables.adHocSubProcessElements as readonly { readonly elementId: string }[] | undefined;
  return (elements ?? []).map(({ elementId }) => elementId);
};

/** What clients do, with numbers that select the targets and values. */
const commands: Readonly<Record<string, (machine: Machine, pick: Pick, small: number) => void>> = {
  create: (machine, _, small) =>
    void machine.createInstance({ bpmnProcessId: 'p', variables: { k: '0', c: 0, v: small, items: [1] } }),
  complete: (machine, pick, small) => {
    const job = pick(machine.jobs());
    if (job?.kind === 'AD_HOC_SUB_PROCESS') {
      const element = machine.elements(job.processInstanceKey).find(({ key }) => key === job.elementInstanceKey);
      const elementId = pick(activatable(element)) ?? '';
      machine.completeJob(
        job.key,
        { v: small },
        {
          type: 'adHocSubProcess',
          activateElements: small < 2 ? [] : [{ elementId, variables: { v: small } }],
          completionConditionFulfilled: small === 0,
          cancelRemainingInstances: small % 2 === 1,
        },
      );
    } else if (job?.kind !== 'TASK_LISTENER') machine.completeJob(job?.key ?? '', variablesOf(small));
    else machine.completeJob(job.key, {}, { type: 'userTask', denied: small === 4, corrections: { priority: small } });
  },
  activate: (machine, pick, small) =>
    void machine.activateJobs({
      type: pick(['a', 'b', 'io.camunda.zeebe:userTask']) ?? '',
      worker: 'w',
      timeout: 3000,
      maxJobs: small,
      fetchVariables: [],
    }),
  fail: (machine, pick, small) => machine.failJob(pick(machine.jobs())?.key ?? '', failure(small)),
  throwError: (machine, pick, small) => {
    const error = { code: pick(['E', 'F']) ?? '', errorMessage: '', variables: { v: small } };
    machine.throwError(pick(machine.jobs())?.key ?? '', error);
  },
  activateAdHoc: (machine, pick, small) => {
    const instance = pick(machine.instances())?.key ?? '';
    const element = pick(machine.elements(instance).filter(({ kind }) => kind === 'adHocSubProcess'));
    const activations = [{ elementId: pick(activatable(element)) ?? '', variables: { v: small } }];
    machine.activateAdHocActivities(element?.key ?? '', activations, small === 1);
  },
  assign: (machine, pick, small) =>
    machine.assignUserTask(pick(machine.userTasks())?.key ?? '', `user ${small}`, small < 4),
  update: (machine, pick, small) => machine.updateUserTask(pick(machine.userTasks())?.key ?? '', { priority: small }),
  startAt: (machine, pick, small) => {
    const { elementId = '' } = pick(machine.instances().flatMap(({ key }) => machine.elements(key))) ?? {};
    machine.createInstance({
      bpmnProcessId: 'p',
      variables: variablesOf(small),
      startInstructions: [{ elementId }],
      ...(small === 1 ? { runtimeInstructions: [{ terminateAfterElementId: elementId }] } : {}),
    });
  },
  modify: (machine, pick, small) => {
    const instance = pick(machine.instances())?.key ?? '';
    const elements = machine.elements(instance);
    const { elementId = '', key = '' } = pick(elements) ?? {};
    const target = elements.at(-1)?.elementId ?? '';
    machine.modifyInstance(instance, {
      ...(small < 3 ? { activate: [{ elementId }] } : {}),
      ...(small > 1 && small < 5 ? { terminate: [{ elementInstanceKey: key }] } : {}),
      ...(small === 5 ? { move: [{ source: { elementId }, targetElementId: target }] } : {}),
    });
  },
  completeTask: (machine, pick, small) =>
    machine.completeUserTask(pick(machine.userTasks())?.key ?? '', variablesOf(small)),
  publish: (machine, pick, small) =>
    void machine.publishMessage({
      name: pick(['m0', 'm1', 'm2']) ?? '',
      correlationKey: `${small % 2}`,
      messageId: '',
      timeToLive: small * 1000,
      variables: { v: small },
    }),
  broadcast: (machine, pick, small) => void machine.broadcastSignal(pick(['s0', 's1']) ?? '', { v: small }),
  setVariables: (machine, pick, small) => {
    const instance = pick(machine.instances())?.key ?? '';
    const key = pick(machine.elements(instance))?.key ?? instance;
    machine.setVariables(key, variablesOf(small), small % 2 === 0);
  },
  retry: (machine, pick) => {
    const incident = pick(machine.incidents());
    if (incident !== undefined && incident.jobKey !== '-1') machine.updateJobRetries(incident.jobKey, 1);
    machine.resolveIncident(incident?.key ?? '');
  },
  evaluateConditional: (machine, _, small) => void machine.evaluateConditional({ variables: { c: small, v: small } }),
  changePriority: (machine, pick, small) => machine.updateJobPriority(pick(machine.jobs())?.key ?? '', small - 2),
  migrate: (machine, pick) => {
    const { key = '', processDefinitionKey = '' } = pick(machine.instances()) ?? {};
    const ids = [...new Set(machine.elements(key).map(({ elementId }) => elementId))];
    machine.migrateInstance(key, {
      targetProcessDefinitionKey: processDefinitionKey,
      mappingInstructions: ids.map((id) => ({ sourceElementId: id, targetElementId: id })),
    });
  },
  assignBusinessId: (machine, pick, small) =>
    machine.assignBusinessId(pick(machine.instances())?.key ?? '', `order ${small}`),
  cancel: (machine, pick) => machine.cancelInstance(pick(machine.instances())?.key ?? ''),
};

type Step = { readonly command: string; readonly at: number; readonly small: number } | { readonly pass: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ command: fc.constantFrom(...Object.keys(commands)), at: fc.nat(), small: fc.nat(5) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ command: fc.constantFrom('complete', 'retry', 'create'), at: fc.nat(), small: fc.nat(5) }),
  },
  { weight: 1, arbitrary: fc.record({ pass: fc.constantFrom(1, 2500, 7000) }) },
);

interface Run {
  readonly machine: Machine;
  readonly events: EngineEvent[];
  readonly now: () => number;
  readonly take: (step: Step) => void;
}

const startRun = (
  resources: readonly CompiledResource[],
  from?: { readonly snapshot: MachineSnapshot; readonly at: number },
): Run => {
  let time = from?.at ?? noon;
  const events: EngineEvent[] = [];
  const options = { now: () => time, onEvent: (event: EngineEvent) => void events.push(event) };
  const machine = createMachine(options, from && { snapshot: from.snapshot, resources });
  if (from === undefined) machine.deploy(resources);
  const take = (next: Step): void => {
    if ('pass' in next) {
      time += next.pass;
      machine.advance();
      return;
    }
    const pick: Pick = (list) => list[next.at % Math.max(1, list.length)];
    try {
      commands[next.command]?.(machine, pick, next.small);
    } catch (error) {
      if (!isFault(error, 'rejection')) throw error;
    }
  };
  return { machine, events, now: () => time, take };
};

/** Cancels what is left, lets messages expire, and checks that nothing remains. */
const finish = ({ machine, take }: Run): void => {
  // The timer of a start event fires.
  take({ pass: 20_000 });
  for (let rounds = 0; rounds < 20 && machine.instances().some(({ state }) => state === 'ACTIVE'); rounds++) {
    // A buffered message starts an instance when the one before it has ended.
    for (const { key } of machine.instances()) {
      try {
        machine.cancelInstance(key);
      } catch (error) {
        // It has ended, is being cancelled, or is called by another one.
        if (!isFault(error, 'rejection')) throw error;
      }
    }
    take({ pass: 10_000 });
    // Listeners to the cancellation of tasks and processes are called before these end.
    take({ command: 'retry', at: rounds, small: 0 });
    for (const { key, state } of machine.jobs()) if (state === 'ACTIVATABLE') machine.completeJob(key, {});
  }
  take({ pass: 10_000_000 });
  const { elements, jobs, incidents, waits, messages, userTasks = [] } = savedState(machine);
  assert.deepEqual(
    { elements, jobs, incidents, waits, messages, userTasks },
    { elements: [], jobs: [], incidents: [], waits: [], messages: [], userTasks: [] },
  );
  assert.equal(machine.nextDue(), undefined, 'nothing is scheduled any more');
};

/** The decision of business rule tasks; with some variables it fails. */
const rules = await compileDecisions(
  dmn(
    decision(
      'd',
      table({
        inputs: ['v'],
        rules: [
          ['4', 'assert(v, false)'],
          ['> 1', '"big"'],
        ],
      }),
    ),
  ),
);

/** Every active instance waits for something. */
const checkWaits = (machine: Machine, now: number): void => {
  for (const { key, state } of machine.instances()) {
    if (state !== 'ACTIVE') continue;
    const waits = explainWaits(gatherFacts(machine, key, { now, workers: [] }), key);
    assert.ok(
      waits.length > 0,
      `the instance waits for something at ${machine.elements(key).map(({ elementId }) => elementId)}`,
    );
    for (const wait of waits) assert.doesNotMatch(describeWait(wait, now), /\bundefined\b|\bNaN\b/);
  }
};

const entered = new Set<string>();

/** Runs a model; halfway, a copy is restored from a snapshot, and must go on in the same way. */
const play = async (model: RandomModel, first: readonly Step[], second: readonly Step[]): Promise<void> => {
  const resource = await compile(renderModel(model));
  const resources = [resource, rules];
  const run = startRun(resources);
  const fold = createFold();
  let folded = 0;
  const check = (): void => {
    checkState(run.machine, resource);
    for (const event of run.events.slice(folded)) foldEvent(fold, event);
    folded = run.events.length;
    checkFold(run.machine, fold);
    checkWaits(run.machine, run.now());
  };
  for (const each of first) {
    run.take(each);
    check();
  }
  const snapshot = JSON.parse(JSON.stringify(run.machine.snapshot())) as MachineSnapshot;
  const copy = startRun(resources, { snapshot, at: run.now() });
  assert.deepEqual(copy.machine.snapshot(), run.machine.snapshot());
  const before = run.events.length;
  const parts = run.machine.snapshotParts(1);
  const taken = [parts.next().value!];
  for (const each of second) {
    run.take(each);
    copy.take(each);
    check();
    taken.push(...[parts.next().value ?? []].flat());
  }
  taken.push(...parts);
  assert.deepEqual(restoredFromParts(taken, resources, () => snapshot.time ?? 0).snapshot(), snapshot);
  assert.deepEqual(copy.events, run.events.slice(before));
  assert.deepEqual(copy.machine.snapshot(), run.machine.snapshot());
  checkEvents(run.events);
  for (const event of run.events) {
    if (event.kind !== 'element:activated') continue;
    const { kind, elementId } = event.element;
    entered.add(kind === 'multiInstanceBody' ? kind : `${kind}:${elementId.replace(/\d+$/, '')}`);
  }
  finish(run);
};

type Play = [model: RandomModel, first: Step[], second: Step[]];

const plain = { loop: 0, mappings: 0, listeners: 0, events: [], isUndone: false } as const;
const service = { kind: 'task', task: 'service', ...plain } as const;
const complete: Step = { command: 'complete', at: 0, small: 0 };

/** A message ends the instance of a called process that waits for it as well. */
const endedByItsOwnMessage: Play = [
  {
    body: { blocks: [{ kind: 'call', way: 0, ...plain }], end: 'none' },
    hasListeners: false,
    hasPriority: false,
    starts: [],
    inside: [{ event: 'message', body: { blocks: [service], end: 'none' } }],
    child: { blocks: [{ ...service, events: ['message'] }], end: 'none' },
  },
  [],
  [{ command: 'publish', at: 0, small: 0 }],
];

/** Compensation of a task inside a subprocess with a handler of its own, from both. */
const compensated: Play = [
  {
    body: {
      blocks: [
        {
          ...plain,
          kind: 'sub',
          body: { blocks: [{ ...service, isUndone: true }], end: 'none' },
          inside: [],
          isUndone: true,
        },
        { kind: 'throw', thrown: 'compensation' },
      ],
      end: 'compensation',
    },
    hasListeners: false,
    hasPriority: false,
    starts: [],
    inside: [],
    child: { blocks: [service], end: 'none' },
  },
  [complete],
  [complete, complete],
];

type Triggered = (FlowNode & { readonly kind: 'boundaryEvent' })['trigger']['kind'];

/** What a node shows of the grammar. */
const factsOf = (node: FlowNode): readonly string[] => [
  node.kind,
  ...('trigger' in node && node.trigger !== undefined ? [`${node.kind} ${node.trigger.kind}`] : []),
  ...(node.kind === 'endEvent' ? [`end ${node.end.kind}`] : []),
  ...(node.kind === 'throwEvent' ? [`throws ${node.thrown.kind}`] : []),
  ...(node.kind === 'throwEvent' && 'activity' in node.thrown ? ['compensated one'] : []),
  ...(node.kind === 'jobTask' && node.job.priority !== undefined ? ['priority'] : []),
  ...(node.loop === undefined ? [] : [node.loop.sequential ? 'sequential loop' : 'loop']),
  ...Object.keys(node.listeners ?? {}),
];

const steps = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: length / 4, maxLength: length, size: 'max' });

test('random models of all elements never fail, keep the invariants, go on in the same way after a snapshot, and leave nothing behind', async () => {
  const create: Step = { command: 'create', at: 0, small: 1 };
  await fc.assert(
    fc.asyncProperty(randomModel, steps(40), steps(20), (model, first, second) =>
      play(model, [create, ...first], second),
    ),
    { numRuns: 80, examples: [endedByItsOwnMessage, compensated] },
  );
  assert.ok(entered.size >= 24, `Not enough kinds of elements were entered: ${[...entered].join(', ')}`);
});

test('the grammar has every kind of element, event and end that the engine runs', async () => {
  const kinds: Readonly<Record<FlowNode['kind'], true>> = {
    ...{ startEvent: true, endEvent: true, throwEvent: true, catchEvent: true, boundaryEvent: true, passThrough: true },
    ...{ jobTask: true, jobUserTask: true, userTask: true, scriptTask: true, decisionTask: true, receiveTask: true },
    ...{ callActivity: true, subProcess: true, eventSubProcess: true, adHocSubProcess: true, adHocInnerInstance: true },
    ...{ exclusiveGateway: true, inclusiveGateway: true, parallelGateway: true, eventBasedGateway: true },
  };
  const waited: Readonly<Record<Trigger['kind'], true>> = { message: true, timer: true, signal: true, condition: true };
  const caught: Readonly<Record<Triggered, true>> = {
    ...waited,
    ...{ error: true, escalation: true, compensation: true },
  };
  const ends: Readonly<Record<EndKind['kind'], true>> = {
    ...{ none: true, terminate: true, error: true, signal: true, escalation: true, compensation: true },
  };
  const thrown: Readonly<Record<Thrown['kind'], true>> = {
    ...{ signal: true, escalation: true, compensation: true, link: true },
  };
  const features = ['loop', 'sequential loop', 'start', 'end', 'beforeAll', 'creating', 'compensated one', 'priority'];
  const missing = new Set([
    ...Object.keys(kinds),
    ...Object.keys(waited).flatMap((kind) => [`startEvent ${kind}`, `catchEvent ${kind}`]),
    ...Object.keys(caught).map((kind) => `boundaryEvent ${kind}`),
    ...Object.keys(ends).map((kind) => `end ${kind}`),
    ...Object.keys(thrown).map((kind) => `throws ${kind}`),
    ...features,
  ]);
  for (const model of fc.sample(randomModel, { numRuns: 300, seed: 7 })) {
    if (missing.size === 0) break;
    const { processes } = await compile(renderModel(model));
    for (const { nodes } of processes)
      for (const node of nodes.values()) for (const fact of factsOf(node)) missing.delete(fact);
  }
  assert.deepEqual([...missing], []);
});
