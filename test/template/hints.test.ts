/** A hint either takes effect or is refused, wherever it is. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { type Hints, hints } from '../../src/connector/hints.ts';
import { createTemplate, type ElementTemplate, type TemplateOptions } from '../../src/template/index.ts';
import { applyAndRead, applyTo, readSaved } from './support/apply.ts';
import { ownIds, problemsOf, propertyOf, templateOf } from './support/make.ts';

const refusals = (schema: v.GenericSchema, options?: TemplateOptions): string =>
  problemsOf(() =>
    createTemplate(defineOutbound({ name: 'T', type: 't', input: schema, run: () => ({}) }), options),
  ).join('\n');

const of = (schema: v.GenericSchema): v.GenericSchema => v.object({ x: schema });

const given = (schema: v.GenericSchema, hint: Hints): v.GenericSchema => v.pipe(schema, hints(hint));

const value = (template: ElementTemplate, id: string) => propertyOf(template, id).value;

const person = v.object({ name: v.string(), age: v.optional(v.number()), admin: v.boolean() });

const inner = v.variant('mode', [
  v.object({ type: v.literal('go'), mode: v.literal('fast'), speed: v.number() }),
  v.object({ type: v.literal('go'), mode: v.literal('slow'), pause: v.string() }),
]);

const outer = (second: v.GenericSchema): v.GenericSchema =>
  v.variant('type', [v.object({ type: v.literal('stop'), why: v.string() }), second] as never);

describe('17: defaults', () => {
  test('of a variant that is a member of a variant', async () => {
    const template = templateOf({ x: outer(given(inner, { default: { mode: 'fast', speed: 5 } })) });
    assert.deepEqual([value(template, 'x.mode'), value(template, 'x.speed')], ['fast', 5]);
    assert.equal(value(template, 'x.type'), undefined);
    assert.deepEqual((await applyAndRead(template, { 'x.type': 'go' })).inputs, {
      'x.type': 'go',
      'x.mode': 'fast',
      'x.speed': '=5',
    });
  });

  test('of a variant that is an entry of a member of a variant', async () => {
    const template = templateOf({
      x: v.variant('type', [
        v.object({ type: v.literal('none') }),
        v.object({ type: v.literal('tls'), job: given(inner, { default: { mode: 'slow', pause: 'PT1S' } }) }),
      ]),
    });
    assert.deepEqual((await applyAndRead(template, { 'x.type': 'tls' })).inputs, {
      'x.type': 'tls',
      'x.job.type': 'go',
      'x.job.mode': 'slow',
      'x.job.pause': 'PT1S',
    });
  });

  test('of the outer variant reach the inner one', () => {
    const template = templateOf({ x: given(outer(inner), { default: { type: 'go', mode: 'slow', pause: 'P' } }) });
    assert.deepEqual(
      ['x.type', 'x.mode', 'x.pause', 'x.speed'].map((id) => value(template, id)),
      ['go', 'slow', 'P', undefined],
    );
    assert.equal(value(templateOf({ x: given(outer(inner), { default: { type: 'go' } }) }), 'x.type'), 'go');
  });

  test('of a member apply while it is selected', async () => {
    const template = templateOf({
      x: v.variant('type', [
        v.object({ type: v.literal('none') }),
        given(v.object({ type: v.literal('basic'), user: v.string() }), { default: { user: 'Ada' } }) as never,
      ]),
    });
    assert.deepEqual((await applyAndRead(template, { 'x.type': 'basic' })).inputs, {
      'x.type': 'basic',
      'x.user': 'Ada',
    });
  });

  test('of an object, of a part of an intersection and of a whole input', () => {
    const template = templateOf({ x: given(person, { default: { name: 'Ada', age: 36, admin: true } }) });
    assert.deepEqual(
      ['x.name', 'x.age', 'x.admin'].map((id) => value(template, id)),
      ['Ada', 36, true],
    );
    const both = v.intersect([
      given(v.object({ a: v.string() }), { default: { a: 'A' } }),
      v.object({ b: v.string() }),
    ]);
    assert.equal(value(templateOf({ x: both }), 'x.a'), 'A');
    assert.equal(value(templateOf(given(person, { default: { name: 'Ada' } })), 'name'), 'Ada');
  });

  test('an empty text is written', async () => {
    const template = templateOf({ x: given(v.string(), { default: '' }) });
    assert.deepEqual((await applyAndRead(template)).inputs, { x: '=""' });
  });

  test('null inside the default of a schema means an empty field', () => {
    const nothing = v.object({ b: v.nullable(v.boolean()), n: v.nullable(v.number()), t: v.nullable(v.string()) });
    const template = templateOf({ x: v.optional(nothing, { b: null, n: null, t: null }) });
    assert.deepEqual(
      ['x.b', 'x.n', 'x.t'].map((id) => value(template, id)),
      ['=null', undefined, undefined],
    );
  });

  const refused: readonly (readonly [title: string, schema: v.GenericSchema, message: RegExp])[] = [
    [
      'a value that the inner variant does not have',
      of(outer(given(inner, { default: { mode: 'turbo' } }))),
      /^x\.mode: its default is not one of its values/,
    ],
    [
      'a wrong type in the inner variant',
      of(outer(given(inner, { default: { mode: 'fast', speed: 'very' } }))),
      /^x\.speed: its default does not match/,
    ],
    [
      'an entry of another member',
      of(given(inner, { default: { type: 'go', mode: 'fast', pause: 'P' } })),
      /^x: its default has "pause", which the member "fast" does not have; remove it/,
    ],
    [
      'a variant without its key',
      of(given(inner, { default: { speed: 1 } })),
      /^x: its default does not have the key "mode".*add the key/,
    ],
    [
      'a member for another member',
      of(
        v.variant('t', [
          given(v.object({ t: v.literal('a') }), { default: { t: 'b' } }) as never,
          v.object({ t: v.literal('b') }),
        ]),
      ),
      /^x: the default of a member sets "t" for another member/,
    ],
    [
      'a member and its variant',
      of(
        given(
          v.variant('t', [given(v.object({ t: v.literal('a'), b: v.string() }), { default: { b: 'x' } }) as never]),
          { default: { t: 'a', b: 'y' } },
        ),
      ),
      /^x: both a member and a hint around it set a default/,
    ],
    ['an unknown entry', of(given(person, { default: { nme: 'Ada' } })), /^x: its default has "nme"/],
    ['an unknown entry of the input', given(person, { default: { nme: 'Ada' } }), /^\(root\): its default has "nme"/],
    [
      'an expression for an object',
      of(given(person, { default: '=customer' })),
      /^x: its default must be an object.*opaque: true/,
    ],
    [
      'an object and one of its entries',
      of(given(v.object({ a: given(v.string(), { default: 'x' }) }), { default: { a: 'y' } })),
      /^x\.a: both its own hint and a hint around it set a default/,
    ],
    [
      'an entry that is left out',
      of(
        given(v.object({ a: v.string(), b: given(v.optional(v.string()), { hidden: true }) }), { default: { b: 'y' } }),
      ),
      /^x\.b: the default around it has no effect/,
    ],
    ['a literal with another value', of(given(v.literal('x'), { default: 'y' })), /^x: its default is not one of/],
    ['null', of(given(v.string(), { default: null })), /^x: hints\.default: must not be null/],
    [
      '18: an expression for a number without FEEL',
      of(given(v.number(), { feel: 'static', default: '=n' })),
      /^x: the hint "default" is an expression, but the field does not take FEEL/,
    ],
    [
      'an expression for a checkbox without FEEL',
      of(given(v.boolean(), { feel: 'static', default: '=n' })),
      /the field does not take FEEL/,
    ],
    [
      'an expression for text without FEEL',
      of(given(v.string(), { feel: 'none', default: '=n' })),
      /the field does not take FEEL/,
    ],
    [
      'an expression for a JSON editor',
      of(given(v.pipe(v.string(), v.parseJson()), { default: '=n' })),
      /the field does not take FEEL/,
    ],
  ];
  for (const [title, schema, message] of refused) {
    test(`refused: ${title}`, () => assert.match(refusals(schema), message));
  }
});

describe('17: notEmpty', () => {
  test('of an object and a variant: what they require must be filled in', async () => {
    const maybe = templateOf({ x: v.optional(person) });
    assert.equal(propertyOf(maybe, 'x.name').constraints, undefined);
    assert.equal(propertyOf(maybe, 'x.admin').type, 'Dropdown');
    const must = templateOf({ x: given(v.optional(person), { notEmpty: true }) });
    assert.deepEqual(propertyOf(must, 'x.name').constraints, { notEmpty: true });
    assert.equal(propertyOf(must, 'x.age').constraints, undefined);
    assert.equal(propertyOf(must, 'x.admin').type, 'Boolean');
    const choice = templateOf({ x: given(v.optional(inner), { notEmpty: true }) });
    assert.deepEqual(propertyOf(choice, 'x.mode').constraints, { notEmpty: true });
    const never = templateOf({ x: given(person, { notEmpty: false }) });
    assert.equal(propertyOf(never, 'x.name').constraints, undefined);
  });

  test('19 and 86: a required object with a condition', async () => {
    const template = templateOf({
      who: v.picklist(['person', 'none']),
      x: given(v.optional(v.object({ name: v.string() })), {
        condition: { property: 'who', equals: 'person' },
        notEmpty: true,
      }),
    });
    assert.deepEqual(propertyOf(template, 'x.name').constraints, { notEmpty: true });
    const diagram = await applyTo(template);
    assert.deepEqual((await readSaved(diagram)).inputs, { who: null });
    diagram.fill('it', { who: 'person' });
    assert.deepEqual((await readSaved(diagram)).inputs, { who: 'person', 'x.name': null });
  });

  test('beside a default of a list', () => {
    const list = given(v.optional(v.picklist(['a', 'b']), 'a'), { notEmpty: true });
    assert.deepEqual(propertyOf(templateOf({ x: list }), 'x').constraints, { notEmpty: true });
    const choice = given(inner, { default: { type: 'go', mode: 'slow' }, notEmpty: true });
    assert.deepEqual(propertyOf(templateOf({ x: choice }), 'x.mode').constraints, { notEmpty: true });
  });

  test('refused for a checkbox, and where an older engine needs a value', () => {
    assert.match(
      refusals(of(given(v.boolean(), { notEmpty: true }))),
      /^x: the hint "notEmpty" has no effect on a checkbox/,
    );
    const nothing = given(v.undefinedable(v.string()), { notEmpty: false });
    assert.match(refusals(of(nothing), { engines: '^8.6' }), /"notEmpty" must not be false before Camunda 8\.8/);
  });
});

describe('17: hints that take effect', () => {
  test('labels of a list of Yes and No', () => {
    const field = given(v.nullable(v.boolean()), { choices: { true: 'On', false: 'Off' } });
    assert.deepEqual(
      propertyOf(templateOf({ x: field }), 'x').choices?.map(({ name }) => name),
      ['(not set)', 'On', 'Off'],
    );
  });

  test('tooltip, documentation, labels and id of the list of a variant', () => {
    const template = templateOf({
      x: given(v.pipe(inner, v.description('How')), {
        tooltip: 'T',
        documentation: 'https://example.org',
        choices: { fast: 'Quick' },
        id: 'speedMode',
      }),
    });
    const { tooltip, description, choices, binding } = propertyOf(template, 'speedMode');
    assert.deepEqual([tooltip, choices?.[0]?.name], ['T', 'Quick']);
    assert.equal(description, 'How. <a href="https://example.org">Documentation</a>');
    assert.deepEqual(binding, { type: 'zeebe:input', name: 'x.mode' });
    assert.deepEqual(propertyOf(template, 'x.speed').condition, {
      property: 'speedMode',
      equals: 'fast',
      type: 'simple',
    });
  });

  test('the section of a part of an intersection', () => {
    const both = v.intersect([given(v.object({ a: v.string() }), { group: 'g' }), v.object({ b: v.string() })]);
    const template = templateOf({ x: both });
    assert.deepEqual(
      ['x.a', 'x.b'].map((id) => propertyOf(template, id).group),
      ['g', 'default'],
    );
  });

  test('the order among the entries of an intersection', () => {
    const both = v.intersect([v.object({ a: given(v.string(), { order: 2 }) }), v.object({ b: v.string() })]);
    assert.deepEqual(ownIds(templateOf({ x: both })), ['x.b', 'x.a']);
  });

  test('the id of a field in one of several members', () => {
    const template = templateOf({
      auth: v.variant('type', [
        v.object({ type: v.literal('a'), user: given(v.string(), { id: 'who' }) }),
        v.object({ type: v.literal('b'), user: v.number() }),
      ]),
    });
    assert.deepEqual(ownIds(template), ['auth.type', 'who', 'auth.user']);
  });
});

const members = (first: v.GenericSchema): v.GenericSchema =>
  v.variant('t', [first, v.object({ t: v.literal('b') })] as never);

/** Each place that has no field of its own, with a schema that has the hint there. */
const places: readonly (readonly [title: string, make: (hint: Hints) => v.GenericSchema, except: readonly string[]])[] =
  [
    [
      'an object',
      (hint) => of(given(person, hint)),
      ['group', 'order', 'condition', 'notEmpty', 'default', 'hidden', 'opaque', 'credential'],
    ],
    [
      'a variant',
      (hint) => of(given(inner, hint)),
      [
        'group',
        'order',
        'condition',
        'notEmpty',
        'default',
        'hidden',
        'opaque',
        'tooltip',
        'documentation',
        'choices',
        'id',
        'menu',
        'credential',
      ],
    ],
    ['a whole input', (hint) => given(person, hint), ['group', 'default']],
    [
      'a variant as the whole input',
      (hint) => given(inner, hint),
      ['group', 'default', 'tooltip', 'documentation', 'choices', 'id', 'menu'],
    ],
    [
      'a part of an intersection',
      (hint) => of(v.intersect([given(person, hint), v.object({ b: v.string() })])),
      ['group', 'default'],
    ],
    [
      'a member of a variant',
      (hint) => of(members(given(v.object({ t: v.literal('a'), b: v.string() }), hint))),
      ['group', 'default', 'keywords'],
    ],
    [
      'a variant as a member of a variant',
      (hint) => of(outer(given(inner, hint))),
      ['group', 'default', 'notEmpty', 'tooltip', 'documentation', 'choices', 'id'],
    ],
    ['the key of a variant', (hint) => of(members(v.object({ t: given(v.literal('a'), hint) }))), []],
    ['a literal of a list', (hint) => of(v.union([given(v.literal('a'), hint), v.literal('b')])), []],
    ['an item of a list', (hint) => of(v.array(given(v.string(), hint))), []],
    ['a value of a record', (hint) => of(v.record(v.string(), given(v.string(), hint))), []],
    [
      'an entry of an opaque object',
      (hint) => of(given(v.object({ a: given(v.string(), hint) }), { opaque: true })),
      [],
    ],
    ['an entry of a loose object', (hint) => of(v.looseObject({ a: given(v.string(), hint) })), []],
    [
      'a value behind a conversion',
      (hint) => of(v.pipe(v.string(), v.parseJson(), v.object({ a: given(v.string(), hint) }))),
      [],
    ],
    ['an entry that is left out', (hint) => of(given(v.optional(v.string()), { ...hint, hidden: true })), ['hidden']],
  ];

