import { answerProcessPrefix } from '../../../connector/activation-names.ts';

/**
 * The process that passes an answer on to the runtime that holds the call. The answering job may come to any runtime, and the cluster
 * is the only thing that all of them reach. Its task has a job type of the holder's own; its timer ends it if the holder is gone.
 *
 * The text of a format never changes: the cluster treats the same bytes under the same name as the same version, however often they
 * are deployed. A changed process is a new format with its own id and job types.
 */

const format = 1;

/** The id of the process. */
export const answerProcessId: string = `${answerProcessPrefix}${format}`;

/** The job type that only one runtime requests. */
export const passedType = (holder: string): string => `_webhook_answer:${format}:${holder}`;

/** The file that is deployed. */
export const answerProcessFile: { readonly name: string; readonly content: string } = {
  name: `${answerProcessId}.bpmn`,
  content: `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="_definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="${answerProcessId}" name="Answer to the call of a webhook" isExecutable="true">
    <bpmn:documentation>Belongs to camunda-connectors. Each instance passes the answer of a process on to the runtime whose webhook was called, and ends within seconds.</bpmn:documentation>
    <bpmn:startEvent id="_given" name="An answer for another runtime">
      <bpmn:outgoing>_to_pass</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:serviceTask id="_pass" name="Answer the caller">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="=&#34;${passedType('')}&#34; + holder" />
      </bpmn:extensionElements>
      <bpmn:incoming>_to_pass</bpmn:incoming>
      <bpmn:outgoing>_to_end</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:boundaryEvent id="_gone" name="The runtime is gone" attachedToRef="_pass">
      <bpmn:outgoing>_to_nobody</bpmn:outgoing>
      <bpmn:timerEventDefinition id="_patience">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">=patience</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="_passed" name="Passed on">
      <bpmn:incoming>_to_end</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:endEvent id="_lost" name="Nobody to answer">
      <bpmn:incoming>_to_nobody</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="_to_pass" sourceRef="_given" targetRef="_pass" />
    <bpmn:sequenceFlow id="_to_end" sourceRef="_pass" targetRef="_passed" />
    <bpmn:sequenceFlow id="_to_nobody" sourceRef="_gone" targetRef="_lost" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="_diagram">
    <bpmndi:BPMNPlane id="_plane" bpmnElement="${answerProcessId}">
      <bpmndi:BPMNShape id="_given_shape" bpmnElement="_given">
        <dc:Bounds x="152" y="102" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="130" y="145" width="80" height="27" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="_pass_shape" bpmnElement="_pass">
        <dc:Bounds x="240" y="80" width="100" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="_passed_shape" bpmnElement="_passed">
        <dc:Bounds x="402" y="102" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="394" y="145" width="53" height="14" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="_lost_shape" bpmnElement="_lost">
        <dc:Bounds x="402" y="202" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="378" y="245" width="85" height="14" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="_gone_shape" bpmnElement="_gone">
        <dc:Bounds x="292" y="142" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="218" y="178" width="82" height="27" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="_to_pass_edge" bpmnElement="_to_pass">
        <di:waypoint x="188" y="120" />
        <di:waypoint x="240" y="120" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="_to_end_edge" bpmnElement="_to_end">
        <di:waypoint x="340" y="120" />
        <di:waypoint x="402" y="120" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="_to_nobody_edge" bpmnElement="_to_nobody">
        <di:waypoint x="310" y="178" />
        <di:waypoint x="310" y="220" />
        <di:waypoint x="402" y="220" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`,
};
