import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePort } from '../../src/common/port.ts';

describe('a port', () => {
  const cases: readonly (readonly [unknown, number | undefined])[] = [
    ['1', 1],
    ['65535', 65535],
    [26500, 26500],
    ['0', undefined],
    ['65536', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['0x50', undefined],
    ['', undefined],
    [1.5, undefined],
    [Number.NaN, undefined],
    [null, undefined],
    [['80'], undefined],
  ];
  for (const [value, port] of cases) {
    test(`${JSON.stringify(value)} is ${port ?? 'not valid'}`, () => assert.equal(parsePort(value), port));
  }

  test('0 is valid only where it stands for a free port', () => {
    assert.equal(parsePort('0', 0), 0);
    assert.equal(parsePort(0, 0), 0);
    assert.equal(parsePort('-1', 0), undefined);
    assert.equal(parsePort('65536', 0), undefined);
  });
});
