/** Templates for tools of agents. The numbers are those of the reference for Camunda 8.10. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as v from 'valibot';
import { isFault } from '../../src/common/fault.ts';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { document } from '../../src/connector/documents/schema.ts';
import { type Hints, hints } from '../../src/connector/hints.ts';
import { adHocResult } from '../../src/connector/make-job-results.ts';
import type { OutboundTemplateSettings } from '../../src/connector/template-settings.ts';
import { feelDate } from '../../src/connector/values/temporal.ts';
import { findCalls } from '../../src/feel/index.ts';
import { createTemplate, createTemplates, type ElementTemplate } from '../../src/template/index.ts';
import { rigWith } from '../engine/machine/support.ts';
import { applyAndRead, applyTo } from './support/apply.ts';
import { drawSubprocess } from './support/diagram.ts';
import { anySpec, build } from './support/hinted.ts';
import { ownIds, problemsOf, propertyOf } from './support/make.ts';
import { openDiagram } from './support/modeler.ts';
import { startStage } from './support/stage.ts';
import { assertValidTemplate } from './support/validate.ts';

const connectorOf = (input: v.ObjectEntries | v.GenericSchema, template?: OutboundTemplateSettings) =>
  defineOutbound({
    name: 'Tester',
    type: 'tester',
    input: 'kind' in input ? (input as v.GenericSchema) : v.object(input as v.ObjectEntries),
    ...(template === undefined ? {} : { template }),
    run: () => ({}),
  });

const toolOf = (input: v.ObjectEntries | v.GenericSchema, template?: OutboundTemplateSettings): ElementTemplate => {
  const made = createTemplate(connectorOf(input, template), { part: 'tool' });
  assertValidTemplate(made);
  return made;
};

const refusals = (input: v.ObjectEntries | v.GenericSchema, template?: OutboundTemplateSettings): string =>
  problemsOf(() => createTemplate(connectorOf(input, template), { part: 'tool' })).join('\n');

const fieldOf = (schema: v.GenericSchema) => {
  const { type, feel, value } = propertyOf(toolOf({ x: schema }), 'x');
  return [type, feel, value];
};

const colours = v.picklist(['red', 'blue']);

describe('fields that the agent fills in', () => {
  const cases: readonly (readonly [title: string, schema: v.GenericSchema, field: readonly unknown[]])[] = [
    ['text', v.string(), ['String', 'optional', '=fromAi(toolCall.x, "X", "string")']],
    [
      'title and description',
      v.pipe(v.string(), v.title('Search words'), v.description('What to look for')),
      ['String', 'optional', '=fromAi(toolCall.x, "Search words. What to look for", "string")'],
    ],
    [
      'limits of a text',
      v.pipe(v.string(), v.maxLength(40), v.regex(/^\d+$/)),
      ['String', 'optional', '=fromAi(toolCall.x, "X", "string", {"maxLength":40,"pattern":"^\\\\d+$"})'],
    ],
    [
      '97: an optional entry',
      v.optional(v.string()),
      ['String', 'optional', '=fromAi(toolCall.x, "X", "string", null, {"required":false})'],
    ],
    [
      '97: an entry that may be null',
      v.nullable(v.string()),
      ['String', 'optional', '=fromAi(toolCall.x, "X", "string", null, {"required":false})'],
    ],
    [
      '97: an optional entry that must be filled in while it is shown',
      v.pipe(v.optional(v.string()), hints({ notEmpty: true })),
      ['String', 'optional', '=fromAi(toolCall.x, "X", "string")'],
    ],
    ['a number', v.number(), ['Number', 'optional', '=fromAi(toolCall.x, "X", "number")']],
    [
      'a whole number in a range',
      v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5)),
      ['Number', 'optional', '=fromAi(toolCall.x, "X", "integer", {"minimum":1,"maximum":5})'],
    ],
    ['a checkbox', v.boolean(), ['Boolean', 'optional', '=fromAi(toolCall.x, "X", "boolean")']],
    [
      'a list',
      v.array(v.string()),
      ['Text', 'required', '=fromAi(toolCall.x, "X", "array", {"items":{"type":"string"}})'],
    ],
    [
      'a list of objects, with the texts and limits of their entries',
      v.array(
        v.object({
          city: v.pipe(v.string(), v.title('City'), v.description('Its name')),
          days: v.optional(v.pipe(v.number(), v.minValue(-1)), 1),
        }),
      ),
      [
        'Text',
        'required',
        '=fromAi(toolCall.x, "X", "array", {"items":{"type":"object","properties":{' +
          '"city":{"type":"string","title":"City","description":"Its name"},"days":{"type":"number","minimum":-1}},' +
          '"required":["city"]}})',
      ],
    ],
    [
      'an object as one value, and a variant as one value',
      v.pipe(
        v.variant('k', [v.object({ k: v.literal('a'), n: v.number() }), v.object({ k: v.literal('b') })]),
        hints({ opaque: true }),
      ),
      [
        'Text',
        'required',
        '=fromAi(toolCall.x, "X", "object", {"oneOf":[{"type":"object","properties":{"k":{"const":"a"},"n":{"type":"number"}},' +
          '"required":["k","n"]},{"type":"object","properties":{"k":{"const":"b"}},"required":["k"]}]})',
      ],
    ],
    [
      'a free object',
      v.record(v.string(), v.number()),
      ['Text', 'required', '=fromAi(toolCall.x, "X", "object", {"additionalProperties":{"type":"number"}})'],
    ],
    ['a date', feelDate(), ['String', 'optional', '=fromAi(toolCall.x, "X. A date such as 2026-01-31", "string")']],
    [
      'text of several lines',
      v.pipe(v.string(), hints({ type: 'Text' })),
      ['Text', 'optional', '=fromAi(toolCall.x, "X", "string")'],
    ],
    [
      'a list of choices that a hint gives to the agent',
      v.pipe(colours, hints({ tool: true })),
      ['String', 'optional', '=fromAi(toolCall.x, "X", "string", {"enum":["red","blue"]})'],
    ],
    [
      'a list of numbers',
      v.pipe(v.optional(v.picklist([1, 2])), hints({ tool: true })),
      ['Number', 'optional', '=fromAi(toolCall.x, "X", "number", {"enum":[1,2]}, {"required":false})'],
    ],
    [
      'a default, and a hint',
      v.pipe(v.optional(v.string(), 'en'), hints({ tool: true })),
      ['String', 'optional', '=fromAi(toolCall.x, "X", "string", null, {"required":false})'],
    ],
    [
      'quotes, backslashes and line breaks in a description',
      v.pipe(v.string(), v.description('A "word"\nor \\"two')),
      ['String', 'optional', '=fromAi(toolCall.x, "A \\"word\\" or /\\"two", "string")'],
    ],
  ];
  for (const [title, schema, field] of cases) test(title, () => assert.deepEqual(fieldOf(schema), field));
});

describe('fields that stay as they are', () => {
  const cases: readonly (readonly [title: string, schema: v.GenericSchema, field: readonly unknown[]])[] = [
    ['a default', v.optional(v.string(), 'en'), ['String', 'optional', 'en']],
    ['a default of a hint', v.pipe(v.string(), hints({ default: '=x' })), ['String', 'optional', '=x']],
    ['a secret', v.pipe(v.string(), hints({ secret: true })), ['String', 'optional', undefined]],
    ['98: a list of choices', colours, ['Dropdown', undefined, undefined]],
    ['values only', v.pipe(v.number(), hints({ feel: 'static' })), ['Number', 'static', undefined]],
    ['text only', v.pipe(v.string(), hints({ feel: 'none' })), ['String', undefined, undefined]],
    ['a hint', v.pipe(v.string(), hints({ tool: false })), ['String', 'optional', undefined]],
    ['anything', v.unknown(), ['Text', 'required', undefined]],
    ['a constant', v.literal('a'), ['Hidden', undefined, 'a']],
    ['a document', document(), ['Text', 'required', undefined]],
    ['a list of documents', v.array(v.object({ file: document() })), ['Text', 'required', undefined]],
    ['bytes', v.instance(Uint8Array), ['Text', 'required', undefined]],
  ];
  for (const [title, schema, field] of cases) test(title, () => assert.deepEqual(fieldOf(schema), field));

  test('a checkbox and a field that others depend on', () => {
    const template = toolOf({
      verbose: v.boolean(),
      level: v.pipe(
        v.optional(v.number()),
        hints({ condition: { property: 'verbose', equals: true }, notEmpty: true }),
      ),
    });
    assert.equal(propertyOf(template, 'verbose').value, false);
    assert.match(String(propertyOf(template, 'level').value), /^=fromAi\(toolCall\.level, /);
  });
});

test('98: the key of a variant stays a choice, and the texts of its members are parameters', async () => {
  const auth = v.variant('type', [
    v.object({ type: v.literal('none') }),
    v.object({ type: v.literal('basic'), user: v.string(), pass: v.pipe(v.string(), hints({ secret: true })) }),
    v.object({ type: v.literal('token'), user: v.string(), token: v.string() }),
  ]);
  const template = toolOf({ auth, url: v.string() });
  assert.deepEqual(ownIds(template), ['auth.type', 'auth.user', 'auth.pass', 'auth.token', 'url']);
  assert.equal(propertyOf(template, 'auth.type').type, 'Dropdown');
  assert.deepEqual((await applyAndRead(template, { 'auth.type': 'basic' })).inputs, {
    'auth.type': 'basic',
    'auth.user': '=fromAi(toolCall.auth_user, "User", "string")',
    'auth.pass': null,
    url: '=fromAi(toolCall.url, "Url", "string")',
  });
});

describe('the template', () => {
  test('has an id, a name and a result of its own', () => {
    const connector = connectorOf({ q: v.string() }, { resultVariable: 'own', outputs: 'fields' });
    const tool = createTemplate(
      connectorOf({ q: v.string() }, { id: 'search', name: 'Search', resultVariable: 'own' }),
      { part: 'tool' },
    );
    assert.deepEqual(
      [tool.id, tool.name, propertyOf(tool, 'id').value],
      ['search-tool', 'Search (tool)', 'search-tool'],
    );
    assert.equal(propertyOf(tool, 'resultVariable').value, 'toolCallResult');
    assert.equal(propertyOf(createTemplate(connector, { part: 'tool' }), 'resultVariable').value, 'toolCallResult');
    assert.equal(createTemplate(connector, { part: 'tool', hybrid: true }).id, 'tester-hybrid-tool');
  });

  test('is made with the ordinary one if the definition asks for it', () => {
    const ids = (tool?: boolean) =>
      createTemplates(connectorOf({ q: v.string() }, tool === undefined ? {} : { tool })).map(({ id }) => id);
    assert.deepEqual(ids(), ['tester']);
    assert.deepEqual(ids(false), ['tester']);
    assert.deepEqual(ids(true), ['tester', 'tester-tool']);
    const both = connectorOf({ q: v.string() }, { tool: true });
    assert.equal(createTemplate(both).id, 'tester');
    assert.deepEqual(
      createTemplates(both, { part: 'tool' }).map(({ id }) => id),
      ['tester-tool'],
    );
  });

  test('is made of a connector without the setting when it is asked for, with its hints', () => {
    const connector = connectorOf({
      colour: v.pipe(v.picklist(['red', 'blue']), hints({ tool: true })),
      key: v.pipe(v.string(), hints({ secret: true })),
    });
    const template = createTemplate(connector, { part: 'tool' });
    assert.match(String(propertyOf(template, 'colour').value), /^=fromAi\(toolCall\.colour,/);
    const { value, placeholder } = propertyOf(template, 'key');
    assert.deepEqual([value, placeholder], [undefined, '{{secrets.KEY}}']);
    assert.equal(propertyOf(createTemplate(connector), 'colour').value, undefined);
  });

  test('of operations keeps the choice of the operation', () => {
    const connector = defineOutbound({
      name: 'Mailer',
      type: 'mailer',
      operations: {
        send: { input: v.object({ to: v.string() }), run: () => ({}) },
        list: { input: v.object({ top: v.optional(v.number()) }), run: () => ({}) },
      },
    });
    const template = createTemplate(connector, { part: 'tool' });
    assertValidTemplate(template);
    assert.equal(propertyOf(template, 'operation').type, 'Dropdown');
    assert.equal(propertyOf(template, 'to').value, '=fromAi(toolCall.to, "To", "string")');
  });
});

describe('what no agent could use is refused', () => {
  const given = (schema: v.GenericSchema, more: Hints): string =>
    refusals({ x: v.pipe(schema, hints(more)), y: v.string() });
  const cases: readonly (readonly [title: string, text: string, message: RegExp])[] = [
    ['96: a reserved name', refusals({ _meta: v.string() }), /^_meta: agents reserve this name; rename/],
    [
      '96: two parameters of one name',
      refusals({ a_b: v.string(), a: v.object({ b: v.string() }) }),
      /^a\.b: an agent cannot distinguish it from "a_b", because both are its parameter "a_b"; rename/,
    ],
    ['a secret', given(v.string(), { tool: true, secret: true }), /^x: the hint "tool" must not be true for a secret/],
    [
      'a header',
      given(v.optional(v.string()), { tool: true, target: 'header' }),
      /^x: the hint "tool" has no effect on a header/,
    ],
    [
      'a hidden field',
      given(v.optional(v.string(), 'a'), { tool: true, type: 'Hidden' }),
      /^x: the hint "tool" has no effect on a hidden field/,
    ],
    [
      'values only',
      given(v.number(), { tool: true, feel: 'static' }),
      /^x: the hint "tool" needs a field that takes FEEL/,
    ],
    [
      'JSON text',
      given(v.pipe(v.string(), v.parseJson()), { tool: true }),
      /^x: the hint "tool" has no effect on JSON/,
    ],
    ['anything', given(v.unknown(), { tool: true }), /^x: the hint "tool" needs a schema that says whether/],
    [
      'a document',
      given(v.array(document()), { tool: true }),
      /^x: the hint "tool" has no effect on a document, which/,
    ],
    ['a generated value', given(v.string(), { tool: true, generated: 'uuid' }), /^x: the hint "tool" does not go with/],
    ['an object', given(v.object({ a: v.string() }), { tool: true }), /^x: the hint "tool" has no effect on an object/],
    [
      'a field that no agent fills in',
      given(colours, { tool: false }),
      /^x: the hint "tool" has no effect, because no/,
    ],
    [
      'a field that others depend on',
      refusals({
        x: v.pipe(colours, hints({ tool: true })),
        y: v.pipe(v.optional(v.string()), hints({ condition: { property: 'x', equals: 'red' } })),
      }),
      /^x: the hint "tool" would give the field to an agent, but other fields are shown by its value; leave/,
    ],
    [
      'Camunda before 8.8',
      refusals({ x: v.string() }, { engines: '^8.6' }),
      /^template\.engines\.camunda: tools of agents need Camunda 8\.8; use '\^8\.8', or leave it out/,
    ],
  ];
  for (const [title, text, message] of cases) test(title, () => assert.match(text, message));

  test('an inbound connector, and the fields of a credential', () => {
    const field = v.pipe(v.string(), hints({ tool: true }));
    const inbound = defineInbound({ name: 'in', input: v.object({ x: field }), loop: () => null });
    assert.match(
      problemsOf(() => createTemplate(inbound)).join('\n'),
      /^x: the hint "tool" has an effect on the fields/,
    );
    assert.match(
      problemsOf(() => createTemplate(inbound, { part: 'tool' })).join('\n'),
      /^options\.part: must be one of "activation"/,
    );
    const credential = v.pipe(v.object({ key: field }), hints({ credential: { id: 'a:1', name: 'A' } }));
    assert.match(refusals({ x: credential }), /^x\.key: the hint "tool" has an effect on the fields/);
  });

  test('options about a result that the agent takes from its own variable', () => {
    const connector = connectorOf({ x: v.string() }, { tool: true });
    for (const [name, value] of [
      ['outputs', 'fields'],
      ['resultVariable', 'out'],
    ] as const) {
      assert.match(
        problemsOf(() => createTemplate(connector, { part: 'tool', [name]: value })).join('\n'),
        new RegExp(`^options\\.${name}: has no effect on a tool, whose agent takes the result from toolCallResult`),
      );
    }
    const [task, tool] = createTemplates(connector, { resultVariable: 'out' });
    assert.equal(propertyOf(task!, 'resultVariable').value, 'out');
    assert.equal(propertyOf(tool!, 'resultVariable').value, 'toolCallResult');
  });

  test('the setting as an option', () => {
    assert.match(
      problemsOf(() => createTemplate(connectorOf({ x: v.string() }), { tool: true } as never)).join('\n'),
      /^options\.tool: is a setting of the definition\. Fix: use part: 'tool'/,
    );
  });
});

const argumentNames = ['value', 'description', 'type', 'schema', 'options'];

test('96: whatever the schema, an agent accepts the parameters of the template', () => {
  let parameters = 0;
  fc.assert(
    fc.property(anySpec, (spec) => {
      const input = v.object({ it: build(spec, 'it', (_, schema) => schema) });
      let template: ElementTemplate;
      try {
        template = createTemplate(connectorOf(input), { part: 'tool' });
      } catch (error) {
        if (!isFault(error, 'definition')) throw error;
        return;
      }
      assertValidTemplate(template);
      const paths = new Map<string, string>();
      for (const { value, binding } of template.properties) {
        const text = String(value ?? '');
        if (!text.startsWith('=fromAi(')) continue;
        const [call, ...others] = findCalls(text.slice(1), 'fromAi', argumentNames);
        assert.ok(call?.value !== undefined && 'path' in call.value, `${text} names a parameter`);
        assert.deepEqual(others, []);
        const [space, name = '', ...rest] = call.value.path;
        assert.deepEqual([space, rest], ['toolCall', []]);
        assert.notEqual(name, '_meta');
        // The agent reads constants only.
        for (const argument of Object.values(call).slice(1))
          assert.ok('value' in argument, `${text} has constants only`);
        const path = binding.type === 'zeebe:input' ? binding.name : '';
        assert.equal(paths.get(name) ?? path, path, `two fields are the parameter ${name}`);
        paths.set(name, path);
        parameters += 1;
      }
    }),
    { numRuns: Number(process.env.TEMPLATE_RUNS ?? 300), seed: Number(process.env.TEMPLATE_SEED ?? 96) },
  );
  assert.ok(parameters > 100, `only ${parameters} parameters`);
});

test('95: the engine evaluates the parameters of a call, and null without a call', async () => {
  const template = toolOf({
    q: v.string(),
    n: v.optional(v.number()),
    named: v.pipe(v.string(), hints({ tool: false })),
  });
  const diagram = await applyTo(template);
  diagram.fill('it', { named: '=fromAi(value: toolCall.q, description: "What", options: {required: false})' });
  const rig = await rigWith(await diagram.save());
  rig.create({ toolCall: { q: 'hi', n: 2 } });
  assert.deepEqual(rig.job('tester').variables, { toolCall: { q: 'hi', n: 2 }, q: 'hi', n: 2, named: 'hi' });
  rig.create();
  assert.deepEqual(rig.job('tester').variables, { q: null, n: null, named: null });
});

/** Calls the tool once for each word, and answers with what it found. */
const agent = defineOutbound({
  name: 'Agent',
  type: 'agent',
  template: {
    elementType: { value: 'bpmn:AdHocSubProcess' },
    adHoc: {
      outputCollection: 'toolCallResults',
      outputElement: '={word: toolCall.word, content: toolCallResult.found}',
    },
    outputs: 'fields',
  },
  output: v.object({ answer: v.array(v.string()), tools: v.unknown() }),
  input: v.object({
    words: v.array(v.string()),
    toolCallResults: v.pipe(
      v.optional(v.array(v.object({ word: v.string(), content: v.string() })), []),
      hints({ hidden: true }),
    ),
    adHocSubProcessElements: v.pipe(v.optional(v.unknown()), hints({ hidden: true })),
  }),
  run: ({ words, toolCallResults, adHocSubProcessElements }) => {
    const next = words.find((word) => !toolCallResults.some((one) => one.word === word));
    if (next !== undefined) {
      return adHocResult({ activateElements: [{ elementId: 'tool', variables: { toolCall: { word: next } } }] });
    }
    const answer = toolCallResults.map(({ content }) => content);
    return adHocResult({ completionConditionFulfilled: true, variables: { answer, tools: adHocSubProcessElements } });
  },
});

