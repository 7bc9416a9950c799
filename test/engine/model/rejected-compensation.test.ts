import { describe } from 'node:test';
import {
  boundary,
  catchEvent,
  chain,
  compensation,
  end,
  eventSubProcess,
  flow,
  path,
  process,
  raw,
  start,
  subProcess,
  throwEvent,
} from '../support/bpmn.ts';
import { around, job, rejects, withUnconnected } from './support.ts';

const at = 'x > compensateEventDefinition';
const handler = job('undo', { attributes: 'isForCompensation="true"' });

describe('compensation', () => {
  rejects([
    [
      'of an unknown activity (case 403)',
      around(throwEvent('x', { compensation: 'nothing' })),
      [at, /"activityRef" names "nothing", which does not exist/],
    ],
    [
      'of an activity in another scope (case 403)',
      process(
        'p',
        ...chain(
          start(),
          job('A'),
          subProcess('sub', {}, ...chain(start('s'), throwEvent('x', { compensation: 'A' }), end('e'))),
          end(),
        ),
        ...compensation('b', 'A', job('undo')),
      ),
      [at, /"A" is not in the same scope/],
    ],
    [
      'of an activity inside a subprocess, from an event subprocess beside it (case 403)',
      process(
        'p',
        ...chain(
          start(),
          subProcess('sub', {}, start('s'), job('A'), ...path('s', 'A'), ...compensation('b', 'A', job('undo'))),
          end(),
        ),
        eventSubProcess('esp', {}, ...chain(start('es', { error: 'E' }), throwEvent('x', { compensation: 'A' }))),
      ),
      [at, /"A" is not in the same scope/],
    ],
    [
      'of a task without a compensation boundary event (case 403)',
      process('p', ...chain(start(), job('A'), throwEvent('x', { compensation: 'A' }), end())),
      [at, /"A" has no compensation boundary event/],
    ],
    [
      'that an end event does not wait for (case 403)',
      process(
        'p',
        ...chain(start(), end('x', { definition: '<bpmn:compensateEventDefinition waitForCompletion="false"/>' })),
      ),
      [at, /must wait/],
    ],
    [
      'with a flow to its handler (case 403)',
      withUnconnected(...compensation('b', 'host', job('undo')), flow('host', 'undo')),
      ['undo', /No sequence flow may lead to or leave a compensation handler, but host-undo does/],
    ],
    [
      'with a boundary event at its handler',
      withUnconnected(...compensation('b', 'host', job('undo')), boundary('t', 'undo', { duration: 'PT1S' })),
      ['undo', /cannot have boundary events, but has t/],
    ],
    [
      'with a flow from its boundary event',
      withUnconnected(...compensation('b', 'host', job('undo')), flow('b', 'end')),
      ['b', /No sequence flow may leave a compensation boundary event, but b-end does/],
    ],
    [
      'without an association (case 403)',
      withUnconnected(boundary('b', 'host', { compensation: true }), handler),
      ['b', /has no handler/],
    ],
    [
      'with an association to something that is not a handler',
      withUnconnected(
        boundary('b', 'host', { compensation: true }),
        raw('<bpmn:association id="a" sourceRef="b" targetRef="end"/>'),
      ),
      ['b', /"end" is <endEvent>, but must be an activity with isForCompensation/],
    ],
    [
      'with a non-interrupting boundary event',
      withUnconnected(
        boundary('b', 'host', { compensation: true, interrupting: false }),
        handler,
        raw('<bpmn:association id="a" sourceRef="b" targetRef="undo"/>'),
      ),
      ['b', /must be interrupting/],
    ],
    [
      'as a catch event',
      around(catchEvent('c', { compensation: true })),
      ['c > compensateEventDefinition', /not allowed in <intermediateCatchEvent>/],
    ],
    [
      'as the start of an event subprocess',
      process(
        'p',
        ...chain(start(), end()),
        eventSubProcess('esp', {}, ...chain(start('s', { compensation: true }), end('e'))),
      ),
      ['s > compensateEventDefinition', /not allowed in <startEvent>/],
    ],
  ]);
});
