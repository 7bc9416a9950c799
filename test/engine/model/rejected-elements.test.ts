import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  file,
  flow,
  other,
  type Part,
  path,
  process,
  processPart,
  raw,
  receiveTask,
  sendTask,
  serviceTask,
  start,
  subProcess,
  throwEvent,
} from '../support/bpmn.ts';
import { around, job, problemsOf, type RejectedCase, rejects, withUnconnected } from './support.ts';

/** An element with others inside. */
const part = (tag: string, id: string, ...parts: readonly Part[]): Part =>
  other(tag, id, { content: parts.map(({ xml }) => xml).join('') });

describe('tasks and thrown messages', () => {
  const user = (extensions: string): string => around(other('userTask', 'u', { extensions }));
  const at = 'u > extensionElements';
  const one = /Exactly one of zeebe:taskDefinition/;
  const script = (attributes: string, more = ''): string =>
    around(other('scriptTask', 's', { extensions: `<zeebe:script ${attributes}/>${more}` }));
  rejects([
    [
      'an empty form (case 206)',
      file(processPart('p', { extensions: '<zeebe:userTaskForm id="f1"/>' }, ...chain(start(), end()))),
      ['f1', /form is empty/],
    ],
    [
      'a form with key and id (case 209)',
      user('<zeebe:formDefinition formKey="k" formId="f"/>'),
      [`${at} > formDefinition`, /formId and formKey is required, but there are both/],
    ],
    [
      'a form without key and id (case 209)',
      user('<zeebe:formDefinition/>'),
      [`${at} > formDefinition`, /there is none/],
    ],
    [
      'a form with id and reference (case 225)',
      user('<zeebe:userTask/><zeebe:formDefinition formId="f" externalReference="r"/>'),
      [`${at} > formDefinition`, /formId and externalReference is required, but there are both/],
    ],
    [
      'a priority above 100 (case 224)',
      user('<zeebe:userTask/><zeebe:priorityDefinition priority="101"/>'),
      [`${at} > priorityDefinition`, /whole number from 0 to 100/],
    ],
    [
      'a due date that is not a date',
      user('<zeebe:taskSchedule dueDate="tomorrow"/>'),
      [`${at} > taskSchedule`, /"dueDate" is "tomorrow"/],
    ],
    ['a message throw event without a worker (case 293)', around(throwEvent('t', { message: 'm' })), ['t', one]],
    [
      'a message end event without a worker (case 293)',
      process('p', ...chain(start(), end('e', { message: 'm' }))),
      ['e', one],
    ],
    ['a send task without a worker (case 293)', around(sendTask('s')), ['s', one]],
    ['a script task without a script', around(other('scriptTask', 's')), ['s', one]],
    [
      'a script task with script and worker (case 300)',
      script('expression="=1" resultVariable="r"', '<zeebe:taskDefinition type="t"/>'),
      ['s', /there are both/],
    ],
    [
      'a script task without a result variable (case 300)',
      script('expression="=1" resultVariable=""'),
      ['s > extensionElements > script', /"resultVariable" is missing/],
    ],
    [
      'a business rule task without a decision and a worker (case 288)',
      around(other('businessRuleTask', 'b')),
      ['b', one],
    ],
    [
      'a business rule task with a decision and a worker (case 288)',
      around(
        other('businessRuleTask', 'b', {
          extensions:
            '<zeebe:taskDefinition type="t"/><zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="latest"/>',
        }),
      ),
      ['b', one],
    ],
    [
      'a decision without id and result variable, and with a wrong binding',
      around(
        other('businessRuleTask', 'b', {
          extensions: '<zeebe:calledDecision bindingType="versionTag" decisionId=""/>',
        }),
      ),
      ['b > extensionElements > calledDecision', /"resultVariable" is missing or empty/],
      ['b > extensionElements > calledDecision', /"decisionId" is missing or empty/],
      ['b > extensionElements > calledDecision', /"versionTag" is required/],
    ],
    [
      'a decision whose id or version tag is not an expression',
      around(
        other('businessRuleTask', 'b', {
          extensions:
            '<zeebe:calledDecision decisionId="=1 +" resultVariable="r" bindingType="versionTag" versionTag="=2 +"/>',
        }),
      ),
      ['b > extensionElements > calledDecision', /does not parse[\s\S]*1 \+/],
      ['b > extensionElements > calledDecision', /does not parse[\s\S]*2 \+/],
    ],
    ...(
      [
        ['a version tag without its binding (case 337)', 'versionTag="1"', /only allowed with bindingType/],
        ['a binding without its version tag (case 337)', 'bindingType="versionTag"', /required with bindingType/],
        ['an unknown binding', 'bindingType="oldest"', /must be latest, deployment or versionTag, but is "oldest"/],
      ] as const
    ).map(
      ([title, attributes, text]): RejectedCase => [
        title,
        around(other('callActivity', 'c', { extensions: `<zeebe:calledElement processId="x" ${attributes}/>` })),
        ['c > extensionElements > calledElement', text],
      ],
    ),
  ]);
});

