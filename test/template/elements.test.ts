/** What settings add to the element of an outbound connector. The numbers are those of the reference for Camunda 8.10. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../src/connector/define.ts';
import { hints } from '../../src/connector/hints.ts';
import type { OutboundTemplateSettings } from '../../src/connector/template-settings.ts';
import { createTemplate, type ElementTemplate, type TemplateOptions } from '../../src/template/index.ts';
import { rigWith } from '../engine/machine/support.ts';
import { applyAndRead, applyTo, readSaved } from './support/apply.ts';
import { drawDiagram, drawSubprocess } from './support/diagram.ts';
import { createLint } from './support/linter.ts';
import { problemsOf, propertyOf } from './support/make.ts';
import { openDiagram } from './support/modeler.ts';
import { readXml } from './support/reading.ts';
import { assertValidTemplate } from './support/validate.ts';

const withSettings = (template: OutboundTemplateSettings, input: v.ObjectEntries = { a: v.optional(v.string()) }) =>
  defineOutbound({
    name: 'Tester',
    type: 'tester',
    input: v.object(input),
    output: v.object({ b: v.string() }),
    template,
    run: () => ({ b: '' }),
  });

const made = (settings: OutboundTemplateSettings, options?: TemplateOptions): ElementTemplate => {
  const template = createTemplate(withSettings(settings), options);
  assertValidTemplate(template);
  return template;
};

const refusals = (settings: OutboundTemplateSettings, options?: TemplateOptions): string =>
  problemsOf(() => made(settings, options)).join('\n');

/** The error of a definition with these settings. */
const invalid = (settings: object): string => {
  try {
    withSettings(settings as OutboundTemplateSettings);
  } catch (error) {
    return String(error);
  }
  assert.fail('the settings were accepted');
};

describe('jobPriority', () => {
  test('74: a field with the priority of the jobs', async () => {
    for (const [jobPriority, written] of [
      [5, '=5'],
      [-3, '=-3'],
      [0, '=0'],
      ['=order.rank', '=order.rank'],
    ] as const) {
      const template = made({ jobPriority });
      assert.equal(propertyOf(template, 'jobPriority').value, jobPriority);
      assert.equal((await applyAndRead(template)).priority, written);
    }
    assert.deepEqual(made({ jobPriority: 5 }).engines, { camunda: '^8.10' });
    assert.equal('jobPriority' in made({}), false);
  });

  test('74: on every element that has jobs', async () => {
    const elements: readonly OutboundTemplateSettings[] = [
      { appliesTo: ['bpmn:SendTask'] },
      { appliesTo: ['bpmn:ScriptTask'] },
      { appliesTo: ['bpmn:BusinessRuleTask'] },
      { appliesTo: ['bpmn:EndEvent'] },
      { appliesTo: ['bpmn:IntermediateThrowEvent'] },
    ];
    for (const element of elements) {
      assert.equal(
        (await applyAndRead(made({ ...element, jobPriority: 1 }))).priority,
        '=1',
        String(element.appliesTo),
      );
    }
  });

  test('74: a person enters whole numbers only, or leaves it empty', async () => {
    const template = made({ jobPriority: 5 });
    const { pattern } = propertyOf(template, 'jobPriority').constraints ?? {};
    const accepts = new RegExp(pattern?.value ?? '');
    assert.deepEqual(
      ['7', '-7', 'undefined', '1.5', 'x'].map((text) => accepts.test(text)),
      [true, true, true, false, false],
    );
    const lint = await createLint();
    assert.deepEqual(await lint(await (await applyTo(template)).save(), [template]), []);
  });

  test('an input of the same name keeps its variable', () => {
    const connector = withSettings({ jobPriority: 1 }, { jobPriority: v.string() });
    const template = createTemplate(connector);
    assertValidTemplate(template);
    assert.deepEqual(propertyOf(template, 'input.jobPriority').binding, { type: 'zeebe:input', name: 'jobPriority' });
  });

  test('74: other values and older versions are refused', () => {
    for (const value of [1.5, 2 ** 31, '5', 'x', '=', true]) {
      assert.match(invalid({ jobPriority: value }), /jobPriority: expected a whole number of 32 bits, or a FEEL/);
    }
    assert.match(refusals({ jobPriority: '=1 +' }), /^template\.jobPriority: it is not a valid FEEL expression/);
    assert.match(
      refusals({ jobPriority: 1, engines: '^8.9' }),
      /^template\.engines\.camunda: priorities of jobs need Camunda 8\.10; use '\^8\.10', or leave it out/,
    );
  });
});

