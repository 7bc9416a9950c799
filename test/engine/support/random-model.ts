/**
 * Random BPMN files from a grammar of all elements that the engine runs: blocks with one entry and one exit, in a sequence,
 * in branches, in subprocesses and at boundary events. Every file deploys. Names of messages, signals and codes are few, so
 * that random commands reach them; nothing triggers itself, so that no instance runs forever.
 */
import fc from 'fast-check';
import {
  boundary,
  callActivity,
  catchEvent,
  compensation,
  type EventOptions,
  end,
  eventBasedGateway,
  eventSubProcess,
  exclusiveGateway,
  file,
  flow,
  inclusiveGateway,
  manualTask,
  other,
  type Part,
  parallelGateway,
  path,
  processPart,
  receiveTask,
  scriptTask,
  sendTask,
  serviceTask,
  start,
  subProcess,
  task,
  throwEvent,
} from './bpmn.ts';

/** An activity with its markers. */
interface Activity {
  /** 0: none. */
  readonly loop: number;
  readonly mappings: number;
  readonly events: readonly CaughtKind[];
  readonly isUndone: boolean;
}

type Block =
  | ({ readonly kind: 'task'; readonly task: TaskKind } & Activity)
  | ({ readonly kind: 'sub'; readonly body: Sequence; readonly inside: readonly Started[] } & Activity)
  | ({ readonly kind: 'call' } & Activity)
  | { readonly kind: 'wait'; readonly event: WaitKind }
  | { readonly kind: 'throw'; readonly thrown: ThrownKind }
  | { readonly kind: 'jump' }
  | { readonly kind: 'fork'; readonly fork: Gateway; readonly join: Gateway; readonly branches: readonly Block[] }
  | { readonly kind: 'race'; readonly first: WaitKind; readonly second: WaitKind; readonly branches: readonly Block[] }
  | { readonly kind: 'repeat'; readonly body: Block };

interface Sequence {
  readonly blocks: readonly Block[];
  readonly end: EndKind;
}

/** An event subprocess. */
interface Started {
  readonly event: CaughtKind;
  readonly body: Sequence;
}

export interface RandomModel {
  readonly body: Sequence;
  readonly inside: readonly Started[];
  readonly child: Sequence;
}

const gateways = { xor: exclusiveGateway, and: parallelGateway, or: inclusiveGateway } as const;
type Gateway = keyof typeof gateways;

const script = { expression: '=if v = 4 then assert(v, false) else v', resultVariable: 'r' } as const;
const byJob = '<zeebe:taskDefinition type="a"/>';

type Markers = {
  readonly content?: string;
  readonly inputs?: Record<string, string>;
  readonly outputs?: Record<string, string>;
};

const tasks = {
  service: (id: string, markers: Markers) =>
    serviceTask(id, { type: 'a', retries: '=if v = 5 then null else 2', ...markers }),
  send: (id: string, markers: Markers) => sendTask(id, { type: 'b', ...markers }),
  userByJob: (id: string, markers: Markers) => other('userTask', id, markers),
  user: (id: string, markers: Markers) => other('userTask', id, { ...markers, extensions: '<zeebe:userTask/>' }),
  script: (id: string, markers: Markers) => scriptTask(id, { ...script, ...markers }),
  rule: (id: string, markers: Markers) => other('businessRuleTask', id, { ...markers, extensions: byJob }),
  decide: (id: string, markers: Markers) =>
    other('businessRuleTask', id, {
      ...markers,
      extensions: '<zeebe:calledDecision decisionId="=if v = 3 then null else &quot;d&quot;" resultVariable="r"/>',
    }),
  receive: (id: string, markers: Markers) =>
    receiveTask(id, { message: { name: 'm2', correlationKey: '=k' }, ...markers }),
  manual: (id: string, markers: Markers) => manualTask(id, markers),
  undefined: (id: string, markers: Markers) => task(id, markers),
} as const;
type TaskKind = keyof typeof tasks;

const message = (name: string): EventOptions => ({ message: { name, correlationKey: '=k' } });

const waits = {
  message: message('m0'),
  duration: { duration: '=if v = 3 then null else "PT4S"' },
  date: { date: '2026-03-18T12:35:00Z' },
  signal: { signal: 's0' },
  condition: { condition: '=c > 2' },
} as const satisfies Record<string, EventOptions>;
type WaitKind = keyof typeof waits;

