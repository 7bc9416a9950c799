import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  exclusiveGateway,
  file,
  flow,
  manualTask,
  other,
  type Part,
  parallelGateway,
  path,
  process,
  processPart,
  raw,
  receiveTask,
  sendTask,
  serviceTask,
  start,
  subProcess,
  task,
  throwEvent,
} from '../support/bpmn.ts';
import { problemsOf } from './support.ts';

/** A title, a file, and the problems that it must have: element and what the text says. */
type Case = readonly [title: string, xml: string, ...problems: readonly (readonly [element: string, text: RegExp])[]];

const check = (cases: readonly Case[]): void => {
  for (const [title, xml, ...expected] of cases) {
    test(title, async () => {
      assert.ok(expected.length > 0);
      const problems = await problemsOf(xml);
      assert.deepEqual(
        problems.map(({ element }) => element).sort(),
        expected.map(([element]) => element).sort(),
        JSON.stringify(problems, null, 2),
      );
      for (const [element, text] of expected) {
        assert.ok(
          problems.some((problem) => problem.element === element && text.test(problem.text)),
          `${text} at ${element}: ${JSON.stringify(problems, null, 2)}`,
        );
      }
    });
  }
};

const job = (id: string, extra: Parameters<typeof serviceTask>[1] = {}): Part =>
  serviceTask(id, { type: 'work', ...extra });
/** A process of one element between start and end. */
const around = (part: Part, ...more: readonly Part[]): string => process('p', ...chain(start(), part, end()), ...more);
/** A process with an element beside the way. */
const beside = (...parts: readonly Part[]): string => process('p', ...chain(start(), job('host'), end()), ...parts);

