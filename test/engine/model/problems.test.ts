import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deploymentErrorText } from '../../../src/engine/model/index.ts';

test('the error text lists all problems by file and element', () => {
  const text = deploymentErrorText([
    {
      name: 'a.bpmn',
      problems: [
        { element: 'pay > extensionElements > taskDefinition', text: 'The type is missing.' },
        { element: 'Message_1', text: 'The name is missing.' },
        { element: 'pay > extensionElements > taskDefinition', text: 'Line one\nline two' },
      ],
    },
    { name: 'fine.bpmn', problems: [] },
    { name: 'b.bpmn', problems: [{ element: 'p', text: 'No start event.' }] },
  ]);
  assert.equal(
    text,
    [
      'These files cannot be deployed; nothing was deployed:',
      "'a.bpmn':",
      '- Element: pay > extensionElements > taskDefinition',
      '    - ERROR: The type is missing.',
      '    - ERROR: Line one',
      '      line two',
      '- Element: Message_1',
      '    - ERROR: The name is missing.',
      "'b.bpmn':",
      '- Element: p',
      '    - ERROR: No start event.',
    ].join('\n'),
  );
});
