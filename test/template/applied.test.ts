/**
 * What the Modeler makes of templates as files, beyond what the generator writes itself: the ground for its rules. The numbers are
 * those of the reference for Camunda 8.10.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyTo, readSaved } from './support/apply.ts';
import { drawDiagram } from './support/diagram.ts';
import { type Entry, openDiagram } from './support/modeler.ts';

type Json = Readonly<Record<string, unknown>>;

const T = (properties: readonly Json[], rest: Json = {}): object => ({
  $schema: 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json',
  name: 'T',
  id: 't',
  version: 1,
  appliesTo: ['bpmn:Task'],
  elementType: { value: 'bpmn:ServiceTask' },
  properties: [
    { type: 'Hidden', value: 't', binding: { type: 'zeebe:taskDefinition', property: 'type' } },
    ...properties,
  ],
  ...rest,
});

const input = (name: string, rest: Json = {}): Json => ({
  id: name,
  label: name,
  type: 'String',
  binding: { type: 'zeebe:input', name },
  ...rest,
});
const list = (name: string, values: readonly string[], rest: Json = {}): Json =>
  input(name, { type: 'Dropdown', choices: values.map((value) => ({ name: value, value })), ...rest });
const when = (property: string, equals: unknown): Json => ({ condition: { property, equals, type: 'simple' } });

const chooser = (rest: Json = {}): Json => ({
  id: 'cred',
  label: 'C',
  type: 'Configuration',
  configurationTemplate: 'acme:key:1',
  binding: { type: 'zeebe:input', name: 'cred' },
  ...rest,
});
const kind = {
  id: 'acme:key:1',
  kind: 'CREDENTIAL',
  version: 1,
  name: 'K',
  properties: [{ type: 'String', binding: { type: 'property', name: 'token' } }],
};
const withKind = (properties: readonly Json[], rest: Json = {}): object =>
  T(properties, { configurationTemplates: [kind], ...rest });

const property = (name: string, rest: Json = {}): Json => ({
  id: name,
  label: name,
  type: 'String',
  binding: { type: 'zeebe:property', name },
  ...rest,
});

const applied = async (template: object, fields: Readonly<Record<string, Entry>> = {}) => {
  const diagram = await applyTo(template);
  for (const [id, entry] of Object.entries(fields)) diagram.fill('it', { [id]: entry });
  return readSaved(diagram);
};

const created = async (template: object, presetId: string) => {
  const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
  diagram.load([template]);
  diagram.apply('it', template, presetId);
  return (await readSaved(diagram)).inputs;
};

describe('credentials', () => {
  test('20: an optional chooser writes nothing', async () => {
    assert.deepEqual((await applied(withKind([chooser({ optional: true })]))).inputs, {});
  });

  test('21: a chooser for an extension property', async () => {
    const binding = { type: 'zeebe:property', name: 'cred' };
    assert.deepEqual((await applied(withKind([chooser({ binding })]))).properties, { cred: '' });
    assert.deepEqual((await applied(withKind([chooser({ binding, optional: true })]))).properties, {});
  });

  test('23: an entry of the menu may choose a credential', async () => {
    const menu = {
      presets: [{ id: 'p', properties: { cred: '=camunda.vars.env.X' } }],
      steps: [{ name: 'P', keywords: ['p'], presetId: 'p' }],
    };
    assert.deepEqual(await created(withKind([chooser()], menu), 'p'), { cred: '=camunda.vars.env.X' });
  });

  const upgrade = async (before: object, fields: Readonly<Record<string, Entry>>, after: object) => {
    const diagram = await applyTo(before);
    diagram.fill('it', fields);
    diagram.load([before, after]);
    diagram.apply('it', after);
    return (await readSaved(diagram)).inputs;
  };

  test('27: an upgrade keeps the chosen credential, with what the Modeler notes beside it', async () => {
    const [before, after] = [
      withKind([chooser()]),
      withKind([chooser({ configurationTemplateVersion: 2 })], { version: 2 }),
    ];
    const first = await applyTo(before);
    first.fill('it', { cred: '=camunda.vars.env.X' });
    const notes = 'modelerConfigurationTemplate="acme:key:1" modelerConfigurationName="Shown name"';
    const chosen = (await first.save()).replace('target="cred"', `target="cred" ${notes}`);
    const diagram = await openDiagram(chosen);
    diagram.load([before, after]);
    diagram.apply('it', after);
    const xml = await diagram.save();
    assert.deepEqual((await readSaved(diagram)).inputs, { cred: '=camunda.vars.env.X' });
    assert.ok(xml.includes(notes), xml);
  });

  test('28: leaves of an object give way to a chooser for the object', async () => {
    const auth = chooser({ binding: { type: 'zeebe:input', name: 'auth' } });
    assert.deepEqual(await upgrade(T([input('auth.user')]), { 'auth.user': 'ann' }, withKind([auth], { version: 2 })), {
      auth: null,
    });
  });

  test('29: a text stays in a chooser of the same name, so a chooser needs a new name', async () => {
    assert.deepEqual(await upgrade(T([input('cred')]), { cred: 'bob' }, withKind([chooser()], { version: 2 })), {
      cred: 'bob',
    });
  });
});

describe('presets', () => {
  const fields = [
    list('res', ['a', 'b']),
    list('aop', ['x', 'y'], when('res', 'a')),
    list('bop', ['x', 'y'], when('res', 'b')),
    input('fx', when('aop', 'x')),
  ];
  const menu = (properties: Json, more: readonly Json[] = fields): object =>
    T(more, { presets: [{ id: 'p', properties }], steps: [{ name: 'P', keywords: ['p'], presetId: 'p' }] });

  test('42: choices, and the fields that depend on them', async () => {
    assert.deepEqual(await created(menu({ res: 'a', aop: 'x' }), 'p'), { res: 'a', aop: 'x', fx: null });
  });

  test('43: a value for a hidden field is dropped', async () => {
    assert.deepEqual(await created(menu({ res: 'b', aop: 'x' }), 'p'), { res: 'b', bop: null });
  });

  test('44: a preset names ids, not inputs', async () => {
    assert.deepEqual(await created(menu({ name: 'v' }, [input('name', { id: 'other' })]), 'p'), { name: null });
  });

  test('45: an unknown preset applies the bare template', async () => {
    assert.deepEqual(await created(menu({ res: 'a' }), 'unknown'), { res: null });
  });

  test('46: a second preset leaves nothing of the first', async () => {
    const template = T(fields, {
      presets: [
        { id: 'p', properties: { res: 'a', aop: 'x' } },
        { id: 'q', properties: { res: 'b', bop: 'y' } },
      ],
      steps: ['p', 'q'].map((presetId) => ({ name: presetId, keywords: [presetId], presetId })),
    });
    const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
    diagram.load([template]);
    diagram.apply('it', template, 'p');
    diagram.apply('it', template, 'q');
    assert.deepEqual((await readSaved(diagram)).inputs, { res: 'b', bop: 'y' });
  });

  test('48: of two fields with one id, the one that is shown has the value', async () => {
    const twins = [
      list('res', ['a', 'b']),
      list('one', ['x', 'y'], { id: 'op', ...when('res', 'a') }),
      list('two', ['x', 'y'], { id: 'op', ...when('res', 'b') }),
    ];
    assert.deepEqual(await created(menu({ res: 'b', op: 'y' }, twins), 'p'), { res: 'b', two: 'y' });
    assert.deepEqual(await created(menu({ res: 'a', op: 'y' }, twins), 'p'), { res: 'a', one: 'y' });
  });

  test('47: a hidden field takes the value of a preset', async () => {
    assert.deepEqual(await created(menu({ h: 'new' }, [input('h', { type: 'Hidden', value: 'old' })]), 'p'), {
      h: 'new',
    });
  });

  test('49: typed values are written as usual', async () => {
    const typed = [
      input('on', { type: 'Boolean', feel: 'static' }),
      input('n', { type: 'Number', feel: 'optional' }),
      input('e', { feel: 'optional' }),
      input('blank'),
    ];
    assert.deepEqual(await created(menu({ on: true, n: 3, e: '=x', blank: '' }, typed), 'p'), {
      on: '=true',
      n: '=3',
      e: '=x',
      blank: '',
    });
  });
});

describe('extension properties and conditions', () => {
  test('62: values of extension properties', async () => {
    const { properties } = await applied(
      T([
        property('flag', { type: 'Boolean', value: true }),
        property('fixed', { type: 'Boolean', feel: 'static', value: true }),
        property('count', { type: 'Number', value: 3 }),
        property('empty'),
        property('none', { optional: true }),
      ]),
    );
    assert.deepEqual(properties, { flag: 'true', fixed: '=true', count: '3', empty: '' });
  });

  test('63: of two properties with one name, the one that is shown is written', async () => {
    const both = [
      list('k', ['a', 'b']),
      property('p', { id: 'p1', type: 'Hidden', value: 'one', ...when('k', 'a') }),
      property('p', { id: 'p2', type: 'Hidden', value: 'two', ...when('k', 'b') }),
    ];
    assert.deepEqual((await applied(T(both), { k: 'b' })).properties, { p: 'two' });
  });

  test('82: a condition on a field that does not exist is never met', async () => {
    for (const isEmpty of [true, false]) {
      const condition = { property: 'other', isEmpty, type: 'simple' };
      assert.deepEqual((await applied(T([input('a', { condition })]))).inputs, {}, String(isEmpty));
    }
  });

  test('84: the text "true" of a list is not the value true', async () => {
    const of = (equals: unknown) => T([list('k', ['true', 'false']), input('a', when('k', equals))]);
    assert.deepEqual(Object.keys((await applied(of('true'), { k: 'true' })).inputs), ['k', 'a']);
    assert.deepEqual(Object.keys((await applied(of(true), { k: 'true' })).inputs), ['k']);
  });

  test('93 and 94: a parameter of a tool is written as an expression', async () => {
    const tool = T([
      input('a', { feel: 'optional', value: '=fromAi(toolCall.a)' }),
      input('b', { feel: 'required', value: 'fromAi(toolCall.b)' }),
      input('c', { type: 'Hidden', value: '=fromAi(toolCall.c)' }),
    ]);
    assert.deepEqual((await applied(tool)).inputs, {
      a: '=fromAi(toolCall.a)',
      b: '=fromAi(toolCall.b)',
      c: '=fromAi(toolCall.c)',
    });
  });
});

describe('generated values', () => {
  const event = (value: string, binding: Json, version = 1): object => ({
    ...T([], { version }),
    appliesTo: [value],
    elementType: { value, eventDefinition: 'bpmn:MessageEventDefinition' },
    properties: [{ type: 'Hidden', generatedValue: { type: 'uuid' }, binding }],
  });
  const name = { type: 'bpmn:Message#property', name: 'name' };
  const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

  test('60: as the name of the message of a start event', async () => {
    assert.match((await applied(event('bpmn:StartEvent', name))).message?.name ?? '', uuid);
  });

  test('59: a hidden message name is another one after an upgrade', async () => {
    const [before, after] = [event('bpmn:StartEvent', name), event('bpmn:StartEvent', name, 2)];
    const diagram = await applyTo(before);
    const first = (await readSaved(diagram)).message?.name ?? '';
    diagram.load([before, after]);
    diagram.apply('it', after);
    const second = (await readSaved(diagram)).message?.name ?? '';
    assert.match(first, uuid);
    assert.match(second, uuid);
    assert.notEqual(first, second);
  });
});

describe('linked resources', () => {
  const link = (property: string, rest: Json = {}): Json => ({
    type: 'Hidden',
    value: 'r',
    binding: { type: 'zeebe:linkedResource', linkName: 'l', property },
    ...rest,
  });

  test('68: without a part that is shown there is no element', async () => {
    const template = T([
      list('k', ['a', 'b']),
      link('resourceId', when('k', 'a')),
      link('resourceType', when('k', 'a')),
    ]);
    assert.deepEqual((await applied(template, { k: 'a' })).linkedResources, {
      l: { resourceId: 'r', resourceType: 'r', bindingType: 'latest' },
    });
    assert.equal((await applied(template, { k: 'b' })).linkedResources, undefined);
  });
});

describe('choices with conditions', () => {
  test('87: a chosen value stays when its choice is hidden', async () => {
    const choices = [
      { name: 'X', value: 'x' },
      { name: 'Y', value: 'y', ...when('k', 'a') },
    ];
    const diagram = await applyTo(T([list('k', ['a', 'b']), list('c', [], { choices })]));
    diagram.fill('it', { k: 'a' });
    diagram.fill('it', { c: 'y' });
    diagram.fill('it', { k: 'b' });
    assert.deepEqual((await readSaved(diagram)).inputs, { k: 'b', c: 'y' });
  });
});

describe('what the Modeler does not load', () => {
  const load = async (...templates: readonly object[]) => {
    const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
    diagram.load(templates);
    return diagram;
  };
  const refused: readonly (readonly [title: string, template: object, message: RegExp])[] = [
    ['25: a blank configurationTemplate', withKind([chooser({ configurationTemplate: '' })]), /./],
    ['25: a chooser without a name', withKind([chooser({ binding: { type: 'zeebe:input', name: '' } })]), /./],
    ['25: a kind with a blank id', T([chooser()], { configurationTemplates: [{ ...kind, id: '' }] }), /./],
    [
      '32: a newer format',
      T([chooser()], {
        $schema: 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema@0.99.0/resources/schema.json',
      }),
      /./,
    ],
    [
      '79: a task that becomes an event',
      T([], {
        appliesTo: ['bpmn:Task'],
        elementType: { value: 'bpmn:EndEvent', eventDefinition: 'bpmn:MessageEventDefinition' },
      }),
      /./,
    ],
  ];
  for (const [title, template, message] of refused) test(title, () => assert.rejects(load(template), message));

  test('32: an older format with a chooser loads', async () => {
    const $schema = 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema@0.43.0/resources/schema.json';
    await load(withKind([chooser()], { $schema }));
  });

  test('26: two kinds of one id that differ load both', async () => {
    const other = { ...kind, properties: [{ type: 'String', binding: { type: 'property', name: 'other' } }] };
    const diagram = await load(
      withKind([chooser()]),
      T([chooser()], { id: 'u', configurationTemplates: [other] }),
      T([chooser()], { id: 'w', configurationTemplates: [{ ...kind, name: 'K', kind: 'CREDENTIAL' }] }),
    );
    assert.deepEqual([...diagram.offered('it', '8.10.0')].toSorted(), ['t@1', 'u@1', 'w@1']);
  });
});
