/** The numbered cases of process tests, as rows of instructions. */
import { jobError } from 'camunda-connectors';
import type { Instruction, TestCasesOptions } from '../../../../src/testing/cases/types.ts';
import { dmn, decision as dmnDecision, table } from '../../../engine/support/dmn.ts';
import { models } from '../../support/models.ts';
import * as say from './instructions.ts';
import { caseModels } from './models.ts';

const { create, isIn, element, elements, mock, mockError, complete, publish, elapse, resolve } = say;

/** A numbered case. */
export interface Row {
  readonly number: string;
  readonly title: string;
  readonly instructions: readonly Instruction[];
  /** The instruction that fails, from 1, and its text. Absent: all pass. */
  readonly fails?: readonly [number: number, text: RegExp];
  readonly options?: TestCasesOptions;
  readonly warning?: RegExp;
  /** What is different on a cluster: the text of the failure, or why the row does not run there. */
  readonly onCluster?: RegExp | 'passes' | { readonly not: string };
}

const rates = {
  name: 'discount.dmn',
  content: dmn(
    dmnDecision(
      'discount',
      table({
        inputs: ['total'],
        outputs: ['rate'],
        rules: [
          ['> 100', '0.1'],
          ['<= 100', '0'],
        ],
      }),
    ),
  ),
};

const one = { orderId: '1' };
const paid = publish('paid', '1');
const polls = [1, 2, 3].map((n) => complete({ jobType: 'poll' }, { variables: { n } }));
const charged = [mock('charge'), create('order', { total: 1 })];
const busy: TestCasesOptions = { mocks: { jobs: { charge: jobError('busy', { retries: 0 }) } } };
const box = { elementSelector: { elementId: 'Box' } };
const discount = { decisionDefinitionSelector: { decisionDefinitionId: 'discount' } };
const evaluate: Instruction = { type: 'EVALUATE_DECISION', ...discount, variables: { total: 200 } };