describe('elements that the embedded engine does not run', () => {
  const here = /embedded engine does not support/;
  const event = (definition: string): Part => catchEvent('e', { definition: `<bpmn:${definition} id="d"/>` });
  check([
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
      beside(other('subProcess', 'e', { attributes: 'triggeredByEvent="true"' })),
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
      beside(job('c', { attributes: 'isForCompensation="true"' })),
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
      beside(boundary('e', 'host', { definition: '<bpmn:escalationEventDefinition/>' })),
      ['e > escalationEventDefinition', here],
    ],
    [
      'a compensation boundary event (case 21)',
      beside(boundary('e', 'host', { definition: '<bpmn:compensateEventDefinition/>' })),
      ['e > compensateEventDefinition', here],
    ],
    [
      'a cancel boundary event',
      beside(boundary('e', 'host', { definition: '<bpmn:cancelEventDefinition/>' })),
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
      'the extension that publishes a message',
      around(sendTask('j', { type: 'x', extensions: '<zeebe:publishMessage correlationKey="=k"/>' })),
      ['j > extensionElements > publishMessage', /<zeebe:publishMessage>/],
    ],
    [
      'an event-based gateway that starts a process',
      beside(
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
    ['an element that BPMN does not know', beside(raw('<bpmn:magicTask id="m"/>')), ['p > magicTask', here]],
  ]);
});

describe('structure', () => {
  check([
    ['no start event (case 18)', process('p', ...chain(task('t'), end())), ['p', /needs a start event/]],
    [
      'two none start events (case 18)',
      process('p', start('a'), start('b')),
      ['p', /one start event without a trigger only, but has a, b/],
    ],
    [
      'no executable process',
      file(processPart('p', { executable: false }, start())),
      ['Definitions_1', /no executable process/],
    ],
    ['no process', file(), ['Definitions_1', /no executable process/]],
    [
      'a dangling flow target (case 18)',
      process('p', start(), flow('start', 'nowhere')),
      ['start-nowhere', /"targetRef" names "nowhere"/],
    ],
    [
      'a dangling flow source',
      process('p', start(), end(), flow('nowhere', 'end')),
      ['nowhere-end', /"sourceRef" names "nowhere"/],
    ],
    [
      'a flow without ends',
      process('p', start(), raw('<bpmn:sequenceFlow id="f"/>')),
      ['f', /"sourceRef" is missing/],
      ['f', /"targetRef" is missing/],
    ],
    [
      'a flow to something that is no flow node',
      process('p', start(), raw('<bpmn:dataObject id="data"/>'), flow('start', 'data')),
      ['start-data', /"data", which is no flow node/],
    ],
    [
      'a flow across the border of a subprocess',
      process('p', ...chain(start(), subProcess('sub', {}, ...chain(start('s'), end('x'))), end()), flow('s', 'end')),
      ['s-end', /crosses the border/],
    ],
    [
      'a flow into another process',
      file(
        processPart('p', {}, ...chain(start('a'), end('b')), flow('a', 'd')),
        processPart('q', {}, ...chain(start('c'), end('d'))),
      ),
      ['a-d', /no flow node of this process/],
    ],
    [
      'elements and flows without ids',
      process('p', ...chain(start(), end()), raw('<bpmn:task/><bpmn:sequenceFlow sourceRef="start" targetRef="end"/>')),
      ['p > sequenceFlow', /id is missing/],
      ['p > task', /id is missing/],
    ],
    ['an empty id, which names nothing', beside(raw('<bpmn:task id=""/>')), ['p > task', /id is missing/]],
    ['an id that occurs twice', beside(task('host')), ['p > task', /"host" belongs to another element/]],
    ['an id that is none', beside(raw('<bpmn:task id="1 2"/>')), ['p > task', /not a valid XML id/]],
    [
      'the same process id twice (case 17)',
      file(processPart('p', {}, start('a')), processPart('p', {}, start('b'))),
      ['Definitions_1 > process', /"p" belongs to another element/],
    ],
    [
      'a start event with an incoming flow',
      process('p', ...chain(start(), task('t')), flow('t', 'start')),
      ['start', /No sequence flow may lead to a startEvent, but t-start does/],
    ],
    [
      'an end event with an outgoing flow',
      process('p', ...chain(start(), end(), task('t'))),
      ['end', /may leave an endEvent, but end-t does/],
    ],
    [
      'a boundary event with an incoming flow (case 18)',
      beside(boundary('b', 'host', { duration: 'PT1S' }), flow('start', 'b')),
      ['b', /No sequence flow may lead to a boundaryEvent/],
    ],
    [
      'a boundary event on nothing',
      beside(boundary('b', 'nothing', { duration: 'PT1S' })),
      ['b', /"attachedToRef" names "nothing"/],
    ],
    [
      'a boundary event that is not attached',
      beside(other('boundaryEvent', 'b', { content: '<bpmn:errorEventDefinition/>' })),
      ['b', /not attached/],
    ],
    [
      'a boundary event on an event',
      beside(boundary('b', 'end', { duration: 'PT1S' })),
      ['b', /"end", which is no activity/],
    ],
    [
      'a boundary event on an activity of another scope',
      beside(subProcess('sub', {}, ...chain(start('s'), end('x')), boundary('b', 'host', { duration: 'PT1S' }))),
      ['b', /"host", which is no activity beside/],
    ],
    [
      'two unconditioned flows of an exclusive gateway (case 18)',
      process('p', ...chain(start(), exclusiveGateway('g'), end('a')), end('b'), flow('g', 'b')),
      ['g-a', /needs a condition/],
      ['g-b', /needs a condition/],
    ],
    [
      'a default flow that leaves another node',
      process('p', ...chain(start(), exclusiveGateway('g', { default: 'start-g' }), end())),
      ['g', /default flow "start-g" does not leave/],
    ],
    [
      'a default flow that does not exist',
      process('p', ...chain(start(), exclusiveGateway('g', { default: 'f' }), end())),
      ['g', /"default" names "f"/],
    ],
    [
      'a condition that is static',
      process('p', ...chain(start(), exclusiveGateway('g')), end(), flow('g', 'end', { condition: 'x > 1' })),
      ['g-end > conditionExpression', /condition must be a FEEL expression, but "x > 1"/],
    ],
    [
      'an empty condition',
      process('p', ...chain(start(), exclusiveGateway('g')), end(), flow('g', 'end', { condition: '' })),
      ['g-end > conditionExpression', /missing or empty/],
    ],
    [
      'a condition that does not parse, on a default flow, too',
      process(
        'p',
        ...chain(start(), exclusiveGateway('g', { default: 'd' })),
        end(),
        flow('g', 'end', { id: 'd', condition: '=(' }),
      ),
      ['d > conditionExpression', /does not parse/],
    ],
    [
      'a condition behind a task',
      process('p', start(), job('t'), end(), flow('start', 't'), flow('t', 'end', { condition: '=x' })),
      ['t-end', /leaves a serviceTask cannot have a condition/],
    ],
    [
      'a condition behind a parallel gateway',
      process('p', start(), parallelGateway('g'), end(), flow('start', 'g'), flow('g', 'end', { condition: '=x' })),
      ['g-end', /leaves a parallelGateway/],
    ],
    [
      'an event-based gateway to a receive task (case 18)',
      beside(
        eventBasedGateway('g'),
        receiveTask('r', { message: 'r' }),
        catchEvent('c', { message: 'c' }),
        flow('g', 'r'),
        flow('g', 'c'),
      ),
      ['g', /"g-r" must lead to an intermediate catch event, but leads to a receiveTask/],
    ],
    [
      'an event-based gateway with one way',
      beside(eventBasedGateway('g'), catchEvent('c', { message: 'c' }), flow('g', 'c')),
      ['g', /at least two/],
    ],
    [
      'an event behind an event-based gateway with another flow',
      beside(
        eventBasedGateway('g'),
        catchEvent('c', { message: 'c' }),
        catchEvent('d', { duration: 'PT1S' }),
        flow('g', 'c'),
        flow('g', 'd'),
        flow('host', 'd'),
      ),
      ['d', /Only the event-based gateway "g"/],
    ],
    [
      'events behind an event-based gateway that wait for the same message',
      beside(
        eventBasedGateway('g'),
        catchEvent('c', { message: 'm' }),
        catchEvent('d', { message: 'm' }),
        flow('g', 'c'),
        flow('g', 'd'),
      ),
      ['d', /waits for the message "m", but so does "c"/],
    ],
    [
      'start events that wait for the same message',
      process(
        'p',
        start('a', { message: 'm' }),
        start('b', { message: '="m" + "m"' }),
        start('c', { message: 'm' }),
        start('d', { message: '="m" + "m"' }),
      ),
      ['c', /message "m", but so does "a"/],
      ['d', /message "="m" \+ "m"", but so does "b"/],
    ],
    [
      'boundary events of one activity that wait for the same message',
      beside(boundary('a', 'host', { message: 'm' }), boundary('b', 'host', { message: 'm' })),
      ['b', /so does "a"/],
    ],
    [
      'boundary events of one activity that catch the same error',
      beside(boundary('a', 'host', { error: 'E' }), boundary('b', 'host', { error: 'E' })),
      ['b', /the error "E", but so does "a"/],
    ],
    [
      'two catches of all errors',
      beside(boundary('a', 'host', { error: null }), boundary('b', 'host', { error: '' })),
      ['b', /every error, but so does "a"/],
    ],
    [
      'a subprocess without start event',
      around(subProcess('sub', {}, end('x'))),
      ['sub', /exactly one start event, but has none/],
    ],
    [
      'a subprocess with two start events',
      around(subProcess('sub', {}, start('a'), start('b'))),
      ['sub', /exactly one start event, but has a, b/],
    ],
    [
      'a subprocess that starts by a message',
      around(subProcess('sub', {}, start('a', { message: 'm' }))),
      ['sub', /must be without a trigger, but "a" has one/],
    ],
    [
      'a loop that never waits',
      process(
        'p',
        ...chain(start(), task('a'), exclusiveGateway('g', { default: 'd' }), manualTask('b'), parallelGateway('j')),
        flow('j', 'a'),
        end(),
        flow('g', 'end', { id: 'd' }),
      ),
      ['a', /loop a > g > b > j > a never waits/],
      ['g-b', /needs a condition/],
    ],
    [
      'a task that leads to itself',
      process('p', start(), task('a'), flow('start', 'a'), flow('a', 'a')),
      ['a', /loop a > a never waits/],
    ],
  ]);
});

describe('events', () => {
  check([
    [
      'a catch event without definition',
      around(other('intermediateCatchEvent', 'e')),
      ['e', /needs an event definition/],
    ],
    ['a boundary event without definition', beside(boundary('b', 'host', {})), ['b', /needs an event definition/]],
    [
      'two definitions',
      around(catchEvent('e', { message: 'm', duration: 'PT1S' })),
      ['e', /Only one event definition.*messageEventDefinition, timerEventDefinition/],
    ],
    [
      'an error that a catch event waits for',
      around(catchEvent('e', { error: null })),
      ['e > errorEventDefinition', /errorEventDefinition is not allowed in a intermediateCatchEvent/],
    ],
    [
      'an error that starts a process',
      process('p', start('s', { error: null })),
      ['s > errorEventDefinition', /not allowed/],
    ],
    [
      'a timer at an end event',
      process('p', ...chain(start(), end('e', { duration: 'PT1S' }))),
      ['e > timerEventDefinition', /not allowed in a endEvent/],
    ],
    [
      'a terminate throw event',
      around(throwEvent('t', { terminate: true })),
      ['t > terminateEventDefinition', /not allowed/],
    ],
    [
      'a message event without message',
      around(catchEvent('e', { definition: '<bpmn:messageEventDefinition/>' })),
      ['e > messageEventDefinition', /message is missing/],
    ],
    [
      'a message event with an unknown message',
      around(catchEvent('e', { definition: '<bpmn:messageEventDefinition messageRef="m"/>' })),
      ['e > messageEventDefinition', /"messageRef" names "m"/],
    ],
    ['a receive task without message', around(receiveTask('r')), ['r', /message is missing/]],
    [
      'a receive task with an unknown message',
      around(receiveTask('r', { attributes: 'messageRef="m"' })),
      ['r', /"messageRef" names "m"/],
    ],
    [
      'a message without name',
      around(receiveTask('r', { message: { correlationKey: '=k' } })),
      ['Message_r', /name is missing or empty/],
    ],
    [
      'a message without correlation key',
      around(receiveTask('r', { message: { name: 'm', correlationKey: null } })),
      ['Message_r', /needs a zeebe:subscription/],
    ],
    [
      'a message with an empty correlation key',
      around(receiveTask('r', { message: { name: 'm', correlationKey: '' } })),
      ['Message_r > extensionElements > subscription', /correlation key is missing or empty/],
    ],
    [
      'a message with a static correlation key, and an empty task type (case 15)',
      process(
        'p',
        ...chain(
          start(),
          serviceTask('t', { type: '' }),
          receiveTask('r', { message: { name: 'm', correlationKey: 'k' } }),
          end(),
        ),
      ),
      ['t > extensionElements > taskDefinition', /"type" is missing or empty/],
      ['Message_r > extensionElements > subscription', /must be a FEEL expression, but "k"/],
    ],
    [
      'a start message with a static correlation key',
      process('p', start('s', { message: { name: 'm', correlationKey: 'k' } })),
      ['Message_s > extensionElements > subscription', /must be a FEEL expression/],
    ],
    [
      'a message name that does not parse',
      around(catchEvent('e', { message: '=a +' })),
      ['Message_e > name', /does not parse/],
    ],
    [
      'a start message name with a variable (case 25)',
      process('p', start('s', { message: '="order-" + x' })),
      ['Message_s > name', /at deployment, without variables, but this one mentions x/],
    ],
    [
      'a start timer with a variable',
      process('p', start('s', { cycle: '=interval' })),
      ['s > timerEventDefinition > timeCycle', /mentions interval/],
    ],
    [
      'a start timer of a duration',
      process('p', start('s', { duration: 'PT1S' })),
      ['s > timerEventDefinition > timeDuration', /only date or cycle, not duration/],
    ],
    [
      'a cycle that a catch event waits for',
      around(catchEvent('e', { cycle: 'R/PT1S' })),
      ['e > timerEventDefinition > timeCycle', /only duration or date, not cycle/],
    ],
    [
      'a cycle that interrupts',
      beside(boundary('b', 'host', { cycle: 'R/PT1S' })),
      ['b > timerEventDefinition > timeCycle', /only duration or date/],
    ],
    [
      'a timer without value',
      around(catchEvent('e', { definition: '<bpmn:timerEventDefinition/>' })),
      ['e > timerEventDefinition', /Exactly one .* but there are 0/],
    ],
    [
      'a timer with two values',
      around(catchEvent('e', { duration: 'PT1S', date: '2030-01-01T00:00:00Z' })),
      ['e > timerEventDefinition', /Exactly one .* but there are 2/],
    ],
    [
      'an empty timer',
      around(catchEvent('e', { duration: '' })),
      ['e > timerEventDefinition > timeDuration', /duration is empty/],
    ],
    [
      'a duration that is none',
      around(catchEvent('e', { duration: '5 minutes' })),
      ['e > timerEventDefinition > timeDuration', /"5 minutes" is not an ISO 8601 duration/],
    ],
    [
      'a date that is none',
      around(catchEvent('e', { date: 'tomorrow' })),
      ['e > timerEventDefinition > timeDate', /"tomorrow" is not an ISO 8601 date/],
    ],
    [
      'a cycle that is none',
      process('p', start('s', { cycle: 'PT1S' })),
      ['s > timerEventDefinition > timeCycle', /"PT1S" is not an ISO 8601 repeating interval/],
    ],
    [
      'a cron expression',
      process('p', start('s', { cycle: '0 0 9 * * MON' })),
      ['s > timerEventDefinition > timeCycle', /does not support cron expressions/],
    ],
    [
      'a timer that does not parse',
      around(catchEvent('e', { duration: '=duration(' })),
      ['e > timerEventDefinition > timeDuration', /does not parse/],
    ],
    [
      'an error end event without error',
      process('p', ...chain(start(), end('e', { error: null }))),
      ['e > errorEventDefinition', /error is missing/],
    ],
    [
      'an error end event with an unknown error',
      process('p', ...chain(start(), end('e', { definition: '<bpmn:errorEventDefinition errorRef="x"/>' }))),
      ['e > errorEventDefinition', /"errorRef" names "x"/],
    ],
    [
      'an error end event with an empty code',
      process('p', ...chain(start(), end('e', { error: '' }))),
      ['Error_e > errorCode', /code is missing or empty/],
    ],
    [
      'an error boundary event with an unknown error, which must not catch all',
      beside(boundary('b', 'host', { definition: '<bpmn:errorEventDefinition errorRef="x"/>' })),
      ['b > errorEventDefinition', /"errorRef" names "x"/],
    ],
    [
      'an error caught by an expression',
      beside(boundary('b', 'host', { error: '=code' })),
      ['Error_b > errorCode', /must be static text/],
    ],
    [
      'an error that does not interrupt',
      beside(boundary('b', 'host', { error: 'E', interrupting: false })),
      ['b', /always interrupting/],
    ],
  ]);
});

describe('extensions', () => {
  const task1 = (extra: Parameters<typeof serviceTask>[1]): string => around(job('t', extra));
  const mapping = 't > extensionElements > ioMapping';
  check([
    [
      'a service task without definition',
      around(serviceTask('t')),
      ['t', /zeebe:taskDefinition with a job type is missing/],
    ],
    ['a send task without definition', around(sendTask('t')), ['t', /zeebe:taskDefinition with a job type is missing/]],
    [
      'two task definitions',
      task1({ extensions: '<zeebe:taskDefinition type="b"/>' }),
      ['t > extensionElements > taskDefinition', /Only one zeebe:taskDefinition/],
    ],
    [
      'a task definition without type',
      around(serviceTask('t', { extensions: '<zeebe:taskDefinition/>' })),
      ['t > extensionElements > taskDefinition', /"type" is missing/],
    ],
    [
      'empty retries',
      task1({ retries: '' }),
      ['t > extensionElements > taskDefinition', /"retries" is missing or empty/],
    ],
    [
      'a type that does not parse',
      task1({ type: '=a +' }),
      ['t > extensionElements > taskDefinition', /does not parse/],
    ],
    [
      'an input that does not parse (case 18)',
      task1({ inputs: { a: '=(' } }),
      [`${mapping} > input`, /does not parse/],
    ],
    [
      'an output that is static (case 18)',
      task1({ outputs: { a: 'text' } }),
      [`${mapping} > output`, /must be a FEEL expression, but "text"/],
    ],
    ['an output without source', task1({ outputs: { a: undefined } }), [`${mapping} > output`, /missing or empty/]],
    [
      'an input without target',
      task1({ extensions: '<zeebe:ioMapping><zeebe:input source="=1"/></zeebe:ioMapping>' }),
      [`${mapping} > input`, /target is missing/],
    ],
    ...['a.', '.a', 'a..b', 'a b', 'a-b', '1a', 'a.=b'].map(
      (target): Case => [
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

test('every problem of a file is told at once', async () => {
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
