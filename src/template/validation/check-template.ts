import type { ElementTemplate } from '../types.ts';
import { type Bound, checkBindings, nameOf } from './check-bindings.ts';
import { checkConditions, type Field } from './check-conditions.ts';
import type { Report } from './problems.ts';

const checkIds = (properties: readonly Bound[], report: Report): void => {
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

/** Reports mistakes in the fields of a template or a credential. */
export const checkFields = (fields: readonly Field[], report: Report): void => {
  checkIds(fields, report);
  checkBindings(fields, report);
  checkConditions(fields, report);
};

type Checked = Pick<ElementTemplate, 'properties' | 'entriesVisible'>;

/**
 * Reports mistakes that the JSON schema of templates does not cover, and that the Modeler silently ignores. The time is linear
 * in the number of fields.
 */
export const checkTemplate = (template: Checked, report: Report): void => {
  checkVisible(template, report);
  checkFields(template.properties, report);
};
