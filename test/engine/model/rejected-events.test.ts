import { describe } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  other,
  path,
  process,
  receiveTask,
  serviceTask,
  start,
  throwEvent,
} from '../support/bpmn.ts';
import { around, rejects, withUnconnected } from './support.ts';

describe('events', () => {
  rejects([
    [
      'a catch event without an event definition',
      around(other('intermediateCatchEvent', 'e')),
      ['e', /needs an event definition/],
    ],
    [
      'a boundary event without an event definition',
      withUnconnected(boundary('b', 'host', {})),
      ['b', /needs an event definition/],
    ],
    [
      'two event definitions',
      around(catchEvent('e', { message: 'm', duration: 'PT1S' })),
      ['e', /Only one event definition.*messageEventDefinition, timerEventDefinition/],
    ],
    [
      'a catch event that waits for an error',
      around(catchEvent('e', { error: null })),
      ['e > errorEventDefinition', /<errorEventDefinition> is not allowed in <intermediateCatchEvent>/],
    ],
    [
      'an error that starts a process',
      process('p', start('s', { error: null })),
      ['s > errorEventDefinition', /not allowed/],
    ],
    [
      'a timer at an end event',
      process('p', ...chain(start(), end('e', { duration: 'PT1S' }))),
      ['e > timerEventDefinition', /not allowed in <endEvent>/],
    ],
    [
      'a terminate throw event',
      around(throwEvent('t', { terminate: true })),
      ['t > terminateEventDefinition', /not allowed/],
    ],
    [
      'a message event without a message',
      around(catchEvent('e', { definition: '<bpmn:messageEventDefinition/>' })),
      ['e > messageEventDefinition', /message is missing/],
    ],
    [
      'a message event with an unknown message',
      around(catchEvent('e', { definition: '<bpmn:messageEventDefinition messageRef="m"/>' })),
      ['e > messageEventDefinition', /"messageRef" names "m"/],
    ],
    ['a receive task without a message', around(receiveTask('r')), ['r', /message is missing/]],
    [
      'a receive task with an unknown message',
      around(receiveTask('r', { attributes: 'messageRef="m"' })),
      ['r', /"messageRef" names "m"/],
    ],
    [
      'a message without a name',
      around(receiveTask('r', { message: { correlationKey: '=k' } })),
      ['Message_r', /name is missing or empty/],
    ],
    [
      'a message without a correlation key',
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
      'a message name with a syntax error',
      around(catchEvent('e', { message: '=a +' })),
      ['Message_e > name', /does not parse/],
    ],
    [
      'a start message name with a variable (case 25)',
      process('p', start('s', { message: '="order-" + x' })),
      ['Message_s > name', /at deployment, without variables, but this one uses x/],
    ],
    [
      'a start timer with a variable',
      process('p', start('s', { cycle: '=interval' })),
      ['s > timerEventDefinition > timeCycle', /this one uses interval/],
    ],
    [
      'a start timer with a duration',
      process('p', start('s', { duration: 'PT1S' })),
      ['s > timerEventDefinition > timeDuration', /only date or cycle, not duration/],
    ],
    [
      'a catch event with a cycle',
      around(catchEvent('e', { cycle: 'R/PT1S' })),
      ['e > timerEventDefinition > timeCycle', /only duration or date, not cycle/],
    ],
    [
      'an interrupting boundary event with a cycle',
      withUnconnected(boundary('b', 'host', { cycle: 'R/PT1S' })),
      ['b > timerEventDefinition > timeCycle', /only duration or date/],
    ],
    [
      'a timer without a value',
      around(catchEvent('e', { definition: '<bpmn:timerEventDefinition/>' })),
      ['e > timerEventDefinition', /Exactly one .* but there are 0/],
    ],
    [
      'a timer with two values',
      around(catchEvent('e', { duration: 'PT1S', date: '2030-01-01T00:00:00Z' })),
      ['e > timerEventDefinition', /Exactly one .* but there are 2/],
    ],
    [
      'an empty condition (case 428)',
      around(catchEvent('e', { condition: '' })),
      ['e > conditionalEventDefinition > condition', /condition is missing or empty/],
    ],
    [
      'a condition that is static',
      around(catchEvent('e', { condition: 'x > 1' })),
      ['e > conditionalEventDefinition > condition', /must be a FEEL expression/],
    ],
    [
      'a change of variables that does not exist (case 428)',
      around(catchEvent('e', { condition: { text: '=x', changes: 'create, delete' } })),
      ['e > conditionalEventDefinition > extensionElements > conditionalFilter', /there is "delete"/],
    ],
    [
      'a change of variables before the start of a process',
      process('p', ...chain(start('s', { condition: { text: '=x', changes: 'create' } }), end())),
      ['s > conditionalEventDefinition > extensionElements > conditionalFilter', /cannot have variable events/],
    ],
    [
      'two start events with the same condition (case 428)',
      process('p', start('s', { condition: '=x' }), ...chain(start('t', { condition: '=x' }), end())),
      ['t', /waits for the condition "=x", but so does "s"/],
    ],
    [
      'two events with the same condition after a gateway (case 428)',
      process(
        'p',
        ...chain(start(), eventBasedGateway('g'), catchEvent('c', { condition: '=x' }), end()),
        catchEvent('d', { condition: '=x' }),
        ...path('g', 'd', 'end'),
      ),
      ['d', /waits for the condition "=x", but so does "c"/],
    ],
    [
      'an empty timer',
      around(catchEvent('e', { duration: '' })),
      ['e > timerEventDefinition > timeDuration', /duration is empty/],
    ],
    [
      'an invalid duration',
      around(catchEvent('e', { duration: '5 minutes' })),
      ['e > timerEventDefinition > timeDuration', /"5 minutes" is not an ISO 8601 duration/],
    ],
    [
      'an invalid date',
      around(catchEvent('e', { date: 'tomorrow' })),
      ['e > timerEventDefinition > timeDate', /"tomorrow" is not an ISO 8601 date/],
    ],
    [
      'an invalid cycle',
      process('p', start('s', { cycle: 'PT1S' })),
      ['s > timerEventDefinition > timeCycle', /"PT1S" is not an ISO 8601 repeating interval/],
    ],
    [
      'an invalid cron expression',
      process('p', start('s', { cycle: '0 0 25 * * MON' })),
      ['s > timerEventDefinition > timeCycle', /"0 0 25 \* \* MON" is not .* or a cron expression/],
    ],
    [
      'a timer with a syntax error',
      around(catchEvent('e', { duration: '=duration(' })),
      ['e > timerEventDefinition > timeDuration', /does not parse/],
    ],
    [
      'an error end event without an error',
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
      'an error boundary event with an unknown error, which must not catch all errors',
      withUnconnected(boundary('b', 'host', { definition: '<bpmn:errorEventDefinition errorRef="x"/>' })),
      ['b > errorEventDefinition', /"errorRef" names "x"/],
    ],
    [
      'a caught error whose code is an expression',
      withUnconnected(boundary('b', 'host', { error: '=code' })),
      ['Error_b > errorCode', /must be static text/],
    ],
    [
      'a non-interrupting error boundary event',
      withUnconnected(boundary('b', 'host', { error: 'E', interrupting: false })),
      ['b', /must be interrupting/],
    ],
  ]);
});