describe('elements that the embedded engine does not support', () => {
  const here = /embedded engine does not support/;
  const event = (definition: string): Part => catchEvent('e', { definition: `<bpmn:${definition} id="d"/>` });
  rejects([
    [
      'task listeners of a user task (case 210)',
      around(other('userTask', 'u', { extensions: '<zeebe:taskListeners/>' })),
      ['u > extensionElements > taskListeners', /task listeners/],
    ],
    [
      'a message that is thrown by zeebe:publishMessage (case 296)',
      around(throwEvent('t', { message: 'm', extensions: '<zeebe:publishMessage correlationKey="=k"/>' })),
      ['t > extensionElements > publishMessage', /<zeebe:publishMessage>/],
      ['t', /Exactly one of zeebe:taskDefinition and zeebe:publishMessage/],
    ],
    [
      'a call activity without a process',
      around(other('callActivity', 'c')),
      ['c', /zeebe:calledElement with a processId/],
    ],
    [
      'a complex gateway (case 21)',
      around(other('complexGateway', 'g')),
      ['g', /complex gateways, and neither does Camunda 8/],
    ],
    ['a transaction (case 21)', around(other('transaction', 't')), ['t', /transactions/]],
    [
      'an event subprocess without a start event (case 363)',
      withUnconnected(other('subProcess', 'e', { attributes: 'triggeredByEvent="true"' })),
      ['e', /event subprocess needs exactly one start event/],
    ],
    [
      'a multi-instance task without zeebe:loopCharacteristics (case 325)',
      around(job('m', { content: '<bpmn:multiInstanceLoopCharacteristics/>' })),
      ['m > multiInstanceLoopCharacteristics', /zeebe:loopCharacteristics/],
    ],
    [
      'a multi-instance task with an output collection without an output element (case 325)',
      around(
        job('m', {
          content:
            '<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=x" outputCollection="r"/></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>',
        }),
      ),
      [
        'm > multiInstanceLoopCharacteristics > extensionElements > loopCharacteristics',
        /"outputCollection" requires the attribute "outputElement"/,
      ],
    ],
    [
      'a multi-instance subprocess',
      around(subProcess('m', { content: '<bpmn:multiInstanceLoopCharacteristics/>' }, ...chain(start('s'), end('x')))),
      ['m > multiInstanceLoopCharacteristics', /zeebe:loopCharacteristics/],
    ],
    ['a standard loop', around(job('l', { content: '<bpmn:standardLoopCharacteristics/>' })), ['l', /standard loops/]],
    [
      'a signal without a name',
      around(event('signalEventDefinition')),
      ['e > signalEventDefinition', /signal is missing/],
    ],
    ['a link without a name (case 388)', around(event('linkEventDefinition')), ['e > linkEventDefinition', /no name/]],
    [
      'an escalation boundary event of a task (case 373)',
      withUnconnected(boundary('e', 'host', { definition: '<bpmn:escalationEventDefinition/>' })),
      ['e', /No escalation can come from <serviceTask>/],
    ],
    [
      'a cancel boundary event',
      withUnconnected(boundary('e', 'host', { definition: '<bpmn:cancelEventDefinition/>' })),
      ['e > cancelEventDefinition', /neither does Camunda 8/],
    ],
    [
      'a signal start event without a signal',
      process('p', start('s', { definition: '<bpmn:signalEventDefinition/>' })),
      ['s > signalEventDefinition', /signal is missing/],
    ],
    [
      'a signal throw event without a signal',
      around(throwEvent('t', { definition: '<bpmn:signalEventDefinition/>' })),
      ['t > signalEventDefinition', /signal is missing/],
    ],
    [
      'an event definition by reference',
      process(
        'p',
        ...chain(start(), catchEvent('e', { content: '<bpmn:eventDefinitionRef>D</bpmn:eventDefinitionRef>' }), end()),
        raw('', '<bpmn:messageEventDefinition id="D"/>'),
      ),
      ['e > eventDefinitionRef', here],
    ],
    [
      'two version tags of a process (case 429)',
      file(
        processPart(
          'p',
          { extensions: '<zeebe:versionTag value="1"/><zeebe:versionTag value="2"/>' },
          ...chain(start(), end()),
        ),
      ),
      ['p > extensionElements > versionTag', /Only one zeebe:versionTag/],
    ],
    [
      'a version tag of a task',
      around(job('j', { extensions: '<zeebe:versionTag value="1"/>' })),
      ['j > extensionElements > versionTag', /version tags here/],
    ],
    [
      'an extension below an event definition',
      around(
        catchEvent('e', {
          definition:
            '<bpmn:timerEventDefinition><bpmn:extensionElements><zeebe:versionTag value="1"/></bpmn:extensionElements><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>',
        }),
      ),
      ['e > timerEventDefinition > extensionElements > versionTag', /version tags here/],
    ],
    [
      'a linked resource without a type',
      around(
        job('j', {
          extensions: '<zeebe:linkedResources><zeebe:linkedResource resourceId="r"/></zeebe:linkedResources>',
        }),
      ),
      ['j > extensionElements > linkedResources > linkedResource', /The attribute "resourceType" is missing or empty/],
    ],
    [
      'the message publication of a send task',
      around(sendTask('j', { type: 'x', extensions: '<zeebe:publishMessage correlationKey="=k"/>' })),
      ['j > extensionElements > publishMessage', /<zeebe:publishMessage>/],
    ],
    [
      'an event-based gateway that starts a process',
      withUnconnected(
        eventBasedGateway('g', { attributes: 'instantiate="true"' }),
        catchEvent('a', { message: 'a' }),
        catchEvent('b', { message: 'b' }),
        ...path('g', 'a'),
        ...path('g', 'b'),
      ),
      ['g', /start events/],
    ],
    [
      'a receive task that starts a process',
      around(receiveTask('r', { message: 'm', attributes: 'instantiate="true"' })),
      ['r', /start event/],
    ],
    ['an element that is not in BPMN', withUnconnected(raw('<bpmn:magicTask id="m"/>')), ['p > magicTask', here]],
  ]);
});

