/** Processes for test cases, beside those of the numbered cases. */
import {
  adHocSubProcess,
  chain,
  end,
  other,
  process,
  serviceTask,
  start,
  taskListeners,
} from '../../../engine/support/bpmn.ts';

const file = (name: string, content: string) => ({ name: `${name}.bpmn`, content });

const exampleData =
  '<zeebe:properties><zeebe:property name="camundaModeler:exampleOutputJson" value="{&quot;a&quot;:1}"/></zeebe:properties>';

const forEachItem =
  '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>';

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
  desk: file(
    'desk',
    process(
      'desk',
      ...chain(
        start('Start'),
        adHocSubProcess(
          'Desk',
          { type: 'agent' },
          serviceTask('Call', { type: 'call', inputs: { dialled: '=number' } }),
        ),
        end('End'),
      ),
    ),
  ),
  sign: file(
    'sign',
    process(
      'sign',
      ...chain(
        start('Start'),
        other('userTask', 'Sign', { extensions: `<zeebe:userTask/>${taskListeners(['completing', 'review'])}` }),
        end('End'),
      ),
    ),
  ),
  refill: file('refill', process('refill', ...chain(start('Start', { condition: '=stock < 3' }), end('End')))),
  tagged: file(
    'tagged',
    process(
      'tagged',
      ...chain(
        start('Start'),
        other('callActivity', 'Ship', {
          extensions: '<zeebe:calledElement processId="ship" bindingType="versionTag" versionTag="v1"/>',
        }),
        end('End'),
      ),
    ),
  ),
  each: file(
    'each',
    process('each', ...chain(start('Start'), serviceTask('Pack', { type: 'pack', content: forEachItem }), end('End'))),
  ),
} as const;
