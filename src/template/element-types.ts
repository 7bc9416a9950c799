import type { OutboundTemplateSettings } from '../connector/template-settings.ts';
import type { ElementTemplate } from './types.ts';
import type { Report } from './validation/problems.ts';

/** The elements that create a job of the template's type. */
const tasks: readonly string[] = ['bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:ScriptTask', 'bpmn:BusinessRuleTask'];
const events: readonly string[] = ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent'];

const message = 'bpmn:MessageEventDefinition';

/** The supertypes of tasks and events; a template is offered for each of them. */
const aboveTasks: readonly string[] = ['bpmn:Task', 'bpmn:Activity'];
const aboveEvents: readonly string[] = ['bpmn:ThrowEvent', 'bpmn:Event'];

/** The elements of a diagram that the Modeler can turn into a task or an event. */
const becomesTask = (type: string): boolean => /^bpmn:(?:\w*Task|Activity|CallActivity|\w*SubProcess)$/.test(type);
const becomesEvent = (type: string): boolean => /^bpmn:\w*Event$/.test(type);

type Elements = Pick<ElementTemplate, 'appliesTo' | 'elementType'>;

const withMessage = (value: string): ElementTemplate['elementType'] =>
  events.includes(value) ? { value, eventDefinition: message } : { value };

/** Derives missing settings from the others: a template for a single kind of element keeps that kind. */
const completed = ({ appliesTo, elementType }: Elements | OutboundTemplateSettings): Elements => {
  const [only, ...others] = appliesTo ?? [];
  const kept = only !== undefined && others.length === 0 && [...tasks, ...events].includes(only) ? only : undefined;
  const type = elementType ?? withMessage(kept ?? 'bpmn:ServiceTask');
  return { appliesTo: appliesTo ?? [events.includes(type.value) ? type.value : 'bpmn:Task'], elementType: type };
};

/**
 * The elements that an outbound template is offered for, and what they become. Reports elements without a job, and
 * settings that the Modeler would not load.
 */
export const elementsOf = (settings: OutboundTemplateSettings, report: Report): Elements => {
  const elements = completed(settings);
  const { appliesTo, elementType } = elements;
  const { value, eventDefinition } = elementType;
  const isEvent = events.includes(value);
  if (!isEvent && !tasks.includes(value)) {
    report(
      'template.elementType',
      `a ${value} does not create a job`,
      `use one of ${[...tasks, ...events].join(', ')}`,
    );
    return elements;
  }
  if (eventDefinition !== (isEvent ? message : undefined)) {
    report(
      'template.elementType',
      isEvent ? 'an event creates a job only if it has a message' : 'a task has no event definition',
      isEvent ? `add eventDefinition: '${message}'` : 'leave eventDefinition out',
    );
  }
  if (!appliesTo.some((type) => [value, ...(isEvent ? aboveEvents : aboveTasks)].includes(type))) {
    report('template.appliesTo', `the Modeler requires ${value} among them`, `add ${value}, or change elementType`);
  }
  const unsuitable = appliesTo.find((type) => !(isEvent ? becomesEvent : becomesTask)(type));
  if (unsuitable !== undefined) {
    report('template.appliesTo', `a ${unsuitable} cannot become a ${value}`, 'remove it, or change elementType');
  }
  return elements;
};
