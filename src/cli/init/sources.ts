/** The files of a new project, apart from its package.json. */
import type { InitRequest } from './options.ts';

const connector = `import { bpmnError, defineOutbound } from 'camunda-connectors';
import * as v from 'valibot';

/** Greets by name. A service task with the job type "greet" uses it. */
export const greet = defineOutbound({
  name: 'Greeter',
  type: 'greet',
  input: v.object({ name: v.pipe(v.string(), v.description('Whom to greet')) }),
  output: v.object({ greeting: v.string() }),
  run: ({ name }, { logger }) => {
    if (name === '') return bpmnError('NO_NAME', 'There is nobody to greet');
    logger.info(\`Greeting \${name}\`);
    return { greeting: \`Hello, \${name}\` };
  },
});
`;

const test = (connectorFile: string): string => `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBpmnError } from 'camunda-connectors';
import { createProcessTest, outboundContext, recordingLogger } from 'camunda-connectors/testing';
import { greet } from '${connectorFile}';

test('greets by name', async () => {
  const logger = recordingLogger();
  assert.deepEqual(await greet.run({ name: 'Ada' }, outboundContext({ logger })), { greeting: 'Hello, Ada' });
  assert.deepEqual(logger.lines, ['Greeting Ada']);
});

test('returns a BPMN error without a name', async () => {
  assert.equal(isBpmnError(await greet.run({ name: '' }, outboundContext())), true);
});

test('the process ends with a greeting', async (t) => {
  const processes = await createProcessTest(t, { resources: 'bpmn/greeting.bpmn', connectors: { outbound: [greet] } });
  const instance = await processes.start('greeting', { visitor: 'Ada' });
  await instance.completed({ at: 'End', variables: { visitor: 'Ada', greeting: 'Hello, Ada' } });
});
`;

const shape = (id: string, x: number, y: number, width: number, height: number): string =>
  `      <bpmndi:BPMNShape id="${id}_di" bpmnElement="${id}">
        <dc:Bounds x="${x}" y="${y}" width="${width}" height="${height}" />
      </bpmndi:BPMNShape>`;

const edge = (id: string, from: number, to: number): string =>
  `      <bpmndi:BPMNEdge id="${id}_di" bpmnElement="${id}">
        <di:waypoint x="${from}" y="140" />
        <di:waypoint x="${to}" y="140" />
      </bpmndi:BPMNEdge>`;

const bpmn = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_greeting" targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.8.0">
  <bpmn:process id="greeting" name="Greet a visitor" isExecutable="true">
    <bpmn:startEvent id="Start" name="Visitor arrived">
      <bpmn:outgoing>ToGreet</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:serviceTask id="Greet" name="Greet the visitor">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="greet" />
        <zeebe:ioMapping>
          <zeebe:input source="=visitor" target="name" />
        </zeebe:ioMapping>
      </bpmn:extensionElements>
      <bpmn:incoming>ToGreet</bpmn:incoming>
      <bpmn:outgoing>ToEnd</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:endEvent id="End" name="Visitor greeted">
      <bpmn:incoming>ToEnd</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="ToGreet" sourceRef="Start" targetRef="Greet" />
    <bpmn:sequenceFlow id="ToEnd" sourceRef="Greet" targetRef="End" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="Diagram">
    <bpmndi:BPMNPlane id="Plane" bpmnElement="greeting">
${[shape('Start', 162, 122, 36, 36), shape('Greet', 270, 100, 100, 80), shape('End', 442, 122, 36, 36)].join('\n')}
${[edge('ToGreet', 198, 270), edge('ToEnd', 370, 442)].join('\n')}
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`;

const tsconfig = `{
  "compilerOptions": {
    "target": "ES2022",
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "skipLibCheck": true,
    "allowImportingTsExtensions": true,
    "noEmit": true
  },
  "include": ["src"]
}
`;

/** The file name extension of the sources. JavaScript with `import` has an extension of its own if package.json does not say "module". */
export const extensionOf = (language: InitRequest['language'], isModule: boolean): string => {
  if (language === 'typescript') return 'ts';
  return isModule ? 'js' : 'mjs';
};

/**
 * The files of a new project, by their paths with forward slashes.
 *
 * @param extension of the sources, see {@link extensionOf}
 */
export const projectFiles = (
  language: InitRequest['language'],
  extension: string,
): Readonly<Record<string, string>> => ({
  [`src/greet.${extension}`]: connector,
  [`src/greet.test.${extension}`]: test(`./greet.${extension}`),
  'bpmn/greeting.bpmn': bpmn,
  ...(language === 'typescript' ? { 'tsconfig.json': tsconfig } : {}),
});
