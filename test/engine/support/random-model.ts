/**
 * Random BPMN files from a grammar of all elements that the engine runs: blocks with one entry and one exit, in a sequence,
 * in branches, in subprocesses and at boundary events. Every file deploys. Names of messages, signals and codes are few, so
 * that random commands reach them; nothing triggers itself, so that no instance runs forever.
 */
import fc from 'fast-check';
import type { EventOptions } from './bpmn.ts';

/** An activity with its markers. */
export interface Activity {
  /** 0: none. */
  readonly loop: number;
  readonly mappings: number;
  /** 0: none. */
  readonly listeners: number;
  readonly events: readonly CaughtKind[];
  readonly isUndone: boolean;
}

export type Block =
  | ({ readonly kind: 'task'; readonly task: TaskKind } & Activity)
  | ({ readonly kind: 'sub'; readonly body: Sequence; readonly inside: readonly Started[] } & Activity)
  /** A call activity: by id, by an expression, or without taking its variables. */
  | ({ readonly kind: 'call'; readonly way: number } & Activity)
  /** An ad-hoc subprocess: with a collection, with a condition as well, by command, or by a worker. */
  | ({ readonly kind: 'adHoc'; readonly way: number; readonly elements: readonly Block[] } & Activity)
  | { readonly kind: 'wait'; readonly event: WaitKind }
  | { readonly kind: 'throw'; readonly thrown: ThrownKind }
  | { readonly kind: 'jump' }
  /** An activity, then an event that compensates only this one. */
  | { readonly kind: 'undo' }
  | { readonly kind: 'fork'; readonly fork: Gateway; readonly join: Gateway; readonly branches: readonly Block[] }
  | { readonly kind: 'race'; readonly first: WaitKind; readonly second: WaitKind; readonly branches: readonly Block[] }
  | { readonly kind: 'repeat'; readonly body: Block };

export interface Sequence {
  readonly blocks: readonly Block[];
  readonly end: EndKind;
}

/** An event subprocess. */
export interface Started {
  readonly event: CaughtKind;
  readonly body: Sequence;
}

export interface RandomModel {
  readonly hasListeners: boolean;
  readonly hasPriority: boolean;
  /** Further start events of the process. No element throws what they wait for. */
  readonly starts: readonly StartKind[];
  readonly body: Sequence;
  readonly inside: readonly Started[];
  readonly child: Sequence;
}

const gateways = ['xor', 'and', 'or'] as const;
export type Gateway = (typeof gateways)[number];

/** The kinds of tasks. */
const taskKinds = [
  'service',
  'send',
  'userByJob',
  'user',
  'urgent',
  'script',
  'scriptByJob',
  'rule',
  'decide',
  'receive',
  'manual',
  'undefined',
] as const;
export type TaskKind = (typeof taskKinds)[number];

const byJob = '<zeebe:taskDefinition type="a"/>';

const message = (name: string): EventOptions => ({ message: { name, correlationKey: '=k' } });

export const waits = {
  message: message('m0'),
  duration: { duration: '=if v = 3 then null else "PT4S"' },
  date: { date: '2026-03-18T12:35:00Z' },
  signal: { signal: 's0' },
  condition: { condition: '=c > 2' },
} as const satisfies Record<string, EventOptions>;
export type WaitKind = keyof typeof waits;

/** What boundary events and event subprocesses catch. Those that do not interrupt wait for events that no element throws. */
export const caught = {
  timer: { duration: 'PT5S' },
  cycle: { cycle: 'R2/PT3S', interrupting: false },
  cron: { cycle: '*/7 * * * * *', interrupting: false },
  message: message('m0'),
  messages: { ...message('m1'), interrupting: false },
  signal: { signal: 's0' },
  signals: { signal: 's1', interrupting: false },
  condition: { condition: '=c > 3' },
  conditions: { condition: { text: '=c > 1', changes: 'create, update' }, interrupting: false },
  error: { error: 'E' },
  anyError: { error: null },
  escalation: { escalation: 'A' },
  escalations: { escalation: 'B', interrupting: false },
  anyEscalation: { escalation: null },
} as const satisfies Record<string, EventOptions & { readonly interrupting?: boolean }>;
export type CaughtKind = keyof typeof caught;

