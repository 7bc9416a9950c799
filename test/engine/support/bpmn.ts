/**
 * Writes short BPMN files for tests. Elements are parts; `process` combines parts into a file and adds the messages and
 * errors that they need.
 *
 * @example
 * const xml = process('order', ...chain(start(), serviceTask('pay', { type: 'pay', inputs: { sum: '=total' } }), end()));
 * const other = process('other', start(), exclusiveGateway('ok', { default: 'no' }), end('a'), end('b'),
 *   flow('start', 'ok'), flow('ok', 'a', { condition: '=x > 1' }), flow('ok', 'b', { id: 'no' }));
 */

/** A part of a process: its XML, and the root elements (messages, errors) that it refers to. */
export interface Part {
  readonly id: string;
  readonly xml: string;
  readonly roots: readonly string[];
}

/** Options of all elements. */
export interface Common {
  readonly name?: string;
  /** Targets and sources of `zeebe:input`; as pairs if a target occurs twice. An undefined source is omitted. */
  readonly inputs?: Mappings;
  /** Targets and sources of `zeebe:output`. */
  readonly outputs?: Mappings;
  /** Further XML attributes, e.g. `isForCompensation="true"`. */
  readonly attributes?: string;
  /** Further XML in `bpmn:extensionElements`. */
  readonly extensions?: string;
  /** Further XML in the element itself. */
  readonly content?: string;
}

export type Mappings =
  | Readonly<Record<string, string | undefined>>
  | readonly (readonly [string, string | undefined])[];

