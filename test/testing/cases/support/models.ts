/** Processes for test cases, beside those of the numbered cases. */
import { chain, end, process, serviceTask, start } from '../../../engine/support/bpmn.ts';

const file = (name: string, content: string) => ({ name: `${name}.bpmn`, content });

const exampleData =
  '<zeebe:properties><zeebe:property name="camundaModeler:exampleOutputJson" value="{&quot;a&quot;:1}"/></zeebe:properties>';

export const caseModels = {
  example: file(
    'example',
    process(
      'example',
      ...chain(
        start('Start'),
        serviceTask('Shown', { type: 'shown', extensions: exampleData }),
        serviceTask('Bare', { type: 'bare' }),
        end('End'),
      ),
    ),
  ),
} as const;