const escalations: readonly CaughtKind[] = ['escalation', 'escalations', 'anyEscalation'];

/** What starts a process beside a command. */
export const startedBy = {
  message: { message: { name: 'm1', correlationKey: null } },
  signal: { signal: 's1' },
  condition: { condition: '=c > 2' },
  date: { date: '2026-03-18T12:35:10Z' },
} as const satisfies Record<string, EventOptions>;
export type StartKind = keyof typeof startedBy;

export const thrown = {
  none: {},
  message: { definition: '<bpmn:messageEventDefinition/>', extensions: byJob },
  signal: { signal: 's0' },
  escalation: { escalation: '=if v = 2 then "B" else "A"' },
  compensation: { compensation: true },
} as const satisfies Record<string, EventOptions>;
export type ThrownKind = keyof typeof thrown;

export const ends = {
  ...thrown,
  terminate: { terminate: true },
  error: { error: 'E' },
  otherError: { error: '=if v = 1 then null else "F"' },
} as const;
export type EndKind = keyof typeof ends;

const keys = <T extends object>(values: T, ...without: readonly (keyof T)[]): fc.Arbitrary<keyof T> =>
  fc.constantFrom(...(Object.keys(values) as (keyof T)[]).filter((key) => !without.includes(key)));

const list = (items: fc.Arbitrary<Block>): fc.Arbitrary<readonly Block[]> =>
  fc.array(items, { minLength: 1, maxLength: 3 });

const activity = (events: fc.Arbitrary<CaughtKind>) => ({
  loop: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
  mappings: fc.nat(4),
  listeners: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) },
  ),
  events: fc.uniqueArray(events, { maxLength: 2 }),
  isUndone: fc.boolean(),
});

const taskBlock: fc.Arbitrary<Block> = fc.record({
  kind: fc.constant('task'),
  task: fc.constantFrom(...taskKinds),
  ...activity(keys(caught, ...escalations)),
});

const simple: fc.Arbitrary<Block> = fc.oneof(
  { weight: 4, arbitrary: taskBlock },
  fc.record({ kind: fc.constant('wait'), event: keys(waits) }),
);

/** What event subprocesses contain: nothing that could start them again. */
const quiet: fc.Arbitrary<Sequence> = fc.record({ blocks: list(simple), end: keys(ends, 'escalation') });

const started: fc.Arbitrary<readonly Started[]> = fc.uniqueArray(fc.record({ event: keys(caught), body: quiet }), {
  maxLength: 2,
  selector: ({ event }) => event,
});

const blockOf = (inner: fc.Arbitrary<Block>): fc.Arbitrary<Block> => {
  const branches = fc.array(inner, { minLength: 2, maxLength: 3 });
  const body = fc.record({ blocks: list(inner), end: keys(ends) });
  return fc.oneof(
    { weight: 3, arbitrary: simple },
    fc.record({ kind: fc.constant('throw'), thrown: keys(thrown) }),
    fc.record({ kind: fc.constant('jump') }),
    fc.record({ kind: fc.constant('undo') }),
    fc.record({ kind: fc.constant('call'), way: fc.nat(2), ...activity(keys(caught)) }),
    fc.record({ kind: fc.constant('adHoc'), way: fc.nat(3), elements: list(inner), ...activity(keys(caught)) }),
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sub'), body, inside: started, ...activity(keys(caught)) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('fork'),
        fork: fc.constantFrom(...gateways),
        join: fc.constantFrom(...gateways),
        branches,
      }),
    },
    fc.record({
      kind: fc.constant('race'),
      first: keys(waits, 'condition', 'date'),
      second: fc.constantFrom('condition', 'date'),
      branches,
    }),
    fc.record({ kind: fc.constant('repeat'), body: inner }),
  );
};

/** A random model: a process with event subprocesses, and one that call activities call. */
export const randomModel: fc.Arbitrary<RandomModel> = fc.record({
  hasListeners: fc.boolean(),
  hasPriority: fc.boolean(),
  starts: fc.uniqueArray(keys(startedBy), { maxLength: 2 }),
  body: fc.record({ blocks: list(blockOf(blockOf(simple))), end: keys(ends) }),
  inside: started,
  child: fc.record({ blocks: list(simple), end: keys(ends) }),
});
