import { describe } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  exclusiveGateway,
  file,
  flow,
  inclusiveGateway,
  manualTask,
  other,
  parallelGateway,
  process,
  processPart,
  raw,
  receiveTask,
  start,
  subProcess,
  task,
} from '../support/bpmn.ts';
import { around, job, rejects, withUnconnected } from './support.ts';

describe('structure', () => {
  rejects([
    ['no start event (case 18)', process('p', ...chain(task('t'), end())), ['p', /needs a start event/]],
    [
      'two none start events (case 18)',
      process('p', start('a'), start('b')),
      ['p', /only one start event without a trigger, but has a, b/],
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
      'a flow without source and target',
      process('p', start(), raw('<bpmn:sequenceFlow id="f"/>')),
      ['f', /"sourceRef" is missing/],
      ['f', /"targetRef" is missing/],
    ],
    [
      'a flow to something that is not a flow node',
      process('p', start(), raw('<bpmn:dataObject id="data"/>'), flow('start', 'data')),
      ['start-data', /"data", which is not a flow node/],
    ],
    [
      'a flow across the boundary of a subprocess',
      process('p', ...chain(start(), subProcess('sub', {}, ...chain(start('s'), end('x'))), end()), flow('s', 'end')),
      ['s-end', /crosses the boundary/],
    ],
    [
      'a flow into another process',
      file(
        processPart('p', {}, ...chain(start('a'), end('b')), flow('a', 'd')),
        processPart('q', {}, ...chain(start('c'), end('d'))),
      ),
      ['a-d', /not a flow node of this process/],
    ],
    [
      'elements and flows without ids',
      process('p', ...chain(start(), end()), raw('<bpmn:task/><bpmn:sequenceFlow sourceRef="start" targetRef="end"/>')),
      ['p > sequenceFlow', /id is missing/],
      ['p > task', /id is missing/],
    ],
    ['an empty id', withUnconnected(raw('<bpmn:task id=""/>')), ['p > task', /id is missing/]],
    [
      'an id that is used twice',
      withUnconnected(task('host')),
      ['p > task', /"host" is already used by another element/],
    ],
    ['an invalid id', withUnconnected(raw('<bpmn:task id="1 2"/>')), ['p > task', /not a valid XML id/]],
    [
      'the same process id twice (case 17)',
      file(processPart('p', {}, start('a')), processPart('p', {}, start('b'))),
      ['Definitions_1 > process', /"p" is already used by another element/],
    ],
    [
      'a start event with an incoming flow',
      process('p', ...chain(start(), task('t')), flow('t', 'start')),
      ['start', /No sequence flow may lead to <startEvent>, but t-start does/],
    ],
    [
      'an end event with an outgoing flow',
      process('p', ...chain(start(), end(), task('t'))),
      ['end', /may leave <endEvent>, but end-t does/],
    ],
    [
      'a boundary event with an incoming flow (case 18)',
      withUnconnected(boundary('b', 'host', { duration: 'PT1S' }), flow('start', 'b')),
      ['b', /No sequence flow may lead to <boundaryEvent>/],
    ],
    [
      'a boundary event on an unknown element',
      withUnconnected(boundary('b', 'nothing', { duration: 'PT1S' })),
      ['b', /"attachedToRef" names "nothing"/],
    ],
    [
      'a boundary event that is not attached',
      withUnconnected(other('boundaryEvent', 'b', { content: '<bpmn:errorEventDefinition/>' })),
      ['b', /not attached/],
    ],
    [
      'a boundary event on an event',
      withUnconnected(boundary('b', 'end', { duration: 'PT1S' })),
      ['b', /"end", which is not an activity/],
    ],
    [
      'a boundary event on an activity of another scope',
      withUnconnected(
        subProcess('sub', {}, ...chain(start('s'), end('x')), boundary('b', 'host', { duration: 'PT1S' })),
      ),
      ['b', /"host", which is not an activity in the same scope/],
    ],
    [
      'two unconditioned flows of an exclusive gateway (case 18)',
      process('p', ...chain(start(), exclusiveGateway('g'), end('a')), end('b'), flow('g', 'b')),
      ['g-a', /needs a condition/],
      ['g-b', /needs a condition/],
    ],
    [
      'two unconditioned flows of an inclusive gateway (case 385)',
      process('p', ...chain(start(), inclusiveGateway('g'), end('a')), end('b'), flow('g', 'b')),
      ['g-a', /inclusive gateway "g" has several/],
      ['g-b', /needs a condition/],
    ],
    [
      'a default flow that does not leave its inclusive gateway',
      process('p', ...chain(start(), inclusiveGateway('g', { default: 'start-g' }), end())),
      ['g', /default flow "start-g" does not leave/],
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
      'a condition with a syntax error, even on a default flow',
      process(
        'p',
        ...chain(start(), exclusiveGateway('g', { default: 'd' })),
        end(),
        flow('g', 'end', { id: 'd', condition: '=(' }),
      ),
      ['d > conditionExpression', /does not parse/],
    ],
    [
      'a condition on a flow that leaves a task',
      process('p', start(), job('t'), end(), flow('start', 't'), flow('t', 'end', { condition: '=x' })),
      ['t-end', /leaves <serviceTask> cannot have a condition/],
    ],
    [
      'a condition on a flow that leaves a parallel gateway',
      process('p', start(), parallelGateway('g'), end(), flow('start', 'g'), flow('g', 'end', { condition: '=x' })),
      ['g-end', /leaves <parallelGateway>/],
    ],
    [
      'an event-based gateway that leads to a receive task (case 18)',
      withUnconnected(
        eventBasedGateway('g'),
        receiveTask('r', { message: 'r' }),
        catchEvent('c', { message: 'c' }),
        flow('g', 'r'),
        flow('g', 'c'),
      ),
      ['g', /"g-r" must lead to an intermediate catch event, but leads to <receiveTask>/],
    ],
    [
      'an event-based gateway with one outgoing flow',
      withUnconnected(eventBasedGateway('g'), catchEvent('c', { message: 'c' }), flow('g', 'c')),
      ['g', /at least two/],
    ],
    [
      'an event after an event-based gateway with another incoming flow',
      withUnconnected(
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
      'events after an event-based gateway that wait for the same message',
      withUnconnected(
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
      withUnconnected(boundary('a', 'host', { message: 'm' }), boundary('b', 'host', { message: 'm' })),
      ['b', /so does "a"/],
    ],
    [
      'boundary events of one activity that catch the same error',
      withUnconnected(boundary('a', 'host', { error: 'E' }), boundary('b', 'host', { error: 'E' })),
      ['b', /the error "E", but so does "a"/],
    ],
    [
      'two boundary events that catch all errors',
      withUnconnected(boundary('a', 'host', { error: null }), boundary('b', 'host', { error: '' })),
      ['b', /every error, but so does "a"/],
    ],
    [
      'a subprocess without a start event',
      around(subProcess('sub', {}, end('x'))),
      ['sub', /exactly one start event, but has none/],
    ],
    [
      'a subprocess with two start events',
      around(subProcess('sub', {}, start('a'), start('b'))),
      ['sub', /exactly one start event, but has a, b/],
    ],
    [
      'a subprocess that a message starts',
      around(subProcess('sub', {}, start('a', { message: 'm' }))),
      ['sub', /must not have a trigger, but "a" has one/],
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