describe('extensions', () => {
  const task1 = (extra: Parameters<typeof serviceTask>[1]): string => around(job('t', extra));
  const mapping = 't > extensionElements > ioMapping';
  rejects([
    [
      'a service task without a task definition',
      around(serviceTask('t')),
      ['t', /zeebe:taskDefinition with a job type is missing/],
    ],
    ['a send task without a task definition', around(sendTask('t')), ['t', /Exactly one of zeebe:taskDefinition/]],
    [
      'two task definitions',
      task1({ extensions: '<zeebe:taskDefinition type="b"/>' }),
      ['t > extensionElements > taskDefinition', /Only one zeebe:taskDefinition/],
    ],
    [
      'a task definition without a type',
      around(serviceTask('t', { extensions: '<zeebe:taskDefinition/>' })),
      ['t > extensionElements > taskDefinition', /"type" is missing/],
    ],
    [
      'empty retries',
      task1({ retries: '' }),
      ['t > extensionElements > taskDefinition', /"retries" is missing or empty/],
    ],
    [
      'a type with a syntax error',
      task1({ type: '=a +' }),
      ['t > extensionElements > taskDefinition', /does not parse/],
    ],
    [
      'an input with a syntax error (case 18)',
      task1({ inputs: { a: '=(' } }),
      [`${mapping} > input`, /does not parse/],
    ],
    [
      'an output with static text (case 18)',
      task1({ outputs: { a: 'text' } }),
      [`${mapping} > output`, /must be a FEEL expression, but "text"/],
    ],
    ['an output without a source', task1({ outputs: { a: undefined } }), [`${mapping} > output`, /missing or empty/]],
    [
      'an input without a target',
      task1({ extensions: '<zeebe:ioMapping><zeebe:input source="=1"/></zeebe:ioMapping>' }),
      [`${mapping} > input`, /target is missing/],
    ],
    ...['a.', '.a', 'a..b', 'a b', 'a-b', '1a', 'a.=b'].map(
      (target): RejectedCase => [
        `the target ${target}`,
        task1({ inputs: { [target]: '=1' } }),
        [`${mapping} > input`, /is not a path/],
      ],
    ),
    [
      'two mappings',
      task1({ inputs: { a: 'b' }, extensions: '<zeebe:ioMapping/>' }),
      [mapping, /Only one zeebe:ioMapping/],
    ],
  ]);
});

