import type { OutboundTemplateSettings } from '../../connector/template-settings.ts';
import type { ElementTemplate } from '../types.ts';
import type { Report } from '../validation/problems.ts';

/** The elements that create a job of the template's type. */
const tasks: readonly string[] = ['bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:ScriptTask', 'bpmn:BusinessRuleTask'];
const events: readonly string[] = ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent'];
const agent = 'bpmn:AdHocSubProcess';
const all: readonly string[] = [...tasks, ...events, agent];

const message = 'bpmn:MessageEventDefinition';

/** The elements that a template of one kind of element is offered for. */
interface Kind {
  /** What the template is offered for unless the settings say something else. */
  readonly offered: string;
  /** The supertypes of the element. The Modeler requires the element or one of them among those that it is offered for. */
  readonly above: readonly string[];
  /** Whether the Modeler can turn an element of a diagram into it. */
  readonly takes: (type: string) => boolean;
}

const kindOf = (value: string): Kind => {
  if (events.includes(value)) {
    return {
      offered: value,
      above: ['bpmn:ThrowEvent', 'bpmn:Event'],
      takes: (type) => /^bpmn:\w*Event$/.test(type),
    };
  }
  if (value === agent) {
    return {
      offered: 'bpmn:SubProcess',
      above: ['bpmn:SubProcess'],
      takes: (type) => type === 'bpmn:SubProcess' || type === agent,
    };
  }
  return {
    offered: 'bpmn:Task',
    above: ['bpmn:Task', 'bpmn:Activity'],
    takes: (type) => /^bpmn:(?:\w*Task|Activity|CallActivity|\w*SubProcess)$/.test(type),
  };
};

type Elements = Pick<ElementTemplate, 'appliesTo' | 'elementType'>;

const withMessage = (value: string): ElementTemplate['elementType'] =>
  events.includes(value) ? { value, eventDefinition: message } : { value };

/** The element that a template for a single kind of element keeps. */
const keptOf = (appliesTo: readonly string[]): string => {
  const [only, ...others] = appliesTo;
  if (only === undefined || others.length > 0) return 'bpmn:ServiceTask';
  if (only === 'bpmn:SubProcess') return agent;
  return all.includes(only) ? only : 'bpmn:ServiceTask';
};

/** Derives missing settings from the others. */
const completed = ({ appliesTo, elementType }: Elements | OutboundTemplateSettings): Elements => {
  const type = elementType ?? withMessage(keptOf(appliesTo ?? []));
  return { appliesTo: appliesTo ?? [kindOf(type.value).offered], elementType: type };
};

/**
 * The elements that an outbound template is offered for, and what they become. Reports elements without a job, and
 * settings that the Modeler would not load.
 */
export const elementsOf = (settings: OutboundTemplateSettings, report: Report): Elements => {
  const elements = completed(settings);
  const { appliesTo, elementType } = elements;
  const { value, eventDefinition } = elementType;
  if (!all.includes(value)) {
    report('template.elementType', `a ${value} does not create a job`, `use one of ${all.join(', ')}`);
    return elements;
  }
  const isEvent = events.includes(value);
  if (eventDefinition !== (isEvent ? message : undefined)) {
    report(
      'template.elementType',
      isEvent ? 'an event creates a job only if it has a message' : `a ${value} has no event definition`,
      isEvent ? `add eventDefinition: '${message}'` : 'leave eventDefinition out',
    );
  }
  const { above, takes } = kindOf(value);
  if (!appliesTo.some((type) => [value, ...above].includes(type))) {
    report('template.appliesTo', `the Modeler requires ${value} among them`, `add ${value}, or change elementType`);
  }
  const unsuitable = appliesTo.find((type) => !takes(type));
  if (unsuitable !== undefined) {
    report('template.appliesTo', `a ${unsuitable} cannot become a ${value}`, 'remove it, or change elementType');
  }
  return elements;
};
