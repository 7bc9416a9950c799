import type { LinkedResource, OutboundTemplateSettings } from '../../connector/template-settings.ts';
import { hintConditions } from '../fields/field.ts';
import type { FinishedProperties } from '../fields/finish-properties.ts';
import type { Group, TemplateProperty } from '../types.ts';

/** The section of the fields for linked resources. */
export const resourceGroup: Group = { id: 'linkedResources', label: 'Linked resources' };

type Part = Extract<TemplateProperty['binding'], { readonly type: 'zeebe:linkedResource' }>['property'];

const bindings = [
  { name: 'Latest', value: 'latest' },
  { name: 'Deployment', value: 'deployment' },
  { name: 'Version tag', value: 'versionTag' },
];

const resourceProperties = (
  resource: LinkedResource,
  isOnly: boolean,
  conditionOf: FinishedProperties['conditionOf'],
): readonly TemplateProperty[] => {
  const shown = hintConditions(resource);
  const { linkName, resourceType, resourceId, binding, versionTag, label = 'Resource ID' } = resource;
  const idOf = (property: Part): string => `linkedResource.${linkName}.${property}`;
  // Several resources have the same fields, so the name tells them apart.
  const labelOf = (text: string): string => (isOnly ? text : `${text} (${linkName})`);
  const own = (property: Part): Pick<TemplateProperty, 'binding' | 'condition'> => ({
    binding: { type: 'zeebe:linkedResource', linkName, property },
    ...conditionOf(shown),
  });
  const hidden = (property: Part, value: string): TemplateProperty => ({ value, ...own(property), type: 'Hidden' });
  const field = (property: Part, text: string): TemplateProperty => ({
    id: idOf(property),
    label: text,
    constraints: { notEmpty: true },
    group: resourceGroup.id,
    ...own(property),
    type: 'String',
  });
  const list: TemplateProperty = {
    id: idOf('bindingType'),
    label: labelOf('Version'),
    value: 'latest',
    group: resourceGroup.id,
    ...own('bindingType'),
    type: 'Dropdown',
    choices: bindings,
  };
  const tag = field('versionTag', labelOf('Version tag'));
  const chosenTag: TemplateProperty = {
    ...tag,
    ...conditionOf([...shown, { property: list.id!, equals: 'versionTag', type: 'simple' }]),
  };
  return [
    resourceId === undefined ? field('resourceId', labelOf(label)) : hidden('resourceId', resourceId),
    resourceType === undefined ? field('resourceType', labelOf('Resource type')) : hidden('resourceType', resourceType),
    binding === undefined ? list : hidden('bindingType', binding),
    ...(binding === undefined ? [chosenTag] : []),
    ...(binding === 'versionTag' ? [versionTag === undefined ? tag : hidden('versionTag', versionTag)] : []),
  ];
};

/**
 * The properties for the resources that a job refers to.
 *
 * @param conditionOf writes conditions on the fields of the same template
 */
export const linkedResourceProperties = (
  { linkedResources = [] }: OutboundTemplateSettings,
  conditionOf: FinishedProperties['conditionOf'],
): readonly TemplateProperty[] =>
  linkedResources.flatMap((resource) => resourceProperties(resource, linkedResources.length === 1, conditionOf));
