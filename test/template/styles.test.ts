/**
 * The six styles of official outbound connectors. Every state of their templates is applied in headless.test.ts; here is what
 * each style is about.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { documentReturnFormat } from '../../src/connector/documents/schema.ts';
import type { AnyOutboundConnector } from '../../src/connector/types.ts';
import type { Variables } from '../../src/engine/machine/types.ts';
import { createTemplate, type Step } from '../../src/template/index.ts';
import { applyAndRead, applyTo, readSaved } from './support/apply.ts';
import { propertyOf, says } from './support/make.ts';
import type { Entry } from './support/modeler.ts';
import { type Stage, startStage } from './support/stage.ts';
import { credentials, documents, flat, nested, shared, styles, twoLevels } from './support/styles.ts';
import { assertValidTemplate } from './support/validate.ts';

const received: unknown[] = [];
let stage: Stage;

before(async () => {
  const outbound = styles.map((one) => ({
    ...one,
    run: (input: unknown) => {
      received.push(input);
      return {};
    },
  }));
  stage = await startStage({ outbound, secrets: (name) => `value of ${name}` });
});
after(() => stage.stop());

/** What the connector receives from an element in which a person fills in fields, one after the other. */
const receives = async (
  connector: AnyOutboundConnector,
  fields: Readonly<Record<string, Entry>>,
  variables: Variables = {},
): Promise<unknown> => {
  const diagram = await applyTo(createTemplate(connector));
  for (const [id, entry] of Object.entries(fields)) diagram.fill('it', { [id]: entry });
  received.length = 0;
  await stage.run(await diagram.save(), variables);
  return received[0];
};

test('all of them are valid', () => {
  assert.equal(styles.length, 6);
  for (const connector of styles) assertValidTemplate(createTemplate(connector));
});

describe('flat', () => {
  test('sections in their order, and a body that depends on the method', async () => {
    const template = createTemplate(flat);
    assert.deepEqual(
      template.groups.slice(0, 3).map(({ id }) => id),
      ['endpoint', 'payload', 'timeout'],
    );
    assert.deepEqual(await receives(flat, { url: 'https://example.org', method: 'POST', body: '={a: n}' }, { n: 1 }), {
      method: 'POST',
      url: 'https://example.org',
      storeResponse: false,
      body: { a: 1 },
      connectionTimeoutInSeconds: 20,
    });
    assert.equal(
      says(propertyOf(template, 'connectionTimeoutInSeconds'), '8193'),
      'must be a whole number from 0 to 8192',
    );
  });
});

describe('a variant inside a variant', () => {
  test('the inner list has its default as soon as it is shown', async () => {
    const template = createTemplate(nested);
    assert.equal(propertyOf(template, 'provider.authentication.type').label, 'Kind of authentication');
    assert.deepEqual(Object.keys((await applyAndRead(template, { 'provider.type': 'cloud' })).inputs).slice(0, 5), [
      'provider.type',
      'provider.region',
      'provider.authentication.type',
      'provider.authentication.accessKey',
      'provider.authentication.secretKey',
    ]);
  });

  test('the connector receives the chosen kind, with secrets in place', async () => {
    const fields = {
      'provider.type': 'cloud',
      'provider.authentication.type': 'apiKey',
      'provider.authentication.apiKey': '{{secrets.KEY}}',
      model: 'large-2.5-pro',
      temperature: 0.5,
      prompt: 'Hello',
    };
    assert.deepEqual(await receives(nested, fields), {
      provider: { type: 'cloud', region: 'us-east-1', authentication: { type: 'apiKey', apiKey: 'value of KEY' } },
      model: 'large-2.5-pro',
      temperature: 0.5,
      prompt: 'Hello',
    });
  });
});

const names = (steps: readonly Step[] = []): readonly unknown[] =>
  steps.map((step) => ('steps' in step ? [step.name, names(step.steps)] : step.name));

describe('two levels', () => {
  test('the operation is the first section, and the menu has both levels', () => {
    const template = createTemplate(twoLevels);
    assert.equal(template.groups[0]?.id, 'operation');
    assert.deepEqual(names(template.steps), [
      ['Chat', ['Send a message in a chat', 'List chats']],
      ['Channel', ['Create a channel', 'Send a message in a channel', 'Remove a channel']],
    ]);
  });

  test('what an entry of the menu creates runs', async () => {
    const template = createTemplate(twoLevels);
    const diagram = await applyTo(template);
    diagram.apply('it', template, 'channel.remove');
    diagram.fill('it', { 'data.call.channelId': 'general', token: 't' });
    received.length = 0;
    await stage.run(await diagram.save());
    assert.deepEqual(received, [
      { data: { resource: 'channel', call: { method: 'remove', channelId: 'general' } }, token: 't' },
    ]);
  });
});

