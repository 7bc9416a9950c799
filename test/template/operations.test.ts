import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { isFault } from '../../src/connector/fault.ts';
import { createTemplate, createTemplates } from '../../src/template/index.ts';

const shelf = defineOutbound({
  name: 'Shelf',
  type: 'shelf',
  operations: { lend: { input: v.object({ isbn: v.string() }), run: () => null } },
});

for (const make of [createTemplate, createTemplates]) {
  test(`${make.name} refuses a connector with operations, and says what to do`, () => {
    assert.throws(
      () => make(shelf as never),
      (error) => {
        assert.ok(isFault(error, 'definition'));
        assert.match(error.message, /operations: there are no templates of connectors with several operations yet/);
        assert.match(error.message, /"Shelf"|Shelf/);
        return true;
      },
    );
  });
}
