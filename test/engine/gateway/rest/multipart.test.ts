import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formOf } from '../../../../src/connection/rest/messages/multipart.ts';
import { readForm } from '../../../../src/engine/gateway/rest/multipart.ts';
import { randomNumbers } from '../../../support/random.ts';

const read = (body: string, type = 'multipart/form-data; boundary=b') =>
  readForm(type, Buffer.from(body)).map(({ name, fileName, content }) => [name, fileName, content.toString('utf8')]);

describe('a form', () => {
  test('has files and fields', () => {
    const body = [
      '--b\r\nContent-Disposition: form-data; name="resources"; filename="a.bpmn"\r\nContent-Type: x/y\r\n\r\n<a/>\r\n',
      '--b\r\ncontent-disposition: form-data; filename=b.bpmn; name=resources\r\n\r\n\r\n',
      '--b\r\nContent-Disposition: form-data; name="tenantId"\r\n\r\n<default>\r\n--b--\r\n',
    ].join('');
    assert.deepEqual(read(body), [
      ['resources', 'a.bpmn', '<a/>'],
      ['resources', 'b.bpmn', ''],
      ['tenantId', undefined, '<default>'],
    ]);
    assert.deepEqual(read(`a preamble\r\n${body}an epilogue`, 'multipart/form-data; boundary="b"').length, 3);
  });

  for (const [what, body, type] of [
    ['without a boundary', '--b--', 'multipart/form-data'],
    ['that ends too early', '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx', undefined],
    ['without an end', '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b', undefined],
    ['with a part without headers', '--b\r\nx\r\n--b--', undefined],
    ['with a part without a name', '--b\r\nContent-Type: x\r\n\r\nx\r\n--b--', undefined],
    ['that is empty', '', undefined],
  ] as const) {
    test(`${what} is refused`, () => assert.throws(() => read(body, type), { kind: 'rejection' }));
  }

  test('143. that the connection writes is read byte for byte, whatever is in it', () => {
    const random = randomNumbers(143);
    const names = ['a.bpmn', 'größe 😀.bpmn', 'a"b.bpmn', 'line\r\nContent-Type: x.bpmn', 'semi;colon.form', ''];
    for (let round = 0; round < 200; round += 1) {
      const files = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
        name: names[Math.floor(random() * names.length)]!,
        content: Uint8Array.from(
          { length: Math.floor(random() * 64) },
          () => [13, 10, 45, 34, 0, 255][Math.floor(random() * 6)]!,
        ),
      }));
      const { contentType, body } = formOf('resources', files, { tenantId: 'ä' });
      assert.deepEqual(
        readForm(contentType, body).map(({ name, fileName, content }) => [name, fileName, [...content]]),
        [...files.map(({ name, content }) => ['resources', name, [...content]]), ['tenantId', undefined, [195, 164]]],
      );
    }
  });
});
