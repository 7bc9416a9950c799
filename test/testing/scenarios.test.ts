import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bpmnError, jobError } from 'camunda-connectors';
import { runScenario, type Scenario, type ScenarioOptions, scenarios } from 'camunda-connectors/testing';
import { lendBook, paths } from '../../examples/lend-book.ts';
import { models } from './support/models.ts';

const options: ScenarioOptions = {
  resources: models.order,
  process: 'order',
  mocks: { jobs: { charge: { paid: true } } },
};

const table: Readonly<Record<string, Scenario>> = {
  'a small order is paid': {
    given: { variables: { total: 1 } },
    expect: {
      completed: { at: 'EndPlain', variables: { paid: true } },
      passed: ['Start', 'Charge'],
      notPassed: ['Review'],
    },
  },
  'an order of 100 is not big': { given: { variables: { total: 100 } }, expect: { completed: { at: 'EndPlain' } } },
  'an order of 101 is reviewed': {
    given: { variables: { total: 101 } },
    when: async (order) => (await order.job({ type: 'review' })).end({ ok: true }),
    expect: { completed: { at: 'EndReviewed', variables: { ok: true } } },
  },
  'a big order waits for its review': {
    given: { variables: { total: 500 } },
    expect: { waitsAt: ['Review'], variables: { total: 500 } },
  },
  'a declined card ends the order': {
    given: { variables: { total: 1 }, mocks: { jobs: { charge: bpmnError('DECLINED') } } },
    expect: { completed: { at: 'EndDeclined' }, notPassed: ['Big'] },
  },
  'a closed account is an incident': {
    given: { mocks: { jobs: { charge: jobError('closed', { retries: 0 }) } } },
    expect: { incident: { at: 'Charge', message: 'closed' } },
  },
  'a cancelled order is terminated': {
    given: { variables: { total: 500 } },
    when: (order) => order.cancel(),
    expect: { terminated: true },
  },
  'a scenario can look for itself': {
    given: { variables: { total: 1 } },
    expect: async (order, processes) => {
      await order.completed();
      assert.equal(processes.calls('charge').length, 1);
    },
  },
};

scenarios(test, options, table);

const inTenants: ScenarioOptions = { ...options, engine: { tenants: ['north', 'south'] } };

for (const [tenantId, title] of [
  [undefined, 'the first tenant'],
  ['south', 'a tenant that is named'],
] as const) {
  scenarios(
    test,
    { ...inTenants, ...(tenantId && { tenantId }) },
    {
      [`a scenario in ${title}`]: {
        given: { variables: { total: 1 } },
        expect: async (order) => {
          await order.completed({ at: 'EndPlain' });
          assert.equal(order.state().instance.tenantId, tenantId ?? 'north');
        },
      },
    },
  );
}

const malformed: readonly (readonly [scenario: unknown, text: RegExp])[] = [
  [{ givn: {}, expect: { completed: true } }, /The scenario "wrong" is not valid:\n- givn: .*given/],
  [{ given: { variable: {} }, expect: { completed: true } }, /- given\.variable: .*variables/],
  [{ given: { variables: 7 }, expect: () => {} }, /- given\.variables: .*an object of variables/],
  [{ when: 'later', expect: { completed: true } }, /- when: .*a function/],
  [{ expect: { completed: 'EndPlain' } }, /- expect\.completed: .*true, or an object such as \{ at: 'EndPaid' \}/],
  [{ expect: { waitsAt: 'Review' } }, /- expect\.waitsAt: .*a list of elements/],
  [{ expect: { terminated: false } }, /- expect\.terminated: .*true/],
];

test('a scenario whose function returns something malformed fails and says what', async () => {
  const scenario = { given: () => ({ variable: {} }) as never, expect: { completed: true } } as const;
  await assert.rejects(
    runScenario(options, scenario),
    /The scenario "order" is not valid:\n- given\.variable: .*variables/,
  );
});

test('an element that is not named by a text is refused', async () => {
  const expect = { completed: { at: [7] } } as never;
  await assert.rejects(
    runScenario(options, { given: { variables: { total: 1 } }, expect }),
    /expected the id of an element, .*but got 7/,
  );
});

test('scenarios without expectations, or with misspelt ones, are refused before any test is registered', () => {
  const registered: string[] = [];
  const register = (name: string) => registered.push(name);
  const ok: Scenario = { expect: { completed: true } };
  assert.throws(
    () => scenarios(register, options, { ok, empty: { expect: {} } }),
    /The scenario "empty" says nothing in "expect"/,
  );
  assert.throws(
    () => scenarios(register, options, { ok, wrong: { expect: { complete: true } as never } }),
    /expects the unknown "complete"\. Did you mean completed\?/,
  );
  assert.throws(
    () => scenarios(register, options, { wrong: 7 as never }),
    /must be an object with given, when and expect/,
  );
  for (const [scenario, text] of malformed) {
    assert.throws(() => scenarios(register, options, { ok, wrong: scenario as never }), text);
  }
  assert.deepEqual(registered, []);
});

