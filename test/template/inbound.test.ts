/** The templates of inbound connectors. The numbers are those of the reference. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineInbound } from '../../src/connector/define.ts';
import { hints } from '../../src/connector/hints.ts';
import type { InboundTemplateSettings } from '../../src/connector/template-settings.ts';
import { createTemplate, createTemplates, type InboundPart } from '../../src/template/index.ts';
import { applyAndRead } from './support/apply.ts';
import { problemsOf, propertyOf } from './support/make.ts';
import { assertValidTemplate } from './support/validate.ts';

const letter = defineInbound({
  name: 'letter',
  description: 'Waits for a letter',
  input: v.object({ box: v.string() }),
  output: v.object({ from: v.string(), body: v.optional(v.string()) }),
  loop: () => undefined,
});

const of = (part: InboundPart) => createTemplate(letter, { part });

describe('the activation', () => {
  test('44: names the connector', async () => {
    const template = createTemplate(letter);
    assertValidTemplate(template);
    const { name, id, appliesTo, elementType, description } = template;
    assert.deepEqual([name, id, description], ['letter (activation)', 'letter.activation', 'Waits for a letter']);
    assert.deepEqual([appliesTo, elementType], [['bpmn:Task'], { value: 'bpmn:ServiceTask' }]);
    assert.deepEqual(template.properties[0], {
      value: '_activate_inbound_connector',
      binding: { type: 'zeebe:taskDefinition', property: 'type' },
      type: 'Hidden',
    });
    const filled = { box: 'in', correlation_key: '=order', resultVariable: 'post' };
    const { inputs, headers, taskType } = await applyAndRead(template, filled);
    assert.deepEqual(headers, { resultVariable: 'post' });
    assert.equal(taskType, '_activate_inbound_connector');
    assert.deepEqual(inputs, {
      name: 'letter',
      box: 'in',
      correlation_key: '=order',
      message_name: 'letter',
      expires_after: null,
    });
    for (const one of ['correlation_key', 'message_name', 'expires_after']) {
      const { group, feel, type } = propertyOf(template, one);
      assert.deepEqual([group, feel, type], ['config', 'optional', 'String']);
    }
    assert.deepEqual(propertyOf(template, 'correlation_key').constraints, { notEmpty: true });
    const { label, group, type, value } = propertyOf(template, 'resultVariable');
    assert.deepEqual([label, group, type, value], ['Result variable', 'output', 'String', undefined]);
    assert.deepEqual(
      template.groups.map((one) => one.id),
      ['default', 'config', 'output'],
    );
  });

  test('an input named resultVariable keeps its name, and the header keeps its id', async () => {
    const connector = defineInbound({
      name: 'a',
      input: v.object({ resultVariable: v.string() }),
      loop: () => ({}),
    });
    const template = createTemplate(connector);
    assertValidTemplate(template);
    const filled = { 'input.resultVariable': 'x', resultVariable: 'y', correlation_key: 'k' };
    const { inputs, headers } = await applyAndRead(template, filled);
    assert.deepEqual([inputs.resultVariable, headers.resultVariable], ['x', 'y']);
  });

  for (const header of ['resultVariable', 'retryBackoff']) {
    test(`an input that would write the header ${header} is refused`, () => {
      const input = v.object({ x: v.pipe(v.optional(v.string()), hints({ target: 'header', binding: header })) });
      const connector = defineInbound({ name: 'a', input, loop: () => ({}) });
      assert.match(
        problemsOf(() => createTemplate(connector)).join('\n'),
        new RegExp(`^x: the runtime reads the header "${header}" itself`),
      );
    });
  }

  test('it has no variable for the whole message if each field has its own', () => {
    const template = createTemplate(letter, { outputs: 'fields' });
    assert.equal(
      template.properties.some(({ id }) => id === 'resultVariable'),
      false,
    );
    assert.deepEqual(
      template.groups.map(({ id }) => id),
      ['default', 'config'],
    );
  });

  for (const name of ['name', 'correlation_key', 'message_name', 'expires_after']) {
    test(`44: an input named ${name} is refused`, () => {
      // A copy, because defineInbound would refuse it.
      const letter = defineInbound({ name: 'letter', loop: () => undefined });
      const connector = { ...letter, input: v.object({ [name]: v.string() }) };
      assert.match(
        problemsOf(() => createTemplate(connector)).join('\n'),
        new RegExp(`^input: must not have the fields "${name}": the activation uses `),
      );
    });
  }

  test('without an input, and with a name that looks like FEEL', async () => {
    const template = createTemplate(defineInbound({ name: '=tick', loop: () => ({}) }));
    assertValidTemplate(template);
    assert.equal((await applyAndRead(template)).inputs.name, '="=tick"');
  });
});

describe('the elements that wait for the message', () => {
  test('45: a catch event', async () => {
    const template = of('catchEvent');
    assertValidTemplate(template);
    assert.deepEqual([template.name, template.id], ['letter (message event)', 'letter.catch-event']);
    assert.deepEqual(await applyAndRead(template, { correlationKey: '=order' }), {
      type: 'bpmn:IntermediateCatchEvent',
      eventDefinition: 'bpmn:MessageEventDefinition',
      templateId: 'letter.catch-event',
      templateVersion: 1,
      inputs: {},
      outputs: {},
      headers: {},
      properties: {},
      message: { name: 'letter', correlationKey: '=order' },
    });
  });

  test('45: a boundary event and a receive task', async () => {
    const boundary = await applyAndRead(of('boundaryEvent'), { correlationKey: '=order' });
    assert.deepEqual([boundary.type, boundary.eventDefinition], ['bpmn:BoundaryEvent', 'bpmn:MessageEventDefinition']);
    const receive = await applyAndRead(of('receiveTask'), { correlationKey: '=order' });
    assert.deepEqual([receive.type, receive.eventDefinition], ['bpmn:ReceiveTask', undefined]);
    for (const { message } of [boundary, receive]) {
      assert.deepEqual(message, { name: 'letter', correlationKey: '=order' });
    }
  });

  test('45: the start event of an event subprocess; for others the Modeler writes no subscription', async () => {
    const template = of('startEvent');
    assertValidTemplate(template);
    const { type, message } = await applyAndRead(template);
    assert.deepEqual([type, message], ['bpmn:StartEvent', { name: 'letter' }]);
  });

  test('the whole message in one variable, if a person fills it in', async () => {
    const { outputs } = await applyAndRead(of('catchEvent'), { resultVariable: 'mail' });
    assert.deepEqual(outputs, { mail: '={from: from, body: body}' });
    const nothing = createTemplate(defineInbound({ name: 'a', loop: () => ({}) }), { part: 'catchEvent' });
    assertValidTemplate(nothing);
    assert.deepEqual(
      nothing.groups.map(({ id }) => id),
      ['correlation'],
    );
  });

  test('each field in its own variable', async () => {
    const template = createTemplate(letter, { part: 'catchEvent', outputs: 'fields' });
    assertValidTemplate(template);
    const { outputs } = await applyAndRead(template, { 'output.from': 'sender' });
    assert.deepEqual(outputs, { sender: '=from', body: '=body' });
  });
});

test('all templates of a connector, with different ids', () => {
  const templates = createTemplates(letter, { version: 2 });
  assert.deepEqual(
    templates.map(({ id, version }) => [id, version]),
    [
      ['letter.activation', 2],
      ['letter.catch-event', 2],
      ['letter.boundary-event', 2],
      ['letter.receive-task', 2],
    ],
  );
  assert.deepEqual(createTemplates(letter, { part: 'startEvent' }), [of('startEvent')]);
});

test('the settings of the definition: id, name and the name of the message', () => {
  const connector = defineInbound({ ...letter, template: { id: 'a-b', name: 'Letters', messageName: 'post' } });
  const [activation, event] = createTemplates(connector);
  assert.deepEqual([activation?.id, activation?.name], ['a-b', 'Letters (activation)']);
  assert.deepEqual([event?.id, event?.name], ['a-b.catch-event', 'Letters (message event)']);
  assert.equal(propertyOf(activation!, 'message_name').value, 'post');
  assert.equal(propertyOf(event!, 'messageName').value, 'post');
});

test("before Camunda 8.8 an empty message name is not sent, and the connector's name applies", () => {
  const template = createTemplate(letter, { engines: '^8.6' });
  assertValidTemplate(template);
  assert.equal(propertyOf(template, 'message_name').optional, true);
});

describe('17: a setting and an option take effect on each template or are refused', () => {
  const settings: { readonly [Name in keyof InboundTemplateSettings]-?: readonly InboundTemplateSettings[Name][] } = {
    id: ['other'],
    version: [7],
    name: ['Other'],
    description: ['Described'],
    icon: ['https://example.org/i.svg'],
    documentationRef: ['https://example.org'],
    category: [{ id: 'c', name: 'C' }],
    keywords: [['word']],
    engines: ['^8.11', { camundaDesktopModeler: '>=5' }],
    groups: [[{ id: 'default', label: 'Mine' }], [{ id: 'unused', label: 'U' }]],
    outputs: ['fields'],
    entriesVisible: [true, false, { taskListeners: true }],
    deprecated: [true],
    properties: [{ p: 'x' }],
    messageName: ['post'],
  };
  const parts: readonly InboundPart[] = ['activation', 'catchEvent', 'boundaryEvent', 'receiveTask', 'startEvent'];
  for (const part of parts) {
    test(part, () => {
      const plain = JSON.stringify(of(part));
      const changed = (make: () => unknown): boolean => {
        try {
          return JSON.stringify(make()) !== plain;
        } catch {
          return true;
        }
      };
      for (const [name, values] of Object.entries(settings)) {
        for (const value of values) {
          const setting = { [name]: value };
          const title = `${name} ${JSON.stringify(value)}`;
          assert.ok(
            changed(() => createTemplate(letter, { part, ...setting })),
            `the option ${title}`,
          );
          // The sections of the definition are those of the activation.
          if (name === 'groups' && part !== 'activation') continue;
          const template = setting as InboundTemplateSettings;
          assert.ok(
            changed(() => createTemplate(defineInbound({ ...letter, template }), { part })),
            `the setting ${title}`,
          );
        }
      }
    });
  }

  test('sections are an option of the activation', () => {
    const groups = [{ id: 'default', label: 'Mine' }];
    assert.match(
      problemsOf(() => createTemplate(letter, { part: 'catchEvent', groups })).join('\n'),
      /^options\.groups: has no effect on an element that waits, which has no fields of the input; leave it out/,
    );
    const [activation, event] = createTemplates(letter, { groups });
    assert.equal(activation?.groups[0]?.label, 'Mine');
    assert.deepEqual(event, of('catchEvent'));
  });
});
