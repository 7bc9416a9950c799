/** Results that decide how an ad-hoc sub-process or a user task continues: connector-runtime.md, section 1.10. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { defineOutbound } from '../../../src/connector/define.ts';
import { isJobResult } from '../../../src/connector/job-results.ts';
import { adHocResult, userTaskResult } from '../../../src/connector/make-job-results.ts';
import { executeOutbound } from '../../../src/runtime/execute/execute-outbound.ts';
import type { JobInput } from '../../../src/runtime/execute/job.ts';

const agentOf = (run: () => unknown) =>
  defineOutbound({
    name: 'agent',
    type: 'agent',
    input: v.object({}),
    output: v.object({ never: v.literal(1) }),
    run: run as never,
  });

const plainOf = (run: () => unknown) => defineOutbound({ name: 'agent', type: 'agent', input: v.object({}), run });

const adHocJob: JobInput = { kind: 'AD_HOC_SUB_PROCESS', retries: 3 };
const listenerJob: JobInput = { kind: 'TASK_LISTENER', listenerEvent: 'ASSIGNING', retries: 3 };

const activation = adHocResult({
  activateElements: [{ elementId: 'Ask', variables: { question: 'Why?' } }, { elementId: 'Wait' }],
  cancelRemainingInstances: true,
  variables: { round: 2 },
  response: { tokens: 17 },
});

const activated = {
  kind: 'complete',
  variables: { round: 2 },
  result: {
    type: 'adHocSubProcess',
    activateElements: [
      { elementId: 'Ask', variables: { question: 'Why?' } },
      { elementId: 'Wait', variables: {} },
    ],
    completionConditionFulfilled: false,
    cancelRemainingInstances: true,
  },
};

describe('a connector that returns adHocResult(…)', () => {
  test('completes the job with the elements to activate, the flags and the variables', async () => {
    assert.deepEqual(
      await executeOutbound(
        agentOf(() => activation),
        adHocJob,
      ),
      activated,
    );
  });

  test('ignores the headers resultVariable and resultExpression', async () => {
    const customHeaders = { resultVariable: 'all', resultExpression: '={other: response}' };
    assert.deepEqual(
      await executeOutbound(
        agentOf(() => activation),
        { ...adHocJob, customHeaders },
      ),
      activated,
    );
  });

  test('shows its response, and not its variables, to the error expression', async () => {
    const errorExpression = '=if response.tokens = 17 and round = null then bpmnError("TOO_MANY") else null';
    const outcome = await executeOutbound(
      agentOf(() => activation),
      { ...adHocJob, customHeaders: { errorExpression } },
    );
    assert.deepEqual(outcome, { kind: 'bpmnError', code: 'TOO_MANY', message: '' });
  });

  test('is not completed by ignoreError(), which would drop the result', async () => {
    const job = { ...adHocJob, customHeaders: { errorExpression: '=ignoreError()' } };
    const outcome = await executeOutbound(
      agentOf(() => activation),
      job,
    );
    assert.equal(outcome.kind, 'fail');
    assert.match(outcome.kind === 'fail' ? outcome.message : '', /^IgnoreError is not supported for this connector/);
    assert.equal(outcome.kind === 'fail' && outcome.retries, 0);
  });

  test('may leave everything out, and pass null for variables and elements', async () => {
    const nothing = {
      type: 'adHocSubProcess',
      activateElements: [],
      completionConditionFulfilled: false,
      cancelRemainingInstances: false,
    };
    for (const result of [adHocResult(), adHocResult({ variables: null, activateElements: null })]) {
      assert.deepEqual(
        await executeOutbound(
          agentOf(() => result),
          adHocJob,
        ),
        { kind: 'complete', variables: {}, result: nothing },
      );
    }
  });

  test('masks secrets in the variables of elements', async () => {
    const agent = defineOutbound({
      name: 'agent',
      type: 'agent',
      input: v.object({ token: v.string() }),
      run: ({ token }) =>
        adHocResult({ activateElements: [{ elementId: 'A', variables: { token } }], variables: { token } }),
    });
    const secrets = (): string => 'correct horse';
    const job = { ...adHocJob, variables: { token: '{{secrets.TOKEN}}' } };
    const outcome = await executeOutbound(agent, job, { secrets });
    assert.doesNotMatch(JSON.stringify(outcome), /correct horse/);
    assert.match(JSON.stringify(outcome), /\*\*\*/);
  });

  test('fails without retries when its variables are larger than 1.5 MB', async () => {
    const large = adHocResult({ activateElements: [{ elementId: 'A', variables: { text: 'x'.repeat(1_600_000) } }] });
    const outcome = await executeOutbound(
      agentOf(() => large),
      adHocJob,
    );
    assert.equal(outcome.kind === 'fail' && outcome.retries, 0);
    assert.match(outcome.kind === 'fail' ? outcome.message : '', /1\.5 MB/);
  });
});