describe('shared bindings', () => {
  test('several fields write one input, each in its own way', async () => {
    const template = createTemplate(shared);
    const targets = template.properties.filter(
      ({ binding }) => binding.type === 'zeebe:input' && binding.name === 'queue.target',
    );
    assert.deepEqual(
      targets.map(({ label, type }) => [label, type]),
      [
        ['Queue URL', 'String'],
        ['FIFO queue URL', 'String'],
        ['Topic', 'Dropdown'],
      ],
    );
    assert.deepEqual(
      await receives(shared, { 'queue.type': 'topic', 'queue.topic.target': 'orders', 'queue.body': '=[1]' }),
      {
        queue: { type: 'topic', target: 'orders', body: [1] },
      },
    );
  });

  test('63: the entry of the hidden field does not stay', async () => {
    const diagram = await applyTo(createTemplate(shared));
    diagram.fill('it', { 'queue.type': 'standard' });
    diagram.fill('it', { 'queue.delay': 5 });
    diagram.fill('it', { 'queue.type': 'fifo' });
    assert.deepEqual(Object.keys((await readSaved(diagram)).inputs).toSorted(), [
      'queue.body',
      'queue.messageGroupId',
      'queue.target',
      'queue.type',
    ]);
  });
});

describe('credentials', () => {
  test('the stored credential, or the inline values', async () => {
    assert.deepEqual(createTemplate(credentials).engines, { camunda: '^8.10' });
    const stored = { authentication: { type: 'default' }, region: 'eu' };
    assert.deepEqual(await receives(credentials, { account: '=stored', functionName: 'f' }, { stored }), {
      account: stored,
      functionName: 'f',
    });
    assert.deepEqual(await receives(credentials, { accessKey: '{{secrets.KEY}}', functionName: 'f' }), {
      accessKey: 'value of KEY',
      functionName: 'f',
    });
  });
});

describe('documents', () => {
  test('a document is an expression', async () => {
    const { type, feel } = propertyOf(createTemplate(documents), 'document');
    assert.deepEqual([type, feel], ['Text', 'required']);
    const reference = { 'camunda.document.type': 'external', url: 'https://example.org/a.pdf' };
    assert.deepEqual(
      await receives(documents, { action: 'upload', bucket: 'b', document: '=files[1]' }, { files: [reference] }),
      {
        action: 'upload',
        bucket: 'b',
        document: reference,
      },
    );
  });

  test('128: the encoding is asked for with TEXT only, and both inputs are written', async () => {
    const template = createTemplate(documents);
    const inputs = async (choice: string) => {
      const diagram = await applyTo(template);
      diagram.fill('it', { action: 'download' });
      diagram.fill('it', { documentReturnFormat: choice });
      return Object.entries((await readSaved(diagram)).inputs).filter(([name]) =>
        name.startsWith('documentReturnFormat'),
      );
    };
    assert.deepEqual(await inputs('JSON'), [['documentReturnFormat.choice', 'JSON']]);
    assert.deepEqual(await inputs('TEXT'), [
      ['documentReturnFormat.choice', 'TEXT'],
      ['documentReturnFormat.encoding', 'UTF-8'],
    ]);
  });

  test('128: documentReturnFormat() has the same fields, with its own choices and default', async () => {
    const connector = defineOutbound({
      name: 'Download',
      type: 'download',
      input: v.object({
        url: v.string(),
        documentReturnFormat: documentReturnFormat({ choices: ['TEXT', 'JSON'], default: 'JSON' }),
      }),
      run: () => ({}),
    });
    const template = createTemplate(connector);
    assertValidTemplate(template);
    const { type, value, choices } = propertyOf(template, 'documentReturnFormat');
    assert.deepEqual([type, value, choices?.map((one) => one.value)], ['Dropdown', 'JSON', ['TEXT', 'JSON']]);
    assert.deepEqual(propertyOf(template, 'documentReturnFormatEncoding').condition, {
      property: 'documentReturnFormat',
      equals: 'TEXT',
      type: 'simple',
    });
    const { inputs } = await applyAndRead(template, { documentReturnFormat: 'TEXT' });
    assert.deepEqual(inputs, {
      url: null,
      'documentReturnFormat.choice': 'TEXT',
      'documentReturnFormat.encoding': 'UTF-8',
    });
    assert.deepEqual(Object.keys((await applyAndRead(template)).inputs), ['url', 'documentReturnFormat.choice']);
  });
});
