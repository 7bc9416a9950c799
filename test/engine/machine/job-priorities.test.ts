/** Priorities of jobs that a model sets. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileBpmn } from '../../../src/engine/model/index.ts';
import {
  adHocSubProcess,
  bytes,
  chain,
  end,
  executionListeners,
  file,
  other,
  type Part,
  processPart,
  sendTask,
  serviceTask,
  start,
} from '../support/bpmn.ts';
import { restored } from './restored.ts';
import { type Rig, rigWith, wish } from './support.ts';

const priority = (value: string): string => `<zeebe:jobPriorityDefinition priority="${value}"/>`;

/** The process `p` with a priority, around these elements. */
const around = (extensions: string | undefined, ...parts: readonly Part[]): string =>
  file(processPart('p', extensions === undefined ? {} : { extensions }, ...chain(start(), ...parts, end())));

const task = (extensions?: string): Part => serviceTask('a', { type: 'a', ...(extensions && { extensions }) });

/** The priority of the only job. */
const priorityOf = (rig: Rig): number => {
  const jobs = rig.machine.jobs();
  assert.equal(jobs.length, 1, 'there is one job');
  return jobs[0]?.priority ?? 0;
};

const problemsOf = async (xml: string, version?: '8.9'): Promise<readonly string[]> => {
  const compiled = await compileBpmn('p.bpmn', bytes(xml), version);
  return compiled.ok ? [] : compiled.problems.map(({ element, text }) => `${element}: ${text}`);
};

describe('the priority of a job in a model', () => {
  const cases: readonly (readonly [what: string, process: string | undefined, own: string | undefined, number])[] = [
    ['is 0 without a definition', undefined, undefined, 0],
    ['is that of the task', undefined, priority('7'), 7],
    ['is that of the process otherwise', priority('-3'), undefined, -3],
    ['is rather that of the task', priority('5'), priority('9'), 9],
    ['can be an expression', undefined, priority('=if tier = &quot;gold&quot; then 80 else 20'), 80],
    ['can be an expression of the process', priority('=n * 2'), undefined, 6],
    ['is the largest integer of 32 bits', undefined, priority('2147483647'), 2147483647],
    ['is the smallest one', undefined, priority('-2147483648'), -2147483648],
    ['is that of the process if the own one is empty', priority('4'), priority(''), 4],
    ['is that of the process if the own one has no value', priority('4'), '<zeebe:jobPriorityDefinition/>', 4],
    ['may have a plus sign', undefined, priority('+5'), 5],
  ];
  for (const [what, process, own, expected] of cases) {
    test(what, async () => {
      const rig = await rigWith(around(process, task(own)));
      rig.create({ tier: 'gold', n: 3 });
      assert.equal(priorityOf(rig), expected);
      assert.equal(priorityOf(await restored(rig)), expected);
    });
  }

  test('decides which job a worker receives first', async () => {
    const rig = await rigWith(around(undefined, task(priority('=n'))));
    for (const n of [1, 3, 2, 3]) rig.create({ n });
    const taken = rig.machine.activateJobs({ ...wish, type: 'a', maxJobs: 10 });
    assert.deepEqual(
      taken.map(({ variables }) => variables.n),
      [3, 3, 2, 1],
    );
    assert.ok(taken[0]!.key < taken[1]!.key, 'the older one of two with the same priority is first');
  });

  const others: readonly (readonly [what: string, part: Part])[] = [
    ['a send task', sendTask('a', { type: 'a' })],
    ['a script task with a job', other('scriptTask', 'a', { extensions: '<zeebe:taskDefinition type="a"/>' })],
    [
      'a business rule task with a job',
      other('businessRuleTask', 'a', { extensions: '<zeebe:taskDefinition type="a"/>' }),
    ],
    ['an ad-hoc subprocess with a job', adHocSubProcess('a', { type: 'a' }, serviceTask('b', { type: 'b' }))],
  ];
  for (const [what, part] of others) {
    test(`is that of the process for ${what}`, async () => {
      const rig = await rigWith(around(priority('6'), part));
      rig.create();
      assert.equal(priorityOf(rig), 6);
    });
  }

  test('is 0 for the jobs of listeners and of user tasks', async () => {
    const rig = await rigWith(
      around(
        priority('6'),
        serviceTask('a', { type: 'a', extensions: executionListeners(['start', 's']) }),
        other('userTask', 'u'),
      ),
    );
    rig.create();
    assert.equal(priorityOf(rig), 0);
    rig.complete('s');
    assert.equal(priorityOf(rig), 6);
    rig.complete('a');
    assert.equal(priorityOf(rig), 0);
  });

  for (const [what, value, reason] of [
    ['text', '=&quot;high&quot;', /to be a whole 'NUMBER', but was 'STRING'/],
    ['null', '=missing', /to be a whole 'NUMBER', but was 'NULL'. No variable found for 'missing'/],
    ['a fraction', '=1.5', /but was a number that is not whole/],
    ['a number beyond 32 bits', '=2147483648', /a number from -2147483648 to 2147483647, but was 2147483648/],
  ] as const) {
    test(`raises an incident if it is ${what}, and there is no job`, async () => {
      const rig = await rigWith(around(undefined, task(priority(value))));
      rig.create();
      assert.equal(rig.incident().type, 'EXTRACT_VALUE_ERROR');
      assert.match(rig.incident().message, reason);
      assert.deepEqual(rig.machine.jobs(), []);
    });
  }

  for (const value of ['high', '1.5', '2147483648', '-2147483649', '=1 +']) {
    test(`is refused if it is ${value}`, async () => {
      for (const xml of [around(priority(value), task()), around(undefined, task(priority(value)))]) {
        const problems = await problemsOf(xml);
        assert.equal(problems.length, 1, problems.join());
        assert.match(problems[0]!, /> extensionElements > jobPriorityDefinition/);
      }
    });
  }

  test('is refused twice on one element', async () => {
    for (const xml of [
      around(priority('1') + priority('2'), task()),
      around(undefined, task(priority('1') + priority('2'))),
    ]) {
      assert.match((await problemsOf(xml)).join(), /Only one zeebe:jobPriorityDefinition is allowed here/);
    }
  });

  test('is refused by clusters before 8.10', async () => {
    assert.match(
      (await problemsOf(around(undefined, task(priority('1'))), '8.9')).join(),
      /Camunda 8.9 does not run job priorities, but 8.10 does/,
    );
  });
});
