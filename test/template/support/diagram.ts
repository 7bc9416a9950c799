/** Diagrams as a person draws them before any template is applied: a row of plain elements, with their shapes. */

/** BPMN tag of an element, e.g. `task`; a boundary event names the element that it sits on. */
export type Node = readonly [id: string, tag: string] | readonly [id: string, tag: 'boundaryEvent', host: string];

const shape = (id: string, x: number, y: number, width: number, height: number): string =>
  `<bpmndi:BPMNShape id="${id}_di" bpmnElement="${id}"><dc:Bounds x="${x}" y="${y}" width="${width}" height="${height}"/></bpmndi:BPMNShape>`;

const edge = (id: string, x: number, y: number): string =>
  `<bpmndi:BPMNEdge id="${id}_di" bpmnElement="${id}"><di:waypoint x="${x}" y="${y}"/><di:waypoint x="${x + 50}" y="${y}"/></bpmndi:BPMNEdge>`;

/**
 * A process of the given elements in one line, from a start event to an end event. Each boundary event gets an end
 * event of its own, `<id>_end`.
 *
 * @param nodes what stands between start and end
 * @example
 * const xml = drawDiagram('order', ['pay', 'task'], ['late', 'boundaryEvent', 'pay'], ['await', 'intermediateThrowEvent']);
 */
export const drawDiagram = (processId: string, ...nodes: readonly Node[]): string => {
  const row: readonly Node[] = [
    ['start', 'startEvent'],
    ...nodes.filter((node) => node.length === 2),
    ['end', 'endEvent'],
  ];
  const hosts = nodes.filter((node) => node.length === 3);
  const column = (id: string): number => 100 + 150 * row.findIndex(([other]) => other === id);
  const flows = row.slice(1).map(([to], index) => ({ id: `flow_${to}`, from: row[index]?.[0] ?? '', to }));
  const aside = hosts.map(([id]) => ({ id: `flow_${id}_end`, from: id, to: `${id}_end` }));
  const elements = [
    ...row.map(([id, tag]) => `<bpmn:${tag} id="${id}"/>`),
    ...hosts.flatMap(([id, tag, host]) => [
      `<bpmn:${tag} id="${id}" attachedToRef="${host}"/>`,
      `<bpmn:endEvent id="${id}_end"/>`,
    ]),
    ...[...flows, ...aside].map(
      ({ id, from, to }) => `<bpmn:sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`,
    ),
  ];
  const shapes = [
    ...row.map(([id, tag]) =>
      tag.endsWith('Event') ? shape(id, column(id), 100, 36, 36) : shape(id, column(id), 80, 100, 80),
    ),
    ...hosts.flatMap(([id, , host = '']) => [
      shape(id, column(host) + 32, 142, 36, 36),
      shape(`${id}_end`, column(host) + 32, 250, 36, 36),
    ]),
    ...flows.map(({ id, from }) => edge(id, column(from) + 100, 118)),
    ...aside.map(({ id }, index) => edge(id, 100 + 150 * index, 200)),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="definitions" targetNamespace="http://example.org" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.10.0">
<bpmn:process id="${processId}" isExecutable="true">${elements.join('')}</bpmn:process>
<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="${processId}">${shapes.join('')}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>`;
};

/** A process with a subprocess `agent`, which contains a task, `tool`. */
export const drawSubprocess = (processId: string): string => {
  const bounds = '<dc:Bounds x="250" y="40" width="350" height="200"/>';
  return drawDiagram(processId, ['agent', 'subProcess'])
    .replace(
      '<bpmn:subProcess id="agent"/>',
      '<bpmn:subProcess id="agent"><bpmn:task id="tool" name="Look it up"/></bpmn:subProcess>',
    )
    .replace(
      /<bpmndi:BPMNShape id="agent_di"[^>]*>.*?<\/bpmndi:BPMNShape>/,
      `<bpmndi:BPMNShape id="agent_di" bpmnElement="agent" isExpanded="true">${bounds}</bpmndi:BPMNShape>${shape('tool', 300, 100, 100, 80)}`,
    );
};

/** A process with an event subprocess that has a start event of its own, `inside`, next to a plain one, `outside`. */
export const drawEventSubprocess = (processId: string): string => {
  const inner =
    '<bpmn:subProcess id="handler" triggeredByEvent="true"><bpmn:startEvent id="inside"/></bpmn:subProcess>';
  const bounds = '<dc:Bounds x="100" y="250" width="350" height="200"/>';
  const outer = `<bpmndi:BPMNShape id="handler_di" bpmnElement="handler" isExpanded="true">${bounds}</bpmndi:BPMNShape>`;
  return drawDiagram(processId, ['outside', 'startEvent'])
    .replace(
      /<bpmn:sequenceFlow id="flow_outside"[^>]*>|<bpmndi:BPMNEdge id="flow_outside_di".*?<\/bpmndi:BPMNEdge>/g,
      '',
    )
    .replace('</bpmn:process>', `${inner}</bpmn:process>`)
    .replace('</bpmndi:BPMNPlane>', `${outer}${shape('inside', 140, 330, 36, 36)}</bpmndi:BPMNPlane>`);
};
