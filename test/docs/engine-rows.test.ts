/** Each row of the tables about elements and attributes in docs/engine.md has a file that deploys, or that is refused. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, test } from 'node:test';
import type schema from 'zeebe-bpmn-moddle/resources/zeebe.json';
import { compileBpmn } from '../../src/engine/model/index.ts';
import {
  adHocSubProcess,
  boundary,
  bytes,
  callActivity,
  catchEvent,
  chain,
  compensation,
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
  serviceTask,
  start,
  subProcess,
  task,
  taskListeners,
  throwEvent,
} from '../engine/support/bpmn.ts';

const page = readFileSync('docs/engine.md', 'utf8');

// Read, not imported: bpmn-moddle changes the object that it gets, which all importers of the file share.
const zeebe = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('zeebe-bpmn-moddle/resources/zeebe.json'), 'utf8'),
) as typeof schema;

/** The rows of the table behind a heading, as cells. */
const rowsBehind = (heading: string): readonly (readonly string[])[] => {
  const [, after = ''] = page.split(`${heading}\n`);
  const table = /^(?:\|.*\n)+/m.exec(after)?.[0] ?? '';
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| ?| ?\|$/g, '').trim()));
};

const around = (...parts: readonly Part[]): string => file(processPart('p', {}, ...chain(start(), ...parts, end())));

/** An element with an extension. */
const withXml = (tag: string, extensions: string, content = ''): string =>
  around(other(tag, 'e', { extensions, content }));

const job = '<zeebe:taskDefinition type="a" retries="=2"/>';
const loop = (sequential: boolean): string =>
  `<bpmn:multiInstanceLoopCharacteristics isSequential="${sequential}"><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">2</bpmn:loopCardinality><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=items" inputElement="i" outputCollection="o" outputElement="=i"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>`;
const looped = (sequential: boolean): string =>
  withXml('manualTask', '', loop(sequential)).replace(
    /(<bpmn:multiInstanceLoopCharacteristics[^>]*>)(<bpmn:loopCardinality.*?<\/bpmn:loopCardinality>)(<bpmn:extensionElements>.*?<\/bpmn:extensionElements>)/,
    '$1$3$2',
  );
const inner = serviceTask('inner', { type: 'a' });
const nothing = subProcess('sub', {}, ...chain(start('s'), end('x')));
const listening = (options: Parameters<typeof start>[1]): string =>
  file(
    processPart(
      'p',
      {},
      ...chain(start(), task('t'), end()),
      eventSubProcess('esp', {}, ...chain(start('s', options), end('x'))),
    ),
  );
const undone = (content = ''): string =>
  file(
    processPart(
      'p',
      {},
      ...chain(start(), serviceTask('a', { type: 'a' }), throwEvent('t', { compensation: 'a', content }), end()),
      ...compensation('b', 'a', serviceTask('undo', { type: 'u' })),
    ),
  );
const gateway = (make: typeof exclusiveGateway): string =>
  file(
    processPart(
      'p',
      {},
      ...[start(), make('g', { default: 'no' }), end('a'), end('b'), ...path('start', 'g')],
      ...[flow('g', 'a', { condition: '=x' }), flow('g', 'b', { id: 'no' })],
    ),
  );
const waiting = file(
  processPart(
    'p',
    {},
    ...[start(), eventBasedGateway('g'), catchEvent('a', { signal: 's' }), catchEvent('b', { duration: 'PT1S' })],
    ...[end(), ...path('start', 'g', 'a', 'end'), ...path('g', 'b', 'end')],
  ),
);
const parallel = file(
  processPart(
    'p',
    {},
    ...[start(), parallelGateway('g'), task('a'), task('b'), parallelGateway('j'), end()],
    ...[...path('start', 'g', 'a', 'j', 'end'), ...path('g', 'b', 'j')],
  ),
);
const userTask = '<zeebe:userTask/>';