const everyHint: Required<{ readonly [Name in keyof Hints]: Hints[Name] }> = {
  group: 'g',
  order: 1,
  placeholder: 'p',
  tooltip: 't',
  documentation: 'https://example.org',
  type: 'Text',
  feel: 'optional',
  language: 'json',
  choices: { a: 'A' },
  condition: { property: 'y', equals: 'a' },
  notEmpty: true,
  default: 'd',
  generated: 'uuid',
  credential: { id: 'acme:key:1', name: 'Key' },
  hidden: true,
  secret: true,
  opaque: true,
  target: 'header',
  binding: 'b',
  id: 'i',
  menu: true,
  keywords: ['k'],
  tool: true,
};

describe('17: hints that are refused', () => {
  for (const [title, make, except] of places) {
    for (const [name, hint] of Object.entries(everyHint)) {
      if (except.includes(name)) continue;
      test(`"${name}" on ${title}`, () => {
        assert.match(refusals(make({ [name]: hint })), new RegExp(`the hint "${name}" has no effect`));
      });
    }
  }

  const fields: readonly (readonly [title: string, schema: v.GenericSchema, message: RegExp])[] = [
    [
      'a tooltip of a hidden field',
      given(v.literal('x'), { tooltip: 't' }),
      /"tooltip" has no effect on a field of type Hidden/,
    ],
    [
      'a placeholder of a hidden field',
      given(v.optional(v.string(), 'x'), { type: 'Hidden', placeholder: 'p' }),
      /"placeholder" has no effect on a field of type Hidden/,
    ],
    [
      'labels of a hidden list',
      given(v.optional(v.picklist(['a']), 'a'), { type: 'Hidden', choices: { a: 'A' } }),
      /"choices"/,
    ],
    [
      'labels of a checkbox',
      given(v.boolean(), { choices: { true: 'On' } }),
      /"choices" has no effect on a field of type Boolean/,
    ],
    [
      'keywords of a field',
      given(v.string(), { keywords: ['k'] }),
      /"keywords" has an effect on the members of a variant only/,
    ],
    [
      'text without FEEL for a list',
      given(v.array(v.string()), { feel: 'none' }),
      /"feel" must not be "none" for a value/,
    ],
    [
      'FEEL of a header',
      given(v.optional(v.number()), { target: 'header', feel: 'optional' }),
      /"feel" has no effect on a header/,
    ],
    [
      'a language on one line',
      given(v.pipe(v.string(), v.parseJson()), { type: 'String', language: 'json' }),
      /needs a field of type Text/,
    ],
    [
      'an id of the template itself',
      given(v.string(), { id: 'version' }),
      /"id" is the id of one of the template's own fields/,
    ],
    ['an id of the list of operations', given(v.string(), { id: '#operation' }), /"id" must not start with "#"/],
    ['a label that the list of a variant does not have', given(inner, { choices: { turbo: 'T' } }), /labels "turbo"/],
    [
      'labels of the checkbox of a variant',
      given(v.variant('on', [v.object({ on: v.literal(true) }), v.object({ on: v.literal(false) })]), {
        choices: { true: 'On' },
      }),
      /"choices" has no effect on a checkbox/,
    ],
  ];
  for (const [title, schema, message] of fields) test(title, () => assert.match(refusals(of(schema)), message));

  const empty: readonly (readonly [title: string, schema: v.GenericSchema, message: RegExp])[] = [
    [
      'a section without fields',
      members(given(v.object({ t: v.literal('a') }), { group: 'g' })),
      /"group" has no effect, because none/,
    ],
    [
      'a section that each entry replaces',
      given(v.object({ a: given(v.string(), { group: 'h' }) }), { group: 'g' }),
      /"group" has no effect, because none of its fields is in that section/,
    ],
    [
      'entries that must be filled in, where none is required',
      given(v.optional(v.object({ a: v.optional(v.string()) })), { notEmpty: true }),
      /"notEmpty" has no effect, because none of its entries is required/,
    ],
    [
      'a condition of an object without fields',
      given(v.optional(v.object({ a: given(v.optional(v.string()), { hidden: true }) })), {
        condition: { property: 'y', equals: 'a' },
      }),
      /"condition" has no effect, because it has no fields/,
    ],
    ['an empty default', given(person, { default: {} }), /"default" has no effect, because it is empty/],
    [
      'the type of a fixed value',
      given(v.literal('x'), { type: 'Text' }),
      /"type" has no effect on a field of type Hidden/,
    ],
    [
      'a hint behind a conversion in an item',
      v.array(v.pipe(v.string(), v.parseJson(), v.object({ a: given(v.string(), { group: 'g' }) }))),
      /"group" has no effect inside a value that has a single field/,
    ],
  ];
  for (const [title, schema, message] of empty) test(title, () => assert.match(refusals(of(schema)), message));

  test('one id for the fields of two members', () => {
    const schema = v.variant('type', [
      v.object({ type: v.literal('a'), user: given(v.string(), { id: 'who' }) }),
      v.object({ type: v.literal('b'), user: given(v.number(), { id: 'who' }) }),
    ]);
    assert.match(refusals(of(schema)), /another field has the id "who" already/);
  });

  test('what a hint states anyway is not refused', () => {
    const schema = given(person, { hidden: false, opaque: false, secret: false, target: 'input' });
    assert.deepEqual(ownIds(templateOf({ x: schema })), ['x.name', 'x.age', 'x.admin']);
  });
});

