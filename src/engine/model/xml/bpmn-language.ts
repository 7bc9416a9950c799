import type { Language } from './well-formed.ts';

/** Elements that contain elements only. */
const withoutText = new Set([
  ...['definitions', 'process', 'subProcess', 'adHocSubProcess', 'transaction', 'callActivity', 'extensionElements'],
  ...['startEvent', 'endEvent', 'boundaryEvent', 'intermediateCatchEvent', 'intermediateThrowEvent', 'sequenceFlow'],
  ...['task', 'serviceTask', 'userTask', 'sendTask', 'receiveTask', 'manualTask', 'scriptTask', 'businessRuleTask'],
  ...['exclusiveGateway', 'inclusiveGateway', 'parallelGateway', 'eventBasedGateway', 'complexGateway'],
  ...['messageEventDefinition', 'timerEventDefinition', 'signalEventDefinition', 'errorEventDefinition'],
  ...['escalationEventDefinition', 'conditionalEventDefinition', 'compensateEventDefinition', 'linkEventDefinition'],
  ...['terminateEventDefinition', 'multiInstanceLoopCharacteristics', 'message', 'signal', 'error', 'escalation'],
  ...['collaboration', 'participant', 'messageFlow', 'laneSet', 'lane', 'association', 'textAnnotation'],
]);

/** Extension elements come first, and only once. */
const checkExtensionElements = (name: string): ((child: string) => string | undefined) => {
  let hasExtensions = false;
  let hasContent = false;
  return (child) => {
    if (name === 'definitions' || child === 'documentation') return undefined;
    const isExtension = child === 'extensionElements';
    const isRepeated = isExtension && hasExtensions;
    const isLate = isExtension && hasContent;
    hasExtensions ||= isExtension;
    hasContent = true;
    if (isRepeated) return `There is more than one <extensionElements> in <${name}>. Join them.`;
    return isLate ? `<extensionElements> must come before the other content of <${name}>.` : undefined;
  };
};

/** What BPMN's schema says, as far as the parser of the model does not check it. */
export const bpmnLanguage: Language = {
  namespace: 'http://www.omg.org/spec/BPMN/20100524/MODEL',
  isWithoutText: (name) => withoutText.has(name),
  checkChildren: checkExtensionElements,
};