export const rows: readonly Row[] = [
  { number: '1', title: 'waits', instructions: [create('wait', one), isIn('wait', 'IS_ACTIVE')] },
  {
    number: '2',
    title: 'has not completed, and the text names message and key',
    instructions: [create('wait', one), isIn('wait', 'IS_COMPLETED')],
    fails: [2, /Paid waits for the message "paid" with the key "1"[\s\S]*Fix: publish it: \{"type":"PUBLISH_MESSAGE"/],
  },
  { number: '3', title: 'exists', instructions: [create('wait', one), isIn('wait', 'IS_CREATED')] },
  {
    number: '4',
    title: 'does not exist',
    instructions: [isIn('wait', 'IS_CREATED')],
    fails: [1, /An instance of the process wait was not created/],
  },
  {
    number: '5',
    title: 'no such process',
    instructions: [create('wiat')],
    fails: [1, /There is no process with the id "wiat"\. Did you mean wait\?/],
    onCluster: /There is no process with the id "wiat" on the cluster\. Did you mean wait\?\nFix: /,
  },
  {
    number: '6',
    title: 'a mock',
    instructions: [...charged, isIn('order', 'IS_COMPLETED'), element('order', 'EndPlain', 'IS_COMPLETED')],
  },
  {
    number: '7',
    title: 'a mock serves jobs that wait',
    instructions: [create('order', { total: 1 }), mock('charge'), isIn('order', 'IS_COMPLETED')],
  },
  {
    number: '8',
    title: 'the variables of a job decide at the gateway',
    instructions: [
      ...[mock('charge', { variables: { total: 500 } }), mock('review'), create('order', { total: 1 })],
      element('order', 'EndReviewed', 'IS_COMPLETED'),
    ],
  },
  {
    number: '9',
    title: 'the last mock of a type wins',
    instructions: [
      ...[mock('charge', { variables: { by: 1 } }), mock('charge', { variables: { by: 2 } })],
      ...[create('order', { total: 1 }), say.variables('order', { variables: { by: 2 } })],
    ],
    warning: /several mocks of the job type "charge"/,
  },
  {
    number: '10',
    title: 'a mock that throws a BPMN error',
    instructions: [
      ...[mockError('charge', 'DECLINED'), create('order', { total: 1 })],
      ...[element('order', 'EndDeclined', 'IS_COMPLETED'), element('order', 'Charge', 'IS_TERMINATED')],
    ],
  },
  {
    number: '11',
    title: 'a BPMN error that nobody catches',
    instructions: [
      ...[mockError('charge', 'OTHER'), create('order', { total: 1 })],
      ...[say.instance('order', { hasActiveIncidents: true }), isIn('order', 'IS_COMPLETED')],
    ],
    fails: [4, /OTHER[\s\S]*DECLINED/],
  },
  {
    number: '12',
    title: 'the variables of an error',
    instructions: [
      ...[mockError('charge', 'DECLINED', { variables: { why: 'x' } }), create('order', { total: 1 })],
      say.variables('order', { variables: { why: 'x' } }),
    ],
  },
  {
    number: '13',
    title: 'completes a job by its type',
    instructions: [create('order', { total: 1 }), complete({ jobType: 'charge' }), isIn('order', 'IS_COMPLETED')],
  },
  {
    number: '14',
    title: 'completes a job by its element',
    instructions: [create('order', { total: 1 }), complete({ elementId: 'Charge' }), isIn('order', 'IS_COMPLETED')],
  },
  {
    number: '15',
    title: 'no such job',
    instructions: [create('order', { total: 1 }), complete({ jobType: 'charge', elementId: 'Review' })],
    fails: [2, /No job is available that fits[\s\S]*There are: "charge" at Charge of order/],
  },
  {
    number: '17',
    title: 'a job is completed once',
    instructions: [create('order', { total: 1 }), complete({ jobType: 'charge' }), complete({ jobType: 'charge' })],
    fails: [3, /No job is available[\s\S]*There are no jobs/],
    onCluster:
      /There are no jobs\.\nFix: if a runtime that has the connector is connected to the cluster, the connector was faster/,
  },
  {
    number: '18',
    title: 'example data precedes variables',
    instructions: [
      ...[create('example'), complete({ jobType: 'shown' }, { useExampleData: true, variables: { a: 2 } })],
      ...[say.variables('example', { variables: { a: 1 } }), mock('bare', { useExampleData: true })],
      isIn('example', 'IS_COMPLETED'),
    ],
    warning: /Bare has no example data/,
  },
  {
    number: '18',
    title: 'example data of a mock',
    instructions: [
      ...[mock('shown', { useExampleData: true }), mock('bare'), create('example')],
      say.variables('example', { variables: { a: 1 } }),
    ],
  },
  {
    number: '19',
    title: 'no example data',
    instructions: [
      ...[mock('shown'), create('example'), complete({ jobType: 'bare' }, { useExampleData: true })],
      isIn('example', 'IS_COMPLETED'),
    ],
    warning: /Bare has no example data/,
  },
  {
    number: '21',
    title: 'throws a BPMN error from a job',
    instructions: [
      create('order', { total: 1 }),
      {
        ...{ type: 'THROW_BPMN_ERROR_FROM_JOB', jobSelector: { jobType: 'charge' } },
        ...{ errorCode: 'DECLINED', errorMessage: 'no funds' },
      },
      element('order', 'EndDeclined', 'IS_COMPLETED'),
    ],
  },
  {
    number: '22',
    title: 'counts an element',
    instructions: [
      ...[create('loop'), ...polls, isIn('loop', 'IS_COMPLETED'), element('loop', 'Poll', 'IS_COMPLETED', 3)],
      element('loop', 'Poll', 'IS_COMPLETED', 2),
    ],
    fails: [7, /3 instead of 2/],
  },
  { number: '24', title: 'both are active', instructions: [create('par'), elements('par', ['A', 'B'], 'IS_ACTIVE')] },
  {
    number: '25',
    title: 'something else is active',
    instructions: [create('par'), elements('par', ['A'], 'IS_ACTIVE_EXACTLY')],
    fails: [2, /is also active at B/],
  },
  {
    number: '26',
    title: 'nothing else is active',
    instructions: [create('par'), elements('par', ['A', 'B'], 'IS_ACTIVE_EXACTLY')],
  },
  {
    number: '27',
    title: 'a join is not active',
    instructions: [create('par'), complete({ elementId: 'A' }), elements('par', ['B'], 'IS_ACTIVE_EXACTLY')],
  },
  { number: '28', title: 'not activated', instructions: [create('par'), elements('par', ['End'], 'IS_NOT_ACTIVATED')] },
  {
    number: '29',
    title: 'activated and completed',
    instructions: [create('par'), complete({ elementId: 'A' }), elements('par', ['A'], 'IS_NOT_ACTIVATED')],
    fails: [3, /A is completed/],
  },
  {
    number: '30',
    title: 'not active any more',
    instructions: [create('par'), complete({ elementId: 'A' }), elements('par', ['A'], 'IS_NOT_ACTIVE')],
  },
  {
    number: '31',
    title: 'completed in order, others left out',
    instructions: [...charged, elements('order', ['Start', 'Charge', 'EndPlain'], 'IS_COMPLETED_IN_ORDER')],
  },
  {
    number: '32',
    title: 'another order',
    instructions: [...charged, elements('order', ['Charge', 'Start'], 'IS_COMPLETED_IN_ORDER')],
    fails: [3, /has completed them in this order: Start, Charge/],
  },
  {
    number: '33',
    title: 'the same element three times',
    instructions: [
      ...[create('loop'), ...polls, elements('loop', ['Poll', 'Poll', 'Poll'], 'IS_COMPLETED_IN_ORDER')],
      elements('loop', ['Poll', 'Poll', 'Poll', 'Poll'], 'IS_COMPLETED_IN_ORDER'),
    ],
    fails: [6, /Poll, Poll, Poll/],
  },
  {
    number: '34',
    title: 'an element by its name',
    instructions: [
      ...[...charged, element('order', { elementName: 'Charge the card' }, 'IS_COMPLETED')],
      element('order', { elementName: 'Charge the card', elementId: 'Charge' }, 'IS_COMPLETED'),
    ],
  },
  {
    number: '35',
    title: 'an unknown element fails at once',
    instructions: [...charged, element('order', 'Chrage', 'IS_COMPLETED')],
    fails: [3, /no element with the id "Chrage"\. Did you mean "Charge"\?/],
  },
  { number: '36', title: 'a message', instructions: [create('wait', one), paid, isIn('wait', 'IS_COMPLETED')] },
  {
    number: '37',
    title: 'is buffered for an hour',
    instructions: [paid, create('wait', one), isIn('wait', 'IS_COMPLETED')],
  },
  {
    number: '37',
    title: 'and not for longer',
    instructions: [paid, elapse('PT1H'), create('wait', one), isIn('wait', 'IS_COMPLETED')],
    fails: [4, /expired/],
    onCluster: /Paid waits for the message "paid" with the key "1"/,
  },
  {
    number: '38',
    title: 'without time to live',
    instructions: [publish('paid', '1', { timeToLive: 0 }), create('wait', one), isIn('wait', 'IS_COMPLETED')],
    fails: [3, /Paid waits for the message "paid"[\s\S]*(?:expired|time to live)/],
    onCluster: /Paid waits for the message "paid" with the key "1"/,
  },
  {
    number: '39',
    title: 'another key',
    instructions: [create('wait', one), publish('paid', '2'), isIn('wait', 'IS_COMPLETED')],
    fails: [3, /key "1"[\s\S]*key "2"/],
    onCluster: /key "1"/,
  },
  {
    number: '40',
    title: 'the same message id twice',
    instructions: [publish('paid', '1', { messageId: 'm' }), publish('paid', '1', { messageId: 'm' })],
    fails: [2, /ALREADY_EXISTS/],
  },
  {
    number: '41',
    title: 'the variables of a message',
    instructions: [
      ...[create('wait', one), publish('paid', '1', { variables: { by: 'bank' } })],
      say.variables('wait', { variables: { by: 'bank' } }),
    ],
  },
  {
    number: '42',
    title: 'nobody waits for a message',
    instructions: [create('wait', { orderId: '7' }), { type: 'CORRELATE_MESSAGE', name: 'paid', correlationKey: '1' }],
    fails: [
      2,
      /Nothing waits for the message "paid" with the key "1"\. Waiting: wait for "paid" with the key "7" at Paid/,
    ],
    onCluster: /Nothing waits for the message "paid" with the key "1"\.\nFix: /,
  },
  {
    number: '43, 45',
    title: 'correlates a message',
    instructions: [
      ...[create('wait', one), { type: 'CORRELATE_MESSAGE', name: 'paid', correlationKey: '1' }],
      say.subscription('wait', { messageName: 'paid' }, 'IS_CORRELATED'),
      say.subscription('wait', { messageName: 'paid' }, 'IS_NOT_WAITING'),
      say.subscription('wait', { messageName: 'paid', correlationKey: '2' }, 'IS_CORRELATED'),
    ],
    fails: [5, /has received "paid" with the key "1"/],
  },
  {
    number: '44',
    title: 'waits for a message',
    instructions: [
      ...[create('wait', one), say.subscription('wait', { messageName: 'paid' }, 'IS_WAITING')],
      say.subscription('wait', { messageName: 'paid', correlationKey: '2' }, 'IS_NOT_WAITING'),
      say.subscription('wait', { messageName: 'paid', correlationKey: '2' }, 'IS_WAITING'),
    ],
    fails: [4, /to wait for the message "paid" with the key "2"/],
  },
  {
    number: '46, 47',
    title: 'time passes by instructions',
    instructions: [
      ...[create('pause'), elapse('PT59M'), element('pause', 'Pause', 'IS_ACTIVE')],
      ...[elapse('PT1M'), isIn('pause', 'IS_COMPLETED')],
    ],
  },
  {
    number: '48',
    title: 'time does not pass by itself',
    instructions: [create('pause'), isIn('pause', 'IS_COMPLETED')],
    fails: [2, /Fix: let the time pass: \{"type":"INCREASE_TIME","duration":"PT1H"\}/],
    onCluster: /to have completed, but it is active/,
  },
  {
    number: '49',
    title: 'time does not go back',
    instructions: [say.setTime('2020-01-01T00:00:00Z')],
    fails: [1, /moves only forward/],
  },
  {
    number: '50',
    title: 'a time that is set',
    instructions: [
      ...[say.setTime('2031-01-01T00:00:00Z'), create('pause'), say.setTime('2031-01-01T00:59:59Z')],
      ...[isIn('pause', 'IS_ACTIVE'), say.setTime('2031-01-01T01:00:00Z'), isIn('pause', 'IS_COMPLETED')],
    ],
  },
  {
    number: '53',
    title: 'the timer wins',
    instructions: [
      ...[create('race', { key: '1' }), elapse('P1D'), element('race', 'TooLate', 'IS_COMPLETED')],
      element('race', 'Answer', 'IS_COMPLETED'),
    ],
    fails: [4, /not activated/],
  },
  {
    number: '54',
    title: 'the message wins',
    instructions: [
      ...[create('race', { key: '1' }), publish('answer', '1'), elapse('P1D')],
      ...[element('race', 'Answer', 'IS_COMPLETED'), elements('race', ['TooLate'], 'IS_NOT_ACTIVATED')],
    ],
  },
  {
    number: '55',
    title: 'a timer that repeats',
    instructions: [create('reminders'), elapse('PT1M'), element('reminders', 'EndRemind', 'IS_COMPLETED', 3)],
  },
  {
    number: '56, 57',
    title: 'an incident is resolved with one more attempt',
    options: busy,
    instructions: [
      ...[create('order', { total: 1 }), say.instance('order', { hasActiveIncidents: true }), mock('charge')],
      ...[resolve({ elementId: 'Charge' }), isIn('order', 'IS_COMPLETED')],
      say.instance('order', { hasActiveIncidents: false }),
    ],
    onCluster: { not: 'it needs a mock that fails' },
  },
  {
    number: '58',
    title: 'no such incident',
    instructions: [create('bad'), resolve({ elementId: 'Charge' })],
    fails: [2, /There is no incident that fits[\s\S]*Active: \w+ at Big of bad/],
  },
  {
    number: '59, 60',
    title: 'variables that resolve an incident',
    instructions: [
      ...[create('bad'), say.instance('bad', { hasActiveIncidents: true }), say.update('bad', { missing: 2 })],
      ...[resolve({ processDefinitionId: 'bad' }), isIn('bad', 'IS_COMPLETED')],
    ],
  },
  {
    number: '61',
    title: 'a local variable is not one of the instance',
    instructions: [create('box'), say.variables('box', { variables: { x: 1 } })],
    fails: [2, /has no variable x; it is a variable of Box, which elementSelector can name/],
  },
  {
    number: '62',
    title: 'a local variable',
    instructions: [create('box'), say.variables('box', { ...box, variables: { x: 1 } })],
  },
  {
    number: '62',
    title: 'a local variable after the end of its element',
    instructions: [
      create('box'),
      mock('inner'),
      isIn('box', 'IS_COMPLETED'),
      say.variables('box', { ...box, variables: { x: 1 } }),
    ],
  },
  {
    number: '63',
    title: 'changes a local variable',
    instructions: [
      ...[create('box'), say.update('box', { x: 2 }, box), say.variables('box', { ...box, variables: { x: 2 } })],
      say.variables('box', { variableNames: ['x'] }),
    ],
    fails: [4, /has no variable x/],
  },
  {
    number: '64',
    title: 'a new variable lands at the instance, unless it is to be local',
    instructions: [
      ...[create('box'), say.update('box', { y: 2 }, box), say.variables('box', { variables: { y: 2 } })],
      say.update('box', { z: 3 }, { ...box, createLocalVariables: true }),
      say.variables('box', { ...box, variables: { z: 3 } }),
    ],
  },
  {
    number: '65',
    title: 'no variables of an instance that has ended',
    instructions: [...charged, say.update('order', { a: 1 })],
    fails: [3, /to be active, so that its variables can be updated, but it has completed/],
  },
  {
    number: '66',
    title: 'null is a value',
    instructions: [create('wait', { ...one, a: null }), say.variables('wait', { variableNames: ['a'] })],
  },
  {
    number: '67',
    title: 'a text is not a number',
    instructions: [
      ...[create('wait', { ...one, n: 1.0 }), say.variables('wait', { variables: { n: 1 } })],
      say.variables('wait', { variables: { n: '1' } }),
    ],
    fails: [3, /has n = 1 \(expected "1"\)/],
  },
  {
    number: '68',
    title: 'values are compared whole',
    instructions: [
      create('wait', { ...one, o: { a: 1, b: 2 } }),
      say.variables('wait', { variables: { o: { a: 1 } } }),
    ],
    fails: [2, /has o = \{"a":1,"b":2\} \(expected \{"a":1\}\)/],
  },
  {
    number: '69',
    title: 'integers beyond 2^53 are exact',
    instructions: [
      create('wait', { ...one, big: 9007199254740993n }),
      say.variables('wait', { variables: { big: 9007199254740993n } }),
      say.variables('wait', { variables: { big: 9007199254740992n } }),
    ],
    fails: [3, /has big = 9007199254740993 \(expected 9007199254740992\)/],
  },
  {
    number: '70',
    title: 'an expression',
    instructions: [
      create('wait', { ...one, total: 11 }),
      say.variable('wait', 'total', { satisfiesExpression: 'total > 10' }),
      say.variable('wait', 'total', { satisfiesExpression: '= missing' }),
    ],
    fails: [3, /the result is null, and total is 11/],
  },
  {
    number: '72',
    title: 'starts before an element',
    instructions: [
      create('order', { total: 500 }, { startInstructions: [{ elementId: 'Review' }] }),
      elements('order', ['Review'], 'IS_ACTIVE_EXACTLY'),
      elements('order', ['Charge'], 'IS_NOT_ACTIVATED'),
    ],
  },
  {
    number: '73',
    title: 'terminates after an element',
    instructions: [
      mock('charge'),
      create(
        'order',
        { total: 1 },
        { runtimeInstructions: [{ type: 'TERMINATE_PROCESS_INSTANCE', afterElementId: 'Charge' }] },
      ),
      ...[isIn('order', 'IS_TERMINATED'), element('order', 'Charge', 'IS_COMPLETED')],
    ],
  },
  {
    number: '74',
    title: 'the selector means the oldest instance',
    instructions: [
      ...[create('wait', one), create('wait', { orderId: '2' }), publish('paid', '2'), isIn('wait', 'IS_COMPLETED')],
    ],
    fails: [4, /The selector means the oldest instance\. There are others:\n +wait \d+ has completed/],
  },
  {
    number: '75, 76',
    title: 'a user task',
    instructions: [
      create('approve', { boss: 'Zee' }),
      say.userTask({
        state: 'IS_CREATED',
        assignee: 'Zee',
        elementId: 'Approve',
        name: 'Approve the bill',
        priority: 50,
      }),
      { type: 'COMPLETE_USER_TASK', userTaskSelector: { taskName: 'Approve the bill' }, variables: { ok: true } },
      ...[say.userTask({ state: 'IS_COMPLETED' }), say.variables('approve', { variables: { ok: true } })],
      say.userTask({ assignee: 'Ann' }),
    ],
    fails: [6, /assignee is "Zee" \(expected "Ann"\)/],
  },
  {
    number: '76',
    title: 'no open user task',
    instructions: [create('wait', one), { type: 'COMPLETE_USER_TASK', userTaskSelector: { elementId: 'Approve' } }],
    fails: [2, /There is no open user task that fits \{"elementId":"Approve"\}\. There are none/],
  },
  {
    number: '77',
    title: 'a user task that expires',
    instructions: [create('approve', { boss: 'Zee' }), elapse('P3D'), say.userTask({ state: 'IS_CANCELED' })],
  },
  {
    number: '78',
    title: 'a mocked process',
    instructions: [
      { type: 'MOCK_CHILD_PROCESS', processDefinitionId: 'ship', variables: { ok: true } },
      ...[create('parent'), isIn('parent', 'IS_COMPLETED'), say.variables('parent', { variables: { ok: true } })],
    ],
    onCluster: { not: 'MOCK_CHILD_PROCESS is refused' },
  },
  {
    number: '79',
    title: 'a called process that is not deployed',
    instructions: [create('parent'), isIn('parent', 'IS_COMPLETED')],
    fails: [2, /CALLED_ELEMENT_ERROR|no process with/i],
  },
  {
    number: '80',
    title: 'a mocked decision',
    instructions: [
      { type: 'MOCK_DMN_DECISION', decisionDefinitionId: 'discount', variables: { rate: 0.3 } },
      ...[create('rate', { total: 1 }), say.decision({ output: { rate: 0.3 } })],
      say.variables('rate', { variables: { discount: { rate: 0.3 } } }),
    ],
    onCluster: { not: 'MOCK_DMN_DECISION is refused' },
  },
  {
    number: '80',
    title: 'a mocked decision with any output',
    instructions: [
      { type: 'MOCK_DMN_DECISION', decisionDefinitionId: 'discount', decisionOutput: 0.2 },
      ...[create('rate', { total: 1 }), say.decision({ output: 0.2 }), say.decision({ output: 0.3 })],
    ],
    fails: [4, /to yield 0\.3, but it yielded 0\.2/],
    onCluster: { not: 'MOCK_DMN_DECISION is refused' },
  },
  {
    number: '81',
    title: 'a decision and its rules',
    instructions: [
      ...[evaluate, say.decision({ matchedRules: [1], notMatchedRules: [2] })],
      say.decision({ noMatchedRules: true }),
    ],
    fails: [3, /to match no rule, but it matched the rules 1/],
  },
  {
    number: '82',
    title: 'a signal for nobody',
    instructions: [{ type: 'BROADCAST_SIGNAL', signalName: 'closing' }],
  },
  {
    number: '83',
    title: 'a behavior',
    instructions: [
      {
        type: 'CONDITIONAL_BEHAVIOR',
        name: 'poll',
        conditions: [element('loop', 'Poll', 'IS_ACTIVE')],
        actions: [1, 2, 3].map((n) => complete({ jobType: 'poll' }, { variables: { n } })),
      },
      ...[create('loop'), isIn('loop', 'IS_COMPLETED'), element('loop', 'Poll', 'IS_COMPLETED', 3)],
    ],
  },
  {
    number: '83',
    title: 'a behavior without an end',
    instructions: [
      {
        type: 'CONDITIONAL_BEHAVIOR',
        conditions: [element('loop', 'Poll', 'IS_ACTIVE')],
        actions: [complete({ jobType: 'poll' }, { variables: { n: 1 } })],
      },
      ...[create('loop'), isIn('loop', 'IS_ACTIVE')],
    ],
    fails: [3, /The behavior "1" has acted 200 times/],
    onCluster: 'passes',
  },
  { number: '87', title: 'no instructions', instructions: [], warning: /no instructions/ },
  {
    number: '89',
    title: 'the first failure ends the case',
    instructions: [
      ...[create('wait', one), isIn('wait', 'IS_ACTIVE'), isIn('wait', 'IS_COMPLETED'), paid],
      ...[isIn('wait', 'IS_COMPLETED'), isIn('wait', 'IS_ACTIVE')],
    ],
    fails: [3, /to have completed, but it is active/],
  },
];

/** The files of all rows. */
export const resources = [...Object.values(models), ...Object.values(caseModels), rates];
