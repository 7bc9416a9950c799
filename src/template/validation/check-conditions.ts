import type { TemplateProperty } from '../types.ts';
import { type Bound, nameOf } from './check-bindings.ts';
import { allowedBy, partsOf } from './conditions.ts';
import type { Report } from './problems.ts';

/** What the check of conditions needs of a field. */
export type Field = Bound & Pick<TemplateProperty, 'type' | 'choices' | 'value'>;

/** The values that a property can have; `undefined`: any. */
const valuesOf = ({ type, choices, value }: Field): ReadonlySet<unknown> | undefined => {
  if (type === 'Boolean') return new Set([true, false]);
  if (type === 'Hidden') return new Set([value]);
  return type === 'Dropdown' ? new Set((choices ?? []).map((choice) => choice.value)) : undefined;
};

/** Reports conditions that name each other in a circle: none of these fields would ever be shown. */
const checkCircles = (byId: ReadonlyMap<string, Field>, report: Report): void => {
  const done = new Set<string>();
  const above = new Set<string>();
  const visit = (id: string, property: Field): void => {
    above.add(id);
    for (const { property: next } of partsOf(property.condition)) {
      const named = byId.get(next);
      if (named === undefined || next === id) continue;
      if (above.has(next)) {
        report(
          nameOf(property),
          `its condition names ${JSON.stringify(next)}, whose own condition depends on this field`,
          'remove one of the conditions',
        );
      } else if (!done.has(next)) {
        visit(next, named);
      }
    }
    above.delete(id);
    done.add(id);
  };
  for (const [id, property] of byId) if (!done.has(id)) visit(id, property);
};

/** Reports conditions that are never met, which the Modeler would silently ignore. */
export const checkConditions = (properties: readonly Field[], report: Report): void => {
  const byId = new Map(properties.flatMap((one) => (one.id === undefined ? [] : [[one.id, one] as const])));
  const known = new Map<string, ReadonlySet<unknown> | undefined>();
  const valuesById = (id: string, property: Field): ReadonlySet<unknown> | undefined => {
    if (!known.has(id)) known.set(id, valuesOf(property));
    return known.get(id);
  };
  for (const property of properties) {
    for (const condition of partsOf(property.condition)) {
      const name = JSON.stringify(condition.property);
      const named = byId.get(condition.property);
      if (named === undefined) {
        report(nameOf(property), `its condition names ${name}, which is not a field`, 'name another field by its path');
        continue;
      }
      if (named === property) {
        report(nameOf(property), `its condition names ${name}, which is itself`, 'name another field');
        continue;
      }
      const values = valuesById(condition.property, named);
      const missing = (allowedBy(condition) ?? []).find((value) => values !== undefined && !values.has(value));
      if (missing === undefined) continue;
      const requires = `its condition requires ${name} to be ${JSON.stringify(missing)}`;
      if (values?.has(`=${missing}`)) {
        report(
          nameOf(property),
          `${requires}, but the Modeler compares only the texts of a list`,
          'use a list of texts, or v.boolean()',
        );
      } else {
        report(nameOf(property), `${requires}, which is not one of its values`, 'name one of its values');
      }
    }
  }
  checkCircles(byId, report);
};