describe('executionListeners', () => {
  const executionListeners = [
    { eventType: 'start', type: 'audit' },
    { eventType: 'end', type: '=audit.type', retries: 5 },
  ] as const;

  test('80: are written, and their section is not visible', async () => {
    const template = made({ executionListeners });
    assert.deepEqual(template.entriesVisible, { executionListeners: false });
    assert.deepEqual((await applyAndRead(template)).executionListeners, [
      { eventType: 'start', type: 'audit' },
      { eventType: 'end', type: '=audit.type', retries: '5' },
    ]);
    assert.deepEqual(made({ executionListeners, entriesVisible: { outputs: true } }).entriesVisible, {
      outputs: true,
      executionListeners: false,
    });
  });

  test('80: several listen to one event, also after an upgrade', async () => {
    const list = (...types: readonly string[]) => types.map((type) => ({ eventType: 'start', type }) as const);
    const [before, after] = [
      made({ executionListeners: list('a', 'b') }),
      made({ executionListeners: list('b', 'c', 'd'), version: 2 }),
    ];
    const diagram = await applyTo(before);
    assert.deepEqual((await readSaved(diagram)).executionListeners, list('a', 'b'));
    diagram.load([before, after]);
    diagram.apply('it', after);
    assert.deepEqual((await readSaved(diagram)).executionListeners, list('b', 'c', 'd'));
    assert.match(
      invalid({ executionListeners: list('a', 'a') }),
      /executionListeners: two listeners have the same event and type, "start a"\. Fix: give them different types/,
    );
  });

  test('80: what the Modeler refuses is refused', () => {
    for (const entriesVisible of [true, false, { executionListeners: true }]) {
      assert.match(
        refusals({ executionListeners, entriesVisible }),
        /^template\.entriesVisible: must be an object without the listeners/,
      );
    }
    assert.match(invalid({ executionListeners: [] }), /executionListeners: expected a list of listeners/);
    assert.match(invalid({ executionListeners: [{ eventType: 'begin', type: 't' }] }), /must be "start" or "end"/);
    assert.match(invalid({ executionListeners: [{ eventType: 'start' }] }), /type: is missing/);
    assert.match(
      invalid({ executionListeners: [{ eventType: 'start', type: 't', retries: -1 }] }),
      /retries: expected/,
    );
    assert.match(
      refusals({ executionListeners: [{ eventType: 'start', type: '=a +' }] }),
      /^template\.executionListeners\[0\]\.type: it is not a valid FEEL expression/,
    );
  });
});

const subprocess = { elementType: { value: 'bpmn:AdHocSubProcess' } } as const;
const adHoc = { outputCollection: 'toolCallResults', outputElement: '={content: toolCallResult}' } as const;

describe('ad-hoc subprocesses', () => {
  const inside = async (template: ElementTemplate, id = 'agent') => {
    const diagram = await openDiagram(drawSubprocess('p'));
    diagram.load([template]);
    diagram.apply(id, template);
    const xml = await diagram.save();
    return { agent: await readXml(xml, 'agent'), tool: await readXml(xml, 'tool') };
  };

  test('72: a subprocess becomes one and keeps what is in it', async () => {
    const template = made({ ...subprocess, adHoc });
    assert.deepEqual(template.appliesTo, ['bpmn:SubProcess']);
    const { agent, tool } = await inside(template);
    assert.deepEqual(
      [agent.type, agent.taskType, agent.adHoc, tool.type],
      ['bpmn:AdHocSubProcess', 'tester', adHoc, 'bpmn:Task'],
    );
    assert.deepEqual(made({ appliesTo: ['bpmn:SubProcess'] }).elementType, subprocess.elementType);
  });

  test('72: a task cannot become one', async () => {
    const template = made(subprocess);
    const diagram = await openDiagram(drawDiagram('p', ['it', 'task']));
    diagram.load([template]);
    assert.deepEqual(diagram.offered('it', '8.10.0'), []);
    assert.match(
      refusals({ ...subprocess, appliesTo: ['bpmn:Task'] }),
      /^template\.appliesTo: the Modeler requires bpmn:AdHocSubProcess among them.*\n.*a bpmn:Task cannot become a bpmn:AdHocSubProcess/,
    );
  });

  test('69 and 71: the collection and its element belong together, and to an ad-hoc subprocess', () => {
    assert.match(invalid({ ...subprocess, adHoc: { outputCollection: 'r' } }), /adHoc\.outputElement: is missing/);
    assert.match(
      invalid({ ...subprocess, adHoc: { outputCollection: '=r', outputElement: '=x' } }),
      /adHoc\.outputCollection: expected the name of a variable/,
    );
    assert.match(
      invalid({ ...subprocess, adHoc: { outputCollection: 'r', outputElement: 'x' } }),
      /adHoc\.outputElement: expected a FEEL expression/,
    );
    assert.match(
      refusals({ ...subprocess, adHoc: { outputCollection: 'r', outputElement: '=x +' } }),
      /^template\.adHoc\.outputElement: it is not a valid FEEL expression/,
    );
    assert.match(
      refusals({ adHoc }),
      /^template\.adHoc: a bpmn:ServiceTask collects no results of other elements; use elementType: \{ value: 'bpmn:AdHocSubProcess' \}/,
    );
  });

  test('its result may be mapped by field, and its jobs have a priority', async () => {
    const template = made({ ...subprocess, adHoc, outputs: 'fields', jobPriority: 2 });
    const { agent } = await inside(template);
    assert.deepEqual([agent.outputs, agent.priority], [{ b: '=b' }, '=2']);
  });
});

