/** The templates of the agent and of its tool write what the model of the example has. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createTemplates, type ElementTemplate } from 'camunda-connectors/template';
import { agent, weather } from './agent.ts';

const model = readFileSync('examples/agent/weather.bpmn', 'utf8').replaceAll('&#34;', '"');

const fieldOf = (template: ElementTemplate | undefined, target: string): unknown =>
  template?.properties.find(({ binding }) => Object.values(binding).includes(target))?.value;

test('the template of the agent', () => {
  const [template] = createTemplates(agent);
  for (const name of ['outputCollection', 'outputElement']) {
    assert.ok(model.includes(`${name}="${fieldOf(template, name)}"`), name);
  }
  assert.deepEqual(
    [template?.appliesTo, template?.elementType],
    [['bpmn:SubProcess'], { value: 'bpmn:AdHocSubProcess' }],
  );
});

test('the template of the tool', () => {
  const [, tool] = createTemplates(weather);
  assert.ok(model.includes(`source="${fieldOf(tool, 'city')}" target="city"`), String(fieldOf(tool, 'city')));
  assert.equal(fieldOf(tool, 'resultVariable'), 'toolCallResult');
});
