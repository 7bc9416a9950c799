import type { TemplateEngines, TemplateSettings } from '../connector/template-settings.ts';
import type { ConfigurationTemplate, ElementTemplate, Group, TemplateProperty } from './types.ts';

/** The only address that every Modeler accepts: older ones and Web Modeler refuse an address with a version. */
const schemaAddress = 'https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json';

/** The parts of a template, besides the settings of its connector. */
export interface TemplateParts {
  readonly settings: TemplateSettings;
  readonly engines: TemplateEngines;
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly appliesTo: readonly string[];
  readonly elementType: ElementTemplate['elementType'];
  readonly groups: readonly Group[];
  readonly properties: readonly TemplateProperty[];
  readonly steps?: ElementTemplate['steps'];
  readonly presets?: ElementTemplate['presets'];
  /** None: the template has none. */
  readonly configurationTemplates?: readonly ConfigurationTemplate[];
}

/** Assembles a template, with its keys in the order of the official generator. */
export const assembleTemplate = (parts: TemplateParts): ElementTemplate => {
  const { settings, engines, id, name, description, appliesTo, elementType, groups, properties, steps, presets } =
    parts;
  const { configurationTemplates = [] } = parts;
  const {
    keywords,
    documentationRef,
    icon,
    version = 1,
    deprecated = false,
    entriesVisible,
    category = { id: 'connectors', name: 'Connectors' },
  } = settings;
  return {
    $schema: schemaAddress,
    name,
    id,
    ...(description === undefined || description === '' ? {} : { description }),
    ...(keywords === undefined ? {} : { keywords }),
    ...(documentationRef === undefined ? {} : { documentationRef }),
    version,
    ...(deprecated === false ? {} : { deprecated }),
    category: { id: category.id, name: category.name },
    appliesTo,
    elementType,
    engines,
    ...(entriesVisible === undefined ? {} : { entriesVisible }),
    groups,
    properties,
    ...(steps === undefined ? {} : { steps }),
    ...(presets === undefined ? {} : { presets }),
    ...(configurationTemplates.length === 0 ? {} : { configurationTemplates }),
    ...(icon === undefined ? {} : { icon: { contents: icon } }),
  };
};
