/** The processes that the numbered cases of process tests use. */
import {
  boundary,
  callActivity,
  catchEvent,
  chain,
  end,
  eventBasedGateway,
  exclusiveGateway,
  flow,
  other,
  parallelGateway,
  path,
  process,
  serviceTask,
  start,
  subProcess,
} from '../../engine/support/bpmn.ts';

const file = (name: string, content: string) => ({ name: `${name}.bpmn`, content });

const userTaskXml = (assignee: string): string =>
  `<zeebe:userTask/><zeebe:assignmentDefinition assignee="${assignee}"/>`;

export const models = {
  order: file(
    'order',
    process(
      'order',
      start('Start'),
      serviceTask('Charge', { name: 'Charge the card', type: 'charge', retries: '3' }),
      boundary('Declined', 'Charge', { error: 'DECLINED' }),
      end('EndDeclined'),
      exclusiveGateway('Big', { default: 'plain' }),
      serviceTask('Review', { type: 'review' }),
      end('EndReviewed'),
      end('EndPlain'),
      ...path('Start', 'Charge', 'Big'),
      ...path('Declined', 'EndDeclined'),
      flow('Big', 'Review', { condition: '=total > 100' }),
      flow('Review', 'EndReviewed'),
      flow('Big', 'EndPlain', { id: 'plain' }),
    ),
  ),
  wait: file(
    'wait',
    process(
      'wait',
      ...chain(
        start('Start'),
        catchEvent('Paid', { name: 'Paid', message: { name: 'paid', correlationKey: '=orderId' } }),
        end('End'),
      ),
    ),
  ),
  pause: file(
    'pause',
    process('pause', ...chain(start('Start'), catchEvent('Pause', { duration: 'PT1H' }), end('End'))),
  ),
  race: file(
    'race',
    process(
      'race',
      start('Start'),
      eventBasedGateway('First'),
      catchEvent('Answer', { message: { name: 'answer', correlationKey: '=key' } }),
      catchEvent('TooLate', { duration: 'P1D' }),
      end('EndAnswer'),
      end('EndLate'),
      ...path('Start', 'First', 'Answer', 'EndAnswer'),
      ...path('First', 'TooLate', 'EndLate'),
    ),
  ),
  loop: file(
    'loop',
    process(
      'loop',
      start('Start'),
      serviceTask('Poll', { type: 'poll' }),
      exclusiveGateway('Done', { default: 'again' }),
      end('End'),
      ...path('Start', 'Poll', 'Done'),
      flow('Done', 'Poll', { id: 'again' }),
      flow('Done', 'End', { condition: '=n >= 3' }),
    ),
  ),
  par: file(
    'par',
    process(
      'par',
      start('Start'),
      parallelGateway('Fork'),
      serviceTask('A', { type: 'a' }),
      serviceTask('B', { type: 'b' }),
      parallelGateway('Join'),
      end('End'),
      ...path('Start', 'Fork', 'A', 'Join', 'End'),
      ...path('Fork', 'B', 'Join'),
    ),
  ),
  box: file(
    'box',
    process(
      'box',
      ...chain(
        start('Start'),
        subProcess(
          'Box',
          { inputs: { x: '=1' } },
          ...chain(start('BoxStart'), serviceTask('Inner', { type: 'inner' }), end('BoxEnd')),
        ),
        end('End'),
      ),
    ),
  ),
  bad: file(
    'bad',
    process(
      'bad',
      start('Start'),
      exclusiveGateway('Big'),
      end('End'),
      flow('Start', 'Big'),
      flow('Big', 'End', { condition: '=missing > 1' }),
    ),
  ),
  approve: file(
    'approve',
    process(
      'approve',
      start('Start'),
      other('userTask', 'Approve', { name: 'Approve the bill', extensions: userTaskXml('=boss') }),
      boundary('Expired', 'Approve', { duration: 'P3D' }),
      end('End'),
      end('EndExpired'),
      ...path('Start', 'Approve', 'End'),
      ...path('Expired', 'EndExpired'),
    ),
  ),
  parent: file(
    'parent',
    process('parent', ...chain(start('Start'), callActivity('Ship', { processId: 'ship' }), end('End'))),
  ),
  rate: file(
    'rate',
    process(
      'rate',
      ...chain(
        start('Start'),
        other('businessRuleTask', 'Rate', {
          extensions: '<zeebe:calledDecision decisionId="discount" resultVariable="discount"/>',
        }),
        end('End'),
      ),
    ),
  ),
  reminders: file(
    'reminders',
    process(
      'reminders',
      start('Start'),
      serviceTask('Work', { type: 'work' }),
      boundary('Remind', 'Work', { cycle: 'R3/PT10S', interrupting: false }),
      end('EndRemind'),
      end('End'),
      ...path('Start', 'Work', 'End'),
      ...path('Remind', 'EndRemind'),
    ),
  ),
} as const;