describe('a connector that returns userTaskResult(…)', () => {
  test('corrects the user task; an empty value clears, an absent one keeps', async () => {
    const corrections = { assignee: '', candidateGroups: [], priority: 80 };
    assert.deepEqual(
      await executeOutbound(
        agentOf(() => userTaskResult({ corrections })),
        listenerJob,
      ),
      {
        kind: 'complete',
        variables: {},
        result: { type: 'userTask', denied: false, corrections },
      },
    );
  });

  for (const [denied, result] of [
    [true, { type: 'userTask', denied: true }],
    ['No budget', { type: 'userTask', denied: true, deniedReason: 'No budget' }],
    [false, { type: 'userTask', denied: false }],
  ] as const) {
    test(`denied: ${JSON.stringify(denied)}`, async () => {
      assert.deepEqual(
        await executeOutbound(
          agentOf(() => userTaskResult({ denied })),
          listenerJob,
        ),
        {
          kind: 'complete',
          variables: {},
          result,
        },
      );
    });
  }
});

describe('case 93: a result that the job cannot carry fails without retries', () => {
  const cases = [
    [adHocResult(), 'BPMN_ELEMENT'],
    [adHocResult(), 'TASK_LISTENER'],
    [userTaskResult(), 'AD_HOC_SUB_PROCESS'],
    [userTaskResult(), 'EXECUTION_LISTENER'],
    [userTaskResult(), 'UNKNOWN'],
  ] as const;
  for (const [result, kind] of cases) {
    test(`${result.result.type} on ${kind}`, async () => {
      const outcome = await executeOutbound(
        agentOf(() => result),
        { kind, retries: 3 },
      );
      assert.equal(outcome.kind, 'fail');
      if (outcome.kind !== 'fail') return;
      assert.equal(outcome.retries, 0);
      assert.match(outcome.message, new RegExp(`of kind ${kind}[^]*Fix: `));
    });
  }
});

describe('a result expression makes a job result', () => {
  const response = { tools: [{ name: 'Ask', input: { question: 'Why?' } }], secretMark: 'jobResult' };
  const run = (resultExpression: string, job: JobInput, headers: Readonly<Record<string, string>> = {}) =>
    executeOutbound(
      plainOf(() => response),
      { ...job, customHeaders: { ...headers, resultExpression } },
    );

  test('adHocResult(…) with elements made from the response', async () => {
    const expression =
      '=adHocResult({activateElements: for t in tools return {elementId: t.name, variables: t.input}, variables: {round: 2}})';
    assert.deepEqual(await run(expression, adHocJob, { resultVariable: 'all' }), {
      kind: 'complete',
      variables: { round: 2 },
      result: {
        type: 'adHocSubProcess',
        activateElements: [{ elementId: 'Ask', variables: { question: 'Why?' } }],
        completionConditionFulfilled: false,
        cancelRemainingInstances: false,
      },
    });
  });

  test('userTaskResult(…)', async () => {
    assert.deepEqual(await run('=userTaskResult({corrections: {priority: 40 + 40}})', listenerJob), {
      kind: 'complete',
      variables: {},
      result: { type: 'userTask', denied: false, corrections: { priority: 80 } },
    });
  });

  const refused = [
    ['=adHocResult({activateElements: [{id: "Ask"}]})', adHocJob, /activateElements\[0\]\.elementId: is missing/],
    ['=adHocResult({activeElements: []})', adHocJob, /Did you mean activateElements\?/],
    ['={decision: adHocResult({})}', adHocJob, /must not contain a job result/],
    ['=adHocResult({})', { kind: 'BPMN_ELEMENT', retries: 3 } as JobInput, /of kind BPMN_ELEMENT/],
    ['=userTaskResult({corrections: {priority: 101}})', listenerJob, /whole number from 0 to 100/],
  ] as const;
  for (const [expression, job, message] of refused) {
    test(`refused: ${expression}`, async () => {
      const outcome = await run(expression, job);
      assert.equal(outcome.kind === 'fail' && outcome.retries, 0);
      assert.match(outcome.kind === 'fail' ? outcome.message : '', message);
    });
  }

  test('a job result in an error expression is refused', async () => {
    const customHeaders = { errorExpression: '=adHocResult({})' };
    const outcome = await executeOutbound(
      plainOf(() => response),
      { ...adHocJob, customHeaders },
    );
    assert.match(outcome.kind === 'fail' ? outcome.message : '', /must not contain a job result/);
  });
});

describe('wrong arguments are a TypeError that lists all of them', () => {
  const wrong = [
    [
      () => adHocResult({ activateElements: [{ elementId: '' }], completionConditionFulfilled: 1 } as never),
      ['elementId', 'completionConditionFulfilled'],
    ],
    [() => adHocResult({ activateElement: [] } as never), ['Did you mean activateElements?']],
    [() => userTaskResult({ corrections: { dueDate: 1, prio: 2 } } as never), ['dueDate', 'prio']],
    [() => userTaskResult({ denied: true, corrections: {} }), ['either denied or corrections']],
  ] as const;
  for (const [make, parts] of wrong) {
    test(parts.join(', '), () => {
      assert.throws(make, (error: Error) => {
        assert.ok(error instanceof TypeError);
        for (const part of parts) assert.ok(error.message.includes(part), error.message);
        return true;
      });
    });
  }
});

test('isJobResult accepts only what the makers made', () => {
  assert.equal(isJobResult(adHocResult()), true);
  assert.equal(isJobResult(userTaskResult()), true);
  assert.equal(isJobResult({ ...adHocResult().result }), false);
  assert.equal(isJobResult(null), false);
});