describe('agentType', () => {
  test('73: of a task and of a subprocess', async () => {
    for (const agentType of ['external', 'aiAgentTask'] as const) {
      const template = made({ agentType });
      assert.equal((await applyAndRead(template)).agentType, agentType);
      assert.deepEqual(template.engines, { camunda: '^8.10' });
    }
    for (const agentType of ['external', 'aiAgentSubProcess'] as const) made({ ...subprocess, agentType });
  });

  test('73: of another element, and another type, are refused', () => {
    assert.match(
      refusals({ agentType: 'aiAgentSubProcess' }),
      /^template\.agentType: a bpmn:ServiceTask is not an aiAgentSubProcess; use "aiAgentTask" or "external"/,
    );
    assert.match(
      refusals({ ...subprocess, agentType: 'aiAgentTask' }),
      /^template\.agentType: a bpmn:AdHocSubProcess is not an aiAgentTask/,
    );
    assert.match(
      refusals({ appliesTo: ['bpmn:SendTask'], agentType: 'external' }),
      /^template\.agentType: a bpmn:SendTask is not an agent; use elementType with bpmn:ServiceTask or/,
    );
    assert.match(
      refusals({ agentType: 'external', engines: '^8.8' }),
      /^template\.engines\.camunda: types of agents need/,
    );
    assert.match(invalid({ agentType: 'robot' }), /agentType: must be one of "external"/);
  });
});

test('what these settings write runs on the embedded engine', async () => {
  const outbound = made({
    jobPriority: '=rank',
    agentType: 'external',
    executionListeners: [{ eventType: 'start', type: 'audit' }],
  });
  const rig = await rigWith(await (await applyTo(outbound)).save());
  rig.create({ rank: 7 });
  rig.complete('audit');
  assert.equal(rig.job('tester').priority, 7);

  const agent = made({ ...subprocess, adHoc, agentType: 'external', jobPriority: 3 });
  const diagram = await openDiagram(drawSubprocess('p'));
  diagram.load([agent]);
  diagram.apply('agent', agent);
  const other = await rigWith(await diagram.save());
  other.create();
  const { kind, priority, variables } = other.job('tester');
  assert.deepEqual([kind, priority, variables.toolCallResults], ['AD_HOC_SUB_PROCESS', 3, []]);
});