/** By the first cell of a row. */
const elements: Readonly<Record<string, readonly string[]>> = {
  process: [file(processPart('p', { extensions: '<zeebe:versionTag value="1"/>' }, ...chain(start(), end())))],
  'start event': [
    ...[{}, { message: 'm' }, { date: '2030-01-01T00:00:00Z' }, { cycle: 'R3/PT1H' }, { signal: 's' }],
    { condition: '=x' },
  ].map((options) => file(processPart('p', {}, ...chain(start('start', options), end())))),
  'end event': [
    ...[{}, { terminate: true }, { error: 'E' }, { escalation: 'A' }, { signal: 's' }, { compensation: true as const }],
    { definition: '<bpmn:messageEventDefinition/>', extensions: job },
  ].map((options) => file(processPart('p', {}, ...chain(start(), end('end', options))))),
  'intermediate throw event': [
    ...[{}, { escalation: 'A' }, { signal: 's' }, { compensation: true as const }],
    { definition: '<bpmn:messageEventDefinition/>', extensions: job },
  ].map((options) => around(throwEvent('t', options))),
  'service task, send task': [withXml('serviceTask', job), withXml('sendTask', job)],
  'user task': [withXml('userTask', userTask), withXml('userTask', '')],
  'script task': [around(scriptTask('s', { expression: '=1', resultVariable: 'r' })), withXml('scriptTask', job)],
  'business rule task': [
    withXml('businessRuleTask', '<zeebe:calledDecision decisionId="d" resultVariable="r"/>'),
    withXml('businessRuleTask', job),
  ],
  'manual task, undefined task': [around(manualTask('m')), around(task('t'))],
  'receive task, message catch event': [
    around(receiveTask('r', { message: 'm' })),
    around(catchEvent('c', { message: 'm' })),
  ],
  'timer, signal, conditional and link catch event': [
    ...[{ duration: 'PT1S' }, { date: '2030-01-01T00:00:00Z' }, { signal: 's' }, { condition: '=x' }].map((options) =>
      around(catchEvent('c', options)),
    ),
    file(
      processPart(
        'p',
        {},
        ...chain(start(), throwEvent('t', { link: 'l' })),
        ...chain(catchEvent('c', { link: 'l' }), end()),
      ),
    ),
  ],
  'boundary event': [
    ...[{ message: 'm' }, { duration: 'PT1S' }, { signal: 's' }, { condition: '=x' }, { error: 'E' }],
    ...[{ escalation: 'A' }, { cycle: 'R3/PT1S', interrupting: false }, { message: 'm', interrupting: false }],
  ].map((options) =>
    file(
      processPart(
        'p',
        {},
        ...[start(), nothing, end(), ...path('start', 'sub', 'end')],
        ...[boundary('b', 'sub', options), ...path('b', 'end')],
      ),
    ),
  ),
  'exclusive gateway': [gateway(exclusiveGateway)],
  'inclusive gateway': [gateway(inclusiveGateway)],
  'parallel gateway': [parallel],
  'event-based gateway': [waiting],
  'embedded subprocess': [around(nothing)],
  'event subprocess': [
    ...[{ message: { name: 'm', correlationKey: '=k' } }, { duration: 'PT1S' }, { signal: 's' }, { escalation: 'A' }],
    ...[{ condition: '=x' }, { error: 'E' }],
  ].map(listening),
  'ad-hoc subprocess': [
    around(adHocSubProcess('a', { adHoc: 'activeElementsCollection="=ids"', condition: '=x' }, inner)),
    around(adHocSubProcess('a', { type: 'a' }, inner)),
  ],
  'call activity': [around(callActivity('c', { processId: 'q' }))],
  'multi-instance activity': [looped(false), looped(true)],
  'execution listeners': [withXml('manualTask', executionListeners(['start', 'a'], ['end', 'a']))],
  'task listeners': [
    withXml(
      'userTask',
      userTask + taskListeners(['creating', 'a'], ['assigning', 'a'], ['updating', 'a'], ['completing', 'a']),
    ),
  ],
  'conditional events': [around(catchEvent('c', { condition: { text: '=x', changes: 'create, update' } }))],
  compensation: [undone()],
  'job priority': [withXml('serviceTask', `${job}<zeebe:jobPriorityDefinition priority="=x"/>`)],
  'input and output mappings': [around(serviceTask('a', { type: 'a', inputs: { x: 'text' }, outputs: { y: '=x' } }))],
};

