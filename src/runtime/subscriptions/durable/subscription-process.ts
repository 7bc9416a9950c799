import { subscriptionProcessPrefix } from '../../../connector/activation-names.ts';

/**
 * The process that keeps subscriptions in the cluster. Each instance is one subscription. The job of its second task is
 * the lease: the cluster's job timeouts decide which runtime polls, and its web interface shows every waiting instance.
 *
 * The text of a format never changes: the cluster treats the same bytes under the same name as the same version, however
 * often they are deployed. A changed process is a new format with its own ids and job types, so that runtimes of both
 * formats can work side by side.
 */

/** The version of the process and of its variables. */
export const format = 1;

/** The message that starts an instance; its correlation key allows one instance at a time per activation. */
export const startMessage: string = `${subscriptionProcessPrefix}${format}`;

/** The job type of the first task. Its job completes the activating task, since the subscription is then safe. */
export const openType: string = `_open_subscription:${format}`;

/** The job type of the lease: one per connector, so that only runtimes with that connector request it. */
export const leaseType = (connector: string): string => `_subscription:${format}:${connector}`;

/** The id of the process. */
export const processId: string = `${subscriptionProcessPrefix}${format}`;

/** The file that is deployed. */
export const processFile: { readonly name: string; readonly content: string } = {
  name: `${processId}.bpmn`,
  content: `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="_definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="${processId}" name="Subscription of an inbound connector" isExecutable="true">
    <bpmn:documentation>Belongs to camunda-connectors. Each instance is an inbound connector that waits for something outside. Cancel an instance to end its waiting.</bpmn:documentation>
    <bpmn:startEvent id="_asked" name="A process asks">
      <bpmn:outgoing>_to_open</bpmn:outgoing>
      <bpmn:messageEventDefinition id="_asked_message" messageRef="_start_message" />
    </bpmn:startEvent>
    <bpmn:serviceTask id="_open" name="Let that process go on">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="${openType}" retries="100" />
      </bpmn:extensionElements>
      <bpmn:incoming>_to_open</bpmn:incoming>
      <bpmn:outgoing>_to_wait</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:serviceTask id="_wait" name="Wait for the message">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="=&#34;${leaseType('')}&#34; + connector" retries="=attempts" />
      </bpmn:extensionElements>
      <bpmn:incoming>_to_wait</bpmn:incoming>
      <bpmn:outgoing>_to_end</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:endEvent id="_over" name="Delivered or expired">
      <bpmn:incoming>_to_end</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="_to_open" sourceRef="_asked" targetRef="_open" />
    <bpmn:sequenceFlow id="_to_wait" sourceRef="_open" targetRef="_wait" />
    <bpmn:sequenceFlow id="_to_end" sourceRef="_wait" targetRef="_over" />
  </bpmn:process>
  <bpmn:message id="_start_message" name="${startMessage}" />
  <bpmndi:BPMNDiagram id="_diagram">
    <bpmndi:BPMNPlane id="_plane" bpmnElement="${processId}">
      <bpmndi:BPMNShape id="_asked_shape" bpmnElement="_asked">
        <dc:Bounds x="152" y="102" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="133" y="145" width="74" height="14" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="_open_shape" bpmnElement="_open">
        <dc:Bounds x="240" y="80" width="100" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="_wait_shape" bpmnElement="_wait">
        <dc:Bounds x="400" y="80" width="100" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="_over_shape" bpmnElement="_over">
        <dc:Bounds x="562" y="102" width="36" height="36" />
        <bpmndi:BPMNLabel>
          <dc:Bounds x="538" y="145" width="84" height="27" />
        </bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="_to_open_edge" bpmnElement="_to_open">
        <di:waypoint x="188" y="120" />
        <di:waypoint x="240" y="120" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="_to_wait_edge" bpmnElement="_to_wait">
        <di:waypoint x="340" y="120" />
        <di:waypoint x="400" y="120" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="_to_end_edge" bpmnElement="_to_end">
        <di:waypoint x="500" y="120" />
        <di:waypoint x="562" y="120" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`,
};
