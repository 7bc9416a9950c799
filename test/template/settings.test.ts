/** Settings of templates beyond the fields of the input. The numbers are those of the reference for Camunda 8.10. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { hints } from '../../src/connector/hints.ts';
import type { OutboundTemplateSettings } from '../../src/connector/template-settings.ts';
import { createTemplate, createTemplates, type ElementTemplate } from '../../src/template/index.ts';
import { applyAndRead, applyTo, readSaved } from './support/apply.ts';
import { drawDiagram } from './support/diagram.ts';
import { fieldOf, problemsOf, propertyOf } from './support/make.ts';
import { openDiagram } from './support/modeler.ts';
import { assertValidTemplate } from './support/validate.ts';

const withSettings = (template: OutboundTemplateSettings) =>
  defineOutbound({
    name: 'Tester',
    type: 'tester',
    input: v.object({ a: v.optional(v.string()) }),
    output: v.object({ b: v.string() }),
    template,
    run: () => ({ b: '' }),
  });

const made = (settings: OutboundTemplateSettings): ElementTemplate => {
  const template = createTemplate(withSettings(settings));
  assertValidTemplate(template);
  return template;
};

const refusals = (settings: OutboundTemplateSettings): string => problemsOf(() => made(settings)).join('\n');

/** The error of a definition with these settings. */
const invalid = (settings: unknown): string => {
  try {
    withSettings(settings as OutboundTemplateSettings);
  } catch (error) {
    return String(error);
  }
  assert.fail('the settings were accepted');
};

describe('entriesVisible', () => {
  test('54: all, none, or some sections', async () => {
    for (const entriesVisible of [true, false, {}, { outputs: true, executionListeners: false, taskListeners: true }]) {
      const template = made({ entriesVisible });
      assert.deepEqual(template.entriesVisible, entriesVisible);
      assert.deepEqual((await applyAndRead(template)).taskType, 'tester');
    }
    assert.equal('entriesVisible' in made({}), false);
  });

  test('54: other values are refused', () => {
    for (const value of [{ foo: true }, { outputs: 'yes' }, 'all', []]) {
      assert.match(invalid({ entriesVisible: value }), /entriesVisible/);
    }
  });

  test('55: visible outputs beside those of the template are refused', () => {
    assert.match(
      refusals({ outputs: 'fields', entriesVisible: { outputs: true } }),
      /^template\.entriesVisible: must not show/,
    );
    made({ outputs: 'fields', entriesVisible: true });
  });
});

describe('deprecated', () => {
  const offered = async (...templates: readonly [ElementTemplate, ...ElementTemplate[]]) =>
    (await applyTo(...templates)).offered('it', '8.9.0');

  test('56: a deprecated template is not offered, but can be applied', async () => {
    for (const deprecated of [true, {}, { message: 'Use the other one', documentationRef: 'https://example.org' }]) {
      const template = made({ deprecated });
      assert.deepEqual(template.deprecated, deprecated);
      assert.deepEqual(await offered(template), []);
      assert.equal((await applyAndRead(template)).templateId, 'tester');
    }
    assert.deepEqual(await offered(made({ deprecated: false })), ['tester@1']);
    assert.equal('deprecated' in made({ deprecated: false }), false);
  });

  test('56: other values are refused', () => {
    for (const value of ['old', { message: 1 }, { documentationRef: 'x' }]) {
      assert.match(invalid({ deprecated: value }), /deprecated/);
    }
  });

  test('57: a deprecated newest version hides the older ones', async () => {
    const [old, newest] = [made({ version: 1 }), made({ version: 2, deprecated: true })];
    assert.deepEqual(await offered(old, newest), []);
    assert.deepEqual(await offered(made({ version: 1, deprecated: true }), made({ version: 2 })), ['tester@2']);
  });
});

const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

