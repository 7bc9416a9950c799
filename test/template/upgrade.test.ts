/** From one version of a template to the next: values are kept by binding. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { createTemplate, type ElementTemplate } from '../../src/template/index.ts';
import { applyTo, readSaved } from './support/apply.ts';
import type { Diagram, Entry } from './support/modeler.ts';
import type { Reading } from './support/reading.ts';
import { samples } from './support/samples.ts';

/** Version n of a connector with one type. */
const version = (number: number, input: v.GenericSchema): ElementTemplate =>
  createTemplate(
    defineOutbound({
      name: 'Parcel',
      type: 'parcel',
      template: { version: number },
      input: input as v.ObjectSchema<v.ObjectEntries, undefined>,
      run: () => ({}),
    }),
  );

/** Applies the new version to an element that has the old one. */
const replace = async (diagram: Diagram, before: ElementTemplate, after: ElementTemplate): Promise<Reading> => {
  diagram.load([before, after]);
  assert.deepEqual(diagram.offered('it'), [`${after.id}@${after.version}`]);
  diagram.apply('it', after);
  return readSaved(diagram);
};

/** Applies the old version, fills it in, applies the new one. */
const upgrade = async (
  before: ElementTemplate,
  after: ElementTemplate,
  fields: Readonly<Record<string, Entry>>,
): Promise<Reading> => {
  const diagram = await applyTo(before);
  diagram.fill('it', fields);
  return replace(diagram, before, after);
};

test('case 47: typed values stay, a new field has its default, and the version is the new one', async () => {
  const { inputs, templateVersion, headers } = await upgrade(
    version(1, v.object({ a: v.string() })),
    version(2, v.object({ a: v.string(), b: v.optional(v.string(), 'preset') })),
    { a: 'typed', resultVariable: 'out' },
  );
  assert.deepEqual(inputs, { a: 'typed', b: 'preset' });
  assert.equal(templateVersion, 2);
  assert.equal(headers.elementTemplateVersion, '2');
  assert.equal(headers.resultVariable, 'out');
});

test('an untouched default becomes the new default, and a typed value stays', async () => {
  const before = version(1, v.object({ a: v.optional(v.string(), 'one'), b: v.optional(v.number(), 1) }));
  const after = version(2, v.object({ a: v.optional(v.string(), 'two'), b: v.optional(v.number(), 2) }));
  assert.deepEqual((await upgrade(before, after, {})).inputs, { a: 'two', b: '=2' });
  assert.deepEqual((await upgrade(before, after, { a: 'mine', b: 7 })).inputs, { a: 'mine', b: '=7' });
});

test('a removed field disappears from the file', async () => {
  const before = version(1, v.object({ a: v.string(), old: v.string() }));
  const after = version(2, v.object({ a: v.string() }));
  assert.deepEqual((await upgrade(before, after, { a: 'x', old: 'y' })).inputs, { a: 'x' });
});

/** The Modeler removes what is not active before it writes the new choice, and only then asks the conditions again. */
test('a field that moves below a new choice starts empty', async () => {
  const before = version(1, v.object({ auth: v.object({ user: v.string() }) }));
  const after = version(
    2,
    v.object({
      auth: v.optional(
        v.variant('type', [
          v.object({ type: v.literal('basic'), user: v.string() }),
          v.object({ type: v.literal('none') }),
        ]),
        { type: 'basic', user: '' },
      ),
    }),
  );
  const { inputs } = await upgrade(before, after, { 'auth.user': 'Ada' });
  assert.deepEqual(inputs, { 'auth.type': 'basic', 'auth.user': null });
});

test('a choice that no longer exists falls back to the new default', async () => {
  const before = version(1, v.object({ a: v.optional(v.picklist(['x', 'y']), 'x') }));
  const after = version(2, v.object({ a: v.optional(v.picklist(['x', 'z']), 'z') }));
  assert.deepEqual((await upgrade(before, after, { a: 'y' })).inputs, { a: 'z' });
});

test('an upgrade that changes only the version changes nothing else in the file', async () => {
  assert.ok(samples.length > 0);
  for (const [name, template] of samples) {
    const next = {
      ...template,
      version: template.version + 1,
      properties: template.properties.map((property) =>
        property.binding.type === 'zeebe:taskHeader' && property.binding.key === 'elementTemplateVersion'
          ? { ...property, value: String(template.version + 1) }
          : property,
      ),
    };
    const diagram = await applyTo(template);
    const before = await readSaved(diagram);
    const after = await replace(diagram, template, next);
    const { elementTemplateVersion, ...headers } = before.headers;
    assert.deepEqual(
      after,
      {
        ...before,
        templateVersion: template.version + 1,
        headers: elementTemplateVersion === undefined ? headers : { ...headers, elementTemplateVersion: '2' },
      },
      name,
    );
  }
});