/** What boundary events and event subprocesses catch. Those that do not interrupt wait for events that no element throws. */
const caught = {
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
} as const satisfies Record<string, EventOptions & { readonly interrupting?: boolean }>;
type CaughtKind = keyof typeof caught;

const escalations: readonly CaughtKind[] = ['escalation', 'escalations'];

const thrown = {
  none: {},
  message: { definition: '<bpmn:messageEventDefinition/>', extensions: byJob },
  signal: { signal: 's0' },
  escalation: { escalation: '=if v = 2 then "B" else "A"' },
  compensation: { compensation: true },
} as const satisfies Record<string, EventOptions>;
type ThrownKind = keyof typeof thrown;

const ends = {
  ...thrown,
  terminate: { terminate: true },
  error: { error: 'E' },
  otherError: { error: '=if v = 1 then null else "F"' },
} as const;
type EndKind = keyof typeof ends;

const keys = <T extends object>(values: T, ...without: readonly (keyof T)[]): fc.Arbitrary<keyof T> =>
  fc.constantFrom(...(Object.keys(values) as (keyof T)[]).filter((key) => !without.includes(key)));

const list = (items: fc.Arbitrary<Block>): fc.Arbitrary<readonly Block[]> =>
  fc.array(items, { minLength: 1, maxLength: 3 });

const activity = (events: fc.Arbitrary<CaughtKind>) => ({
  loop: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) }),
  mappings: fc.nat(4),
  events: fc.uniqueArray(events, { maxLength: 2 }),
  isUndone: fc.boolean(),
});

const taskBlock: fc.Arbitrary<Block> = fc.record({
  kind: fc.constant('task'),
  task: keys(tasks),
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
    fc.record({ kind: fc.constant('call'), ...activity(keys(caught)) }),
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('sub'), body, inside: started, ...activity(keys(caught)) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('fork'), fork: keys(gateways), join: keys(gateways), branches }),
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
  body: fc.record({ blocks: list(blockOf(blockOf(simple))), end: keys(ends) }),
  inside: started,
  child: fc.record({ blocks: list(simple), end: keys(ends) }),
});

/** The parts of a block, and the ids of its first and last element. */
interface Rendered {
  readonly parts: readonly Part[];
  readonly first: string;
  readonly last: string;
}

const loopXml = (loop: number): string => {
  if (loop === 0) return '';
  const output = loop === 2 ? ' outputCollection="out" outputElement="=r"' : '';
  const condition =
    loop === 3
      ? '<bpmn:completionCondition xsi:type="bpmn:tFormalExpression">=numberOfCompletedInstances > v</bpmn:completionCondition>'.replace(
          ' > ',
          ' &gt; ',
        )
      : '';
  const items = loop === 4 ? '=items' : '=[1, 2]';
  return `<bpmn:multiInstanceLoopCharacteristics isSequential="${loop % 2 === 0}"><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="${items}" inputElement="i"${output}/></bpmn:extensionElements>${condition}</bpmn:multiInstanceLoopCharacteristics>`;
};

const mappingsOf = (mappings: number): Pick<Markers, 'inputs' | 'outputs'> => ({
  ...(mappings === 1 ? { inputs: { local: '=v', c: '=v' } } : {}),
  ...(mappings === 2 ? { outputs: { c: '=if v = 0 then assert(v, false) else v' } } : {}),
});

