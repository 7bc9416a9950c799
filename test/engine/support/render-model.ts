/** Renders the random models of random-model.ts as BPMN files. */
import {
  adHocSubProcess,
  boundary,
  catchEvent,
  chain,
  compensation,
  type EventOptions,
  end,
  eventBasedGateway,
  eventSubProcess,
  exclusiveGateway,
  executionListeners,
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
  taskListeners,
  throwEvent,
} from './bpmn.ts';
import {
  type Activity,
  type Block,
  type CaughtKind,
  caught,
  ends,
  type Gateway,
  type RandomModel,
  type Sequence,
  type Started,
  startedBy,
  type TaskKind,
  thrown,
  type WaitKind,
  waits,
} from './random-model.ts';

const gateways = { xor: exclusiveGateway, and: parallelGateway, or: inclusiveGateway } as const;

const script = { expression: '=if v = 4 then assert(v, false) else v', resultVariable: 'r' } as const;
const byJob = '<zeebe:taskDefinition type="a"/>';
const priority = '<zeebe:jobPriorityDefinition priority="=if v = 5 then &quot;high&quot; else 3"/>';
const processPriority = '<zeebe:jobPriorityDefinition priority="1"/>';
const byDecision = '<zeebe:calledDecision decisionId="=if v = 3 then null else &quot;d&quot;" resultVariable="r"/>';
const userTask = '<zeebe:userTask/><zeebe:assignmentDefinition assignee="=if v = 1 then &quot;Ada&quot; else null"/>';
const listening = taskListeners(
  ...(['creating', 'assigning', 'updating', 'completing', 'canceling'] as const).map((event) => [event, 'a'] as const),
);
const processListeners = executionListeners(['start', 'a'], ['end', 'b'], ['cancel', 'a']);

type Markers = {
  readonly extensions?: string;
  readonly content?: string;
  readonly inputs?: Record<string, string>;
  readonly outputs?: Record<string, string>;
};

const withExtensions = (markers: Markers, extensions: string): Markers => ({
  ...markers,
  extensions: extensions + (markers.extensions ?? ''),
});

const tasks: Readonly<Record<TaskKind, (id: string, markers: Markers) => Part>> = {
  service: (id, markers) => serviceTask(id, { type: 'a', retries: '=if v = 5 then null else 2', ...markers }),
  send: (id, markers) => sendTask(id, { type: 'b', ...markers }),
  userByJob: (id, markers) => other('userTask', id, markers),
  user: (id, markers) =>
    other('userTask', id, withExtensions(markers, markers.extensions === undefined ? userTask : userTask + listening)),
  urgent: (id, markers) => serviceTask(id, { type: 'a', ...withExtensions(markers, priority) }),
  script: (id, markers) => scriptTask(id, { ...script, ...markers }),
  scriptByJob: (id, markers) => other('scriptTask', id, withExtensions(markers, byJob)),
  rule: (id, markers) => other('businessRuleTask', id, withExtensions(markers, byJob)),
  decide: (id, markers) => other('businessRuleTask', id, withExtensions(markers, byDecision)),
  receive: (id, markers) => receiveTask(id, { message: { name: 'm2', correlationKey: '=k' }, ...markers }),
  manual: (id, markers) => manualTask(id, markers),
  undefined: (id, markers) => task(id, markers),
};

/** The parts of a block, and the ids of its first and last element. */
interface Rendered {
  readonly parts: readonly Part[];
  readonly first: string;
  readonly last: string;
}

const calledElements = [
  'processId="child"',
  'processId="=if v = 3 then null else &quot;child&quot;" bindingType="deployment"',
  'processId="child" propagateAllChildVariables="false" propagateAllParentVariables="false" businessId="=if v = 1 then null else &quot;child&quot;"',
];

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

const markersOf = ({ loop, mappings, listeners }: Activity): Markers => {
  const first = loop > 0 ? 'beforeAll' : 'start';
  return {
    content: loopXml(loop),
    ...mappingsOf(mappings),
    ...(listeners === 1 ? { extensions: executionListeners(['start', 'a'], ['end', 'b']) } : {}),
    ...(listeners === 2 ? { extensions: executionListeners([first, '=if v = 5 then null else "a"']) } : {}),
  };
};

/** Renders models with ids that are unique in the file. */
const createRenderer = () => {
  let count = 0;
  const newId = (kind: string): string => {
    count += 1;
    return `${kind}${count}`;
  };

  const boundaries = (host: string, events: readonly CaughtKind[]): readonly Part[] =>
    events.flatMap((kind) => {
      const event = newId('on');
      const after = serviceTask(newId('after'), { type: 'b' });
      return [boundary(event, host, caught[kind]), after, ...path(event, after.id)];
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
        return withEvents(tasks[each.task](newId(each.task), markersOf(each)), each);
      }
      case 'sub': {
        const inside = [...sequence(each.body, start(newId('start'))), ...eventSubProcesses(each.inside)];
        return withEvents(subProcess(newId('sub'), markersOf(each), ...inside), each);
      }
      case 'adHoc': {
        const rendered = each.elements.map(block);
        const ids = rendered.map(({ first }) => `&quot;${first}&quot;`);
        const options = [
          { adHoc: `activeElementsCollection="=[${ids}]" outputCollection="out" outputElement="=v"` },
          { adHoc: `activeElementsCollection="=[${ids}]"`, condition: '=v = 1' },
          {},
          { type: 'a' },
        ][each.way];
        const parts = [...rendered.flatMap((inner) => inner.parts), task(newId('activity'))];
        return withEvents(adHocSubProcess(newId('adHoc'), { ...markersOf(each), ...options }, ...parts), each);
      }
      case 'call': {
        const [id, markers] = [newId('call'), markersOf(each)];
        const called = calledElements[each.way]!;
        return withEvents(other('callActivity', id, withExtensions(markers, `<zeebe:calledElement ${called}/>`)), each);
      }
      case 'wait': {
        const part = catchEvent(newId('wait'), waits[each.event]);
        return { parts: [part], first: part.id, last: part.id };
      }
      case 'throw': {
        const part = throwEvent(newId('throw'), thrown[each.thrown]);
        return { parts: [part], first: part.id, last: part.id };
      }
      case 'undo': {
        const activity = serviceTask(newId('done'), { type: 'a' });
        const thrower = throwEvent(newId('throw'), { compensation: activity.id });
        const handler = serviceTask(newId('undo'), { type: 'a' });
        const undone = compensation(newId('undone'), activity.id, handler);
        const flows = path(activity.id, thrower.id);
        return { parts: [activity, ...undone, thrower, ...flows], first: activity.id, last: thrower.id };
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
export const renderModel = ({ body, inside, child, hasListeners, hasPriority, starts }: RandomModel): string => {
  const { newId, sequence, eventSubProcesses } = createRenderer();
  const extensions = (hasListeners ? processListeners : '') + (hasPriority ? processPriority : '');
  const otherStarts = starts.flatMap((kind) =>
    chain(start(newId('start'), startedBy[kind]), serviceTask(newId('first'), { type: 'b' }), end(newId('end'))),
  );
  return file(
    processPart(
      'p',
      extensions === '' ? {} : { extensions },
      ...sequence(body, start(newId('start'))),
      ...otherStarts,
      ...eventSubProcesses(inside),
    ),
    processPart('child', {}, ...sequence(child, start(newId('start')))),
  );
};
