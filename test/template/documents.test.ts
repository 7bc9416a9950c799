/** Templates of connectors with documents: section 6 and case 128 of templates-8.10.md. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { document, documentReturnFormat } from '../../src/connector/documents/schema.ts';
import { hints } from '../../src/connector/hints.ts';
import { applyAndRead } from './support/apply.ts';
import { ownProperties, problemsOf, propertyOf, templateOf } from './support/make.ts';

describe('a document in the input', () => {
  test('writes the expression, and null where it may be absent', async () => {
    const template = templateOf({
      file: document(),
      more: v.optional(v.array(document())),
      one: v.nullish(document()),
    });
    const { inputs } = await applyAndRead(template, { file: '=files[1]' });
    assert.deepEqual(inputs, { file: '=files[1]', more: null, one: null });
    assert.equal(propertyOf(template, 'more').description, 'A FEEL expression for a list of documents.');
  });

  test('has title, description and hints', () => {
    const file = v.pipe(document(), v.title('Invoice'), v.description('As CSV.'), hints({ tooltip: 'T' }));
    const template = templateOf({ file });
    const { label, description, tooltip } = propertyOf(template, 'file');
    assert.deepEqual([label, description, tooltip], ['Invoice', 'As CSV. A FEEL expression for a document.', 'T']);
  });
});

describe('128. the format of a result', () => {
  const template = templateOf({ documentReturnFormat: documentReturnFormat({ default: 'JSON' }) });

  test('is a list with the ids and names of official templates', () => {
    const [choice, encoding] = ownProperties(template);
    assert.deepEqual(
      [choice?.id, choice?.binding, choice?.type, choice?.value, choice?.choices?.map(({ value }) => value)],
      [
        'documentReturnFormat',
        { type: 'zeebe:input', name: 'documentReturnFormat.choice' },
        'Dropdown',
        'JSON',
        ['DOCUMENT', 'TEXT', 'JSON'],
      ],
    );
    assert.deepEqual(
      [encoding?.id, encoding?.binding, encoding?.type, encoding?.value, encoding?.condition],
      [
        'documentReturnFormatEncoding',
        { type: 'zeebe:input', name: 'documentReturnFormat.encoding' },
        'String',
        'UTF-8',
        { property: 'documentReturnFormat', equals: 'TEXT', type: 'simple' },
      ],
    );
  });

  test('writes the encoding for TEXT only', async () => {
    assert.deepEqual((await applyAndRead(template)).inputs, { 'documentReturnFormat.choice': 'JSON' });
    assert.deepEqual((await applyAndRead(template, { documentReturnFormat: 'TEXT' })).inputs, {
      'documentReturnFormat.choice': 'TEXT',
      'documentReturnFormat.encoding': 'UTF-8',
    });
  });

  test('may have fewer choices, and no encoding without TEXT', () => {
    const few = ownProperties(
      templateOf({ documentReturnFormat: documentReturnFormat({ choices: ['DOCUMENT', 'JSON'] }) }),
    );
    assert.deepEqual(
      few.map(({ id, value, choices }) => [id, value, choices?.length]),
      [['documentReturnFormat', 'DOCUMENT', 2]],
    );
  });

  test('needs its name', () => {
    assert.deepEqual(
      problemsOf(() => templateOf({ format: documentReturnFormat() })),
      [
        'format.encoding: its condition names "documentReturnFormat.choice", which is not a field; name another field by its path',
      ],
    );
  });
});
