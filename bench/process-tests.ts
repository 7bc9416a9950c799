/** How long process tests take: a process of its own, which answers with the milliseconds for 100 tests. */
import { createProcessTest } from '../src/testing/index.ts';
import { interleave } from './measure.ts';

const count = 100;

const content = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="bench">
  <bpmn:process id="order" isExecutable="true">
    <bpmn:startEvent id="Start" />
    <bpmn:businessRuleTask id="Rate">
      <bpmn:extensionElements><zeebe:calledDecision decisionId="rate" resultVariable="rate" /></bpmn:extensionElements>
    </bpmn:businessRuleTask>
    <bpmn:serviceTask id="Charge">
      <bpmn:extensionElements><zeebe:taskDefinition type="charge" /></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:userTask id="Approve">
      <bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:intermediateCatchEvent id="Days">
      <bpmn:timerEventDefinition><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P3D</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:intermediateCatchEvent>
    <bpmn:intermediateCatchEvent id="Paid"><bpmn:messageEventDefinition messageRef="paid" /></bpmn:intermediateCatchEvent>
    <bpmn:endEvent id="End" />
    <bpmn:sequenceFlow id="a" sourceRef="Start" targetRef="Rate" />
    <bpmn:sequenceFlow id="b" sourceRef="Rate" targetRef="Charge" />
    <bpmn:sequenceFlow id="c" sourceRef="Charge" targetRef="Approve" />
    <bpmn:sequenceFlow id="d" sourceRef="Approve" targetRef="Days" />
    <bpmn:sequenceFlow id="e" sourceRef="Days" targetRef="Paid" />
    <bpmn:sequenceFlow id="f" sourceRef="Paid" targetRef="End" />
  </bpmn:process>
  <bpmn:message id="paid" name="paid">
    <bpmn:extensionElements><zeebe:subscription correlationKey="=id" /></bpmn:extensionElements>
  </bpmn:message>
</bpmn:definitions>`;

/** A test with an engine of its own: a decision, a job, a user task, a timer of three days, a message. */
const runTest = async (): Promise<void> => {
  const processes = await createProcessTest({
    resources: { name: 'order.bpmn', content },
    mocks: { jobs: { charge: { charged: true } }, decisions: { rate: 0.1 } },
  });
  const order = await processes.start('order', { id: '7' });
  await (await order.userTask('Approve')).complete({ approved: true });
  await order.passed('Days');
  await processes.publish({ name: 'paid', correlationKey: '7' });
  await order.completed({ at: 'End', variables: { charged: true, rate: 0.1, approved: true } });
  await processes.stop();
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

const oneByOne = (): Promise<number> =>
  timed(async () => {
    for (let done = 0; done < count; done += 1) await runTest();
  });

process.on('disconnect', () => process.exit());
await runTest();
const cases = { [`${count} process tests: decision, job, user task, timer, message`]: oneByOne };
process.send?.({ answer: await interleave(cases, Number(process.argv[2] ?? 3)) });
