/** Mistakes of a new user that show when an instance runs: `dev` says what is wrong, where, and how to fix it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  boundary,
  callActivity,
  catchEvent,
  chain,
  end,
  exclusiveGateway,
  flow,
  other,
  type Part,
  process as processFile,
  serviceTask,
  start,
} from '../engine/support/bpmn.ts';
import { decision, dmn, table } from '../engine/support/dmn.ts';
import { folderWith, moduleOf, runCommand } from './support/running.ts';

/** Mistakes in processes and connectors that show when an instance runs: all of them in one `dev`. */
interface RunningMistake {
  readonly mistake: string;
  readonly parts: readonly Part[];
  readonly variables?: object;
  /** What is printed when the mistake has shown. */
  readonly until: RegExp;
  readonly answers: readonly RegExp[];
}

const outbound = (type: string, run: string, more = 'input: v.object({})'): string =>
  moduleOf(type, type, run)
    .split('\n')
    .slice(2)
    .join('\n')
    .replace('connector', type)
    .replace('input: v.object({})', more);

const flawed = [
  moduleOf('A', 'paid', '() => ({ receipt: 7 })').replace(
    'input: v.object({})',
    'input: v.object({}), output: v.object({ receipt: v.number() })',
  ),
  outbound('optional', '({ sum }) => ({ sum })', 'input: v.object({ sum: v.optional(v.number()) })'),
  outbound('promised', '() => ({ receipt: Promise.resolve(7) })'),
  outbound('thrown', "() => { throw 'closed'; }"),
  outbound('listed', '() => [1, 2]', 'input: v.object({}), output: v.array(v.number())'),
  outbound('silent', '() => {}', 'input: v.object({}), output: v.object({ receipt: v.number() })'),
  outbound('secretive', '() => ({})', 'input: v.object({ token: v.string() })'),
].join('\n');

const one = (part: Part): readonly Part[] => chain(start(), part, end());
const job = (type: string, more: object = {}): readonly Part[] =>
  one(serviceTask('Work', { type, retries: '1', ...more }));
const choice = (condition: string): readonly Part[] => [
  ...chain(start(), exclusiveGateway('Large', { default: 'no' })),
  end('Yes'),
  end('No'),
  flow('Large', 'Yes', { condition }),
  flow('Large', 'No', { id: 'no' }),
];
const decide = (decisionId: string): readonly Part[] =>
  one(
    other('businessRuleTask', 'Choose', {
      extensions: `<zeebe:calledDecision decisionId="${decisionId}" resultVariable="dish"/>`,
    }),
  );