describe('properties', () => {
  test('61: extension properties with any name', async () => {
    const template = made({ properties: { 'io.camunda.agenticai.gateway.type': 'mcpClient', 'a.b:c d': 'x' } });
    assert.deepEqual((await applyAndRead(template)).properties, {
      'io.camunda.agenticai.gateway.type': 'mcpClient',
      'a.b:c d': 'x',
    });
  });

  test('on every template of an inbound connector', async () => {
    const inbound = defineInbound({ name: 'in', template: { properties: { p: 'x' } }, loop: () => null });
    for (const template of createTemplates(inbound)) {
      assertValidTemplate(template);
      assert.deepEqual((await applyAndRead(template)).properties, { p: 'x' }, template.name);
    }
  });

  test('59: a generated value is a different one after an upgrade', async () => {
    const first = made({ properties: { p: { generated: 'uuid' } } });
    const second = made({ properties: { p: { generated: 'uuid' } }, version: 2 });
    const diagram = await applyTo(first);
    const before = (await readSaved(diagram)).properties.p ?? '';
    diagram.load([first, second]);
    diagram.apply('it', second);
    const after = (await readSaved(diagram)).properties.p ?? '';
    assert.match(before, uuid);
    assert.match(after, uuid);
    assert.notEqual(before, after);
  });

  test('63: alternatives with conditions on fields', async () => {
    const connector = (properties: OutboundTemplateSettings['properties']) =>
      defineOutbound({
        name: 'Tester',
        type: 'tester',
        input: v.object({
          way: v.variant('kind', [
            v.object({ kind: v.literal('mcp'), url: v.string() }),
            v.object({ kind: v.literal('a2a'), url: v.string() }),
            v.object({ kind: v.literal('none') }),
          ]),
        }),
        template: properties === undefined ? {} : { properties },
        run: () => ({}),
      });
    const template = createTemplate(
      connector({
        gateway: [
          { value: 'mcpClient', condition: { property: 'way.kind', equals: 'mcp' } },
          { value: 'a2aClient', condition: { property: 'way.kind', equals: 'a2a' } },
        ],
        remote: { value: 'yes', condition: { property: 'way.kind', oneOf: ['mcp', 'a2a'] } },
      }),
    );
    assertValidTemplate(template);
    for (const [kind, properties] of [
      ['mcp', { gateway: 'mcpClient', remote: 'yes' }],
      ['a2a', { gateway: 'a2aClient', remote: 'yes' }],
      ['none', {}],
    ] as const) {
      assert.deepEqual((await applyAndRead(template, { 'way.kind': kind })).properties, properties, kind);
    }
    const refused = (properties: OutboundTemplateSettings['properties']): string =>
      problemsOf(() => createTemplate(connector(properties))).join('\n');
    assert.match(
      refused({ p: { value: 'x', condition: { property: 'other', isEmpty: true } } }),
      /^template\.properties, "p": its condition names "other", which is not a field; name another field by its path/,
    );
    assert.match(
      refused({
        p: [
          { value: 'x', condition: { property: 'way.kind', equals: 'mcp' } },
          { value: 'y', condition: { property: 'way.kind', oneOf: ['mcp', 'a2a'] } },
        ],
      }),
      /^template\.properties, "p": two fields that can be shown together have this binding/,
    );
    assert.match(invalid({ properties: { p: [] } }), /properties\.p: expected a list of \{ value, condition \}/);
    assert.match(invalid({ properties: { p: { value: 'x' } } }), /condition: is missing/);
  });

  test('61: a blank name or value is refused', () => {
    assert.match(invalid({ properties: { ' ': 'x' } }), /name must not be blank/);
    assert.match(invalid({ properties: { a: '' } }), /properties/);
    assert.match(invalid({ properties: { a: { generated: 'now' } } }), /generated/);
  });
});

describe('hints({ generated })', () => {
  test('58: a field of text that the Modeler fills', async () => {
    const field = fieldOf(v.pipe(v.string(), hints({ generated: 'uuid' })));
    assert.deepEqual([field.type, field.value, field.generatedValue], ['String', undefined, { type: 'uuid' }]);
    const hidden = defineOutbound({
      name: 'T',
      type: 't',
      input: v.object({ key: v.pipe(v.string(), hints({ generated: 'uuid', type: 'Hidden' })) }),
      run: () => ({}),
    });
    const template = createTemplate(hidden);
    assertValidTemplate(template);
    assert.match((await applyAndRead(template)).inputs.key ?? '', uuid);
  });

  test('59: a visible value stays as it is after an upgrade', async () => {
    const of = (version: number) =>
      createTemplate(
        defineOutbound({
          name: 'T',
          type: 't',
          input: v.object({ key: v.pipe(v.string(), hints({ generated: 'uuid' })) }),
          template: { version },
          run: () => ({}),
        }),
      );
    const diagram = await applyTo(of(1));
    const before = (await readSaved(diagram)).inputs.key;
    diagram.load([of(1), of(2)]);
    diagram.apply('it', of(2));
    assert.match(before ?? '', uuid);
    assert.equal((await readSaved(diagram)).inputs.key, before);
  });

  const refused: readonly (readonly [title: string, schema: v.GenericSchema, message: RegExp])[] = [
    ['a number', v.pipe(v.number(), hints({ generated: 'uuid' })), /"generated" needs a field of text/],
    ['a checkbox', v.pipe(v.boolean(), hints({ generated: 'uuid' })), /"generated" needs a field of text/],
    ['a list', v.pipe(v.picklist(['a']), hints({ generated: 'uuid' })), /"generated" needs a field of text/],
    ['an expression', v.pipe(v.array(v.string()), hints({ generated: 'uuid' })), /"generated" needs a field of text/],
    [
      'a default',
      v.pipe(v.optional(v.string(), 'x'), hints({ generated: 'uuid' })),
      /"generated" does not go with a default/,
    ],
    [
      'a secret',
      v.pipe(v.string(), hints({ generated: 'uuid', secret: true })),
      /"generated" does not go with a secret/,
    ],
  ];
  for (const [title, schema, message] of refused) {
    test(`58: refused for ${title}`, () => assert.match(problemsOf(() => fieldOf(schema)).join('\n'), message));
  }
});

