/** Resources that a file refers to and that are not in its folder, so that its instances do not stop there. */
import type { DeploymentFile } from '../../src/engine/deployment/compile-files.ts';

const idsIn = (xml: string, pattern: RegExp): readonly string[] =>
  [...new Set([...xml.matchAll(pattern)].map(([, id]) => id!))].filter((id) => !id.startsWith('='));

const file = (name: string, content: string): DeploymentFile => ({ name, content: Buffer.from(content) });

const process = (id: string): DeploymentFile =>
  file(
    `${id}.bpmn`,
    `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="stand-in">
<bpmn:process id="${id}" isExecutable="true"><bpmn:startEvent id="start" /><bpmn:endEvent id="end" />
<bpmn:sequenceFlow id="flow" sourceRef="start" targetRef="end" /></bpmn:process></bpmn:definitions>`,
  );

const decision = (id: string): DeploymentFile =>
  file(
    `${id}.dmn`,
    `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="of_${id}" name="stand-in" namespace="stand-in">
<decision id="${id}" name="${id}"><variable name="result" /><literalExpression><text>true</text></literalExpression></decision></definitions>`,
  );

const form = (id: string): DeploymentFile =>
  file(`${id}.form`, JSON.stringify({ id, type: 'default', components: [] }));

/**
 * Creates a process, decision or form for each id that the file names and that no known file defines.
 *
 * @param known the texts of the files that are deployed
 */
export const standIns = (xml: string, known: string): readonly DeploymentFile[] => {
  const isMissing = (id: string): boolean => !known.includes(`id="${id}"`) && !known.includes(`"id": "${id}"`);
  return [
    ...idsIn(xml, /<zeebe:calledElement[^>]*processId="([^"]+)"/g)
      .filter(isMissing)
      .map(process),
    ...idsIn(xml, /<zeebe:calledDecision[^>]*decisionId="([^"]+)"/g)
      .filter(isMissing)
      .map(decision),
    ...idsIn(xml, /<zeebe:formDefinition[^>]*formId="([^"]+)"/g)
      .filter(isMissing)
      .map(form),
  ];
};
