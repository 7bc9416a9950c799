/** A program of a user, as text: it runs the log connector on the embedded engine, evaluates a decision, and prints the variables at the end. */

const bpmn = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">
<process id="hello" isExecutable="true">
<startEvent id="Start"/><sequenceFlow id="a" sourceRef="Start" targetRef="Log"/>
<serviceTask id="Log"><extensionElements><zeebe:taskDefinition type="log"/>
<zeebe:ioMapping><zeebe:input source="=&quot;Hello, &quot; + name" target="message"/></zeebe:ioMapping>
</extensionElements></serviceTask>
<sequenceFlow id="b" sourceRef="Log" targetRef="End"/><endEvent id="End"/>
</process></definitions>`;

const dmn = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="drg" name="DRG" namespace="t">
<decision id="d" name="D"><literalExpression><text>x + 1</text></literalExpression></decision></definitions>`;

const body = `
const main = async () => {
  const log = defineOutbound({
    name: 'Log',
    type: 'log',
    input: v.object({ message: v.string() }),
    output: v.object({ logged: v.string() }),
    run: ({ message }) => ({ logged: message }),
  });
  const connection = createConnection({ type: 'EMBEDDED' });
  const engine = await connection.engine();
  await engine.deploy({ name: 'hello.bpmn', content: ${JSON.stringify(bpmn)} });
  const runtime = createRuntime({ outbound: [log], connection });
  await runtime.start();
  const { processInstanceKey } = engine.createInstance({ bpmnProcessId: 'hello', variables: { name: 'Ada' } });
  const { variables } = await engine.ended(processInstanceKey);
  await runtime.stop();
  await connection.close();
  if (createTemplate(log).name !== 'Log' || outboundContext().job.retries !== 3) throw new Error('wrong');
  const other = await createEngine();
  await other.deploy({ name: 'd.dmn', content: ${JSON.stringify(dmn)} });
  if (other.evaluateDecision({ decisionId: 'd', variables: { x: 1 } }).output !== 2) throw new Error('wrong decision');
  await other.stop();
  process.stdout.write('\\n' + JSON.stringify(variables) + '\\n');
};
main();
`;

/** What the program prints in its last line. */
export const expected: Readonly<Record<string, string>> = { name: 'Ada', logged: 'Hello, Ada' };

/** The program as an ES module; it is valid TypeScript as well. */
export const moduleProgram = `import { createConnection, createRuntime, defineOutbound } from 'camunda-connectors';
import { createEngine } from 'camunda-connectors/engine';
import { createTemplate } from 'camunda-connectors/template';
import { outboundContext } from 'camunda-connectors/testing';
import * as v from 'valibot';
${body}`;

/** The program as a CommonJS module. */
export const commonProgram = `const { createConnection, createRuntime, defineOutbound } = require('camunda-connectors');
const { createEngine } = require('camunda-connectors/engine');
const { createTemplate } = require('camunda-connectors/template');
const { outboundContext } = require('camunda-connectors/testing');
const v = require('valibot');
${body}`;
