/** A check that cannot fail is refused: unknown options, wrong types, and lists that name nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createProcessTest,
  matchers,
  type ProcessHandle,
  runScenario,
  type Scenario,
} from 'camunda-connectors/testing';
import { models } from './support/models.ts';

type Loose = Readonly<Record<string, (...given: readonly unknown[]) => Promise<unknown>>>;

type Case = readonly [call: string, args: readonly unknown[], text: RegExp];

const cases: readonly Case[] = [
  ['completed', [{ variable: { a: 1 } }], /expected\.variable: unknown option\. Did you mean variables\?/],
  ['completed', [{ name: 'End' }], /expected\.name: unknown option\. Known: at, variables/],
  ['completed', ['End'], /expected: expected an object such as \{ at: 'EndPaid' \}, but got text/],
  ['completed', [null], /expected: expected an object .*, but got null/],
  ['completed', [{ at: [] }], /expected\.at: expected a list of elements, one or more.*, but got an empty list/],
  ['completed', [{ at: { id: 'End' } }], /expected\.at\.name: is missing/],
  ['completed', [{ variables: {} }], /expected\.variables: expected at least one variable, but got none/],
  ['completed', [{ at: 'End' }, { variables: { a: 1 } }], /takes no arguments after expected, but got 2/],
  ['terminated', [true], /takes no arguments, but got 1/],
  ['passed', [], /expected one element or more, but got none/],
  ['passed', [['Start', 'Paid']], /\[0\]: expected the id of an element, .* but got a list/],
  ['passed', [undefined], /\[0\]: expected the id of an element, .* but got undefined/],
  ['notPassed', [], /expected one element or more, but got none/],
  ['notPassed', [7], /\[0\]: expected the id of an element, .* but got 7/],
  ['waitsAt', [], /expected one element or more, but got none/],
  ['waitsForMessage', [], /name: is missing/],
  ['waitsForMessage', ['paid', 1], /correlationKey: expected text, but got 1/],
  ['received', [{ name: 'paid' }], /name: expected text that is not empty, but got an object/],
  ['variables', [], /expected: is missing/],
  ['variables', [{}], /expected: expected at least one variable, but got none/],
  ['variables', [{ a: 1 }, { et: 'Paid' }], /options\.et: unknown option\. Did you mean at\?/],
  ['variables', [{ a: 1 }, 'Paid'], /options: expected an object such as \{ at: 'Pay' \}, but got text/],
  ['incident', [{ mesage: 'boom' }], /expected\.mesage: unknown option\. Did you mean message\?/],
  [
    'incident',
    [{ message: 7 }],
    /expected\.message: expected text that is not empty, or a regular expression, but got 7/,
  ],
  ['incident', ['Pay'], /expected: expected an object such as \{ at: 'Pay' \}, but got text/],
  ['noIncident', [{ at: 'Paid' }], /takes no arguments, but got 1/],
  ['decided', [], /decisionId: is missing/],
  ['decided', ['d', { outputs: 1 }], /expected\.outputs: unknown option\. Did you mean output\?/],
  ['decided', ['d', { rules: [] }], /expected\.rules: expected a list of one number of a rule or more.* an empty list/],
  ['job', ['log'], /selector: expected an object such as \{ type: 'charge' \}.*, but got text/],
  ['job', [{ jobType: 'log' }], /selector\.jobType: unknown option/],
  ['userTask', [{ assigne: 'Zee' }], /selector\.assigne: unknown option\. Did you mean assignee\?/],
  ['userTask', [''], /selector: expected the id of an element/],
  ['check', [], /check: is missing/],
  ['check', [() => true], /has returned no result of a check:\n- expected an object \{ pass, message \}, but got true/],
  ['check', [() => ({ pass: 1 })], /- pass: expected true or false, but got 1\n- message: is missing/],
  ['call', [], /callback: is missing/],
  [
    'call',
    ['paid'],
    /callback: expected a callback, which is a connector of defineInbound\(\{ webhook: … \}\), but got text/,
  ],
  ['call', [{ kind: 'inbound', webhook: {} }, { bodi: 1 }], /request\.bodi: unknown option\. Did you mean body\?/],
  ['call', [{ kind: 'inbound', webhook: {} }, { method: 'post' }], /request\.method: expected a method such as POST/],
  [
    'check',
    [() => ({ pass: true, message: String }), { skp: true }],
    /rules\.skp: unknown option\. Did you mean skip\?/,
  ],
];

test('a check refuses arguments that it would ignore or that name nothing', async (t) => {
  const processes = await createProcessTest(t, { resources: models.wait });
  const wait = await processes.start('wait', { orderId: '1' });
  for (const [call, args, text] of cases) {
    await assert.rejects(
      (wait as unknown as Loose)[call]!(...args),
      (error: Error) => {
        assert.match(error.message, text, `${call}(${JSON.stringify(args)})`);
        assert.match(error.message, /Fix: /, `${call}(${JSON.stringify(args)})`);
        return true;
      },
      `${call}(${JSON.stringify(args)}) must be refused`,
    );
  }
});

test('a matcher refuses the same arguments, with not as well', async (t) => {
  const processes = await createProcessTest(t, { resources: models.wait });
  const wait = await processes.start('wait', { orderId: '1' });
  const names: Readonly<Record<string, keyof typeof matchers>> = {
    completed: 'toHaveCompleted',
    terminated: 'toBeTerminated',
    passed: 'toHavePassed',
    waitsAt: 'toWaitAt',
    waitsForMessage: 'toWaitForMessage',
    received: 'toHaveReceived',
    variables: 'toHaveVariables',
    incident: 'toHaveIncident',
    decided: 'toHaveDecided',
  };
  for (const [call, args, text] of cases) {
    const name = names[call];
    if (name === undefined) continue;
    const matcher = matchers[name] as (this: object, handle: ProcessHandle, ...given: unknown[]) => Promise<unknown>;
    for (const isNot of [false, true]) {
      await assert.rejects(matcher.call({ isNot }, wait, ...args), text, `${isNot ? 'not.' : ''}${name}`);
    }
  }
});

test('a scenario that would check nothing is refused', async () => {
  const table: readonly (readonly [expect: object, text: RegExp])[] = [
    [{ completed: undefined }, /says nothing in "expect"/],
    [{ passed: [] }, /expect\.passed: expected a list of elements, one or more/],
    [{ notPassed: [] }, /expect\.notPassed: expected a list of elements, one or more/],
    [{ waitsAt: [] }, /expect\.waitsAt: expected a list of elements, one or more/],
    [{ variables: {} }, /expect\.variables: expected at least one variable/],
    [{ completed: { variable: {} } }, /expect\.completed\.variable: unknown option\. Did you mean variables\?/],
    [{ completed: false }, /expect\.completed: expected true, or an object such as/],
    [{ incident: { massage: 'boom' } }, /expect\.incident\.massage: unknown option\. Did you mean message\?/],
  ];
  for (const [expect, text] of table) {
    const scenario = { expect } as unknown as Scenario;
    await assert.rejects(runScenario({ resources: models.wait, process: 'wait' }, scenario), text);
  }
});
