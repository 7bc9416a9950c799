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

describe('elements that the embedded engine does not support', () => {
  const here = /embedded engine does not support/;
  const event = (definition: string): Part => catchEvent('e', { definition: `<bpmn:${definition} id="d"/>` });
  rejects([
    ['a user task', around(other('userTask', 'u')), ['u', /does not support user tasks/]],
    [
      'a user task with zeebe:userTask (case 103)',
      around(other('userTask', 'u', { extensions: '<zeebe:userTask/>' })),
      ['u', /does not support user tasks/],
    ],
    ['a script task', around(other('scriptTask', 's')), ['s', /script tasks/]],
    ['a business rule task', around(other('businessRuleTask', 'b')), ['b', /business rule tasks/]],
    ['a call activity', around(other('callActivity', 'c')), ['c', /call activities/]],
    ['an inclusive gateway', around(other('inclusiveGateway', 'g')), ['g', /inclusive gateways/]],
    [
      'a complex gateway (case 21)',
      around(other('complexGateway', 'g')),
      ['g', /complex gateways, and neither does Camunda 8/],
    ],
    ['a transaction (case 21)', around(other('transaction', 't')), ['t', /transactions/]],
    ['an ad-hoc subprocess (case 21)', around(other('adHocSubProcess', 'a')), ['a', /ad-hoc subprocesses/]],
    [
      'an event subprocess',
      withUnconnected(other('subProcess', 'e', { attributes: 'triggeredByEvent="true"' })),
      ['e', /event subprocesses/],
    ],
    [
      'a multi-instance task',
      around(job('m', { content: '<bpmn:multiInstanceLoopCharacteristics/>' })),
      ['m', /multi-instance/],
    ],
    [
      'a multi-instance subprocess',
      around(subProcess('m', { content: '<bpmn:multiInstanceLoopCharacteristics/>' }, ...chain(start('s'), end('x')))),
      ['m', /multi-instance/],
    ],
    ['a standard loop', around(job('l', { content: '<bpmn:standardLoopCharacteristics/>' })), ['l', /standard loops/]],
    [
      'compensation of a task (case 21)',
      withUnconnected(job('c', { attributes: 'isForCompensation="true"' })),
      ['c', /compensation/],
    ],
    ['a signal catch event', around(event('signalEventDefinition')), ['e > signalEventDefinition', here]],
    ['a link catch event', around(event('linkEventDefinition')), ['e > linkEventDefinition', here]],
    [
      'a conditional catch event',
      around(event('conditionalEventDefinition')),
      ['e > conditionalEventDefinition', here],
    ],
    [
      'an escalation boundary event',
      withUnconnected(boundary('e', 'host', { definition: '<bpmn:escalationEventDefinition/>' })),
      ['e > escalationEventDefinition', here],
    ],
    [
      'a compensation boundary event (case 21)',
      withUnconnected(boundary('e', 'host', { definition: '<bpmn:compensateEventDefinition/>' })),
      ['e > compensateEventDefinition', here],
    ],
    [
      'a cancel boundary event',
      withUnconnected(boundary('e', 'host', { definition: '<bpmn:cancelEventDefinition/>' })),
      ['e > cancelEventDefinition', /neither does Camunda 8/],
    ],
    [
      'a signal start event',
      process('p', start('s', { definition: '<bpmn:signalEventDefinition/>' })),
      ['s > signalEventDefinition', here],
    ],
    [
      'a message throw event',
      around(throwEvent('t', { message: 'm' })),
      ['t > messageEventDefinition', /message throw and end events/],
    ],
    [
      'a signal throw event',
      around(throwEvent('t', { definition: '<bpmn:signalEventDefinition/>' })),
      ['t > signalEventDefinition', here],
    ],
    [
      'a message end event',
      process('p', ...chain(start(), end('e', { message: 'm' }))),
      ['e > messageEventDefinition', /message throw and end events/],
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
      'execution listeners',
      around(
        job('j', {
          extensions:
            '<zeebe:executionListeners><zeebe:executionListener eventType="start" type="x"/></zeebe:executionListeners>',
        }),
      ),
      ['j > extensionElements > executionListeners', /execution listeners/],
    ],
    [
      'execution listeners of the process',
      file(processPart('p', { extensions: '<zeebe:executionListeners/>' }, ...chain(start(), end()))),
      ['p > extensionElements > executionListeners', /execution listeners/],
    ],
    [
      'a version tag',
      file(processPart('p', { extensions: '<zeebe:versionTag value="1"/>' }, ...chain(start(), end()))),
      ['p > extensionElements > versionTag', /version tags/],
    ],
    [
      'a deployment binding',
      process(
        'p',
        ...chain(start('s', { extensions: '<zeebe:formDefinition formId="f" bindingType="deployment"/>' }), end()),
      ),
      ['s > extensionElements > formDefinition', /binding by deployment/],
    ],
    [
      'a version tag binding',
      process('p', ...chain(start('s', { extensions: '<zeebe:formDefinition formId="f" versionTag="1"/>' }), end())),
      ['s > extensionElements > formDefinition', /binding by version tag/],
    ],
    [
      'an extension below an event definition',
      around(
        catchEvent('e', {
          definition:
            '<bpmn:timerEventDefinition><bpmn:extensionElements><zeebe:jobPriorityDefinition/></bpmn:extensionElements><bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition>',
        }),
      ),
      ['e > timerEventDefinition > extensionElements > jobPriorityDefinition', /job priorities/],
    ],
    [
      'linked resources',
      around(
        job('j', {
          extensions: '<zeebe:linkedResources><zeebe:linkedResource resourceId="r"/></zeebe:linkedResources>',
        }),
      ),
      ['j > extensionElements > linkedResources', /linked resources/],
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
    [
      'a send task without a task definition',
      around(sendTask('t')),
      ['t', /zeebe:taskDefinition with a job type is missing/],
    ],
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
    processPart('p', {}, ...chain(serviceTask('a'), other('userTask', 'b'), catchEvent('c', { duration: 'soon' }))),
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
