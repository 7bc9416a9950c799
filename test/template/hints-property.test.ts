/** Random schemas with random hints: each hint is visible in the template, or the error names it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFault } from '../../src/common/fault.ts';
import { defineOutbound } from '../../src/connector/define.ts';
import type { Hints } from '../../src/connector/hints.ts';
import { createTemplate, type ElementTemplate } from '../../src/template/index.ts';
import { anyHints, anySpec, hintedInput, shows } from './support/hinted.ts';
import { templateFaults } from './support/validate.ts';

test('every hint takes effect or is refused', () => {
  const outcomes = { made: 0, refused: 0 };
  fc.assert(
    fc.property(anySpec, fc.nat(), anyHints, (spec, pick, given) => {
      const { input, place } = hintedInput(spec, pick, given);
      const connector = defineOutbound({ name: 'Random', type: 'random', input, run: () => ({}) });
      let template: ElementTemplate;
      let tool: ElementTemplate | undefined;
      try {
        template = createTemplate(connector);
        tool = 'tool' in given ? createTemplate(connector, { part: 'tool' }) : undefined;
      } catch (error) {
        if (!isFault(error, 'definition')) throw error;
        outcomes.refused += 1;
        return;
      }
      outcomes.made += 1;
      for (const one of [template, tool]) if (one !== undefined) assert.deepEqual(templateFaults(one), []);
      const hidden = (Object.keys(given) as (keyof Hints)[]).filter(
        (name) => !shows(name === 'tool' ? tool! : template, name, given, place),
      );
      assert.deepEqual(hidden, [], `not visible at ${place.kind} ${place.path} of ${JSON.stringify(spec)}`);
    }),
    { numRuns: Number(process.env.TEMPLATE_RUNS ?? 600), seed: Number(process.env.TEMPLATE_SEED ?? 17) },
  );
  assert.ok(outcomes.made > 50, `only ${outcomes.made} of the schemas have a template`);
  assert.ok(outcomes.refused > 50, `only ${outcomes.refused} of the schemas are refused`);
});
