import type { OutboundTemplateSettings } from '../connector/template-settings.ts';
import type { ElementTemplate } from './types.ts';
import type { Report } from './validation/problems.ts';

/** Elements that get a job of the type that a template says. */
const tasks: readonly string[] = ['bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:ScriptTask', 'bpmn:BusinessRuleTask'];
const events: readonly string[] = ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent'];

const message = 'bpmn:MessageEventDefinition';

/** What the Modeler counts an element among; a template is offered for all of them. */
const aboveTasks: readonly string[] = ['bpmn:Task', 'bpmn:Activity'];
const aboveEvents: readonly string[] = ['bpmn:ThrowEvent', 'bpmn:Event'];

/** Elements of the diagram that the Modeler can make a task or an event of. */
const becomesTask = (type: string): boolean => /^bpmn:(?:\w*Task|Activity|CallActivity|\w*SubProcess)$/.test(type);
const becomesEvent = (type: string): boolean => /^bpmn:\w*Event$/.test(type);

type Elements = Pick<ElementTemplate, 'appliesTo' | 'elementType'>;

const withMessage = (value: string): ElementTemplate['elementType'] =>
  events.includes(value) ? { value, eventDefinition: message } : { value };

/** Settings that are missing follow from those that are there: a template for one kind of element leaves it what it is. */
const completed = ({ appliesTo, elementType }: Elements | OutboundTemplateSettings): Elements => {
  const [only, ...others] = appliesTo ?? [];
  const kept = only !== undefined && others.length === 0 && [...tasks, ...events].includes(only) ? only : undefined;
  const type = elementType ?? withMessage(kept ?? 'bpmn:ServiceTask');
  return { appliesTo: appliesTo ?? [events.includes(type.value) ? type.value : 'bpmn:Task'], elementType: type };
};

/**
 * The elements that an outbound template is offered for, and what they become. Reports what the Modeler would not load,
 * and elements that get no job.
 */
export const elementsOf = (settings: OutboundTemplateSettings, report: Report): Elements => {
  const elements = completed(settings);
  const { appliesTo, elementType } = elements;
  const { value, eventDefinition } = elementType;
  const isEvent = events.includes(value);
  if (!isEvent && !tasks.includes(value)) {
    report('template.elementType', `a ${value} gets no job`, `use one of ${[...tasks, ...events].join(', ')}`);
    return elements;
  }
  if (eventDefinition !== (isEvent ? message : undefined)) {
    report(
      'template.elementType',
      isEvent ? 'only an event with a message gets a job' : 'a task has no event definition',
      isEvent ? `add eventDefinition: '${message}'` : 'leave eventDefinition out',
    );
  }
  if (!appliesTo.some((type) => [value, ...(isEvent ? aboveEvents : aboveTasks)].includes(type))) {
    report('template.appliesTo', `the Modeler wants ${value} to be among them`, `add ${value}, or change elementType`);
  }
  const alien = appliesTo.find((type) => !(isEvent ? becomesEvent : becomesTask)(type));
  if (alien !== undefined) {
    report('template.appliesTo', `a ${alien} cannot become a ${value}`, 'take it out, or change elementType');
  }
  return elements;
};