test('all problems of a file are reported together', async () => {
  const xml = file(
    processPart(
      'p',
      {},
      ...chain(serviceTask('a'), other('complexGateway', 'b'), catchEvent('c', { duration: 'soon' })),
    ),
    processPart('q', {}, start('s'), flow('s', 'nowhere')),
    processPart('draft', { executable: false }, serviceTask('ignored')),
  );
  const problems = await problemsOf(xml);
  assert.deepEqual(problems.map(({ element }) => element).sort(), [
    'a',
    'b',
    'c > timerEventDefinition > timeDuration',
    'p',
    's-nowhere',
  ]);
});

describe('every reason of a file is named at once', () => {
  const noType = other('serviceTask', 'inner');
  const definition = /zeebe:taskDefinition with a job type/;
  rejects([
    [
      'inside a transaction, and at its boundary',
      process(
        'p',
        ...chain(start(), part('transaction', 't', noType), end()),
        boundary('b', 't', { definition: '<bpmn:cancelEventDefinition/>' }),
        boundary('c', 't', { duration: 'soon' }),
      ),
      ['t', /transactions, and neither does Camunda 8/],
      ['inner', definition],
      ['b > cancelEventDefinition', /neither does Camunda 8/],
      ['c > timerEventDefinition > timeDuration', /is not an ISO 8601 duration/],
    ],
    [
      'in a subprocess inside a transaction',
      process('p', ...chain(start(), part('transaction', 't', subProcess('s', {}, noType)), end())),
      ['t', /transactions/],
      ['s', /needs exactly one start event/],
      ['inner', definition],
    ],
    [
      'of a complex gateway: its mappings, and the flows behind it',
      process(
        'p',
        ...chain(start(), other('complexGateway', 'g', { inputs: { '1x': '=1' } }), end()),
        flow('g', 'nothing', { id: 'f' }),
      ),
      ['g', /complex gateways/],
      ['g > extensionElements > ioMapping > input', /target "1x" is not a path/],
      ['f', /"targetRef" names "nothing"/],
    ],
    [
      'of an event with several definitions',
      around(
        catchEvent('e', { duration: 'PT1S', definition: '<bpmn:cancelEventDefinition/>' }),
        boundary('b', 'nothing', { signal: '' }),
      ),
      ['e', /Only one event definition is allowed/],
      ['e > cancelEventDefinition', /cancel events/],
      ['b', /"attachedToRef" names "nothing"/],
      ['Signal_b', /name is missing or empty/],
    ],
  ]);
});

describe('what an element may have only once', () => {
  const single: readonly [tag: string, xml: string][] = [
    ['taskDefinition', '<zeebe:taskDefinition type="t"/>'],
    ['taskHeaders', '<zeebe:taskHeaders/>'],
    ['ioMapping', '<zeebe:ioMapping/>'],
  ];
  const user: readonly [tag: string, xml: string][] = [
    ['userTask', '<zeebe:userTask/>'],
    ['assignmentDefinition', '<zeebe:assignmentDefinition assignee="a"/>'],
    ['formDefinition', '<zeebe:formDefinition formId="f"/>'],
    ['taskSchedule', '<zeebe:taskSchedule/>'],
  ];
  const cases = [
    ...single.map((each) => [...each, 'serviceTask', '<zeebe:taskDefinition type="t"/>'] as const),
    ...user.map((each) => [...each, 'userTask', ''] as const),
    ['script', '<zeebe:script expression="=1" resultVariable="r"/>', 'scriptTask', ''] as const,
    ['calledElement', '<zeebe:calledElement processId="p"/>', 'callActivity', ''] as const,
  ];
  rejects(
    cases.map(([tag, xml, element, rest]): RejectedCase => {
      const extensions = xml + xml + (rest === xml ? '' : rest);
      const text = new RegExp(`Only one zeebe:${tag} is allowed`);
      return [tag, around(other(element, 'e', { extensions })), [`e > extensionElements > ${tag}`, text]];
    }),
  );
  rejects([
    [
      'a receive task with a boundary event for its message',
      process('p', ...chain(start(), receiveTask('r', { message: 'm' }), end()), boundary('b', 'r', { message: 'm' })),
      ['b', /waits for the message "m", but so does "r"/],
    ],
  ]);
});
