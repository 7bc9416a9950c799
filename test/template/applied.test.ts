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

  test('27: an upgrade keeps the chosen credential', async () => {
    const after = withKind([chooser({ configurationTemplateVersion: 2 })], { version: 2 });
    assert.deepEqual(await upgrade(withKind([chooser()]), { cred: '=camunda.vars.env.X' }, after), {
      cred: '=camunda.vars.env.X',
    });
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
    ];
    assert.deepEqual(await created(menu({ on: true, n: 3, e: '=x' }, typed), 'p'), { on: '=true', n: '=3', e: '=x' });
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
