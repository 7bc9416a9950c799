import type {
  ConditionalText,
  ExecutionListener,
  GeneratedText,
  OutboundTemplateSettings,
  TemplateSettings,
} from '../../connector/template-settings.ts';
import { hintConditions } from '../fields/field.ts';
import type { FinishedProperties } from '../fields/finish-properties.ts';
import type { ElementTemplate, Group, TemplateProperty } from '../types.ts';
import type { Report } from '../validation/problems.ts';

/** Parts of an element that the settings of a template describe, beside its inputs and headers. */

type Value = string | GeneratedText | ConditionalText;

const textOf = (value: Value, conditionOf: FinishedProperties['conditionOf']): Partial<TemplateProperty> => {
  if (typeof value === 'string') return { value };
  if ('generated' in value) return { generatedValue: { type: value.generated } };
  return { value: value.value, ...conditionOf(hintConditions(value)) };
};

/**
 * The hidden extension properties of an element.
 *
 * @param conditionOf writes conditions on the fields of the same template
 */
export const extensionProperties = (
  { properties = {} }: TemplateSettings,
  conditionOf: FinishedProperties['conditionOf'],
): readonly TemplateProperty[] =>
  Object.entries(properties).flatMap(([name, given]) =>
    [given].flat().map(
      (value): TemplateProperty => ({
        ...textOf(value as Value, conditionOf),
        binding: { type: 'zeebe:property', name },
        type: 'Hidden',
      }),
    ),
  );

/** The section of the job's priority. */
export const jobGroup: Group = { id: 'job', label: 'Job' };

/** The id of the field for the priority. */
export const priorityId = 'jobPriority';

/** The field for the priority of the jobs of an element. */
export const priorityProperties = ({ jobPriority }: OutboundTemplateSettings): readonly TemplateProperty[] =>
  jobPriority === undefined
    ? []
    : [
        {
          id: priorityId,
          label: 'Job priority',
          description: 'Jobs with a higher priority are activated first. A whole number, also below 0.',
          value: jobPriority,
          constraints: { pattern: { value: '^(?:undefined)?$|^-?\\d+$', message: 'must be a whole number' } },
          feel: 'optional',
          group: jobGroup.id,
          binding: { type: 'zeebe:jobPriorityDefinition', property: 'priority' },
          type: 'Number',
        },
      ];

const adHocElement = 'bpmn:AdHocSubProcess';

/** The hidden properties that collect the results of the elements in an ad-hoc subprocess. */
export const adHocProperties = (
  { adHoc }: OutboundTemplateSettings,
  { elementType }: Pick<ElementTemplate, 'elementType'>,
  report: Report,
): readonly TemplateProperty[] => {
  if (adHoc === undefined) return [];
  if (elementType.value !== adHocElement) {
    report(
      'template.adHoc',
      `a ${elementType.value} collects no results of other elements`,
      `use elementType: { value: '${adHocElement}' }`,
    );
  }
  return (['outputCollection', 'outputElement'] as const).map((property) => ({
    value: adHoc[property],
    binding: { type: 'zeebe:adHoc', property },
    type: 'Hidden',
  }));
};

/** The types of agents by the elements that run them. */
const agentTypes: Readonly<Record<string, readonly string[]>> = {
  'bpmn:ServiceTask': ['aiAgentTask', 'external'],
  [adHocElement]: ['aiAgentSubProcess', 'external'],
};

/** The hidden property that makes an agent visible in the cluster. */
export const agentProperties = (
  { agentType }: OutboundTemplateSettings,
  { elementType }: Pick<ElementTemplate, 'elementType'>,
  report: Report,
): readonly TemplateProperty[] => {
  if (agentType === undefined) return [];
  const known = agentTypes[elementType.value];
  if (known === undefined) {
    const elements = Object.keys(agentTypes).join(' or ');
    report('template.agentType', `a ${elementType.value} is not an agent`, `use elementType with ${elements}`);
  } else if (!known.includes(agentType)) {
    const others = known.map((one) => JSON.stringify(one)).join(' or ');
    report('template.agentType', `a ${elementType.value} is not an ${agentType}`, `use ${others}`);
  }
  return [{ value: agentType, binding: { type: 'zeebe:agentDefinition', property: 'agentType' }, type: 'Hidden' }];
};

const listenerProperty = ({ eventType, type, retries }: ExecutionListener): TemplateProperty => ({
  value: type,
  binding: {
    type: 'zeebe:executionListener',
    eventType,
    ...(retries === undefined ? {} : { retries: String(retries) }),
  },
  type: 'Hidden',
});

/** The hidden listeners to the start and the end of an element. */
export const listenerProperties = ({
  executionListeners = [],
}: OutboundTemplateSettings): readonly TemplateProperty[] => executionListeners.map(listenerProperty);

/**
 * The sections of the Modeler that stay visible. The Modeler requires that the section of the listeners is not among them if
 * the template has listeners itself.
 */
export const visibleEntries = (
  { entriesVisible, executionListeners }: OutboundTemplateSettings,
  report: Report,
): ElementTemplate['entriesVisible'] => {
  if (executionListeners === undefined) return entriesVisible;
  if (typeof entriesVisible === 'boolean' || entriesVisible?.executionListeners === true) {
    report(
      'template.entriesVisible',
      'must be an object without the listeners, because the template has listeners itself',
      'name the other sections, or leave it out',
    );
    return entriesVisible;
  }
  return { ...entriesVisible, executionListeners: false };
};