const running: readonly RunningMistake[] = [
  {
    mistake: 'a condition that compares a text with a number',
    parts: choice('=amount > 10'),
    variables: { amount: '20' },
    until: /Large has an incident.*Fix: .*/,
    answers: [/'amount > 10'/, /amount is a text, and values of different kinds give null\. Fix: .*number\(amount\)/],
  },
  {
    mistake: 'a misspelt variable in a condition',
    parts: choice('=amout > 10'),
    variables: { amount: 20 },
    until: /Large has an incident.*Fix: .*/,
    answers: [/No variable found for 'amout'.*Did you mean amount\? Fix: set the variable amout, or correct the name/],
  },
  {
    mistake: 'a timer with a wrong duration',
    parts: one(catchEvent('Wait', { duration: '=delay' })),
    variables: { delay: '5 minutes' },
    until: /Wait has an incident.*Fix: .*/,
    answers: [/ISO 8601 duration/, /Fix: set the variable to such a value, for example "PT5M"/],
  },
  {
    mistake: 'a result expression that reads a field that is not there',
    parts: job('paid', { headers: { resultExpression: '={receipt: response.recipt}' } }),
    until: /completed with/,
    answers: [
      /reads response\.recipt, which the result of the connector "A" does not have, so it is null\. Did you mean receipt\? Fix: correct the name/,
    ],
  },
  {
    mistake: 'a result without a variable',
    parts: job('listed'),
    until: /completed with/,
    answers: [
      /the result of Work .* is dropped, because the result of the connector "listed" is a list .* Fix: name one in the task header resultVariable/,
    ],
  },
  {
    mistake: 'a text for an optional number',
    parts: job('optional'),
    variables: { sum: 'twelve' },
    until: /failed .*/,
    answers: [/Work/, /"optional"/, /sum: expected a number, but got text/],
  },
  {
    mistake: 'a promise in the result that run has not awaited',
    parts: job('promised'),
    until: /failed .*Fix: .*/,
    answers: [
      /"promised" cannot become process variables: receipt: a promise has no JSON form\. \| Fix: await it first/,
    ],
  },
  {
    mistake: 'a text that is thrown',
    parts: job('thrown'),
    until: /failed closed/,
    answers: [/thrown +Work +failed closed/],
  },
  {
    mistake: 'a run that returns nothing',
    parts: job('silent'),
    until: /failed .*Fix: .*/,
    answers: [
      /"silent" does not fit its output schema: .* Fix: return what the output schema describes: run has returned nothing/,
    ],
  },
  {
    mistake: 'a secret with a wrong name',
    parts: job('secretive', { inputs: { token: '{{secrets.TOKN}}' } }),
    until: /failed .*Fix: .*/,
    answers: [
      /Secret with name 'TOKN' is not available .* Fix: .*SECRET_TOKN/,
      /no secret has the name TOKN.*Did you mean TOKEN\?/,
    ],
  },
  {
    mistake: 'rules of a decision that overlap',
    parts: decide('dish'),
    variables: { season: 'Winter' },
    until: /Choose has an incident.*Fix: .*/,
    answers: [/UNIQUE hit policy, but the rules 1, 2 match\. Fix: change the rules so that only one of them matches/],
  },
  {
    mistake: 'a decision that is not deployed',
    parts: decide('dishes'),
    until: /Choose has an incident.*Fix: .*/,
    answers: [
      /no decision found for id 'dishes'\. Fix: deploy the DMN file with the decision dishes/,
      /Choose \(process .*\) evaluates the decision "dishes", which is not deployed, so .*Did you mean "dish"\? Fix: /,
    ],
  },
  {
    mistake: 'a called process that is not deployed',
    parts: one(callActivity('Ship', { processId: 'mistake-01' })),
    until: /Ship has an incident.*Fix: .*/,
    answers: [
      /process id 'mistake-01' to be deployed, but not found\. Did you mean mistake-0\? Fix: deploy the file with the process/,
      /Ship \(process .*\) calls the process "mistake-01", which is not deployed, so .*Did you mean "mistake-0"\? Fix: /,
    ],
  },
  {
    mistake: 'a form that is not deployed',
    parts: one(other('userTask', 'Ask', { extensions: '<zeebe:userTask/><zeebe:formDefinition formId="ask"/>' })),
    until: /Ask has an incident.*Fix: .*/,
    answers: [
      /no form with this id is deployed\. Fix: deploy the form ask, or correct the id in the user task, and resolve the incident\./,
      /Ask \(process .*\) shows the form "ask", which is not deployed, so .* Fix: deploy the form ask, /,
    ],
  },
  {
    mistake: 'a BPMN error with a code that nothing catches',
    parts: [
      ...job('paid', { headers: { errorExpression: '=bpmnError("NO_MONEY", "too poor")' } }),
      boundary('Poor', 'Work', { error: 'NO_MONY' }),
      end('Poorer'),
      flow('Poor', 'Poorer'),
    ],
    until: /Work has an incident.*Fix: .*/,
    answers: [/'NO_MONEY'.* Did you mean NO_MONY\? Fix: catch NO_MONEY with an error boundary event/],
  },
];

test('what is wrong with a running instance: each mistake has an answer that says what, where and how to fix it', async (t) => {
  const idOf = (index: number): string => `mistake-${index}`;
  const models = running.map(({ parts }, index) => [`models/${idOf(index)}.bpmn`, processFile(idOf(index), ...parts)]);
  const rules = [
    ['"Winter"', '"Stew"'],
    ['"Winter", "Spring"', '"Soup"'],
  ];
  const folder = folderWith(t, {
    ...Object.fromEntries(models),
    'a.mjs': flawed,
    'models/rules.dmn': dmn(decision('dish', table({ inputs: ['season'], outputs: ['dish'], rules }))),
    '.env': 'SECRET_TOKEN=swordfish\n',
  });
  const args = ['dev', './a.mjs', '--resource', 'models', '--no-page', '--trace', '--port', '0'];
  const program = runCommand(t, args, { folder, input: true });
  await program.prints(/Running, connected/);
  const beginning = program.output();
  for (const [index, { mistake, variables = {}, until, answers }] of running.entries()) {
    const id = idOf(index);
    const begun = new RegExp(`Started ${id}: instance (\\d+)\\.[\\s\\S]*?${until.source}`);
    program.type(`start ${id} ${JSON.stringify(variables)}\n`);
    const [shown] = await program.prints(begun);
    const said = beginning.split('\n').filter((line) => line.includes(`${id}.bpmn`));
    const text = `${said.join('\n')}\n${shown}`;
    for (const answer of answers) assert.match(text, answer, mistake);
    assert.doesNotMatch(text, /\n {4}at |io\.camunda|node:internal|swordfish/, mistake);
  }
  program.type('quit\n');
  await program.ended();
});