/** A job-based task; without `type` it has no `zeebe:taskDefinition`. */
export interface JobOptions extends Common {
  readonly type?: string;
  readonly retries?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface MessageOptions {
  readonly name?: string;
  /** Default: `=key`. Null omits `zeebe:subscription`. */
  readonly correlationKey?: string | null;
}

/** At most one of these makes an event a message, timer, error or terminate event. `definition` is raw XML. */
export interface EventOptions extends Common {
  /** Name and `=key`, or both. */
  readonly message?: string | MessageOptions;
  readonly duration?: string;
  readonly date?: string;
  readonly cycle?: string;
  /** Error code; null: an error event without a code. */
  readonly error?: string | null;
  readonly terminate?: boolean;
  /** Name of a signal. */
  readonly signal?: string;
  /** Escalation code; null: an escalation event without a code. */
  readonly escalation?: string | null;
  /** A condition; with `changes`, only these changes of variables count. */
  readonly condition?: string | { readonly text: string; readonly changes: string };
  /** True: throws the compensation of all activities; the id of one: only of this one. */
  readonly compensation?: true | string;
  /** Name of a link. */
  readonly link?: string;
  readonly definition?: string;
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const attribute = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}="${escapeXml(value)}"`;

const element = (tag: string, attributes: string, content: string): string =>
  content === '' ? `<${tag}${attributes}/>` : `<${tag}${attributes}>${content}</${tag}>`;

const mappingXml = (tag: string, mappings: Mappings = {}): string =>
  (Array.isArray(mappings) ? mappings : Object.entries(mappings))
    .map(([target, source]) => element(tag, attribute('source', source) + attribute('target', target), ''))
    .join('');

const node = (tag: string, id: string, options: Common, attributes = '', content = '', extensions = ''): string => {
  const mappings = mappingXml('zeebe:input', options.inputs) + mappingXml('zeebe:output', options.outputs);
  const all =
    extensions + (mappings === '' ? '' : element('zeebe:ioMapping', '', mappings)) + (options.extensions ?? '');
  return element(
    `bpmn:${tag}`,
    `${attribute('id', id)}${attribute('name', options.name)}${attributes}${options.attributes ? ` ${options.attributes}` : ''}`,
    (all === '' ? '' : element('bpmn:extensionElements', '', all)) + content + (options.content ?? ''),
  );
};

const part = (id: string, xml: string, roots: readonly string[] = []): Part => ({ id, xml, roots });

const jobTask =
  (tag: string) =>
  (id: string, options: JobOptions = {}): Part => {
    const { type, retries, headers } = options;
    const definition =
      type === undefined
        ? ''
        : element('zeebe:taskDefinition', attribute('type', type) + attribute('retries', retries), '');
    const entries = Object.entries(headers ?? {}).map(([key, value]) =>
      element('zeebe:header', attribute('key', key) + attribute('value', value), ''),
    );
    const headersXml = entries.length === 0 ? '' : element('zeebe:taskHeaders', '', entries.join(''));
    return part(id, node(tag, id, options, '', '', definition + headersXml));
  };

/** The XML of `<bpmn:message>` for an element; the message's id is `Message_<element id>`. */
const messageXml = (elementId: string, message: string | MessageOptions): string => {
  const { name, correlationKey = '=key' } = typeof message === 'string' ? { name: message } : message;
  const subscription =
    correlationKey === null
      ? ''
      : element(
          'bpmn:extensionElements',
          '',
          element('zeebe:subscription', attribute('correlationKey', correlationKey), ''),
        );
  return element('bpmn:message', attribute('id', `Message_${elementId}`) + attribute('name', name), subscription);
};

const conditionXml = (condition: NonNullable<EventOptions['condition']>): string => {
  const { text, changes } = typeof condition === 'string' ? { text: condition, changes: undefined } : condition;
  const filter =
    changes === undefined
      ? ''
      : element('bpmn:extensionElements', '', `<zeebe:conditionalFilter${attribute('variableEvents', changes)}/>`);
  const body = element('bpmn:condition', ' xsi:type="bpmn:tFormalExpression"', escapeXml(text));
  return element('bpmn:conditionalEventDefinition', '', filter + body);
};

const event = (tag: string, id: string, options: EventOptions, attributes = ''): Part => {
  const { message, duration, date, cycle, error, terminate, signal, escalation, link, definition = '' } = options;
  const { compensation, condition } = options;
  const timer = (name: string, text: string | undefined): string =>
    text === undefined ? '' : element(`bpmn:${name}`, ' xsi:type="bpmn:tFormalExpression"', escapeXml(text));
  const times = timer('timeDuration', duration) + timer('timeDate', date) + timer('timeCycle', cycle);
  const content = [
    message === undefined ? '' : `<bpmn:messageEventDefinition messageRef="Message_${id}"/>`,
    times === '' ? '' : element('bpmn:timerEventDefinition', '', times),
    error === undefined ? '' : `<bpmn:errorEventDefinition${error === null ? '' : ` errorRef="Error_${id}"`}/>`,
    terminate ? '<bpmn:terminateEventDefinition/>' : '',
    signal === undefined ? '' : `<bpmn:signalEventDefinition signalRef="Signal_${id}"/>`,
    escalation === undefined
      ? ''
      : `<bpmn:escalationEventDefinition${escalation === null ? '' : ` escalationRef="Escalation_${id}"`}/>`,
    condition === undefined ? '' : conditionXml(condition),
    compensation === undefined
      ? ''
      : `<bpmn:compensateEventDefinition${compensation === true ? '' : attribute('activityRef', compensation)}/>`,
    link === undefined ? '' : `<bpmn:linkEventDefinition${attribute('name', link)}/>`,
    definition,
  ].join('');
  const roots = [
    ...(message === undefined ? [] : [messageXml(id, message)]),
    ...(signal === undefined ? [] : [`<bpmn:signal id="Signal_${id}"${attribute('name', signal)}/>`]),
    ...(typeof escalation === 'string'
      ? [`<bpmn:escalation id="Escalation_${id}"${attribute('escalationCode', escalation)}/>`]
      : []),
    ...(typeof error === 'string' ? [`<bpmn:error id="Error_${id}"${attribute('errorCode', error)}/>`] : []),
  ];
  return part(id, node(tag, id, options, attributes, content), roots);
};

/** A start event, `start` by default: none, message (by default without a key) or timer. */
export const start = (id = 'start', options: EventOptions = {}): Part => {
  const { message } = options;
  if (message === undefined) return event('startEvent', id, options);
  const keyless = typeof message === 'string' ? { name: message, correlationKey: null } : message;
  return event('startEvent', id, { ...options, message: { correlationKey: null, ...keyless } });
};

/** An end event, `end` by default: none, terminate or error. */
export const end = (id = 'end', options: EventOptions = {}): Part => event('endEvent', id, options);

/** An intermediate catch event: message or timer. */
export const catchEvent = (id: string, options: EventOptions): Part => event('intermediateCatchEvent', id, options);

/** An intermediate throw event: none. */
export const throwEvent = (id: string, options: EventOptions = {}): Part =>
  event('intermediateThrowEvent', id, options);

/** A boundary event on `attachedTo`: message, timer or error; interrupting by default. */
export const boundary = (
  id: string,
  attachedTo: string,
  options: EventOptions & { readonly interrupting?: boolean },
): Part =>
  event(
    'boundaryEvent',
    id,
    options,
    `${attribute('attachedToRef', attachedTo)}${options.interrupting === false ? ' cancelActivity="false"' : ''}`,
  );

/** A compensation boundary event on `attachedTo`, its handler, and the association between them. */
export const compensation = (id: string, attachedTo: string, handler: Part): readonly Part[] => [
  boundary(id, attachedTo, { compensation: true }),
  { ...handler, xml: handler.xml.replace(/^<bpmn:\w+/, '$& isForCompensation="true"') },
  part('', `<bpmn:association id="${id}-${handler.id}" sourceRef="${id}" targetRef="${handler.id}"/>`),
];

/** A script task with a FEEL expression. */
export const scriptTask = (
  id: string,
  options: Common & { readonly expression: string; readonly resultVariable: string },
): Part => {
  const { expression, resultVariable } = options;
  const script = `<zeebe:script${attribute('expression', expression)}${attribute('resultVariable', resultVariable)}/>`;
  return part(id, node('scriptTask', id, options, '', '', script));
};

/** A call activity that calls a process. */
export const callActivity = (id: string, options: Common & { readonly processId: string }): Part =>
  part(id, node('callActivity', id, options, '', '', `<zeebe:calledElement processId="${options.processId}"/>`));

/** A service task. */
export const serviceTask: (id: string, options?: JobOptions) => Part = jobTask('serviceTask');

/** A send task. */
export const sendTask: (id: string, options?: JobOptions) => Part = jobTask('sendTask');

/** A task without a type. */
export const task = (id: string, options: Common = {}): Part => part(id, node('task', id, options));

/** A manual task. */
export const manualTask = (id: string, options: Common = {}): Part => part(id, node('manualTask', id, options));

/** A receive task; without `message` it refers to none. */
export const receiveTask = (id: string, options: Common & { readonly message?: string | MessageOptions } = {}): Part =>
  options.message === undefined
    ? part(id, node('receiveTask', id, options))
    : part(id, node('receiveTask', id, options, attribute('messageRef', `Message_${id}`)), [
        messageXml(id, options.message),
      ]);

/** An exclusive gateway; `default` is the id of a flow. */
export const exclusiveGateway = (id: string, options: Common & { readonly default?: string } = {}): Part =>
  part(id, node('exclusiveGateway', id, options, attribute('default', options.default)));

/** An inclusive gateway; `default` is the id of a flow. */
export const inclusiveGateway = (id: string, options: Common & { readonly default?: string } = {}): Part =>
  part(id, node('inclusiveGateway', id, options, attribute('default', options.default)));

/** A parallel gateway. */
export const parallelGateway = (id: string, options: Common = {}): Part =>
  part(id, node('parallelGateway', id, options));

/** An event-based gateway. */
export const eventBasedGateway = (id: string, options: Common = {}): Part =>
  part(id, node('eventBasedGateway', id, options));

/** An embedded subprocess. */
export const subProcess = (id: string, options: Common, ...parts: readonly Part[]): Part =>
  part(
    id,
    node('subProcess', id, options, '', parts.map(({ xml }) => xml).join('')),
    parts.flatMap(({ roots }) => roots),
  );

/** Options of an ad-hoc subprocess. With `type`, a worker controls it. */
export interface AdHocOptions extends JobOptions {
  /** Attributes of `zeebe:adHoc`. */
  readonly adHoc?: string;
  readonly condition?: string;
}

/** An ad-hoc subprocess. */
export const adHocSubProcess = (id: string, options: AdHocOptions, ...parts: readonly Part[]): Part => {
  const { type, headers = {}, adHoc, condition, extensions = '', ...common } = options;
  const entries = Object.entries(headers).map(
    ([key, value]) => `<zeebe:header${attribute('key', key)}${attribute('value', value)}/>`,
  );
  const all = [
    type === undefined ? '' : `<zeebe:taskDefinition${attribute('type', type)}/>`,
    entries.length === 0 ? '' : element('zeebe:taskHeaders', '', entries.join('')),
    adHoc === undefined ? '' : `<zeebe:adHoc ${adHoc}/>`,
    extensions,
  ].join('');
  const completion =
    condition === undefined
      ? ''
      : element('bpmn:completionCondition', ' xsi:type="bpmn:tFormalExpression"', escapeXml(condition));
  return part(
    id,
    node('adHocSubProcess', id, { ...common, extensions: all }, '', parts.map(({ xml }) => xml).join('') + completion),
    parts.flatMap(({ roots }) => roots),
  );
};

/** An event subprocess; its start event is interrupting unless it has the attribute `isInterrupting="false"`. */
export const eventSubProcess = (id: string, options: Common, ...parts: readonly Part[]): Part =>
  subProcess(id, { ...options, attributes: `triggeredByEvent="true" ${options.attributes ?? ''}` }, ...parts);

/** Any other element of BPMN's namespace, e.g. `other('userTask', 'u')`. */
export const other = (tag: string, id: string, options: Common = {}): Part => part(id, node(tag, id, options));

/** Raw XML, in the process and next to it. */
export const raw = (xml: string, ...roots: readonly string[]): Part => part('', xml, roots);

export type ListenerXml = readonly [event: string, type: string, attributes?: string, content?: string];

const listenersXml =
  (tag: string) =>
  (...listeners: readonly ListenerXml[]): string =>
    element(
      `zeebe:${tag}s`,
      '',
      listeners
        .map(([event, type, attributes = '', content = '']) =>
          element(`zeebe:${tag}`, `${attribute('eventType', event)}${attribute('type', type)} ${attributes}`, content),
        )
        .join(''),
    );

/** `zeebe:executionListeners` for `extensions`: pairs of event and job type, with further attributes. */
export const executionListeners: (...listeners: readonly ListenerXml[]) => string = listenersXml('executionListener');

/** `zeebe:taskListeners`, as {@link executionListeners}. */
export const taskListeners: (...listeners: readonly ListenerXml[]) => string = listenersXml('taskListener');

/** A sequence flow, by default with the id `<source>-<target>`. */
export const flow = (
  source: string,
  target: string,
  options: { readonly id?: string; readonly condition?: string; readonly name?: string } = {},
): Part => {
  const { id = `${source}-${target}`, condition, name } = options;
  const attributes = [
    attribute('id', id),
    attribute('name', name),
    attribute('sourceRef', source),
    attribute('targetRef', target),
  ];
  const content =
    condition === undefined
      ? ''
      : element('bpmn:conditionExpression', ' xsi:type="bpmn:tFormalExpression"', escapeXml(condition));
  return part(id, element('bpmn:sequenceFlow', attributes.join(''), content));
};

/** Flows that connect the elements in order: `...path('start', 'a', 'end')`. */
export const path = (...ids: readonly string[]): readonly Part[] =>
  ids.slice(1).map((target, index) => flow(ids[index] ?? '', target));

/** The parts, and flows that connect them in order. */
export const chain = (...parts: readonly Part[]): readonly Part[] => [...parts, ...path(...parts.map(({ id }) => id))];

/** Options of a process. */
export interface ProcessOptions {
  readonly name?: string;
  /** Default: true. */
  readonly executable?: boolean;
  readonly extensions?: string;
}

/** A process in a file with several processes: `file(processPart('a', …), processPart('b', …))`. */
export const processPart = (id: string, options: ProcessOptions, ...parts: readonly Part[]): Part => {
  const { name, executable = true, extensions } = options;
  const attributes = `${attribute('id', id)}${attribute('name', name)} isExecutable="${executable}"`;
  const head = extensions === undefined ? '' : element('bpmn:extensionElements', '', extensions);
  return part(
    id,
    element('bpmn:process', attributes, head + parts.map(({ xml }) => xml).join('')),
    parts.flatMap(({ roots }) => roots),
  );
};

/** A file with root elements. */
export const file = (...parts: readonly Part[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="Definitions_1" targetNamespace="http://bpmn.io/schema/bpmn">',
    ...parts.flatMap(({ xml, roots }) => [xml, ...roots]),
    '</bpmn:definitions>',
  ].join('\n');

/** A file with one executable process. */
export const process = (id: string, ...parts: readonly Part[]): string => file(processPart(id, {}, ...parts));

/** The bytes of a file, for `compileBpmn` and deployments. */
export const bytes = (xml: string): Uint8Array => new TextEncoder().encode(xml);
