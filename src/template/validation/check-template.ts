import type { Condition, ElementTemplate, SimpleCondition, TemplateProperty } from '../types.ts';
import type { Report } from './problems.ts';

/** What the JSON schema of templates does not notice, and the Modeler passes over in silence. */

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

/** Tells whether two properties are never shown together. */
const exclusive = (a: TemplateProperty, b: TemplateProperty): boolean =>
  partsOf(a.condition).some((one) => partsOf(b.condition).some((other) => disjoint(one, other)));

const checkIds: Checker = ({ properties }, report) => {
  const seen = new Set<string>();
  for (const property of properties) {
    if (property.id === undefined) continue;
    if (seen.has(property.id)) {
      report(
        nameOf(property),
        `the id ${JSON.stringify(property.id)} is taken by another field`,
        'give it another with hints({ id })',
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
          'two fields that can be shown together write it',
          'rename one of them, or make them exclude each other',
        );
      }
      const [a, b] = [property.binding, other.binding];
      if (a.type !== 'zeebe:input' || b.type !== 'zeebe:input') continue;
      if (isInside(a.name, b.name) || isInside(b.name, a.name)) {
        const [outer, inner] = a.name.length < b.name.length ? [a.name, b.name] : [b.name, a.name];
        report(
          outer,
          `it is a field, and so is ${JSON.stringify(inner)} inside of it`,
          'use an object or a single value',
        );
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
        report(nameOf(property), `its condition names ${name}, which is no field`, 'name another field by its path');
        continue;
      }
      if (known >= index) {
        const why = known === index ? 'itself' : 'a field behind it';
        report(
          nameOf(property),
          `its condition names ${name}, ${why}`,
          'name a field before it; hints({ order }) and groups decide the order',
        );
        continue;
      }
      const values = valuesOf(properties[known]!);
      const missing = (allowed(condition) ?? []).find((value) => values !== undefined && !values.includes(value));
      if (missing !== undefined && values?.includes(`=${missing}`)) {
        report(
          nameOf(property),
          `its condition wants ${name} to be ${JSON.stringify(missing)}, but the Modeler compares only the texts of a list`,
          'use a list of texts, or v.boolean()',
        );
      } else if (missing !== undefined) {
        report(
          nameOf(property),
          `its condition wants ${name} to be ${JSON.stringify(missing)}, which it never is`,
          'name one of its values',
        );
      }
    }
  });
};

/** Reports everything that makes a template lie, though it is valid. */
export const checkTemplate: Checker = (template, report) => {
  checkIds(template, report);
  checkBindings(template, report);
  checkConditions(template, report);
};
