/** Elements with templates of python-camunda-sdk 1.0.1 can switch to our templates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineInbound, defineOutbound } from '../../src/connector/define.ts';
import { createTemplate, type ElementTemplate } from '../../src/template/index.ts';
import { drawDiagram } from './support/diagram.ts';
import { type Entry, openDiagram } from './support/modeler.ts';
import { pythonTemplate } from './support/python.ts';
import { type Reading, readXml } from './support/reading.ts';
import type { Template } from './support/shape.ts';
import { templateFaults } from './support/validate.ts';

const outboundId = '5f1e1d0c-6d3b-4f6e-9d6a-3f0f5f9f2b11';
const inboundId = 'a7c0a0de-0f6f-4a0e-8f1a-9b8f6d0f4c22';

const pythonOutbound = pythonTemplate({
  id: outboundId,
  name: 'LogConnector',
  taskType: 'log',
  kind: 'outbound',
  fields: { message: 'Message to log', level: 'level', count: 'count' },
});

const pythonInbound = pythonTemplate({
  id: inboundId,
  name: 'MailConnector',
  taskType: 'mail',
  kind: 'inbound',
  fields: { box: 'Mailbox' },
});

const log = defineOutbound({
  name: 'Log',
  type: 'log:v2',
  template: { id: outboundId },
  input: v.object({
    message: v.string(),
    level: v.optional(v.picklist(['info', 'warn']), 'info'),
    count: v.optional(v.number(), 1),
    prefix: v.optional(v.string()),
  }),
  run: () => ({}),
});

const mail = defineInbound({
  name: 'mail',
  template: { id: inboundId },
  input: v.object({ box: v.string() }),
  loop: () => undefined,
});

/** The element with the Python template, and after ours replaced it. */
const migrate = async (
  python: Template,
  ours: ElementTemplate,
  fields: Readonly<Record<string, Entry>>,
): Promise<{ readonly before: Reading; readonly after: Reading; readonly offered: readonly string[] }> => {
  const diagram = await openDiagram(drawDiagram('p', ['it', 'serviceTask']));
  diagram.load([python]);
  diagram.apply('it', python);
  diagram.fill('it', fields);
  const before = await readXml(await diagram.save(), 'it');
  diagram.load([python, ours]);
  const offered = diagram.offered('it');
  diagram.apply('it', ours);
  return { before, after: await readXml(await diagram.save(), 'it'), offered };
};

test('the templates of the Python generator are valid except for the old spelling of the task type', () => {
  for (const template of [pythonOutbound, pythonInbound]) {
    const said = templateFaults(template).filter((fault) => fault.startsWith('validator'));
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /binding Value is deprecated/);
  }
});

test('an outbound task keeps its fields and its result variable, and gets the new type and the new fields', async () => {
  const fields = { message: '=greeting + "!"', level: 'warn', count: '=3', resultVariable: 'logged' };
  const { before, after, offered } = await migrate(pythonOutbound, createTemplate(log), fields);
  assert.equal(before.taskType, 'log');
  assert.equal(before.templateVersion, undefined);
  assert.deepEqual(before.inputs, { message: '=greeting + "!"', level: 'warn', count: '=3' });
  assert.deepEqual(offered, [`${outboundId}@1`]);
  assert.equal(after.templateVersion, 1);
  assert.equal(after.taskType, 'log:v2');
  assert.deepEqual(after.inputs, { message: '=greeting + "!"', level: 'warn', count: '=3', prefix: null });
  assert.equal(after.headers.resultVariable, 'logged');
});

test('a text that is not one of the choices falls back to the default', async () => {
  const { after } = await migrate(pythonOutbound, createTemplate(log), { message: 'x', level: 'shout' });
  assert.equal(after.inputs.level, 'info');
});

test('an inbound task keeps its fields, correlation key, message name and result variable, and names the connector', async () => {
  const fields = { box: 'in', correlation_key: '=order', message_name: 'letter', resultVariable: 'letter' };
  const { before, after, offered } = await migrate(pythonInbound, createTemplate(mail), fields);
  assert.equal(before.taskType, 'mail');
  assert.deepEqual(offered, [`${inboundId}@1`]);
  assert.equal(after.taskType, '_activate_inbound_connector');
  assert.deepEqual(after.inputs, {
    name: 'mail',
    box: 'in',
    correlation_key: '=order',
    message_name: 'letter',
    expires_after: null,
  });
  assert.deepEqual(before.headers, { resultVariable: 'letter' });
  assert.deepEqual(after.headers, { resultVariable: 'letter' });
});
