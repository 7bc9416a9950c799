/** What the generator refuses, and its messages. The numbers are those of the reference. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { isFault } from '../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { type Hints, hints } from '../../src/connector/hints.ts';
import type { OutboundTemplateSettings } from '../../src/connector/template-settings.ts';
import { createTemplate, createTemplates } from '../../src/template/index.ts';
import { problemsOf } from './support/make.ts';

const connectorOf = (schema: v.GenericSchema, template?: OutboundTemplateSettings) =>
  defineOutbound({
    name: 'Tester',
    type: 'tester',
    input: schema,
    ...(template === undefined ? {} : { template }),
    run: () => ({}),
  });

const refusal = (x: v.GenericSchema): string =>
  problemsOf(() => createTemplate(connectorOf(v.object({ x })))).join('\n');
const whole = (schema: v.GenericSchema): string => problemsOf(() => createTemplate(connectorOf(schema))).join('\n');

const text = (given: Hints) => v.pipe(v.string(), hints(given));
const maybe = (given: Hints) => v.pipe(v.optional(v.string()), hints(given));

const kinds: readonly (readonly [title: string, schema: v.GenericSchema, message: RegExp])[] = [
  ['17: a regex with a flag', v.pipe(v.string(), v.regex(/^a/i)), /^x: its regex has the flag "i"/],
  ['a regex that needs the flag u', v.pipe(v.string(), v.regex(/\p{L}/u)), /without the flag "u"/],
  ['regexes with references', v.pipe(v.string(), v.regex(/(a)\1/), v.regex(/b/)), /back references/],
  ['32: a date', v.date(), /^x: .*"date".*v\.isoTimestamp\(\), v\.transform/],
  ['32: a map', v.map(v.string(), v.string()), /"map".*use v\.record/],
  ['32: a set', v.set(v.string()), /"set".*use v\.array/],
  ['32: a bigint', v.bigint(), /"bigint".*v\.transform\(BigInt\)/],
  ['32: a file', v.file(), /"file"; use document\(\)/],
  ['a bare null', v.null(), /"null".*v\.nullable/],
  ['a date in a list', v.array(v.date()), /^x: .*"date"/],
  ['a set deep inside', v.record(v.string(), v.looseObject({ a: v.set(v.string()) })), /"set"/],
  ['a set in a union with text', v.union([v.string(), v.set(v.string())]), /"set"/],
  ['30: a union of objects', v.union([v.object({ a: v.string() }), v.object({ b: v.string() })]), /use v\.variant/],
  [
    'a union of an object and text',
    v.union([v.object({ a: v.string() }), v.string()]),
    /mixes objects.*feel: 'required'/,
  ],
  ['a literal that JSON does not have', v.literal(1n), /one of its values is a bigint/],
  ['a value twice', v.picklist(['a', 'a']), /its list has the value "a" twice/],
  [
    'a default that does not fit',
    v.optional(v.pipe(v.string(), v.minLength(3)), 'ab'),
    /default does not match .*at least 3/,
  ],
  ['a range without numbers', v.pipe(v.number(), v.minValue(5), v.ltValue(5)), /^x: no number is within its limits/],
  ['a default that FEEL cannot write', v.optional(v.number(), 1e30), /exponent/],
  [
    'a default of a hint that is too short',
    v.pipe(v.string(), v.minLength(5), hints({ default: 'abc' })),
    /^x: its default does not match .*at least 5/,
  ],
  [
    'a default of a hint that is not a number',
    v.pipe(v.number(), hints({ default: 'many' })),
    /^x: its default does not match/,
  ],
  [
    'a default of a hint that is not a list',
    v.pipe(v.array(v.string()), hints({ default: 'q' })),
    /^x: its default does not match/,
  ],
  [
    'a default of a hint with a field that does not fit',
    v.pipe(v.object({ a: v.string(), b: v.boolean() }), hints({ default: { b: 'yes' } })),
    /^x\.b: its default does not match .*true or false/,
  ],
  ['a list without values', v.picklist([]), /^x: its list has no values/],
  ['a default of FEEL that does not parse', text({ default: '=1 +' }), /not valid FEEL/],
  [
    '36: a secret with a default',
    v.pipe(v.optional(v.string(), 'abc'), hints({ secret: true })),
    /a secret must not have a default/,
  ],
  [
    'an object whose fields are never sent',
    v.object({ a: v.pipe(v.optional(v.string()), hints({ hidden: true })) }),
    /all of its fields may be left out.*v\.optional\(…, \{\}\)/,
  ],
  [
    'a required object whose fields are never sent',
    v.undefinedable(v.object({ a: v.pipe(v.optional(v.string()), hints({ hidden: true })) })),
    /all of its fields may be left out/,
  ],
  [
    'overlapping parts of an intersection',
    v.object({ y: v.intersect([v.object({ a: v.string() }), v.object({ a: v.string() })]) }),
    /^x\.y\.a: several parts/,
  ],
];

describe('kinds of schemas', () => {
  for (const [title, schema, message] of kinds) test(title, () => assert.match(refusal(schema), message));
});

const variants: readonly (readonly [title: string, members: readonly v.ObjectEntries[], message: RegExp])[] = [
  ['30: numbers', [{ t: v.literal(1) }, { t: v.literal(2) }], /^x\.t: the key of the variant is a number/],
  ['a key that is FEEL', [{ t: v.literal('=a') }, { t: v.literal('b') }], /the text "=a"/],
  ['texts and booleans', [{ t: v.literal('a') }, { t: v.literal(true) }], /mixes texts and booleans/],
  ['a key that may be absent', [{ t: v.optional(v.literal('a')) }, { t: v.literal('b') }], /may be absent/],
  ['a key that is not a literal', [{ t: v.string() }, { t: v.literal('b') }], /is not a literal/],
  [
    'a key of two members',
    [
      { t: v.literal('a'), b: v.string() },
      { t: v.literal('a'), c: v.string() },
    ],
    /^x\.t: several of its members have the key "a"/,
  ],
  ['a member without the key', [{ a: v.string() }, { t: v.literal('b') }], /does not have its key/],
];

describe('variants', () => {
  for (const [title, members, message] of variants) {
    test(title, () => {
      const options = members.map((entries) => v.object(entries));
      assert.match(refusal(v.variant('t', options as never) as v.GenericSchema), message);
    });
  }

  test('a key whose name cannot be a variable', () => {
    const schema = v.variant('my-key', [
      v.object({ 'my-key': v.literal('a') }),
      v.object({ 'my-key': v.literal('b') }),
    ]);
    assert.match(refusal(schema), /^x\.my-key: the name "my-key" cannot be an input variable/);
    assert.match(whole(schema), /^my-key: the name "my-key"/);
  });

  test('a default that no member has', () => {
    const schema = v.variant('t', [v.object({ t: v.literal('a') }), v.object({ t: v.literal('b') })]);
    assert.match(
      refusal(v.pipe(schema, hints({ default: { t: 'c' } }))),
      /^x\.t: its default is not one of its values/,
    );
  });
});

const given: readonly (readonly [title: string, schema: v.GenericSchema, message: RegExp])[] = [
  [
    'an unknown hint',
    v.pipe(v.string(), v.metadata({ camunda: { colour: 'red' } })),
    /^x: hints\.colour: unknown hint\. Known: group, /,
  ],
  [
    'hints with values that they cannot have',
    v.pipe(v.string(), v.metadata({ camunda: { order: 'x', group: 5, condition: { property: 'b' }, choices: 5 } })),
    /hints\.group: expected text.*\n.*hints\.order: expected a number, but got text\n.*hints\.choices: .*\n.*hints\.condition: needs one of equals, /,
  ],
  [
    'hints that are not an object',
    v.pipe(v.string(), v.metadata({ camunda: 'group' })),
    /^x: hints: expected hints\(\{ … \}\), but got text/,
  ],
  [
    'a placeholder of a number',
    v.pipe(v.number(), hints({ placeholder: '1' })),
    /"placeholder" has no effect on a field of type Number/,
  ],
  ['FEEL for a list of values', v.pipe(v.picklist(['a']), hints({ feel: 'optional' })), /"feel" has no effect on/],
  ['static text', text({ feel: 'static' }), /must not be "static" for text; use "none"/],
  ['a number without FEEL', v.pipe(v.number(), hints({ feel: 'none' })), /use "static"/],
  ['a language on one line', text({ language: 'json' }), /needs a field of type Text/],
  ['a language beside FEEL', text({ language: 'json', type: 'Text' }), /add feel: 'none'/],
  ['choices of a text', text({ choices: { a: 'A' } }), /"choices" has no effect on/],
  ['a label of no choice', v.pipe(v.picklist(['a']), hints({ choices: { b: 'B' } })), /labels "b"/],
  ['hidden, but required', text({ hidden: true }), /"hidden" removes the field, but the schema requires a value/],
  ['sent but not shown, and without a value', text({ type: 'Hidden' }), /hides a field without a default/],
  [
    'a condition on what is required',
    text({ condition: { property: 'y', equals: 'a' } }),
    /"condition" can hide the field/,
  ],
  [
    '38: a condition on an unknown field',
    maybe({ condition: { property: 'zzz', equals: 'x' } }),
    /names "zzz", which is not a field/,
  ],
  [
    'a condition on itself',
    maybe({ condition: { property: 'x', equals: 'a' } }),
    /names "x", which is itself; name another field/,
  ],
  ['a different name for the variable', text({ binding: 'y' }), /a different name than the schema/],
  [
    'a header that is not text',
    v.pipe(v.optional(v.picklist([1, 2])), hints({ target: 'header' })),
    /header, which is text/,
  ],
  [
    'a header that the runtime reads',
    maybe({ target: 'header', binding: 'resultExpression' }),
    /the runtime reads the header/,
  ],
];

describe('hints', () => {
  for (const [title, schema, message] of given) test(title, () => assert.match(refusal(schema), message));

  test('conditions that depend on each other', () => {
    const schema = v.object({
      a: maybe({ condition: { property: 'b', isEmpty: false } }),
      b: maybe({ condition: { property: 'c', isEmpty: false } }),
      c: maybe({ condition: { property: 'a', isEmpty: false } }),
    });
    assert.match(whole(schema), /^c: its condition names "a", whose own condition depends on this field; remove one/);
  });

  test('a condition that is never met', () => {
    const schema = v.object({ b: v.picklist(['x', 'y']), a: maybe({ condition: { property: 'b', equals: 'z' } }) });
    assert.match(whole(schema), /^a: its condition requires "b" to be "z", which is not one of its values/);
  });

  test('a condition on a list of numbers', () => {
    const schema = v.object({ b: v.picklist([1, 2]), a: maybe({ condition: { property: 'b', equals: 1 } }) });
    assert.match(
      whole(schema),
      /^a: its condition requires "b" to be 1, but the Modeler compares only the texts of a list/,
    );
  });

  test('an id twice', () => {
    assert.match(whole(v.object({ a: text({ id: 'z' }), b: text({ id: 'z' }) })), /^b: another field has the id "z"/);
  });

  test('a header twice', () => {
    const header = { target: 'header', binding: 'h' } as const;
    assert.match(
      whole(v.object({ a: maybe(header), b: maybe({ ...header, id: 'c' }) })),
      /two fields .* have this binding/,
    );
  });
});

describe('whole inputs', () => {
  test('33: a name that cannot be a variable', () => {
    assert.match(whole(v.object({ 'my-key': v.string() })), /^my-key: the name "my-key" cannot be an input variable/);
    assert.match(whole(v.object({ a: v.object({ '1b': v.string() }) })), /^a\.1b: the name "1b"/);
  });

  test('33: a reserved word of FEEL', () => {
    assert.match(
      whole(v.object({ if: v.string() })),
      /^if: the name "if" cannot be an input variable; FEEL reserves this word/,
    );
    assert.match(whole(v.object({ a: v.object({ null: v.string() }) })), /^a\.null: the name "null"/);
  });

  test('a field that is left out may have any name', () => {
    const { properties } = createTemplate(
      connectorOf(v.object({ a: v.string(), 'my-key': v.pipe(v.optional(v.string()), hints({ hidden: true })) })),
    );
    assert.ok(properties.every(({ id }) => id !== 'my-key'));
  });

  test('a record has no fields', () => {
    assert.match(whole(v.record(v.string(), v.string())), /^\(root\): a schema of type "record" has no fields/);
  });

  test('a union of objects', () => {
    assert.match(whole(v.union([v.object({ a: v.string() }), v.object({ b: v.string() })])), /use v\.variant/);
  });

  test('32: all problems are listed at once, with the connector', () => {
    const connector = connectorOf(v.object({ d: v.date(), m: v.object({ s: v.set(v.string()) }), 'a b': v.string() }));
    assert.throws(
      () => createTemplate(connector),
      (error) => {
        assert.ok(isFault(error, 'definition'));
        assert.match(
          error.message,
          /^The connector "Tester" cannot have an element template:\n- d: .*\n- m\.s: .*\n- a b: /,
        );
        assert.match(error.message, /Where: createTemplate$/);
        return true;
      },
    );
  });

  test('a value that is not what is expected has advice too', () => {
    const wrong = connectorOf(v.object({ a: v.pipe(v.string(), hints({ order: 'first' as never })) }));
    assert.throws(() => createTemplate(wrong), {
      message: [
        'The connector "Tester" cannot have an element template:',
        '- a: hints.order: expected a number, but got text',
        'Where: createTemplate',
        'Fix: correct what is named above.',
      ].join('\n'),
    });
  });
});

const settings: readonly (readonly [title: string, settings: OutboundTemplateSettings, message: RegExp])[] = [
  [
    'an element without a job',
    { elementType: { value: 'bpmn:UserTask' } },
    /^template\.elementType: a bpmn:UserTask does not create a job; use one of bpmn:ServiceTask/,
  ],
  [
    'an event without a message',
    { elementType: { value: 'bpmn:EndEvent' } },
    /^template\.elementType: an event creates a job only if it has a message.*add eventDefinition/,
  ],
  [
    'a task with a message',
    { elementType: { value: 'bpmn:SendTask', eventDefinition: 'bpmn:MessageEventDefinition' } },
    /^template\.elementType: a bpmn:SendTask has no event definition/,
  ],
  [
    'elements without the one that they become',
    { appliesTo: ['bpmn:UserTask'] },
    /^template\.appliesTo: the Modeler requires bpmn:ServiceTask among them/,
  ],
  [
    'elements that cannot become it',
    { appliesTo: ['bpmn:Task', 'bpmn:StartEvent'] },
    /^template\.appliesTo: a bpmn:StartEvent cannot become a bpmn:ServiceTask/,
  ],
  ['an engine range', { engines: 'eight' }, /^template\.engines\.camunda: "eight" is not a range/],
  ['an icon that is a file', { icon: './icon.svg' }, /^template\.icon: expected the data URI .*command line/],
  ['an empty group', { groups: [{ id: 'g', label: 'G' }] }, /^template\.groups: no field is in the group "g"/],
  ['an expression', { errorExpression: '=(' }, /^template\.errorExpression: it is not a valid FEEL expression/],
  ['fields of no output', { outputs: 'fields' }, /^output: is missing, but outputs: 'fields' needs it/],
];

describe('settings', () => {
  for (const [title, template, message] of settings) {
    test(title, () =>
      assert.match(
        problemsOf(() => createTemplate(connectorOf(v.object({ a: v.string() }), template))).join('\n'),
        message,
      ),
    );
  }

  test('options are checked like the definition, by the kind of the connector', () => {
    const outbound = connectorOf(v.object({ a: v.string() }));
    const inbound = defineInbound({ name: 'in', loop: () => ({}) });
    const of = (make: () => unknown) => problemsOf(make).join('\n');
    assert.match(
      of(() => createTemplate(outbound, { version: -1 })),
      /^options\.version: expected a whole number/,
    );
    assert.match(
      of(() => createTemplate(outbound, { part: 'catchEvent' })),
      /^options\.part: must be "task" or "tool"/,
    );
    assert.match(
      of(() => createTemplate(outbound, { messageName: 'm' })),
      /^options\.messageName: only templates of inbound connectors have this setting/,
    );
    assert.match(
      of(() => createTemplate(inbound, { hybrid: true })),
      /^options\.hybrid: /,
    );
    assert.match(
      of(() => createTemplate(inbound, { part: 'endEvent' as never })),
      /^options\.part: must be one of "activation", "catchEvent"/,
    );
    assert.match(
      of(() => createTemplates({ ...outbound, type: ' ' })),
      /^type: expected text that is not empty/,
    );
    assert.match(
      of(() => createTemplate(null as never)),
      /^expected a connector/,
    );
  });
});
