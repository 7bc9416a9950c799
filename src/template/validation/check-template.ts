import type { Condition, ElementTemplate, SimpleCondition, TemplateProperty } from '../types.ts';
import type { Report } from './problems.ts';

/** Finds mistakes that the JSON schema of templates does not cover, and that the Modeler silently ignores. */

type Checker = (template: ElementTemplate, report: Report) => void;

const partsOf = (condition: Condition | undefined): readonly SimpleCondition[] =>
  condition === undefined ? [] : 'allMatch' in condition ? condition.allMatch : [condition];

const nameOf = ({ id, binding }: TemplateProperty): string =>
  binding.type === 'zeebe:input' ? binding.name : (id ?? binding.type);

const allowed = (condition: SimpleCondition): readonly unknown[] | undefined => {
  if ('equals' in condition) return [condition.equals];
  return 'oneOf' in condition ? condition.oneOf : undefined;
};

const disjoint = (a: SimpleCondition, b: SimpleCondition): boolean => {
  if (a.property !== b.property) return false;
  if ('isEmpty' in a && 'isEmpty' in b) return a.isEmpty !== b.isEmpty;
  if ('isActive' in a && 'isActive' in b) return a.isActive !== b.isActive;
  const [one, other] = [allowed(a), allowed(b)];
  return one !== undefined && other !== undefined && !one.some((value) => other.includes(value));
};

/** Whether two properties are never shown together. */
const exclusive = (a: TemplateProperty, b: TemplateProperty): boolean =>
  partsOf(a.condition).some((one) => partsOf(b.condition).some((other) => disjoint(one, other)));

const checkIds: Checker = ({ properties }, report) => {
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

const isInside = (name: string, other: string): boolean => other.startsWith(`${name}.`);

const checkBindings: Checker = ({ properties }, report) => {
  properties.forEach((property, index) => {
    for (const other of properties.slice(index + 1)) {
      if (exclusive(property, other)) continue;
      if (JSON.stringify(property.binding) === JSON.stringify(other.binding)) {
        report(
          nameOf(other),
          'two fields that can be shown together have this binding',
          'rename one of them, or give them conditions that exclude each other',
        );
      }
      const [a, b] = [property.binding, other.binding];
      if (a.type !== 'zeebe:input' || b.type !== 'zeebe:input') continue;
      if (isInside(a.name, b.name) || isInside(b.name, a.name)) {
        const [outer, inner] = a.name.length < b.name.length ? [a.name, b.name] : [b.name, a.name];
        report(outer, `it is a field, but so is ${JSON.stringify(inner)} inside it`, 'use an object or a single value');
      }
    }
  });
};

const valuesOf = ({ type, choices, value }: TemplateProperty): readonly unknown[] | undefined => {
  if (type === 'Boolean') return [true, false];
  if (type === 'Hidden') return [value];
  return type === 'Dropdown' ? (choices ?? []).map((choice) => choice.value) : undefined;
};

const checkConditions: Checker = ({ properties }, report) => {
  properties.forEach((property, index) => {
    for (const condition of partsOf(property.condition)) {
      const known = properties.findIndex(({ id }) => id === condition.property);
      const name = JSON.stringify(condition.property);
      if (known < 0) {
        report(nameOf(property), `its condition names ${name}, which is not a field`, 'name another field by its path');
        continue;
      }
      if (known >= index) {
        const why = known === index ? 'itself' : 'a later field';
        report(
          nameOf(property),
          `its condition names ${name}, which is ${why}`,
          'name an earlier field; hints({ order }) and groups decide the order',
        );
        continue;
      }
      const values = valuesOf(properties[known]!);
      const missing = (allowed(condition) ?? []).find((value) => values !== undefined && !values.includes(value));
      if (missing !== undefined && values?.includes(`=${missing}`)) {
        report(
          nameOf(property),
          `its condition requires ${name} to be ${JSON.stringify(missing)}, but the Modeler compares only the texts of a list`,
          'use a list of texts, or v.boolean()',
        );
      } else if (missing !== undefined) {
        report(
          nameOf(property),
          `its condition requires ${name} to be ${JSON.stringify(missing)}, which is not one of its values`,
          'name one of its values',
        );
      }
    }
  });
};

/** Reports the mistakes that a valid template can still have. */
export const checkTemplate: Checker = (template, report) => {
  checkIds(template, report);
  checkBindings(template, report);
  checkConditions(template, report);
};
