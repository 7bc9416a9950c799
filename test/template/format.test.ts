/**
 * What the format of templates allows, as the official validator says: the ground that the generator stands on. If an upgrade of
 * the validator changes one of these verdicts, the generator has to follow. The numbers are those of the reference for Camunda
 * 8.10; those that the generator itself decides are in the other files.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { validateZeebe, validateZeebeConfiguration } from '@bpmn-io/element-templates-validator';

type Json = Readonly<Record<string, unknown>>;

const taskType = { type: 'Hidden', value: 't', binding: { type: 'zeebe:taskDefinition', property: 'type' } };

const T = (properties: readonly Json[] = [], rest: Json = {}): Json => ({
  $schema: 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json',
  name: 'T',
  id: 't',
  appliesTo: ['bpmn:Task'],
  properties: [taskType, ...properties],
  ...rest,
});

/** A template without a task type, for other elements. */
const E = (elementType: Json, properties: readonly Json[], rest: Json = {}): Json => ({
  ...T([], rest),
  elementType,
  appliesTo: [elementType.value],
  properties,
});

const field = (rest: Json = {}): Json => ({ type: 'String', binding: { type: 'property', name: 'token' }, ...rest });
const K = (rest: Json = {}): Json => ({
  id: 'acme:key:1',
  kind: 'CREDENTIAL',
  version: 1,
  name: 'Key',
  properties: [field({ secret: true })],
  ...rest,
});
const P = (rest: Json = {}): Json => ({
  id: 'cred',
  label: 'Credential',
  type: 'Configuration',
  configurationTemplate: 'acme:key:1',
  binding: { type: 'zeebe:input', name: 'cred' },
  ...rest,
});

/** With the field in the credential. */
const withField = (rest: Json): Json => T([P()], { configurationTemplates: [K({ properties: [field(rest)] })] });
const withK = (rest: Json): Json => T([P()], { configurationTemplates: [K(rest)] });
const without = (one: Json, name: string): Json =>
  Object.fromEntries(Object.entries(one).filter(([key]) => key !== name));

const input = (rest: Json = {}): Json => ({
  id: 'a',
  label: 'A',
  type: 'String',
  binding: { type: 'zeebe:input', name: 'a' },
  ...rest,
});
const linked = (property: string, rest: Json = {}): Json => ({
  type: 'Hidden',
  value: 'x',
  binding: { type: 'zeebe:linkedResource', linkName: 'l', property },
  ...rest,
});
const message = { eventDefinition: 'bpmn:MessageEventDefinition' };
const messageName = { type: 'String', label: 'N', id: 'n', binding: { type: 'bpmn:Message#property', name: 'name' } };
const signalName = { ...messageName, binding: { type: 'bpmn:Signal#property', name: 'name' } };
const agent = (rest: Json): Json => ({
  type: 'Hidden',
  binding: { type: 'zeebe:agentDefinition', property: 'agentType' },
  ...rest,
});
/** A list of binding types, and a field for the version tag. */
const tagged = (tag: Json): readonly Json[] => [
  linked('resourceId'),
  {
    ...linked('bindingType', { id: 'way', label: 'W', type: 'Dropdown', value: 'latest' }),
    choices: ['latest', 'versionTag'].map((value) => ({ name: value, value })),
  },
  linked('versionTag', { id: 'tag', label: 'T', type: 'String', value: undefined, ...tag }),
];
const isTagged = { property: 'way', equals: 'versionTag', type: 'simple' };
const timer = (name: string): Json => ({
  type: 'String',
  label: name,
  id: name,
  feel: 'required',
  binding: { type: 'bpmn:TimerEventDefinition#property', name },
});
const adHoc = (name: string, rest: Json = {}): Json => ({
  type: 'String',
  label: name,
  id: name,
  binding: { type: 'zeebe:adHoc', property: name },
  ...rest,
});
const subprocess = { value: 'bpmn:AdHocSubProcess' };
const collection = adHoc('outputCollection');
const element = adHoc('outputElement', { feel: 'required' });
const priority = (rest: Json): Json => ({
  id: 'p',
  label: 'P',
  binding: { type: 'zeebe:jobPriorityDefinition', property: 'priority' },
  ...rest,
});
const listener = {
  type: 'Hidden',
  value: 'l',
  binding: { type: 'zeebe:executionListener', eventType: 'start', retries: '3' },
};
const steps = (list: readonly Json[], rest: Json = {}): Json =>
  T([input()], { presets: [{ id: 'p', properties: { a: 'x' } }], steps: list, ...rest });
