import assert from 'node:assert/strict';
import type { SavedState } from '../../../src/engine/machine/snapshot/saved-state.ts';
import type { CompiledResource, EngineEvent, Machine } from '../../../src/engine/machine/types.ts';
import type { FlowNode } from '../../../src/engine/model/types.ts';

/** The state in a snapshot of a machine. */
export const savedState = (machine: Machine): SavedState => machine.snapshot().state as unknown as SavedState;

type Saved = SavedState['elements'][number];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** Checks what must be true between two commands. */
export const checkState = (machine: Machine, { processes }: CompiledResource): void => {
  const { elements, jobs, incidents, waits, definitions, userTasks = [] } = savedState(machine);
  const byKey = new Map(elements.map((element) => [element.key, element]));
  const children = new Map<number, number>();
  for (const { scope } of elements) if (scope !== null) children.set(scope, (children.get(scope) ?? 0) + 1);
  const nodeOf = ({ definition, node }: Saved): FlowNode | undefined => {
    const id = definitions.find(({ key }) => key === definition)?.processId;
    return processes.find((model) => model.id === id)?.nodes.get(node ?? '');
  };
  const isBody = (element: Saved): boolean =>
    nodeOf(element)?.loop !== undefined && byKey.get(element.scope ?? 0)?.node !== element.node;
  const isScope = (element: Saved): boolean => {
    const kind = nodeOf(element)?.kind ?? 'process';
    const scopes = ['process', 'subProcess', 'eventSubProcess', 'adHocSubProcess', 'adHocInnerInstance'];
    return isBody(element) || scopes.includes(kind);
  };
  /** An ad-hoc subprocess has a token of its own until its completion is decided. */
  const ownTokens = (element: Saved): number => {
    const isAdHoc = nodeOf(element)?.kind === 'adHocSubProcess' && !isBody(element);
    return isAdHoc && element.state === 'ACTIVE' && element.details?.fulfilled !== true ? 1 : 0;
  };
  const calling = new Set(elements.map(({ details }) => details?.caller));
  const withIncident = new Set(incidents.map(({ element }) => element));
  const withJob = new Set(jobs.map(({ element }) => element));
  for (const element of elements) {
    const name = `${element.node ?? 'the process'} (${element.state})`;
    const joining = sum(Object.values(element.joins ?? {}));
    const inside = (children.get(element.key) ?? 0) + joining;
    assert.equal(element.tokens, inside + ownTokens(element), `tokens of ${name}`);
    assert.ok(element.scope === null || byKey.has(element.scope), `the scope of ${name} exists`);
    const isBlocked = withIncident.has(element.key) || withJob.has(element.key);
    // What ends waits for the listeners to the cancellation of what is inside.
    const waitsInside = children.has(element.key) || calling.has(element.key);
    if (isScope(element)) assert.ok(element.tokens > 0 || isBlocked, `${name} has a token`);
    if (element.state !== 'ACTIVE' && element.node !== null)
      assert.ok(isBlocked || waitsInside, `${name} has an incident, the job of a listener or something inside`);
  }
  for (const { element } of [...jobs, ...incidents, ...waits, ...userTasks])
    assert.ok(element === null || byKey.has(element), 'nothing belongs to a removed element');
  assert.deepEqual(
    machine.incidents().filter(({ type }) => type === 'UNKNOWN'),
    [],
  );
};

/** Checks that everything ends once. */
export const checkEvents = (events: readonly EngineEvent[]): void => {
  const once = (kinds: readonly string[], keyOf: (event: EngineEvent) => string | undefined): void => {
    const seen = new Set<string>();
    for (const event of events) {
      const key = kinds.includes(event.kind) ? keyOf(event) : undefined;
      if (key === undefined) continue;
      assert.ok(!seen.has(key), `${event.kind} twice for ${key}`);
      seen.add(key);
    }
  };
  once(['job:completed', 'job:cancelled'], (event) => ('job' in event ? event.job.key : undefined));
  once(['userTask:completed', 'userTask:cancelled'], (event) => ('userTask' in event ? event.userTask.key : undefined));
  once(['element:completed', 'element:terminated'], (event) => ('element' in event ? event.element.key : undefined));
  once(['instance:completed', 'instance:terminated'], (event) =>
    'instance' in event ? event.instance.key : undefined,
  );
  once(['incident:resolved'], (event) => ('incident' in event ? event.incident.key : undefined));
};
