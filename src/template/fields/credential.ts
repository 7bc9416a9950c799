import type { Credential } from '../../connector/hints.ts';
import type { Schema } from '../../connector/types.ts';
import { compileExpression } from '../../feel/index.ts';
import { checkFeel } from '../controls/defaults.ts';
import { labelOfName } from '../labels.ts';
import { type FieldContext, pathOf, rootContext } from '../schema/field-context.ts';
import type { Reading } from '../schema/read-schema.ts';
import type { Choice, ConfigurationProperty, ConfigurationTemplate, TemplateProperty } from '../types.ts';
import { checkFields } from '../validation/check-template.ts';
import { refuseHints } from '../validation/hint-places.ts';
import type { Report } from '../validation/problems.ts';
import { type Draft, defaultGroup } from './draft.ts';
import { descriptionOf, hintConditions } from './field.ts';
import { finishProperties } from './finish-properties.ts';

/** Makes the fields of a whole object. The caller passes it in, because an object may contain a credential. */
export type DraftFields = (schema: Schema, context: FieldContext) => readonly Draft[];

/** The value that an expression stands for. A credential stores values without FEEL; the connector converts texts back. */
const plainValue = (text: string): unknown => {
  if (!text.startsWith('=')) return text;
  try {
    return compileExpression(text).evaluate(() => undefined);
  } catch {
    return undefined;
  }
};

const plainChoices = (choices: readonly Choice[] | undefined): readonly Choice[] | undefined =>
  choices?.map(({ name, value }) => ({ name, value: String(plainValue(value) ?? '') }));

/** The default of a field as it is stored; `undefined`: none, or one that has been reported. */
const plainDefault = ({ type, value, choices }: TemplateProperty, path: string, report: Report) => {
  if (typeof value !== 'string') return value;
  const plain = plainValue(value);
  if (type === 'Dropdown') return plain === null ? undefined : String(plain);
  const fits = typeof plain === 'string' || (type === 'Hidden' && typeof plain === 'boolean');
  if (fits && !(choices === undefined && value.startsWith('=') && plain === '')) return plain as string | boolean;
  const what =
    type === 'Hidden'
      ? 'a credential can fix texts and booleans only'
      : 'a credential takes values, but no expressions';
  report(path, what, type === 'Hidden' ? 'use text, or leave it to the connector' : 'use a value as the default');
  return undefined;
};

const storedProperty = (property: TemplateProperty, report: Report): readonly ConfigurationProperty[] => {
  const { binding, feel, optional: _optional, generatedValue, type, value: _value, choices, id, ...rest } = property;
  const path = binding.type === 'zeebe:input' ? binding.name : String(id);
  const refuse = (what: string, fix: string): readonly [] => {
    report(path, what, fix);
    return [];
  };
  if (binding.type !== 'zeebe:input') return refuse('a field of a credential has no target', 'leave the hint out');
  if (type === 'Configuration') return refuse('a credential must not contain a credential', 'list its entries instead');
  if (generatedValue !== undefined) return refuse('a credential has no generated values', 'leave the hint out');
  if (feel === 'required') {
    return refuse(
      'a credential takes single values, but no lists and no objects of free form',
      'use text, or v.object with the entries',
    );
  }
  const value = plainDefault(property, path, report);
  const plain = plainChoices(choices);
  return [
    {
      id: id!,
      ...rest,
      ...(value === undefined ? {} : { value }),
      binding: { type: 'property', name: path },
      type,
      ...(plain === undefined ? {} : { choices: plain }),
    },
  ];
};

/** The kind of credential that a schema and its hint describe. It depends on nothing else, so all connectors have the same. */
const configurationOf = (
  { core }: Reading,
  credential: Credential,
  context: FieldContext,
  draftFields: DraftFields,
): ConfigurationTemplate => {
  const report: Report = (path, ...problem) =>
    context.report(path === '(root)' ? pathOf(context) : `${pathOf(context)}.${path}`, ...problem);
  const drafts = draftFields(core, { ...rootContext(false, report), stored: true });
  const { id, name, version = 1, description, documentation, keywords, groups } = credential;
  const finished = finishProperties(drafts, groups ?? [], { ids: new Set(), groups: [] }, report);
  const inSections = finished.groups.length > 1 || finished.groups.some((group) => group.id !== defaultGroup);
  const properties = finished.properties.flatMap((property) => {
    const { group: _group, ...rest } = property;
    return storedProperty(inSections ? property : rest, report);
  });
  checkFields(properties, report);
  return {
    id,
    kind: 'CREDENTIAL',
    version,
    name,
    ...(description === undefined ? {} : { description }),
    ...(documentation === undefined ? {} : { documentationRef: documentation }),
    ...(keywords === undefined ? {} : { keywords }),
    ...(inSections ? { groups: finished.groups } : {}),
    properties,
  };
};

/** The field that asks for a credential, which is the value of the whole object. */
export const draftCredential = (
  reading: Reading,
  credential: Credential,
  context: FieldContext,
  draftFields: DraftFields,
): readonly Draft[] => {
  const { hints, title, optional, nullable } = reading;
  const path = pathOf(context);
  refuseHints(hints, 'credential', path, context.report);
  if (hints.default !== undefined) {
    const isExpression = typeof hints.default === 'string' && hints.default.startsWith('=');
    if (isExpression) checkFeel(hints.default as string, context);
    else {
      context.report(
        path,
        'the default of a credential must be an expression that names a stored one',
        "write for example '=camunda.vars.env.acmeAccount'",
      );
    }
  }
  const configuration = configurationOf(reading, credential, context, draftFields);
  const isRequired = hints.notEmpty ?? !(optional || nullable || context.mayBeEmpty);
  const description = descriptionOf(reading, undefined);
  const { minVersion } = credential;
  const property: TemplateProperty & { readonly id: string } = {
    id: hints.id ?? path,
    label: title ?? labelOfName(context.path.at(-1)!),
    ...(description === undefined ? {} : { description }),
    ...(hints.tooltip === undefined ? {} : { tooltip: hints.tooltip }),
    ...(typeof hints.default === 'string' ? { value: hints.default } : {}),
    ...(isRequired ? { constraints: { notEmpty: true } } : {}),
    group: hints.group ?? context.group ?? defaultGroup,
    binding: { type: 'zeebe:input', name: path },
    type: 'Configuration',
    configurationTemplate: configuration.id,
    ...(minVersion === undefined ? {} : { configurationTemplateVersion: minVersion }),
  };
  return [
    {
      path,
      property,
      conditions: [...context.conditions, ...hintConditions(hints)],
      ...(hints.id === undefined ? {} : { ownId: true }),
      credential: configuration,
    },
  ];
};