describe('linkedResources', () => {
  test('65 and 68: one element for each resource', async () => {
    const template = made({
      linkedResources: [
        { linkName: 'script', resourceType: 'RPA', resourceId: 'robot', binding: 'deployment' },
        { linkName: 'data', resourceId: 'table', binding: 'latest' },
      ],
    });
    assert.deepEqual((await applyAndRead(template)).linkedResources, {
      script: { resourceId: 'robot', resourceType: 'RPA', bindingType: 'deployment' },
      data: { resourceId: 'table', bindingType: 'latest' },
    });
  });

  test('67: fields ask for what is not set', async () => {
    const template = made({ linkedResources: [{ linkName: 'script', resourceType: 'RPA', label: 'Script ID' }] });
    assert.deepEqual(template.groups[1], { id: 'linkedResources', label: 'Linked resources' });
    const { label, constraints } = propertyOf(template, 'linkedResource.script.resourceId');
    assert.deepEqual([label, constraints], ['Script ID', { notEmpty: true }]);
    assert.deepEqual(propertyOf(template, 'linkedResource.script.versionTag').condition, {
      property: 'linkedResource.script.bindingType',
      equals: 'versionTag',
      type: 'simple',
    });
    assert.deepEqual((await applyAndRead(template)).linkedResources, {
      script: { resourceType: 'RPA', bindingType: 'latest' },
    });
    const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
    const tagged = made({
      linkedResources: [{ linkName: 'script', resourceId: 'r', binding: 'versionTag', versionTag: 'v1' }],
    });
    diagram.load([tagged]);
    diagram.apply('it', tagged);
    assert.deepEqual((await readSaved(diagram)).linkedResources, {
      script: { resourceId: 'r', bindingType: 'versionTag', versionTag: 'v1' },
    });
    const asked = made({ linkedResources: [{ linkName: 'script', resourceId: 'r', binding: 'versionTag' }] });
    assert.deepEqual(propertyOf(asked, 'linkedResource.script.versionTag').constraints, { notEmpty: true });
  });

  test('68: a resource that depends on a field', async () => {
    const connector = (property: string) =>
      defineOutbound({
        name: 'Tester',
        type: 'tester',
        input: v.object({ check: v.boolean() }),
        template: {
          linkedResources: [
            { linkName: 'script', resourceType: 'RPA', resourceId: 'robot', binding: 'latest' },
            { linkName: 'before', resourceType: 'RPA', condition: { property, equals: true } },
          ],
        },
        run: () => ({}),
      });
    const template = createTemplate(connector('check'));
    assertValidTemplate(template);
    const script = { resourceId: 'robot', resourceType: 'RPA', bindingType: 'latest' };
    assert.deepEqual((await applyAndRead(template, { check: false })).linkedResources, { script });
    const both = (await applyAndRead(template, { check: true })).linkedResources;
    assert.deepEqual(both, { script, before: { resourceType: 'RPA', bindingType: 'latest' } });
    assert.deepEqual(propertyOf(template, 'linkedResource.before.versionTag').condition, {
      allMatch: [
        { property: 'check', equals: true, type: 'simple' },
        { property: 'linkedResource.before.bindingType', equals: 'versionTag', type: 'simple' },
      ],
    });
    assert.match(
      problemsOf(() => createTemplate(connector('other'))).join('\n'),
      /^template\.linkedResources, "before": its condition names "other", which is not a field/,
    );
  });

  test('65: the type is asked for if it is not set, because a task does not deploy without it', () => {
    const template = made({ linkedResources: [{ linkName: 'script' }] });
    const { label, constraints } = propertyOf(template, 'linkedResource.script.resourceType');
    assert.deepEqual([label, constraints], ['Resource type', { notEmpty: true }]);
  });

  test('66: what the Modeler refuses is refused', () => {
    const bad: readonly (readonly [resource: object, message: RegExp])[] = [
      [{ linkName: 'a', binding: 'foo' }, /must be one of "latest", "deployment", "versionTag"/],
      [{ resourceId: 'a' }, /linkName: is missing/],
      [{ linkName: 'a', versionTag: 'v1' }, /versionTag needs binding: 'versionTag'/],
      [{ linkName: 'a', optional: true }, /unknown property/],
      [{ linkName: 'a', resourceId: 'b', label: 'L' }, /label has no effect/],
    ];
    for (const [resource, message] of bad) assert.match(invalid({ linkedResources: [resource] }), message);
    assert.match(
      invalid({ linkedResources: [{ linkName: 'a' }, { linkName: 'a' }] }),
      /two resources have the link name/,
    );
  });
});