/** The model with a mistake, and the reason why no scenario can notice it, if there is one. */
const mutants: Readonly<Record<string, readonly [from: string | RegExp, to: string, survives?: string]>> = {
  'the boundary event is gone': [
    /<bpmn:boundaryEvent id="Declined".*?<\/bpmn:boundaryEvent>|<bpmn:sequenceFlow id="Declined-EndDeclined"[^>]*>/g,
    '',
  ],
  'the boundary event catches another code': ['errorCode="DECLINED"', 'errorCode="REFUSED"'],
  'the default flow is the other one': ['default="plain"', 'default="Big-Review"'],
  'the condition has another limit': ['=total &gt; 100', '=total &gt; 101'],
  'the condition includes its limit': ['=total &gt; 100', '=total &gt;= 100'],
  'the task has another job type': ['type="charge"', 'type="charges"'],
  'the review is skipped': ['sourceRef="Big" targetRef="Review"', 'sourceRef="Big" targetRef="EndReviewed"'],
  'the task has more retries': [
    'retries="3"',
    'retries="4"',
    'every scenario ends the job in its first attempt, or without retries left',
  ],
};

type Mutants = typeof mutants;

/** Mistakes in the process of the example. */
const lendBookMutants: Mutants = {
  'an unknown book is not caught': [
    /<bpmn:boundaryEvent id="Unknown"[\s\S]*?<\/bpmn:boundaryEvent>|<bpmn:sequenceFlow id="Flow_4"[^>]*>|<bpmn:incoming>Flow_4<\/bpmn:incoming>|<bpmndi:BPMN(?:Shape|Edge)[^>]*bpmnElement="(?:Unknown|Flow_4)"[\s\S]*?<\/bpmndi:BPMN(?:Shape|Edge)>/g,
    '',
  ],
  'the last attempt is another one': ['job.retries = 1', 'job.retries = 2'],
  'the code of the error is misspelt': ['errorCode="NO_COPY"', 'errorCode="NO_COPIES"'],
  'the pause is longer': ['value="P1D"', 'value="P2D"'],
  'there is no pause': ['value="P1D"', 'value="PT0S"'],
  'there are fewer attempts': ['retries="3"', 'retries="2"'],
  'the result has another name': ['value="loan"', 'value="lending"'],
  'another operation is called': ['value="lend"', 'value="find"'],
  'a limit is compared without equality': [
    'response.copies &#60;= response.lent',
    'response.copies &#60; response.lent',
  ],
  'the variable of the error is forgotten': ['{waiting: error.variables.waiting}', '{}'],
  'the reader is not passed': [
    '<zeebe:input source="=reader" target="reader" />',
    '',
    'the job sees the variable of the instance all the same',
  ],
  'the title has another name': [
    'title: response.title',
    'name: response.title',
    'no element reads the variable, and no path says that it exists',
  ],
};

const tryMutants = (
  options: ScenarioOptions,
  original: string,
  table: Readonly<Record<string, Scenario>>,
  all: Mutants,
) => {
  for (const [name, [from, to, survives]] of Object.entries(all)) {
    const title = survives === undefined ? `fails: ${name}` : `survives: ${name} (${survives})`;
    test(`a mutant of ${options.process} ${title}`, async () => {
      const content = original.replaceAll(from, to);
      assert.notEqual(content, original, 'the mutation changes the file');
      const resources = { name: 'mutant.bpmn', content };
      let failed = 0;
      for (const scenario of Object.values(table)) {
        await runScenario({ ...options, resources }, scenario).catch(() => {
          failed += 1;
        });
      }
      assert.equal(failed > 0, survives === undefined, `${failed} scenarios fail`);
    });
  }
};

tryMutants(options, models.order.content, table, mutants);
tryMutants(lendBook, readFileSync('examples/bpmn/lend-book.bpmn', 'utf8'), paths, lendBookMutants);

const overdue: ScenarioOptions = { resources: models.approve, process: 'approve' };
const given = { variables: { boss: 'Zee' } };

const skipping: Readonly<Record<string, Scenario>> = {
  'a bill expires': { given, expect: { completed: { at: 'EndExpired' } } },
};

const elapsing: Readonly<Record<string, Scenario>> = {
  'a bill expires after three days': {
    given,
    when: (_, processes) => processes.elapse('PT71H59M'),
    expect: async (bill, processes) => {
      await bill.waitsAt('Approve');
      await processes.elapse('PT1M');
      await bill.completed({ at: 'EndExpired' });
      assert.deepEqual(processes.skips, []);
    },
  },
};

scenarios(test, overdue, { ...skipping, ...elapsing });
tryMutants(overdue, models.approve.content, skipping, {
  'the timer is later': ['P3D', 'P4D', 'skipped time hides how long it was'],
  'the timer does not interrupt': [/(?=attachedToRef)/g, 'cancelActivity="false" '],
});
tryMutants(overdue, models.approve.content, elapsing, {
  'the timer is later than the day that elapses': ['P3D', 'P4D'],
  'the timer is earlier than the day that elapses': ['P3D', 'P2D'],
});