const dictionary = defineOutbound({
  name: 'Dictionary',
  type: 'dictionary',
  template: { tool: true },
  input: v.object({
    word: v.pipe(v.string(), v.description('The word to look up')),
    language: v.optional(v.picklist(['en', 'de']), 'en'),
    limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
  run: ({ word, language, limit }) => ({ found: `${word} (${language}, ${limit ?? 'all'})` }),
});

test('an agent and its tool, drawn with templates, run on the engine', async (t) => {
  const agentTemplate = createTemplate(agent);
  const [, toolTemplate] = createTemplates(dictionary);
  assert.ok(toolTemplate, 'there is a template for the tool');
  for (const template of [agentTemplate, toolTemplate]) assertValidTemplate(template);
  const diagram = await openDiagram(drawSubprocess('p'));
  diagram.load([agentTemplate, toolTemplate]);
  diagram.apply('agent', agentTemplate);
  diagram.apply('tool', toolTemplate);
  diagram.fill('agent', { words: '=words' });
  const xml = await diagram.save();
  const stage = await startStage({ outbound: [agent, dictionary] });
  t.after(() => stage.stop());
  const { answer, tools } = await stage.run(xml, { words: ['tea', 'cup'] });
  assert.deepEqual(answer, ['tea (en, all)', 'cup (en, all)']);
  assert.deepEqual(tools, [
    {
      elementId: 'tool',
      elementName: 'Look it up',
      parameters: [
        { name: 'toolCall.word', description: 'The word to look up', type: 'string' },
        {
          name: 'toolCall.limit',
          description: 'Limit',
          type: 'integer',
          schema: { minimum: 1 },
          options: { required: false },
        },
      ],
    },
  ]);
});