const leaf = (rest: Json = {}): Json => ({ name: 'Leaf', presetId: 'p', ...rest });
const when = (condition: Json): Json =>
  T([input(), input({ id: 'b', condition, binding: { type: 'zeebe:input', name: 'b' } })]);

type Verdict = 'valid' | 'warned' | 'invalid';

const cases: readonly (readonly [number: number, title: string, template: Json, verdict: Verdict])[] = [
  [1, 'a chooser and its credential', withK({}), 'valid'],
  ...['id', 'kind', 'version', 'name', 'properties'].map(
    (name) =>
      [
        2,
        `a credential without ${name}`,
        T([P()], { configurationTemplates: [without(K(), name)] }),
        'invalid',
      ] as const,
  ),
  [3, 'a version in text', withK({ version: '1' }), 'invalid'],
  [3, 'a version with a fraction', withK({ version: 1.5 }), 'invalid'],
  [3, 'a version of 0', withK({ version: 0 }), 'valid'],
  [4, 'an empty kind', withK({ kind: '' }), 'invalid'],
  [4, 'another kind', withK({ kind: 'OTHER' }), 'valid'],
  [5, 'a field with FEEL', withField({ feel: 'optional' }), 'invalid'],
  [5, 'a field with optional', withField({ optional: false }), 'invalid'],
  [5, 'an optional field', withField({ optional: true }), 'invalid'],
  [5, 'a field that is a credential', withField({ type: 'Configuration', configurationTemplate: 'x' }), 'invalid'],
  [5, 'a field for an input', withField({ binding: { type: 'zeebe:input', name: 'x' } }), 'invalid'],
  [5, 'a field without a name', withField({ binding: { type: 'property' } }), 'invalid'],
  [6, 'a secret in text', withField({ secret: 'yes' }), 'invalid'],
  [6, 'a secret in text on an ordinary property', T([input({ secret: 'yes' })]), 'valid'],
  [7, 'a number', withField({ type: 'Number', value: 3 }), 'valid'],
  [7, 'a checkbox', withField({ type: 'Boolean', value: true }), 'valid'],
  [7, 'a JSON editor', withField({ type: 'Text', language: 'json' }), 'valid'],
  [7, 'a hidden field without a value', withField({ type: 'Hidden' }), 'valid'],
  [7, 'a generated value', withField({ generatedValue: { type: 'uuid' } }), 'valid'],
  [7, 'a dotted name', withField({ binding: { type: 'property', name: 'a.b' } }), 'valid'],
  [8, 'a list without choices', withField({ type: 'Dropdown' }), 'invalid'],
  [8, 'a placeholder of a number', withField({ type: 'Number', placeholder: '1' }), 'invalid'],
  [9, 'a section without a label', withK({ groups: [{ id: 'g' }] }), 'invalid'],
  [9, 'a documentation that is not an address', withK({ documentationRef: 'x' }), 'invalid'],
  [10, 'a chooser without a kind of credential', T([without(P(), 'configurationTemplate')]), 'invalid'],
  [10, 'a chooser of an unknown kind', T([P({ configurationTemplate: 'x' })]), 'valid'],
  [11, 'a chooser in a header', T([P({ binding: { type: 'zeebe:taskHeader', key: 'k' } })]), 'invalid'],
  [11, 'a chooser in an output', T([P({ binding: { type: 'zeebe:output', source: '=a' } })]), 'invalid'],
  [
    11,
    'a chooser in the task definition',
    T([P({ binding: { type: 'zeebe:taskDefinition', property: 'retries' } })]),
    'invalid',
  ],
  [11, 'a chooser in an attribute', T([P({ binding: { type: 'property', name: 'name' } })]), 'invalid'],
  [11, 'a chooser in a property', T([P({ binding: { type: 'zeebe:property', name: 'k' } })]), 'valid'],
  [12, 'a chooser with FEEL', T([P({ feel: 'optional' })]), 'invalid'],
  [12, 'a chooser with a placeholder', T([P({ placeholder: 'p' })]), 'invalid'],
  [13, 'a lowest version in text', T([P({ configurationTemplateVersion: '1' })]), 'invalid'],
  [
    13,
    'a lowest version that does not exist',
    T([P({ configurationTemplateVersion: 2 })], { configurationTemplates: [K()] }),
    'valid',
  ],
  [14, 'an optional chooser', T([P({ optional: true })]), 'warned'],
  [
    14,
    'an optional chooser in a property',
    T([P({ optional: true, binding: { type: 'zeebe:property', name: 'k' } })]),
    'valid',
  ],
  [
    15,
    'an optional chooser that must not be empty',
    T([P({ optional: true, constraints: { notEmpty: true } })]),
    'invalid',
  ],
  [15, 'a chooser that must not be empty', T([P({ constraints: { notEmpty: true } })]), 'valid'],
  [16, 'two versions of one id', T([P()], { configurationTemplates: [K(), K({ version: 2 })] }), 'valid'],
  [17, 'credentials that are not a list', T([], { configurationTemplates: {} }), 'invalid'],
  [17, 'no credentials', T([], { configurationTemplates: [] }), 'valid'],
  [
    39,
    'three levels, and a leaf beside a category',
    steps([{ name: 'A', steps: [{ name: 'B', steps: [leaf()] }] }, leaf()]),
    'valid',
  ],
  [40, 'both a preset and steps', steps([leaf({ steps: [leaf()] })]), 'invalid'],
  [40, 'neither a preset nor steps', steps([{ name: 'A' }]), 'invalid'],
  [40, 'no name', steps([{ presetId: 'p' }]), 'invalid'],
  [40, 'a preset without properties', steps([leaf()], { presets: [{ id: 'p' }] }), 'invalid'],
  [40, 'keywords in text', steps([leaf({ keywords: 'k' })]), 'invalid'],
  [41, 'an unknown preset', steps([leaf({ presetId: 'q' })]), 'valid'],
  [
    41,
    'two presets with one id',
    steps([leaf()], {
      presets: [
        { id: 'p', properties: { a: 'x' } },
        { id: 'p', properties: { a: 'y' } },
      ],
    }),
    'valid',
  ],
  [41, 'a category without entries', steps([{ name: 'A', steps: [] }]), 'valid'],
  [
    41,
    'a value that is not a choice',
    T([input({ type: 'Dropdown', choices: [{ name: 'A', value: 'a' }] })], {
      presets: [{ id: 'p', properties: { a: 'x' } }],
      steps: [leaf()],
    }),
    'valid',
  ],
  [41, 'an unknown property', steps([leaf()], { presets: [{ id: 'p', properties: { q: 'x' } }] }), 'valid'],
  [54, 'an unknown section', T([], { entriesVisible: { foo: true } }), 'invalid'],
  [54, 'a section in text', T([], { entriesVisible: { outputs: 'yes' } }), 'invalid'],
  [54, 'all in text', T([], { entriesVisible: 'all' }), 'invalid'],
  [
    55,
    'visible outputs beside an output',
    T([input({ binding: { type: 'zeebe:output', source: '=a' } })], { entriesVisible: { outputs: true } }),
    'invalid',
  ],
  [
    55,
    'everything visible beside an output',
    T([input({ binding: { type: 'zeebe:output', source: '=a' } })], { entriesVisible: true }),
    'valid',
  ],
  [56, 'deprecated in text', T([], { deprecated: 'old' }), 'invalid'],
  [56, 'a documentation that is not an address', T([], { deprecated: { documentationRef: 'x' } }), 'invalid'],
  [56, 'a message that is a number', T([], { deprecated: { message: 1 } }), 'invalid'],
  [58, 'a generated checkbox', T([input({ type: 'Boolean', generatedValue: { type: 'uuid' } })]), 'invalid'],
  [
    58,
    'a generated list',
    T([input({ type: 'Dropdown', choices: [{ name: 'A', value: 'a' }], generatedValue: { type: 'uuid' } })]),
    'invalid',
  ],
  [58, 'a generated value beside a value', T([input({ value: 'x', generatedValue: { type: 'uuid' } })]), 'invalid'],
  [58, 'a generated value in text', T([input({ generatedValue: 'uuid' })]), 'invalid'],
  [58, 'a generated time', T([input({ generatedValue: { type: 'now' } })]), 'invalid'],
  [61, 'an extension property without a name', T([input({ binding: { type: 'zeebe:property' } })]), 'invalid'],
  [64, 'a hidden number', T([input({ type: 'Hidden', value: 5 })]), 'invalid'],
  [64, 'a hidden field with FEEL', T([input({ type: 'Hidden', value: 'x', feel: 'optional' })]), 'invalid'],
  [64, 'a hidden field without a value', T([input({ type: 'Hidden' })]), 'warned'],
  [65, 'a linked resource with an id only', T([linked('resourceId')]), 'valid'],
  [66, 'an unknown binding type', T([linked('resourceId'), linked('bindingType', { value: 'foo' })]), 'invalid'],
  [
    66,
    'a version tag that is missing',
    T([linked('resourceId'), linked('bindingType', { value: 'versionTag' })]),
    'invalid',
  ],
  [66, 'a version tag without a binding type', T([linked('resourceId'), linked('versionTag')]), 'invalid'],
  [66, 'an unknown part', T([linked('foo')]), 'invalid'],
  [
    66,
    'no link name',
    T([linked('resourceId', { binding: { type: 'zeebe:linkedResource', property: 'resourceId' } })]),
    'invalid',
  ],
  [66, 'an optional part', T([linked('resourceId', { optional: true })]), 'invalid'],
  [67, 'a version tag that is shown with its binding type', T(tagged({ condition: isTagged })), 'valid'],
  [67, 'a version tag that is always shown', T(tagged({})), 'invalid'],
  [69, 'a collection of a service task', E({ value: 'bpmn:ServiceTask' }, [collection, element]), 'invalid'],
  [69, 'a collection alone', E(subprocess, [collection]), 'invalid'],
  [69, 'a collection with FEEL', E(subprocess, [adHoc('outputCollection', { feel: 'required' }), element]), 'invalid'],
  [70, 'a collection and an element', E(subprocess, [collection, element]), 'valid'],
  [70, 'a collection, an element and a task type', E(subprocess, [taskType, collection, element]), 'valid'],
  [
    70,
    'a task type and a collection of active elements',
    E(subprocess, [taskType, adHoc('activeElementsCollection', { feel: 'required' })]),
    'invalid',
  ],
  ...['completionCondition', 'cancelRemainingInstances'].map(
    (name) =>
      [
        70,
        `a task type and the attribute ${name}`,
        E(subprocess, [
          taskType,
          { type: 'String', label: name, id: name, feel: 'required', binding: { type: 'property', name } },
        ]),
        'invalid',
      ] as const,
  ),
  [71, 'an element without FEEL', E(subprocess, [collection, adHoc('outputElement')]), 'invalid'],
  [
    73,
    'an agent with a text field',
    T([input({ binding: { type: 'zeebe:agentDefinition', property: 'agentType' } })]),
    'invalid',
  ],
  ...[
    ['bpmn:ServiceTask', 'aiAgentTask', 'valid'],
    ['bpmn:ServiceTask', 'external', 'valid'],
    ['bpmn:ServiceTask', 'aiAgentSubProcess', 'invalid'],
    ['bpmn:AdHocSubProcess', 'aiAgentSubProcess', 'valid'],
    ['bpmn:AdHocSubProcess', 'external', 'valid'],
    ['bpmn:AdHocSubProcess', 'aiAgentTask', 'invalid'],
    ['bpmn:SendTask', 'external', 'invalid'],
  ].map(
    ([value, type, verdict]) =>
      [73, `${type} on ${value}`, E({ value }, [agent({ value: type })]), verdict as Verdict] as const,
  ),
  ...(
    [
      [-3, 'valid'],
      ['=x', 'valid'],
      [1.5, 'invalid'],
    ] as const
  ).map(
    ([value, verdict]) =>
      [
        74,
        `a priority of ${value}`,
        T([priority({ type: 'Number', feel: 'optional', value })], { elementType: { value: 'bpmn:ServiceTask' } }),
        verdict,
      ] as const,
  ),
  [
    74,
    'a priority',
    T([priority({ type: 'Number', feel: 'static', value: 5 })], { elementType: { value: 'bpmn:ServiceTask' } }),
    'valid',
  ],
  [74, 'a priority in text', T([priority({ type: 'String' })]), 'invalid'],
  [
    75,
    'an error event',
    E({ value: 'bpmn:BoundaryEvent', eventDefinition: 'bpmn:ErrorEventDefinition' }, [input()]),
    'invalid',
  ],
  ...['StartEvent', 'IntermediateCatchEvent', 'BoundaryEvent', 'IntermediateThrowEvent', 'EndEvent'].flatMap((name) => {
    const of = (kind: string, properties: readonly Json[]) =>
      E({ value: `bpmn:${name}`, eventDefinition: `bpmn:${kind}EventDefinition` }, properties);
    return [
      [75, `a message on a ${name}`, of('Message', [messageName]), 'valid'],
      [75, `a signal on a ${name}`, of('Signal', [signalName]), 'valid'],
      [75, `an escalation on a ${name}`, of('Escalation', [input()]), 'invalid'],
      [75, `an error on a ${name}`, of('Error', [input()]), 'invalid'],
    ] as const;
  }),
  [75, 'a message on a task', T([], { elementType: { value: 'bpmn:ServiceTask', ...message } }), 'invalid'],
  [
    76,
    'a cycle of a catch event',
    E({ value: 'bpmn:IntermediateCatchEvent', eventDefinition: 'bpmn:TimerEventDefinition' }, [timer('timeCycle')]),
    'invalid',
  ],
  [
    76,
    'a duration of a catch event',
    E({ value: 'bpmn:IntermediateCatchEvent', eventDefinition: 'bpmn:TimerEventDefinition' }, [timer('timeDuration')]),
    'valid',
  ],
  [
    76,
    'two timers',
    E({ value: 'bpmn:StartEvent', eventDefinition: 'bpmn:TimerEventDefinition' }, [
      timer('timeDate'),
      timer('timeCycle'),
    ]),
    'invalid',
  ],
  [
    76,
    'a timer at the end',
    E({ value: 'bpmn:EndEvent', eventDefinition: 'bpmn:TimerEventDefinition' }, [timer('timeDate')]),
    'invalid',
  ],
  [77, 'a message event without definition', E({ value: 'bpmn:IntermediateCatchEvent' }, [messageName]), 'invalid'],
  [77, 'a receive task with one', E({ value: 'bpmn:ReceiveTask', ...message }, [messageName]), 'invalid'],
  [80, 'an execution listener', T([listener]), 'invalid'],
  [80, 'an execution listener beside all sections', T([listener], { entriesVisible: true }), 'invalid'],
  [
    80,
    'an execution listener without the section',
    T([listener], { entriesVisible: { executionListeners: false } }),
    'valid',
  ],
  [85, 'an empty list of conditions', when({ allMatch: [] }), 'invalid'],
  [85, 'a list inside a list', when({ allMatch: [{ allMatch: [{ property: 'a', isEmpty: true }] }] }), 'invalid'],
  [85, 'a list of booleans', when({ property: 'a', oneOf: [true] }), 'invalid'],
  [85, 'isEmpty in text', when({ property: 'a', isEmpty: 'true' }), 'invalid'],
  [85, 'two comparisons', when({ property: 'a', equals: 'x', isEmpty: true }), 'invalid'],
  [
    92,
    'the keys min and max, which do nothing',
    T([input({ type: 'Number', feel: 'optional', constraints: { min: 0, max: 1 } })]),
    'valid',
  ],
  [92, 'a broken pattern', T([input({ constraints: { pattern: '(' } })]), 'valid'],
  [93, 'a parameter of a tool', T([input({ feel: 'optional', value: '=fromAi(toolCall.q)' })]), 'valid'],
  [
    93,
    'a required parameter of a tool, the false alarm',
    T([input({ feel: 'required', value: '=fromAi(toolCall.q)' })]),
    'warned',
  ],
];

const verdictOf = (template: Json): Verdict => {
  const { valid, warnings } = validateZeebe(template);
  if (!valid) return 'invalid';
  return (warnings ?? []).length > 0 ? 'warned' : 'valid';
};

describe('the validator', () => {
  for (const [number, title, template, verdict] of cases) {
    test(`${number}: ${title}: ${verdict}`, () => assert.equal(verdictOf(template), verdict));
  }

  test('18: a credential alone', () => {
    assert.equal(validateZeebeConfiguration(K()).valid, true);
    assert.equal(validateZeebeConfiguration([K(), K({ id: 'acme:other:1' })]).valid, true);
    assert.equal(validateZeebeConfiguration(T()).valid, false);
  });
});
