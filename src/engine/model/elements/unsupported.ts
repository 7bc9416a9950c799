/** Elements by type that Camunda 8 does not run either. */
const nowhere: Readonly<Record<string, string>> = {
  'bpmn:ComplexGateway': 'complex gateways',
  'bpmn:Transaction': 'transactions',
  'bpmn:StandardLoopCharacteristics': 'standard loops',
  'bpmn:CancelEventDefinition': 'cancel events',
};

/** The problem of an element that the engine does not run, by its type; `undefined` for all other types. */
export const unsupportedText = ($type: string): string | undefined => {
  const anywhere = nowhere[$type];
  return anywhere && `The embedded engine does not support ${anywhere}, and neither does Camunda 8. Remove this.`;
};
