/** Whole templates of outbound connectors, beyond the inputs. The numbers are those of the reference. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { hints } from '../../src/connector/hints.ts';
import { createTemplate, stringifyTemplate, type TemplateOptions } from '../../src/template/index.ts';
import { applyAndRead, applyTo, readSaved } from './support/apply.ts';
import { ownIds, ownProperties, problemsOf, propertyOf, says, templateOf } from './support/make.ts';
import { assertValidTemplate } from './support/validate.ts';

const log = defineOutbound({
  name: 'Log',
  type: 'io.example:log',
  description: 'Writes a line',
  input: v.object({ message: v.string() }),
  output: v.object({ at: v.pipe(v.string(), v.title('Time'), v.description('When')), line: v.number() }),
  run: () => ({ at: 'now', line: 1 }),
});

const standard = [
  ['version', 'connector', 'Hidden', undefined],
  ['id', 'connector', 'Hidden', undefined],
  ['resultVariable', 'output', 'String', undefined],
  ['resultExpression', 'output', 'Text', 'required'],
  ['errorExpression', 'error', 'Text', 'required'],
  ['retryCount', 'retries', 'String', 'optional'],
  ['retryBackoff', 'retries', 'String', undefined],
  ['jobTimeout', 'retries', 'String', undefined],
];

test('41: the whole template', async () => {
  const template = createTemplate(log);
  assertValidTemplate(template);
  const { properties, groups, ...head } = template;
  assert.deepEqual(head, {
    $schema: 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json',
    name: 'Log',
    id: 'io.example:log',
    description: 'Writes a line',
    version: 1,
    category: { id: 'connectors', name: 'Connectors' },
    appliesTo: ['bpmn:Task'],
    elementType: { value: 'bpmn:ServiceTask' },
    engines: { camunda: '^8.8' },
  });
  assert.deepEqual(groups, [
    { id: 'default', label: 'Properties' },
    { id: 'connector', label: 'Connector' },
    { id: 'output', label: 'Output mapping' },
    { id: 'error', label: 'Error handling' },
    { id: 'retries', label: 'Retries' },
  ]);
  assert.deepEqual(properties[0], {
    value: 'io.example:log',
    binding: { type: 'zeebe:taskDefinition', property: 'type' },
    type: 'Hidden',
  });
  assert.equal(properties[1]?.id, 'message');
  assert.deepEqual(
    properties.slice(2).map(({ id, group, type, feel }) => [id, group, type, feel]),
    standard,
  );
  assert.deepEqual(await applyAndRead(template), {
    type: 'bpmn:ServiceTask',
    templateId: 'io.example:log',
    templateVersion: 1,
    taskType: 'io.example:log',
    retries: '3',
    inputs: { message: null },
    outputs: {},
    headers: { elementTemplateVersion: '1', elementTemplateId: 'io.example:log', retryBackoff: 'PT30S' },
    properties: {},
  });
});

test('the keys have the order of official templates', () => {
  const template = createTemplate(log, {
    keywords: ['write'],
    documentationRef: 'https://example.org',
    icon: 'https://example.org/a.svg',
  });
  assert.equal(
    Object.keys(template).join(' '),
    '$schema name id description keywords documentationRef version category appliesTo elementType engines groups properties icon',
  );
});

test('durations are checked while a person types', () => {
  const template = createTemplate(log);
  for (const id of ['retryBackoff', 'jobTimeout']) {
    const property = propertyOf(template, id);
    for (const fine of ['PT30S', 'P1DT2H', 'PT0.5S', undefined]) assert.equal(says(property, fine), undefined);
    for (const bad of ['30', 'PT', 'P', 'P1Y', 'PT1']) assert.match(says(property, bad) ?? '', /^must be a duration/);
  }
});

test('42: a hybrid template asks for the task type', async () => {
  const [normal, hybrid] = [createTemplate(log), createTemplate(log, { hybrid: true })];
  assertValidTemplate(hybrid);
  assert.deepEqual([hybrid.id, hybrid.name], ['io.example:log-hybrid', 'Hybrid Log']);
  assert.deepEqual(hybrid.groups, [{ id: 'taskDefinitionType', label: 'Task definition type' }, ...normal.groups]);
  assert.deepEqual(
    hybrid.properties.map(({ id }) => id),
    ['taskDefinitionType', ...normal.properties.slice(1).map(({ id }) => id)],
  );
  assert.equal((await applyAndRead(hybrid, { taskDefinitionType: 'other' })).taskType, 'other');
});

test('43: an icon is a data URI; the command line reads files', () => {
  const icon = 'data:image/svg+xml;base64,PHN2Zy8+';
  assert.deepEqual(createTemplate(log, { icon }).icon, { contents: icon });
});

test('46: the same connector gives the same bytes: two spaces, LF, a newline at the end', () => {
  const text = stringifyTemplate(createTemplate(log));
  assert.equal(stringifyTemplate(createTemplate({ ...log })), text);
  assert.match(text, /^\{\n {2}"\$schema": /);
  assert.match(text, /\n\}\n$/);
  assert.doesNotMatch(text, /\r/);
  assert.equal(stringifyTemplate([createTemplate(log)]), `${JSON.stringify([createTemplate(log)], null, 2)}\n`);
});

test('47: an upgrade keeps what was typed and adds defaults', async () => {
  const first = templateOf({ a: v.string() });
  const second = templateOf({ a: v.string(), b: v.optional(v.string(), 'new') }, { version: 2 });
  const diagram = await applyTo(first);
  diagram.fill('it', { a: 'typed' });
  diagram.load([first, second]);
  diagram.apply('it', second);
  const { inputs, templateVersion, headers } = await readSaved(diagram);
  assert.deepEqual(inputs, { a: 'typed', b: 'new' });
  assert.deepEqual([templateVersion, headers.elementTemplateVersion], [2, '2']);
});

describe('settings', () => {
  test('options take precedence over the settings of the definition', () => {
    const connector = defineOutbound({
      ...log,
      template: {
        id: 'a',
        version: 3,
        name: 'B',
        description: 'C',
        keywords: ['d'],
        documentationRef: 'https://example.org/e',
        category: { id: 'f', name: 'G' },
        engines: { camunda: '^8.9', camundaDesktopModeler: '>=5.40' },
        appliesTo: ['bpmn:SendTask'],
        elementType: { value: 'bpmn:SendTask' },
        resultExpression: '={a: at}',
        errorExpression: '=null',
        retryCount: 5,
        retryBackoff: 'PT1S',
        jobTimeout: 'PT1M',
      },
    });
    const template = createTemplate(connector, { version: 4 });
    assertValidTemplate(template);
    const { id, version, name, description, keywords, documentationRef, category, engines, appliesTo } = template;
    assert.deepEqual([id, version, name, description, keywords], ['a', 4, 'B', 'C', ['d']]);
    assert.deepEqual([documentationRef, category], ['https://example.org/e', { id: 'f', name: 'G' }]);
    assert.deepEqual(engines, { camunda: '^8.9', camundaDesktopModeler: '>=5.40' });
    assert.deepEqual([appliesTo, template.elementType], [['bpmn:SendTask'], { value: 'bpmn:SendTask' }]);
    const values = ['resultExpression', 'errorExpression', 'retryCount', 'retryBackoff', 'jobTimeout'];
    assert.deepEqual(
      values.map((one) => propertyOf(template, one).value),
      ['={a: at}', '=null', '5', 'PT1S', 'PT1M'],
    );
  });

  test('the element settings are derived from each other', async () => {
    const message = { eventDefinition: 'bpmn:MessageEventDefinition' };
    const cases: readonly (readonly [TemplateOptions, readonly string[], object])[] = [
      [{ appliesTo: ['bpmn:EndEvent'] }, ['bpmn:EndEvent'], { value: 'bpmn:EndEvent', ...message }],
      [{ appliesTo: ['bpmn:ScriptTask'] }, ['bpmn:ScriptTask'], { value: 'bpmn:ScriptTask' }],
      [
        { elementType: { value: 'bpmn:IntermediateThrowEvent', ...message } },
        ['bpmn:IntermediateThrowEvent'],
        { value: 'bpmn:IntermediateThrowEvent', ...message },
      ],
      [{ elementType: { value: 'bpmn:SendTask' } }, ['bpmn:Task'], { value: 'bpmn:SendTask' }],
      [
        { appliesTo: ['bpmn:Task', 'bpmn:SubProcess'] },
        ['bpmn:Task', 'bpmn:SubProcess'],
        { value: 'bpmn:ServiceTask' },
      ],
    ];
    for (const [options, appliesTo, elementType] of cases) {
      const template = createTemplate(log, options);
      assertValidTemplate(template);
      assert.deepEqual([template.appliesTo, template.elementType], [appliesTo, elementType]);
      assert.equal((await applyAndRead(template)).taskType, 'io.example:log');
    }
  });

  test('an undefined engine range means the default', () => {
    const engines = { camunda: undefined, camundaDesktopModeler: '>=5.40' } as unknown as { camunda: string };
    assert.deepEqual(createTemplate(log, { engines }).engines, { camunda: '^8.8', camundaDesktopModeler: '>=5.40' });
  });

  test('48: the result variable of the connector or its template is a default', () => {
    const value = (connector: Parameters<typeof createTemplate>[0], options?: TemplateOptions) =>
      propertyOf(createTemplate(connector, options), 'resultVariable').value;
    assert.equal(value(log), undefined);
    assert.equal(value({ ...log, resultVariable: 'out' }), 'out');
    assert.equal(value({ ...log, resultVariable: false }), undefined);
    assert.equal(value({ ...log, resultVariable: 'out' }, { resultVariable: 'other' }), 'other');
  });
});

describe('one variable per field of the result', () => {
  const outputs = async (resultVariable: string | false | undefined) => {
    const connector = resultVariable === undefined ? log : { ...log, resultVariable };
    const template = createTemplate(connector, { outputs: 'fields' });
    assertValidTemplate(template);
    return applyAndRead(template, { 'output.line': '' });
  };

  test('by their names; an empty one is dropped', async () => {
    assert.deepEqual((await outputs(undefined)).outputs, { at: '=at' });
    const { label, description, value, optional } = propertyOf(createTemplate(log, { outputs: 'fields' }), 'output.at');
    assert.deepEqual([label, description, value, optional], ['Time', 'When', 'at', true]);
  });

  test('not if a name cannot be a variable', () => {
    const fields = (output: v.GenericSchema) =>
      problemsOf(() => createTemplate({ ...log, output } as never, { outputs: 'fields' })).join('\n');
    assert.match(fields(v.object({ 'my-key': v.string() })), /^output\.my-key: an expression cannot contain this name/);
    assert.match(fields(v.object({ if: v.string() })), /^output\.if: an expression cannot contain this name/);
  });

  test('read from the result variable of the connector, or from one that the template sets', async () => {
    assert.deepEqual((await outputs('response')).outputs, { at: '=response.at' });
    const dropped = await outputs(false);
    assert.deepEqual(dropped.outputs, { at: '=result.at' });
    assert.equal(dropped.headers.resultVariable, 'result');
  });
});

describe('hints', () => {
  test('23: a section, inherited, labelled and placed before the standard ones', () => {
    const x = v.pipe(v.object({ a: v.string() }), v.metadata({ camunda: { group: 'g' } }));
    const template = templateOf({ x });
    assert.equal(propertyOf(template, 'x.a').group, 'g');
    assert.deepEqual(template.groups.slice(0, 2), [
      { id: 'g', label: 'G' },
      { id: 'connector', label: 'Connector' },
    ]);
  });

  test('sections in the order of the definition; fields follow them', () => {
    const groups = [
      { id: 'b', label: 'Bees', tooltip: 'T', openByDefault: true },
      { id: 'a', label: 'As' },
    ];
    const inGroup = (group: string) => v.pipe(v.string(), hints({ group }));
    const template = templateOf(
      { one: inGroup('a'), two: v.string(), three: inGroup('b'), four: inGroup('a') },
      { groups },
    );
    assert.deepEqual(ownIds(template), ['three', 'one', 'four', 'two']);
    assert.deepEqual(template.groups.slice(0, 3), [...groups, { id: 'default', label: 'Properties' }]);
  });

  test('inputs in a standard section come first', () => {
    const inGroup = (group: string) => v.pipe(v.string(), hints({ group }));
    for (const hybrid of [false, true]) {
      const template = templateOf({ a: inGroup('output'), b: inGroup('taskDefinitionType') }, { hybrid });
      assertValidTemplate(template);
      assert.deepEqual(
        template.groups.find(({ id }) => id === 'output'),
        { id: 'output', label: 'Output mapping' },
      );
    }
    const letter = defineInbound({ name: 'letter', input: v.object({ a: inGroup('config') }), loop: () => undefined });
    const activation = createTemplate(letter);
    assertValidTemplate(activation);
    assert.deepEqual(activation.groups, [
      { id: 'config', label: 'Configuration' },
      { id: 'output', label: 'Output mapping' },
    ]);
  });

  test('39: unrelated metadata has no effect', () => {
    assert.equal(propertyOf(templateOf({ x: v.pipe(v.string(), v.metadata({ type: 'Text' })) }), 'x').type, 'String');
  });

  test('add up: later ones win over earlier ones, outer ones over inner ones', () => {
    const x = v.pipe(
      v.optional(v.pipe(v.string(), hints({ tooltip: 'a', group: 'a' }), hints({ group: 'b' }))),
      hints({ tooltip: 'c' }),
    );
    const { tooltip, group } = propertyOf(templateOf({ x }), 'x');
    assert.deepEqual([tooltip, group], ['c', 'b']);
  });

  test('looks: several lines, placeholder, documentation, no FEEL, another id', () => {
    const x = v.pipe(
      v.string(),
      v.description('The body'),
      hints({
        type: 'Text',
        feel: 'none',
        placeholder: 'p',
        documentation: 'https://example.org/?a=1&b=2',
        id: 'body',
      }),
    );
    const { type, feel, placeholder, description, binding } = propertyOf(templateOf({ x }), 'body');
    assert.deepEqual([type, feel, placeholder], ['Text', undefined, 'p']);
    assert.equal(description, 'The body. <a href="https://example.org/?a=1&amp;b=2">Documentation</a>');
    assert.deepEqual(binding, { type: 'zeebe:input', name: 'x' });
  });

  test('order, and hidden fields', () => {
    const template = templateOf({
      a: v.pipe(v.string(), hints({ order: 1 })),
      b: v.string(),
      c: v.pipe(v.optional(v.string()), hints({ hidden: true })),
      d: v.pipe(v.string(), hints({ order: -1 })),
    });
    assert.deepEqual(ownIds(template), ['d', 'b', 'a']);
  });

  test('a value that is sent but not shown', async () => {
    const template = templateOf({ x: v.pipe(v.optional(v.number(), 5), hints({ type: 'Hidden' })) });
    assert.equal(propertyOf(template, 'x').type, 'Hidden');
    assert.deepEqual((await applyAndRead(template)).inputs, { x: '=5' });
  });

  test('an expression instead of a field', () => {
    const template = templateOf({
      a: v.pipe(v.object({ b: v.string() }), hints({ opaque: true })),
      c: v.pipe(v.optional(v.string(), 'x'), hints({ feel: 'required' })),
      d: v.pipe(v.union([v.object({ a: v.string() }), v.string()]), hints({ feel: 'required' })),
    });
    assert.deepEqual(
      ownProperties(template).map(({ id, type, feel, value }) => [id, type, feel, value]),
      [
        ['a', 'Text', 'required', undefined],
        ['c', 'Text', 'required', '="x"'],
        ['d', 'Text', 'required', undefined],
      ],
    );
  });

  test('conditions name fields by their path, and add up', async () => {
    const template = templateOf({
      id: v.optional(v.picklist(['a', 'b']), 'a'),
      x: v.pipe(
        v.optional(v.object({ y: v.pipe(v.optional(v.string()), hints({ notEmpty: true })) })),
        hints({ condition: { property: 'id', equals: 'b' } }),
      ),
      z: v.pipe(
        v.optional(v.string()),
        hints({
          condition: [
            { property: 'id', oneOf: ['a', 'b'] },
            { property: 'x.y', isActive: true },
          ],
        }),
      ),
    });
    assert.deepEqual(propertyOf(template, 'x.y').condition, { property: 'input.id', equals: 'b', type: 'simple' });
    assert.deepEqual(propertyOf(template, 'x.y').constraints, { notEmpty: true });
    const diagram = await applyTo(template);
    assert.deepEqual((await readSaved(diagram)).inputs, { id: 'a' });
    diagram.fill('it', { 'input.id': 'b' });
    assert.deepEqual((await readSaved(diagram)).inputs, { id: 'b', 'x.y': null, z: null });
  });

  test('a header instead of an input', async () => {
    const template = templateOf({
      x: v.pipe(v.optional(v.string(), 'v'), hints({ target: 'header', binding: 'my-header' })),
    });
    const { headers, inputs } = await applyAndRead(template);
    assert.deepEqual([headers['my-header'], inputs], ['v', {}]);
    const required = templateOf({ x: v.pipe(v.string(), hints({ target: 'header' })) });
    assert.deepEqual(propertyOf(required, 'x').constraints, { notEmpty: true });
    assert.deepEqual((await applyAndRead(required, { x: 'v' })).headers.x, 'v');
    const list = templateOf({ x: v.pipe(v.optional(v.picklist(['a', 'b'])), hints({ target: 'header' })) });
    assert.deepEqual([propertyOf(list, 'x').optional, propertyOf(list, 'x').choices?.length], [true, 2]);
    assert.deepEqual((await applyAndRead(list)).headers.x, undefined);
  });
});