describe('events', () => {
  test('78: a throw event has a job beside a message without a name', async () => {
    for (const type of ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent']) {
      const diagram = await applyTo(made({ appliesTo: [type] }));
      const { eventDefinition, taskType, message } = await readSaved(diagram);
      assert.deepEqual([eventDefinition, taskType, message], ['bpmn:MessageEventDefinition', 'tester', undefined]);
      assert.doesNotMatch(await diagram.save(), /messageRef/);
    }
  });

  test('79: a task cannot become an event, nor an event a task', () => {
    const end = { value: 'bpmn:EndEvent', eventDefinition: 'bpmn:MessageEventDefinition' };
    assert.match(
      refusals({ appliesTo: ['bpmn:EndEvent', 'bpmn:Task'], elementType: end }),
      /^template\.appliesTo: a bpmn:Task cannot become a bpmn:EndEvent/,
    );
    assert.match(
      refusals({ appliesTo: ['bpmn:Task', 'bpmn:StartEvent'] }),
      /^template\.appliesTo: a bpmn:StartEvent cannot become a bpmn:ServiceTask/,
    );
  });

  test('75: an event of another kind has no job', () => {
    for (const definition of ['Signal', 'Timer', 'Error', 'Escalation', 'Conditional']) {
      assert.match(
        refusals({ elementType: { value: 'bpmn:EndEvent', eventDefinition: `bpmn:${definition}EventDefinition` } }),
        /^template\.elementType: an event creates a job only if it has a message/,
      );
    }
    assert.match(
      refusals({ elementType: { value: 'bpmn:StartEvent', eventDefinition: 'bpmn:TimerEventDefinition' } }),
      /^template\.elementType: a bpmn:StartEvent does not create a job/,
    );
  });
});

describe('a setting takes effect or is refused', () => {
  const settings: { readonly [Name in keyof OutboundTemplateSettings]-?: readonly OutboundTemplateSettings[Name][] } = {
    id: ['other'],
    version: [7],
    name: ['Other'],
    description: ['Described'],
    icon: ['https://example.org/i.svg'],
    documentationRef: ['https://example.org'],
    category: [{ id: 'c', name: 'C' }],
    keywords: [['word']],
    engines: ['^8.11', '^8.6', { camundaDesktopModeler: '>=5' }],
    groups: [[{ id: 'default', label: 'Mine' }], [{ id: 'unused', label: 'U' }], [{ id: 'output', label: 'U' }]],
    outputs: ['fields'],
    entriesVisible: [true, false, { outputs: true }],
    deprecated: [true, { message: 'Old' }],
    properties: [{ p: 'x' }],
    appliesTo: [['bpmn:SendTask'], ['bpmn:EndEvent'], ['bpmn:SubProcess', 'bpmn:AdHocSubProcess'], ['bpmn:UserTask']],
    elementType: [{ value: 'bpmn:ScriptTask' }, { value: 'bpmn:AdHocSubProcess' }],
    resultVariable: ['out'],
    resultExpression: ['={a: b}'],
    errorExpression: ['=null'],
    retryCount: [5, 0],
    retryBackoff: ['PT1S'],
    jobTimeout: ['PT1S'],
    linkedResources: [[{ linkName: 'l' }]],
    jobPriority: [1, '=x'],
    executionListeners: [[{ eventType: 'start', type: 't' }]],
    adHoc: [adHoc],
    agentType: ['external', 'aiAgentTask'],
    tool: [],
  };
  const pairs = Object.entries(settings).flatMap(([name, values]) =>
    (values as readonly unknown[]).map((value) => [name, value] as const),
  );
  const makeOrRefuse = (given: object, options: TemplateOptions): string | undefined => {
    try {
      return JSON.stringify(createTemplate(withSettings(given as OutboundTemplateSettings), options));
    } catch {
      return undefined;
    }
  };
  // Each setting alone, and beside each other one: without it, the template would be another.
  for (const options of [{}, { hybrid: true }] as const) {
    test(`beside each other setting, with ${JSON.stringify(options)}`, () => {
      const silent: string[] = [];
      let compared = 0;
      for (const [name, value] of pairs) {
        for (const [other, otherValue] of [['', ''] as const, ...pairs]) {
          if (other === name) continue;
          const beside = other === '' ? {} : { [other]: otherValue };
          const [without, withIt] = [
            makeOrRefuse(beside, options),
            makeOrRefuse({ ...beside, [name]: value }, options),
          ];
          if (withIt === undefined || without === undefined) continue;
          compared += 1;
          if (withIt === without) silent.push(`${name} ${JSON.stringify(value)} beside ${other}`);
        }
      }
      assert.ok(compared > 500, `only ${compared} pairs have a template`);
      assert.deepEqual(silent, []);
    });
  }
});

test('a condition with several comparisons is refused', () => {
  const field = v.pipe(
    v.optional(v.string()),
    hints({ condition: { property: 'b', equals: 'x', isEmpty: false } as never }),
  );
  assert.match(
    problemsOf(() => createTemplate(withSettings({}, { a: field, b: v.string() }))).join('\n'),
    /^a: hints\.condition: must have only one of equals, isEmpty\. Fix: use a list of conditions/,
  );
});
