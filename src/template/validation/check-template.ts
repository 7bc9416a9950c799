import type { ElementTemplate, TemplateProperty } from '../types.ts';
import { checkBindings, nameOf } from './check-bindings.ts';
import { checkConditions } from './check-conditions.ts';
import type { Report } from './problems.ts';

const checkIds = (properties: readonly TemplateProperty[], report: Report): void => {
  const seen = new Set<string>();
  for (const property of properties) {
    if (property.id === undefined) continue;
    if (seen.has(property.id)) {
      report(
        nameOf(property),
        `another field has the id ${JSON.stringify(property.id)} already`,
        'give it a different id with hints({ id })',
      );
    }
    seen.add(property.id);
  }
};

/** Reports that people could map outputs beside those that the template maps, which the Modeler does not support. */
const checkVisible = ({ properties, entriesVisible }: Checked, report: Report): void => {
  const showsOutputs = typeof entriesVisible === 'object' && entriesVisible.outputs === true;
  if (!showsOutputs || !properties.some(({ binding }) => binding.type === 'zeebe:output')) return;
  report(
    'template.entriesVisible',
    'must not show the outputs, because the template maps outputs itself',
    "remove outputs, or use outputs: 'variable'",
  );
};

type Checked = Pick<ElementTemplate, 'properties' | 'entriesVisible'>;

/**
 * Reports mistakes that the JSON schema of templates does not cover, and that the Modeler silently ignores. The time is linear
 * in the number of fields.
 */
export const checkTemplate = (template: Checked, report: Report): void => {
  const { properties } = template;
  checkVisible(template, report);
  checkIds(properties, report);
  checkBindings(properties, report);
  checkConditions(properties, report);
};
