/** Every template, applied by the Modeler's own code in every state that its choices can have. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { createTemplate } from '../../src/template/index.ts';
import { applyAndRead, applyTo, readSaved } from './support/apply.ts';
import { mail } from './support/connectors.ts';
import { drawDiagram, drawEventSubprocess } from './support/diagram.ts';
import { combinations, expectedReading, withValues } from './support/expect.ts';
import { openDiagram } from './support/modeler.ts';
import { readXml } from './support/reading.ts';
import { samples } from './support/samples.ts';
import { assertValidTemplate } from './support/validate.ts';

test('there are samples, and some of them have choices', () => {
  assert.ok(samples.length > 30);
  assert.ok(samples.some(([, template]) => combinations(template).length > 3));
  assert.ok(samples.some(([, template]) => template.presets !== undefined));
});

for (const [name, template] of samples) {
  describe(name, () => {
    test('is valid', () => assertValidTemplate(template));

    test('is offered for its own element', async () => {
      const diagram = await applyTo(template);
      assert.deepEqual(diagram.offered('it', '8.10.0'), [`${template.id}@${template.version}`]);
    });

    for (const { id, properties } of template.presets ?? []) {
      test(`writes what it says, created by the entry ${id} of the menu`, async () => {
        const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
        diagram.load([template]);
        diagram.apply('it', template, id);
        assert.deepEqual(await readSaved(diagram), expectedReading(template, properties));
      });
    }

    for (const values of combinations(template)) {
      const title = JSON.stringify(values);
      test(`writes what it says, created with ${title}`, async () => {
        assert.deepEqual(await applyAndRead(withValues(template, values)), expectedReading(template, values));
      });

      // Without a choice, the two ways are one.
      if (Object.keys(values).length === 0) continue;
      test(`writes what it says, chosen afterwards: ${title}`, async () => {
        assert.deepEqual(await applyAndRead(template, values), expectedReading(template, values));
      });
    }
  });
}

const request = createTemplate(
  defineOutbound({
    name: 'Request',
    type: 'request',
    input: v.object({
      url: v.string(),
      tries: v.optional(v.number(), 3),
      verbose: v.optional(v.boolean()),
      auth: v.variant('type', [
        v.object({ type: v.literal('none') }),
        v.object({ type: v.literal('basic'), user: v.string(), pass: v.string() }),
        v.object({ type: v.literal('token'), token: v.string() }),
      ]),
    }),
    run: () => ({}),
  }),
);

test('conditions apply at each edit: fields appear in the file and disappear', async () => {
  const diagram = await applyTo(request);
  const names = async () => Object.keys((await readSaved(diagram)).inputs);
  const plain = ['url', 'tries', 'verbose', 'auth.type'];
  assert.deepEqual(await names(), plain);
  diagram.fill('it', { 'auth.type': 'basic' });
  assert.deepEqual(await names(), [...plain, 'auth.user', 'auth.pass']);
  diagram.fill('it', { 'auth.user': 'Ada', 'auth.type': 'token' });
  assert.deepEqual(await names(), [...plain, 'auth.token']);
  diagram.fill('it', { 'auth.type': 'none' });
  assert.deepEqual(await names(), plain);
});

test('fields are written as typed, and cleared ones as empty inputs', async () => {
  const entries = { url: '=base + "/x"', tries: 5, verbose: true, retryCount: '1', resultVariable: 'out' };
  const diagram = await applyTo(request);
  diagram.fill('it', entries);
  const filled = await readSaved(diagram);
  assert.deepEqual(filled.inputs, { url: '=base + "/x"', tries: '=5', verbose: '=true', 'auth.type': null });
  assert.equal(filled.retries, '1');
  assert.equal(filled.headers.resultVariable, 'out');
  diagram.fill('it', { url: undefined, tries: undefined, verbose: false, resultVariable: undefined });
  const emptied = await readSaved(diagram);
  assert.deepEqual(emptied.inputs, { url: null, tries: null, verbose: '=false', 'auth.type': null });
  assert.equal(emptied.headers.resultVariable, undefined);
});

test('the saved file has the template, its version and the task type', async () => {
  const { type, templateId, templateVersion, taskType, headers } = await applyAndRead(request);
  assert.deepEqual(
    [type, templateId, templateVersion, taskType],
    ['bpmn:ServiceTask', request.id, request.version, 'request'],
  );
  assert.deepEqual([headers.elementTemplateId, headers.elementTemplateVersion], [request.id, '1']);
});

const offers: readonly (readonly [engines: string, platform: string, offered: boolean])[] = [
  ['^8.8', '8.7.0', false],
  ['^8.8', '8.8.0', true],
  ['^8.8', '8.10.2', true],
  ['^8.8', '9.0.0', false],
  ['^8.6', '8.7.0', true],
  ['^8.10', '8.9.0', false],
];

for (const [camunda, platform, offered] of offers) {
  test(`a template for ${camunda} is ${offered ? '' : 'not '}offered on ${platform}`, async () => {
    const connector = defineOutbound({ name: 'Any', type: 'any', input: v.object({}), run: () => ({}) });
    const template = createTemplate(connector, { engines: { camunda } });
    const diagram = await applyTo(template);
    assert.deepEqual(diagram.offered('it', platform), offered ? [`${template.id}@1`] : []);
  });
}

test('case 45: the start event template has a key in an event subprocess only', async () => {
  const template = createTemplate(mail, { part: 'startEvent' });
  assertValidTemplate(template);
  const diagram = await openDiagram(drawEventSubprocess('p'));
  diagram.load([template]);
  diagram.apply('inside', template);
  diagram.apply('outside', template);
  diagram.fill('inside', { correlationKey: '=order' });
  const xml = await diagram.save();
  assert.deepEqual((await readXml(xml, 'inside')).message, { name: 'mail', correlationKey: '=order' });
  assert.deepEqual((await readXml(xml, 'outside')).message, { name: 'mail' });
});