/** A file with each attribute, by extension. Those that are refused have the reason. */
const extensions: Readonly<Record<string, string | readonly [xml: string, refusal: RegExp]>> = {
  'zeebe:taskDefinition': withXml('serviceTask', job),
  'zeebe:taskHeaders': withXml(
    'serviceTask',
    `${job}<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>`,
  ),
  'zeebe:ioMapping': around(serviceTask('a', { type: 'a', inputs: { x: '=1' }, outputs: { y: '=x' } })),
  'zeebe:subscription': around(receiveTask('r', { message: { name: 'm', correlationKey: '=key' } })),
  'zeebe:loopCharacteristics': looped(false),
  'zeebe:calledElement': withXml(
    'callActivity',
    '<zeebe:calledElement processId="=x" propagateAllChildVariables="false" propagateAllParentVariables="false" bindingType="versionTag" versionTag="1" businessId="=x" processIdExpression="x"/>',
  ),
  'zeebe:calledDecision': withXml(
    'businessRuleTask',
    '<zeebe:calledDecision decisionId="=d" resultVariable="r" bindingType="versionTag" versionTag="=x"/>',
  ),
  'zeebe:script': withXml('scriptTask', '<zeebe:script expression="=1" resultVariable="r"/>'),
  'zeebe:userTask': withXml('userTask', userTask),
  'zeebe:assignmentDefinition': withXml(
    'userTask',
    `${userTask}<zeebe:assignmentDefinition assignee="=a" candidateGroups="a, b" candidateUsers="c"/>`,
  ),
  'zeebe:taskSchedule': withXml(
    'userTask',
    '<zeebe:taskSchedule dueDate="=now()" followUpDate="2030-01-01T00:00:00Z"/>',
  ),
  'zeebe:priorityDefinition': withXml('userTask', `${userTask}<zeebe:priorityDefinition priority="80"/>`),
  'zeebe:jobPriorityDefinition': withXml('serviceTask', `${job}<zeebe:jobPriorityDefinition priority="80"/>`),
  'zeebe:formDefinition': withXml(
    'userTask',
    `${userTask}<zeebe:formDefinition formId="f" bindingType="versionTag" versionTag="1"/>`,
  ),
  'zeebe:userTaskForm': file(
    processPart('p', { extensions: '<zeebe:userTaskForm id="f">{}</zeebe:userTaskForm>' }, ...chain(start(), end())),
  ),
  'zeebe:executionListeners': withXml(
    'manualTask',
    '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="a" retries="2"><zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders></zeebe:executionListener></zeebe:executionListeners>',
  ),
  'zeebe:taskListeners': withXml('userTask', userTask + taskListeners(['create', 'a', 'retries="2"'])),
  'zeebe:adHoc': around(
    adHocSubProcess(
      'a',
      {
        adHoc: 'activeElementsCollection="=ids" outputCollection="o" outputElement="=x"',
        attributes: 'ordering="Parallel"',
      },
      inner,
    ),
  ),
  'zeebe:conditionalFilter': around(catchEvent('c', { condition: { text: '=x', changes: 'create' } })).replace(
    'variableEvents=',
    'variableNames="x" variableEvents=',
  ),
  'zeebe:versionTag': file(processPart('p', { extensions: '<zeebe:versionTag value="1"/>' }, ...chain(start(), end()))),
  'zeebe:properties': withXml(
    'manualTask',
    '<zeebe:properties><zeebe:property name="a" value="b"/></zeebe:properties>',
  ),
  'zeebe:agentDefinition': withXml('serviceTask', `${job}<zeebe:agentDefinition agentType="aiAgentTask"/>`),
  'zeebe:linkedResources': withXml(
    'serviceTask',
    `${job}<zeebe:linkedResources><zeebe:linkedResource resourceId="r" resourceType="t" linkName="l" bindingType="versionTag" versionTag="1"/></zeebe:linkedResources>`,
  ),
  'zeebe:publishMessage': [
    withXml('sendTask', '<zeebe:publishMessage correlationKey="=k" messageId="=i" timeToLive="PT1S"/>'),
    /publishMessage/,
  ],
};