/** Renders models with ids that are unique in the file. */
const createRenderer = () => {
  let count = 0;
  const newId = (kind: string): string => {
    count += 1;
    return `${kind}${count}`;
  };

  const boundaries = (host: string, events: readonly CaughtKind[]): readonly Part[] =>
    events.flatMap((kind) => {
      const [event, last] = [newId('on'), newId('end')];
      const after = serviceTask(newId('after'), { type: 'b' });
      return [boundary(event, host, caught[kind]), after, end(last), ...path(event, after.id, last)];
    });

  const withEvents = (part: Part, { events, isUndone }: Activity): Rendered => ({
    first: part.id,
    last: part.id,
    parts: [
      part,
      ...boundaries(part.id, events),
      ...(isUndone ? compensation(newId('undone'), part.id, serviceTask(newId('undo'), { type: 'a' })) : []),
    ],
  });

  const eventSubProcesses = (inside: readonly Started[]): readonly Part[] =>
    inside.map(({ event, body }) => {
      const options: EventOptions & { readonly interrupting?: boolean } = caught[event];
      const attributes = options.interrupting === false ? { attributes: 'isInterrupting="false"' } : {};
      return eventSubProcess(newId('esp'), {}, ...sequence(body, start(newId('start'), { ...options, ...attributes })));
    });

  const forked = (fork: Gateway, join: Gateway, branches: readonly Block[]): Rendered => {
    const [first, last] = [newId(fork), newId(join)];
    const rendered = branches.map(block);
    const flows = rendered.flatMap((branch, index) => {
      const isDefault = index === 0 && fork !== 'and';
      const condition = fork === 'and' || isDefault ? {} : { condition: `=v > ${index}` };
      return [flow(first, branch.first, { ...condition, id: `${first}-${index}` }), ...path(branch.last, last)];
    });
    const withDefault = fork === 'and' ? {} : { default: `${first}-0` };
    return {
      first,
      last,
      parts: [
        gateways[fork](first, withDefault),
        gateways[join](last),
        ...rendered.flatMap(({ parts }) => parts),
        ...flows,
      ],
    };
  };

  const race = (events: readonly WaitKind[], branches: readonly Block[]): Rendered => {
    const [first, last] = [newId('race'), newId('merge')];
    const parts = events.flatMap((event, index) => {
      const id = newId('race');
      const branch = block(branches[index]!);
      return [
        catchEvent(id, waits[event]),
        ...branch.parts,
        ...path(first, id, branch.first),
        ...path(branch.last, last),
      ];
    });
    return { first, last, parts: [eventBasedGateway(first), exclusiveGateway(last), ...parts] };
  };

  const repeat = (body: Block): Rendered => {
    const [first, last, back] = [newId('again'), newId('enough'), newId('back')];
    const inner = block(body);
    const wait = serviceTask(newId('loop'), { type: 'b', outputs: { v: '=if v = null then 0 else v' } });
    const gateway = exclusiveGateway(last, { default: `${last}-out` });
    const out = task(newId('out'));
    return {
      first,
      last: out.id,
      parts: [
        ...[exclusiveGateway(first), ...inner.parts, wait, gateway, out],
        ...[...path(first, inner.first), ...path(inner.last, wait.id, last)],
        flow(last, first, { id: back, condition: '=v = 1' }),
        flow(last, out.id, { id: `${last}-out` }),
      ],
    };
  };

  const block = (each: Block): Rendered => {
    switch (each.kind) {
      case 'task': {
        const markers = { content: loopXml(each.loop), ...mappingsOf(each.mappings) };
        return withEvents(tasks[each.task](newId(each.task), markers), each);
      }
      case 'sub': {
        const markers = { content: loopXml(each.loop), ...mappingsOf(each.mappings) };
        const inside = [...sequence(each.body, start(newId('start'))), ...eventSubProcesses(each.inside)];
        return withEvents(subProcess(newId('sub'), markers, ...inside), each);
      }
      case 'call': {
        const markers = { content: loopXml(each.loop), ...mappingsOf(each.mappings) };
        return withEvents(callActivity(newId('call'), { processId: 'child', ...markers }), each);
      }
      case 'wait': {
        const part = catchEvent(newId('wait'), waits[each.event]);
        return { parts: [part], first: part.id, last: part.id };
      }
      case 'throw': {
        const part = throwEvent(newId('throw'), thrown[each.thrown]);
        return { parts: [part], first: part.id, last: part.id };
      }
      case 'jump': {
        const [first, last] = [newId('jump'), newId('land')];
        return { parts: [throwEvent(first, { link: last }), catchEvent(last, { link: last })], first, last };
      }
      case 'fork':
        return forked(each.fork, each.join, each.branches);
      case 'race':
        return race([each.first, each.second], each.branches);
      case 'repeat':
        return repeat(each.body);
    }
  };

  const sequence = ({ blocks, end: kind }: Sequence, first: Part): readonly Part[] => {
    const rendered = blocks.map(block);
    const last = end(newId('end'), ends[kind]);
    const parts: Part[] = [first, ...rendered.flatMap((each) => each.parts), last];
    let before = first.id;
    for (const each of rendered) {
      parts.push(...path(before, each.first));
      before = each.last;
    }
    return [...parts, ...path(before, last.id)];
  };

  return { newId, sequence, eventSubProcesses };
};

/** The file of a model, with the processes `p` and `child`. */
export const renderModel = ({ body, inside, child }: RandomModel): string => {
  const { newId, sequence, eventSubProcesses } = createRenderer();
  return file(
    processPart('p', {}, ...sequence(body, start(newId('start'))), ...eventSubProcesses(inside)),
    processPart('child', {}, ...sequence(child, start(newId('start')))),
  );
};