describe('18: labels', () => {
  test('keys of an enum that are not names keep their spelling, as in a picklist', () => {
    const models = {
      'gemini-2.5-pro': 'g',
      'us-east-1': 'u',
      'text/plain': 't',
      VeryHigh: 'v',
      'in-progress': 'i',
    } as const;
    const names = (schema: v.GenericSchema) =>
      propertyOf(templateOf({ x: schema }), 'x').choices?.map(({ name }) => name);
    const spelled = ['gemini-2.5-pro', 'us-east-1', 'text/plain', 'Very high', 'In progress'];
    assert.deepEqual(names(v.enum(models)), spelled);
    assert.deepEqual(names(v.picklist(Object.keys(models))), [
      'gemini-2.5-pro',
      'us-east-1',
      'text/plain',
      'Very high',
      'In progress',
    ]);
  });

  test('the choice of an inner variant and its list have titles of their own', () => {
    const titled = v.pipe(
      v.variant('mode', [
        v.object({ type: v.pipe(v.literal('go'), v.title('Drive')), mode: v.literal('fast') }),
        v.object({ type: v.literal('go'), mode: v.literal('slow') }),
      ]),
      v.title('Speed'),
    );
    const template = templateOf({ x: outer(titled) });
    assert.deepEqual(
      propertyOf(template, 'x.type').choices?.map(({ name }) => name),
      ['Stop', 'Drive'],
    );
    assert.equal(propertyOf(template, 'x.mode').label, 'Speed');
    const labelled = templateOf({ x: given(outer(v.pipe(inner, v.title('Speed'))), { choices: { go: 'Drive on' } }) });
    assert.equal(propertyOf(labelled, 'x.type').choices?.[1]?.name, 'Drive on');
    assert.equal(propertyOf(labelled, 'x.mode').label, 'Speed');
  });
});