/** By the first cell of a row. */
const attributes: Readonly<Record<string, string | readonly [xml: string, refusal: RegExp]>> = {
  isExecutable: file(
    processPart('p', {}, ...chain(start(), end())),
    processPart('q', { executable: false }, other('complexGateway', 'g')),
  ),
  default: gateway(exclusiveGateway),
  triggeredByEvent: listening({ signal: 's' }),
  'isInterrupting, cancelActivity': listening({ signal: 's', attributes: 'isInterrupting="false"' }),
  isSequential: looped(true),
  isForCompensation: undone(),
  activityRef: undone(),
  cancelRemainingInstances: around(adHocSubProcess('a', { attributes: 'cancelRemainingInstances="false"' }, inner)),
  ordering: around(adHocSubProcess('a', { attributes: 'ordering="Sequential"' }, inner)),
  waitForCompletion: [
    undone().replace('<bpmn:compensateEventDefinition', '$& waitForCompletion="false"'),
    /waitForCompletion/,
  ],
  instantiate: [
    around(receiveTask('r', { message: 'm', attributes: 'instantiate="true"' })),
    /A receive task cannot start a process/,
  ],
};

const problemsOf = async (xml: string): Promise<string> => {
  const compiled = await compileBpmn('p.bpmn', bytes(xml));
  return compiled.ok ? '' : compiled.problems.map(({ element, text }) => `${element}: ${text}`).join('\n');
};

const plain = (cell: string): string => cell.replaceAll('`', '');

describe('elements in docs/engine.md', () => {
  test('have a sample for each row', () => {
    assert.deepEqual(
      rowsBehind('## Supported elements').map(([name]) => name),
      Object.keys(elements),
    );
  });
  for (const [name, files] of Object.entries(elements)) {
    test(`${name}: deploys`, async () => {
      for (const xml of files) assert.equal(await problemsOf(xml), '', xml);
    });
  }
});

const samples = [
  ['extensions', '### Extensions', extensions],
  ['attributes', 'Attributes of BPMN itself that decide how a process runs:', attributes],
] as const;
for (const [what, heading, cases] of samples) {
  describe(`${what} in docs/engine.md`, () => {
    test('have a sample for each row', () => {
      assert.deepEqual(
        rowsBehind(heading).map(([name = '']) => plain(name)),
        Object.keys(cases),
      );
    });
    for (const [name, sample] of Object.entries(cases)) {
      const isRefused = typeof sample !== 'string';
      test(`${name}: ${isRefused ? 'is refused' : 'deploys'}`, async () => {
        if (isRefused) assert.match(await problemsOf(sample[0]), sample[1]);
        else assert.equal(await problemsOf(sample), '');
      });
    }
  });
}

/** Types that are not elements of their own, and attributes that only the Modeler reads. */
const withoutRows = ['ZeebeServiceTask', 'TemplateSupported', 'ConfigurationSupported', 'TemplatedRootElement'];

test('docs/engine.md names each extension of the schema with each of its attributes', () => {
  const rows = rowsBehind('### Extensions').map(([name = '', cell = '']) => `${name} ${cell}`);
  const isIn = (name: string): boolean => rows.some((row) => row.includes(`\`${name}\``));
  const missing = zeebe.types
    .filter(({ name }) => !withoutRows.includes(name))
    .flatMap(({ name, properties = [] }) => {
      const tag = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      const isElement = !['inputOutputParameter', 'bindingTypeSupported'].includes(tag);
      const attributesOf = properties
        .filter((property) => 'isAttr' in property && property.isAttr === true && property.name !== 'id')
        .map((property) => property.name);
      return [...(isElement ? [`zeebe:${tag}`] : []), ...attributesOf];
    })
    .filter((name) => !isIn(name));
  assert.deepEqual(missing, []);
});
