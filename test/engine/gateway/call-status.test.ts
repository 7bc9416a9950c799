import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fault } from '../../../src/common/fault.ts';
import { invalidArgument, sendable, statusOf } from '../../../src/engine/gateway/call-status.ts';
import { reject } from '../../../src/engine/machine/rejection.ts';
import type { RejectionCode } from '../../../src/engine/machine/types.ts';
import { codePoint } from '../../support/code-points.ts';

const rejections: readonly (readonly [RejectionCode, number])[] = [
  ['INVALID_ARGUMENT', 3],
  ['NOT_FOUND', 5],
  ['ALREADY_EXISTS', 6],
  ['INVALID_STATE', 9],
  ['PROCESSING_ERROR', 13],
];

for (const [code, number] of rejections) {
  test(`the rejection ${code} becomes the status ${number} and keeps its text`, () => {
    assert.deepEqual(statusOf(reject(code, 'COMPLETE', 'no job 7')), {
      code: number,
      details: `Command 'COMPLETE' rejected with code '${code}': no job 7`,
    });
  });
}

test('rejected requests and documents are invalid arguments', () => {
  assert.deepEqual(statusOf(invalidArgument('no type')), { code: 3, details: 'no type' });
  assert.deepEqual(statusOf(fault('value', { what: 'not JSON' })), { code: 3, details: 'not JSON' });
});

test('any other error is a defect of the engine', () => {
  assert.deepEqual(statusOf(new TypeError('x is not a function')), {
    code: 13,
    details: 'The embedded engine failed: x is not a function',
  });
  assert.equal(statusOf('thrown text').code, 13);
});

test('every text fits into a header and keeps its beginning', () => {
  fc.assert(
    fc.property(fc.string({ unit: codePoint, maxLength: 50 }), fc.integer({ min: 0, max: 2000 }), (unit, times) => {
      const details = sendable(`begin ${unit.repeat(times)}`);
      assert.ok(details.startsWith('begin '));
      assert.ok(encodeURI(details).length <= 7000);
    }),
  );
});

test('a text with lone surrogates can be sent', () => {
  assert.equal(sendable('bad \ud800 text'), 'bad \ufffd text');
});
